"""From the probabilities of words to spans: what is a name, how far it reaches, and of which kind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.names.model import TAGS
from app.names.words import LINE, NO_GAP, Words

FEW: Final = 3  # words, below which a text says too little about them
FIGURES: Final = 2  # digits, from which on what they stand in may be a number rather than a name
PERSON: Final = "PERSON"


class Span(NamedTuple):
    """A name at `[start, end)` of the text, its entity, and a score: 0.5 where its entity's threshold is, 1 for certainty."""

    start: int
    end: int
    entity: str
    score: float


class Thresholds(NamedTuple):
    """When a word belongs to a name.

    `begin` for the surest word of a span, by entity; `go_on` for the words beside it; `alone` where hardly any other word
    tells what the text is (`database`); `capitals` for a person who would be a single word of capitals among small ones (`JSON`).
    """

    begin: Mapping[str, float]
    go_on: float
    alone: float
    capitals: float


def spans(words: Words, probabilities: Any, thresholds: Thresholds) -> Iterator[Span]:
    """Yield the names among `words`, in order. `probabilities`: words × TAGS, the first tag meaning no name."""
    nothing = probabilities[:, 0]
    alone = len(words.surfaces) < FEW
    shouted = not any(map(str.islower, words.surfaces))
    likely = (nothing <= 1 - thresholds.go_on).nonzero()[0].tolist()
    numbers = _numbers(words, [i for i in likely if words.surfaces[i].isdigit()])
    names = [i for i in likely if i not in numbers]
    for run in _runs(names, words):
        sums = probabilities[run[0] : run[-1] + 1, 1:].sum(axis=0)
        entity = TAGS[1 + int(sums.argmax())]
        score = float(1 - nothing[run[0] : run[-1] + 1].min())
        least = max(thresholds.begin[entity], alone * thresholds.alone)
        if entity == PERSON and len(run) == 1 and not shouted and words.surfaces[run[0]].isupper():
            least = max(least, thresholds.capitals)
        named = [i for i in run if words.surfaces[i].isalnum()]  # no mark at either end
        if named and score >= least:
            yield Span(words.starts[named[0]], words.ends[named[-1]], entity, round(0.5 + 0.5 * (score - least) / (1 - least), 4))


def _numbers(words: Words, digits: Sequence[int]) -> set[int]:
    """Return the words that make up numbers and codes around `digits`: no name is mostly figures, and none may hide an identifier."""
    numbers: set[int] = set()
    for i in digits:
        if i in numbers:
            continue
        first = last = i
        while first and words.gaps[first] == NO_GAP and _joins(words.surfaces[first - 1]):
            first -= 1
        while last + 1 < len(words.surfaces) and words.gaps[last + 1] == NO_GAP and _joins(words.surfaces[last + 1]):
            last += 1
        whole = "".join(words.surfaces[first : last + 1])
        if max(FIGURES, sum(map(str.isalpha, whole))) <= sum(map(str.isdigit, whole)):
            numbers.update(range(first, last + 1))
    return numbers


def _joins(surface: str) -> bool:
    return surface.isalnum() or surface in {"-", "_"}


def _runs(names: Sequence[int], words: Words) -> Iterator[list[int]]:
    """Yield neighbouring words on one line together."""
    run: list[int] = []
    for i in names:
        if run and (i != run[-1] + 1 or words.gaps[i] == LINE):
            yield run
            run = []
        run.append(i)
    if run:
        yield run
