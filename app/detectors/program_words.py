"""Where a name hardly stands: in a word of a program, in a name of a file or a model, in a column of words. There a model must be surer."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from app.core.finding import Finding

PERSON: Final = "PERSON"
SURE: Final = 0.95  # a score for which a word of a program is a name all the same: `/home/maria/cv.pdf`
COLUMN: Final = 8  # lines of one lower-case word each, from which they are a list
MOST: Final = 2 / 3  # of a list, from which it is one of names

_BEFORE: Final = frozenset("/_-.$#\\")
_BEHIND: Final = frozenset("/_-$(#\\")
_HUMP: Final = re.compile(r"[^\W\d_][^\W\d_]*[a-z][A-Z][^\W\d_]*|[a-z]+[A-Z][^\W\d_]*")
_SURNAME: Final = re.compile(r"(?:Mc|Mac|De|Di|La|Le|Van|Fitz|O|St|Du|Da|Del|Ben|Ab|Al|El)[A-Z][a-z]+")
_LONE: Final = re.compile(r"[ \t]*([^\W\d_A-Z][^\sA-Z]*)[ \t]*")


def likely(text: str, names: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the names that do not look like something else. What is only reported may be one of a program: many firms write theirs so."""
    kept = [name for name in names if name.entity != PERSON or name.score >= SURE or not _programmed(text, name)]
    lists = _lists(text, kept) if len(kept) >= COLUMN // 2 else ()
    yield from (name for name in kept if not any(start <= name.start < end for start, end in lists))


def _programmed(text: str, name: Finding) -> bool:
    """Whether a name is one word that is glued into a longer one without a space, or written in humps as in a program."""
    word = text[name.start : name.end]
    if any(map(str.isspace, word)):
        return False
    if _HUMP.fullmatch(word) and not _SURNAME.fullmatch(word) and not _tagged(text, name.start):
        return True
    return _joined(text, name) and (word.islower() or word.isupper() or _tail(text, name))


def _tagged(text: str, start: int) -> bool:
    """Whether a word is a hash tag, which people write in humps."""
    return text[start - 1 : start] == "#" and not text[max(0, start - 2) : start - 1].strip()


def _joined(text: str, name: Finding) -> bool:
    """Whether a sign such as `/` or `_` joins a name with what stands before or behind it."""
    before, after = text[max(0, name.start - 2) : name.start], text[name.end : name.end + 2]
    return (before[1:] in _BEFORE and before[:1].isalnum()) or (after[:1] in _BEHIND and after[1:].isalnum() and len(after) > 1)


def _tail(text: str, name: Finding) -> bool:
    """Whether what goes on behind a capitalised word is in lower case: `GroNLP/bert-base`, not `Smith-Jones`."""
    return text[name.end : name.end + 1] in {"/", "_", "("} and text[name.end + 1 : name.end + 2].islower()


def _lists(text: str, names: Sequence[Finding]) -> list[tuple[int, int]]:
    """Return the columns of lower-case words in which the model sees people here and there, though not in most lines."""
    found: list[tuple[int, int]] = []
    start = end = position = lines = 0
    for line in [*text.splitlines(keepends=True), "\0\0"]:
        if _LONE.fullmatch(line.rstrip("\r\n")):
            start, lines = (start, lines + 1) if lines else (position, 1)
            end = position + len(line)
        else:
            inside = sum(start <= name.start < end and name.entity == PERSON for name in names) if lines >= COLUMN else 0
            if 0 < inside < MOST * lines:
                found.append((start, end))
            lines = 0
        position += len(line)
    return found
