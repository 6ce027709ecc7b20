"""Every route that a provider publishes and every position of its requests, read from the derived files beside this module."""

import gzip
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final, NamedTuple

_STEP: Final = re.compile(r"(?P<key>[^.\[{]+)|(?P<items>\[\])|\{(?P<fixed>[^}]*)\}")
_ROOT: Final = re.compile(r"(?:\{[^}]*\}\.?)?[^.\[{]*")
_NAME: Final = re.compile(r"\{[^}]*\}")


class Position(NamedTuple):
    """One place of a document: the steps that lead there, and what may stand there (`string`, `number`, `file`, `free`, `key`)."""

    path: str
    sort: str

    def document(self, value: Any) -> Any:
        """Return the smallest document that has `value` here: constants of the variants, and nothing else."""
        return _built(list(_STEP.finditer(self.path)), value)


class Route(NamedTuple):
    """One route as the provider publishes it; `side` is `request` with the sort of its body, `answer` or `event`."""

    method: str
    path: str
    side: str
    positions: tuple[Position, ...]

    @property
    def shape(self) -> tuple[str, str]:
        """Method and path, whatever the names in it are called."""
        return self.method, _NAME.sub("{}", self.path)

    @property
    def body(self) -> str:
        """The sort of a request's body: `json`, `multipart`, `sdp` or `none`."""
        return self.side.partition(" ")[2]

    @property
    def query(self) -> tuple[str, ...]:
        """The parameters of the query that a request may have."""
        return tuple(one.path[1:] for one in self.positions if one.path.startswith("?"))

    @property
    def distinct(self) -> tuple[Position, ...]:
        """The leaves without those that differ only in the way that leads there: a block within a block within a document."""
        found: dict[tuple[str, str], Position] = {}
        for one in sorted(self.leaves, key=lambda one: one.path.count("{")):
            head, inner, tail = one.path.rpartition("{")
            root = _ROOT.match(head or one.path)
            found.setdefault((root[0] if root else "", f"{inner}{tail} {one.sort}"), one)
        return tuple(found.values())

    @property
    def leaves(self) -> tuple[Position, ...]:
        """The positions of a request's body, and in each of its objects a key that nobody foresaw."""
        found = [one for one in self.positions if not one.path.startswith("?")]
        objects = {re.sub(r"(?:^|\.)[^.\[\]{}]+(?:\[\])*$", "", re.sub(r"\{[^{}]*\}$", "", one.path)) for one in found}
        return (*found, *(Position(path, "key") for path in sorted(objects)))


def published(dialect: str) -> list[Route]:
    """Return the requests of every route that the provider of a dialect publishes; none where no list of it is at hand."""
    file = files(__package__) / f"{dialect}.txt.gz"
    return [*read(file.read_bytes())] if file.is_file() else []


def read(data: bytes) -> Iterator[Route]:
    """Read a derived file."""
    for block in gzip.decompress(data).decode().split("\n\n"):
        head, *lines = block.splitlines()
        method, path, side = head.split(" ", 2)
        yield Route(method, path, side, tuple(Position(*line.rsplit(" ", 1)) for line in lines))


def _built(steps: list[re.Match[str]], value: Any) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step["items"]:
        return [_built(rest, value)]
    if step["fixed"] is not None:
        fixed = dict(pair.split("=", 1) for pair in step["fixed"].split(","))
        inner = _built(rest, value)
        return {**fixed, **inner} if isinstance(inner, dict) else inner
    return {("any" if step["key"] == "*" else step["key"]): _built(rest, value)}
