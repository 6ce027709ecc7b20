"""Examples as tensors: every distinct word once, with its table rows; one long row of words; batches of windows of like length."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from app.names.features import Features, features
from app.names.training.corpora import TAGS, Example

GROUPS, PIECES = 40, 8  # kept of a word
BITS: Final = torch.tensor([1 << i for i in range(len(TAGS))])
LIKE: Final = 6  # words by which windows of one batch may differ before they are sorted apart


class Batch(NamedTuple):
    """Windows side by side. `words`, `gaps`, `allowed`: windows × words, `allowed` 0 beyond a window's end; `places`: where in its pass."""

    words: Tensor
    gaps: Tensor
    allowed: Tensor
    places: Tensor

    @property
    def real(self) -> Tensor:
        """Where a word stands."""
        return self.allowed > 0


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
    """Examples as arrays: a row for every word of all windows (number, gap, allowed tags), the windows' ends, and the words' table rows."""

    rows: np.ndarray
    ends: np.ndarray
    tables: tuple[np.ndarray, np.ndarray, np.ndarray]


def numbered(examples: Sequence[Example], pieces: Mapping[str, int]) -> Numbered:
    """Number the words of `examples`."""
    known = Vocabulary(pieces)
    rows = [(known.number(word), gap, allowed) for one in examples for word, gap, allowed in zip(*one[:3], strict=True)]
    ends = np.cumsum([len(one.surfaces) for one in examples])
    return Numbered(np.array(rows, dtype=np.int32), ends, known.tables())


@dataclass
class Pass:
    """One pass on a device: its words, their table rows, and the teachers' opinion (words × TAGS, probabilities) once they were asked."""

    rows: Tensor
    starts: Tensor
    sizes: Tensor
    tables: tuple[Tensor, Tensor, Tensor]
    opinion: Tensor | None = None

    @classmethod
    def of(cls, given: Numbered, device: str) -> "Pass":
        """Take the arrays to `device`."""
        ends = torch.from_numpy(given.ends)
        sizes = torch.diff(ends, prepend=ends.new_zeros(1))
        pieces, groups, shapes = (torch.from_numpy(table).to(device) for table in given.tables)
        return cls(torch.from_numpy(given.rows).to(device), ends - sizes, sizes, (pieces, groups, shapes))

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
        words, gaps, allowed = (self.rows[places] * real.unsqueeze(-1)).unbind(dim=-1)
        return Batch(words.long(), gaps.long(), allowed.long(), places)


def loss_of(logits: Tensor, allowed: Tensor) -> Tensor:
    """Return the mean over words of -log P(one of the allowed tags)."""
    bits = (allowed.unsqueeze(-1) & BITS.to(allowed.device)) > 0
    known = (allowed > 0) & (allowed < (1 << len(TAGS)) - 1)
    log = torch.log_softmax(logits.float(), dim=-1)
    chosen = torch.logsumexp(log.masked_fill(~bits, -1e4), dim=-1)
    return -(chosen * known).sum() / known.sum().clamp(min=1)
