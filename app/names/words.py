"""A text as words: runs of letters, runs of digits, and every other visible character by itself."""

import re
from collections.abc import Container, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

# Captured, so that what splits a text is kept.
_WORD: Final = re.compile(r"([^\W\d_][^\W\d_\u0300-\u036f\u200d]*(?:[\u0300-\u036f\u200d]+[^\W\d_]*)*|\d+|[^\w\s]|_)")
_PLAIN: Final = re.compile(r"([A-Za-z]+|[0-9]+|[^A-Za-z0-9\s])")  # the same for ASCII, in less time
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
    parts = (_PLAIN if text.isascii() else _WORD).split(text)  # by turns what stands between words and a word
    if TAG in text:
        parts = list(_parted(parts))
    places, surfaces = list(accumulate(map(len, parts))), parts[1::2]
    gaps = [NO_GAP if not between else LINE if "\n" in between else SPACE for between in parts[:-1:2]]
    return Words(surfaces, places[:-1:2], places[1::2], [LINE, *gaps[1:]] if gaps else [])


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
        if gap > widest:  # noqa: PLR1730 - a call would cost as much as all else here
            widest = gap
        if surface[0].isalnum():
            found.words.append(i)
            found.runs.append(run)
            if run:
                widest += KINDS * (1 + (ahead == NO_GAP) + 2 * (gap == NO_GAP))
                run = ""
            found.gaps.append(widest)
            widest = NO_GAP
        else:
            ahead = ahead if run else gap
            if len(run) < RUN:
                run += surface
            found.marks.append(i)
            found.owners.append(len(found.words))
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


def _parted(parts: Sequence[str]) -> Iterator[str]:
    """Yield the same parts, a word that a TAG stands right before cut before each hump."""
    last = ""
    for between, word in zip(parts[::2], parts[1::2], strict=False):
        first, *humps = _HUMP.split(word) if last == TAG and not between else (word,)
        yield between
        yield first
        for hump in humps:
            yield ""
            yield hump
        last = word
    yield parts[-1]
