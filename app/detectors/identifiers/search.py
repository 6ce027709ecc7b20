"""The search over all tables: from a word to the values beside it, and from the shape of a value to its check digit.

Words are rare and numbers are not, so a number that no word stands beside costs one look into a table of openings.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from app.core.finding import Detector, Finding
from app.core.matcher import Matcher
from app.detectors.identifiers import africa_oceania, americas, asia, everywhere, northern_europe, western_europe
from app.detectors.identifiers.row import Row
from app.detectors.identifiers.shape import anywhere, compiled, end_of, openings
from app.detectors.identifiers.words import Words
from app.detectors.places import places

NAME: Final = "identifiers"
ROWS: Final[tuple[Row, ...]] = (
    *western_europe.ROWS, *northern_europe.ROWS, *americas.ROWS, *asia.ROWS, *africa_oceania.ROWS, *everywhere.ROWS,
)  # fmt: skip
_DIGIT: Final = re.compile("[0-9]")
_CHUNK: Final = re.compile("[0-9A-Za-z]+")
_LISTED: Final = 6  # characters between the values of a list
_BEHIND: Final = 40  # characters before a word in which its value may stand
# What may part a value from the word behind it: `1234 this is my PIN`.
_THIS_IS: Final = re.compile(
    r"[\s,:=()\"'-]{0,3}(?:(?:is|was|this|that|thats|as|my|the|her|his|their|its|our|for|a|an|es|mi|ist|meine|mein|est|mon|ma|for|is|het|mijn)[\s,:']{1,2}){0,4}",
    re.IGNORECASE,
)
_FILLER: Final = re.compile(
    r"(?:is|are|was|no|nr|num|the|of|for|to|and|or|in|on|at|my|its|es|el|la|ist|der|est|le|het|de|per|con|id|as|by|so|but|not|No|Nr|Is)[ .]"
)
_WORDED: Final = re.compile(r"[^\W\d_]{6,}|[^\W\d_]{4,}\d{1,2}")  # `transfer`, `figure1`
_EXACT: Final = 0.05
_OWN: Final = 1.0
_KIN: Final = 0.9
_WRONG: Final = 0.6  # a word says what it is, its check digit says otherwise


def _table(rows: Sequence[Row]) -> Mapping[tuple[bool, bool, int], tuple[Row, ...]]:
    """Return the rows whose values need no word, by how such a value begins."""
    table: dict[tuple[bool, bool, int], tuple[Row, ...]] = {}
    for row in rows:
        for first, last, size in sorted(openings(row.shape)) if row.alone else ():
            opening = (first == "9", last == "9", size)
            table[opening] = (*table.get(opening, ()), row)
    return table


class Search:
    """Finds the identifiers of a set of tables in a text."""

    trigger: Final = r"[0-9]|\b(?i:swift|bic)\b"  # codes of letters alone

    def __init__(self, rows: Sequence[Row]) -> None:
        """Hold the tables; indexes are made, expressions compiled and checks loaded when they are first needed."""
        self._rows = rows

    @cached_property
    def _words(self) -> Words:
        return Words(self._rows)

    @cached_property
    def _anywhere(self) -> Matcher:
        return Matcher(anywhere(row.shape for row in self._rows if row.alone))

    @cached_property
    def _alone(self) -> Mapping[tuple[bool, bool, int], tuple[Row, ...]]:
        return _table(self._rows)

    def find(self, text: str) -> Iterator[Finding]:
        """Yield what is found in `text`, overlaps included."""
        beside = list(self._beside(text))
        spans = {(finding.start, finding.end) for finding in beside}
        yield from beside
        yield from (finding for finding in self._unaided(text) if (finding.start, finding.end) not in spans)  # a word knows better

    def _unaided(self, text: str) -> Iterator[Finding]:
        data = text.encode(errors="replace")
        place = places(data, text)
        small, position = data.lower(), 0
        while (seen := self._anywhere.search(small, position)) is not None:
            position = seen[1][0] + 1
            first = place(seen[1][0])
            chunk = _CHUNK.match(text, first)
            size = len(chunk[0]) if chunk else 0
            for row in self._alone.get((text[first] <= "9", text[first + size - 1] <= "9", size), ()):
                found = compiled(row.shape).match(text, first)
                if found is not None and _telling(row, found[0]) and row.proves(found[0]):
                    yield Finding(first, found.end(), row.entity, row.alone, NAME, checked=True)

    def _beside(self, text: str) -> Iterator[Finding]:
        places = list(self._words.places(text))
        for number, (start, end, speaks) in enumerate(places):
            stop, last = end + 60, len(text)
            for following in range(number + 1, len(places)):  # no copy of the rest: there may be as many as there are words
                later = places[following][0]
                if later >= stop or _DIGIT.search(text, end, later) is not None:
                    stop, last = min(stop, later), later
                    break
            for index in speaks.own | speaks.kin:
                row = self._rows[index]
                for first, behind in self._values(row, text, (start, end), min(stop, end + row.near), last):
                    finding = _judged(row, text[first:behind], first, index in speaks.own)
                    if finding is not None:  # the exact word first: `UK passport` names one of the many passports
                        yield replace(finding, score=finding.score + _EXACT) if index in speaks.exact and not finding.checked else finding

    @staticmethod
    def _values(row: Row, text: str, word: tuple[int, int], stop: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield the spans of a row's shape that begin within reach behind a word, a list up to the next word, or stand right before it."""
        regex = compiled(row.shape)
        start, end = word
        position = end
        while (match := regex.search(text, position, min(len(text), stop + 40))) is not None and match.start() < stop:
            filler = _FILLER.match(match[0])
            if filler is not None:  # `my passport is 123456789`: no letters of it
                position = match.start() + filler.end()
                continue
            position = end_of(row.shape, match)
            yield match.start(), position
            stop = max(stop, min(position + _LISTED, last))  # `nos. 26480/95, 28291/95 and 29280/95`
        if position == end:
            for match in regex.finditer(text, max(0, start - _BEHIND), start):
                if _THIS_IS.fullmatch(text, match.end(), start):
                    yield match.span()


