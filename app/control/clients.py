"""Clients: the named applications of a team's projects; gateway keys rotate beneath them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names, teams
from app.control.actor import Actor, Verb, may
from app.control.change import Control, change
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import among, unchanged
from app.errors import Conflict, NotFound
from app.store import tables

_TABLE: Final = tables.client.c
_COLUMNS: Final = (_TABLE.team, _TABLE.name, _TABLE.project, _TABLE.created_at, _TABLE.closed_at)


@dataclass(frozen=True, slots=True)
class Client:
    """A client as people see it. One that is closed gets no keys any more, and its name stays taken: originals are its own."""

    team: str
    name: str
    project: str
    created_at: datetime
    closed_at: datetime | None = None


async def create(control: Control, actor: Actor, team: str, name: str, project: str = teams.DEFAULT) -> Client:
    """Create a client of a project. Raises Invalid, NotFound or Conflict."""
    names.check(name)
    names.check(project, "project")
    async with change(control, actor, Verb.CLIENT_CREATE, name, team=team) as step:
        await teams.opened(step.connection, team)
        made = await add(step.connection, team, name, project)
        if made is None:
            raise Conflict("the team has a client of this name already", where="name", hint="`hushgate client list` shows all")
        step.details["project"] = project
        return made


async def add(connection: AsyncConnection, team: str, name: str, project: str = teams.DEFAULT) -> Client | None:
    """Insert a client of an open team; None if there is one of this name. Raises NotFound if the team has no such project."""
    place = tables.project.c
    held = select(place.name).where(place.team == team, place.name == project).with_for_update(read=True)
    if (await connection.execute(held)).first() is None:
        raise NotFound("the team has no project of this name", where="project", hint="`hushgate project add` makes one")
    query = postgresql.insert(tables.client).values(team=team, name=name, project=project).on_conflict_do_nothing()
    row = (await connection.execute(query.returning(*_COLUMNS))).first()
    return Client(*row) if row else None


async def get(control: Control, actor: Actor, team: str, name: str) -> Client:
    """Return one client. Raises NotFound."""
    may(actor, Verb.TEAM_LOOK, team)
    async with control.transaction() as connection:
        return await find(connection, team, name)


async def every(control: Control, actor: Actor, team: str | None = None, asked: Asked = FIRST) -> Page[Client]:
    """Return the clients of one team, or of all that the actor sees, closed ones included."""
    query = select(*_COLUMNS).where(among(actor, Verb.TEAM_LOOK, _TABLE.team, team))
    async with control.transaction() as connection:
        return await page(connection, query, [_TABLE.team, _TABLE.name], asked, lambda row: Client(**row))


async def close(control: Control, actor: Actor, team: str, name: str, expected: str | None = None) -> None:
    """Close a client for good: its keys are revoked and it gets no new ones; again is no error. Raises NotFound or Conflict."""
    async with change(control, actor, Verb.CLIENT_CLOSE, name, team=team) as step:
        client = await find(step.connection, team, name, lock=True)
        unchanged(client, expected)
        if client.closed_at is not None:
            step.nothing()
            return
        closing = update(tables.client).where(_TABLE.team == team, _TABLE.name == name).values(closed_at=func.now())
        await step.connection.execute(closing)
        keys = tables.gateway_key
        mine = (keys.c.team == team, keys.c.client == name, keys.c.revoked_at.is_(None))
        step.details["keys_revoked"] = (await step.connection.execute(update(keys).where(*mine).values(revoked_at=func.now()))).rowcount


async def find(connection: AsyncConnection, team: str, name: str, *, lock: bool = False, where: str = "name") -> Client:
    """Return a client. With `lock` nobody else changes it until the transaction ends. Raises NotFound."""
    names.find(team, "team", "team")
    query = select(*_COLUMNS).where(_TABLE.team == team, _TABLE.name == names.find(name, "client", where))
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise names.missing("client", where)
    return Client(*row)
