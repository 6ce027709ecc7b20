"""A text as words: runs of letters, runs of digits, and every other visible character by itself."""

import re
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f\u200d]*(?:[\u0300-\u036f\u200d]+[^\W\d_]*)*|\d+|[^\w\s]|_")

NO_GAP, SPACE, LINE = range(3)


class Words(NamedTuple):
    """The words of a text, their spans as string indices, and what stands before each: nothing, space, or a new line."""

    surfaces: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[int]


def split(text: str) -> Words:
    """Return the words of `text`, in order. Linear in its length."""
    surfaces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    gaps: list[int] = []
    last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        surfaces.append(match.group())
        starts.append(start)
        ends.append(end)
        if start == last and last:
            gaps.append(NO_GAP)
        else:
            gaps.append(LINE if not last or "\n" in text[last:start] else SPACE)
        last = end
    return Words(surfaces, starts, ends, gaps)
