"""What the model knows of a word by itself: the pieces it is made of, its letter groups, and its shape.

Pieces are WordPiece (Schuster and Nakajima 2012), the uncased vocabulary of BERT; letter groups are hashed as in fastText
(Bojanowski et al. 2017). Both see the word in lower case; only the shape sees its case.
"""

import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.names.words import is_mark

BUCKETS: Final = 1 << 15
SHORTEST, LONGEST = 2, 5  # letters in a group, edges included
MOST_GROUPS: Final = 40  # of a word; what is longer is no word
LENGTHS: Final = (1, 2, 3, 4, 6, 9, 13)  # upper bounds of the length classes
CASES: Final = 6
MARKS: Final = ".,:;!?-–—'’\"“”()[]{}<>/\\@#&*+=|~^%$€£_`«»„…•"  # noqa: RUF001 - as they are written
SHAPES: Final = CASES * (len(LENGTHS) + 1) + len(MARKS) + 1
UNKNOWN: Final = 100  # [UNK] of the vocabulary
LETTERS: Final = 24  # of a word whose groups count
MANY: Final = 16  # words from which it is quicker to hash all of them at once

# The table of CRC-32, told by the checks of single bytes.
_CRC: Final = np.array([zlib.crc32(bytes([byte])) ^ 0xFF000000 for byte in range(255, -1, -1)], dtype=np.uint32)


class Features(NamedTuple):
    """Rows of the three tables that make up a word's vector."""

    pieces: list[int]
    groups: list[int]
    shape: int


def features(word: str, vocabulary: Mapping[str, int]) -> Features:
    """Return the table rows of `word`."""
    lower = word.lower()
    return Features(pieces(lower, vocabulary), _groups(lower), shape(word))


def groups(lower: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of the letter groups of words in lower case, one word after the other, and how many each word has."""
    if len(lower) >= MANY and all(map(str.isascii, lower)):
        return _hashed(lower)
    each = [np.array(_groups(word)) for word in lower]
    return np.concatenate(each), np.array(list(map(len, each)))


def _hashed(lower: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the same of ASCII words, all of them at once and ten times as fast: the check of a group goes on from that of the one before."""
    framed = [f"<{word[:LETTERS]}>" for word in lower]
    sizes = np.array(list(map(len, framed)))
    letters = np.frombuffer("".join(framed).encode("ascii") + bytes(LONGEST), dtype=np.uint8)
    count = len(letters) - LONGEST
    word = np.repeat(np.arange(len(framed)), sizes)
    place = np.arange(count) - (np.cumsum(sizes) - sizes)[word]
    left, earlier = sizes[word] - place, np.zeros(count, dtype=np.int64)
    check = np.full(count, 0xFFFFFFFF, dtype=np.uint32)
    rows, whose = [], []
    for size in range(1, LONGEST + 1):
        check = _CRC[(check ^ letters[size - 1 : size - 1 + count]) & 0xFF] ^ (check >> 8)
        if size >= SHORTEST:
            there = (left >= size) & (earlier + place < MOST_GROUPS)
            rows.append(~check[there] % BUCKETS)
            whose.append(word[there])
            earlier += np.maximum(sizes[word] - size + 1, 0)
    owner = np.concatenate(whose)
    return np.concatenate(rows)[np.argsort(owner, kind="stable")].astype(np.int64), np.bincount(owner)


def pieces(lower: str, vocabulary: Mapping[str, int]) -> list[int]:
    """Cut a word in lower case greedily into the longest pieces of the vocabulary, accents taken off."""
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
    framed = f"<{lower[:LETTERS]}>"
    found = [
        zlib.crc32(framed[start : start + size].encode()) % BUCKETS
        for size in range(SHORTEST, LONGEST + 1)
        for start in range(len(framed) - size + 1)
    ]
    return found[:MOST_GROUPS] or [0]


def mark(character: str) -> int:
    """Return which of MARKS a character is, or that it is none of them."""
    place = MARKS.find(character)
    return place if place >= 0 else len(MARKS)


def marks(run: str) -> list[int]:
    """Return the rows of the marks in a run, each once: a line of hyphens is a hyphen."""
    return sorted(set(map(mark, run)))


def shape(word: str) -> int:
    """Return the row of how a word is written: its case and length, or which mark it is."""
    if is_mark(word):
        return CASES * (len(LENGTHS) + 1) + mark(word)
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
