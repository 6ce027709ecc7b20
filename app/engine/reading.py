"""Readings: a text as somebody would read it who sees through disguises, and where each of its characters comes from.

A rewrite replaces pieces of a text: `%40` by `@`, a run of base64 by what it says, a letter spaced out by the letter. Its trigger is
asked first, so that an ordinary text costs a few looks at it and nothing else. Rewrites apply stage by stage, each stage to the outcome of
the one before, and the stages go round ROUNDS times: what is encoded twice is read. No rewrite makes a text much longer, so that the
work is linear however a text is nested.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.jsontext import Edit, Edited
from app.core.matcher import Matcher

ROUNDS: Final = 3  # twice encoded, and disguised within
REACH: Final = 256  # characters around a rewritten piece in which a value or a context word may stand
_SPACES: Final = " \n\t"
LONGEST: Final = 8192  # characters of a word that is not cut in two at the edge of that


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One way to disguise a value, undone.

    `trigger` (RE2) matches wherever `edits` has anything to say; it is asked only of a text that holds one of `needs`, if any are named.
    A finding that rests on the rewrite counts from the score `bar` on, or if it is checked. `readable`: a text so disguised is still
    read as a text by whoever gets it, so that names are sought in it.
    """

    name: str
    trigger: str
    edits: Callable[[str], Iterable[Edit]]
    needs: tuple[str, ...] = ()
    bar: float = 0.5
    readable: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """Rewrites that apply to one text side by side.

    The triggers of those that need nothing are asked as one first. `foreign`: nothing of this stage is in a text of ASCII alone.
    """

    rewrites: tuple[Rewrite, ...]
    foreign: bool = False


Stages = Sequence[Stage]


