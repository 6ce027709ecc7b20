"""The words that stand beside identifiers: one RE2 expression over all of them finds where any stands, in one quick pass."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import re2

from app.detectors.identifiers.row import HEALTH, NATIONAL, TAX, Row

# English names that any country's row of a family answers to, if its check digit is right.
FAMILIES: Final[Mapping[str, str]] = {
    NATIONAL: "national id|national identity|identity card|id card|identity number|id number|citizen id|personal number|identification number|"
    "documento|identidad|identité|identität|government id|personal identification",
    TAX: "tax id|tax number|tax identification|tax identification number|taxpayer|tin|vat|vat number|vat id|fiscal|steuer|tax",
    HEALTH: "health id|health number|health card|health insurance|insurance number|medicare|patient|patient id|social security|social insurance",
}
_BREAKS: Final = r"[\s_\-(]{0,2}"
_MEMORY: Final = 32 << 20
_SHORT: Final = 6  # letters; such words stand within others, and RE2 is quicker to see that than we are
_EDGES: Final = "_0123456789"


@dataclass(frozen=True, slots=True)
class Speaks:
    """The rows that a word speaks for: those that name it, those that name it or a part of it, and those of whose family it is."""

    exact: frozenset[int]
    own: frozenset[int]
    kin: frozenset[int]


class Words:
    """Which rows a word speaks for, and where words stand in a text."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Compile the words of all rows, with and without accents."""
        own: dict[str, set[int]] = {}
        kin: dict[str, set[int]] = {}
        for number, row in enumerate(rows):
            for table, words in ((own, row.words), (kin, FAMILIES.get(row.family, ""))):
                for word in filter(None, words.split("|")):
                    for form in {word, plain(word)}:
                        table.setdefault(form, set()).add(number)
        phrases = sorted({*own, *kin}, key=lambda phrase: (-len(phrase), phrase))
        self._rows = {
            _key(phrase): Speaks(frozenset(own.get(phrase, ())), _of(phrase, own), _of(phrase, kin) - _of(phrase, own))
            for phrase in phrases
        }
        options = re2.Options()
        options.max_mem, options.log_errors, options.case_sensitive, options.never_capture = _MEMORY, False, False, True
        self._regex: Any = re2.compile("|".join(map(_quoted, phrases)).encode(), options)

    def places(self, text: str) -> Iterator[tuple[int, int, Speaks]]:
        """Yield where a word stands in `text` by itself, and the rows it speaks for."""
        data = text.encode(errors="surrogatepass")
        aligned = len(data) == len(text)
        seen = characters = position = 0
        while (match := self._regex.search(data, position)) is not None:
            start, end = match.span()
            position = end
            if not aligned:
                characters += len(data[seen:start].decode(errors="surrogatepass"))
                seen, length = start, len(match[0].decode())
                start, end = characters, characters + length
            while text[start] == "_":
                start += 1
            while text[end - 1] in _EDGES:
                end -= 1
            if _stands(text, start, end):
                yield start, end, self._rows.get(_key(text[start:end]), _NOBODY)


_NOBODY: Final = Speaks(frozenset(), frozenset(), frozenset())


def plain(text: str) -> str:
    """Return `text` without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)) if not text.isascii() else text


def _key(phrase: str) -> str:
    return re.sub(r"[\s_\-(]+", "", phrase.casefold())


def _of(phrase: str, table: Mapping[str, set[int]]) -> frozenset[int]:
    """Return the rows of a phrase: those of every phrase whose words it holds, `passport number` those of `passport`."""
    parts = phrase.split(" ")
    inside = {" ".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
    return frozenset(number for part in inside for number in table.get(part, ()))


def _quoted(phrase: str) -> str:
    if phrase.isascii() and phrase.isalpha() and len(phrase) <= _SHORT:
        return rf"(?:\b|_){phrase}(?:s?\b|_|[0-9])"
    return _BREAKS.join(re2.escape(part) for part in phrase.split(" "))


def _stands(text: str, start: int, end: int) -> bool:
    """Say whether a word stands by itself, in the plural, as a hump (`passportNumber`), or in a script without spaces."""
    if not text[start].isascii() and not _spaced(text[start]):
        return True
    if start and text[start - 1].isalpha() and not (text[start - 1].islower() and text[start].isupper()) and _spaced(text[start - 1]):
        return False
    after = text[end : end + 2]
    if not after[:1].isalpha() or not _spaced(after[0]):
        return True
    hump = after[0].isupper() and text[end - 1].islower()
    return hump or not text[end - 1].isalpha() or (after[0] in "sn" and not after[1:].isalpha())


def _spaced(character: str) -> bool:
    """Say whether the script of a letter puts spaces between words."""
    return not ("\u0e00" <= character <= "\u0eff" or "\u1100" <= character <= "\u11ff" or "\u3040" <= character <= "\ud7ff")
