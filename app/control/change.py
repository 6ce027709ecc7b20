"""One change as one transaction: the permission is checked, the SQL runs, the audit record is written, the gateways are told."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control.actor import INSTALLATION, Actor, Verb, may, reach
from app.core.record import RecordKind
from app.store.database import Database
from app.store.keys import Keys
from app.store.ledger import Ledger

_UNKNOWN: Final = "\0"  # a change whose team is found on the way; no team can have this name


@dataclass(frozen=True, slots=True)
class Made:
    """A change that was made: what its audit record says."""

    verb: Verb
    target: str
    team: str
    details: dict[str, object]


@dataclass(frozen=True, slots=True)
class Joined:
    """A transaction that several changes share, and what they were."""

    connection: AsyncConnection
    journal: list[Made] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Control:
    """What admin operations work with. With `joined`, they all happen in that transaction, or none of them does."""

    database: Database
    ledger: Ledger
    keys: Keys
    changed: Callable[[], None] = lambda: None  # told after each commit; other processes hear of it by NOTIFY
    joined: Joined | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """The shared transaction, else one of its own."""
        if self.joined is not None:
            yield self.joined.connection
            return
        async with self.database.transaction() as connection:
            yield connection


@dataclass(slots=True)
class Change:
    """A change under way. What it says of itself goes on the record, so it never holds a value or a secret."""

    connection: AsyncConnection
    target: str
    team: str
    details: dict[str, object] = field(default_factory=dict)
    made: bool = True
    heard: str = ""  # what the gateways are told besides that something changed
    kind: RecordKind = RecordKind.ADMIN

    def nothing(self) -> None:
        """Say that there was nothing to change: no record, no notice."""
        self.made = False


@asynccontextmanager
async def change(control: Control, actor: Actor, verb: Verb, target: str, team: str = INSTALLATION) -> AsyncIterator[Change]:
    """Run a change. Raises NotAdmitted before anything happens; any error in the body leaves neither change nor record."""
    may(actor, verb, team)
    async with _run(control, actor, verb, target, team) as step:
        yield step


@asynccontextmanager
async def change_found(control: Control, actor: Actor, verb: Verb) -> AsyncIterator[Change]:
    """Run a change of something that is known by its id: the body finds it and sets `target` and `team`.

    The body must look among the actor's teams only (`reach`), so that an id of another team is one that does not exist.
    """
    reach(actor, verb)
    async with _run(control, actor, verb, _UNKNOWN, _UNKNOWN) as step:
        yield step


@asynccontextmanager
async def _run(control: Control, actor: Actor, verb: Verb, target: str, team: str) -> AsyncIterator[Change]:
    async with control.transaction() as connection:
        step = Change(connection, target, team)
        yield step
        if step.made:
            may(actor, verb, step.team)  # again: the body may have found out whose it is
            made = Made(verb, step.target, step.team, step.details)
            await control.ledger.admin(
                connection,
                team=made.team,
                actor=actor.id,
                verb=verb.value,
                target=made.target,
                details=made.details,
                kind=step.kind,
            )
            await notify(connection, step.heard)
            if control.joined is not None:
                control.joined.journal.append(made)
    if step.made and control.joined is None:
        control.changed()


@asynccontextmanager
async def together(control: Control) -> AsyncIterator[Control]:
    """Make several changes one: what is done through the Control yielded commits at the end, or not at all."""
    if control.joined is not None:
        yield control
        return
    async with control.database.transaction() as connection:
        joined = Joined(connection)
        yield replace(control, joined=joined)
    if joined.journal:
        control.changed()


async def notify(connection: AsyncConnection, heard: str = "") -> None:
    """Tell every gateway process, when the transaction commits, that what it remembers may be out of date."""
    await connection.execute(text("SELECT pg_notify('hushgate', :heard)"), {"heard": heard})
