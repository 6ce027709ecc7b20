"""Overlaps: which of many spans touch a given one, and what is left of a detector's name beside the names a conversation knows."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, Generic, Protocol, TypeVar

from app.core.finding import Finding, order
from app.core.policy import THRESHOLD
from app.engine.lexicon import HONORIFICS, LEGAL_FORMS, PARTICLES, SUFFIXES, plain
from app.engine.linking import LINKED, PERSON

_RUN: Final = re.compile(r"[^\W_]+")


class Span(Protocol):
    """What covers `[start, end)` of a text."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it has ended."""


S = TypeVar("S", bound=Span)


class Cover(Generic[S]):
    """Spans over one text, in order."""

    def __init__(self, spans: Iterable[S]) -> None:
        """Sort `spans` by where they begin."""
        self.spans = sorted(spans, key=lambda span: (span.start, span.end))
        self._starts = [span.start for span in self.spans]
        self._furthest = list(accumulate((span.end for span in self.spans), max))

    def touching(self, start: int, end: int) -> Iterator[S]:
        """Yield the spans that share a character with `[start, end)`, the last one first."""
        place = bisect_left(self._starts, end)
        while place and self._furthest[place - 1] > start:
            place -= 1
            if self.spans[place].end > start:
                yield self.spans[place]

    def touches(self, start: int, end: int) -> bool:
        """Whether any span shares a character with `[start, end)`."""
        place = bisect_left(self._starts, end)
        return place > 0 and self._furthest[place - 1] > start

    def holds(self, start: int, end: int) -> bool:
        """Whether one span covers all of `[start, end)`."""
        place = bisect_left(self._starts, start + 1)
        return place > 0 and self._furthest[place - 1] >= end


def reconciled(text: str, found: Sequence[Finding], hits: Sequence[Finding], *, exact: bool) -> list[Finding]:
    """Return what detectors `found` in a text and the `hits` of known values, so that no name hides another that matters more.

    A person matters more than a place or an organisation, which policies let through. A detector's name that a known one covers gives
    way; of one that reaches further what is left beside it stays. A longer name that holds a known one of its kind stays whole, unless
    the model wrote it (`exact`): then the known one was restored there.
    """
    over = Cover(hits)
    kept: list[Finding] = []
    for finding in found:
        known = [hit for hit in over.touching(finding.start, finding.end) if _matters(hit, finding)]
        if finding.entity not in LINKED or not known or any(_place(hit) == _place(finding) for hit in known):
            kept.append(finding)
            continue
        left = _left(text, finding, known)
        same = all(hit.entity == finding.entity and finding.start <= hit.start and hit.end <= finding.end for hit in known)
        kept += [finding] if same and left and not exact else left
    spans, people = {_place(finding) for finding in kept}, Cover([finding for finding in kept if finding.entity == PERSON])
    beside = (hit for hit in hits if _place(hit) not in spans and not (_lesser(hit) and people.holds(hit.start, hit.end)))
    return sorted([*kept, *beside], key=order)


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.start, finding.end, finding.entity


def _lesser(finding: Finding) -> bool:
    return finding.entity in LINKED and finding.entity != PERSON


def _matters(hit: Finding, finding: Finding) -> bool:
    return hit.entity in LINKED and hit.score >= min(finding.score, THRESHOLD) and not (_lesser(hit) and finding.entity == PERSON)


def _left(text: str, finding: Finding, known: Sequence[Finding]) -> list[Finding]:
    """Return the pieces of a finding that no known name covers and that say more than a title does."""
    pieces, begin = [], finding.start
    for start, end in [*sorted((hit.start, hit.end) for hit in known), (finding.end, finding.end)]:
        told = [word for word in _RUN.finditer(text, begin, max(begin, start)) if not _title(plain(word[0]))]
        if told:
            pieces.append(finding.at(told[0].start(), told[-1].end()))
        begin = max(begin, end)
    return pieces


def _title(word: str) -> bool:
    return word in HONORIFICS or word in PARTICLES or word in SUFFIXES or word in LEGAL_FORMS or (len(word) == 1 and word.isascii())
