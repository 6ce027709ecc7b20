"""Mistral: OpenAI's chat with addresses where OpenAI has objects, and with thinking as content."""

from app.core.table import Kind
from app.dialects.compatible import compatible

FILES = ("image_url", "document_url", "input_audio", "file_id")
PARTS = ("content[][type=text].text", "content[][type=thinking].thinking[][type=text].text")
MISTRAL = compatible(
    "mistral",
    "https://api.mistral.ai/v1",
    ("chat.completions", "embeddings", "moderations", "models", "model"),
    request={"prompt_mode": Kind.ENUM} | {f"messages[].content[].{part}": Kind.FILE for part in FILES},
    answer={f"choices[].message.{part}": Kind.TEXT for part in PARTS} | {"message": Kind.TEXT},
    event={f"choices[].delta.{part}": Kind.TEXT for part in PARTS},
)
