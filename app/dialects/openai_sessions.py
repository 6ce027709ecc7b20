"""OpenAI's sessions over a WebSocket: realtime, and responses one after the other. The tables of both sides' events."""

from dataclasses import replace
from typing import Final

from app.core.dialect import SESSION, Endpoint, Session, Stream
from app.core.table import Kind, Table
from app.dialects.openai_errors import realtime_error, responses_error
from app.dialects.openai_items import TOOL
from app.dialects.openai_responses import RESPONSES
from app.dialects.schema import SCHEMA

END, ENUM, FILE, FREE, FUNCTIONAL, INPUT = Kind.END, Kind.ENUM, Kind.FILE, Kind.FREE, Kind.FUNCTIONAL, Kind.INPUT
JSON, KEEP, LANE, REFUSED, TEXT, WHOLE = Kind.JSON, Kind.KEEP, Kind.LANE, Kind.REFUSED, Kind.TEXT, Kind.WHOLE

_ITEM: Final = Table(
    {
        "type": ENUM,
        "object": ENUM,
        "role": ENUM,
        "status": ENUM,
        "phase": ENUM,
        "id": FUNCTIONAL,
        "call_id": FUNCTIONAL,
        "name": FUNCTIONAL,
        "server_label": FUNCTIONAL,
        "approval_request_id": FUNCTIONAL,
        "arguments": JSON,
        "output": TEXT,
        "reason": TEXT,
        "error.type": ENUM,
        "content[].type": ENUM,
        "content[].text": TEXT,
        "content[].transcript": TEXT,
        "content[].detail": ENUM,
        "content[].audio": FILE,
        "content[].image_url": FILE,
        "tools[].name": FUNCTIONAL,
        "tools[].input_schema": SCHEMA,
        "tools[].annotations": FREE,
        # An item of another conversation of the shared credential; this session's own are in its conversation already.
        "[type=item_reference].id": REFUSED,
    },
)

_AUDIO: Final = Table(
    {
        "*.format.type": FUNCTIONAL,
        "*.format.rate": FUNCTIONAL,
        "input.noise_reduction.type": ENUM,
        "input.transcription.model": FUNCTIONAL,
        "input.transcription.language": FUNCTIONAL,
        "input.transcription.languages": FUNCTIONAL,
        "input.transcription.delay": ENUM,
        "input.turn_detection.type": ENUM,
        "input.turn_detection.eagerness": ENUM,
        "output.voice": FUNCTIONAL,
        "output.voice.id": REFUSED,  # a voice that somebody of this credential made
    },
)

# What a session and one answer of it have in common.
_SETTINGS: dict[str, Kind | Table] = {
    "type": ENUM,
    "object": ENUM,
    "id": FUNCTIONAL,
    "model": FUNCTIONAL,
    "modalities": ENUM,
    "output_modalities": ENUM,
    "voice": FUNCTIONAL,
    "include": ENUM,
    "instructions": TEXT,
    "audio": _AUDIO,
    "input_audio_format": FUNCTIONAL,
    "output_audio_format": FUNCTIONAL,
    "input_audio_noise_reduction.type": ENUM,
    "input_audio_transcription.model": FUNCTIONAL,
    "input_audio_transcription.language": FUNCTIONAL,
    "turn_detection.type": ENUM,
    "turn_detection.eagerness": ENUM,
    "max_output_tokens": ENUM,
    "max_response_output_tokens": ENUM,
    "prompt": REFUSED,
    "reasoning.effort": ENUM,
    "tool_choice": ENUM,
    "tool_choice.type": ENUM,
    "tool_choice.name": FUNCTIONAL,
    "tool_choice.server_label": FUNCTIONAL,
    "tools[]": TOOL,
    "tracing.metadata": FREE,
    "truncation": ENUM,
    "truncation.type": ENUM,
    "client_secret": REFUSED,
}

_REALTIME: Final = Table(
    {
        "type": ENUM,
        "event_id": FUNCTIONAL,
        "item_id": FUNCTIONAL,
        "response_id": FUNCTIONAL,
        "previous_item_id": FUNCTIONAL,
        "audio": FILE,
        "item": _ITEM,
        "session": Table(_SETTINGS),
        "response": Table({**_SETTINGS, "conversation": ENUM, "metadata": FREE, "input[]": _ITEM}),
    },
)

# What the client runs gets originals; what the provider runs (MCP) keeps what the provider saw.
_ANSWERED: Final = Table(
    {
        "content[].text": TEXT,
        "content[].transcript": TEXT,
        "[type=function_call].arguments": JSON,
        "[type=function_call_output].output": INPUT,
        "[type=mcp_approval_response].reason": INPUT,
    },
    default=KEEP,
    nested=False,
)

