r"""The grammar of surrogates: how one is rendered, how text that a model has bent is read, how much of a stream to hold back.

A surrogate is `ENTITY_` and ten Crockford base-32 characters: seven from the identity, two from the exact surface form,
one check character. Nobody else in the product knows this. The reader is tolerant: letter case, `\_`, a space or a hyphen for
an underscore, anything around it (brackets, quotes, bold, endings), and the bare seven, which mean the fullest form.
Stand-ins of no grammar (realistic ones) are read too: as they were issued, in any letter case, and not as the start of a longer word.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE: Final = 10
IDENTITY: Final = 7
_CROCKFORD = "[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]"
_SEPARATOR: Final = r"(?:\\{0,2}_|[ -])"

_ISSUED_CODE: Final = re.compile(rf"_[{ALPHABET}]{{{CODE}}}(?![0-9A-Za-z])")
_STEM: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_LONGEST_STEM: Final = 80
_LONGEST_NAME: Final = 64  # of an entity that somebody names
_MOST_WORDS: Final = 12
_CODE_SHAPE: Final = re.compile(rf"{_SEPARATOR}({_CROCKFORD}{{{IDENTITY},}})")
_BENT_SEPARATOR: Final = re.compile(r"\\{0,2}_|[ -]")
_GRAMMAR: Final = re.compile(rf"[A-Z][A-Z0-9_]*_[{ALPHABET}]{{{CODE}}}")
_ENDING: Final = re.compile(r"[sS](?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Original:
    """What a surrogate stands for: the exact text, and whether it was a JSON number."""

    text: str
    number: bool = False

    def __repr__(self) -> str:
        return "Original(…)"


@lru_cache(maxsize=16_384)  # a value keeps its surrogate through a conversation, and a conversation is sent anew every turn
def render(key: bytes, entity: str, identity: str, form: str, counter: int = 0) -> str:
    """Return the surrogate of `form`, one exact spelling of `identity`, under a naming scope's key.

    `counter` is raised by the vault when two values clash on one text.
    """
    salt = f"\x00{counter}" if counter else ""
    who = hmac.digest(key, f"identity\x00{entity}\x00{identity}{salt}".encode("utf-8", "surrogatepass"), "sha256")
    exact = unicodedata.normalize("NFC", form)
    how = hmac.digest(key, f"form\x00{entity}\x00{exact}{salt}".encode("utf-8", "surrogatepass"), "sha256")
    code = _base32(who, IDENTITY) + _base32(how, CODE - IDENTITY - 1)
    return f"{entity}_{code}{_check(entity, code)}"


def stem(name: str) -> str:
    """Return the entity that somebody's `name` makes: upper case, words parted by underscores; nothing if it has no letter to begin with."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "_", plain).upper().lstrip("0123456789_").split("_")[:_MOST_WORDS]
    return "_".join(words)[:_LONGEST_NAME].strip("_")


def example(entity: str) -> str:
    """Return a text of the form and length that every surrogate of `entity` has; nobody was issued it."""
    return f"{entity}_{'0' * CODE}"


def _base32(digest: bytes, length: int) -> str:
    bits = int.from_bytes(digest[:8], "big")
    return "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(length))


def _check(entity: str, code: str) -> str:
    return ALPHABET[hashlib.sha256(f"{entity}_{code}".encode()).digest()[0] & 31]


def named(text: str) -> str:
    """Return the entity that a surrogate names, nothing for a stand-in of no grammar."""
    return text.rpartition("_")[0] if _GRAMMAR.fullmatch(text) else ""


class Occurrence(NamedTuple):
    """A surrogate read at `[start, end)` of a text; `text` is its canonical form, `bare` says that only its seven stood there."""

    start: int
    end: int
    text: str
    bare: bool = False


def well_formed(text: str) -> list[Occurrence]:
    """Find canonical surrogates whose check character holds, whoever issued them (for text on its way out)."""
    if "_" not in text:
        return []
    found: list[Occurrence] = []
    for match in _ISSUED_CODE.finditer(text):
        start, code = match.start(), match[0][1:]
        before = text[max(found[-1].end if found else 0, start - _LONGEST_STEM) : start]
        words = before[len(before.rstrip(_STEM)) :].split("_")[-_MOST_WORDS:]
        words[0] = words[0].lstrip("0123456789")
        # `REPORT_PERSON_4K7Q2MX8FT`: the name may stand behind words of somebody's own.
        for first, word in enumerate(words):
            entity = "_".join(words[first:])
            if word and "__" not in entity and not entity.endswith("_") and _check(entity, code[:-1]) == code[-1]:
                found.append(Occurrence(start - len(entity), match.end(), f"{entity}_{code}"))
                break
    return found


