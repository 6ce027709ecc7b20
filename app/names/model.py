"""The name model at work: word vectors from its tables, kept for words seen before, and one ONNX run a window."""

import json
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from app.names.features import groups, marks, pieces, shape
from app.names.words import KINDS, LINE, NO_GAP, Reading, Words, around, read

WEIGHTS: Final = Path(__file__).parent / "weights"
WINDOW: Final = 256  # words judged at once
MARGIN: Final = 8  # words on either side that are read, not judged
REMEMBERED: Final = 8192  # words whose vectors are kept, 5 MB
RUNS: Final = 1024  # runs of marks whose vectors are kept, 1.3 MB
BLOCK: Final = 16  # words whose letter groups are mixed at once
TAGS: Final = ("", "PERSON", "LOCATION", "ORGANIZATION")

_JOINTS: Final = frozenset("-_.:/+")
_ENDS: Final = frozenset(".!?")

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class Model:
    """Words → probabilities of TAGS. It is deterministic, and used by one thread."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        """Load the weights in `folder`. Raises OSError if they are missing."""
        with np.load(folder / "tables.npz", allow_pickle=False) as tables:
            self._tables = {name: (tables[name], tables[f"{name}_scale"]) for name in ("pieces", "groups", "shapes")}
            self._mix, self._gaps, self._marks = (tables[name].astype(np.float32) for name in ("mix", "gaps", "marks"))
        known = (folder / "pieces.txt").read_text(encoding="utf-8").split("\n")
        self._vocabulary = {piece: row for row, piece in enumerate(known) if piece}
        self.card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # every text is of another length
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(folder / "names.onnx", options, providers=["CPUExecutionProvider"])
        self._places: dict[str, int] = {}
        self._vectors: Floats = np.zeros((REMEMBERED, self._gaps.shape[1]), dtype=np.float32)
        self._runs: dict[str, int] = {}
        self._sums: Floats = np.zeros((2, RUNS, self._gaps.shape[1]), dtype=np.float32)

    def probabilities(self, words: Words) -> Floats:
        """Return a row of len(TAGS) probabilities for each word."""
        reading = read(words, inside(words))
        found = np.zeros((len(words.surfaces), len(TAGS)), dtype=np.float32)
        found[:, 0] = 1.0
        if reading.words:
            judged = self._judged([words.surfaces[i] for i in reading.words], reading)
            found[reading.words] = judged[:-1, 0]
            found[reading.marks] = judged[reading.owners, 1]
        return found

    def _judged(self, surfaces: Sequence[str], reading: Reading) -> Floats:
        """Return the probabilities of each word and of the marks before it, and a last row that says that marks behind all words are nothing."""
        size = len(surfaces)
        found = np.zeros((size + 1, 2, len(TAGS)), dtype=np.float32)
        found[size, :, 0] = 1.0
        for start, end in windows(reading):
            left, right = max(0, start - MARGIN), min(size, end + MARGIN)
            inputs = self._inputs(surfaces[left:right], reading.gaps[left:right], reading.runs[left : right + 1])
            (logits,) = self._session.run(None, {"words": inputs})
            found[start:end] = _softmax(logits[start - left : end - left].reshape(-1, 2, len(TAGS)))
        return found

    def _inputs(self, surfaces: Sequence[str], gaps: Sequence[int], runs: Sequence[str]) -> Floats:
        """Return what stands for each word and for the marks on either side, new words' vectors made on the way."""
        places = self._places
        missing = {word for word in surfaces if word not in places}
        if missing:
            if len(places) + len(missing) > REMEMBERED:
                places.clear()
                missing = set(surfaces)
            self._make(sorted(missing))
        vectors = self._vectors[[places[word] for word in surfaces]] + self._gaps[list(gaps)]
        beside = self._beside(runs)
        vectors += self._sums[0, beside[:-1]]
        vectors += self._sums[1, beside[1:]]
        return np.asarray(vectors, dtype=np.float32)

    def _beside(self, runs: Sequence[str]) -> list[int]:
        """Return where the sums of runs of marks are kept, new ones made on the way."""
        known = self._runs
        missing = {run for run in runs if run not in known}
        if len(known) + len(missing) > RUNS:
            known.clear()
            missing = set(runs)
        for run in missing:
            known[run] = len(known)
            self._sums[:, known[run]] = self._marks[:, marks(run)].sum(axis=1)
        return [known[run] for run in runs]

    def _make(self, words: Sequence[str]) -> None:
        lower, first = list(map(str.lower, words)), len(self._places)
        cut = [pieces(word, self._vocabulary) for word in lower]
        made = self._mean("pieces", np.array(list(chain.from_iterable(cut))), np.array(list(map(len, cut))))
        made += self._mixed(self._mean("groups", *groups(lower)))
        made += self._rows("shapes", np.array(list(map(shape, words))))
        self._vectors[first : first + len(words)] = made
        self._places.update((word, first + i) for i, word in enumerate(words))

    def _mixed(self, means: Floats) -> Floats:
        """Return letter groups as the network reads them. A product of few rows may be summed in another order, so there are always many."""
        count = len(means)
        many = np.zeros((-(-count // BLOCK) * BLOCK, means.shape[1]), dtype=np.float32)
        many[:count] = means
        return np.asarray((many @ self._mix)[:count], dtype=np.float32)

    def _mean(self, name: str, rows: Rows, sizes: Rows) -> Floats:
        """Return for each word the mean of its rows of one table. `rows`: those of one word after the other; `sizes`: how many each has."""
        return np.asarray(np.add.reduceat(self._rows(name, rows), np.cumsum(sizes) - sizes, axis=0) / sizes[:, None], dtype=np.float32)

    def _rows(self, name: str, rows: Rows) -> Floats:
        table, scale = self._tables[name]
        return np.asarray(table[rows].astype(np.float32) * scale[rows, None].astype(np.float32), dtype=np.float32)


def inside(words: Words) -> set[int]:
    """Return the words within dates, numbers and codes, mostly figures: of each only the ends are read, for no name is part of it."""
    surfaces, gaps, last = words.surfaces, words.gaps, -1
    inner: set[int] = set()
    for i in [i for i, surface in enumerate(surfaces) if surface[0].isdigit()]:
        if i > last and (gaps[i] == NO_GAP or NO_GAP in gaps[i + 1 : i + 2]):  # what touches nothing has no inside
            code = around(words, i, _JOINTS)
            last = code[-1]
            whole = "".join(surfaces[code.start : code.stop])
            if sum(map(str.isalpha, whole)) <= sum(map(str.isdigit, whole)):
                inner.update(code[1:-1])
    return inner


def windows(reading: Reading) -> Iterator[tuple[int, int]]:
    """Yield the spans of words that are judged together: cut at a line's or sentence's end in the second half, else anywhere."""
    start, size = 0, len(reading.words)
    while start < size:
        end = min(start + WINDOW, size)
        if end < size:
            ends = range(end, start + WINDOW // 2, -1)
            end = next((i for i in ends if reading.gaps[i] % KINDS == LINE or not _ENDS.isdisjoint(reading.runs[i])), end)
        yield start, end
        start = end


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - reduce(np.maximum, np.moveaxis(logits, -1, 0))[..., None])  # of few tags: one by one is quickest
    return np.asarray(raised / reduce(np.add, np.moveaxis(raised, -1, 0))[..., None], dtype=np.float32)
