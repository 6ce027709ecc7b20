"""Examples as tensors: every distinct word once, with its table rows; batches of windows of like length."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from app.names.features import Features, features
from app.names.training.corpora import TAGS, Example

GROUPS, PIECES = 40, 8  # kept of a word
BITS: Final = torch.tensor([1 << i for i in range(len(TAGS))])


class Batch(NamedTuple):
    """Windows side by side. `words`, `gaps`, `allowed`: windows × words, `allowed` 0 beyond a window's end; `chosen`: which examples."""

    words: Tensor
    gaps: Tensor
    allowed: Tensor
    chosen: list[int]

    def to(self, device: str) -> "Batch":
        """Return the batch on `device`."""
        return Batch(self.words.to(device), self.gaps.to(device), self.allowed.to(device), self.chosen)


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

    def tables(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return pieces (words × PIECES), groups (words × GROUPS) and shapes (words)."""
        pieces = np.full((len(self._rows), PIECES), -1, dtype=np.int64)
        groups = np.full((len(self._rows), GROUPS), -1, dtype=np.int64)
        for i, row in enumerate(self._rows):
            pieces[i, : len(row.pieces[:PIECES])] = row.pieces[:PIECES]
            groups[i, : len(row.groups)] = row.groups
        return torch.from_numpy(pieces), torch.from_numpy(groups), torch.tensor([row.shape for row in self._rows])


def numbered(examples: Sequence[Example], vocabulary: Vocabulary) -> list[np.ndarray]:
    """Return for each example its words, gaps and allowed tags as a 3 × length array."""
    return [np.array([[vocabulary.number(word) for word in one.surfaces], one.gaps, one.allowed], dtype=np.int64) for one in examples]


def batches(arrays: Sequence[np.ndarray], words: int, chance: random.Random) -> Iterator[Batch]:
    """Yield all examples in batches of about `words` words, windows of like length together, the batches in random order."""
    order = sorted(range(len(arrays)), key=lambda i: arrays[i].shape[1] + chance.random() * 6)
    groups: list[list[int]] = []
    longest = 0
    for i in order:
        longest = max(longest, arrays[i].shape[1])
        if not groups or (len(groups[-1]) + 1) * longest > words:
            groups.append([])
            longest = arrays[i].shape[1]
        groups[-1].append(i)
    chance.shuffle(groups)
    for group in groups:
        size = max(arrays[i].shape[1] for i in group)
        stacked = np.zeros((len(group), 3, size), dtype=np.int64)
        for row, i in enumerate(group):
            stacked[row, :, : arrays[i].shape[1]] = arrays[i]
        whole = torch.from_numpy(stacked)
        yield Batch(whole[:, 0], whole[:, 1], whole[:, 2], group)


def loss_of(logits: Tensor, allowed: Tensor) -> Tensor:
    """Return the mean over words of -log P(one of the allowed tags)."""
    bits = (allowed.unsqueeze(-1) & BITS.to(allowed.device)) > 0
    known = (allowed > 0) & (allowed < (1 << len(TAGS)) - 1)
    log = torch.log_softmax(logits.float(), dim=-1)
    chosen = torch.logsumexp(log.masked_fill(~bits, -1e4), dim=-1)
    return -(chosen * known).sum() / known.sum().clamp(min=1)
