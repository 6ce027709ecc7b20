"""The model that ships: tables of word features, five gated dilated convolutions over words, one attention in their midst."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.names.features import BUCKETS, SHAPES
from app.names.training.corpora import TAGS

PIECE, GROUP, SHAPE, GAPS = 128, 64, 32, 3
WORD: Final = PIECE + GROUP + SHAPE
WIDTH: Final = 192
DILATIONS: Final = (1, 2, 4, 8, 1)
ATTENDS: Final = 3  # after so many convolutions


class Student(nn.Module):
    """Words → logits of TAGS."""

    def __init__(self, pieces: Tensor) -> None:
        """Begin with `pieces`, the vocabulary's vectors (rows × PIECE)."""
        super().__init__()
        self.pieces = nn.Embedding.from_pretrained(pieces.clone(), freeze=False)
        self.groups = nn.Embedding(BUCKETS, GROUP)
        self.shapes = nn.Embedding(SHAPES, SHAPE)
        nn.init.normal_(self.groups.weight, std=0.1)
        nn.init.normal_(self.shapes.weight, std=0.1)
        self.enter = nn.Linear(WORD + GAPS, WIDTH)
        self.mixes = nn.ModuleList(nn.Linear(3 * WIDTH, 2 * WIDTH) for _ in DILATIONS)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in DILATIONS)
        self.query, self.key, self.value, self.gather = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(4))
        self.after = nn.LayerNorm(WIDTH)
        self.leave = nn.Linear(WIDTH, len(TAGS))
        self.drop = nn.Dropout(0.15)

    def vectors(self, pieces: Tensor, groups: Tensor, shapes: Tensor) -> Tensor:
        """Return the vector of each word: means over its pieces and its groups, and its shape."""
        return torch.cat([_mean(self.pieces, pieces), _mean(self.groups, groups), self.shapes(shapes)], dim=-1)

    def forward(self, vectors: Tensor, gaps: Tensor, real: Tensor) -> Tensor:
        """Return logits, windows × words × tags. `vectors`: windows × words × WORD; `real`: where a word stands."""
        mask = real.unsqueeze(-1).to(vectors.dtype)
        hidden = self.enter(torch.cat([self.drop(vectors), functional.one_hot(gaps, GAPS).to(vectors.dtype)], dim=-1)) * mask
        for i, (dilation, mix, norm) in enumerate(zip(DILATIONS, self.mixes, self.norms, strict=True), 1):
            before = functional.pad(hidden, (0, 0, dilation, 0))[:, : hidden.shape[1]]
            behind = functional.pad(hidden, (0, 0, 0, dilation))[:, dilation:]
            value, gate = mix(torch.cat([before, hidden, behind], dim=-1)).chunk(2, dim=-1)
            hidden = norm(hidden + self.drop(value * torch.sigmoid(gate))) * mask
            if i == ATTENDS:
                hidden = self.after(hidden + self.drop(self._attend(hidden, real))) * mask
        return self.leave(hidden)

    def _attend(self, hidden: Tensor, real: Tensor) -> Tensor:
        scores = self.query(hidden) @ self.key(hidden).transpose(1, 2) * WIDTH**-0.5
        scores = scores.masked_fill(~real.unsqueeze(1), -1e4)
        return self.gather(torch.softmax(scores, dim=-1) @ self.value(hidden))


def _mean(table: nn.Embedding, rows: Tensor) -> Tensor:
    there = rows >= 0
    sizes = there.sum(dim=1)
    return functional.embedding_bag(rows[there], table.weight, sizes.cumsum(dim=0) - sizes, mode="mean")
