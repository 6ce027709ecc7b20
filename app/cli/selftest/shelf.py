"""Things that are there, for routes whose path names one: each is made through the gateway, so that it is the caller's own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.cli.selftest.planting import Request
from app.cli.selftest.positions import Route
from app.cli.selftest.probing import names_in, plain, served
from app.cli.selftest.sending import Answer
from app.core.dialect import Dialect
from app.core.document import parse
from app.core.segment import segments
from app.core.table import Kind


class Shelf:
    """Makes what a path names, by the route that makes such things: `POST /threads` for `/threads/{thread_id}/runs`."""

    def __init__(self, dialect: Dialect, routes: Sequence[Route], ask: Callable[[Request], Answer]) -> None:
        """Make things by those of a dialect's routes that are served."""
        self._dialect = dialect
        self._ask = ask
        self._made = {(route.method, route.path.partition("?")[0]): route for route in reversed(routes) if served(dialect, route)}

    def names(self, route: Route) -> dict[str, str]:
        """Return a name for each one in a path, of a thing that was made for this route alone; none where nothing makes such things."""
        found: dict[str, str] = {}
        for name in names_in(route.path) if served(self._dialect, route) else ():
            where = route.path.partition(f"/{{{name}}}")[0]
            one = self._id(("POST", where), found) or self._id(("GET", where), found)
            if one:
                found[name] = one
        return found

    def _id(self, maker: tuple[str, str], names: Mapping[str, str]) -> str:
        """Ask the route, and return the id in its answer; "" if there is no such route, or its answer names nothing."""
        route = self._made.get(maker)
        endpoint = served(self._dialect, route) if route else None
        if route is None or endpoint is None:
            return ""
        request = plain(route, endpoint, names)
        if endpoint.keeps is not None and request.document is not None:
            request = replace(request, document=request.document | dict.fromkeys(endpoint.keeps.asked_by, True))
        answer = self._ask(request)
        ids = [one.text for one in segments(parse(answer.body), endpoint.answer) if one.kind is Kind.OBJECT] if not answer.code else []
        return ids[0] if ids else ""
