"""How long what is sealed stays readable, by team and class: afterwards its data keys are destroyed, and at last its days dropped.

A class is a purpose of data keys, and there is one key for each team, class and day. Destroying it is one UPDATE and one admin
record, which becomes a leaf; the rows stay with all that is not sealed, and their leaf hashes stay for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names, teams
from app.control.actor import INSTALLATION, INSTALLER, Actor, Verb, may
from app.control.change import Control, change, together
from app.control.scope import among
from app.errors import Invalid
from app.store import tables
from app.store.directory import KEYS

LONGEST: Final = 36_500  # days
_TABLE: Final = tables.retention.c
_HELD: Final = "SELECT team FROM hold WHERE cleared_at IS NULL"
_OVER: Final = """
SELECT d.owner, d.purpose, array_agg(DISTINCT d.epoch ORDER BY d.epoch) AS epochs FROM data_key d
JOIN unnest(CAST(:classes AS varchar[]), CAST(:days AS int[])) AS usual (class, days) ON usual.class = d.purpose
LEFT JOIN retention r ON r.team = d.owner AND r.class = d.purpose
WHERE d.wrapped IS NOT NULL AND d.epoch < to_char(CAST(:today AS date) - coalesce(r.days, usual.days), 'YYYY-MM-DD')
  AND d.owner NOT IN (SELECT team FROM hold WHERE cleared_at IS NULL)
GROUP BY d.owner, d.purpose ORDER BY d.owner, d.purpose
"""
# Keys that nothing needs any more, whatever is set: of originals that have all expired, and of answers kept for a day.
_IDLE: Final = """
UPDATE data_key SET wrapped = NULL, destroyed_at = now() WHERE wrapped IS NOT NULL
  AND owner NOT IN (SELECT team FROM hold WHERE cleared_at IS NULL) AND (
    (purpose = 'vault' AND CAST(epoch AS bigint) < :epoch AND NOT EXISTS (SELECT FROM surrogate s WHERE s.data_key = data_key.id))
    OR (purpose = 'answer' AND epoch < to_char(CAST(:today AS date) - 2, 'YYYY-MM-DD')))
RETURNING owner
"""
_DESTROY: Final = """
UPDATE data_key SET wrapped = NULL, destroyed_at = now()
WHERE owner = :owner AND purpose = :purpose AND epoch = ANY(:epochs) AND wrapped IS NOT NULL
"""
_DAYS: Final = """
SELECT relid::regclass::text AS name FROM pg_partition_tree('record') WHERE isleaf AND relid::regclass::text ~ '^record_[0-9]{8}$'
  AND relid::regclass::text < to_char(CAST(:today AS date) - :longest, '"record_"YYYYMMDD') ORDER BY 1
"""


class Class(StrEnum):
    """What is kept apart: the sealed details of exchanges, and those of admin actions."""

    RECORD = "record"
    ADMIN = "admin"


USUAL: Final[Mapping[Class, int]] = {Class.RECORD: 400, Class.ADMIN: 2557}  # days, where a team has no others: 13 months, 7 years


@dataclass(frozen=True, slots=True)
class Period:
    """For how many days after its own what is sealed of a team and class can be read; `usual`: nobody has set it."""

    team: str
    what: Class
    days: int
    usual: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What a run destroyed: data keys, and days of records that it dropped."""

    keys: int
    days: int


async def periods(control: Control, actor: Actor, team: str | None = None) -> list[Period]:
    """Return the periods of one team, or of all that the actor sees."""
    async with control.transaction() as connection:
        seen = among(actor, Verb.RETENTION_LOOK, tables.team.c.name, team)
        rows = (await connection.execute(select(tables.team.c.name).where(seen).order_by(tables.team.c.name))).scalars().all()
        query = select(_TABLE.team, _TABLE["class"], _TABLE.days).where(_TABLE.team.in_(rows))
        own = {(row[0], row[1]): row[2] for row in await connection.execute(query)}
    return [Period(name, what, own.get((name, what), USUAL[what]), (name, what) not in own) for name in rows for what in Class]


