"""The numbers of a stream's events: ours get one, and those of the provider move up."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from app.core.dialect import Stream
from app.core.document import Number, parse
from app.engine.framing import FRAMINGS, Event
from app.errors import BadDocument

_DIGITS: Final = 15  # of an event's number


class Numbers:
    """Counts the events of one stream; of several answers side by side, each by itself."""

    def __init__(self, stream: Stream) -> None:
        """Start with nothing sent."""
        self._key, self._branch_key = stream.counter, stream.branch
        self._given: dict[Any, int] = {}  # the last number that went out, in each branch
        self._shift: Counter[Any] = Counter()  # how many events of ours the provider does not know of

    def read(self, document: Mapping[str, Any]) -> bool:
        """Read the provider's number of an event, if it has one: what goes out before it is counted from there."""
        number = document.get(self._key) if self._key else None
        if not isinstance(number, Number) or number.whole is None:
            return False
        branch = self._branch(document)
        if number.whole == 0:
            self._shift[branch] = 0  # in a session every answer counts anew
        self._given[branch] = number.whole + self._shift[branch] - 1
        return True

    def again(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an event of the provider with the number that it has now."""
        number = self._next(document)
        return {**document, self._key: number} if self._shift[self._branch(document)] else document

    def ours(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give an event of our own its number; the provider's later ones move up."""
        if not self._key:
            return document
        self._shift[self._branch(document)] += 1
        return {**document, self._key: self._next(document)}

    def _branch(self, document: Mapping[str, Any]) -> Any:
        """Return the name of the answer that an event belongs to, where several are numbered side by side."""
        name = document.get(self._branch_key) if self._branch_key else None
        return name if isinstance(name, str) else None

    def _next(self, document: Mapping[str, Any]) -> Number:
        branch = self._branch(document)
        self._given[branch] = self._given.get(branch, -1) + 1
        return Number(str(self._given[branch]))


class Behind:
    """What of a stream stands behind one of its numbers: a client that asks for the rest has heard all before it.

    Only the whole stream says what was held at that number, and how many of our own events come before it: it is read from its start.
    """

    def __init__(self, stream: Stream, number: int) -> None:
        """Let through what comes after `number`."""
        self._key, self._number = stream.counter, number
        self._decoder = FRAMINGS[stream.framing]()
        self._reached = False

    def feed(self, data: bytes) -> bytes:
        """Take restored bytes and return those that are due."""
        return b"".join([event.raw for event in self._decoder.decode(data) if self._due(event)])

    def finish(self, data: bytes) -> bytes:
        """Take the last restored bytes."""
        return self.feed(data) + b"".join([event.raw for event in self._decoder.flush() if self._due(event)])

    def _due(self, event: Event) -> bool:
        if not self._reached and event.data is not None:
            try:
                document = parse(event.data, strict=False)
            except (BadDocument, RecursionError):
                return False
            number = document.get(self._key) if isinstance(document, dict) else None
            self._reached = not isinstance(number, Number) or number.whole is None or number.whole > self._number
        return self._reached


def resumed(stream: Stream, query: Mapping[str, str]) -> tuple[Behind | None, Mapping[str, str]]:
    """Return what lets the rest of a stream through, if a query asks for that, and the query that asks for all of it."""
    number = query.get(stream.resumes, "")
    if not number.isdecimal() or len(number) > _DIGITS:
        return None, query
    return Behind(stream, int(number)), {name: value for name, value in query.items() if name != stream.resumes}
