"""Anthropic: messages, whole and streamed; counting their tokens; models."""

from collections.abc import Mapping
from typing import Any

from app.core.dialect import ADMINISTRATION, Cited, Dialect, Endpoint, Enforced, Failure, Keeps, Stream
from app.core.table import Kind, Table
from app.dialects import stainless
from app.dialects.anthropic_blocks import ANSWERED, BLOCK, CACHED, TOOL
from app.dialects.anthropic_kept import FILE_ROUTES, batch_routes
from app.dialects.schema import SCHEMA

END, ENUM, FUNCTIONAL, JSON, KEEP, LANE, MUTE = Kind.END, Kind.ENUM, Kind.FUNCTIONAL, Kind.JSON, Kind.KEEP, Kind.LANE, Kind.MUTE
OBJECT, OPAQUE, REFUSED, SIGNED, TEXT, WHOLE = Kind.OBJECT, Kind.OPAQUE, Kind.REFUSED, Kind.SIGNED, Kind.TEXT, Kind.WHOLE

_THINKING = Table({"type": ENUM, "display": ENUM, "block_binding.type": ENUM, "block_binding.prefix_mismatch_behavior": ENUM})
_OUTPUT = Table({"effort": ENUM, "format.type": ENUM, "format.schema": SCHEMA, "task_budget.type": ENUM})
_REQUEST = Table(
    {
        **CACHED,
        "model": FUNCTIONAL,
        "messages[].role": ENUM,
        "messages[].clear_at": ENUM,
        "messages[].output_config.effort": ENUM,
        "messages[].content[]": BLOCK,
        "system[]": BLOCK,
        "tools[]": TOOL,
        "tool_choice.type": ENUM,
        "tool_choice.name": FUNCTIONAL,
        "thinking": _THINKING,
        "service_tier": ENUM,
        "speed": ENUM,
        "inference_geo": FUNCTIONAL,
        "betas": FUNCTIONAL,
        "billing_policy.type": ENUM,
        "billing_policy.bill_to": ENUM,
        "output_config": _OUTPUT,
        "output_format.type": ENUM,
        "output_format.schema": SCHEMA,
        "container": OBJECT,
        "container.id": OBJECT,
        "container.skills[].type": ENUM,
        "container.skills[].skill_id": FUNCTIONAL,
        "container.skills[].version": FUNCTIONAL,
        "container.skills[][type=custom].skill_id": REFUSED,  # made by somebody of this credential: no answer said by whom
        "mcp_servers[].type": ENUM,
        "mcp_servers[].name": FUNCTIONAL,
        "mcp_servers[].url": FUNCTIONAL,
        "mcp_servers[].authorization_token": FUNCTIONAL,
        "mcp_servers[].tool_configuration.allowed_tools": FUNCTIONAL,
        "context_management.edits[].type": ENUM,
        "context_management.edits[].keep": ENUM,
        "context_management.edits[].keep.type": ENUM,
        "context_management.edits[].trigger.type": ENUM,
        "context_management.edits[].clear_at_least.type": ENUM,
        "context_management.edits[].clear_tool_inputs": FUNCTIONAL,
        "context_management.edits[].exclude_tools": FUNCTIONAL,
        "compaction.type": ENUM,
        "fallbacks": ENUM,
        "fallbacks[].model": FUNCTIONAL,
        "fallbacks[].speed": ENUM,
        "fallbacks[].thinking": _THINKING,
        "fallbacks[].output_config": _OUTPUT,
        "fallback_credit_token": OPAQUE,
        "fallback_credit_token.mode": ENUM,
        "fallback_credit_token.token": OPAQUE,
        # What the provider would look up, of whichever team: nobody here knows whose it is.
        "diagnostics.previous_message_id": REFUSED,
        "thread.type": ENUM,
        "thread.previous_message_id": REFUSED,
        "user_profile_id": REFUSED,
        "workspace_id": REFUSED,
    },
)