async def put(control: Control, actor: Actor, team: str, what: Class, days: int | None) -> Period:
    """Set a period, or with None go back to the usual one. Raises Invalid or NotFound. A shorter one works at the next run."""
    may(actor, Verb.RETENTION_SET, names.check(team, "team"))
    if days is not None and not 1 <= days <= LONGEST:
        raise Invalid(f"a period has 1 to {LONGEST} days", where="days", hint="Give another number, or none for the usual period")
    async with together(control) as joined:
        before = next((period for period in await periods(joined, actor, team) if period.what is what), None)
        async with change(joined, actor, Verb.RETENTION_SET, what.value, team=team) as step:
            await teams.find(step.connection, team)
            if before is not None and (None if before.usual else before.days) == days:
                step.nothing()
            mine = (_TABLE.team == team) & (_TABLE["class"] == what.value)
            await step.connection.execute(delete(tables.retention).where(mine))
            if days is not None:
                await step.connection.execute(insert(tables.retention).values({"team": team, "class": what.value, "days": days}))
            step.details["days"] = days if days is not None else USUAL[what]
    return Period(team, what, days if days is not None else USUAL[what], days is None)


async def enforce(control: Control, now: datetime, epoch_days: int) -> Done:
    """Destroy the keys whose time is over and drop the days that nobody may read any more; teams under a hold keep theirs."""
    today, destroyed = now.date(), 0
    async with together(control) as joined:
        connection = _connection(joined)
        await connection.execute(text("LOCK TABLE hold IN SHARE MODE"))  # a hold comes before this run, or after it
        classes = {"classes": [what.value for what in USUAL], "days": list(USUAL.values())}
        for row in (await connection.execute(text(_OVER), {**classes, "today": today})).all():
            async with change(joined, INSTALLER, Verb.RETENTION_DESTROY, row.purpose, team=row.owner) as step:
                values = {"owner": row.owner, "purpose": row.purpose, "epochs": row.epochs}
                keys = (await step.connection.execute(text(_DESTROY), values)).rowcount
                step.heard, destroyed = KEYS, destroyed + keys
                step.details |= {"days": row.epochs, "keys": keys}
        # A day more than the epoch: another process' clock may be behind.
        epoch = int((now - timedelta(days=1)).timestamp()) // (epoch_days * 86_400)
        owners = (await connection.execute(text(_IDLE), {"epoch": epoch, "today": today})).scalars().all()
        for owner in sorted(set(owners)):
            async with change(
                joined, INSTALLER, Verb.RETENTION_DESTROY, "idle", team=owner if owner in await _teams(connection) else INSTALLATION
            ) as step:
                step.heard = KEYS
                step.details["keys"] = owners.count(owner)
    return Done(destroyed + len(owners), await _drop(control, today))


async def _drop(control: Control, today: Any) -> int:
    """Drop days that are past every period, if nobody is under a hold and each record of theirs has its leaf."""
    longest = select(tables.retention.c.days).order_by(tables.retention.c.days.desc()).limit(1)
    async with control.transaction() as connection:
        set_to = (await connection.execute(longest)).scalar_one_or_none() or 0
        rows = await connection.execute(text(_DAYS), {"today": today, "longest": max(set_to, *USUAL.values())})
        days, dropped = rows.scalars().all(), 0
    for name in days:
        async with change(control, INSTALLER, Verb.RETENTION_DROP, name) as step:
            await step.connection.execute(text("SET LOCAL lock_timeout = '2s'"))  # writers must not queue up behind us
            await step.connection.execute(text("LOCK TABLE hold IN SHARE MODE"))
            kept = f"SELECT EXISTS ({_HELD}) OR EXISTS (SELECT FROM {name} r WHERE NOT EXISTS (SELECT FROM leaf l WHERE l.record = r.id))"  # noqa: S608
            if (await step.connection.execute(text(kept))).scalar_one():
                step.nothing()
                continue
            step.details["records"] = (await step.connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()  # noqa: S608
            await step.connection.execute(text(f"DROP TABLE {name}"))
            dropped += 1
    return dropped


def _connection(control: Control) -> AsyncConnection:
    if control.joined is None:
        raise TypeError
    return control.joined.connection


async def _teams(connection: AsyncConnection) -> set[str]:
    return set((await connection.execute(select(tables.team.c.name))).scalars())
