"""The name model at work: word vectors from its tables, kept for words seen before, and one ONNX run a window."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from app.names.features import Features, features
from app.names.words import LINE, Words

WEIGHTS: Final = Path(__file__).parent / "weights"
WINDOW: Final = 256  # words judged at once
MARGIN: Final = 8  # words on either side that are read, not judged
GAPS: Final = 3
REMEMBERED: Final = 8192  # words whose vectors are kept, 7 MB
TAGS: Final = ("", "PERSON", "LOCATION", "ORGANIZATION")

Floats = NDArray[np.float32]


class Model:
    """Words → probabilities of TAGS. It is deterministic, and used by one thread."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        """Load the weights in `folder`. Raises OSError if they are missing."""
        with np.load(folder / "tables.npz", allow_pickle=False) as tables:
            self._tables = {name: (tables[name], tables[f"{name}_scale"]) for name in ("pieces", "groups", "shapes")}
        pieces = (folder / "pieces.txt").read_text(encoding="utf-8").split("\n")
        self._vocabulary = {piece: row for row, piece in enumerate(pieces) if piece}
        self.card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession((folder / "names.onnx").read_bytes(), options, providers=["CPUExecutionProvider"])
        width = sum(rows.shape[1] for rows, _ in self._tables.values())
        self._places: dict[str, int] = {}
        self._vectors: Floats = np.zeros((REMEMBERED, width), dtype=np.float32)

    def probabilities(self, words: Words) -> Floats:
        """Return a row of len(TAGS) probabilities for each word."""
        size = len(words.surfaces)
        found = np.zeros((size, len(TAGS)), dtype=np.float32)
        for start, end in windows(words):
            left, right = max(0, start - MARGIN), min(size, end + MARGIN)
            inputs = self._inputs(words.surfaces[left:right], words.gaps[left:right])
            (logits,) = self._session.run(None, {"words": inputs})
            found[start:end] = _softmax(logits[start - left : end - left])
        return found

    def _inputs(self, surfaces: Sequence[str], gaps: Sequence[int]) -> Floats:
        """Return words × (vector, gap), new words' vectors made on the way."""
        places = self._places
        missing = {word for word in surfaces if word not in places}
        if missing:
            if len(places) + len(missing) > REMEMBERED:
                places.clear()
                missing = set(surfaces)
            self._make(sorted(missing))
        vectors = self._vectors[[places[word] for word in surfaces]]
        return np.concatenate([vectors, np.eye(GAPS, dtype=np.float32)[list(gaps)]], axis=1)

    def _make(self, words: Sequence[str]) -> None:
        rows = [features(word, self._vocabulary) for word in words]
        first = len(self._places)
        made = np.concatenate([self._mean(name, rows) for name in self._tables], axis=1)
        self._vectors[first : first + len(words)] = made
        self._places.update((word, first + i) for i, word in enumerate(words))

    def _mean(self, name: str, rows: Sequence[Features]) -> Floats:
        """Return for each word the mean of its rows of one table."""
        table, scale = self._tables[name]
        chosen = [[row.shape] if name == "shapes" else getattr(row, name) for row in rows]
        sizes = np.array([len(each) for each in chosen])
        flat = np.concatenate([np.array(each) for each in chosen])
        values = table[flat].astype(np.float32) * scale[flat, None].astype(np.float32)
        return np.asarray(np.add.reduceat(values, np.concatenate([[0], np.cumsum(sizes)[:-1]]), axis=0) / sizes[:, None], dtype=np.float32)


def windows(words: Words) -> Iterator[tuple[int, int]]:
    """Yield the spans of words that are judged together: cut at a line's or sentence's end in the second half, else anywhere."""
    start, size = 0, len(words.surfaces)
    while start < size:
        end = min(start + WINDOW, size)
        if end < size:
            ends = range(end, start + WINDOW // 2, -1)
            end = next((i for i in ends if words.gaps[i] == LINE or words.surfaces[i - 1] in {".", "!", "?"}), end)
        yield start, end
        start = end


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
