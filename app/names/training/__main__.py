"""`python -m app.names.training DATA`: teach the teacher, let the student learn from text and teacher, write the weights that ship.

DATA is a folder of annotated texts (see `corpora`). Five minutes on a large GPU; on two cores without one it takes days, and `--alone`
trains the student without a teacher in some hours. Intermediate weights lie in `--work`: a stage whose weights are there is not run again.
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
from app.names.training.learning import STUDYING, TEACHING, Pass, opinions, study, teach
from app.names.training.reading import PASSES, counted, passage, snippets
from app.names.training.student import PIECE, Student
from app.names.training.teacher import Teacher, unpacked, vocabulary

PROGRAMS: Final = ("torch", "transformers", "sympy", "networkx")  # packages whose code stands for text without names
TAUGHT: Final = 3  # passes that the teacher reads
# Chosen on the dev data: how sure the surest word of a name must be, and the words beside it.
THRESHOLDS: Final[Mapping[str, Any]] = {
    "begin": {"PERSON": 0.2, "LOCATION": 0.2, "ORGANIZATION": 0.2},
    "go_on": 0.07,
    "alone": 0.9,
    "capitals": 0.9,
    "lean": 1.5,
    "large": 0.03,
}


def main() -> None:
    """Run the stages that have not been run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--plain", type=Path, help="source distribution of vaderSentiment 3.3.2: texts that nobody annotated")
    parser.add_argument("--work", type=Path, default=Path("build/names"))
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--alone", action="store_true", help="train the student without a teacher")
    parser.add_argument("--share", type=float, default=1.0, help="of all steps and texts, to try the whole way in little time")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    encoder = unpacked(given.work)
    pieces = vocabulary(encoder)
    read = list(_read(given, [_package(name) for name in PROGRAMS]))
    passes = [Pass.of(examples, pieces) for examples in read]
    teacher = Teacher(encoder)
    student = Student(projected(teacher.pieces, pieces, read[0]))
    if not given.alone:
        _instruct(teacher, passes, given)
    kept = given.work / "student.pt"
    if kept.exists():
        student.load_state_dict(torch.load(kept))
    else:
        torch.manual_seed(7)
        study(student, passes, STUDYING._replace(steps=int(STUDYING.steps * given.share)), 0, kept)
    export(student.eval(), pieces, {"version": 2, "thresholds": THRESHOLDS}, given.out)


def _read(given: argparse.Namespace, code: Sequence[Path]) -> list[list[Example]]:
    plain = snippets(given.plain) if given.plain else []
    made = []
    for mix in PASSES[: max(1, int(len(PASSES) * given.share))]:
        examples = passage(given.data, code, plain, mix)
        sys.stderr.write(f"a pass reads {counted(examples)}\n")
        made.append(examples[: int(len(examples) * given.share)])
    return made


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(name)
    return Path(found.origin).parent


def _instruct(teacher: Teacher, passes: Sequence[Pass], given: argparse.Namespace) -> None:
    """Teach the teacher, unless it was taught, and ask its opinion of every pass."""
    kept = given.work / "teacher.pt"
    if kept.exists():
        teacher.load_state_dict(torch.load(kept))
    else:
        torch.manual_seed(0)
        teach(teacher, passes[:TAUGHT], TEACHING._replace(steps=int(TEACHING.steps * given.share)), 0, kept)
    for one in passes:
        one.opinion = opinions(teacher, one)


def projected(table: torch.Tensor, pieces: Mapping[str, int], examples: Sequence[Example]) -> torch.Tensor:
    """Return the encoder's piece vectors along their PIECE main directions, weighted by how often a piece is read."""
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
