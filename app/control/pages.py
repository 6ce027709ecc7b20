"""Lists in pages: each answers some items and the cursor of the next ones, which says where it stands and not how many it skips."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Invalid

LONGEST: Final = 500
USUAL: Final = 50
_DIGITS: Final = 18  # a bigint holds as many, whatever they are
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list. `next` is the cursor of the page after this one; null on the last."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page is wanted: how many items at most, and after which place."""

    limit: int = USUAL
    cursor: str | None = None


FIRST: Final = Asked()
WHOLE: Final = Asked(limit=1_000_000)  # for what reads a list itself, not for a caller


async def page(
    connection: AsyncConnection,
    query: Select[Any],
    keys: Sequence[ColumnElement[Any]],
    asked: Asked,
    make: Callable[[Mapping[str, Any]], T],
    *,
    newest: bool = False,
) -> Page[T]:
    """Run `query` in the order of `keys`, which together are unique and among its columns; `newest` turns the order round.

    Raises Invalid for a cursor that is not of this list.
    """
    ordered = query.order_by(*(key.desc() if newest else key.asc() for key in keys)).limit(asked.limit + 1)
    if asked.cursor is not None:
        here, place = tuple_(*keys), tuple_(*_read(asked.cursor, [key.type.python_type for key in keys]))
        ordered = ordered.where(here < place if newest else here > place)
    rows = (await connection.execute(ordered)).mappings().all()
    shown = rows[: asked.limit]
    following = _write([shown[-1][key] for key in keys]) if len(rows) > asked.limit else None
    return Page([make({str(name): value for name, value in row.items()}) for row in shown], following)


def sliced(items: Sequence[T], place: Callable[[T], Sequence[str]], asked: Asked) -> Page[T]:
    """Return a page of a short list that is not one query. `place` names an item; only what never goes away may be listed so.

    Raises Invalid for a cursor that is not of this list.
    """
    start = 0
    if asked.cursor is not None:
        places = [list(place(item)) for item in items]
        after = _read(asked.cursor, [str] * len(places[0]) if places else [])
        if after not in places:
            raise _foreign()
        start = places.index(after) + 1
    shown = list(items[start : start + asked.limit])
    return Page(shown, _write(place(shown[-1])) if start + asked.limit < len(items) else None)


def _write(place: Sequence[Any]) -> str:
    plain = [(value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else str(value) for value in place]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode()


def _read(cursor: str, types: Sequence[type]) -> list[Any]:
    try:
        plain = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        return [_value(value, kind) for value, kind in zip(plain, types, strict=True)]
    except (TypeError, ValueError, OverflowError, RecursionError):
        pass
    raise _foreign()


def _foreign() -> Invalid:
    return Invalid("the cursor is not one of ours", where="cursor", hint="Take it from `next` of the page before, or leave it out")


def _value(plain: Any, kind: type) -> Any:
    if kind is datetime:
        if type(plain) is not int:
            raise ValueError
        return _EPOCH + plain * _MICROSECOND
    if kind is int:
        if type(plain) is not str or not plain.isascii() or not plain.isdecimal() or len(plain) > _DIGITS:
            raise ValueError
        return int(plain)
    if not isinstance(plain, str) or not plain.isascii() or not (plain == "" or plain.isprintable()):
        raise ValueError  # names and ids are no more than that; Postgres would stumble over NUL
    return UUID(plain) if kind is UUID else plain
