"""The fast path: one RE2 Set decides which patterns can match a text at all, then only those are matched exactly.

Everything runs on UTF-8 bytes (the wrapper is slow on `str`); offsets become Python string indices at the end, in one pass.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import re2

from app.core.finding import ENTITIES, SECRET, Detector, Finding, Judge, Judged, Pattern
from app.detectors.terms import TERM, Term, Whole, term_detector

VERSION: Final = 1  # raise it when the same detectors would find something else
CONTEXT_BOOST: Final = 0.35
CONTEXT_REACH: Final = 60  # characters before a candidate
NEEDS_CONTEXT: Final = 0.25  # a pattern this weak cannot reach a threshold alone: it is judged beside a context word only
WEAK: Final = 0.5  # a candidate below must not hide a stronger one that begins within it
RETRY_WITHIN: Final = 64  # bytes; keeps second looks linear
PATTERN_MEMORY: Final = 8 << 20
SET_MEMORY: Final = 64 << 20
COUNT_TO: Final = 8  # how far the prefilter counts a repetition
_COUNTER: Final = re.compile(r"(?<!\\x)\{(\d+)(,(\d*))?\}")
_LONE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern, ready to run."""

    detector: str
    pattern: Pattern
    regex: Any
    judge: Judge
    near: Callable[[bytes], bool] | None  # does this text hold a context word?


class Scanner:
    """Finds every accepted candidate of its detectors in a text. It holds no text and is safe to share between threads."""

    def __init__(self, detectors: Sequence[Detector], terms: Sequence[Term] = (), *, prefilter: bool = True) -> None:
        """Compile the detectors, and a team's own `terms`. `prefilter=False` matches every pattern: same findings, slower."""
        everyone = [*detectors, *(term_detector(term.name, term.texts, term.pattern) for term in terms)]
        self._rules = [rule for detector in everyone for rule in _rules(detector)]
        self._finders = [(detector.name, detector.find) for detector in everyone if detector.find is not None]
        self._shards = _shards(self._rules) if prefilter else None
        self._version = _digest(everyone)

    @property
    def inline(self) -> bool:
        """Whether patterns alone decide, so that a short text may be scanned in the front process."""
        return not self._finders

    @property
    def version(self) -> str:
        """A short digest of what is looked for: equal versions find the same in the same text."""
        return self._version

    def scan(self, text: str) -> list[Finding]:
        """Return all accepted findings in text order, overlaps included; spans are indices into `text`."""
        try:
            data = text.encode()
        except UnicodeEncodeError:
            text = _LONE.sub("\ufffd", text)  # one character for one: indices keep their meaning
            data = text.encode()
        raw = [finding for rule in self._candidates(data) for finding in _matches(rule, data)]
        if len(data) != len(text):
            raw = _in_characters(raw, data)
        found = set(raw)
        for _name, find in self._finders:
            found.update(find(text))
        return sorted(found)

    def _candidates(self, data: bytes) -> list[_Rule]:
        if self._shards is None:
            return self._rules
        chosen: list[_Rule] = []
        for rules, matcher in self._shards:
            hits = matcher.Match(data) or ()
            # The first pattern matches everything: without it the Set ran out of memory, which it does not say.
            chosen.extend(rules if 0 not in hits else (rules[index - 1] for index in hits if index))
        return chosen


def _options(memory: int) -> Any:
    options = re2.Options()
    options.max_mem, options.log_errors = memory, False
    return options


def _rules(detector: Detector) -> Iterator[_Rule]:
    near = _context(detector.context) if detector.context else None
    for pattern in detector.patterns:
        yield _Rule(detector.name, pattern, re2.compile(pattern.regex.encode(), _options(PATTERN_MEMORY)), detector.judge, near)


def _shards(rules: Sequence[_Rule]) -> list[tuple[list[_Rule], Any]]:
    """Return secrets and the rest with a Set each: the states of one automaton are the product of what its parts keep track of."""
    halves: tuple[list[_Rule], list[_Rule]] = ([], [])
    for rule in rules:
        halves[rule.pattern.entity in ENTITIES and ENTITIES[rule.pattern.entity].sensitivity == SECRET].append(rule)
    return [(half, _prefilter(half)) for half in halves if half]


