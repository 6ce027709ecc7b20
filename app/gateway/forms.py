"""`multipart/form-data` (RFC 7578), in as it comes and out again: fields and files, never more of it in memory than a block."""

import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from app.errors import BadDocument, TooLarge, WrongContentType
from app.gateway.shelf import Shelf

MOST_PARTS: Final = 512
_MOST_HEAD: Final = 8192
_BOUNDARY: Final = re.compile(
    r"multipart/form-data\s*;(?:.*;)?\s*boundary=(?:\"([^\"\r\n]{1,70})\"|([^\s;\"]{1,70}))\s*(?:;.*)?", re.IGNORECASE
)
_PARAMETER: Final = re.compile(r';\s*(\w+)="((?:[^"\\\r\n]|\\.)*)"')
_NAME: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,63})((?:\[[A-Za-z0-9_]{0,63}\])*)")


@dataclass
class Part:
    """One part: the keys that its name spells (`expires_after[anchor]` two, a list's the empty one), its text or the file on a shelf."""

    name: str
    steps: tuple[str, ...]
    text: str = field(default="", repr=False)
    filename: str | None = field(default=None, repr=False)
    media_type: str = ""
    shelf: Shelf | None = None
    place: tuple[str | int, ...] = ()


Event = Mapping[str, str] | bytes | None


class Parser:
    """The parts of one body. `feed` returns what a chunk completes: a head (its headers), pieces of data, and None at the end of a part."""

    def __init__(self, boundary: bytes) -> None:
        """Expect parts between these boundaries."""
        self._mark = b"\r\n--" + boundary
        self._buffer = b"\r\n"  # so that the first boundary looks like every other
        self._step: Callable[[list[Event]], bool] = self._before
        self.finished = False

    def feed(self, chunk: bytes) -> list[Event]:
        """Take a chunk. Raises BadDocument for what is no form."""
        self._buffer += chunk
        events: list[Event] = []
        while self._step(events):
            pass
        return events

    def _before(self, _events: list[Event]) -> bool:
        """Expect the first boundary: nobody inspects what stands before it."""
        mark = self._mark
        if not self._buffer.startswith(mark[: len(self._buffer)]):
            raise _no_form()
        return len(self._buffer) >= len(mark) and self._then(len(mark), self._after_mark)

    def _after_mark(self, _events: list[Event]) -> bool:
        if len(self._buffer) < 2:  # noqa: PLR2004 - `--` or a line end
            return False
        step = {b"--": self._end, b"\r\n": self._head}.get(self._buffer[:2])
        if step is None:
            raise _no_form()
        return self._then(2, step)

    def _head(self, events: list[Event]) -> bool:
        at = self._buffer.find(b"\r\n\r\n")
        if at > _MOST_HEAD or (at < 0 and len(self._buffer) > _MOST_HEAD):
            raise _no_form()
        if at < 0:
            return False
        events.append(_headers(self._buffer[:at]))
        return self._then(at + 2, self._opening)

    def _opening(self, _events: list[Event]) -> bool:
        """Right behind the head: what follows is data, or, of an empty part, the boundary whose line end the head's is."""
        if len(self._buffer) < len(self._mark):
            return False
        return self._then(0 if self._buffer.startswith(self._mark) else 2, self._data)

    def _data(self, events: list[Event]) -> bool:
        at = self._buffer.find(self._mark)
        sure = at if at >= 0 else max(0, len(self._buffer) - len(self._mark) + 1)
        if sure:
            events.append(self._buffer[:sure])
        if at < 0:
            self._buffer = self._buffer[sure:]
            return False
        events.append(None)
        return self._then(at + len(self._mark), self._after_mark)

    def _end(self, _events: list[Event]) -> bool:
        if self._buffer.strip():
            raise _no_form()  # nobody inspects what stands behind the last boundary
        self.finished = True
        self._buffer = b""
        return False

    def _then(self, taken: int, step: Callable[[list[Event]], bool]) -> bool:
        self._buffer, self._step = self._buffer[taken:], step
        return True


def _no_form() -> BadDocument:
    return BadDocument("the body is not multipart/form-data", where="body", hint="Send parts between boundaries, each with a name")


def _headers(head: bytes) -> Mapping[str, str]:
    rows = (row.partition(":") for row in head.decode("utf-8", "replace").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in rows}


def boundary_of(content_type: str) -> bytes:
    """Return the boundary that a content type names. Raises WrongContentType."""
    found = _BOUNDARY.fullmatch(content_type)
    if found is None:
        raise WrongContentType("the body must be multipart/form-data", where="content-type", hint="Send a form with a boundary")
    return (found[1] or found[2]).encode("latin-1")


async def read(chunks: AsyncIterator[bytes], boundary: bytes, most_text: int, most: int) -> list[Part]:
    """Read a form: fields of at most `most_text` bytes in all, files of at most `most`. Raises BadDocument, TooLarge.

    Whatever happens, no shelf is left behind.
    """
    reading = _Reading(most_text, most)
    parser = Parser(boundary)
    try:
        async for chunk in chunks:
            for event in parser.feed(chunk):
                await reading.take(event)
        reading.ended(finished=parser.finished)
    except BaseException:
        close(reading.parts)
        raise
    return reading.parts


