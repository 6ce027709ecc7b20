"""OpenAI responses: the tables of a request, an answer and every event of a stream."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.dialect import Endpoint, Enforced, Failure, Keeps, Offsets, Stream
from app.core.document import Number
from app.core.table import Kind, Table
from app.dialects.openai_items import ANSWERED, ITEM, TOOL
from app.dialects.schema import SCHEMA

END, ENUM, FREE, FUNCTIONAL, INPUT, JSON = Kind.END, Kind.ENUM, Kind.FREE, Kind.FUNCTIONAL, Kind.INPUT, Kind.JSON
KEEP, LANE, OBJECT, REFUSED, TEXT, WHOLE = Kind.KEEP, Kind.LANE, Kind.OBJECT, Kind.REFUSED, Kind.TEXT, Kind.WHOLE

_REQUEST: Final = Table(
    {
        "model": FUNCTIONAL,
        "input": TEXT,
        "input[]": ITEM,
        "tools[]": TOOL,
        "tool_choice": ENUM,
        "tool_choice.type": ENUM,
        "tool_choice.name": FUNCTIONAL,
        "tool_choice.mode": ENUM,
        "tool_choice.server_label": FUNCTIONAL,
        "tool_choice.tools[]": TOOL,
        "previous_response_id": OBJECT,
        "conversation": OBJECT,
        "conversation.id": OBJECT,
        # Written in the provider's console by whoever may: no answer ever said whose it is.
        "prompt": REFUSED,
        "include": ENUM,
        "metadata": FREE,
        "client_metadata": FREE,  # what coding agents tell of the repository
        "moderation.model": FUNCTIONAL,
        "text.format.type": ENUM,
        "text.format.name": FUNCTIONAL,
        "text.format.schema": SCHEMA,
        "text.verbosity": ENUM,
        "reasoning.context": ENUM,
        "reasoning.effort": ENUM,
        "reasoning.generate_summary": ENUM,
        "reasoning.mode": ENUM,
        "reasoning.summary": ENUM,
        "prompt_cache_options.mode": ENUM,
        "prompt_cache_options.ttl": ENUM,
        "prompt_cache_retention": ENUM,
        "service_tier": ENUM,
        "truncation": ENUM,
        "context_management[].type": ENUM,
    },
)

# What the answer repeats of the request is the caller's own text: it goes back as it came, links included.
_RESPONSE: Final = Table(
    {
        "id": OBJECT,
        "output[]": ANSWERED,
        "conversation.id": OBJECT,
        "output_text": TEXT,
        "instructions": INPUT,
        "instructions[]": ANSWERED,
        "metadata": FREE,
        "tools": FREE,
        "text.format.description": INPUT,
        "text.format.schema": FREE,
        "user": INPUT,
        "safety_identifier": INPUT,
        "prompt_cache_key": INPUT,
        "error.message": TEXT,
    },
    default=KEEP,
    nested=False,
)

_DELTAS: Final = Table(
    {
        "output_index": LANE,
        "content_index": LANE,
        "summary_index": LANE,
        "command_index": LANE,
        "[type=response.output_text.delta|response.refusal.delta|response.audio.transcript.delta].delta": TEXT,
        "[type=response.reasoning_text.delta|response.reasoning_summary_text.delta].delta": TEXT,
        "[type=response.function_call_arguments.delta].delta": JSON,
        "[type=response.custom_tool_call_input.delta|response.shell_call_command.delta].delta": INPUT,
        "[type=response.output_text.done|response.refusal.done|response.audio.transcript.done].type": END,
        "[type=response.reasoning_text.done|response.reasoning_summary_text.done].type": END,
        "[type=response.function_call_arguments.done|response.custom_tool_call_input.done].type": END,
        "[type=response.shell_call_command.done].type": END,
        "[type=response.content_part.done|response.reasoning_summary_part.done|response.output_item.done].type": END,
        "[type=response.completed|response.incomplete|response.failed|error].type": END,
    },
    default=KEEP,
    nested=False,
)

_COPIES: Final = Table(
    {
        "[type=response.created|response.queued|response.in_progress].response": _RESPONSE,
        "[type=response.completed|response.incomplete|response.failed].response": _RESPONSE,
        "[type=response.output_item.added|response.output_item.done].item": ANSWERED,
        "[type=response.content_part.added|response.content_part.done].part.text": TEXT,
        "[type=response.content_part.added|response.content_part.done].part.refusal": TEXT,
        "[type=response.content_part.added|response.content_part.done].part.annotations[].title": TEXT,
        "[type=response.reasoning_summary_part.added|response.reasoning_summary_part.done].part.text": TEXT,
        "[type=response.output_text.annotation.added].annotation.title": TEXT,
        "[type=response.output_text.done|response.reasoning_text.done|response.reasoning_summary_text.done].text": TEXT,
        "[type=response.refusal.done].refusal": TEXT,
        "[type=response.function_call_arguments.done].arguments": JSON,
        "[type=response.custom_tool_call_input.done].input": INPUT,
        "[type=response.shell_call_command.added|response.shell_call_command.done].command": INPUT,
        "[type=error].message": WHOLE,
    },
    default=KEEP,
    nested=False,
)

_TRUSTED: Final = Table(
    {
        "input": TEXT,
        "instructions": TEXT,
        "input[][role=user|system|developer].content": TEXT,
        "input[][role=user|system|developer].content[].text": TEXT,
    },
    default=KEEP,
)

_ECHOED: Final = ("id", "created_at", "model")


def _failure(failure: Failure, about: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return `response.failed`: the response as the stream last described it, failed and without output."""
    known = {"id": "resp_hushgate", "created_at": Number("0"), "model": "", **{key: about[key] for key in _ECHOED if key in about}}
    error = {"code": "server_error", "message": failure.message}
    rest = {"tools": [], "tool_choice": "auto", "parallel_tool_calls": True, "metadata": {}}
    response = {**known, "object": "response", "status": "failed", "error": error, "incomplete_details": None, "output": [], **rest}
    return "response.failed", {"type": "response.failed", "response": response}


RESPONSES: Final = Endpoint(
    "responses",
    "POST",
    ("/responses", "/v1/responses"),
    request=_REQUEST,
    answer=_RESPONSE,
    trusted=_TRUSTED,
    stream=Stream(
        _DELTAS,
        envelope=("item_id",),
        final=("response.completed", "response.incomplete", "response.failed"),
        copies=_COPIES,
        counter="sequence_number",
        about="response",
        failure=_failure,
        pointing=Offsets("", "", "annotation"),
        resumes="starting_after",
    ),
    conversation="input",
    query=("beta",),
    keeps=Keeps(30, ("store",), into=("conversation",), switches=("background",)),
    structured=("text",),
    offsets=tuple(
        Offsets(holder, "text", "annotations")
        for holder in ("input[].content[]", "output[].content[]", "part", "item.content[]", "response.output[].content[]")
    ),
    schemas=(Enforced("tools[]", "parameters", "strict"), Enforced("text.format", "schema", "strict", default=False)),
    dropped=(
        "output[].content[].logprobs",
        "logprobs",
        "part.logprobs",
        "item.content[].logprobs",
        "response.output[].content[].logprobs",
    ),
)
