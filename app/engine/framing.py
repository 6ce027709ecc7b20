"""Stream framing, sans I/O: bytes in, whole events out, however the network cut them.

`decode(chunk)` returns the events that are complete, `flush()` what is left when the stream ends. An untouched event goes
out as the bytes it came in; a rewritten one is rendered anew. A stream nobody rewrites is therefore byte-exact.
Source: WHATWG HTML, server-sent events (line ends CR, LF or CRLF; comments; several data lines; a leading BOM).
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple, Protocol

from app.errors import UpstreamFailed

MAX_EVENT: Final = 16 * 1024 * 1024
_TYPE: Final = re.compile(r"[a-z_.]+")  # not `[DONE]`


class Event(NamedTuple):
    """One event: the bytes that carried it, its data (None: a comment or a bare field), its name, and its other lines."""

    raw: bytes
    data: str | None = None
    name: str = ""
    others: tuple[str, ...] = ()


class Decoder(Protocol):
    """What every framing offers."""

    def decode(self, chunk: bytes) -> list[Event]:
        """Return the events that `chunk` completes."""

    def flush(self) -> list[Event]:
        """Return what is left at the end of the stream."""

    def render(self, data: str, name: str = "") -> bytes:
        """Return the bytes of an event of our own making."""

    def again(self, event: Event, data: str) -> bytes:
        """Return the bytes of `event` with other data; whatever else it carried stays."""


# Two line ends in a row, no more, end an event: a third one begins the next event wherever the network cut them.
# CR LF may be cut between two chunks: a CR at the very end waits for its LF.
_BLANK = re.compile(rb"(?:\r\n|\r(?!\n)|\n)(?:\r\n|\r(?!\n)|\n)")
_LINE = re.compile(r"\r\n|\r|\n")


class ServerSentEvents:
    """`text/event-stream`."""

    def __init__(self) -> None:
        """Start with an empty buffer."""
        self._buffer = b""
        self._first = True

    def decode(self, chunk: bytes) -> list[Event]:
        """Return the events that `chunk` completes; raise UpstreamFailed if one never ends."""
        buffer = self._buffer + chunk
        events: list[Event] = []
        start = 0
        for blank in _BLANK.finditer(buffer, max(0, len(self._buffer) - 3) if self._buffer else 0):
            end = blank.end()
            if end == len(buffer) and buffer.endswith(b"\r"):
                break  # the LF of this CR may be in the next chunk
            events.append(self._event(buffer[start:end]))
            start = end
        self._buffer = buffer[start:]
        if len(self._buffer) > MAX_EVENT:
            raise UpstreamFailed("the provider sent an event without end", hint="Try again, or ask for a shorter answer")
        return events

    def flush(self) -> list[Event]:
        """Return an unfinished event as one event: the stream ended inside it."""
        rest, self._buffer = self._buffer, b""
        return [self._event(rest)] if rest else []

    def render(self, data: str, name: str = "") -> bytes:
        """Render an event; JSON data never holds a raw line end, other data is split into lines."""
        return self.again(Event(b"", data, name), data)

    def again(self, event: Event, data: str) -> bytes:
        """Render `event` with other data: a comment, an `id` to resume from and a `retry` stay."""
        name = f"event: {event.name}\n" if event.name else ""
        head = "".join(f"{line}\n" for line in event.others) + name
        body = "".join(f"data: {line}\n" for line in data.split("\n"))
        return f"{head}{body}\n".encode("utf-8", "backslashreplace")

    def _event(self, raw: bytes) -> Event:
        text = raw.decode("utf-8", "replace")
        if self._first:
            text, self._first = text.removeprefix("\ufeff"), False
        name, data, others = "", [], []
        for line in _LINE.split(text):
            field, _, value = line.partition(":")
            if field == "data":
                data.append(value.removeprefix(" "))
            elif field == "event":
                name = value.removeprefix(" ")
            elif line:
                others.append(line)
        return Event(raw, "\n".join(data) if data else None, name, tuple(others))


class Messages:
    """Messages of a WebSocket, each one event: in the bytes here each ends in 0xFF, which no UTF-8 holds."""

    END: Final = b"\xff"

    def __init__(self) -> None:
        """Start with an empty buffer."""
        self._buffer = b""

    def decode(self, chunk: bytes) -> list[Event]:
        """Return the messages that `chunk` completes; raise UpstreamFailed if one never ends."""
        *whole, self._buffer = (self._buffer + chunk).split(self.END)
        if len(self._buffer) > MAX_EVENT:
            raise UpstreamFailed("the provider sent a message without end", hint="Try again, or ask for a shorter answer")
        return [Event(message + self.END, message.decode("utf-8", "replace")) for message in whole]

    def flush(self) -> list[Event]:
        """Return nothing: half a message is none, and the socket that brings them has refused it."""
        self._buffer = b""
        return []

    def render(self, data: str, name: str = "") -> bytes:  # noqa: ARG002 - a message has no name beside its data
        """Render a message."""
        return data.encode("utf-8", "backslashreplace") + self.END

    def again(self, event: Event, data: str) -> bytes:  # noqa: ARG002
        """Render a message with other data."""
        return self.render(data)


FRAMINGS: Final[dict[str, Callable[[], Decoder]]] = {"sse": ServerSentEvents, "messages": Messages}


@cache
def last_one(final: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return what finds the type of a last event in its data, where such an event has one."""
    names = "|".join(re.escape(name) for name in final if _TYPE.fullmatch(name))
    return re.compile(rf'(?<!\\)"type"\s*:\s*"(?:{names})"') if names else None
