"""Legal holds: while a team is under one, none of its keys is destroyed, none of its originals expires, no day is dropped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from app.control import names, teams
from app.control.actor import Actor, Verb, may
from app.control.change import Control, change, change_found
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import among
from app.errors import Conflict
from app.store import tables

_TABLE: Final = tables.hold.c


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold on all that a team has: who set it and why, and who cleared it and why."""

    id: UUID
    team: str
    reason: str
    set_by: str
    created_at: datetime
    cleared_at: datetime | None
    cleared_by: str | None
    cleared_for: str | None


async def every(control: Control, actor: Actor, team: str | None = None, asked: Asked = FIRST) -> Page[Hold]:
    """Return the holds on one team, or on all that the actor sees, newest first, cleared ones included."""
    query = select(tables.hold).where(among(actor, Verb.HOLD_LOOK, _TABLE.team, team))
    async with control.transaction() as connection:
        return await page(connection, query, [_TABLE.created_at, _TABLE.id], asked, lambda row: Hold(**row), newest=True)


async def put(control: Control, actor: Actor, team: str, reason: str) -> Hold:
    """Set a hold. Raises NotFound; a closed team can be held, too."""
    may(actor, Verb.HOLD_SET, names.check(team, "team"))
    async with change(control, actor, Verb.HOLD_SET, team, team=team) as step:
        await teams.find(step.connection, team)
        query = insert(tables.hold).values(id=uuid4(), team=team, reason=reason, set_by=actor.id).returning(tables.hold)
        hold = Hold(**(await step.connection.execute(query)).mappings().one())
        step.details |= {"hold": str(hold.id), "reason": reason}
    return hold


async def clear(control: Control, actor: Actor, identity: UUID, reason: str) -> Hold:
    """Clear a hold. Raises NotFound; Conflict if it was cleared before."""
    async with change_found(control, actor, Verb.HOLD_CLEAR) as step:
        query = select(tables.hold).where(_TABLE.id == identity, among(actor, Verb.HOLD_CLEAR, _TABLE.team)).with_for_update()
        row = (await step.connection.execute(query)).mappings().first()
        if row is None:
            raise names.missing("hold", "id")
        if row["cleared_at"] is not None:
            raise Conflict("this hold was cleared before", where="id", hint="`hushgate hold list` shows by whom")
        ending = update(tables.hold).where(_TABLE.id == identity)
        ending = ending.values(cleared_at=func.now(), cleared_by=actor.id, cleared_for=reason)
        hold = Hold(**(await step.connection.execute(ending.returning(tables.hold))).mappings().one())
        step.target, step.team = hold.team, hold.team
        step.details |= {"hold": str(hold.id), "reason": reason}
    return hold
