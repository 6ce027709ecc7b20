"""Read derived positions back, and build the document that has a value at one."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
_STEP = re.compile(r"(?P<key>[^.\[{]+)|(?P<items>\[\])|\{(?P<fixed>[^}]*)\}")


class Position(NamedTuple):
    """One place of a document: the steps that lead there, and what may stand there."""

    path: str
    sort: str

    def document(self, value: Any) -> Any:
        """The smallest document that has `value` here: constants of the variants, and nothing else."""
        return _built(list(_STEP.finditer(self.path)), value)


def positions(dialect: str, endpoint: str, side: str) -> Iterator[Position]:
    answer = [*_read(dialect, endpoint, "answer")] if side == "event" else []
    for one in _read(dialect, endpoint, side):
        if one.sort == "answer":
            yield from (
                Position(f"{one.path}{'' if inner.path.startswith(('{', '[')) else '.'}{inner.path}", inner.sort) for inner in answer
            )
        else:
            yield one


def _read(dialect: str, endpoint: str, side: str) -> Iterator[Position]:
    head = f"{endpoint} {side} "
    for line in gzip.decompress((HERE / f"{dialect}.txt.gz").read_bytes()).decode().splitlines():
        if line.startswith(head):
            path, _, sort = line.removeprefix(head).rpartition(" ")
            yield Position(path, sort)


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
