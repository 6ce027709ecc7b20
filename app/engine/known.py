"""What a conversation knows: values found so far, and where they stand in a text though no detector sees them.

Values are found as they were written; names also in another letter case, without accents, or by one of their words, where a capital
letter or the words beside it say that a name stands there. A text is read once, however many values are known: every value waits
under one of its words (the longest), and only words that something waits under are looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.core.finding import Finding
from app.core.policy import THRESHOLD
from app.core.surrogate import Occurrence
from app.engine.lexicon import HONORIFICS, LEGAL_FORMS, PARTICLES, SUFFIXES, WORDS, plain
from app.engine.linking import LINKED, PERSON
from app.engine.overlap import Cover

CONVERSATION: Final = "conversation"
MIN_KNOWN: Final = 5  # characters of a value; shorter ones are too common to be looked for, unless they are names
MIN_NAME: Final = 2  # characters of a name, or of one of its words
MIN_LOWER: Final = 5  # characters of a name's word that may stand in lower case by itself, if it did so before
FEW: Final = 48  # words up to which searching for each is faster than reading all of the text
REACH: Final = 12  # characters before a word in which its sentence or its initials may begin

_RUN: Final = re.compile(r"[^\W_]+")
_PUNCTUATION: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
# Scripts that put no spaces between words: a name there begins and ends anywhere.
_THERE: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_UNSPACED: Final = re.compile(f"[{_THERE}]")
_PAIR: Final = re.compile(f"(?=([{_THERE}]{{2}}))")
_HANGUL: Final = re.compile(r"[\uac00-\ud7a3]")
_PARTICLE: Final = re.compile(r"(?:은|는|이|가|을|를|의|에|에게|와|과|도|만|로|으로|님|씨|야|아|랑|이랑|한테)(?![^\W_])")
_PLURAL: Final = re.compile(r"[sS](?![^\W_])")
_OPENS: Final = re.compile(r"(?:^|[.!?:;…\n\r|•·*#-])[\s\"“”'‘’«»()\[*_#>-]*$")  # noqa: RUF001 - a sentence may begin with a quotation
_INITIALS: Final = re.compile(r"(?<![^\W_])((?:[^\W\d_]\.[ -]?)+)$")
_BETWEEN: Final = re.compile(r"[ \t]{1,2}|-|\r?\n")


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of known names: the surest finding it comes from, whether somebody wrote it small, and which names it is of."""

    source: Finding
    small: bool
    names: frozenset[int]


class _Told(NamedTuple):
    """A word of a known name where it stands in a text."""

    start: int
    end: int
    word: str
    part: _Part


