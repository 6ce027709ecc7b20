"""Examples as tensors: every distinct word once, with its table rows; one long row of words; rows of pieces, and batches of windows."""

import bisect
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from app.names.features import SHAPES, Features, features, marks
from app.names.training.corpora import ANY, TAGS, Example
from app.names.training.teacher import MOST, ROW, SPECIAL
from app.names.words import GAPS, RUN, Words, read

GROUPS, PIECES = 40, 8  # kept of a word
LIKE: Final = 6  # words by which windows of one batch may differ before they are sorted apart
ROUND: Final = 8  # a batch's windows are as long as a multiple of this


class Columns(IntEnum):
    """What a row says of a word: its number, its gap, the tags it may have.

    As the student reads it, besides: the tags that the marks before it may have, which runs of marks stand before and behind it, and which
    of all words are the first of those marks and the word itself.
    """

    WORD, GAP, ALLOWED, BETWEEN, BEFORE, BEHIND, FIRST, OWN = range(8)


class Pieces(IntEnum):
    """What a row of pieces says of each: which piece, of which word (as many as there are: of none), its place in its window, and which window."""

    PIECE, OWNER, PLACE, WINDOW = range(4)


@dataclass(frozen=True)
class Batch:
    """Windows side by side. `rows`: windows × words × columns, 0 beyond a window's end; `real`: where a word stands."""

    rows: Tensor
    real: Tensor

    def __getitem__(self, column: Columns) -> Tensor:
        """Return a column: windows × words."""
        return self.rows[..., column]


