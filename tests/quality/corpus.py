"""Real code, configuration and lists of packages that nobody here wrote: files of the locked packages, chosen by a hash and named one by one."""

import csv
import hashlib
import importlib.metadata
import itertools
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
LIST: Final = Path(__file__).with_name("corpus.csv")
#   kind of file, its endings, kilobytes of it
WANTED: Final = (
    ("Python", (".py",), 240),
    ("typed and compiled code", (".pyi", ".pyx", ".pxd", ".h", ".c", ".cpp", ".proto"), 90),
    ("scripts, pages and queries", (".js", ".css", ".html", ".sql", ".mako", ".sh", ".ts"), 90),
    ("configuration", (".yaml", ".yml", ".toml", ".cfg", ".ini", ".json", ".sample", ".conf", ".template"), 120),
    ("lists of packages, with hashes", ("sboms/", ".lock", "requirements.txt"), 80),
)
PIECE: Final = 16_000  # characters of one file
OF_ONE: Final = 3  # files of one package and kind, the others first


class File(NamedTuple):
    """One file of a locked package, and the hash of what is in it."""

    kind: str
    package: str
    version: str
    path: str
    hash: str

    def text(self) -> str:
        """Return the beginning of the file. Raises AssertionError, with what to do, if it is not the one that was listed."""
        hint = "run `make install`, or renew the list: python -m tests.quality.corpus"
        version = importlib.metadata.version(self.package)
        assert version == self.version, f"{self.package} {version} is installed, {self.version} is listed: {hint}"
        data = _located(self.package, self.path).read_bytes()
        assert _hash(data) == self.hash, f"{self.package}: {self.path} is not what was listed: {hint}"
        return _beginning(data)


def files() -> list[File]:
    """Return the listed files, in order."""
    with LIST.open(encoding="utf-8", newline="") as lines:
        return [File(*row) for row in csv.reader(lines)]


def _located(package: str, path: str) -> Path:
    return Path(str(importlib.metadata.distribution(package).locate_file(path)))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _beginning(data: bytes) -> str:
    return data.decode("utf-8")[:PIECE]


def _locked() -> Iterator[tuple[str, str]]:
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum() and "platform" not in line:
            name, _, version = line.partition(" ")[0].partition("==")
            yield name, version


def chosen() -> Iterator[File]:
    """Choose anew: of every kind the files whose names hash lowest, few of one package, until there is enough."""
    candidates: dict[str, list[tuple[int, str, File]]] = defaultdict(list)
    for package, version in _locked():
        seen: dict[str, int] = defaultdict(int)
        for order, path in sorted((_hash(f"{package}/{p}".encode()), str(p)) for p in importlib.metadata.files(package) or ()):
            kind = next(
                (kind for kind, endings, _ in WANTED[::-1] if any(e in path if e[-1] == "/" else path.endswith(e) for e in endings)), ""
            )
            source = _located(package, path)
            if not kind or ".." in path or not 400 < source.stat().st_size < 2_000_000:
                continue
            data = source.read_bytes()
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            candidates[kind].append((seen[kind] // OF_ONE, order, File(kind, package, version, path, _hash(data))))
            seen[kind] += 1
    for kind, _, size in WANTED:
        total = itertools.count()
        left = size * 1000
        for _, _, file in sorted(candidates[kind]):
            if left > 0 and next(total) < 200:
                left -= len(file.text())
                yield file


if __name__ == "__main__":
    with LIST.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(chosen())
