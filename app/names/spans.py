"""From the probabilities of words to spans: what is a name, how far it reaches, and of which kind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.names.model import TAGS
from app.names.words import LINE, Words

FEW: Final = 3  # words, below which a text says too little about them
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
    names = (nothing <= 1 - thresholds.go_on).nonzero()[0].tolist()
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
