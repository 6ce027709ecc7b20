"""Close the exchanges of dead processes as aborted, remove originals that have expired, keep tomorrow's partitions ready.

The instance number of its process stands in the id of each exchange; `leases.py` says who of them is dead. An intent without an
end whose process is dead belongs to nobody.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final
from uuid import UUID

import psycopg
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.record import Record, RecordKind, encode, instance_of, uuid7
from app.crypto.envelope import Context, seal
from app.crypto.merkle import leaf_hash
from app.store import tables
from app.store.database import Database
from app.store.keys import Keys
from app.store.leases import BEAT, Leases

SWEEP: Final = 3  # beats of the lease between two sweeps
GRACE: Final = 20.0  # seconds in which an intent that nobody waits for any more may still become durable
AHEAD: Final = 32  # days of partitions
_LOG = logging.getLogger("hushgate.sweeper")

_MOST: Final = 5000
# As far back as somebody who is not buried began; and what a process wrote whose clock is ahead.
_OPEN: Final = f"""
SELECT DISTINCT ON (i.exchange) i.* FROM record i
WHERE i.kind = 'intent' AND i.at > least(now() - interval '2 days', (SELECT min(created_at) FROM lease) - interval '1 day')
  AND (i.at < now() - make_interval(secs => :grace) OR i.at > now() + interval '1 minute')
  AND NOT EXISTS (SELECT FROM record c WHERE c.exchange = i.exchange AND c.kind = 'completion')
ORDER BY i.exchange LIMIT {_MOST}
"""  # noqa: S608 - a constant in a constant
# Rows that somebody renews at this moment are left alone, so that neither waits for the other; those of a team under a hold stay.
_EXPIRED: Final = """
WITH gone AS (
    DELETE FROM surrogate WHERE (team, text) IN (
        SELECT team, text FROM surrogate
        WHERE expires < now() AND team NOT IN (SELECT team FROM hold WHERE cleared_at IS NULL) ORDER BY expires LIMIT 5000 FOR UPDATE SKIP LOCKED
    ) RETURNING team, text
), rights AS (
    DELETE FROM restore_right USING gone WHERE restore_right.team = gone.team AND restore_right.surrogate = gone.text
)
SELECT count(*) FROM gone
"""
# Originals live as long as an object in which their surrogates stand.
_RENEWED: Final = """
UPDATE surrogate s SET expires = now() + interval '7 days' FROM object_surrogate o
WHERE s.expires < now() + interval '1 day' AND o.team = s.team AND o.surrogate = s.text
"""
_ENDED: Final = "DELETE FROM object WHERE expires < now()"
# What was sent for objects that are gone, or never came to be: the making may take a while to answer.
_DRY: Final = """
WITH gone AS (
    DELETE FROM object_source s WHERE NOT EXISTS (
        SELECT FROM object o WHERE o.provider = s.provider AND o.id = s.object
    ) RETURNING exchange
)
DELETE FROM object_surrogate s WHERE s.created_at < now() - interval '2 days'
  AND NOT EXISTS (SELECT FROM object o WHERE o.exchange = s.exchange)
  AND NOT EXISTS (SELECT FROM object_source o WHERE o.exchange = s.exchange)
"""
_CLOSED: Final = "SELECT exchange FROM record WHERE exchange = ANY(:exchanges) AND kind = 'completion'"


async def partitions(connection: AsyncConnection) -> None:
    """Make room for the records of today and the days ahead: an installation may have slept for longer than the last time."""
    day = datetime.now(UTC).date()
    await connection.execute(text("SELECT hushgate_partitions(CAST(:day AS date) - 1, :ahead)"), {"day": day, "ahead": AHEAD})


class Sweeper:
    """Keeps this process's lease, and sweeps for all that are gone."""

    def __init__(self, database: Database, keys: Keys, leases: Leases, is_open: Callable[[UUID], bool]) -> None:
        """Work beside the process whose lease this is; `is_open` tells which of its own exchanges it will close itself."""
        self._is_open = is_open
        self._database = database
        self._keys = keys
        self._leases = leases
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the lease, sweep once for what the last run left, then go on in the background."""
        await self._leases.beat()
        await self.sweep(grace=0)
        await self.expire()
        self._task = asyncio.create_task(self._run(), name="sweeper")

    async def stop(self) -> None:
        """Stop and give the lease up."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(psycopg.Error, OSError):
            await self._leases.end()

    async def _run(self) -> None:
        for turn in count(1):
            await asyncio.sleep(BEAT)
            try:
                if turn % SWEEP == 0:
                    await asyncio.to_thread(self._keys.keyring.wrapper.refresh)  # a KEK may have come that can be put to use
                await self._leases.beat()
                if turn % SWEEP == 0:
                    await self.sweep(grace=GRACE)
                    await self.expire()
            except Exception as error:  # noqa: BLE001 - whatever happens, this process must go on to say that it lives
                _LOG.warning("sweeping waits (%s)", type(error).__name__)
                with contextlib.suppress(psycopg.Error):
                    await self._leases.lose()

    async def sweep(self, grace: float) -> int:
        """Close orphans older than `grace` seconds and return how many there were."""
        async with self._database.transaction() as connection:  # by itself: while a partition is made nobody writes
            await partitions(connection)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(text(_OPEN), {"grace": grace})).mappings().all()
            dead = await self._leases.dead(connection, {instance_of(row["exchange"]) for row in rows})
            orphans = [row for row in rows if instance_of(row["exchange"]) in dead or self._forgotten(row["exchange"])]
            if orphans:  # one of our own may have been closed since the first look; only now nobody else will close them
                closed = await connection.execute(text(_CLOSED), {"exchanges": [row["exchange"] for row in orphans]})
                done = set(closed.scalars())
                orphans = [row for row in orphans if row["exchange"] not in done]
            for row in orphans:
                await self._close(connection, dict(row))
            if len(rows) < _MOST:
                await self._leases.bury(connection, dead)
        if orphans:
            _LOG.warning("closed %d exchanges of processes that are gone", len(orphans))
        return len(orphans)

    async def expire(self) -> int:
        """Remove originals whose time is over, with the rights to them; return how many there were."""
        async with self._database.transaction() as connection:
            for statement in (_ENDED, _DRY, _RENEWED):
                await connection.execute(text(statement))
            return int((await connection.execute(text(_EXPIRED))).scalar_one())

    def _forgotten(self, exchange: UUID) -> bool:
        """Whether an exchange is our own, but nobody here will close it: its intent became durable after the walk gave up."""
        return instance_of(exchange) == self._leases.instance and not self._is_open(exchange)

    async def _close(self, connection: AsyncConnection, row: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        key = await self._keys.data_key("record", row["team"], f"{now:%Y-%m-%d}", connection)
        identity = uuid7(int(now.timestamp() * 1000), os.urandom(10))
        row.pop("leaf_hash")
        row |= {"id": identity, "kind": RecordKind.COMPLETION, "at": now, "verdict": "aborted"}
        row["user_index"] = bytes(row["user_index"]) if row["user_index"] is not None else None
        row["sealed"] = seal(key, b'{"outcome":"aborted","by":"sweeper"}', Context(row["team"], "record", (identity,)))
        record = Record(**row)
        await connection.execute(insert(tables.record).values(**{**row, "kind": "completion", "leaf_hash": leaf_hash(encode(record))}))
