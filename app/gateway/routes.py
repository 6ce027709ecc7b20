"""Which endpoint a path names: `/{provider}/…` and then the provider's own path. Unknown is refused, never passed on."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import quote

import app.dialects
from app.core.caller import Provider
from app.core.dialect import Dialect, Endpoint
from app.core.registry import load
from app.errors import NotFound
from app.store.directory import Directory

NO_DIALECT = "none"  # before the provider is known
DIALECTS: Final[dict[str, Dialect]] = {dialect.name: dialect for dialect in load(app.dialects, Dialect)}
SANDBOX: Final = "sandbox"
# Errors before the dialect is known are shaped as the most widely understood one.
FALLBACK: Final = DIALECTS["openai"]

_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
_PLAIN: Final = ":@"  # beside letters, digits and `_.-~`: what stands as it is in a segment of a path


def _shape(path: str) -> re.Pattern[str]:
    """Return the pattern of a path with names in it: each is one segment that leads nowhere else."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>(?!\\.{1,2}(?:/|$))[^/]+)", re.escape(path)))


_EVERY: Final = [(d, e, path) for d in DIALECTS.values() for e in d.endpoints for path in e.paths]
_ROUTES: Final = {(d.name, e.method, path): e for d, e, path in _EVERY}
_NAMED: Final = [(d.name, e.method, _shape(path), e) for d, e, path in _EVERY if "{" in path]
_SHAPES: Final = {path: d for d, _, path in [*_EVERY, *(one for one in _EVERY if one[0] is FALLBACK)]}
_PROBES: Final = frozenset((d.name, method, path) for d in DIALECTS.values() for method, path in d.probes)


class Target(NamedTuple):
    """Where a request goes: the provider, its dialect and the endpoint (None: a probe that only asks whether we are here).

    `names` are the parts of the path that the endpoint gives a name (`/models/{model}`).
    """

    provider: Provider
    dialect: Dialect
    endpoint: Endpoint | None
    names: Mapping[str, str] = _NO_NAMES

    @property
    def path(self) -> str:
        """The path to send, after the provider's base URL."""
        assert self.endpoint is not None  # noqa: S101 - probes are not sent
        path = self.endpoint.paths[0]
        return path.format(**{name: quote(value, safe=_PLAIN) for name, value in self.names.items()}) if self.names else path


async def provider_of(path: str, directory: Directory) -> tuple[Provider, str]:
    """Split a path into its provider and the provider's own path. Raises NotFound."""
    name, _, rest = path.removeprefix("/").partition("/")
    if name == SANDBOX:
        dialect, _, rest = rest.partition("/")
        if dialect in DIALECTS:
            return Provider(f"{SANDBOX}/{dialect}", dialect, f"http://{SANDBOX}/{dialect}"), "/" + rest
    found = await directory.provider(name) if name else None
    if found is None or found.dialect not in DIALECTS:
        raise NotFound("no provider of this name", where="path", hint="The path is /{provider}/…; `hushgate provider list` shows the names")
    return found, "/" + rest


def find(provider: Provider, method: str, path: str) -> Target:
    """Return the target of a request. Raises NotFound for a route that no dialect inspects."""
    dialect = DIALECTS[provider.dialect]
    endpoint, names = match(dialect.name, method, path)
    if endpoint is None and (dialect.name, method, path) not in _PROBES:
        why = next((why for start, why in dialect.refused.items() if _shape(start).match(path)), "this route is not inspected")
        raise NotFound(f"{why}, so it is refused", where="path", hint="docs/coverage.md lists the routes that are served")
    return Target(provider, dialect, endpoint, names)


def match(dialect: str, method: str, path: str) -> tuple[Endpoint | None, Mapping[str, str]]:
    """Return the endpoint of a path and the names that stand in it; None if there is none."""
    endpoint = _ROUTES.get((dialect, method, path))
    if endpoint is not None and "{" not in path:
        return endpoint, _NO_NAMES
    for name, verb, shape, named in _NAMED:
        if name == dialect and verb == method and (found := shape.fullmatch(path)):
            return named, found.groupdict()
    return None, _NO_NAMES


def nearest(path: str) -> Dialect:
    """Return the dialect to refuse in while the provider is not known: the one whose clients use such a path."""
    return _SHAPES.get("/" + path.removeprefix("/").partition("/")[2], FALLBACK)
