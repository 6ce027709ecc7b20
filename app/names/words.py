"""A text as words: runs of letters, runs of digits, and every other visible character by itself."""

import re
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f\u200d]*(?:[\u0300-\u036f\u200d]+[^\W\d_]*)*|\d+|[^\w\s]|_")
_PLAIN: Final = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9\s]")  # the same for ASCII, in less time

NO_GAP, SPACE, LINE = range(3)


class Words(NamedTuple):
    """The words of a text, their spans as string indices, and what stands before each: nothing, space, or a new line."""

    surfaces: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[int]


def split(text: str) -> Words:
    """Return the words of `text`, in order. Linear in its length."""
    spans = [match.span() for match in (_PLAIN if text.isascii() else _WORD).finditer(text)]
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    between = zip(ends, starts[1:], strict=False)
    gaps = [NO_GAP if end == start else LINE if "\n" in text[end:start] else SPACE for end, start in between]
    return Words([text[start:end] for start, end in spans], starts, ends, [LINE, *gaps] if spans else [])
