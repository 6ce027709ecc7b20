"""A text as words: runs of letters, runs of digits, and every other visible character by itself."""

import re
from collections.abc import Container
from itertools import pairwise
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f\u200d]*(?:[\u0300-\u036f\u200d]+[^\W\d_]*)*|\d+|[^\w\s]|_")
_PLAIN: Final = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9\s]")  # the same for ASCII, in less time
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

NO_GAP, SPACE, LINE = range(3)
KINDS: Final = 3
GAPS: Final = 5 * KINDS
RUN: Final = 16  # marks of a run that are read
TAG: Final = "#"


class Words(NamedTuple):
    """The words of a text, their spans as string indices, and what stands before each: nothing, space, or a new line."""

    surfaces: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[int]


def split(text: str) -> Words:
    """Return the words of `text`, in order. Linear in its length.

    A hashtag is as many words as it is written large: `#JaneDoe` says a name.
    """
    spans = [match.span() for match in (_PLAIN if text.isascii() else _WORD).finditer(text)]
    if TAG in text:
        spans = [part for start, end in spans for part in _parts(text, start, end)]
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    between = zip(ends, starts[1:], strict=False)
    gaps = [NO_GAP if end == start else LINE if "\n" in text[end:start] else SPACE for end, start in between]
    return Words([text[start:end] for start, end in spans], starts, ends, [LINE, *gaps] if spans else [])


class Reading(NamedTuple):
    """A text as the network reads it: words only, each with the marks that stand on either side.

    `words`, `marks`: which of the text's they are; `owners`: behind which of `words` a mark's run ends; `gaps`: the widest gap before a word,
    by KINDS, and whether the marks there touch the word before and this one; `runs`: the first RUN marks before each word, and those behind
    the last.
    """

    words: list[int]
    gaps: list[int]
    runs: list[str]
    marks: list[int]
    owners: list[int]


def is_mark(word: str) -> bool:
    """Whether a word is a mark: a visible character that is neither letter nor digit."""
    return not word[0].isalnum()


def read(words: Words, skipped: Container[int] = ()) -> Reading:
    """Return what the network reads of `words`, but for those `skipped`."""
    found = Reading([], [], [], [], [])
    run, widest, ahead = "", NO_GAP, NO_GAP
    for i, (surface, gap) in enumerate(zip(words.surfaces, words.gaps, strict=True)):
        if i in skipped:
            continue
        widest = max(widest, gap)
        if is_mark(surface):
            ahead = ahead if run else gap
            if len(run) < RUN:
                run += surface
            found.marks.append(i)
            found.owners.append(len(found.words))
        else:
            touching = 1 + (ahead == NO_GAP) + 2 * (gap == NO_GAP) if run else 0
            found.words.append(i)
            found.gaps.append(widest + KINDS * touching)
            found.runs.append(run)
            run, widest = "", NO_GAP
    found.runs.append(run)
    return found


def around(words: Words, i: int, joints: Container[str]) -> range:
    """Return word `i` with the letters, digits and `joints` that stand beside it without a gap."""
    surfaces, gaps, first, end = words.surfaces, words.gaps, i, i + 1
    while first and gaps[first] == NO_GAP and (surfaces[first - 1].isalnum() or surfaces[first - 1] in joints):
        first -= 1
    while end < len(surfaces) and gaps[end] == NO_GAP and (surfaces[end].isalnum() or surfaces[end] in joints):
        end += 1
    return range(first, end)


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the span of a word, cut before each hump if it is a hashtag's."""
    if not start or text[start - 1] != TAG:
        return [(start, end)]
    cuts = [start, *(hump.start() for hump in _HUMP.finditer(text, start, end)), end]
    return list(pairwise(cuts))
