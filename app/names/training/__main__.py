"""`python -m app.names.training DATA`: teach the teacher, let the student learn from text and teacher, write the weights that ship.

DATA is a folder of annotated texts (see `corpora`). About two hours on two cores; `--alone` trains the student without a teacher,
in half an hour. Intermediate weights lie in `--work`, and a stage whose weights are there is not run again.
"""

import argparse
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from app.names.features import features
from app.names.model import WEIGHTS
from app.names.training.corpora import Example
from app.names.training.export import export
from app.names.training.learning import opinions, study, teach
from app.names.training.reading import STUDENTS, TEACHERS, counted, passage
from app.names.training.student import PIECE, Student
from app.names.training.teacher import Teacher, vocabulary

PROGRAMS: Final = ("torch", "transformers", "sympy", "networkx")  # packages whose code stands for text without names
# Chosen on the dev data: how sure the surest word of a name must be, and the words beside it.
THRESHOLDS: Final[Mapping[str, Any]] = {
    "begin": {"PERSON": 0.3, "LOCATION": 0.25, "ORGANIZATION": 0.25},
    "go_on": 0.15,
    "alone": 0.6,
    "capitals": 0.9,
}
PASSES: Final = 2


def main() -> None:
    """Run the stages that have not been run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/names"))
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--alone", action="store_true", help="train the student without a teacher")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    torch.manual_seed(TEACHERS.seed)
    pieces, code = vocabulary(), [_package(name) for name in PROGRAMS]
    teacher = None if given.alone else _taught(given.data, code, pieces, given.work / "teacher.pt")
    examples = passage(given.data, code, STUDENTS)
    sys.stderr.write(f"the student reads {counted(examples)}\n")
    opinion = None if teacher is None else _opinions(teacher, examples, pieces, given.work / "opinions.npy")
    student = Student(projected(pieces, examples))
    kept = given.work / "student.pt"
    if kept.exists():
        student.load_state_dict(torch.load(kept))
    else:
        study(student, examples, opinion, pieces, passes=PASSES, seed=STUDENTS.seed, keep=kept)
    export(student.eval(), pieces, {"version": 1, "thresholds": THRESHOLDS}, given.out)


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(name)
    return Path(found.origin).parent


def _taught(data: Path, code: Sequence[Path], pieces: dict[str, int], kept: Path) -> Teacher:
    teacher = Teacher()
    if kept.exists():
        teacher.load_state_dict(torch.load(kept))
    else:
        examples = passage(data, code, TEACHERS)
        sys.stderr.write(f"the teacher reads {counted(examples)}\n")
        teach(teacher, examples, pieces, passes=1, seed=TEACHERS.seed, keep=kept)
    return teacher


def _opinions(teacher: Teacher, examples: Sequence[Example], pieces: dict[str, int], kept: Path) -> list[np.ndarray]:
    sizes = [len(one.surfaces) for one in examples]
    if not kept.exists():
        np.save(kept, np.concatenate(opinions(teacher, examples, pieces)))
    return np.split(np.load(kept), np.cumsum(sizes)[:-1])


def projected(pieces: Mapping[str, int], examples: Sequence[Example]) -> torch.Tensor:
    """Return the encoder's piece vectors along their PIECE main directions, weighted by how often a piece is read."""
    table = Teacher().encoder.embeddings.word_embeddings.weight.detach()
    counts = np.ones(len(table))
    for one in examples[::4]:
        for word in one.surfaces:
            counts[features(word, pieces).pieces] += 1
    weights = torch.tensor(np.sqrt(counts), dtype=torch.float32).unsqueeze(1)
    centred = table - (table * weights).sum(dim=0) / weights.sum()
    _, _, directions = torch.linalg.svd((centred * weights.sqrt()).T @ (centred * weights.sqrt()))
    return (centred @ directions[:PIECE].T) / (centred @ directions[:PIECE].T).std() * 0.3


if __name__ == "__main__":
    main()
