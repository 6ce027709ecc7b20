"""One change as one transaction: the permission is checked, the SQL runs, the audit record is written, the gateways are told."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control.actor import Actor, Verb, may
from app.store.database import Database
from app.store.ledger import Ledger
from app.store.vault import Keys

INSTALLATION: Final = ""  # the "team" of records about what belongs to no team; no team can have this name


@dataclass(frozen=True, slots=True)
class Control:
    """What admin operations work with."""

    database: Database
    ledger: Ledger
    keys: Keys
    changed: Callable[[], None] = lambda: None  # told after each commit; other processes hear of it by NOTIFY


@dataclass(slots=True)
class Change:
    """A change under way. What it says of itself goes on the record, so it never holds a value or a secret."""

    connection: AsyncConnection
    target: str
    team: str
    details: dict[str, object] = field(default_factory=dict)
    made: bool = True

    def nothing(self) -> None:
        """Say that there was nothing to change: no record, no notice."""
        self.made = False


@asynccontextmanager
async def change(control: Control, actor: Actor, verb: Verb, target: str, team: str = INSTALLATION) -> AsyncIterator[Change]:
    """Run a change. Raises NotAdmitted before anything happens; any error in the body leaves neither change nor record."""
    may(actor, verb)
    async with control.database.transaction() as connection:
        step = Change(connection, target, team)
        yield step
        if step.made:
            await control.ledger.admin(
                connection, team=step.team, actor=actor.id, verb=verb.value, target=step.target, details=step.details
            )
            await notify(connection)
    if step.made:
        control.changed()


async def notify(connection: AsyncConnection) -> None:
    """Tell every gateway process, when the transaction commits, that what it remembers may be out of date."""
    await connection.execute(text("SELECT pg_notify('hushgate', '')"))
