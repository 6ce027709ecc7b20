"""The fast path: one RE2 Set decides which patterns can match a text at all, then only those are matched exactly.

Everything runs on UTF-8 bytes (the wrapper is slow on `str`); offsets become Python string indices at the end, in one pass.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

import re2

from app.core.finding import ENTITIES, SECRET, Detector, Finding, Judge, Judged, Pattern, Search, order, resolve
from app.core.matcher import Matcher
from app.detectors.terms import Term, Whole, term_detector
from app.engine.context import Context, Nearby
from app.engine.prefilter import Shards
from app.engine.reading import Reader, Reading, Rewrite, Stages
from app.engine.views import STAGES

VERSION: Final = 4  # raise it when the same detectors would find something else
CONTEXT_BOOST: Final = 0.35
NEEDS_CONTEXT: Final = 0.25  # a pattern this weak cannot reach a threshold alone: it is judged beside a context word only
WEAK: Final = 0.5  # a candidate below must not hide a stronger one that begins within it
RETRY_WITHIN: Final = 64  # bytes; keeps second looks linear
_LONE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern, ready to run."""

    detector: str
    pattern: Pattern
    regex: Matcher
    judge: Judge
    context: Context | None
    weak: bool  # nothing without a context word
    number: int  # which of the detector's


class Reason(NamedTuple):
    """Why something was found. It holds no text."""

    finding: Finding
    pattern: int | None  # which of its detector's patterns proposed it; None: the detector reads the text itself
    base: float  # the pattern's score
    judged: float  # after the detector's check
    context: bool  # a context word stood before it
    views: tuple[str, ...] = ()  # the rewrites without which nobody would read it there, the latest first


class Scanner:
    """Finds every accepted candidate of its detectors in a text. It holds no text and is safe to share between threads."""

    def __init__(
        self, detectors: Sequence[Detector], terms: Sequence[Term] = (), *, prefilter: bool = True, views: Stages = STAGES
    ) -> None:
        """Compile the detectors, and a team's own `terms`. `prefilter=False` matches every pattern: same findings, slower."""
        everyone = [*detectors, *(term_detector(term.name, term.texts, term.pattern) for term in terms)]
        self._rules = sorted((rule for detector in everyone for rule in _rules(detector)), key=_is_secret)  # alike patterns side by side
        self._searches = [detector.search for detector in everyone if detector.search is not None]
        self._models = [detector.find for detector in everyone if detector.find is not None]
        self._reader = Reader(views)
        self._gate = _Gate(self._rules, self._searches) if prefilter else None
        self._version = _digest(everyone)

    @property
    def version(self) -> str:
        """A short digest of what is looked for: equal versions find the same in the same text."""
        return self._version

    def scan(self, text: str) -> list[Finding]:
        """Return all accepted findings in text order, overlaps included; spans are indices into `text`."""
        found = {order(reason.finding): reason.finding for reason in self.explain(text)}
        return [found[row] for row in sorted(found)]

    def explain(self, text: str) -> list[Reason]:
        """Return what `scan` finds, each with its reasons, in no order."""
        try:
            data = text.encode()
        except UnicodeEncodeError:
            text = _LONE.sub("\ufffd", text)  # one character for one: indices keep their meaning
            data = text.encode()
        found = [*self._here(text, data), *_told(self._models, text)]
        whole = {(one.finding.start, one.finding.entity): one.finding.end for one in found if one.finding.checked}
        for reading in self._reader(text, data):
            found.extend(one for one in self._viewed(reading) if not _goes_on(one.finding, whole, text))
        return found

    def _here(self, text: str, data: bytes) -> list[Reason]:
        """Return what patterns, and what is as quick, find in a text as it stands."""
        rules, searches = self._gate(data) if self._gate is not None else (self._rules, self._searches)
        raw = list(_all_matches(rules, data))
        if len(data) != len(text):
            raw = _in_characters(raw, data)
        return [*raw, *_told([search.find for search in searches], text)]

    def _viewed(self, reading: Reading) -> Iterator[Reason]:
        """Yield what is found in a reading only, over what stands for it in the text."""
        for low, high, readable in reading.windows():
            text = reading.text[low:high]
            seen = ((reason, False) for reason in self._here(text, text.encode()))
            guessed = ((reason, True) for reason in _told(self._models, text)) if readable else ()
            there: dict[tuple[int, int], list[Reason]] = {}
            for reason, guess in chain(seen, guessed):
                start, end = reason.finding.start + low, reason.finding.end + low
                views = reading.rests_on(start, end)
                if views and _counts(reason.finding, views, guess=guess):
                    named = reason._replace(views=tuple(view.name for view in views))
                    there.setdefault(reading.origin(start, end), []).append(named)
            for span, reasons in there.items():
                best = set(resolve(reason.finding for reason in reasons)) if len(reasons) > 1 else ()  # of one run of base64, say
                yield from (r._replace(finding=r.finding.at(*span)) for r in reasons if not best or r.finding in best)


_Find = Callable[[str], Iterable[Finding]]


def _told(finders: Sequence[_Find], text: str) -> Iterator[Reason]:
    """Yield what detectors find that read the text themselves."""
    return (Reason(finding, None, finding.score, finding.score, context=False) for find in finders for finding in find(text))


def _goes_on(finding: Finding, whole: Mapping[tuple[int, str], int], text: str) -> bool:
    """Say whether a reading goes on over a line's end behind a value that its form or its checksum says is whole."""
    end = whole.get((finding.start, finding.entity))
    return end is not None and end < finding.end and text[end : end + 1] in {"\n", "\r"}


