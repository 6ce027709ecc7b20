"""Context words: where the words that vouch for a candidate stand in a text, looked up once per text and detector."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

import re2

from app.core.matcher import Matcher

REACH: Final = 60  # characters before a candidate
_BYTES: Final = 4 * REACH


class Context:
    """A detector's context words. One counts where it stands by itself, in the plural, or as a hump (`cardNumber`, `card_number`)."""

    def __init__(self, words: Sequence[str]) -> None:
        """Compile `words`, longest first."""
        ordered = sorted(words, key=lambda word: (-len(word), word))
        choice = "|".join(map(re.escape, ordered))
        self.standing = re.compile(rf"(?:(?<![^\W\d_])|(?<=[a-z])(?=[A-Z]))(?i:{choice})s?(?![a-zß-ÿ])")
        self.regex = f"(?i:{'|'.join(map(re2.escape, ordered))})"  # anywhere at all: RE2 is ten times faster at saying no
        self.anywhere = Matcher(self.regex)


class Nearby:
    """Where in one text (UTF-8) the words of one Context stand."""

    def __init__(self, context: Context, data: bytes) -> None:
        """Find every place where a word might stand; which ones do is asked of the candidates' places only."""
        self._starts, self._ends = [], []
        position = 0
        while (match := context.anywhere.search(data, position)) is not None:
            start, position = match[0]
            self._starts.append(start)
            self._ends.append(position)
        self._context, self._data = context, data
        self._known: dict[int, bool] = {}

    def before(self, start: int) -> bool:
        """Say whether a context word stands within reach before the byte `start`."""
        known = self._known.get(start)
        if known is None:
            low = max(0, start - _BYTES)
            first, last = bisect_right(self._ends, low), bisect_left(self._starts, start)
            known = self._known[start] = first < last and self._stands(low, start, first, last)
        return known

    def _stands(self, low: int, start: int, first: int, last: int) -> bool:
        """Say whether one of the places is a word by itself. Where bytes are characters, only the places are looked at."""
        text = self._data[low:start].decode(errors="ignore")
        window = text[-REACH:]
        if len(text) != start - low:
            return self._context.standing.search(window) is not None
        base, at = start - len(window), self._context.standing.match
        return any(at(window, place - base) is not None for place in self._starts[first:last] if place >= base)

    def skip(self, position: int) -> int:
        """Return the first byte from `position` on that a candidate which needs context can stand at."""
        index = bisect_right(self._ends, max(0, position - _BYTES))
        return max(position, self._starts[index]) if index < len(self._starts) else len(self._data)
