"""Anthropic: messages, whole and streamed; counting their tokens; models."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.dialect import Cited, Dialect, Endpoint, Enforced, Failure, Stream
from app.core.table import Kind, Table
from app.dialects import stainless
from app.dialects.schema import SCHEMA

ENUM, FILE, FREE, FUNCTIONAL, JSON, TEXT = Kind.ENUM, Kind.FILE, Kind.FREE, Kind.FUNCTIONAL, Kind.JSON, Kind.TEXT
END, KEEP, LANE, MUTE, SIGNED, WHOLE = Kind.END, Kind.KEEP, Kind.LANE, Kind.MUTE, Kind.SIGNED, Kind.WHOLE

_SOURCE = Table(
    {
        "type": ENUM,
        "media_type": FUNCTIONAL,
        "[type=base64].data": FILE,
        "[type=url].url": FILE,
        "[type=file].file_id": FILE,
    },
)

# A block of content; documents and tool results hold blocks again.
_BLOCK_ENTRIES: dict[str, Kind | Table] = {
    "type": ENUM,
    "text": TEXT,
    "id": FUNCTIONAL,
    "tool_use_id": FUNCTIONAL,
    "name": FUNCTIONAL,
    "input": FREE,
    "thinking": SIGNED,
    "signature": Kind.OPAQUE,
    "[type=redacted_thinking].data": Kind.OPAQUE,
    "encrypted_content": Kind.OPAQUE,
    "encrypted_index": Kind.OPAQUE,
    "cache_control.type": ENUM,
    "cache_control.ttl": ENUM,
    "source": _SOURCE,
    "[type=container_upload].file_id": FILE,
}
_BLOCK: Final = Table(_BLOCK_ENTRIES)
_BLOCK_ENTRIES["content[]"] = _BLOCK
_BLOCK_ENTRIES["source.content[]"] = _BLOCK

_REQUEST = Table(
    {
        "model": FUNCTIONAL,
        "messages[].role": ENUM,
        "messages[].content[]": _BLOCK,
        "system[]": _BLOCK,
        "tools[].type": ENUM,
        "tools[].name": FUNCTIONAL,
        "tools[].input_schema": SCHEMA,
        "tools[].cache_control.type": ENUM,
        "tools[].cache_control.ttl": ENUM,
        "tool_choice.type": ENUM,
        "tool_choice.name": FUNCTIONAL,
        "thinking.type": ENUM,
        "service_tier": ENUM,
        "output_config.effort": ENUM,
        "output_config.format.type": ENUM,
        "output_config.format.schema": SCHEMA,
        "output_format.type": ENUM,
        "output_format.schema": SCHEMA,
        "container": FILE,
        "mcp_servers[].type": ENUM,
        "mcp_servers[].url": FUNCTIONAL,
        "mcp_servers[].authorization_token": FUNCTIONAL,
    },
)

_ANSWER_BLOCK: dict[str, Kind | Table] = {
    "content[].text": TEXT,
    "content[].citations[].cited_text": TEXT,
    "content[].citations[].document_title": TEXT,
    "content[].citations[].title": TEXT,
    "content[][type=tool_use].input": FREE,
    "content[].thinking": SIGNED,
    "content[].signature": SIGNED,
    "content[][type=redacted_thinking].data": SIGNED,
    "error.message": TEXT,
}
_ANSWER = Table(_ANSWER_BLOCK, default=KEEP, nested=False)

_EVENT = Table(
    {
        "index": LANE,
        "[type=content_block_start].content_block.text": TEXT,
        "[type=content_block_start].content_block.thinking": SIGNED,
        "[type=content_block_start].content_block.signature": SIGNED,
        "[type=content_block_start].content_block[type=redacted_thinking].data": SIGNED,
        "[type=content_block_start].content_block[type=server_tool_use|mcp_tool_use].type": MUTE,
        "[type=content_block_delta].delta[type=text_delta].text": TEXT,
        "[type=content_block_delta].delta[type=input_json_delta].partial_json": JSON,
        "[type=content_block_delta].delta[type=thinking_delta].thinking": SIGNED,
        "[type=content_block_delta].delta[type=signature_delta].signature": SIGNED,
        "[type=content_block_delta].delta[type=citations_delta].citation.cited_text": WHOLE,
        "[type=content_block_delta].delta[type=citations_delta].citation.document_title": WHOLE,
        "[type=content_block_delta].delta[type=citations_delta].citation.title": WHOLE,
        "[type=content_block_stop].type": END,
        "[type=message_delta].type": END,
        "[type=message_stop].type": END,
        "[type=error].error.message": WHOLE,
        "[type=error].type": END,
    },
    default=KEEP,
    nested=False,
)

_TRUSTED = Table(
    {
        "system": TEXT,
        "system[].text": TEXT,
        "messages[][role=user].content": TEXT,
        "messages[][role=user].content[][type=text].text": TEXT,
    },
    default=KEEP,
)

_PLAIN = Table({"error.message": TEXT}, default=KEEP, nested=False)
_NO_DOCUMENT = Table({})
_NOTHING = Table({}, default=KEEP)

# `char_location`; pages and blocks, which others count, stay where they are.
_CITED = Cited(
    ("messages[].content[].citations[]", "content[].citations[]", "delta.citation"),
    "document_index",
    ("start_char_index", "end_char_index"),
)

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}


def _error(failure: Failure) -> Mapping[str, Any]:
    sort = _TYPES.get(failure.status, "api_error" if failure.status >= 500 else "invalid_request_error")  # noqa: PLR2004
    return {"type": "error", "error": {"type": sort, "message": failure.message, "code": failure.code}}


ANTHROPIC = Dialect(
    name="anthropic",
    endpoints=(
        Endpoint(
            "messages",
            "POST",
            ("/v1/messages", "/messages"),
            request=_REQUEST,
            answer=_ANSWER,
            trusted=_TRUSTED,
            stream=Stream(
                _EVENT,
                final=("message_stop",),
                # A block that opens with text must not be opened again to carry what was held of it.
                opening={"content_block_start": {"type": "content_block_delta", "delta": {"type": "text_delta", "text": ""}}},
            ),
            query=("beta",),
            structured=("output_format", "output_config"),
            schemas=(
                Enforced("tools[]", "input_schema", "strict", default=False),
                Enforced("output_format", "schema"),
                Enforced("output_config.format", "schema"),
            ),
            cited=_CITED,
        ),
        # What is counted is what would be sent: the protected document.
        Endpoint(
            "count_tokens",
            "POST",
            ("/v1/messages/count_tokens", "/messages/count_tokens"),
            request=_REQUEST,
            answer=_PLAIN,
            trusted=_TRUSTED,
            query=("beta",),
            cited=_CITED,
        ),
        Endpoint(
            "models",
            "GET",
            ("/v1/models", "/models"),
            request=_NO_DOCUMENT,
            answer=_PLAIN,
            trusted=_NOTHING,
            query=("beta", "after_id", "before_id", "limit"),
            modelled=False,
        ),
        Endpoint(
            "model",
            "GET",
            ("/v1/models/{model}", "/models/{model}"),
            request=_NO_DOCUMENT,
            answer=_PLAIN,
            trusted=_NOTHING,
            query=("beta",),
        ),
    ),
    credential=("x-api-key", ""),
    headers=("anthropic-beta", "anthropic-version", "idempotency-key", *stainless.HEADERS),
    answer_headers=("anthropic-*", "request-id", "retry-after", "x-should-retry"),
    error=_error,
    stream_error=lambda failure: ("error", _error(failure)),
    version=("anthropic-version", "2023-06-01"),
    probes=(("HEAD", "/"), ("GET", "/"), ("HEAD", "")),
    home="https://api.anthropic.com",
)