_TOLD: Final = Table(
    {
        "instructions": INPUT,
        "tools": FREE,
        "metadata": FREE,
        "tracing.group_id": INPUT,
        "tracing.metadata": FREE,
        "tracing.workflow_name": INPUT,
        "audio.input.transcription.prompt": INPUT,
        "audio.input.transcription.keywords": INPUT,
        "input_audio_transcription.prompt": INPUT,
        "status_details.error.message": TEXT,
        "output[]": _ANSWERED,
    },
    default=KEEP,
    nested=False,
)

_TRANSCRIBED: Final = "conversation.item.input_audio_transcription"
_DELTAS: Final = Table(
    {
        "response_id": LANE,
        "output_index": LANE,
        "item_id": LANE,
        "content_index": LANE,
        "[type=response.output_text.delta|response.output_audio_transcript.delta].delta": TEXT,
        "[type=response.text.delta|response.audio_transcript.delta].delta": TEXT,
        f"[type={_TRANSCRIBED}.delta].delta": TEXT,
        "[type=response.function_call_arguments.delta].delta": JSON,
        "[type=response.output_text.done|response.output_audio_transcript.done].type": END,
        "[type=response.text.done|response.audio_transcript.done|response.function_call_arguments.done].type": END,
        f"[type={_TRANSCRIBED}.completed|{_TRANSCRIBED}.failed].type": END,
        "[type=response.content_part.done|response.output_item.done].type": END,
        "[type=response.done].response.id": LANE,
        "[type=response.done].response.object": END,
    },
    default=KEEP,
    nested=False,
)

_COPIES: Final = Table(
    {
        "[type=session.created|session.updated].session": _TOLD,
        "[type=response.created|response.done].response": _TOLD,
        "[type=conversation.item.created|conversation.item.added|conversation.item.done|conversation.item.retrieved].item": _ANSWERED,
        "[type=response.output_item.added|response.output_item.done].item": _ANSWERED,
        "[type=response.content_part.added|response.content_part.done].part.text": TEXT,
        "[type=response.content_part.added|response.content_part.done].part.transcript": TEXT,
        "[type=response.output_text.done|response.text.done].text": TEXT,
        "[type=response.output_audio_transcript.done|response.audio_transcript.done].transcript": TEXT,
        "[type=response.function_call_arguments.done].arguments": JSON,
        f"[type={_TRANSCRIBED}.completed].transcript": TEXT,
        f"[type={_TRANSCRIBED}.segment].text": TEXT,
        f"[type={_TRANSCRIBED}.failed].error.message": WHOLE,
        "[type=error].error.message": WHOLE,
    },
    default=KEEP,
    nested=False,
)

REALTIME: Final = Endpoint(
    "realtime",
    SESSION,
    ("/realtime", "/v1/realtime"),
    request=_REALTIME,
    answer=Table({"error.message": TEXT}, default=KEEP, nested=False),
    trusted=Table(
        {
            "session.instructions": TEXT,
            "response.instructions": TEXT,
            "item[role=user|system].content[].text": TEXT,
            "response.input[][role=user|system].content[].text": TEXT,
        },
        default=KEEP,
    ),
    stream=Stream(_DELTAS, framing="messages", final=("response.done", "error"), copies=_COPIES),
    conversation="",
    query=("model", "intent"),
    dropped=("logprobs",),
    modelled=False,
    session=Session(
        realtime_error,
        protocol="realtime",
        asks=("response.create",),
    ),
    models=("session.model", "session.audio.input.transcription.model", "session.input_audio_transcription.model", "response.model"),
)

assert RESPONSES.stream is not None  # noqa: S101 - it streams
assert RESPONSES.stream.copies is not None  # noqa: S101

# An answer that was never ended leaves nothing to the next one; an error may be about another event than the one that is answered.
_DELTAS_OF_RESPONSES: Final = {
    "stream_id": LANE,
    **{path.replace("|error]", "|response.created]"): kind for path, kind in RESPONSES.stream.table.entries.items()},
}

# One event of the client is the body of a request, with a type; the answers' events are those of a stream, each of its own lane.
RESPONSES_SESSION: Final = replace(
    RESPONSES,
    name="responses.session",
    method=SESSION,
    request=Table(
        {
            **RESPONSES.request.entries,
            "type": ENUM,
            "event_id": FUNCTIONAL,
            "stream_id": FUNCTIONAL,
        }
    ),
    stream=replace(
        RESPONSES.stream,
        table=replace(RESPONSES.stream.table, entries=_DELTAS_OF_RESPONSES),
        copies=replace(
            RESPONSES.stream.copies,
            entries={
                **RESPONSES.stream.copies.entries,
                "[type=error].error.message": WHOLE,
                "[type=response.steer.failed].error.message": WHOLE,
                "[type=response.steer.failed].steer.input": INPUT,
                "[type=response.steer.failed].steer.input[].content": INPUT,
                "[type=response.steer.failed].steer.input[].content[].text": INPUT,
            },
        ),
        framing="messages",
        branch="stream_id",
        final=("response.completed", "response.incomplete", "response.failed", "error"),
    ),
    modelled=False,  # each event names its own
    session=Session(
        responses_error,
        asks=("response.create",),
    ),
    models=("model",),
)
