"""Teams: who owns projects, clients, keys and a policy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names, policies
from app.control.actor import Actor, Verb, may
from app.control.change import Control, change
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import among, unchanged
from app.core.policy import PolicyDocument
from app.errors import Conflict, Invalid
from app.store import tables
from app.store.keys import Keys

DEFAULT: Final = "default"  # the name of the first team, and of every team's first project and client
_COLUMNS: Final = (tables.team.c.name, tables.team.c.created_at, tables.team.c.closed_at)


@dataclass(frozen=True, slots=True)
class Team:
    """A team as people see it. One that is closed admits nothing any more; its records stay, and its name stays taken."""

    name: str
    created_at: datetime
    closed_at: datetime | None = None


async def create(control: Control, actor: Actor, name: str) -> Team:
    """Create a team with its project and client `default` and the default policy. Raises Invalid or Conflict."""
    if names.check(name) in names.TEAMS_RESERVED:
        raise Invalid("this name is reserved", where="name", hint=f"Reserved names: {', '.join(sorted(names.TEAMS_RESERVED))}")
    async with change(control, actor, Verb.TEAM_CREATE, name, team=name) as step:
        team = await add(control.keys, step.connection, name)
        if team is None:
            raise Conflict("a team of this name exists already", where="name", hint="Choose another name; `hushgate team list` shows all")
        return team


async def get(control: Control, actor: Actor, name: str) -> Team:
    """Return one team. Raises NotFound."""
    may(actor, Verb.TEAM_LOOK, name)
    async with control.transaction() as connection:
        return await find(connection, name)


async def every(control: Control, actor: Actor, asked: Asked = FIRST) -> Page[Team]:
    """Return the teams that the actor sees, by name, closed ones included."""
    query = select(*_COLUMNS).where(among(actor, Verb.TEAM_LOOK, tables.team.c.name))
    async with control.transaction() as connection:
        return await page(connection, query, [tables.team.c.name], asked, lambda row: Team(**row))


async def close(control: Control, actor: Actor, name: str, expected: str | None = None) -> None:
    """Close a team for good: its keys are revoked and nothing new is made; again is no error. Raises NotFound or Conflict."""
    async with change(control, actor, Verb.TEAM_CLOSE, name, team=name) as step:
        team = await find(step.connection, name, lock=True)
        unchanged(team, expected)
        if team.closed_at is not None:
            step.nothing()
            return
        await step.connection.execute(update(tables.team).where(tables.team.c.name == name).values(closed_at=func.now()))
        keys = tables.gateway_key
        revoke = update(keys).where(keys.c.team == name, keys.c.revoked_at.is_(None)).values(revoked_at=func.now())
        step.details["keys_revoked"] = (await step.connection.execute(revoke)).rowcount


async def add(keys: Keys, connection: AsyncConnection, name: str) -> Team | None:
    """Insert a team and what every team has; None if it exists."""
    query = postgresql.insert(tables.team).values(name=name).on_conflict_do_nothing()
    row = (await connection.execute(query.returning(*_COLUMNS))).first()
    if row is None:
        return None
    await connection.execute(insert(tables.project).values(team=name, name=DEFAULT))
    await connection.execute(insert(tables.client).values(team=name, project=DEFAULT, name=DEFAULT))
    await policies.publish(keys, connection, name, PolicyDocument(version=1), expected=None)
    return Team(*row)


async def find(connection: AsyncConnection, name: str, *, lock: bool = False, where: str = "team") -> Team:
    """Return a team. With `lock` nobody else changes it until the transaction ends. Raises NotFound."""
    query = select(*_COLUMNS).where(tables.team.c.name == names.find(name, "team", where))
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise names.missing("team", where)
    return Team(*row)


async def opened(connection: AsyncConnection, name: str) -> None:
    """Make sure that a team is open, and stays so until the transaction ends. Raises NotFound or Conflict."""
    query = select(tables.team.c.closed_at).where(tables.team.c.name == names.find(name, "team", "team"))
    row = (await connection.execute(query.with_for_update(read=True))).first()
    if row is None:
        raise names.missing("team", "team")
    if row.closed_at is not None:
        raise names.closed_team()
