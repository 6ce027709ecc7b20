"""The tree of RFC 6962: leaf and inner hashes, a tree that grows without its leaves, proofs and their verification; pure.

The hash of a tree over n leaves (section 2.1) splits at the largest power of two below n, so every tree is a row of *complete
subtrees* of falling size, and so is every range of leaves that a proof needs. A subtree is named by `(level, index)`: it covers
the leaves `index << level` up to `(index + 1) << level`. Whoever stores leaf hashes and the subtrees whose level is a multiple of
`TILE` answers for any subtree by hashing at most `2^(TILE - 1)` stored ones.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.errors import HushgateError

TILE: Final = 8
_LEAF: Final = b"\x00"  # keeps a leaf from ever being read as an inner node
_NODE: Final = b"\x01"
_sha256 = hashlib.sha256
Subtree = tuple[int, int]
Range = tuple[int, int]
EMPTY: Final = _sha256(b"").digest()


class ProofError(HushgateError):
    """A proof does not prove what it should, or is none."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte leaf hash `SHA-256(0x00 || entry)`."""
    return _sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node, `SHA-256(0x01 || left || right)`."""
    return _sha256(_NODE + left + right).digest()


def cover(start: int, end: int) -> Iterator[Subtree]:
    """Yield the largest complete subtrees that cover the leaves from `start` to before `end`, left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def fold(hashes: Iterable[bytes]) -> bytes:
    """Return the root over a row of complete subtrees of falling size."""
    row = list(hashes)
    if not row:
        return EMPTY
    root = row.pop()
    while row:
        root = node_hash(row.pop(), root)
    return root


@dataclass(slots=True)
class Tree:
    """A tree as its size and the complete subtrees it consists of, largest first: enough to let it grow and to know its root."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes, tiles: list[tuple[int, int, bytes]] | None = None) -> None:
        """Add a leaf by its hash; note in `tiles` the subtrees to be stored that it completes: tile level, index, hash."""
        size, peaks, level = self.size, self.peaks, 0
        while size & 1:
            leaf = _sha256(_NODE + peaks.pop() + leaf).digest()
            size >>= 1
            level += 1
            if tiles is not None and not level % TILE:
                tiles.append((level // TILE, size, leaf))
        peaks.append(leaf)
        self.size += 1

    def join(self, level: int, subtree: bytes) -> None:
        """Add a whole subtree of `2^level` leaves. Raises ProofError where one of that size cannot stand."""
        if self.size & ((1 << level) - 1):
            raise ProofError("a subtree does not stand where the tree ends")
        size = self.size >> level
        while size & 1:
            subtree = node_hash(self.peaks.pop(), subtree)
            size >>= 1
        self.peaks.append(subtree)
        self.size += 1 << level

    @property
    def root(self) -> bytes:
        """The root hash."""
        return fold(self.peaks)

    def copy(self) -> "Tree":
        """Return a tree that grows on its own."""
        return Tree(self.size, self.peaks.copy())


@dataclass(slots=True)
class Gap:
    """A run of leaves that is told by hashes alone: the subtrees of `cover` from `start`, grown leaf by leaf."""

    start: int
    parts: list[tuple[int, int, bytes]] = field(default_factory=list)  # level, index, hash

    @property
    def end(self) -> int:
        """The leaf after the run."""
        return (self.parts[-1][1] + 1) << self.parts[-1][0] if self.parts else self.start

    def append(self, leaf: bytes) -> None:
        """Add the next leaf."""
        level, index, parts = 0, self.end, self.parts
        while index & 1 and parts and parts[-1][0] == level:
            leaf = node_hash(parts.pop()[2], leaf)
            level, index = level + 1, index >> 1
        parts.append((level, index, leaf))


def inclusion(index: int, size: int) -> list[Range]:
    """Return the ranges of leaves whose hashes prove leaf `index` in a tree of `size` (RFC 6962 section 2.1.1), nearest first."""
    if not 0 <= index < size:
        raise ProofError("no leaf of this index is in a tree of this size")
    ranges, start, end = [], 0, size
    while end - start > 1:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency(old: int, new: int) -> list[Range]:
    """Return the ranges of leaves whose hashes prove a tree of `old` leaves to be the beginning of one of `new` (section 2.1.2)."""
    if not 0 < old <= new:
        raise ProofError("only a tree that has leaves is the beginning of a larger one")
    ranges, start, end, whole = [], 0, new, True
    while old != end:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    return ranges[::-1] if whole else [(start, end), *ranges[::-1]]


def root_of(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion proof leads to (RFC 9162 section 2.1.3.2). Raises ProofError if its length is wrong."""
    if not 0 <= index < size:
        raise ProofError("no leaf of this index is in a tree of this size")
    place, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofError("an inclusion proof is too long")
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("an inclusion proof is too short")
    return root


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """Raise ProofError unless `path` proves the old tree to be the beginning of the new one (RFC 9162 section 2.1.4.2)."""
    if old == new:
        if path or old_root != new_root:
            raise ProofError("two trees of one size differ")
        return
    if not 0 < old < new or not path:
        raise ProofError("a consistency proof is too short")
    steps = list(path) if old & (old - 1) else [old_root, *path]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            raise ProofError("a consistency proof is too long")
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise ProofError("the smaller tree is not the beginning of the larger one")