class _Reading:
    """The parts so far, and how much they may still hold."""

    def __init__(self, most_text: int, most: int) -> None:
        self.parts: list[Part] = []
        self._text: list[bytes] = []
        self._left = {False: most_text, True: most}  # of fields, of files

    async def take(self, event: Event) -> None:
        if isinstance(event, bytes):
            shelf = self.parts[-1].shelf
            self._left[shelf is not None] -= len(event)
            if min(self._left.values()) < 0:
                raise TooLarge(
                    "the form is too large", where=self.parts[-1].name, hint="Send less, or raise HUSHGATE_MAX_BODY or HUSHGATE_MAX_FILE"
                )
            if shelf is None:
                self._text.append(event)
            else:
                await shelf.write(event)
        elif event is not None:
            self.parts.append(_begun(event, len(self.parts)))
        elif self.parts[-1].shelf is None:
            self.parts[-1].text, self._text = _text(b"".join(self._text)), []

    def ended(self, *, finished: bool) -> None:
        if not finished:
            raise BadDocument("the form breaks off", where="body", hint="Send it whole")


def close(parts: Sequence[Part]) -> None:
    """Let go of every file."""
    for part in parts:
        if part.shelf is not None:
            part.shelf.close()


def _begun(headers: Mapping[str, str], count: int) -> Part:
    disposition = headers.get("content-disposition", "")
    named = {key.lower(): value.replace('\\"', '"') for key, value in _PARAMETER.findall(disposition)}
    spelled = _NAME.fullmatch(named.get("name", ""))
    if count >= MOST_PARTS or spelled is None or not disposition.lower().startswith("form-data"):
        raise _no_form()
    if headers.get("content-transfer-encoding", "binary").lower() not in {"binary", "8bit", "7bit"}:
        raise BadDocument("a part of the form is encoded", where=spelled[1], hint="Send parts as they are")
    steps = (spelled[1], *re.findall(r"\[(\w*)\]", spelled[2]))
    filename = named.get("filename")
    return Part(
        spelled[0], steps, filename=filename, media_type=headers.get("content-type", ""), shelf=Shelf() if filename is not None else None
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadDocument("a field of the form is not UTF-8", where="body", hint="Send text as UTF-8, and files with a filename") from None


class Outgoing(httpx.AsyncByteStream):
    """A form on its way out: its content type, its length, and its bytes."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Write `parts` between boundaries of our own."""
        self._boundary = secrets.token_hex(16)
        self._parts = parts
        self.content_type = f"multipart/form-data; boundary={self._boundary}"
        self._tail = f"--{self._boundary}--\r\n".encode()

    @property
    def length(self) -> int:
        """How many bytes it takes."""
        return sum(len(self._head(part)) + _size(part) + 2 for part in self._parts) + len(self._tail)

    def _head(self, part: Part) -> bytes:
        disposition = f'form-data; name="{part.name}"'
        if part.filename is not None:
            name = part.filename.replace("\\", "_").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            disposition += f'; filename="{name}"'
        sort = f"Content-Type: {part.media_type}\r\n" if part.media_type else ""
        return f"--{self._boundary}\r\nContent-Disposition: {disposition}\r\n{sort}\r\n".encode()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the bytes."""
        for part in self._parts:
            yield self._head(part)
            if part.shelf is None:
                yield part.text.encode()
            else:
                async for block in part.shelf.read():
                    yield block
            yield b"\r\n"
        yield self._tail


def _size(part: Part) -> int:
    return len(part.text.encode()) if part.shelf is None else part.shelf.size


def arranged(parts: Sequence[Part], value: Callable[[Part], Any]) -> dict[str, Any]:
    """Return the document that the names of a form spell (`a[b]` within `a`, repeated names and `a[]` as a list), and note each part's place.

    Raises BadDocument where two names claim one place.
    """
    document: dict[str, Any] = {}
    named: dict[tuple[str, ...], list[Part]] = {}
    for part in parts:
        steps = part.steps[:-1] if part.steps[-1] == "" else part.steps
        named.setdefault(steps, []).append(part)
    for steps, members in named.items():
        holder: Any = document
        for step in steps[:-1]:
            holder = holder.setdefault(step, {}) if isinstance(holder, dict) else None
        if "" in steps or not isinstance(holder, dict) or steps[-1] in holder:
            raise BadDocument("two parts of the form claim one place", where=members[0].name, hint="Name each field once")
        several = len(members) > 1 or members[0].steps[-1] == ""
        holder[steps[-1]] = [value(part) for part in members] if several else value(members[0])
        for index, part in enumerate(members):
            part.place = (*steps, index) if several else steps
    return document


def found(document: Any, place: Sequence[str | int]) -> Any:
    """Return what stands at a part's place."""
    for step in place:
        document = document[step]
    return document
