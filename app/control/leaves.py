"""Leaves and the records they are of, page by page, as an export reads them: in binary, by statements that are compiled once."""

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import Text, any_, bindparam, cast, select
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control.wanted import Filter
from app.store import tables, trees
from app.store.bulk import Bulk

_LEAF: Final = tables.leaf.c
_RECORD: Final = tables.record.c
_REST: Final = tuple(column for column in _RECORD if column.name not in {"id", "exchange", "entities"})
_TOLD: Final = (cast(_RECORD.id, Text), cast(_RECORD.exchange, Text), cast(_RECORD.entities, Text))
_NAMES: Final = ("id", "exchange", "entities", *(column.name for column in _REST), "wanted")
_LEAVES: Final = Bulk(
    select(_LEAF.index, cast(_LEAF.record, Text), _LEAF.at, _LEAF.hash)
    .where(_LEAF.team == bindparam("tree"), _LEAF.index >= bindparam("start"), _LEAF.index < bindparam("stop"))
    .order_by(_LEAF.index)
)
_ROWS: Final = select(*_TOLD, *_REST).where(
    _RECORD.team == bindparam("tree"),
    _RECORD.at.between(bindparam("first"), bindparam("last")),
    _RECORD.id == any_(cast(bindparam("ids", type_=ARRAY(Text)), ARRAY(UUID))),
)
T = TypeVar("T")


class Leaf(NamedTuple):
    """A leaf as it is read: the id of its record as text, as it is told."""

    place: int
    record: str
    at: datetime
    hash: bytes


@lru_cache(maxsize=4096)  # the same few counts in most records; nobody changes what is returned
def _counts(written: str) -> Any:
    return json.loads(written)


async def ahead(reads: Iterable[Coroutine[Any, Any, T]]) -> AsyncGenerator[T, None]:
    """Yield what each read returns, in their order: while one is told, the next is under way."""
    under_way: asyncio.Task[T] | None = None
    try:
        for read in reads:
            before, under_way = under_way, asyncio.create_task(read)
            if before is not None:
                yield await before
        if under_way is not None:
            yield await under_way
    finally:
        if under_way is not None:  # not cancelled: psycopg would wait for a hung server to confirm that
            under_way.add_done_callback(lambda late: late.cancelled() or late.exception())


class Rows:
    """What is read for one export."""

    def __init__(self, wanted: Filter) -> None:
        """Read what tells whether a record is `wanted`, too."""
        self._rows = Bulk(_ROWS.add_columns(wanted.matches().label("wanted")))

    async def read(self, connection: AsyncConnection, team: str, start: int, end: int) -> tuple[Sequence[Leaf], dict[str, Any]]:
        """Return the leaves from `start` to before `end`, and the records they are of, by id. Raises Damaged, LedgerUnavailable."""
        page = [Leaf(*row) for row in await _LEAVES.rows(connection, {"tree": team, "start": start, "stop": end})]
        if [leaf.place for leaf in page] != list(range(start, end)):
            raise trees.Damaged(f"the tree of {team} lacks leaves")
        times = [leaf.at for leaf in page]
        about = {"tree": team, "first": min(times), "last": max(times), "ids": [leaf.record for leaf in page]}
        found = {row[0]: dict(zip(_NAMES, row, strict=True)) for row in await self._rows.rows(connection, about)}
        for row in found.values():
            row["entities"] = _counts(row["entities"])
        return page, found