class Vocabulary:
    """Every distinct word of the examples with its table rows, padded with -1."""

    def __init__(self, pieces: Mapping[str, int]) -> None:
        self._pieces = pieces
        self._known: dict[str, int] = {}
        self._rows: list[Features] = []

    def number(self, word: str) -> int:
        """Return the number of `word`, a new one if need be."""
        number = self._known.get(word)
        if number is None:
            number = self._known[word] = len(self._rows)
            self._rows.append(features(word, self._pieces))
        return number

    def tables(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return pieces (words × PIECES), groups (words × GROUPS) and shapes (words)."""
        pieces = np.full((len(self._rows), PIECES), -1, dtype=np.int32)
        groups = np.full((len(self._rows), GROUPS), -1, dtype=np.int32)
        for i, row in enumerate(self._rows):
            pieces[i, : len(row.pieces[:PIECES])] = row.pieces[:PIECES]
            groups[i, : len(row.groups)] = row.groups
        return pieces, groups, np.array([row.shape for row in self._rows], dtype=np.int32)


class Numbered(NamedTuple):
    """Examples as arrays: `whole`, a row for every word of all windows; `pieces`, the same as a teacher reads them: rows × ROW × Pieces.

    `read`, the same as the student reads them, and where windows end. `tables`: the table rows of every distinct word, and of every
    distinct run of marks (padded with -1).
    """

    whole: np.ndarray
    pieces: np.ndarray
    read: tuple[np.ndarray, np.ndarray]
    tables: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def numbered(examples: Sequence[Example], pieces: Mapping[str, int]) -> Numbered:
    """Number the words of `examples`, and their runs of marks."""
    known, runs = Vocabulary(pieces), {"": 0}
    words = [(known.number(word), gap, allowed) for one in examples for word, gap, allowed in zip(*one[:3], strict=True)]
    ends, read_ends = np.cumsum([len(one.surfaces) for one in examples]), []
    rows: list[tuple[int, ...]] = []
    for one, end in zip(examples, ends.tolist(), strict=True):
        rows += _as_read(one, end - len(one.surfaces), known, runs)
        read_ends.append(len(rows))
    table = np.full((len(runs), RUN), -1, dtype=np.int32)
    for row, run in enumerate(runs):
        found = marks(run)
        table[row, : len(found)] = found
    seen = np.array(rows, dtype=np.int32).reshape(-1, len(Columns))
    whole, tables = np.array(words, dtype=np.int32), known.tables()
    return Numbered(whole, packed(whole[:, 0], ends, tables[0]), (seen, np.array(read_ends)), (*tables, table))


def packed(words: np.ndarray, ends: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Return the first MOST pieces of each word in rows, whole windows in each: rows × ROW × Pieces. `pieces`: those of every distinct word."""
    counts = np.minimum((pieces >= 0).sum(axis=1), MOST)[words]
    before = np.concatenate([[0], np.cumsum(counts)])
    starts = np.concatenate([[0], ends[:-1]])
    sizes = 1 + before[ends] - before[starts]
    row, place = fitted(sizes.tolist(), ROW)
    begins = row * ROW + place
    window = np.repeat(np.arange(len(ends)), ends - starts)
    places = 1 + before[:-1] - before[starts][window]
    found = np.zeros((int(row.max(initial=-1) + 1) * ROW, len(Pieces)), dtype=np.int32)
    found[:, Pieces.OWNER], found[:, Pieces.WINDOW] = len(words), -1
    found[begins, Pieces.WINDOW] = np.arange(len(ends))
    for step in range(MOST):
        there = np.flatnonzero(counts > step)
        columns = (pieces[words[there], step] + SPECIAL, there, places[there] + step, window[there])
        found[(begins[window] + places)[there] + step] = np.stack(columns, axis=1)
    return found.reshape(-1, ROW, len(Pieces))


def fitted(sizes: Sequence[int], most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each of `sizes` a row and the place in it where it begins, so that rows of `most` are nearly full: the largest first."""
    waiting: dict[int, list[int]] = {}
    for i, size in enumerate(sizes):
        waiting.setdefault(size, []).append(i)
    lengths = sorted(waiting)
    row, place = np.zeros(len(sizes), dtype=np.int64), np.zeros(len(sizes), dtype=np.int64)
    number = 0
    while lengths:
        used = 0
        while (fits := bisect.bisect_right(lengths, most - used)) > 0:
            size = lengths[fits - 1]
            chosen = waiting[size].pop()
            row[chosen], place[chosen] = number, used
            used += size
            if not waiting[size]:
                del lengths[fits - 1]
        number += 1
    return row, place


def _as_read(one: Example, start: int, known: Vocabulary, runs: dict[str, int]) -> Iterator[tuple[int, ...]]:
    """Yield the rows of the words that are no marks. `start`: the row of the window's first word."""
    reading = read(Words(one.surfaces, [], [], one.gaps))
    numbers = [runs.setdefault(run, len(runs)) for run in reading.runs]
    first = 0
    for order, i in enumerate(reading.words):
        between = reduce(or_, one.allowed[first:i], 0)
        yield (
            known.number(one.surfaces[i]),
            reading.gaps[order],
            one.allowed[i],
            between,
            *numbers[order : order + 2],
            start + first,
            start + i,
        )
        first = i + 1


@dataclass
class Windows:
    """Rows of windows, one after the other, on a device."""

    rows: Tensor
    starts: Tensor
    sizes: Tensor

    @classmethod
    def of(cls, rows: np.ndarray, ends: np.ndarray, device: str) -> "Windows":
        """Take the arrays to `device`. A window without words is left out."""
        last = torch.from_numpy(ends)
        sizes = torch.diff(last, prepend=last.new_zeros(1))
        there = sizes > 0
        return cls(torch.from_numpy(rows).to(device), (last - sizes)[there], sizes[there])

    def batches(self, words: int, chance: random.Random) -> Iterator[Batch]:
        """Yield all windows in batches of about `words` words, those of like length together, the batches in random order."""
        sizes = self.sizes.tolist()
        order = sorted(range(len(sizes)), key=lambda i: sizes[i] + chance.random() * LIKE)
        groups: list[tuple[int, int, int]] = []  # first and end in the order, and the longest window
        first, longest = 0, 0
        for place, i in enumerate(order):
            size = max(longest, sizes[i] + -sizes[i] % ROUND)
            if place > first and (place + 1 - first) * size > words:
                groups.append((first, place, longest))
                first, size = place, sizes[i] + -sizes[i] % ROUND
            longest = size
        groups.append((first, len(order), longest))
        chance.shuffle(groups)
        device, chosen = self.rows.device, torch.tensor(order)  # told once: a device that waits for each batch waits most of the time
        starts, lengths = self.starts[chosen].to(device), self.sizes[chosen].to(device)
        for first, end, longest in groups:
            columns = torch.arange(longest, device=device)
            real = columns < lengths[first:end].unsqueeze(1)
            yield Batch(self.rows[(starts[first:end].unsqueeze(1) + columns) * real].long() * real.unsqueeze(-1), real)


@dataclass
class Pass:
    """One pass on a device: its words, in rows of pieces for teachers and in windows for the student, table rows, and the teachers' opinion.

    `whole`: words × 3, a last row for no word. `opinion`: probabilities of each, words × TAGS, once they were asked.
    """

    whole: Tensor
    pieces: Tensor
    read: Windows
    tables: tuple[Tensor, Tensor, Tensor, Tensor]
    opinion: Tensor | None = None

    @classmethod
    def of(cls, given: Numbered, device: str) -> "Pass":
        """Take the arrays to `device`."""
        tables = [torch.from_numpy(table).to(device) for table in given.tables]
        tables[2] = torch.cat([tables[2], tables[2].new_full((1,), SHAPES)])  # the shape of no word
        nothing = np.array([[len(tables[2]) - 1, GAPS, ANY]], dtype=np.int32)
        whole = torch.from_numpy(np.concatenate([given.whole, nothing])).to(device)
        pieces, groups, shapes, runs = tables
        return cls(whole, torch.from_numpy(given.pieces).to(device), Windows.of(*given.read, device), (pieces, groups, shapes, runs))

    def rows(self, count: int, chance: random.Random) -> Iterator[Tensor]:
        """Yield all rows of pieces in random order, `count` at once: rows × ROW × Pieces."""
        order = list(range(len(self.pieces)))
        chance.shuffle(order)
        on_device = torch.tensor(order).to(self.pieces.device)
        for first in range(0, len(order), count):
            yield self.pieces[on_device[first : first + count]].long()

    def opinions(self, batch: Batch) -> Tensor:
        """Return the teachers' opinion of a batch's words and of the first marks before each, their mean: windows × words × 2 × TAGS."""
        assert self.opinion is not None  # noqa: S101 - for the type checker
        first, own = batch[Columns.FIRST], batch[Columns.OWN]
        between = torch.zeros(*own.shape, self.opinion.shape[1], device=own.device)
        for step in range(RUN):
            between += self.opinion[torch.minimum(first + step, own)].float() * (first + step < own).unsqueeze(-1)
        between /= (own - first).clamp(1, RUN).unsqueeze(-1)
        return torch.stack([self.opinion[own].float(), between], dim=2)


def firsts(rows: Tensor, words: int) -> Tensor:
    """Return where a word's first piece stands. `words`: how many there are."""
    owner = rows[..., Pieces.OWNER]
    return (owner < words) & (owner != torch.roll(owner, 1, dims=1))


def loss_of(logits: Tensor, allowed: Tensor) -> Tensor:
    """Return the mean over words of -log P(one of the allowed tags)."""
    bits = torch.stack([(allowed >> tag) & 1 for tag in range(len(TAGS))], dim=-1) > 0
    known = (allowed > 0) & (allowed < ANY)
    log = torch.log_softmax(logits.float(), dim=-1)
    chosen = torch.logsumexp(log.masked_fill(~bits, -1e4), dim=-1)
    return -(chosen * known).sum() / known.sum().clamp(min=1)
