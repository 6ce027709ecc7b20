"""A list of everything that a provider's credential owns, cut down to what is the team's: page after page, until the caller's page is full."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Final

from app.core.dialect import Listed
from app.core.document import dump, parse
from app.errors import BadDocument, UpstreamFailed

PAGES: Final = 20  # asked for at most; the caller goes on from the last row it got
_DEFAULT: Final = 20
_MOST: Final = 100

More = Callable[[Mapping[str, str]], Awaitable[bytes]]  # the query's changes → the next page
Own = Callable[[Collection[str]], Awaitable[set[str]]]


async def own_page(body: bytes, listed: Listed, limit: str, own: Own, more: More) -> bytes:
    """Return the first page with the team's own rows alone, filled from the pages after it. Raises UpstreamFailed for what is no list."""
    page = first = _page(body, listed)
    wanted = min(int(limit), _MOST) if limit.isdecimal() and int(limit) else _DEFAULT
    rows: list[Any] = []
    for number in range(PAGES):
        ids = [_id(row, listed) for row in page[listed.rows]]
        mine = await own([one for one in ids if one])
        rows += [row for row, one in zip(page[listed.rows], ids, strict=True) if one in mine]
        further = page.get(listed.more) is True and bool(ids) and bool(ids[-1])
        if not further or len(rows) > wanted or number == PAGES - 1:
            break
        page = _page(await more({listed.after: ids[-1], "limit": str(_MOST)}), listed)
    kept = rows[:wanted]
    edges = {listed.first: _id(kept[0], listed) if kept else None, listed.last: _id(kept[-1], listed) if kept else None}
    known = {key: value for key, value in edges.items() if key in first}
    return dump({**first, listed.rows: kept, **known, listed.more: bool(kept) and (len(rows) > wanted or further)})


def _page(body: bytes, listed: Listed) -> dict[str, Any]:
    try:
        page = parse(body, strict=False)
    except BadDocument:
        page = None
    if not isinstance(page, dict) or not isinstance(page.get(listed.rows), list):
        raise UpstreamFailed("the provider's answer is no list", hint="Check the provider's base URL and status")
    return page


def _id(row: Any, listed: Listed) -> str:
    one = row.get(listed.id) if isinstance(row, dict) else None
    return one if isinstance(one, str) else ""
