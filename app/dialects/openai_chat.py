"""OpenAI chat completions: the tables of a conversation, whole and streamed."""

from typing import Final

from app.core.dialect import Endpoint, Enforced, Keeps, Offsets, Stream
from app.core.table import Kind, Table
from app.dialects.schema import SCHEMA

ENUM, FILE, FREE, FUNCTIONAL, JSON, TEXT = Kind.ENUM, Kind.FILE, Kind.FREE, Kind.FUNCTIONAL, Kind.JSON, Kind.TEXT
END, INPUT, KEEP, LANE, OBJECT, WHOLE = Kind.END, Kind.INPUT, Kind.KEEP, Kind.LANE, Kind.OBJECT, Kind.WHOLE

_PART: dict[str, Kind | Table] = {
    "type": ENUM,
    "text": TEXT,
    "refusal": TEXT,
    "image_url.url": FILE,
    "image_url.detail": ENUM,
    "input_audio.data": FILE,
    "input_audio.format": ENUM,
    "file.file_data": FILE,
    "file.file_id": OBJECT,
}

_REQUEST = Table(
    {
        "model": FUNCTIONAL,
        "stream": ENUM,
        "messages[].role": ENUM,
        "messages[].content[]": Table(_PART),
        "messages[].tool_call_id": FUNCTIONAL,
        "messages[].tool_calls[].id": FUNCTIONAL,
        "messages[].tool_calls[].type": ENUM,
        "messages[].tool_calls[].function.name": FUNCTIONAL,
        "messages[].tool_calls[].function.arguments": JSON,
        "messages[].tool_calls[].custom.name": FUNCTIONAL,
        "messages[].function_call.name": FUNCTIONAL,
        "messages[].function_call.arguments": JSON,
        "messages[].audio.id": OBJECT,
        "tools[].type": ENUM,
        "tools[].function.name": FUNCTIONAL,
        "tools[].function.description": TEXT,
        "tools[].function.parameters": SCHEMA,
        "tools[].custom.name": FUNCTIONAL,
        "functions[].name": FUNCTIONAL,
        "functions[].parameters": SCHEMA,
        "tool_choice": ENUM,
        "tool_choice.type": ENUM,
        "tool_choice.function.name": FUNCTIONAL,
        "tool_choice.custom.name": FUNCTIONAL,
        "tool_choice.allowed_tools.mode": ENUM,
        "tool_choice.allowed_tools.tools[].type": ENUM,
        "tool_choice.allowed_tools.tools[].*.name": FUNCTIONAL,
        "function_call": ENUM,
        "function_call.name": FUNCTIONAL,
        "response_format.type": ENUM,
        "response_format.json_schema.name": FUNCTIONAL,
        "response_format.json_schema.schema": SCHEMA,
        "modalities": ENUM,
        "audio.voice": ENUM,
        "audio.format": ENUM,
        "reasoning_effort": ENUM,
        "verbosity": ENUM,
        "service_tier": ENUM,
        "prompt_cache_retention": ENUM,
        "prediction.type": ENUM,
        "metadata": FREE,
    },
)

_ANSWER = Table(
    {
        "id": OBJECT,
        "choices[].message.audio.id": OBJECT,
        "choices[].message.content": TEXT,
        "choices[].message.refusal": TEXT,
        "choices[].message.reasoning_content": TEXT,
        "choices[].message.tool_calls[].function.arguments": JSON,
        "choices[].message.tool_calls[].custom.input": INPUT,
        "choices[].message.function_call.arguments": JSON,
        "choices[].message.audio.transcript": TEXT,
        "choices[].message.annotations[].url_citation.title": TEXT,
        "metadata": FREE,
        "error.message": TEXT,
    },
    default=KEEP,
    nested=False,
)

_EVENT = Table(
    {
        "choices[].index": LANE,
        "choices[].delta.content": TEXT,
        "choices[].delta.refusal": TEXT,
        "choices[].delta.reasoning_content": TEXT,
        "choices[].delta.tool_calls[].index": LANE,
        "choices[].delta.tool_calls[].function.arguments": JSON,
        "choices[].delta.tool_calls[].custom.input": INPUT,
        "choices[].delta.function_call.arguments": JSON,
        "choices[].delta.audio.transcript": TEXT,
        "choices[].finish_reason": END,
        "error.message": WHOLE,
        "error.type": END,
    },
    default=KEEP,
    nested=False,
)

_TRUSTED = Table(
    {
        "messages[][role=user|system|developer].content": TEXT,
        "messages[][role=user|system|developer].content[].text": TEXT,
    },
    default=KEEP,
)

CHAT: Final = Endpoint(
    "chat.completions",
    "POST",
    ("/chat/completions", "/v1/chat/completions"),
    request=_REQUEST,
    answer=_ANSWER,
    trusted=_TRUSTED,
    stream=Stream(
        _EVENT,
        envelope=("id", "object", "created", "model", "system_fingerprint"),
        final=("[DONE]",),
        made=Table({"id": OBJECT, "choices[].delta.audio.id": OBJECT}, default=KEEP, nested=False),
    ),
    keeps=Keeps(30, ("store", "audio"), default=False),
    structured=("response_format",),
    offsets=(
        Offsets("choices[].message", "content", "annotations", "url_citation"),
        Offsets("messages[]", "content", "annotations", "url_citation"),
    ),
    schemas=(
        Enforced("tools[].function", "parameters", "strict", default=False),
        Enforced("response_format.json_schema", "schema", "strict", default=False),
    ),
    dropped=("choices[].logprobs",),
)
