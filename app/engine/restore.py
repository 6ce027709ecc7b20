"""Put originals back: lanes that restore text as it streams, and the restorer that owns an exchange's lanes.

A whole text is a lane fed once and flushed, so a stream cannot differ from it. A lane emits all but the longest suffix that
could still grow into an issued surrogate; with nothing issued it holds nothing and copies nothing.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from app.core.document import Number, escape
from app.core.segment import Form, Kind, Leaf, Segment
from app.core.surrogate import CODE, Occurrence, Original, Reader
from app.engine.sinks import WINDOW, Hosts, landing

_QUOTE: Final = re.compile(r'(\\*)"')
_OPENING_QUOTE: Final = re.compile(r'\\*"$')
_CLOSING_QUOTE: Final = re.compile(r'\\*"')
_JSON_HEAD: Final = ("{", "[")


class Originals:
    """What one exchange may restore: its surrogates, their reader, and the trusted hosts."""

    def __init__(self, by_surrogate: Mapping[str, Original], hosts: Hosts) -> None:
        """Index `by_surrogate`; `hosts` is asked only when a value would land in a link."""
        self.by_surrogate = by_surrogate
        self.hosts = hosts
        self.reader = Reader(by_surrogate)
        self.reader.rank(by_surrogate)
        self.numbers = any(original.number for original in by_surrogate.values())
        self.kept: Counter[str] = Counter()


class JsonDepth:
    """How many JSON strings are open at the end of the text seen so far: the levels an inserted value must be escaped.

    In the string at level d a quote behind k backslashes closes it if k mod 2^d = 2^(d-1) - 1; where that string's content is
    JSON again (it begins with a brace or bracket), one behind 2^d - 1 opens level d + 1.
    """

    def __init__(self) -> None:
        """Start outside every string."""
        self._content_is_json: list[bool] = []  # one entry per open string

    def advance(self, text: str) -> int:
        """Read `text`, which continues what was read before, and return the levels open at its end."""
        levels = self._content_is_json
        for quote in _QUOTE.finditer(text):
            slashes, depth = len(quote[1]), len(levels)
            if depth and slashes % 2**depth == 2 ** (depth - 1) - 1:
                levels.pop()
            elif depth and slashes < 2 ** (depth - 1) - 1:
                del levels[slashes.bit_length() :]  # damaged JSON: an outer string ended
            elif not depth or (levels[-1] and slashes == 2**depth - 1):
                levels.append(text[quote.end() : quote.end() + 64].lstrip().startswith(_JSON_HEAD))
        return len(levels)


class Lane:
    """One run of text within an answer. `feed` returns what may go out, `flush` the rest."""

    def __init__(self, originals: Originals, *, json: bool | None, sinks: bool) -> None:
        """`json`: the text is JSON (None: if it begins with a brace or bracket); `sinks`: keep values out of links."""
        self._originals = originals
        self._json = json
        self._sinks = sinks
        self._held = ""
        self._before = ""
        self._depth = JsonDepth()
        self._unread: list[str] = []

    @property
    def held(self) -> str:
        """The text held back now."""
        return self._held

    def feed(self, text: str) -> str:
        """Take the next piece of source text and return what may be sent."""
        if not self._originals.by_surrogate:
            return text
        return self._advance(self._held + text, final=False)

    def flush(self) -> str:
        """Return what is held, as it stands: nothing more will come."""
        return self._advance(self._held, final=True) if self._held else ""

    def finish(self, text: str) -> str:
        """Take the last, or only, piece of source text and return everything: what `feed` and `flush` together would."""
        return self._advance(self._held + text, final=True) if self._originals.by_surrogate else text

    def _advance(self, text: str, *, final: bool) -> str:
        out: list[str] = []
        done = 0
        stop = len(text)
        for found in self._originals.reader.read(text):
            start, end, number = self._span(text, found, done)
            if not final and self._undecided(text, found, end, number=number):
                stop = start
                break
            self._passed(text[done:start])
            out.append(text[done:start])
            out.append(self._value(text[start:end], found.text, number=number))
            self._passed(text[start:end])
            done = end
        if not final and stop == len(text):
            stop -= self._holdback(text[done:])
        self._passed(text[done:stop])
        out.append(text[done:stop])
        self._held = text[stop:]
        return "".join(out)

    def _span(self, text: str, found: Occurrence, floor: int) -> tuple[int, int, bool]:
        """Widen the span by the quotes around it if it stands alone in a JSON string and came from a number."""
        original = self._originals.by_surrogate[found.text]
        if not (original.number and self._json):
            return found.start, found.end, False
        opening = _OPENING_QUOTE.search(text, floor, found.start)
        closing = _CLOSING_QUOTE.match(text, found.end)
        if opening is None or (closing is None and found.end < len(text.rstrip("\\"))):
            return found.start, found.end, False
        return opening.start(), closing.end() if closing else len(text), closing is not None

    def _undecided(self, text: str, found: Occurrence, end: int, *, number: bool) -> bool:
        if self._json and self._originals.by_surrogate[found.text].number and not number and end == len(text):
            return True  # the closing quote may follow
        rest = text[found.end :]
        return found.bare and (not rest or (len(rest) == 1 and rest in "sS"))

    def _holdback(self, tail: str) -> int:
        hold = self._originals.reader.holdback(tail)
        if self._json and self._originals.numbers:
            quote = _OPENING_QUOTE.search(tail, 0, len(tail) - hold)
            if quote:
                return len(tail) - quote.start()
            slashes = len(tail) - len(tail.rstrip("\\"))
            return max(hold, slashes)
        return hold

    def _passed(self, source: str) -> None:
        """Remember source text: sinks look back over a window, JSON depth over everything."""
        if not source:
            return
        if self._json is None:
            head = (self._before + source).lstrip()[:1]
            self._json = head in _JSON_HEAD if head else None
        self._before = (self._before + source)[-WINDOW:] if self._sinks or self._json is None else ""
        if self._json is not False:
            self._unread.append(source)

    def _value(self, source: str, surrogate: str, *, number: bool) -> str:
        original = self._originals.by_surrogate[surrogate]
        if self._sinks:
            sink = landing(self._before, self._originals.hosts)
            if sink is not None:
                self._originals.kept[sink] += 1
                return source
        if number:
            return original.text
        if not self._json or escape(original.text) == original.text:
            return original.text
        return escape(original.text, self._levels())

    def _levels(self) -> int:
        levels = self._depth.advance("".join(self._unread))
        self._unread.clear()
        return levels


class Restorer:
    """Restores the segments of one answer, whole or event by event."""

    def __init__(self, originals: Originals, *, json_text: bool, on: bool = True) -> None:
        """`json_text`: the request asked for an answer whose text is JSON; `on=False` leaves surrogates in place."""
        self.originals = originals if on else Originals({}, originals.hosts)
        self._json_text = json_text
        self.lanes: dict[tuple[int | str, ...], Lane] = {}

    def lane(self, segment: Segment) -> Lane:
        """Return the lane this segment continues."""
        lane = self.lanes.get(segment.lane)
        if lane is None:
            lane = self.lanes[segment.lane] = self._new(segment.kind)
        return lane

    def _new(self, kind: Kind) -> Lane:
        if kind is Kind.JSON:
            return Lane(self.originals, json=True, sinks=False)
        if kind is Kind.FREE:
            return Lane(self.originals, json=None, sinks=False)
        return Lane(self.originals, json=self._json_text, sinks=True)

    def whole(self, segment: Segment) -> Leaf:
        """Restore one finished segment; KEEP and SIGNED ones stand, and are counted if they hold a surrogate."""
        kind, text = segment.kind, segment.text
        if not self.originals.by_surrogate:
            return text
        if kind not in _RESTORED:
            if kind is not Kind.SIGNED and len(text) > CODE and segment.form is Form.STRING:
                found = len(self.originals.reader.read(text))
                if found:
                    self.originals.kept["field"] += found
            return text
        original = self.originals.by_surrogate.get(text) if kind is Kind.FREE else None
        if original is not None and original.number and segment.form is Form.STRING:
            return Number(original.text)
        return self._new(kind).finish(text)


_RESTORED: Final = frozenset({Kind.TEXT, Kind.JSON, Kind.FREE, Kind.WHOLE})