class Known:
    """The values of one conversation so far."""

    def __init__(self) -> None:
        """Know nothing."""
        self._values: dict[str, Finding] = {}
        self._written: dict[str, str] = {}  # word, or its plural, as texts have it → word that something waits under
        self._places: dict[str, set[tuple[int, int]]] = {}  # word → (its offset in a value, length of the value)
        self._pairs: dict[str, set[int]] = {}  # first two characters of unspaced script → lengths of values
        self._odd: list[str] = []  # values without a letter or digit
        self._parts: dict[str, _Part] = {}
        self._initials: dict[str, set[int]] = {}  # first letter of a name's word → names

    def learn(self, value: str, source: Finding) -> None:
        """Remember that `value` was found as `source`; of several sources the surest counts."""
        before = self._values.get(value)
        if before is not None and (before.score, before.checked) >= (source.score, source.checked):
            return
        if not _tellable(value, source.entity):
            return
        known = self._values[value] = Finding(0, 0, source.entity, source.score, CONVERSATION, source.checked)
        if before is None:
            self._file(value)
        if source.entity == PERSON and source.score >= THRESHOLD:
            self._divide(value, known)
        elif source.entity == "ORGANIZATION":
            self.learn(_bare(value), known)

    def _file(self, value: str) -> None:
        runs = _RUN.findall(value)
        if not runs:
            self._odd.append(value)
        elif not value[0].isascii() and _PAIR.match(value):
            self._pairs.setdefault(value[:2], set()).add(len(value))
        else:
            longest = max(runs, key=len)
            word = plain(longest)
            self._await(word)
            self._places.setdefault(word, set()).add((value.index(longest), len(value)))

    def _await(self, word: str) -> None:
        self._written[word] = word
        self._written.setdefault(f"{word}s", word)

    def _divide(self, value: str, source: Finding) -> None:
        name = len(self._values)
        for match in _RUN.finditer(value):
            word = plain(match[0])
            passed = word in PARTICLES or word in HONORIFICS or word in SUFFIXES
            if passed or len(word) < MIN_NAME or not word.isalpha() or _UNSPACED.search(word):
                continue
            known = self._parts.get(word)
            surest = source if known is None or known.source.score < source.score else known.source
            small = match[0].islower() or (known is not None and known.small)
            self._parts[word] = _Part(surest, small, frozenset({name}) if known is None else known.names | {name})
            self._initials.setdefault(word[0], set()).add(name)
            self._await(word)

    def find(self, text: str, spans: Cover[Occurrence], *, exact: bool = False) -> list[Finding]:
        """Return where known values and names stand in `text`, outside `spans`, on word boundaries.

        `exact` says that the model wrote the text: what was restored in it is found wherever it stands, at the start of a sentence too.
        """
        if not self._values:
            return []
        standing = sorted(self._standing(text))
        hits = list(self._literal(text, standing, exact=exact))
        if self._parts:
            hits += self._named(text, standing, Cover(hits))
        return [hit for hit in hits if not spans.touches(hit.start, hit.end)]

    def _standing(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield (start, word) wherever a word stands that something waits under."""
        wanted, plainly = self._written, text
        if text.isascii():
            plainly = text.lower()
            words = set(plainly.translate(_PUNCTUATION).split())
            here = {word: wanted[word] for word in wanted.keys() & words}
        else:
            words = set(_RUN.findall(text))
            here = {written: known for written in words if (known := self._known_word(plain(written)))}
        if len(here) > FEW:
            yield from ((match.start(), here[match[0]]) for match in _RUN.finditer(plainly) if match[0] in here)
            return
        for written, known in here.items():
            start = plainly.find(written)
            while start >= 0:
                end = start + len(written)
                if not (start and plainly[start - 1].isalnum()) and not (end < len(text) and plainly[end].isalnum()):
                    yield start, known
                start = plainly.find(written, end)

    def _known_word(self, word: str) -> str:
        known = self._written.get(word, "")
        if not known and _HANGUL.match(word):  # particles are written to the word's end
            known = next((word[:end] for end in range(len(word) - 1, 0, -1) if word[:end] in self._written), "")
        return known

    def _literal(self, text: str, standing: list[tuple[int, str]], *, exact: bool) -> Iterator[Finding]:
        seen: set[tuple[int, int]] = set()
        for start, end in self._candidates(text, standing):
            source = self._values.get(text[start:end]) if start >= 0 else None
            if source is None or end > len(text) or (start, end) in seen or not _bounded(text, start, end):
                continue
            seen.add((start, end))
            if exact or source.entity not in LINKED or plain(text[start:end]) not in WORDS or not _opens(text, start):
                yield source.at(start, end)

    def _candidates(self, text: str, standing: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
        for start, word in standing:
            for offset, length in self._places.get(word, ()):
                yield start - offset, start - offset + length
        if self._pairs:
            for match in _PAIR.finditer(text):
                for length in self._pairs.get(match[1], ()):
                    yield match.start(), match.start() + length
        for value in self._odd:
            start = text.find(value)
            while start >= 0:
                yield start, start + len(value)
                start = text.find(value, start + len(value))

    def _named(self, text: str, standing: list[tuple[int, str]], literal: Cover[Finding]) -> Iterator[Finding]:
        """Yield mentions made of words of known names; words of one name that stand side by side are one mention."""
        group: list[_Told] = []
        for start, word in standing:
            if word not in self._parts:
                continue
            told = _Told(start, _end_of(text, start, word), word, self._parts[word])
            if not _bounded(text, told.start, told.end):
                continue
            if group and not _together(text, group, told):
                yield from self._mentions(text, group, literal)
                group = []
            group.append(told)
        if group:
            yield from self._mentions(text, group, literal)

    def _mentions(self, text: str, group: list[_Told], literal: Cover[Finding]) -> Iterator[Finding]:
        whole = len(group) > 1 and any(told.word not in WORDS for told in group)
        for run in [group] if whole else [[told] for told in group]:
            start, end, first = run[0].start, run[-1].end, run[0]
            start = self._with_initials(text, start, first.part)
            said = whole or start < first.start or _alone(text, first)
            if said and not literal.holds(start, end):
                yield first.part.source.at(start, end)

    def _with_initials(self, text: str, start: int, part: _Part) -> int:
        before = _INITIALS.search(text, max(0, start - REACH), start)
        if before is None:
            return start
        letters = [plain(letter) for letter in before[1] if letter.isalpha()]
        return before.start() if all(self._initials.get(letter, set()) & part.names for letter in letters) else start


def _together(text: str, group: list[_Told], told: _Told) -> bool:
    """Whether a word goes on with the mention before it: `Maria Singh`, `SINGH, Maria`, `Ludwig van Beethoven`."""
    last = group[-1]
    if not last.part.names & told.part.names or any(told.word == other.word for other in group):
        return False
    between = text[last.end : told.start]
    if between == ", ":
        return len(group) == 1 and last.end - last.start > 1 and text[last.start : last.end].isupper()
    return _BETWEEN.fullmatch(between) is not None or (between[:1] == " " and all(plain(word) in PARTICLES for word in between.split()))


def _end_of(text: str, start: int, word: str) -> int:
    """Return where the run at `start` ends, without the ending that `word` has not."""
    match = _RUN.match(text, start)
    if match is None or plain(match[0]) == word:
        return match.end() if match else start
    return match.end() - len(plain(match[0])) + len(word)


def _alone(text: str, told: _Told) -> bool:
    """Whether one word of a name, by itself, is a mention."""
    written = text[told.start : told.end]
    if written.islower():
        return told.part.small and len(told.word) >= MIN_LOWER and told.word not in WORDS
    return told.word not in WORDS or (written[1:].islower() and not _opens(text, told.start))


def _opens(text: str, start: int) -> bool:
    """Whether a sentence, a line or a heading begins at `start`, so that a capital letter says nothing."""
    return _OPENS.search(text, max(0, start - REACH), start) is not None


def _tellable(value: str, entity: str) -> bool:
    """Whether a value is looked for at all: short names only with a capital, or in a script that has none."""
    if entity not in LINKED:
        return len(value) >= MIN_KNOWN
    small = value.islower() or not value[:1].isalpha()
    return len(value) >= (MIN_KNOWN if small else MIN_NAME) and not (small and value in WORDS)


def _bare(organisation: str) -> str:
    """Return an organisation's name without its legal form."""
    while len(words := organisation.rsplit(None, 1)) > 1 and plain(words[1].strip(".,()")).replace(".", "") in LEGAL_FORMS:
        organisation = words[0].rstrip(",")
    return organisation


def _bounded(text: str, start: int, end: int) -> bool:
    first, last = text[start], text[end - 1]
    if start and first.isalnum() and text[start - 1].isalnum() and not _UNSPACED.match(first):
        return False
    if end == len(text) or not (last.isalnum() and text[end].isalnum()) or _UNSPACED.match(last):
        return True
    ending = _PARTICLE if _HANGUL.match(last) else _PLURAL
    return ending.match(text, end) is not None
