"""The laws have teeth: every mutant of the machine fails one of them, the machine itself none."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mutants.catalogue import MUTANTS, Mutant

pytestmark = pytest.mark.timeout(600)  # a run for every mutant, on however busy a machine
TESTS = Path(__file__).parents[1]
APP = TESTS.parent / "app"
PARTS = ("core", "detectors", "dialects", "engine", "transforms")


def survives(folder: Path, mutant: Mutant | None) -> bool:
    """Whether the fast laws pass over a copy of the machine with this fault."""
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
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{TESTS}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "mutants.fast"]
    try:
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=30, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@pytest.fixture(scope="module")
def survivors(tmp_path_factory: pytest.TempPathFactory) -> dict[Mutant | None, bool]:
    folder = tmp_path_factory.mktemp("mutants")
    everyone = [None, *MUTANTS]
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        results = pool.map(lambda pair: survives(folder / str(pair[0]), pair[1]), enumerate(everyone))
        return dict(zip(everyone, results, strict=True))


def test_the_machine_itself_passes(survivors: dict[Mutant | None, bool]) -> None:
    assert survivors[None]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.why)
def test_every_mutant_fails_a_law(mutant: Mutant, survivors: dict[Mutant | None, bool]) -> None:
    assert not survivors[mutant]
