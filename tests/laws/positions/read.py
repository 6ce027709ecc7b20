"""Read derived positions back: those of requests from the package, those of answers and events from the files beside this one."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.cli.selftest.positions import Position, Route, published, read
from app.gateway.routes import DIALECTS

HERE = Path(__file__).parent
__all__ = ["Position", "positions"]


def positions(dialect: str, endpoint: str, side: str) -> Iterator[Position]:
    route = next(one for one in DIALECTS[dialect].endpoints if one.name == endpoint)
    shape = Route(route.method, route.paths[0], "", ()).shape
    answer = [*_of(dialect, shape, "answer")] if side == "event" else []
    for one in _of(dialect, shape, side):
        if one.path.startswith("?"):
            continue
        if one.sort == "answer":
            yield from (
                Position(f"{one.path}{'' if inner.path.startswith(('{', '[')) else '.'}{inner.path}", inner.sort) for inner in answer
            )
        else:
            yield one


def _of(dialect: str, shape: tuple[str, str], side: str) -> tuple[Position, ...]:
    return next((one.positions for one in _routes(dialect) if one.shape == shape and one.side.partition(" ")[0] == side), ())


@cache
def _routes(dialect: str) -> list[Route]:
    return [*published(dialect), *read((HERE / f"{dialect}.txt.gz").read_bytes())]
