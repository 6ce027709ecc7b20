"""The audit trail: records of exchanges and admin actions, newest first, in pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.control import names
from app.control.actor import Actor, Verb
from app.control.change import Control
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import among
from app.store import tables


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


async def entries(control: Control, actor: Actor, team: str | None = None, asked: Asked = FIRST) -> Page[Entry]:
    """Return a page of the records of one team, or of all that the actor sees. Raises Invalid for a cursor that is none of ours."""
    columns = tables.record.c
    seen = among(actor, Verb.AUDIT_LOOK, columns.team, team)
    async with control.database.transaction(team) as connection:
        rows = await page(connection, select(tables.record).where(seen), [columns.at, columns.id], asked, dict, newest=True)
        items = [_entry(row, await control.ledger.open_sealed(connection, row["team"], row)) for row in rows.items]
    return Page(items, rows.next)


async def get(control: Control, actor: Actor, record: UUID) -> Entry:
    """Return one record. Raises NotFound."""
    query = select(tables.record).where(tables.record.c.id == record, among(actor, Verb.AUDIT_LOOK, tables.record.c.team))
    async with control.transaction() as connection:
        row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise names.missing("audit record", "id")
        return _entry(row, await control.ledger.open_sealed(connection, row["team"], dict(row)))


def _entry(row: Any, details: dict[str, Any]) -> Entry:
    columns = {name: row[name] for name in Entry.__slots__ if name not in {"entities", "details"}}
    return Entry(**columns, entities=dict(sorted(row["entities"].items())), details=details)
