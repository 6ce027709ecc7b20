"""What is asked of each route: its body's positions, the names of its path, its query, its headers; a route that is not served once."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from app.cli.selftest.planting import Canary, Planted, Request, batches, merged, packed, plants
from app.cli.selftest.positions import Route, published
from app.cli.selftest.sending import MODEL
from app.core.dialect import Dialect, Endpoint
from app.core.document import parse
from app.core.segment import Segment, segments
from app.core.table import Kind
from app.gateway.routes import match

_INSPECTED: Final = frozenset({Kind.TEXT, Kind.PROSE, Kind.JSON, Kind.FREE})
_GLANCE: Final = 20  # positions that the one request of a route that is not served looks at
# Headers that clients, proxies and browsers send, and that are no provider's business.
_STRAY: Final = (
    "cookie",
    "user-agent",
    "referer",
    "x-forwarded-for",
    "forwarded",
    "traceparent",
    "baggage",
    "x-codex-turn-metadata",
    "x-unheard-of",
)


def routes(dialect: Dialect) -> list[Route]:
    """Return every route that a provider publishes, and whatever else its dialect serves.

    Where no list of the provider's own is at hand, its dialect says what there is, and OpenAI's list which positions.
    """
    found = [*_once(published(dialect.name))]
    known = {route.shape: route for route in found or published("openai")}
    for endpoint in dialect.endpoints:
        own = Route(endpoint.method, endpoint.paths[0], "request json" if endpoint.document else "request none", ())
        if own.shape not in {route.shape for route in found}:
            found.append(known[own.shape]._replace(path=own.path) if own.shape in known else own)
    return found


def _once(published: Sequence[Route]) -> Iterator[Route]:
    """Yield the routes, those of a beta (`?beta=true`) with what they have beyond the same route without."""
    known = {(route.method, route.path, route.side): set(route.positions) for route in published}
    for route in published:
        path, mark, _ = route.path.partition("?")
        same = known.get((route.method, path, route.side), set()) if mark else set()
        yield route._replace(positions=tuple(one for one in route.positions if one not in same))


def served(dialect: Dialect, route: Route) -> Endpoint | None:
    """Return the endpoint that serves a route, if one does."""
    path, _, query = route.path.partition("?")
    endpoint, _ = match(dialect.name, route.method, path.replace("{", "").replace("}", ""))
    return endpoint if endpoint is None or not query or query.partition("=")[0] in endpoint.query else None


def probes(dialect: Dialect, route: Route, names: Mapping[str, str], *, every: bool = False) -> Iterator[Request]:
    """Yield every request that a route is asked with; `names` are those of things that are there."""
    endpoint = served(dialect, route)
    if endpoint is None:
        yield _whole(route)
        return
    model = _wanted(endpoint)

    def alone(document: Any) -> bool:
        return route.body != "json" or not all(segment.kind in _INSPECTED for segment in _with_canary(document, endpoint))

    for request in batches(route, plants(route, every=every), alone):
        yield _completed(replace(request, names=dict(names), query=_queried(endpoint)), model)
    yield from _around(dialect, endpoint, plain(route, endpoint, names))


def plain(route: Route, endpoint: Endpoint, names: Mapping[str, str]) -> Request:
    """Return the least that a route takes."""
    document: Any = {} if route.body in {"json", "multipart"} and endpoint.session is None else None
    return _completed(Request(route, [], document=document, query=_queried(endpoint), names=dict(names)), _wanted(endpoint))


def _wanted(endpoint: Endpoint) -> dict[str, Any]:
    return {"model": MODEL} if (endpoint.modelled and endpoint.document) or "model" in endpoint.models else {}


def _queried(endpoint: Endpoint) -> dict[str, str]:
    return {"model": MODEL} if endpoint.session is not None and "model" in endpoint.query else {}


def _with_canary(document: Any, endpoint: Endpoint) -> list[Segment]:
    found = segments(parse(json.dumps(document)), endpoint.request)
    return [segment for segment in found if "example.com" in segment.text or "AKIA" in segment.text or segment.text.isdecimal()]


def _completed(request: Request, model: dict[str, Any]) -> Request:
    """Return a request with a model, where the route wants one; a document that is no object stands in a field of one."""
    if request.document is None:
        return request
    document = request.document if isinstance(request.document, dict) else {"x": request.document}
    return replace(request, document={**model, **document}, always=model)


def _around(dialect: Dialect, endpoint: Endpoint, least: Request) -> Iterator[Request]:
    """Yield requests with a canary in each name of the path, parameter of the query, and header."""
    route = least.route
    for name in names_in(route.path):
        one = _bare(f"path {name}")
        yield replace(least, planted=[one], names={**least.names, name: one.canary.email})
    for name in dict.fromkeys((*route.query, *endpoint.query, "unheard_of")):
        one = _bare(f"query {name}")
        yield replace(least, planted=[one], query={**least.query, name: one.canary.text})
    for name in dialect.headers if endpoint is dialect.endpoints[0] else ():  # they are the dialect's, whatever the route
        one = _bare(f"header {name}")
        yield replace(least, planted=[one], headers={name: one.canary.text})
    stray = {name: _bare(f"header {name}") for name in _STRAY}
    yield replace(least, planted=[*stray.values()], headers={name: one.canary.text for name, one in stray.items()})


def _bare(place: str) -> Planted:
    return Planted(place, Canary.fresh(), None)


def names_in(path: str) -> list[str]:
    """Return the names in a path, in their order."""
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def _whole(route: Route) -> Request:
    """Return one request with canaries wherever they go together: a route that is not served must not read that far."""
    chosen: list[Planted] = []
    document: Any = None
    for one in islice(plants(route), _GLANCE) if route.body in {"json", "multipart"} else ():
        own = one.position.document(one.value) if one.position else None
        both = own if document is None else merged(document, own)
        if both is not None:
            chosen, document = [*chosen, one], both
    asked = packed(route, chosen)
    one = Planted("route", Canary.fresh(), None)
    document = {"model": MODEL, **asked.document} if isinstance(asked.document, dict) else asked.document
    return replace(asked, planted=[one], document=document, query={"q": one.canary.text})