def _counts(finding: Finding, views: Sequence[Rewrite], *, guess: bool) -> bool:
    """Say whether a finding is sure enough to rest on rewrites: more than chance makes of them, and no model's guess at what nobody could read."""
    if guess and not all(view.readable for view in views):
        return False
    return finding.checked or finding.score >= max(view.bar for view in views)


class _Gate:
    """Which rules and searches can find anything in a text."""

    def __init__(self, rules: Sequence[_Rule], searches: Sequence[Search]) -> None:
        self._rules, self._searches = rules, searches
        self._patterns = Shards([rule.pattern.regex for rule in rules])
        self._triggers = Shards([search.trigger for search in searches])
        contexts = list({id(rule.context): rule.context for rule in rules if rule.weak and rule.context is not None}.values())
        self._contexts = Shards([context.regex for context in contexts])
        self._order = {id(context): index for index, context in enumerate(contexts)}

    def __call__(self, data: bytes) -> tuple[Sequence[_Rule], Sequence[Search]]:
        """Return the rules and the searches to run; a weak rule only where a word that it needs stands anywhere."""
        chosen, searches = [self._rules[index] for index in self._patterns(data)], [self._searches[index] for index in self._triggers(data)]
        if any(rule.weak for rule in chosen):
            present = set(self._contexts(data))
            chosen = [rule for rule in chosen if not rule.weak or self._order.get(id(rule.context)) in present]
        return chosen, searches


def _rules(detector: Detector) -> Iterator[_Rule]:
    context = Context(detector.context) if detector.context else None
    for number, pattern in enumerate(detector.patterns):
        yield _Rule(detector.name, pattern, Matcher(pattern.regex), detector.judge, context, pattern.score <= NEEDS_CONTEXT, number)


def _is_secret(rule: _Rule) -> bool:
    return rule.pattern.entity in ENTITIES and ENTITIES[rule.pattern.entity].sensitivity == SECRET


def _all_matches(rules: Iterable[_Rule], data: bytes) -> Iterator[Reason]:
    """Yield what the patterns find, with byte offsets."""
    places: dict[int, Nearby] = {}
    for rule in rules:
        near = None
        if rule.context is not None:
            near = places.get(id(rule.context))
            if near is None:
                near = places[id(rule.context)] = Nearby(rule.context, data)
        yield from _matches(rule, data, near)


def _matches(rule: _Rule, data: bytes, near: Nearby | None) -> Iterator[Reason]:
    """Yield the findings of one pattern, with byte offsets."""
    if rule.weak and near is None:
        return
    search, pattern = rule.regex.search, rule.pattern
    position = near.skip(0) if rule.weak and near is not None else 0
    while (match := search(data, position)) is not None:
        start, end = match[pattern.group]
        if start < 0 or start == end:  # a swallowed look-alike
            position = max(match[0][1], position + 1)
            continue
        boost = near is not None and near.before(start)
        judged = _judge(rule, data, start, end) if boost or not rule.weak else None
        score = 0.0 if judged is None else min(1.0, round(judged.score + CONTEXT_BOOST, 4)) if boost else judged.score
        weak = judged is None or (score < WEAK and not judged.checked)
        position = _after(data, start) if weak and end - start <= RETRY_WITHIN else end
        if rule.weak and near is not None:
            position = near.skip(position)
        if judged is not None:
            yield Reason(
                Finding(start, end, judged.entity, score, rule.detector, judged.checked), rule.number, pattern.score, judged.score, boost
            )


def _judge(rule: _Rule, data: bytes, start: int, end: int) -> Judged | None:
    if isinstance(rule.pattern, Whole) and not _whole(data, start, end):
        return None
    return rule.judge(data[start:end].decode(), rule.pattern)


def _whole(data: bytes, start: int, end: int) -> bool:
    """Say whether no word, of any script, runs on over either edge of the value."""
    value = data[start:end].decode()
    before, after = data[max(0, start - 4) : start].decode(errors="ignore"), data[end : end + 4].decode(errors="ignore")
    return not (_wordy(value[0]) and _wordy(before[-1:])) and not (_wordy(value[-1]) and _wordy(after[:1]))


def _wordy(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.combining(character or "a") > 0


def _after(data: bytes, position: int) -> int:
    """Return where the next character begins."""
    position += 1
    while position < len(data) and data[position] & 0xC0 == 0x80:  # noqa: PLR2004 - a UTF-8 continuation byte
        position += 1
    return position


def _in_characters(reasons: list[Reason], data: bytes) -> list[Reason]:
    """Map byte offsets to string indices, reading the text once."""
    places: dict[int, int] = {}
    last = count = 0
    for offset in sorted({edge for reason in reasons for edge in (reason.finding.start, reason.finding.end)}):
        count += len(data[last:offset].decode())
        places[offset], last = count, offset
    return [reason._replace(finding=reason.finding.at(places[reason.finding.start], places[reason.finding.end])) for reason in reasons]


def _digest(detectors: Sequence[Detector]) -> str:
    parts = [
        (d.name, d.version, d.context, [(type(p).__name__, p.regex, p.entity, p.score, p.group) for p in d.patterns]) for d in detectors
    ]
    return hashlib.sha256(repr((VERSION, re2.__name__, parts)).encode()).hexdigest()[:16]
