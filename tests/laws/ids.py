"""Every place of a dialect's routes where the id of an object stands: in a path, in a query, in a document."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from app.core.dialect import Dialect, Endpoint
from app.core.table import Kind, Node

Steps = tuple[tuple[str, str], ...]


class Place(NamedTuple):
    """One place: which endpoint, and in what (`path`, `query`, `document`) under which name."""

    endpoint: Endpoint
    part: str
    name: str
    steps: Steps = ()

    def __str__(self) -> str:
        return f"{self.endpoint.name} {self.part} {self.name}"


def places(dialect: Dialect) -> Iterator[Place]:
    for endpoint in dialect.endpoints:
        if endpoint.session is not None:
            continue  # laws/test_sessions.py speaks to those
        for name in names(endpoint):
            if name.endswith("_id"):
                yield Place(endpoint, "path", name)
        for name in endpoint.cursors:
            yield Place(endpoint, "query", name)
        yield from named_in(endpoint)


def named_in(endpoint: Endpoint) -> Iterator[Place]:
    """The ids in the documents of one endpoint."""
    for steps in _objects(endpoint.request.root, (), frozenset()):
        yield Place(endpoint, "document", ".".join(name for _, name in steps), steps)


def names(endpoint: Endpoint) -> list[str]:
    return [part[1:-1] for part in endpoint.paths[0].split("/") if part.startswith("{")]


def _objects(node: Node, at: Steps, above: frozenset[int]) -> Iterator[Steps]:
    if id(node) in above:
        return
    above |= {id(node)}
    if node.kind is Kind.OBJECT:
        yield at
    for key, child in node.keys.items():
        yield from _objects(child, (*at, ("key", key)), above)
    for value, case in node.cases.items():
        for key, child in case.keys.items():
            if node.keys.get(key) is not child:
                yield from _objects(child, (*at, ("case", f"{node.selector}={value}"), ("key", key)), above)
    if node.items is not None:
        yield from _objects(node.items, (*at, ("items", "[]")), above)


def planted(steps: Steps, value: Any) -> Any:
    """Return the smallest document with `value` there."""
    if not steps:
        return value
    (sort, name), rest = steps[0], steps[1:]
    inner = planted(rest, value)
    if sort == "items":
        return [inner]
    if sort == "case":
        selector, _, choice = name.partition("=")
        return {selector: choice, **inner}
    return {name: inner}
