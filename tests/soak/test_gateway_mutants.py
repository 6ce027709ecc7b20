"""The tests of sessions, files and objects have teeth: every fault in what they are about fails one of them."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mutants.gateway import FAULTS, Fault

pytestmark = pytest.mark.timeout(1800)  # a gateway, and a Postgres, for every fault
ROOT = Path(__file__).parents[2]
PARTS = ("app", "tests", "migrations")
PASSED = 0


def run(folder: Path, fault: Fault | None, tests: str, chosen: str) -> tuple[int, str]:
    """Run the chosen tests over a copy with this fault: pytest's exit status, and what it said."""
    folder.mkdir(parents=True)
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "pyproject.toml", folder / "pyproject.toml")
    if fault is not None:
        target = folder / "app" / fault.file
        source = target.read_text()
        assert source.count(fault.old) == 1, f"{fault.why}: its text is not once in {fault.file}"
        target.write_text(source.replace(fault.old, fault.new))
    command = [sys.executable, "-m", "pytest", f"tests/gateway/{tests}", "-k", chosen, "-q", "-x", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    shutil.rmtree(folder)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What became of every fault; and of none, with all the tests that are to see one."""
    folder = tmp_path_factory.mktemp("faults")
    clean = [(None, name, " or ".join(f"({one.chosen})" for one in FAULTS if one.tests == name)) for name in {one.tests for one in FAULTS}]
    every = [*clean, *((fault, fault.tests, fault.chosen) for fault in FAULTS)]
    with ThreadPoolExecutor(2) as pool:
        told = pool.map(lambda pair: run(folder / str(pair[0]), *pair[1]), enumerate(every))
        return {(fault, tests): outcome for (fault, tests, _), outcome in zip(every, told, strict=True)}


def test_without_a_fault_all_of_them_pass(outcomes):
    assert [(tests, said) for (fault, tests), (status, said) in outcomes.items() if fault is None and status != PASSED] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.why)
def test_every_fault_fails_a_test(outcomes, fault):
    status, said = outcomes[fault, fault.tests]
    assert status == pytest.ExitCode.TESTS_FAILED, said
    assert re.search(rf"^FAILED tests/gateway/{re.escape(fault.tests)}", said, re.MULTILINE), (
        said
    )  # a gateway that does not start proves nothing
