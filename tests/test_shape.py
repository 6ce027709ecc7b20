import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
APP = ROOT / "app"
MODULES = sorted(APP.rglob("*.py"))
LONGEST = 300
LONGER: dict[str, int] = {
    "names/training/frames.py": 400,
    "store/tables.py": 400,
}  # module: its own limit; a table of sentences, and of tables
FORBIDDEN = {"utils", "util", "helpers", "helper", "manager", "service", "services", "common", "misc", "base"}
HEAVY = ("spacy", "presidio_analyzer", "torch", "thinc", "numpy", "onnxruntime", "alembic", "rich", "pygments")
TEST_FOLDERS = {
    "bench", "clients", "coverage", "evasion", "falsealarms", "faults", "golden", "laws", "mutants", "quality", "soak", "specimens",
}  # fmt: skip
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(APP)))


def python(*arguments: str) -> str:
    result = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_imports_only_go_down():
    result = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    layers = [name.strip().removeprefix("app.") for layer in contract["layers"] for name in layer.split("|")]
    assert set(layers) == {path.stem for path in APP.iterdir() if path.stem not in {"__init__", "__pycache__"}}


@each_module
def test_a_module_is_short(module):
    name = str(module.relative_to(APP))
    assert len(module.read_text().splitlines()) <= LONGER.get(name, LONGEST)


@each_module
def test_a_module_opens_with_a_sentence_that_says_what_lives_there(module):
    first = (ast.get_docstring(ast.parse(module.read_text())) or "").partition("\n\n")[0]
    assert re.fullmatch(r"\S[^\n]*[.:]", first), first


@each_module
def test_a_module_is_named_for_what_it_holds(module):
    parts = module.relative_to(APP).with_suffix("").parts
    assert len(parts) <= 3
    assert not FORBIDDEN & {word for part in parts for word in part.split("_")}


def test_tests_mirror_the_application():
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders - TEST_FOLDERS <= {path.name for path in APP.iterdir() if path.is_dir()}


def test_the_top_level_is_the_one_of_the_design():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a checkout")
    fixed = {"pyproject.toml", "app", "migrations", "tests", "deploy", "Dockerfile", "docker-compose.yml", "README.md"}
    fixed |= {"Makefile", "requirements.lock", "docs", "LICENSE", "CHANGELOG.md"}
    assert {name.partition("/")[0] for name in tracked if not name.startswith(".")} <= fixed


def test_the_front_process_loads_no_model():
    loaded = set(python("-c", "import app.main, sys; print(*sys.modules)").split())
    assert not loaded & set(HEAVY)


def test_commands_do_not_load_the_server():
    loaded = set(python("-c", "import app.cli.root, sys; print(*sys.modules)").split())
    assert not loaded & {"app.main", "uvicorn", "sqlalchemy", "openai", "anthropic"}


def test_the_wheel_carries_migrations_licence_and_command(tmp_path):
    python(
        "-m",
        "pip",
        "--disable-pip-version-check",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        ".",
        "-w",
        str(tmp_path),
    )
    (wheel,) = tmp_path.glob("hushgate-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        points = next(archive.read(name).decode() for name in names if name.endswith("entry_points.txt"))
    migrations = {f"app/store/migrations/{path.relative_to(ROOT / 'migrations')}" for path in (ROOT / "migrations").rglob("*.py")}
    assert migrations <= names
    assert {f"app/{path.relative_to(APP)}" for path in MODULES} <= names
    assert "hushgate = app.cli:main" in points
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_lock_holds_every_dependency_with_hashes_and_no_address():
    lock = (ROOT / "requirements.lock").read_text()
    pins = dict(re.findall(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==(\S+)", lock, re.MULTILINE))
    extras = dict(PROJECT["project"]["optional-dependencies"])
    assert all(re.fullmatch(r"[\w.-]+==[\d.]+", line) for line in extras.pop("train"))  # two gigabytes that `make install` does not want
    for line in [
        *PROJECT["project"]["dependencies"],
        *(line for extra in extras.values() for line in extra),
        *PROJECT["build-system"]["requires"],
    ]:
        wanted = Requirement(line)
        assert wanted.name in pins, f"{wanted.name} is not locked"
        assert wanted.specifier.contains(pins[wanted.name]), f"{wanted.name} {pins[wanted.name]} is locked, {wanted.specifier} is asked for"
    entries = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock
