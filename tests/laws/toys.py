"""Two toy dialects: one shaped like Gemini, one framed in bytes rather than lines. They prove that the dialect format carries both."""

from typing import Final

from app.core.dialect import Dialect, Endpoint, Stream
from app.core.table import Kind, Table
from app.engine.framing import FRAMINGS, Event

_PART: dict[str, Kind | Table] = {
    "inlineData.mimeType": Kind.FUNCTIONAL,
    "inlineData.data": Kind.FILE,
    "fileData.fileUri": Kind.FILE,
    "functionCall.name": Kind.FUNCTIONAL,
    "functionCall.args": Kind.FREE,
    "functionResponse.name": Kind.FUNCTIONAL,
    "functionResponse.response": Kind.FREE,
    "thoughtSignature": Kind.SIGNED,
}

_ANSWER = Table(
    {
        "candidates[].index": Kind.LANE,
        "candidates[].content.parts[].text": Kind.TEXT,
        "candidates[].content.parts[].functionCall.args": Kind.FREE,
        "candidates[].content.parts[].thoughtSignature": Kind.SIGNED,
        "candidates[].finishReason": Kind.END,
        "promptFeedback.blockReason": Kind.END,
    },
    default=Kind.KEEP,
    nested=False,
)

GEMINI: Final = Dialect(
    name="toy-gemini",
    endpoints=(
        Endpoint(
            "generateContent",
            "POST",
            ("/v1beta/models/{model}:generateContent",),
            request=Table(
                {
                    "contents[].role": Kind.ENUM,
                    "contents[].parts[]": Table(_PART),
                    "systemInstruction.parts[]": Table(_PART),
                    "tools[].functionDeclarations[].name": Kind.FUNCTIONAL,
                    "generationConfig.responseMimeType": Kind.FUNCTIONAL,
                },
            ),
            answer=_ANSWER,
            trusted=Table({"contents[][role=user].parts[].text": Kind.TEXT}, default=Kind.KEEP),
            stream=Stream(_ANSWER, envelope=("responseId", "modelVersion")),
            conversation="contents",
        ),
    ),
    credential=("x-goog-api-key", ""),
    headers=(),
    answer_headers=(),
    error=lambda failure: {"error": {"code": failure.status, "message": failure.message}},
    stream_error=lambda failure: ("", {"error": {"message": failure.message}}),
)


class LengthPrefixed:
    """Binary frames: four bytes of length, one byte of the name's length, the name, the data."""

    def __init__(self) -> None:
        self._buffer = b""

    def decode(self, chunk: bytes) -> list[Event]:
        self._buffer += chunk
        events = []
        while len(self._buffer) >= 4 and len(self._buffer) >= (size := int.from_bytes(self._buffer[:4], "big")):
            raw, self._buffer = self._buffer[:size], self._buffer[size:]
            start = 5 + raw[4]
            events.append(Event(raw, raw[start:].decode(), raw[5:start].decode()))
        return events

    def flush(self) -> list[Event]:
        rest, self._buffer = self._buffer, b""
        return [Event(rest)] if rest else []

    def again(self, event: Event, data: str) -> bytes:
        return self.render(data, event.name)

    def render(self, data: str, name: str = "") -> bytes:
        label, body = name.encode(), data.encode("utf-8", "backslashreplace")
        return (5 + len(label) + len(body)).to_bytes(4, "big") + bytes([len(label)]) + label + body


FRAMINGS.setdefault("toy-frames", LengthPrefixed)

_FRAME = Table({"contentBlockIndex": Kind.LANE, "delta.text": Kind.TEXT, "stopReason": Kind.END}, default=Kind.KEEP, nested=False)

FRAMED: Final = Dialect(
    name="toy-framed",
    endpoints=(
        Endpoint(
            "converse",
            "POST",
            ("/converse",),
            request=Table({"modelId": Kind.FUNCTIONAL, "messages[].role": Kind.ENUM}),
            answer=Table({"output.text": Kind.TEXT}, default=Kind.KEEP, nested=False),
            trusted=Table({}, default=Kind.KEEP),
            stream=Stream(_FRAME, framing="toy-frames"),
        ),
    ),
    credential=("authorization", ""),
    headers=(),
    answer_headers=(),
    error=lambda failure: {"message": failure.message},
    stream_error=lambda failure: ("exception", {"message": failure.message}),
)