_ANSWER = Table(ANSWERED, default=KEEP, nested=False)

_EVENT = Table(
    {
        "index": LANE,
        "[type=content_block_start].content_block.text": TEXT,
        "[type=content_block_start].content_block.thinking": SIGNED,
        "[type=content_block_start].content_block.signature": SIGNED,
        "[type=content_block_start].content_block[type=redacted_thinking].data": SIGNED,
        "[type=content_block_start].content_block[type=compaction].content": SIGNED,
        "[type=content_block_start].content_block.encrypted_content": SIGNED,
        "[type=content_block_start].content_block[type=server_tool_use|mcp_tool_use].type": MUTE,
        "[type=content_block_delta].delta[type=text_delta].text": TEXT,
        "[type=content_block_delta].delta[type=input_json_delta].partial_json": JSON,
        "[type=content_block_delta].delta[type=thinking_delta].thinking": SIGNED,
        "[type=content_block_delta].delta[type=signature_delta].signature": SIGNED,
        "[type=content_block_delta].delta[type=compaction_delta].content": SIGNED,
        "[type=content_block_delta].delta[type=compaction_delta].encrypted_content": SIGNED,
        "[type=content_block_delta].delta[type=citations_delta].citation.cited_text": WHOLE,
        "[type=content_block_delta].delta[type=citations_delta].citation.document_title": WHOLE,
        "[type=content_block_delta].delta[type=citations_delta].citation.title": WHOLE,
        "[type=content_block_stop].type": END,
        "[type=message_delta].type": END,
        "[type=message_delta].delta.stop_details.explanation": WHOLE,
        "[type=message_stop].type": END,
        "[type=error].error.message": WHOLE,
        "[type=error].type": END,
    },
    default=KEEP,
    nested=False,
)

_MADE = Table(
    {"[type=message_start].message.container.id": OBJECT, "[type=message_delta].delta.container.id": OBJECT}, default=KEEP, nested=False
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

_MODELS = ("fallbacks[].model", "tools[].model")  # others that may be asked: they must be admitted, too

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


MESSAGES = Endpoint(
    "messages",
    "POST",
    ("/v1/messages", "/messages"),
    request=_REQUEST,
    answer=_ANSWER,
    trusted=_TRUSTED,
    stream=Stream(
        _EVENT,
        made=_MADE,
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
    models=_MODELS,
    keeps=Keeps(30, ("container",), default=False, runs=("code_execution", "bash_code", "text_editor_code")),
)

_REFUSED = {
    "/organizations": ADMINISTRATION,
    "/skills": "what a skill holds would run at the provider, and nobody here reads archives yet",
    "/agents": "an agent that runs at the provider is told what nobody here sees",
    "/sessions": "an agent that runs at the provider is told what nobody here sees",
    "/environments": "an agent that runs at the provider is told what nobody here sees",
    "/deployment": "an agent that runs at the provider is told what nobody here sees",
    "/dreams": "an agent that runs at the provider is told what nobody here sees",
    "/threads": "a conversation that the provider keeps is not looked up yet",
    "/memory_stores": "a memory that the provider keeps is not looked up yet",
    "/user_profiles": "profiles of people are kept at the provider by the operator alone",
    "/vaults": "credentials are kept at the provider by the operator alone",
    "/tunnels": "a tunnel into the provider would go past the gateway",
    "/complete": "text completions are superseded by messages",
}


ANTHROPIC = Dialect(
    name="anthropic",
    endpoints=(
        MESSAGES,
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
            models=_MODELS,
        ),
        *batch_routes(MESSAGES),
        *FILE_ROUTES,
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
    refused={f"{base}{start}": why for base in ("", "/v1") for start, why in _REFUSED.items()},
    version=("anthropic-version", "2023-06-01", "2026-10-21"),
    probes=(("HEAD", "/"), ("GET", "/"), ("HEAD", "")),
    home="https://api.anthropic.com",
)