class Reader:
    """Reads the surrogates that one exchange issued, however a model bent them, and nothing else."""

    def __init__(self, issued: Iterable[str]) -> None:
        """Index the `issued` canonical surrogates; an empty reader finds and holds nothing."""
        self._by_code: dict[str, list[str]] = {}
        self._by_identity: dict[str, list[str]] = {}
        self._issued = tuple(issued)
        self._literals: dict[str, str] = {}
        for text in self._issued:
            if not _GRAMMAR.fullmatch(text):
                self._literals[text.casefold()] = text
                continue
            code = text[-CODE:]
            self._by_code.setdefault(code, []).append(text)
            self._by_identity.setdefault(code[:IDENTITY], []).append(text)
        self._longest = 3 * max(map(len, self._issued), default=0)
        self._initials = frozenset(initial for text in self._issued for initial in (text[0], text[0].upper()))
        longest = sorted(map(re.escape, self._literals.values()), key=len, reverse=True)
        self._literal = re.compile("|".join(longest), re.IGNORECASE | re.ASCII) if longest else None
        self._fullest: Mapping[str, int] = {}

    @cached_property
    def _prefixes(self) -> set[str]:
        """Everything an issued surrogate could begin with: only streams ask."""
        return {text[:length] for texts in self._by_code.values() for text in texts for length in range(1, len(text))}

    @cached_property
    def _literal_prefixes(self) -> set[str]:
        return {text[:length] for text in self._literals for length in range(1, len(text))}

    def rank(self, originals: Mapping[str, Original]) -> None:
        """Let a bare seven mean the longest original among the forms of its identity."""
        self._fullest = {text: len(original.text) for text, original in originals.items()}

    def read(self, text: str) -> list[Occurrence]:
        """Return every occurrence of an issued surrogate in a finished text, in order."""
        found = self._read_grammar(text) if self._by_code else []
        if self._literal is not None:
            found += [
                hit for hit in self._read_literals(text) if not any(hit.start < other.end and other.start < hit.end for other in found)
            ]
            found.sort()
        return found

    def _read_literals(self, text: str) -> Iterator[Occurrence]:
        if self._literal is None:
            return
        position = 0
        while match := self._literal.search(text, position):
            rest = text[match.end() : match.end() + 2]
            whole = not rest[:1].isalnum() or _ENDING.match(rest) is not None
            if whole:  # bare, like a bare seven: more text may show that a longer word begins here
                yield Occurrence(match.start(), match.end(), self._literals[match[0].casefold()], bare=True)
            position = match.end() if whole else match.start() + 1

    def _read_grammar(self, text: str) -> list[Occurrence]:
        found: list[Occurrence] = []
        floor, position = 0, 0
        while match := _CODE_SHAPE.search(text, position):
            hit = self._resolve(text, match, floor)
            if hit is None:
                position = match.start() + 1
                continue
            found.append(hit)
            floor = position = hit.end
        return found

    def _resolve(self, text: str, match: re.Match[str], floor: int) -> Occurrence | None:
        run, begin = match[1].upper(), match.start(1)
        for canonical in self._by_code.get(run[:CODE], ()):
            start = _stem_start(text, match.start(), canonical, floor)
            if start is not None:
                return Occurrence(start, begin + CODE, canonical)
        forms = self._by_identity.get(run[:IDENTITY], ())
        rest = text[begin + IDENTITY :]
        if forms and (not rest[:1].isalnum() or _ENDING.match(rest)):
            for canonical in sorted(forms, key=lambda form: (-self._fullest.get(form, 0), form)):
                start = _stem_start(text, match.start(), canonical, floor)
                if start is not None:
                    return Occurrence(start, begin + IDENTITY, canonical, bare=True)
        return None

    def holdback(self, text: str) -> int:
        """Return how many characters at the end of `text` could still grow into an issued surrogate (0: send all)."""
        if not self._issued:
            return 0
        window = text[-self._longest :]
        for index, character in enumerate(window):
            if character.upper() in self._initials and self._may_grow(window[index:]):
                return len(window) - index
        return 0

    def _may_grow(self, tail: str) -> bool:
        if tail.casefold() in self._literal_prefixes:
            return True
        bare = tail.rstrip("\\")
        canonical = _BENT_SEPARATOR.sub("_", bare).upper()
        if len(tail) > len(bare):
            return len(tail) - len(bare) <= 2 and canonical + "_" in self._prefixes  # noqa: PLR2004 - `\_` or, in JSON, `\\_`
        if canonical in self._prefixes:
            return True
        # A bare seven with its plural ending needs one more character to be told from the start of a longer word.
        return canonical[-1:] == "S" and canonical[:-1] in self._prefixes and canonical[:-1].rpartition("_")[2] in self._by_identity


def _stem_start(text: str, end: int, canonical: str, floor: int) -> int | None:
    """Where the entity name of `canonical` starts, read tolerantly backwards from `end`, or None if it does not stand there."""
    stem = canonical.rpartition("_")[0]
    position = end
    for character in reversed(stem):
        position -= 1
        if position < floor:
            return None
        found = text[position]
        if character != "_":
            if found.upper() != character:
                return None
        elif found == "_":
            slashes = 0
            while slashes < 2 and position - 1 >= floor and text[position - 1] == "\\":  # noqa: PLR2004
                position -= 1
                slashes += 1
        elif found not in " -":
            return None
    return position
