"""Patterns too wide for one automaton over every text: a few words say where one may match, and it is tried around these only."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.finding import Finding, Judge, Pattern, Search
from app.core.matcher import Matcher
from app.detectors.places import places

_DIGIT: Final = re.compile(rb"[0-9]")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words (an RE2 expression) and the patterns that hold one of them, which begin and end within so many bytes of it.

    Where `number` is -1 or 1 a digit must stand before or behind the words: without one, nothing is tried.
    """

    words: str
    patterns: tuple[Pattern, ...]
    before: int
    behind: int
    number: int = 0


class Anchored:
    """Finds anchored patterns in a text, in one pass over it for all words."""

    def __init__(self, name: str, anchors: Sequence[Anchor], judge: Judge) -> None:
        """Compile the words together; patterns when they are first needed."""
        self._name, self._judge = name, judge
        self.trigger: Final = "|".join(f"(?:{anchor.words})" for anchor in anchors)
        self._words = Matcher(self.trigger)
        # Whose words they are each is asked: groups in one expression would have RE2 keep book of all.
        self._each = [(Matcher(anchor.words).match, anchor) for anchor in anchors]
        self._regexes: dict[str, Matcher] = {}

    def find(self, text: str) -> Iterator[Finding]:
        """Yield what the patterns find in `text`, overlaps included."""
        data = text.encode(errors="replace")
        place = places(data, text)
        position = 0
        while (match := self._words.search(data, position)) is not None:
            start, end = match[0]
            anchor = next(anchor for stands, anchor in self._each if stands(data, start) is not None)
            position = max(end, position + 1)
            for pattern in anchor.patterns if _numbered(anchor, data, start, end) else ():
                for first, last in self._around(pattern, anchor, data, start, end):
                    judged = self._judge(data[first:last].decode(), pattern)
                    if judged is not None:
                        yield Finding(place(first), place(last), judged.entity, judged.score, self._name, judged.checked)

    def _around(self, pattern: Pattern, anchor: Anchor, data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the spans of a pattern's values that hold the anchor's first byte, or stand behind it."""
        low, high = _edge(data, start - anchor.before), _edge(data, end + anchor.behind)
        window = data[low:high]
        regex = self._regexes.get(pattern.regex)
        if regex is None:
            regex = self._regexes[pattern.regex] = Matcher(pattern.regex)
        position = 0
        while low + position <= start and (match := regex.search(window, position)) is not None:
            (begins, ends), (first, last) = match[0], match[pattern.group]
            position = max(last, begins + 1) if first >= 0 else max(ends, position + 1)
            if low + ends > start and low + begins <= start and (first or not low) and last > first:
                yield low + first, low + last


class Several:
    """Finds what any of some searches finds."""

    def __init__(self, *searches: Search) -> None:
        """Hold the searches, in their order."""
        self.trigger: Final = "|".join(f"(?:{one.trigger})" for one in searches)
        self._searches = searches

    def find(self, text: str) -> Iterator[Finding]:
        """Yield what is found in `text`, overlaps included."""
        for one in self._searches:
            yield from one.find(text)


def _numbered(anchor: Anchor, data: bytes, start: int, end: int) -> bool:
    if anchor.number < 0:
        return _DIGIT.search(data, max(0, start - anchor.before), start) is not None
    return anchor.number == 0 or _DIGIT.search(data, end, end + anchor.behind) is not None


def _edge(data: bytes, offset: int) -> int:
    """Return the beginning of the character at `offset`, within the text."""
    offset = min(max(0, offset), len(data))
    while 0 < offset < len(data) and data[offset] & 0xC0 == 0x80:  # noqa: PLR2004 - a UTF-8 continuation byte
        offset -= 1
    return offset