class Reading:
    """One text, the text `below` that it was made of, and what was replaced there."""

    def __init__(self, below: "Reading | None", text: str, edits: Sequence[tuple[Edit, Rewrite]] = ()) -> None:
        """Note where in `text` each of the `edits` to the text below stands; they are in order and do not overlap."""
        self.text, self._below = text, below
        self._rewrites = [rewrite for _, rewrite in edits]
        self._from = [edit[0] for edit, _ in edits]
        self._to = [edit[1] for edit, _ in edits]
        self._starts: list[int] = []
        self._ends: list[int] = []
        shift = 0
        for (start, end, new), _ in edits:
            self._starts.append(start + shift)
            self._ends.append(start + shift + len(new))
            shift += len(new) - (end - start)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the text as it was given that `[start, end)` of this reading stands for."""
        return self._below.origin(*self._back(start, end)) if self._below is not None else (start, end)

    def rests_on(self, start: int, end: int) -> list[Rewrite]:
        """Return the rewrites without which `[start, end)` would not read so, the latest first; none if this reading says nothing new."""
        here = self._touching(start, end)
        if not here or self._below is None:
            return here
        return list(dict.fromkeys([*here, *self._below._before(*self._back(start, end))]))  # noqa: SLF001 - another of its kind

    def _before(self, start: int, end: int) -> list[Rewrite]:
        if self._below is None:
            return []
        return [*self._touching(start, end), *self._below._before(*self._back(start, end))]  # noqa: SLF001 - another of its kind

    def _back(self, start: int, end: int) -> tuple[int, int]:
        """Return what `[start, end)` stands for in the text below: from where its first character begins to where its last has ended."""
        return self._source(start)[0], self._source(end - 1)[1]

    def _source(self, place: int) -> tuple[int, int]:
        index = bisect_right(self._ends, place)
        if index < len(self._starts) and self._starts[index] <= place:
            return self._from[index], self._to[index]
        there = place + (self._to[index - 1] - self._ends[index - 1] if index else 0)
        return there, there + 1

    def _touching(self, start: int, end: int) -> list[Rewrite]:
        """Return whose edits lie in `[start, end)`: what was left out at its edges is no part of it."""
        index, touched = bisect_right(self._ends, start), dict[Rewrite, None]()
        while index < len(self._starts) and self._starts[index] < end:
            touched[self._rewrites[index]] = None
            index += 1
        return list(touched)

    def windows(self) -> Iterator[tuple[int, int, bool]]:
        """Yield the stretches of this reading in which its own rewrites say something new, and whether one of them is readable."""
        low = high = -1
        readable = False
        for start, end, rewrite in zip(self._starts, self._ends, self._rewrites, strict=True):
            if low >= 0 and start - REACH > high:
                high = self._after(high)
            if low >= 0 and start - REACH <= high:
                high, readable = max(high, end + REACH), readable or rewrite.readable
                continue
            if low >= 0:
                yield low, high, readable
            low, high, readable = max(high, self._before_word(start - REACH)), end + REACH, rewrite.readable
        if low >= 0:
            yield low, self._after(high), readable

    def _before_word(self, place: int) -> int:
        """Return where the word begins that goes over a place, or the place itself, if no word is as long."""
        low = max(0, place - LONGEST)
        begins = max(self.text.rfind(space, low, place) for space in _SPACES) + 1 if place > 0 else 0
        return begins if begins or not low else place

    def _after(self, place: int) -> int:
        """Return where the word ends that goes over a place, or the place itself, if no word is as long."""
        high = min(len(self.text), place + LONGEST)
        ends = [end for space in _SPACES if (end := self.text.find(space, place, high)) >= 0]
        return min(ends, default=high if high == len(self.text) else place)


class _Looks:
    """The triggers of one stage, compiled."""

    def __init__(self, stage: Stage) -> None:
        self._foreign = stage.foreign
        self._free = [(rewrite, Matcher(rewrite.trigger).search) for rewrite in stage.rewrites if not rewrite.needs]
        self._needy = [(rewrite, Matcher(rewrite.trigger).search) for rewrite in stage.rewrites if rewrite.needs]
        self._look = Matcher("|".join(f"(?:{rewrite.trigger})" for rewrite, _ in self._free)).search if self._free else None

    def __call__(self, text: str, data: bytes) -> list[Rewrite]:
        """Return the rewrites that may have anything to say of a text."""
        if self._foreign and text.isascii():
            return []
        asked = [(rewrite, search) for rewrite, search in self._needy if any(map(text.__contains__, rewrite.needs))]
        if self._look is not None and self._look(data) is not None:
            asked += self._free
        return [rewrite for rewrite, search in asked if search(data) is not None]


class Reader:
    """Reads a text in every way that its stages know."""

    def __init__(self, stages: Stages) -> None:
        """Compile the triggers. A Set of them all would have more states than any text could use twice."""
        self._looks = [_Looks(stage) for stage in stages]

    def __call__(self, text: str, data: bytes) -> Iterator[Reading]:
        """Yield each reading of `text` (`data` in UTF-8) that differs from the one before. The text itself is none."""
        reading: Reading | None = None
        for _round in range(ROUNDS):
            before = reading
            for chosen in [looks(text, data) for looks in self._looks]:
                rewritten = _rewritten(reading or Reading(None, text), chosen) if chosen else None
                if rewritten is not None:
                    reading = rewritten
                    yield reading
            if reading is None or reading is before:
                return
            text, data = reading.text, reading.text.encode(errors="replace")


def _rewritten(reading: Reading, rewrites: Sequence[Rewrite]) -> Reading | None:
    """Apply what `rewrites` say of one text, None if nothing. Where two say something of the same piece, the one that begins first holds."""
    said = [(edit, rewrite) for rewrite in rewrites for edit in rewrite.edits(reading.text)]
    kept: list[tuple[Edit, Rewrite]] = []
    done = 0
    for edit, rewrite in sorted(said, key=lambda one: (one[0][0], -one[0][1])):
        if edit[0] >= done:
            kept.append((edit, rewrite))
            done = edit[1]
    return Reading(reading, Edited.of(reading.text, [edit for edit, _ in kept]), kept) if kept else None
