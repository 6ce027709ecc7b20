"""Examples as tensors: every distinct word once, with its table rows; one long row of words; batches of windows of like length."""

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

from app.names.features import Features, features, marks
from app.names.training.corpora import TAGS, Example
from app.names.words import RUN, Words, read

GROUPS, PIECES = 40, 8  # kept of a word
BITS: Final = torch.tensor([1 << i for i in range(len(TAGS))])
LIKE: Final = 6  # words by which windows of one batch may differ before they are sorted apart


class Columns(IntEnum):
    """What a row says of a word: its number, its gap, the tags it may have.

    As the student reads it, besides: the tags that the marks before it may have, which runs of marks stand before and behind it, and which
    of all words are the first of those marks and the word itself.
    """

    WORD, GAP, ALLOWED, BETWEEN, BEFORE, BEHIND, FIRST, OWN = range(8)


@dataclass(frozen=True)
class Batch:
    """Windows side by side. `rows`: windows × words × columns, 0 beyond a window's end; `real`: where a word stands; `places`: which rows."""

    rows: Tensor
    real: Tensor
    places: Tensor

    def __getitem__(self, column: Columns) -> Tensor:
        """Return a column: windows × words."""
        return self.rows[..., column].long()


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
    """Examples as arrays: `whole`, a row for every word of all windows and the windows' ends; `read`, the same as the student reads them.

    `tables`: the table rows of every distinct word, and of every distinct run of marks (padded with -1).
    """

    whole: tuple[np.ndarray, np.ndarray]
    read: tuple[np.ndarray, np.ndarray]
    tables: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def numbered(examples: Sequence[Example], pieces: Mapping[str, int]) -> Numbered:
    """Number the words of `examples`, and their runs of marks."""
    known, runs = Vocabulary(pieces), {"": 0}
    whole = [(known.number(word), gap, allowed) for one in examples for word, gap, allowed in zip(*one[:3], strict=True)]
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
    return Numbered((np.array(whole, dtype=np.int32), ends), (seen, np.array(read_ends)), (*known.tables(), table))


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
        groups: list[list[int]] = []
        longest = 0
        for i in order:
            longest = max(longest, sizes[i])
            if not groups or (len(groups[-1]) + 1) * longest > words:
                groups.append([])
                longest = sizes[i]
            groups[-1].append(i)
        chance.shuffle(groups)
        for group in groups:
            yield self._batch(torch.tensor(group))

    def _batch(self, group: Tensor) -> Batch:
        device = self.rows.device
        starts, sizes = self.starts[group], self.sizes[group]
        columns = torch.arange(int(sizes.max()), device=device)
        real = columns < sizes.to(device).unsqueeze(1)
        places = ((starts.to(device).unsqueeze(1) + columns) * real).long()
        return Batch(self.rows[places] * real.unsqueeze(-1), real, places)


@dataclass
class Pass:
    """One pass on a device: its words as teachers and as the student read them, table rows, and the teachers' opinion once they were asked.

    `opinion`: words × TAGS, probabilities.
    """

    whole: Windows
    read: Windows
    tables: tuple[Tensor, Tensor, Tensor, Tensor]
    opinion: Tensor | None = None

    @classmethod
    def of(cls, given: Numbered, device: str) -> "Pass":
        """Take the arrays to `device`."""
        pieces, groups, shapes, runs = (torch.from_numpy(table).to(device) for table in given.tables)
        return cls(Windows.of(*given.whole, device), Windows.of(*given.read, device), (pieces, groups, shapes, runs))

    def opinions(self, batch: Batch) -> Tensor:
        """Return the teachers' opinion of a batch's words and of the first marks before each, their mean: windows × words × 2 × TAGS."""
        assert self.opinion is not None  # noqa: S101 - for the type checker
        first, own = batch[Columns.FIRST], batch[Columns.OWN]
        between = torch.zeros(*own.shape, self.opinion.shape[1], device=own.device)
        for step in range(RUN):
            there = first + step < own
            between[there] += self.opinion[(first + step)[there]].float()
        between /= (own - first).clamp(1, RUN).unsqueeze(-1)
        return torch.stack([self.opinion[own].float(), between], dim=2)


def loss_of(logits: Tensor, allowed: Tensor) -> Tensor:
    """Return the mean over words of -log P(one of the allowed tags)."""
    bits = (allowed.unsqueeze(-1) & BITS.to(allowed.device)) > 0
    known = (allowed > 0) & (allowed < (1 << len(TAGS)) - 1)
    log = torch.log_softmax(logits.float(), dim=-1)
    chosen = torch.logsumexp(log.masked_fill(~bits, -1e4), dim=-1)
    return -(chosen * known).sum() / known.sum().clamp(min=1)
