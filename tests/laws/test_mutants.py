"""The laws have teeth: every mutant of the machine fails the one that it names, the machine itself none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mutants.catalogue import MUTANTS, Mutant
from mutants.fast import LAWS

pytestmark = pytest.mark.timeout(600)  # a run for every mutant, on however busy a machine
TESTS = Path(__file__).parents[1]
APP = TESTS.parent / "app"
PARTS = ("core", "detectors", "dialects", "engine", "transforms")


def made(folder: Path, mutant: Mutant | None) -> str:
    """A copy of the machine with this fault."""
    package = folder / "app"
    package.mkdir(parents=True)
    for name in ("__init__.py", "errors.py"):
        shutil.copy2(APP / name, package / name)
    for part in PARTS:
        shutil.copytree(APP / part, package / part)
    if mutant is not None:
        target = package / mutant.file
        source = target.read_text()
        assert mutant.old in source, f"{mutant.why}: its text is gone from {mutant.file}"
        target.write_text(source.replace(mutant.old, mutant.new, 1))
    return str(folder)


@pytest.fixture(scope="module")
def survivors(tmp_path_factory: pytest.TempPathFactory) -> dict[Mutant | None, bool]:
    folder = tmp_path_factory.mktemp("mutants")
    copies = {
        mutant: f"{mutant.law if mutant else ''}={made(folder / str(number), mutant)}" for number, mutant in enumerate((None, *MUTANTS))
    }
    environment = {**os.environ, "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "mutants.judge", *copies.values()]
    passed = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    return {mutant: copy in passed for mutant, copy in copies.items()}


def test_the_machine_itself_passes(survivors: dict[Mutant | None, bool]) -> None:
    assert survivors[None]
    assert {mutant.law for mutant in MUTANTS} <= {law.__name__ for law in LAWS}  # a law that does not exist fails, too


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.why)
def test_every_mutant_fails_its_law(mutant: Mutant, survivors: dict[Mutant | None, bool]) -> None:
    assert not survivors[mutant]
