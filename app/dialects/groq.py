"""Groq: OpenAI's chat, responses and models, with reasoning in a field of its own and documents beside the messages."""

from app.core.table import Kind
from app.dialects.compatible import compatible

GROQ = compatible(
    "groq",
    "https://api.groq.com/openai/v1",
    ("chat.completions", "responses", "models", "model"),
    request={"reasoning_format": Kind.ENUM, "documents[].source.type": Kind.ENUM, "citation_options": Kind.ENUM},
    answer={"choices[].message.reasoning": Kind.TEXT},
    event={"choices[].delta.reasoning": Kind.TEXT},
    prefix="/openai",
)
