"""The items of OpenAI's responses: what stands in a request's input and in an answer's output, and the tools."""

from typing import Final

from app.core.table import Kind, Table
from app.dialects.schema import SCHEMA

ENUM, FILE, FREE, FUNCTIONAL, INPUT = Kind.ENUM, Kind.FILE, Kind.FREE, Kind.FUNCTIONAL, Kind.INPUT
JSON, KEEP, OBJECT, PROSE, TEXT = Kind.JSON, Kind.KEEP, Kind.OBJECT, Kind.PROSE, Kind.TEXT

_TOOL: dict[str, Kind | Table] = {
    "type": ENUM,
    "name": FUNCTIONAL,
    "parameters": SCHEMA,
    "output_schema": SCHEMA,
    "allowed_callers": ENUM,
    "execution": ENUM,
    # custom
    "format.type": ENUM,
    "format.syntax": ENUM,
    # mcp; the ways to address a server, and the credentials for it, are the provider's to use
    "server_label": FUNCTIONAL,
    "server_url": FUNCTIONAL,
    "connector_id": FUNCTIONAL,
    "tunnel_id": FUNCTIONAL,
    "authorization": FUNCTIONAL,
    "headers.*": FUNCTIONAL,
    "allowed_tools": FUNCTIONAL,
    "allowed_tools.tool_names": FUNCTIONAL,
    "require_approval": ENUM,
    "require_approval.always.tool_names": FUNCTIONAL,
    "require_approval.never.tool_names": FUNCTIONAL,
    # file search, web search
    "vector_store_ids": OBJECT,
    "ranking_options.ranker": FUNCTIONAL,
    "filters": FREE,
    "user_location.type": ENUM,
    "search_context_size": ENUM,
    "search_content_types": ENUM,
    # code interpreter, shell, computer
    "container": OBJECT,
    "container.type": ENUM,
    "container.file_ids": OBJECT,
    "container.memory_limit": ENUM,
    "container.network_policy.type": ENUM,
    "environment": ENUM,
    "environment.type": ENUM,
    "environment.container_id": OBJECT,
    "environment.file_ids": OBJECT,
    "environment.memory_limit": ENUM,
    "environment.network_policy.type": ENUM,
    # image generation
    "model": FUNCTIONAL,
    "quality": ENUM,
    "size": FUNCTIONAL,
    "output_format": ENUM,
    "moderation": ENUM,
    "background": ENUM,
    "input_fidelity": ENUM,
    "input_image_mask.image_url": FILE,
    "input_image_mask.file_id": OBJECT,
    "action": ENUM,
}
TOOL: Final = Table(_TOOL)
_TOOL["tools[]"] = TOOL  # a namespace holds tools

_PART: Final = Table(
    {
        "type": ENUM,
        "text": TEXT,
        "refusal": TEXT,
        "detail": ENUM,
        "image_url": FILE,
        "file_id": OBJECT,
        "file_url": FILE,
        "file_data": FILE,
        "input_audio.data": FILE,
        "input_audio.format": ENUM,
        "annotations[].type": ENUM,
        "annotations[].file_id": OBJECT,
        "annotations[].container_id": OBJECT,
        # The codes of a token's letters are its text in a form that nobody inspects.
        "logprobs[].bytes": PROSE,
        "logprobs[].top_logprobs[].bytes": PROSE,
        "outcome.type": ENUM,
    },
)

# Items that a client holds whole, with ids of its own or of answers that nobody kept: the provider looks none of them up.
_WHOLE: Final = (
    "message",
    "reasoning",
    *(
        f"{kind}{end}"
        for kind in ("function_call", "custom_tool_call", "local_shell_call", "shell_call", "apply_patch_call")
        for end in ("", "_output")
    ),
)

ITEM: Final = Table(
    {
        "type": ENUM,
        "role": ENUM,
        "status": ENUM,
        "phase": ENUM,
        "execution": ENUM,
        "id": OBJECT,
        f"[type={'|'.join(_WHOLE)}].id": FUNCTIONAL,
        "call_id": FUNCTIONAL,
        "name": FUNCTIONAL,
        "namespace": FUNCTIONAL,
        "caller.type": ENUM,
        "caller.caller_id": FUNCTIONAL,
        "content": TEXT,
        "content[]": _PART,
        "summary[].type": ENUM,
        "encrypted_content": Kind.OPAQUE,
        "content[].encrypted_content": Kind.OPAQUE,  # what one agent says to another
        "fingerprint": FUNCTIONAL,
        "arguments": JSON,
        "output": TEXT,
        "output[]": _PART,
        "output.type": ENUM,
        "output.image_url": FILE,
        "output.file_id": OBJECT,
        "server_label": FUNCTIONAL,
        "approval_request_id": OBJECT,
        "container_id": OBJECT,
        "action.type": ENUM,
        "action.button": ENUM,
        "action.env": FREE,
        "action.sources[].type": ENUM,
        "actions[].type": ENUM,
        "actions[].button": ENUM,
        "operation.type": ENUM,
        "environment.type": ENUM,
        "environment.container_id": OBJECT,
        "pending_safety_checks[].id": FUNCTIONAL,
        "acknowledged_safety_checks[].id": FUNCTIONAL,
        "results[].file_id": OBJECT,
        "results[].attributes": FREE,
        "outputs[].type": ENUM,
        "outputs[].url": FILE,
        "[type=image_generation_call].result": FILE,
        "[type=tool_search_call].arguments": FREE,
        "[type=mcp_list_tools].tools[].name": FUNCTIONAL,
        "[type=mcp_list_tools].tools[].input_schema": SCHEMA,
        "[type=mcp_list_tools].tools[].annotations": FREE,
        "[type=tool_search_output|additional_tools].tools[]": TOOL,
    },
)

# What the client runs gets originals; what the provider runs (search, code, mcp, programs) keeps what the provider saw.
ANSWERED: Final = Table(
    {
        "id": OBJECT,
        "container_id": OBJECT,
        "environment.container_id": OBJECT,
        "results[].file_id": OBJECT,
        "content[].annotations[].file_id": OBJECT,
        "content[].annotations[].container_id": OBJECT,
        "content[].text": TEXT,
        "content[].refusal": TEXT,
        "content[].annotations[].title": TEXT,
        "summary[].text": TEXT,
        "encrypted_content": Kind.SIGNED,
        "content[].encrypted_content": Kind.SIGNED,
        "[type=function_call].arguments": JSON,
        "[type=tool_search_call].arguments": FREE,
        "[type=custom_tool_call].input": INPUT,
        "[type=local_shell_call|shell_call|computer_call].action": FREE,
        "[type=computer_call].actions": FREE,
        "[type=apply_patch_call].operation": FREE,
        "[type=function_call_output|custom_tool_call_output|local_shell_call_output|apply_patch_call_output].output": INPUT,
        "[type=function_call_output|custom_tool_call_output].output[].text": INPUT,
        "[type=message].content": INPUT,
    },
    default=KEEP,
    nested=False,
)
