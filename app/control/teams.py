"""Teams: who owns projects, clients, keys and a policy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names, policies
from app.control.actor import Actor, Verb, may
from app.control.change import Control, change
from app.core.policy import PolicyDocument
from app.errors import Conflict, Invalid
from app.store import tables
from app.store.vault import Keys

DEFAULT: Final = "default"  # the name of the first team, and of every team's first project and client


@dataclass(frozen=True, slots=True)
class Team:
    """A team as people see it."""

    name: str
    created_at: datetime


async def create(control: Control, actor: Actor, name: str) -> Team:
    """Create a team with its project and client `default` and the default policy. Raises Invalid or Conflict."""
    if names.check(name) in names.TEAMS_RESERVED:
        raise Invalid("this name is reserved", where="name", hint=f"Reserved names: {', '.join(sorted(names.TEAMS_RESERVED))}")
    async with change(control, actor, Verb.TEAM_CREATE, name, team=name) as step:
        team = await add(control.keys, step.connection, name)
        if team is None:
            raise Conflict("a team of this name exists already", where="name", hint="Choose another name; `hushgate team list` shows all")
        return team


async def every(control: Control, actor: Actor) -> list[Team]:
    """Return all teams by name."""
    may(actor, Verb.LOOK)
    async with control.database.transaction() as connection:
        rows = await connection.execute(select(tables.team.c.name, tables.team.c.created_at).order_by(tables.team.c.name))
        return [Team(*row) for row in rows]


async def add(keys: Keys, connection: AsyncConnection, name: str) -> Team | None:
    """Insert a team and what every team has; None if it exists."""
    query = postgresql.insert(tables.team).values(name=name).on_conflict_do_nothing()
    row = (await connection.execute(query.returning(tables.team.c.name, tables.team.c.created_at))).first()
    if row is None:
        return None
    await connection.execute(insert(tables.project).values(team=name, name=DEFAULT))
    await connection.execute(insert(tables.client).values(team=name, project=DEFAULT, name=DEFAULT))
    await policies.publish(keys, connection, name, PolicyDocument(version=1), expected=None)
    return Team(*row)
