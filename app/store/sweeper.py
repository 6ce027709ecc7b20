"""Close the exchanges of dead processes as aborted, remove originals that have expired, keep tomorrow's partitions ready.

Every process holds an advisory lock on its instance number, which stands in the id of each of its exchanges. An intent
without an end whose instance lock can be taken belongs to nobody who is alive.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.record import Record, RecordKind, encode, instance_of, uuid7
from app.crypto.envelope import Context, seal
from app.crypto.merkle import leaf_hash
from app.errors import LedgerUnavailable
from app.store import tables
from app.store.database import Database
from app.store.vault import Keys

LOCK_CLASS: Final = 0x4855  # "HU": our class of two-key advisory locks
EVERY: Final = 15.0  # seconds
GRACE: Final = 20.0  # seconds an intent may be open while its process has lost its connection
AHEAD: Final = 32  # days of partitions
_LOG = logging.getLogger("hushgate.sweeper")

_OPEN: Final = """
SELECT DISTINCT ON (i.exchange) i.* FROM record i
WHERE i.kind = 'intent' AND i.at > now() - interval '2 days' AND i.at < now() - make_interval(secs => :grace)
  AND NOT EXISTS (SELECT FROM record c WHERE c.exchange = i.exchange AND c.kind = 'completion')
ORDER BY i.exchange LIMIT 5000
"""
# Rows that somebody renews at this moment are left alone, so that neither waits for the other.
_EXPIRED: Final = """
WITH gone AS (
    DELETE FROM surrogate WHERE (team, text) IN (
        SELECT team, text FROM surrogate WHERE expires < now() ORDER BY expires LIMIT 5000 FOR UPDATE SKIP LOCKED
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
    """Holds this process's instance lock and sweeps for all that are gone."""

    def __init__(self, database: Database, keys: Keys, instance: int, is_open: Callable[[UUID], bool]) -> None:
        """Work for the process numbered `instance`; `is_open` tells which of its own exchanges it will close itself."""
        self._is_open = is_open
        self._database = database
        self._keys = keys
        self._instance = instance
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the instance lock, sweep once for what the last run left, then go on in the background."""
        await self._hold()
        await self.sweep(grace=0)
        await self.expire()
        self._task = asyncio.create_task(self._run(), name="sweeper")

    async def stop(self) -> None:
        """Stop and release the lock."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                await self._connection.close()

    async def _hold(self) -> None:
        if self._connection is None or self._connection.closed:
            self._connection = await self._database.raw()
            await self._connection.execute("SELECT pg_advisory_lock(%s::int4, %s::int4)", (LOCK_CLASS, self._instance))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                if self._connection is not None and not self._connection.closed:
                    await self._connection.execute("SELECT 1")
                await self._hold()
                await self.sweep(grace=GRACE)
                await self.expire()
            except (LedgerUnavailable, psycopg.Error, OSError) as error:
                _LOG.warning("sweeping waits for Postgres (%s)", type(error).__name__)
                if self._connection is not None:
                    with contextlib.suppress(psycopg.Error):
                        await self._connection.close()

    async def sweep(self, grace: float) -> int:
        """Close orphans older than `grace` seconds and return how many there were."""
        async with self._database.transaction() as connection:
            await partitions(connection)
            rows = (await connection.execute(text(_OPEN), {"grace": grace})).mappings().all()
            dead = {instance for instance in {instance_of(row["exchange"]) for row in rows} if await self._is_dead(connection, instance)}
            orphans = [row for row in rows if instance_of(row["exchange"]) in dead or self._forgotten(row["exchange"])]
            if orphans:  # one of our own may have been closed since the first look; only now nobody else will close them
                closed = await connection.execute(text(_CLOSED), {"exchanges": [row["exchange"] for row in orphans]})
                done = set(closed.scalars())
                orphans = [row for row in orphans if row["exchange"] not in done]
            for row in orphans:
                await self._close(connection, dict(row))
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
        return instance_of(exchange) == self._instance and not self._is_open(exchange)

    async def _is_dead(self, connection: AsyncConnection, instance: int) -> bool:
        """Whether nobody holds an instance; the lock is kept to the end of the transaction, so two sweepers do not both close."""
        if instance == self._instance or instance >= 1 << 31:
            return False
        query = text("SELECT pg_try_advisory_xact_lock(CAST(:class AS int4), CAST(:instance AS int4))")
        return bool((await connection.execute(query, {"class": LOCK_CLASS, "instance": instance})).scalar_one())

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
