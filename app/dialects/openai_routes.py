"""How OpenAI's routes are written down: ways to make an endpoint that does what most do, and the tables that many share."""

from typing import Any, Final

from app.core.dialect import Endpoint, Keeps, Listed
from app.core.table import Kind, Table

FREE, KEEP, OBJECT, TEXT = Kind.FREE, Kind.KEEP, Kind.OBJECT, Kind.TEXT

NO_DOCUMENT: Final = Table({})
NOTHING: Final = Table({}, default=KEEP)
CURSORS: Final = ("after", "before")
PAGES: Final = ("limit", "order")
UNTIL_DELETED: Final = Keeps()
MONTH: Final = Keeps(30)


def answer(entries: dict[str, Kind | Table]) -> Table:
    """Return the table of an answer: what is not listed is passed as it is; errors are always text."""
    return Table({"error.message": TEXT, **entries}, default=KEEP, nested=False)


def paths(path: str) -> tuple[str, str]:
    """Return a path as the base URL's `/v1` leaves it, and as clients send it whose base URL lacks that."""
    return path, f"/v1{path}"


def send(name: str, path: str, request: Table, reply: Table, **more: Any) -> Endpoint:
    """POST a document."""
    return Endpoint(name, "POST", paths(path), **{"request": request, "answer": reply, "trusted": NOTHING, "modelled": False, **more})


def tell(name: str, path: str, reply: Table, **more: Any) -> Endpoint:
    """POST without a document, such as a cancellation."""
    return send(name, path, NO_DOCUMENT, reply, optional=True, **more)


def fetch(name: str, path: str, reply: Table, **more: Any) -> Endpoint:
    """GET one object, or what it holds."""
    more = {"request": NO_DOCUMENT, "answer": reply, "trusted": NOTHING, "modelled": False, "keeps": UNTIL_DELETED, **more}
    return Endpoint(name, "GET", paths(path), **more)


def fetch_page(name: str, path: str, row: Table, query: tuple[str, ...] = (), **more: Any) -> Endpoint:
    """GET a page of what an object holds, or, with `listed`, of everything that a credential owns."""
    return fetch(name, path, answer({"data[]": row}), **{"query": (*PAGES, *query), "cursors": CURSORS, **more})


def fetch_own(name: str, path: str, row: Table, query: tuple[str, ...] = (), **more: Any) -> Endpoint:
    """GET a page of everything that a credential owns: only the team's own come back."""
    return fetch_page(name, path, row, query, listed=Listed(), **more)


def remove(name: str, path: str, **more: Any) -> Endpoint:
    """DELETE what the path names last."""
    more = {"request": NO_DOCUMENT, "answer": answer({}), "trusted": NOTHING, "modelled": False, **more}
    return Endpoint(name, "DELETE", paths(path), **more)
