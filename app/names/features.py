"""What the model knows of a word by itself: the pieces it is made of, its letter groups, and its shape.

Pieces are WordPiece (Schuster and Nakajima 2012), the uncased vocabulary of BERT; letter groups are hashed as in fastText
(Bojanowski et al. 2017). Both see the word in lower case; only the shape sees its case.
"""

import unicodedata
import zlib
from collections.abc import Mapping
from typing import Final, NamedTuple

BUCKETS: Final = 1 << 15
SHORTEST, LONGEST = 2, 5  # letters in a group, edges included
MOST_GROUPS: Final = 40  # of a word; what is longer is no word
LENGTHS: Final = (1, 2, 3, 4, 6, 9, 13)  # upper bounds of the length classes
CASES: Final = 6
MARKS: Final = ".,:;!?-–—'’\"“”()[]{}<>/\\@#&*+=|~^%$€£_`«»„…•"  # noqa: RUF001 - as they are written
SHAPES: Final = CASES * (len(LENGTHS) + 1) + len(MARKS) + 1
UNKNOWN: Final = 100  # [UNK] of the vocabulary


class Features(NamedTuple):
    """Rows of the three tables that make up a word's vector."""

    pieces: list[int]
    groups: list[int]
    shape: int


def features(word: str, vocabulary: Mapping[str, int]) -> Features:
    """Return the table rows of `word`."""
    lower = word.lower()
    return Features(_pieces(lower, vocabulary), _groups(lower), _shape(word))


def _pieces(lower: str, vocabulary: Mapping[str, int]) -> list[int]:
    """Cut a word greedily into the longest pieces of the vocabulary, accents taken off."""
    plain = lower if lower.isascii() else "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))
    found: list[int] = []
    start, size = 0, min(len(plain), 40)
    while start < size:
        end = size
        while end > start:
            piece = vocabulary.get(plain[start:end] if not start else f"##{plain[start:end]}")
            if piece is not None:
                break
            end -= 1
        else:
            return [UNKNOWN]
        found.append(piece)
        start = end
    return found or [UNKNOWN]


def _groups(lower: str) -> list[int]:
    """Return the buckets of every group of letters, word edges marked."""
    framed = f"<{lower[:24]}>"
    found = [
        zlib.crc32(framed[start : start + size].encode()) % BUCKETS
        for size in range(SHORTEST, LONGEST + 1)
        for start in range(len(framed) - size + 1)
    ]
    return found[:MOST_GROUPS] or [0]


def _shape(word: str) -> int:
    first = word[0]
    if not (first.isalpha() or first.isdigit()):
        place = MARKS.find(first)
        return CASES * (len(LENGTHS) + 1) + (place if place >= 0 else len(MARKS))
    length = next((i for i, bound in enumerate(LENGTHS) if len(word) <= bound), len(LENGTHS))
    return _case(word) * (len(LENGTHS) + 1) + length


def _case(word: str) -> int:
    if word.isdigit():
        return 0
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 2
    if word[0].isupper() and word[1:].islower():
        return 2
    return 4 if word != word.lower() else 5  # mixed; or a script without case
