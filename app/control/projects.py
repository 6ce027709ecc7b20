"""Projects: parts of a team, which clients belong to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names, teams
from app.control.actor import Actor, Verb, may
from app.control.change import Control, change
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import among, unchanged
from app.errors import Conflict
from app.store import tables

_COLUMNS: Final = (tables.project.c.team, tables.project.c.name, tables.project.c.created_at)


@dataclass(frozen=True, slots=True)
class Project:
    """A project as people see it."""

    team: str
    name: str
    created_at: datetime


async def create(control: Control, actor: Actor, team: str, name: str) -> Project:
    """Create a project of a team. Raises Invalid, NotFound or Conflict."""
    names.check(name)
    async with change(control, actor, Verb.PROJECT_CREATE, name, team=team) as step:
        await teams.opened(step.connection, team)
        query = postgresql.insert(tables.project).values(team=team, name=name).on_conflict_do_nothing()
        row = (await step.connection.execute(query.returning(*_COLUMNS))).first()
        if row is None:
            raise Conflict("the team has a project of this name already", where="name", hint="`hushgate project list` shows all")
        return Project(*row)


async def get(control: Control, actor: Actor, team: str, name: str) -> Project:
    """Return one project. Raises NotFound."""
    may(actor, Verb.TEAM_LOOK, team)
    async with control.transaction() as connection:
        return await _find(connection, team, name)


async def every(control: Control, actor: Actor, team: str | None = None, asked: Asked = FIRST) -> Page[Project]:
    """Return the projects of one team, or of all that the actor sees."""
    columns = tables.project.c
    query = select(*_COLUMNS).where(among(actor, Verb.TEAM_LOOK, columns.team, team))
    async with control.transaction() as connection:
        return await page(connection, query, [columns.team, columns.name], asked, lambda row: Project(**row))


async def remove(control: Control, actor: Actor, team: str, name: str, expected: str | None = None) -> None:
    """Remove a project that has no clients. Raises NotFound, or Conflict if it has some or is the one that every team has."""
    async with change(control, actor, Verb.PROJECT_REMOVE, name, team=team) as step:
        project = await _find(step.connection, team, name, lock=True)
        unchanged(project, expected)
        client = tables.client.c
        used = (await step.connection.execute(select(client.name).where(client.team == team, client.project == name).limit(1))).first()
        if used is not None or name == teams.DEFAULT:
            hint = "Records name clients, so clients stay, and with them their project; `default` is every team's first project"
            raise Conflict("the project is in use", where="name", hint=hint)
        await step.connection.execute(delete(tables.project).where(tables.project.c.team == team, tables.project.c.name == name))


async def _find(connection: AsyncConnection, team: str, name: str, *, lock: bool = False) -> Project:
    columns = tables.project.c
    names.find(team, "team", "team")
    query = select(*_COLUMNS).where(columns.team == team, columns.name == names.find(name, "project"))
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise names.missing("project", "name")
    return Project(*row)
