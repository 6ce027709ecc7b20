"""The audit trail: records of exchanges and admin actions, newest first, in pages."""

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, tuple_

from app.control.actor import Actor, Verb, may
from app.control.change import Control
from app.errors import Invalid
from app.store import tables

LONGEST: Final = 500
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_CURSOR: Final = struct.Struct(">Q16s")  # microseconds since 1970, then the record's id


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as people see it. `team` is empty for what concerns the whole installation; `details` is what was sealed.

    For an admin action, `client` is the id of the admin key and `verdict` the verb.
    """

    id: UUID
    exchange: UUID
    kind: str
    at: datetime
    team: str
    client: str | None
    provider: str | None
    dialect: str | None
    endpoint: str | None
    model: str | None
    policy_version: str | None
    verdict: str | None
    entities: dict[str, int]
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and the cursor of the next ones."""

    items: list[Entry]
    next: str | None


async def entries(control: Control, actor: Actor, team: str | None = None, limit: int = 50, cursor: str | None = None) -> Page:
    """Return a page of the records of one team, or of all and the installation. Raises Invalid for a cursor that is none of ours."""
    may(actor, Verb.LOOK)
    columns = tables.record.c
    query = select(tables.record).order_by(columns.at.desc(), columns.id.desc()).limit(limit + 1)
    if team is not None:
        query = query.where(columns.team == team)
    if cursor is not None:
        query = query.where(tuple_(columns.at, columns.id) < tuple_(*_read(cursor)))
    async with control.database.transaction(team) as connection:
        rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        items = [_entry(row, await control.ledger.open_sealed(connection, row["team"], row)) for row in rows[:limit]]
    return Page(items, _write(items[-1]) if len(rows) > limit else None)


def _entry(row: Any, details: dict[str, Any]) -> Entry:
    columns = {name: row[name] for name in Entry.__slots__ if name not in {"entities", "details"}}
    return Entry(**columns, entities=dict(sorted(row["entities"].items())), details=details)


def _write(last: Entry) -> str:
    return base64.urlsafe_b64encode(_CURSOR.pack((last.at - _EPOCH) // _MICROSECOND, last.id.bytes)).decode()


def _read(cursor: str) -> tuple[datetime, UUID]:
    try:
        micros, identity = _CURSOR.unpack(base64.b64decode(cursor, altchars=b"-_", validate=True))
        return _EPOCH + micros * _MICROSECOND, UUID(bytes=identity)
    except (struct.error, ValueError, OverflowError):
        raise Invalid(
            "the cursor is not one of ours", where="cursor", hint="Take it from `next` of the page before, or leave it out"
        ) from None
