"""Which endpoint a path names: `/{provider}/…` and then the provider's own path. Unknown is refused, never passed on."""

from typing import Final, NamedTuple

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

_ROUTES: Final = {(d.name, e.method, path): e for d in DIALECTS.values() for e in d.endpoints for path in e.paths}
_SHAPES: Final = {path: d for d in DIALECTS.values() for e in d.endpoints for path in e.paths}
_PROBES: Final = frozenset((d.name, method, path) for d in DIALECTS.values() for method, path in d.probes)


class Target(NamedTuple):
    """Where a request goes: the provider, its dialect and the endpoint (None: a probe that only asks whether we are here)."""

    provider: Provider
    dialect: Dialect
    endpoint: Endpoint | None


async def provider_of(path: str, directory: Directory) -> tuple[Provider, str]:
    """Split a path into its provider and the provider's own path. Raises NotFound."""
    name, _, rest = path.removeprefix("/").partition("/")
    if name == SANDBOX:
        dialect, _, rest = rest.partition("/")
        if dialect in DIALECTS:
            return Provider(f"{SANDBOX}/{dialect}", dialect, f"http://{SANDBOX}"), "/" + rest
    found = await directory.provider(name) if name else None
    if found is None or found.dialect not in DIALECTS:
        raise NotFound("no provider of this name", where="path", hint="The path is /{provider}/…; `hushgate provider list` shows the names")
    return found, "/" + rest


def find(provider: Provider, method: str, path: str) -> Target:
    """Return the target of a request. Raises NotFound for a route that no dialect inspects."""
    dialect = DIALECTS[provider.dialect]
    endpoint = _ROUTES.get((dialect.name, method, path))
    if endpoint is None and (dialect.name, method, path) not in _PROBES:
        raise NotFound(
            "this route is not inspected, so it is refused", where="path", hint="docs/coverage.md lists the routes that are served"
        )
    return Target(provider, dialect, endpoint)


def nearest(path: str) -> Dialect:
    """Return the dialect to refuse in while the provider is not known: the one whose clients use such a path."""
    return _SHAPES.get("/" + path.removeprefix("/").partition("/")[2], FALLBACK)