def _prefilter(rules: Sequence[_Rule]) -> Any:
    matcher = re2.Set.SearchSet(_options(SET_MEMORY))
    matcher.Add(b"")
    for rule in rules:
        # A team's own pattern is taken as it stands: braces may be literal in it.
        ours = not rule.detector.startswith(TERM)
        matcher.Add((_relaxed(rule.pattern.regex) if ours else rule.pattern.regex).encode())
    matcher.Compile()
    return matcher


def _relaxed(regex: str) -> str:
    """Return an over-approximation with short counters, `x{40}` → `x{8,}`: every count is a state of the automaton."""
    return _COUNTER.sub(_relax, regex)


def _relax(counter: re.Match[str]) -> str:
    least, most = int(counter[1]), counter[3] if counter[2] else counter[1]
    return counter[0] if most and int(most) <= COUNT_TO else f"{{{min(least, COUNT_TO)},}}"


def _context(words: Sequence[str]) -> Callable[[bytes], bool]:
    """Return a test for any of `words` standing by itself, in the plural, or as a hump (`cardNumber`, `card_number`)."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    choice = "|".join(map(re.escape, ordered))
    standing = re.compile(rf"(?:(?<![^\W\d_])|(?<=[a-z])(?=[A-Z]))(?i:{choice})s?(?![a-zß-ÿ])").search
    # RE2 first: it is ten times faster at saying no.
    anywhere = re2.compile(f"(?i:{'|'.join(map(re2.escape, ordered))})".encode(), _options(PATTERN_MEMORY)).search

    def near(before: bytes) -> bool:
        return anywhere(before) is not None and standing(before.decode(errors="ignore")[-CONTEXT_REACH:]) is not None

    return near


def _matches(rule: _Rule, data: bytes) -> Iterator[Finding]:
    """Yield the findings of one pattern, with byte offsets."""
    search, pattern, position = rule.regex.search, rule.pattern, 0
    while (match := search(data, position)) is not None:
        start, end = match.span(pattern.group)
        if start < 0 or start == end:  # a swallowed look-alike
            position = max(match.end(), position + 1)
            continue
        judged = _judge(rule, data, start, end)
        weak = judged is None or (judged.score < WEAK and not judged.checked)
        position = _after(data, start) if weak and end - start <= RETRY_WITHIN else end
        if judged is not None:
            yield Finding(start, end, judged.entity, judged.score, rule.detector, judged.checked)


def _judge(rule: _Rule, data: bytes, start: int, end: int) -> Judged | None:
    near = rule.near is not None and rule.near(data[max(0, start - 4 * CONTEXT_REACH) : start])
    if rule.pattern.score <= NEEDS_CONTEXT and not near:
        return None
    if isinstance(rule.pattern, Whole) and not _whole(data, start, end):
        return None
    judged = rule.judge(data[start:end].decode(), rule.pattern)
    if judged is None or not near:
        return judged
    return replace(judged, score=min(1.0, round(judged.score + CONTEXT_BOOST, 4)))


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


def _in_characters(findings: list[Finding], data: bytes) -> list[Finding]:
    """Map byte offsets to string indices, reading the text once."""
    places: dict[int, int] = {}
    last = count = 0
    for offset in sorted({edge for finding in findings for edge in (finding.start, finding.end)}):
        count += len(data[last:offset].decode())
        places[offset], last = count, offset
    return [replace(finding, start=places[finding.start], end=places[finding.end]) for finding in findings]


def _digest(detectors: Sequence[Detector]) -> str:
    parts = [
        (d.name, d.version, d.context, [(type(p).__name__, p.regex, p.entity, p.score, p.group) for p in d.patterns]) for d in detectors
    ]
    return hashlib.sha256(repr((VERSION, re2.__name__, parts)).encode()).hexdigest()[:16]
