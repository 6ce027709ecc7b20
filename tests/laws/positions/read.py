"""Read derived positions back: those of requests from the package, those of answers and events from the files beside this one."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.cli.selftest.positions import Position, Route, published, read
from app.core.dialect import Endpoint
from app.gateway.routes import DIALECTS

HERE = Path(__file__).parent
__all__ = ["Position", "positions"]


def positions(dialect: str, endpoint: str, side: str) -> Iterator[Position]:
    """Every position of a side of an endpoint, those of the provider's beta included where the endpoint serves it."""
    route = next(one for one in DIALECTS[dialect].endpoints if one.name == endpoint)
    answer = [*_of(dialect, route, "answer")] if side == "event" else []
    for one in _of(dialect, route, side):
        if one.path.startswith("?"):
            continue
        if one.sort == "answer":
            yield from (
                Position(f"{one.path}{'' if inner.path.startswith(('{', '[')) else '.'}{inner.path}", inner.sort) for inner in answer
            )
        else:
            yield one


def _of(dialect: str, endpoint: Endpoint, side: str) -> tuple[Position, ...]:
    shape = Route(endpoint.method, endpoint.paths[0], "", ()).shape
    found = [
        one.positions
        for one in _routes(dialect)
        for path, _, query in [one.path.partition("?")]
        if one._replace(path=path).shape == shape and one.side.partition(" ")[0] == side
        if not query or query.partition("=")[0] in endpoint.query
    ]
    return tuple(dict.fromkeys(position for several in found for position in several))


@cache
def _routes(dialect: str) -> list[Route]:
    return [*published(dialect), *read((HERE / f"{dialect}.txt.gz").read_bytes())]
