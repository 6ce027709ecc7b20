"""Put originals back: lanes that restore text as it streams, and the restorer that owns an exchange's lanes.

A whole text is a lane fed once and flushed, so a stream cannot differ from it. A lane emits all but the longest suffix that
could still grow into an issued surrogate; with nothing issued it holds nothing and copies nothing.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from app.core.document import Number, escape
from app.core.segment import Form, Leaf, Segment
from app.core.surrogate import CODE, Occurrence, Original, Reader
from app.core.table import Kind
from app.engine.citations import Citations
from app.engine.depth import JsonDepth
from app.engine.offsets import Edit
from app.engine.sinks import WINDOW, Hosts, landing, rebases

_ESCAPE: Final = re.compile(r"\\+(?:([nrt])|u00([0-7][0-9a-fA-F])|([\"/]))")
_JSON_HEAD: Final = ("{", "[")
_INTEGER: Final = re.compile(r"[1-9][0-9]*")
_RESTORED: Final = frozenset({Kind.TEXT, Kind.JSON, Kind.FREE, Kind.INPUT, Kind.WHOLE})


class Originals:
    """What one exchange may restore: its surrogates, their reader, and the trusted hosts."""

    def __init__(self, by_surrogate: Mapping[str, Original], hosts: Hosts) -> None:
        """Index `by_surrogate`; `hosts` is asked only when a value would land in a link."""
        self.hosts = hosts
        self.kept: Counter[str] = Counter()
        self.restored = 0
        self._index(by_surrogate)

    def learn(self, more: Mapping[str, Original]) -> None:
        """Restore these, too, from here on, in lanes that are open as well: a session issues while it is answered."""
        if more.keys() - self.by_surrogate.keys():
            self._index({**self.by_surrogate, **more})

    def _index(self, by_surrogate: Mapping[str, Original]) -> None:
        self.by_surrogate = by_surrogate
        self.reader = Reader(by_surrogate)
        self.reader.rank(by_surrogate)
        self.numbers = any(original.number for original in by_surrogate.values())

    def number(self, surrogate: str) -> str:
        """Return the lexeme of a number that is put back whole."""
        self.restored += 1
        return self.by_surrogate[surrogate].text


class Lane:
    """One run of text within an answer. `feed` returns what may go out, `flush` the rest."""

    def __init__(self, originals: Originals, *, json: bool | None, sinks: bool) -> None:
        """`json`: the text is JSON (None: if it begins with a brace or bracket); `sinks`: keep values out of links."""
        self._originals = originals
        self._json = json
        self._sinks = sinks
        self._held = ""
        self._before = ""
        self._based = False
        self._depth = JsonDepth()
        self._unread: list[str] = []
        self._at = 0  # how much source text has been passed on
        self._edits: list[Edit] = []

    @property
    def edits(self) -> list[Edit]:
        """What was replaced so far, and what would be if the text ended here."""
        by, at = self._originals.by_surrogate, self._at
        held = ((at + found.start, at + found.end, len(by[found.text].text)) for found in self._originals.reader.read(self._held))
        return [*self._edits, *held]

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
        if self._json is None:
            head = text.lstrip()[:1]
            self._json = head in _JSON_HEAD if head else None
        for found in self._originals.reader.read(text):
            start, end = found.start, found.end
            lexeme = None
            quote = self._opening(text, found, done)
            if quote is not None:
                self._pass(text[done:quote], out)
                done = quote
                if self._opens_value(start - quote - 1):
                    start, lexeme = quote, _closed(text, quote, found, final=final)
            if not final and (lexeme == _UNDECIDED or _may_be_longer(text, found)):
                stop = done if quote is not None else start
                break
            if lexeme:
                end = lexeme
            else:
                start = found.start
            self._pass(text[done:start], out)
            value = self._value(text[start:end], found.text, number=bool(lexeme))
            if value != text[start:end]:
                self._edits.append((self._at, self._at + end - start, len(value)))
            self._at += end - start
            out.append(value)
            self._passed(text[start:end])
            done = end
        if not final and stop == len(text):
            stop -= self._holdback(text[done:])
        self._pass(text[done:stop], out)
        self._held = text[stop:]
        return "".join(out)

    def _opening(self, text: str, found: Occurrence, floor: int) -> int | None:
        """Where the quote right before a surrogate starts, if the surrogate came from a number and may become one again."""
        if not self._json or not self._originals.by_surrogate[found.text].number:
            return None
        return _quote(text, floor, found.start)

    def _opens_value(self, slashes: int) -> bool:
        """Whether a quote behind `slashes` backslashes opens a string here, at some level of JSON."""
        self._levels()
        return self._depth.opens(slashes)

    def _holdback(self, tail: str) -> int:
        hold = self._originals.reader.holdback(tail)
        if self._json and self._originals.numbers:
            quote = _quote(tail, 0, len(tail) - hold)
            if quote is not None:
                return len(tail) - quote
            return hold or len(tail) - len(tail.rstrip("\\"))
        return hold

    def _pass(self, source: str, out: list[str]) -> None:
        """Send source text as it stands."""
        if source:
            out.append(source)
            self._at += len(source)
            self._passed(source)

    def _passed(self, source: str) -> None:
        """Remember source text: sinks look back over a window, JSON depth over everything."""
        if self._sinks:
            whole = self._before + source
            self._based = self._based or rebases(whole[-len(source) - 6 :])  # `<base` and what ends it
            self._before = whole[-WINDOW:]
        if self._json is not False:
            self._unread.append(source)

    def _value(self, source: str, surrogate: str, *, number: bool) -> str:
        original = self._originals.by_surrogate[surrogate]
        if self._sinks:
            before = self._before if not self._json else _ESCAPE.sub(_plain, self._before)
            sink = landing(before, self._originals.hosts, based=self._based)
            if sink is not None:
                self._originals.kept[sink] += 1
                return source
        self._originals.restored += 1
        if number or not self._json or escape(original.text) == original.text:
            return original.text
        return escape(original.text, self._levels())

    def _levels(self) -> int:
        levels = self._depth.advance("".join(self._unread))
        self._unread.clear()
        return levels


def _plain(escape: re.Match[str]) -> str:
    """What a character of a JSON string looks like once it is read, at whatever depth."""
    return " " if escape[1] else escape[3] or chr(int(escape[2], 16))


_UNDECIDED: Final = -1


def _quote(text: str, floor: int, end: int) -> int | None:
    """Where a quote and its backslashes start that end at `end`, or None if no quote stands there."""
    if end <= floor or text[end - 1] != '"':
        return None
    start = end - 1
    while start > floor and text[start - 1] == "\\":
        start -= 1
    return start


def _closed(text: str, quote: int, found: Occurrence, *, final: bool) -> int:
    """Where the string ends in which a surrogate stands alone as a value (0: it does not, `_UNDECIDED`: more text must tell)."""
    opening, rest = text[quote : found.start], text[found.end :]
    if not rest.startswith(opening):
        return _UNDECIDED if opening.startswith(rest) and not final else 0
    after = rest[len(opening) :].lstrip()
    if not after and not final:
        return _UNDECIDED
    return 0 if after[:1] == ":" else found.end + len(opening)  # a key stays a string


def _may_be_longer(text: str, found: Occurrence) -> bool:
    rest = text[found.end :]
    return found.bare and (not rest or (len(rest) == 1 and rest in "sS"))


class Restorer:
    """Restores the segments of one answer, whole or event by event."""

    def __init__(self, originals: Originals, *, json_text: bool | None, citations: Citations | None = None, on: bool = True) -> None:
        """`json_text`: the request asked for an answer whose text is JSON (None: if it looks like it); `on=False` leaves surrogates, and offsets, in place."""
        self.originals = originals if on else Originals({}, originals.hosts)
        self._on = on
        self.citations = citations if on else None
        self._json_text = json_text
        self.lanes: dict[tuple[int | str, ...], Lane] = {}

    def learn(self, more: Mapping[str, Original]) -> None:
        """Restore these, too, from here on."""
        if self._on:
            self.originals.learn(more)

    def lane(self, segment: Segment) -> Lane:
        """Return the lane this segment continues."""
        lane = self.lanes.get(segment.lane)
        if lane is None:
            lane = self.lanes[segment.lane] = self._new(segment.kind)
        return lane

    def _new(self, kind: Kind) -> Lane:
        if kind in {Kind.JSON, Kind.FREE, Kind.INPUT}:
            return Lane(self.originals, json=True if kind is Kind.JSON else None, sinks=False)
        return Lane(self.originals, json=self._json_text, sinks=True)

    def whole(self, segment: Segment) -> Leaf:
        """Restore one finished segment; KEEP and SIGNED ones stand, and are counted if they hold a surrogate."""
        kind, text = segment.kind, segment.text
        if not self.originals.by_surrogate:
            return text
        if kind not in _RESTORED:
            if kind is not Kind.SIGNED and len(text) > CODE and segment.form is Form.STRING:
                kept = len(self.originals.reader.read(text))
                if kept:
                    self.originals.kept["field"] += kept
            return text
        if kind is Kind.FREE and self.originals.numbers and segment.form is Form.STRING:
            found = self.originals.reader.read(text)
            if found and found[0].end - found[0].start == len(text) and self.originals.by_surrogate[found[0].text].number:
                return Number(self.originals.number(found[0].text))
        if segment.form is Form.NUMBER:  # a model may write a realistic stand-in of digits as a number
            lexeme = self.originals.number(text) if text in self.originals.by_surrogate else ""
            return Number(lexeme) if _INTEGER.fullmatch(lexeme) else lexeme or text
        return self._new(kind).finish(text)

    def edits(self, before: str, _after: str) -> list[Edit]:
        """Return what restoring a whole text replaces in it."""
        kept, restored = self.originals.kept.copy(), self.originals.restored  # counted when the text itself was restored
        lane = self._new(Kind.TEXT)
        lane.finish(before)
        self.originals.kept, self.originals.restored = kept, restored
        return lane.edits

    def copy(self, segment: Segment) -> Leaf:
        """Restore a finished copy of text that was said before: what it keeps was counted then."""
        kept, restored = self.originals.kept.copy(), self.originals.restored
        try:
            return self.whole(segment)
        finally:
            self.originals.kept, self.originals.restored = kept, restored
