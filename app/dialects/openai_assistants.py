"""OpenAI's assistants: assistants, threads, their messages, runs and steps, whole and streamed."""

from typing import Final

from app.core.dialect import Endpoint, Keeps, Offsets, Stream
from app.core.table import Kind, Table
from app.dialects.openai_routes import answer, fetch, fetch_own, fetch_page, remove, send, tell
from app.dialects.schema import SCHEMA

END, ENUM, FILE, FREE, FUNCTIONAL, INPUT = Kind.END, Kind.ENUM, Kind.FILE, Kind.FREE, Kind.FUNCTIONAL, Kind.INPUT
JSON, KEEP, LANE, OBJECT, TEXT, WHOLE = Kind.JSON, Kind.KEEP, Kind.LANE, Kind.OBJECT, Kind.TEXT, Kind.WHOLE
KEPT: Final = Keeps()

_RESOURCES: Final = Table(
    {
        "code_interpreter.file_ids": OBJECT,
        "file_search.vector_store_ids": OBJECT,
        "file_search.vector_stores[].file_ids": OBJECT,
        "file_search.vector_stores[].metadata": FREE,
        "file_search.vector_stores[].chunking_strategy.type": ENUM,
    },
)
_SETTINGS: Final[dict[str, Kind | Table]] = {
    "model": FUNCTIONAL,
    "reasoning_effort": ENUM,
    "tools[].type": ENUM,
    "tools[].function.name": FUNCTIONAL,
    "tools[].function.parameters": SCHEMA,
    "tools[].file_search.ranking_options.ranker": FUNCTIONAL,
    "tool_choice": ENUM,
    "tool_choice.type": ENUM,
    "tool_choice.function.name": FUNCTIONAL,
    "tool_resources": _RESOURCES,
    "truncation_strategy.type": ENUM,
    "response_format": ENUM,
    "response_format.type": ENUM,
    "response_format.json_schema.name": FUNCTIONAL,
    "response_format.json_schema.schema": SCHEMA,
    "metadata": FREE,
}
_MESSAGE: Final = Table(
    {
        "role": ENUM,
        "content": TEXT,
        "content[].type": ENUM,
        "content[].image_url.url": FILE,
        "content[].image_url.detail": ENUM,
        "content[].image_file.file_id": OBJECT,
        "content[].image_file.detail": ENUM,
        "attachments[].file_id": OBJECT,
        "attachments[].tools[].type": ENUM,
        "metadata": FREE,
    },
)
_THREAD: Final = Table({"messages[]": _MESSAGE, "tool_resources": _RESOURCES, "metadata": FREE})
_ASSISTANT: Final = Table(_SETTINGS)
_RUN: Final = Table({**_SETTINGS, "assistant_id": OBJECT, "additional_messages[]": _MESSAGE, "thread": _THREAD})
_METADATA: Final = Table({"metadata": FREE})
_UPDATED_THREAD: Final = Table({"metadata": FREE, "tool_resources": _RESOURCES})

# What the answer repeats of the request is the caller's own text, and comes back as it was written.
_SHOWN: Final[dict[str, Kind | Table]] = {
    "id": OBJECT,
    "name": INPUT,
    "description": INPUT,
    "instructions": INPUT,
    "tools": FREE,
    "response_format": FREE,
    "metadata": FREE,
    "error.message": TEXT,
}
ASSISTANT: Final = Table(_SHOWN, default=KEEP, nested=False)
_SHOWN_RUN: Final[dict[str, Kind | Table]] = {
    **_SHOWN,
    "thread_id": OBJECT,
    "required_action.submit_tool_outputs.tool_calls[].function.arguments": JSON,
    "last_error.message": TEXT,
}
RUN: Final = Table(_SHOWN_RUN, default=KEEP, nested=False)
THREAD: Final = answer({"id": OBJECT, "metadata": FREE})
_PARTS: Final[dict[str, Kind | Table]] = {
    "content[].text.value": TEXT,
    "content[].text.annotations[].file_path.file_id": OBJECT,
    "content[].image_file.file_id": OBJECT,
    "content[].refusal": TEXT,
}
MESSAGE: Final = answer({"id": OBJECT, "metadata": FREE, "run_id": OBJECT, **_PARTS})
# The provider runs code and searches: they keep what the provider saw. Functions are the client's.
STEP: Final = answer(
    {
        "id": OBJECT,
        "metadata": FREE,
        "step_details.message_creation.message_id": OBJECT,
        "step_details.tool_calls[].function.arguments": JSON,
        "step_details.tool_calls[].function.output": INPUT,
        "step_details.tool_calls[].code_interpreter.outputs[].image.file_id": OBJECT,
        "last_error.message": TEXT,
    },
)

