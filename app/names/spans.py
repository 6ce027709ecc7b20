"""From the probabilities of words to spans: what is a name, how far it reaches, and of which kind."""

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, Final, NamedTuple

from app.names.cues import NOBODY, introduced, spelled, written_large
from app.names.model import TAGS
from app.names.words import LINE, NO_GAP, SPACE, TAG, Words, around

FEW: Final = 3  # words, below which a text says too little about them
CODE: Final = 12  # characters without a gap, from which on a digit among capitals makes a code of them
LETTERS: Final = 16  # capitals in one word, from which on they are a code by themselves
FIGURES: Final = 2  # digits, from which on what they stand in may be a number rather than a name
TOLD: Final = 8.0  # how much likelier a person is behind a title: not in the name of a street
SHORT: Final = 2  # words of a name that may lack its last
SURE: Final = 0.95  # how sure the model must be of a word that as often is nobody's name
PERSON: Final = "PERSON"
_JOINTS: Final = frozenset("-_")
_PARTS: Final = frozenset(',;|()[]"“”:/•·')  # between what is named, hardly within a name


class Span(NamedTuple):
    """A name at `[start, end)` of the text, its entity, and a score: 0.5 where its entity's threshold is, 1 for certainty."""

    start: int
    end: int
    entity: str
    score: float


class Thresholds(NamedTuple):
    """When a word belongs to a name.

    `begin` for the surest word of a span, by entity; `go_on` for the words beside it, `large` for those written large; `alone` where hardly
    any other word tells what the text is (`database`), and for a small one that has a line to itself; `capitals` for a person who would be
    a single word of capitals among small ones (`JSON`).
    `lean`: how much likelier a person is taken to be than the model says, where it wavers between kinds of names.
    """

    begin: Mapping[str, float]
    go_on: float
    alone: float
    capitals: float
    lean: float = 1.0
    large: float = 1.0


def spans(words: Words, probabilities: Any, thresholds: Thresholds) -> Iterator[Span]:
    """Yield the names among `words`, in order. `probabilities`: words × TAGS, the first tag meaning no name."""
    surfaces, nothing = words.surfaces, probabilities[:, 0].tolist()
    shouted = not any(map(str.islower, surfaces))
    called = spelled(words)
    told = introduced(words) | called
    near, least_of_all = 1 - min(thresholds.go_on, thresholds.large), min(thresholds.begin.values())
    likely = [i for i, other in enumerate(nothing) if other <= near and (surfaces[i][0].isupper() or other <= 1 - thresholds.go_on)]
    names = sorted(told.union(likely))
    numbers, tags = _numbers(words, names), _tags(words)
    last = -1
    for whole in chain.from_iterable(_kinds(run, words, probabilities, thresholds) for run in _runs(names, words)):
        if told.isdisjoint(whole) and 1 - min(nothing[whole[0] : whole[-1] + 1]) < least_of_all:
            continue
        lean = TOLD if told.intersection(whole) else thresholds.lean
        entity = PERSON if called.issuperset(whole) else _entity(probabilities[whole[0] : whole[-1] + 1, 1:].sum(axis=0), lean)
        if entity == PERSON:
            parts = list(_runs([i for i in whole if i not in numbers], words))
        else:
            parts = [whole] if numbers.isdisjoint(whole) or any(map(str.isalpha, (surfaces[i] for i in whole))) else []
        for run in parts:
            score = 1 - min(nothing[run[0] : run[-1] + 1])
            named = [i for i in run if surfaces[i].isalnum()]  # no mark at either end
            least = _least(words, run, [surfaces[i] for i in named], entity, thresholds, shouted=shouted)
            if told.intersection(run):
                score = max(score, least)
            if named and score >= least:
                first, end = _reach(named, words, names) if entity == PERSON and not shouted else (named[0], named[-1])
                first, end = tags.get(first, range(first, end)).start, tags.get(end, range(end + 1)).stop - 1
                if end > last:
                    start, last = words.starts[max(first, last + 1)], end
                    yield Span(start, words.ends[end], entity, round(0.5 + 0.5 * (score - least) / (1 - least), 4))


def _kinds(run: Sequence[int], words: Words, probabilities: Any, thresholds: Thresholds) -> Iterator[Sequence[int]]:
    """Yield the parts of a run that are of one kind each: a comma parts a person from a town in `Ann Lee, Leeds`, and no town from its land."""
    first, kind = 0, ""
    marks = [place for place, i in enumerate(run) if words.surfaces[i] in _PARTS]
    for start, stop in pairwise((-1, *marks, len(run))) if marks else ():
        part = run[start + 1 : stop]
        if part:
            shares = probabilities[part[0] : part[-1] + 1]
            own = _entity(shares[:, 1:].sum(axis=0), thresholds.lean)
            if 1 - shares[:, 0].min() < thresholds.begin[own]:
                continue  # too little of a name to be one of its own
            if kind and own != kind:
                yield run[first:start]
                first = start + 1
            kind = own
    yield run[first:]


