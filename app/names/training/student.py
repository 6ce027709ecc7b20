"""The model that ships: tables of word features, five gated dilated convolutions over words, one attention in their midst."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.names.features import BUCKETS, MARKS, SHAPES
from app.names.training.corpora import TAGS
from app.names.words import GAPS

GROUP: Final = 64
WIDTH: Final = 160
LOOKS, TELLS = 32, 64  # numbers by which words find one another, and that they tell one another
DILATIONS: Final = (1, 2, 4, 8, 1)
ATTENDS: Final = 3  # after so many convolutions


class Student(nn.Module):
    """Words → logits of TAGS, for each word and for the marks before it."""

    def __init__(self, pieces: Tensor, width: int = WIDTH) -> None:
        """Begin with `pieces`, an encoder's vectors of the vocabulary (rows × any)."""
        super().__init__()
        self.pieces = _bag(pieces.clone())
        self.groups = _bag(torch.randn(BUCKETS, GROUP) * 0.1)
        self.shapes = nn.Embedding(SHAPES, width)
        self.gaps = nn.Embedding(GAPS, width)
        self.before, self.behind = (_bag(torch.randn(len(MARKS) + 1, width) * 0.1, "sum") for _ in range(2))  # marks beside a word
        self.of_pieces = nn.Linear(pieces.shape[1], width)
        self.of_groups = nn.Linear(GROUP, width, bias=False)
        nn.init.normal_(self.shapes.weight, std=0.1)
        nn.init.normal_(self.gaps.weight, std=0.1)
        self.mixes = nn.ModuleList(nn.Linear(3 * width, 2 * width) for _ in DILATIONS)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in DILATIONS)
        self.query, self.key, self.value = (nn.Linear(width, size, bias=False) for size in (LOOKS, LOOKS, TELLS))
        self.gather = nn.Linear(TELLS, width, bias=False)
        self.after = nn.LayerNorm(width)
        self.leave = nn.Linear(width, 2 * len(TAGS))
        self.drop = nn.Dropout(0.15)

    def vectors(self, pieces: Tensor, groups: Tensor, shapes: Tensor) -> Tensor:
        """Return the vector of each word: what its pieces, its groups and its shape say, summed. `pieces`, `groups`: -1 for none."""
        return self.of_pieces(_read(self.pieces, pieces)) + self.of_groups(_read(self.groups, groups)) + self.shapes(shapes)

    def beside(self, before: Tensor, behind: Tensor) -> Tensor:
        """Return what the marks beside each word say. Both: windows × words × marks, -1 for none."""
        return _read(self.before, before) + _read(self.behind, behind)

    def forward(self, vectors: Tensor, gaps: Tensor, real: Tensor) -> Tensor:
        """Return logits, windows × words × 2 × tags. `vectors`: windows × words × width; `real`: where a word stands."""
        mask = real.unsqueeze(-1).to(vectors.dtype)
        hidden = self.drop(vectors + self.gaps(gaps)) * mask
        for i, (dilation, mix, norm) in enumerate(zip(DILATIONS, self.mixes, self.norms, strict=True), 1):
            before = functional.pad(hidden, (0, 0, dilation, 0))[:, : hidden.shape[1]]
            behind = functional.pad(hidden, (0, 0, 0, dilation))[:, dilation:]
            value, gate = mix(torch.cat([before, hidden, behind], dim=-1)).chunk(2, dim=-1)
            hidden = norm(hidden + self.drop(value * torch.sigmoid(gate))) * mask
            if i == ATTENDS:
                hidden = self.after(hidden + self.drop(self._attend(hidden, real))) * mask
        return self.leave(hidden).unflatten(-1, (2, len(TAGS)))

    def _attend(self, hidden: Tensor, real: Tensor) -> Tensor:
        scores = self.query(hidden) @ self.key(hidden).transpose(1, 2) * LOOKS**-0.5
        scores = scores.masked_fill(~real.unsqueeze(1), -1e4)
        return self.gather(torch.softmax(scores, dim=-1) @ self.value(hidden))


def _bag(table: Tensor, mode: str = "mean") -> nn.EmbeddingBag:
    """Return a table whose last row stands for none."""
    none = torch.zeros(1, table.shape[1])
    return nn.EmbeddingBag.from_pretrained(torch.cat([table, none]), freeze=False, mode=mode, padding_idx=len(table))


def _read(bag: nn.EmbeddingBag, rows: Tensor) -> Tensor:
    """Return what the rows say together: … × rows → … × width."""
    none = bag.num_embeddings - 1
    return bag(rows.masked_fill(rows < 0, none).flatten(0, -2)).unflatten(0, rows.shape[:-1])
