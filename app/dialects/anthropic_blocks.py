"""The blocks of Anthropic's messages: what stands in a request's turns and in an answer's content, and the tools."""

from typing import Final

from app.core.table import Kind, Table
from app.dialects.schema import SCHEMA

ENUM, FILE, FREE, FUNCTIONAL, KEEP = Kind.ENUM, Kind.FILE, Kind.FREE, Kind.FUNCTIONAL, Kind.KEEP
OBJECT, OPAQUE, SIGNED, TEXT = Kind.OBJECT, Kind.OPAQUE, Kind.SIGNED, Kind.TEXT

CACHED: Final[dict[str, Kind | Table]] = {"cache_control.type": ENUM, "cache_control.ttl": ENUM}

_TOOL: dict[str, Kind | Table] = {
    **CACHED,
    "type": ENUM,
    "name": FUNCTIONAL,
    "tool_id": FUNCTIONAL,
    "description": TEXT,
    "input_schema": SCHEMA,
    "input_examples": FREE,
    "allowed_callers": ENUM,
    "eager_input_streaming": ENUM,
    # MCP, advisor
    "mcp_server_name": FUNCTIONAL,
    "model": FUNCTIONAL,
    "caching.type": ENUM,
    "caching.ttl": ENUM,
    # web search, web fetch
    "allowed_domains": FUNCTIONAL,
    "blocked_domains": FUNCTIONAL,
    "response_inclusion": ENUM,
    "user_location.type": ENUM,
}
TOOL: Final = Table(_TOOL)
_TOOL["tools[]"] = TOOL  # a toolset lists its tools

_SOURCE: Final = Table(
    {
        "type": ENUM,
        "media_type": FUNCTIONAL,
        "[type=base64].data": FILE,
        "[type=url].url": FILE,
        "[type=file].file_id": OBJECT,
    },
)

# A block of content; documents, results of tools and what stands in those are blocks again.
_BLOCK: dict[str, Kind | Table] = {
    **CACHED,
    "type": ENUM,
    "text": TEXT,
    "id": FUNCTIONAL,
    "tool_use_id": FUNCTIONAL,
    "name": FUNCTIONAL,
    "tool_name": FUNCTIONAL,
    "server_name": FUNCTIONAL,
    "mcp_server_name": FUNCTIONAL,
    "toolset_name": FUNCTIONAL,
    "caller.type": ENUM,
    "caller.tool_id": FUNCTIONAL,
    "input": FREE,
    "thinking": SIGNED,
    "signature": OPAQUE,
    "[type=redacted_thinking].data": OPAQUE,
    "[type=compaction].content": SIGNED,
    "encrypted_content": OPAQUE,
    "encrypted_stdout": OPAQUE,
    "encrypted_index": OPAQUE,
    "citations[].type": ENUM,
    "citations[].file_id": FUNCTIONAL,
    "citations[].encrypted_index": OPAQUE,
    "transformations.oversized_image": ENUM,
    "[type=container_upload].file_id": OBJECT,
    # What the provider's own tools told; their files are named in history only, the container is what is opened again.
    "file_id": FUNCTIONAL,
    "file_type": ENUM,
    "error_code": ENUM,
    "stop_reason": ENUM,
    "category": ENUM,
    "tabs[].tab_id": FUNCTIONAL,
    "tab_id": FUNCTIONAL,
    "download_id": FUNCTIONAL,
    "from.model": FUNCTIONAL,
    "to.model": FUNCTIONAL,
    "trigger": ENUM,
    "trigger.type": ENUM,
    "definition": TOOL,
    "tools[]": TOOL,
}
BLOCK: Final = Table(_BLOCK)
_BLOCK["source"] = _SOURCE
_BLOCK["[type=search_result].source"] = TEXT  # where a result was found, in the caller's words
_BLOCK["content"] = BLOCK
_BLOCK["content[]"] = BLOCK
_BLOCK["source.content[]"] = BLOCK
_BLOCK["tool"] = BLOCK
_BLOCK["tool_references[]"] = BLOCK
_BLOCK["tool_changes[]"] = BLOCK

# What the client runs gets originals; what the provider runs (server tools, MCP, code) keeps what the provider saw.
ANSWERED: Final[dict[str, Kind | Table]] = {
    "content[].text": TEXT,
    "content[].citations[].cited_text": TEXT,
    "content[].citations[].document_title": TEXT,
    "content[].citations[].title": TEXT,
    "content[][type=tool_use].input": FREE,
    "content[].thinking": SIGNED,
    "content[].signature": SIGNED,
    "content[][type=redacted_thinking].data": SIGNED,
    "content[][type=compaction].content": SIGNED,
    "content[].encrypted_content": SIGNED,
    "container.id": OBJECT,
    "stop_details.explanation": TEXT,
    "error.message": TEXT,
}