def _least(words: Words, run: Sequence[int], named: Sequence[str], entity: str, thresholds: Thresholds, *, shouted: bool) -> float:
    """Return how sure the model must be of the surest word of a run, `named` being those that are no marks."""
    least = [thresholds.begin[entity]]
    if len(words.surfaces) < FEW or (len(named) == 1 and named[0].islower() and _by_itself(words, run)):
        least.append(thresholds.alone)
    if entity == PERSON and len(run) == 1 and not shouted and words.surfaces[run[0]].isupper():
        least.append(thresholds.capitals)
    if entity == PERSON and all(word.lower() in NOBODY for word in named):
        least.append(SURE)
    return max(least)


def _by_itself(words: Words, run: Sequence[int]) -> bool:
    """Whether a run is all there is on its line."""
    behind = run[-1] + 1
    return words.gaps[run[0]] == LINE and (behind == len(words.surfaces) or words.gaps[behind] == LINE)


def _tags(words: Words) -> dict[int, range]:
    """Return for each word of a hashtag the words of it: `#RIPJaneDoe` is a name as a whole."""
    tags: dict[int, range] = {}
    for first in [i + 1 for i, surface in enumerate(words.surfaces) if surface == TAG]:
        named = [i for i in around(words, first - 1, "_") if i >= first and words.surfaces[i] != "_"]
        whole = range(named[0], named[-1] + 1) if named else range(0)
        tags.update(dict.fromkeys(whole, whole))
    return tags


def _entity(sums: Any, lean: float) -> str:
    """Return the likeliest kind of name, `sums` being what TAGS[1:] have gathered over its words."""
    weighed = [share * lean if tag == PERSON else share for tag, share in zip(TAGS[1:], sums.tolist(), strict=True)]
    return TAGS[1 + weighed.index(max(weighed))]


def _reach(named: Sequence[int], words: Words, names: Container[int]) -> tuple[int, int]:
    """Return the first and the last word of a person's name.

    A word written large belongs to it that stands right behind a short one (`Haneul Won`), or that a hyphen joins to it (`Kin-Wah`).
    """
    first, last = named[0], named[-1]
    if _hyphened(words, first - 1) and first - 2 not in names:
        first -= 2
    if _hyphened(words, last + 1) and last + 2 not in names:
        last += 2
    behind, size = last + 1, 1 + sum(words.gaps[i] == SPACE for i in named[1:])
    if size <= SHORT and behind < len(words.surfaces) and words.gaps[behind] == SPACE and written_large(words.surfaces[behind]):
        last = behind
    return first, last


def _hyphened(words: Words, i: int) -> bool:
    """Whether word `i` is a hyphen between two words written large."""
    surfaces, gaps = words.surfaces, words.gaps
    if not 0 < i < len(surfaces) - 1 or surfaces[i] != "-" or gaps[i] != NO_GAP or gaps[i + 1] != NO_GAP:
        return False
    return written_large(surfaces[i - 1]) and written_large(surfaces[i + 1])


def _numbers(words: Words, names: Sequence[int]) -> set[int]:
    """Return the words that make up numbers and codes around `names`: no name is mostly figures, and none may hide an identifier."""
    numbers: set[int] = set()
    last = -1
    for i in names:
        if i <= last or not (words.surfaces[i].isalnum() or words.surfaces[i] in _JOINTS):  # of what was looked at already, or of nothing
            continue
        code = around(words, i, _JOINTS)
        last, parts = code[-1], words.surfaces[code.start : code.stop]
        if not any(map(str.isdigit, parts)) and (len(parts) > 1 or len(parts[0]) < LETTERS):
            continue
        whole = "".join(parts)
        if (len(whole) >= CODE and whole.isupper()) or max(FIGURES, sum(map(str.isalpha, whole))) <= sum(map(str.isdigit, whole)):
            numbers.update(code)
    return numbers


def _runs(names: Sequence[int], words: Words) -> Iterator[Sequence[int]]:
    """Yield neighbouring words on one line together."""
    run: list[int] = []
    for i in names:
        if run and (i != run[-1] + 1 or words.gaps[i] == LINE):
            yield run
            run = []
        run.append(i)
    if run:
        yield run