# A type stands in the selectors where an event of our own must say it, and an id where two lanes would be one without it.
_EVENT: Final = Table(
    {
        "[object=thread.message.delta|thread.message|thread.run.step.delta|thread.run.step].id": LANE,
        "[object=thread.message.delta].delta.content[].index": LANE,
        "[object=thread.message.delta].delta.content[].text.value": TEXT,
        "[object=thread.message.delta].delta.content[].refusal": TEXT,
        "[object=thread.message.delta].delta.content[][type=text|refusal].type": KEEP,
        "[object=thread.message].completed_at": END,
        "[object=thread.message].incomplete_at": END,
        "[object=thread.run.step.delta].delta.step_details[type=tool_calls].tool_calls[].index": LANE,
        "[object=thread.run.step.delta].delta.step_details[type=tool_calls].tool_calls[].function.arguments": JSON,
        "[object=thread.run.step.delta].delta.step_details[type=tool_calls].tool_calls[].function.output": INPUT,
        "[object=thread.run.step.delta].delta.step_details[type=tool_calls].tool_calls[][type=function].type": KEEP,
        "[object=thread.run.step].completed_at": END,
        "[object=thread.run.step].failed_at": END,
        "[object=thread.run.step].cancelled_at": END,
        "[object=thread.run.step].expired_at": END,
        "[object=thread.run.step].type": KEEP,
        "[object=thread.run].completed_at": END,
        "[object=thread.run].failed_at": END,
        "[object=thread.run].cancelled_at": END,
        "[object=thread.run].incomplete_details.reason": END,
        "[object=thread.run].required_action.type": END,
        "error.message": WHOLE,
        "error.type": END,
        "message": WHOLE,  # an error that ends a run comes without a wrapping object
        "type": END,
    },
    default=KEEP,
    nested=False,
)
_COPIES: Final = Table(
    {
        "[object=thread]": THREAD,
        "[object=thread.run]": RUN,
        "[object=thread.message]": MESSAGE,
        "[object=thread.run.step]": STEP,
    },
    default=KEEP,
    nested=False,
)
_STREAM: Final = Stream(
    _EVENT,
    envelope=("id",),
    final=("done", "[DONE]"),
    copies=_COPIES,
    beside=Offsets("delta.content[].text", "value", "annotations"),
)
_POINTING: Final = (Offsets("content[].text", "value", "annotations"), Offsets("data[].content[].text", "value", "annotations"))
_INCLUDED: Final = ("include[]",)

ASSISTANT_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("assistants", "/assistants", _ASSISTANT, ASSISTANT, keeps=KEPT, modelled=True),
    fetch_own("assistants.list", "/assistants", ASSISTANT),
    fetch("assistants.retrieve", "/assistants/{assistant_id}", ASSISTANT),
    send("assistants.update", "/assistants/{assistant_id}", _ASSISTANT, ASSISTANT, keeps=KEPT),
    remove("assistants.delete", "/assistants/{assistant_id}"),
)
THREAD_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("threads", "/threads", _THREAD, THREAD, keeps=KEPT, optional=True),
    fetch("threads.retrieve", "/threads/{thread_id}", THREAD),
    send("threads.update", "/threads/{thread_id}", _UPDATED_THREAD, THREAD, keeps=KEPT),
    remove("threads.delete", "/threads/{thread_id}"),
    send("threads.messages", "/threads/{thread_id}/messages", _MESSAGE, MESSAGE, keeps=KEPT, conversation=""),
    fetch_page("threads.messages.list", "/threads/{thread_id}/messages", MESSAGE, cursors=("after", "before", "run_id"), offsets=_POINTING),
    fetch("threads.messages.retrieve", "/threads/{thread_id}/messages/{message_id}", MESSAGE, offsets=_POINTING),
    send("threads.messages.update", "/threads/{thread_id}/messages/{message_id}", _METADATA, MESSAGE, keeps=KEPT),
    remove("threads.messages.delete", "/threads/{thread_id}/messages/{message_id}"),
)
RUN_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("threads.runs", "/threads/{thread_id}/runs", _RUN, RUN,
         stream=_STREAM, keeps=KEPT, conversation="additional_messages", query=_INCLUDED, offsets=_POINTING),
    send("threads.run", "/threads/runs", _RUN, RUN, stream=_STREAM, keeps=KEPT, conversation="thread", offsets=_POINTING),
    fetch_page("threads.runs.list", "/threads/{thread_id}/runs", RUN),
    fetch("threads.runs.retrieve", "/threads/{thread_id}/runs/{run_id}", RUN),
    send("threads.runs.update", "/threads/{thread_id}/runs/{run_id}", _METADATA, RUN, keeps=KEPT),
    tell("threads.runs.cancel", "/threads/{thread_id}/runs/{run_id}/cancel", RUN, keeps=KEPT),
    send("threads.runs.submit_tool_outputs", "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs",
         Table({"tool_outputs[].tool_call_id": FUNCTIONAL, "tool_outputs[].output": TEXT}), RUN, stream=_STREAM, keeps=KEPT, offsets=_POINTING),
    fetch_page("threads.runs.steps", "/threads/{thread_id}/runs/{run_id}/steps", STEP, _INCLUDED),
    fetch("threads.runs.steps.retrieve", "/threads/{thread_id}/runs/{run_id}/steps/{step_id}", STEP, query=_INCLUDED),
)  # fmt: skip