def _telling(row: Row, value: str) -> bool:
    """Say whether a value is written like an identifier and like nothing else."""
    return (row.bare or not value.isdigit()) and value == value.upper() and any(map(str.isdigit, value)) and not _blank(value)


def _blank(value: str) -> bool:
    """Say whether a value is a form's filling, such as 000000000."""
    figures = list(filter(str.isdigit, value))
    return len(figures) > 5 and len(set(figures)) == 1  # noqa: PLR2004 - a last four may be 7777


def _judged(row: Row, value: str, start: int, own: bool) -> Finding | None:
    if _blank(value):
        return None
    if _WORDED.fullmatch(value) and not (value.isupper() and row.proves(value)):
        return None
    if row.proves(value):
        return Finding(start, start + len(value), row.entity, _OWN if own else _KIN, NAME, checked=True)
    if not own:
        return None
    return Finding(start, start + len(value), row.entity, _WRONG if row.check else row.score, NAME)


def identity(value: str) -> str:
    """Return what two ways of writing a value share: its letters and digits."""
    return "".join(filter(str.isalnum, value)).upper()


IDENTIFIERS = Detector(
    name=NAME,
    version=4,
    search=Search(ROWS),
    identity=identity,
    examples=(
        "12345678Z",
        "Spanish DNI 12345678-A, as she wrote it",
        "mi NIE es X1234567L",
        "passport number: X12345678",
        "codice fiscale RSSMRA85T10A562S",
        "Steuer-ID 47 036 892 816",
        "my PESEL is 44051401359",
        "routing 111000025, account number 000123456789",
        "1234 is my ssn",
        "CPF 111.444.777-35",
        "身份证号码11010519491231002X",
        "MRN: 00123456",
        "our BIC: DEUTDEFF",
    ),
    counterexamples=(
        "order of 12345678 rows",
        "0x12345678Z9",
        "version 1.2.3.4 of 2024",
        "commit 4111111111111111abcdef0123456789abcdef01",
        "id 550e8400-e29b-41d4-a716-446655440000",
        "44051401358",
        "pass 1234567890 records to the node",
        "timeout=300000000",
    ),
)
