"""Who is alive: every process holds a lease, an advisory lock on its instance number beside a row that says where it runs.

A process is dead only if its lock is free, and
    on this machine    no such process runs here any more: said at once, and never of one that lives
    elsewhere          its row has not changed for `PATIENCE` seconds of the clock of whoever watches
    without a row      it ended in good order, or long ago
No two clocks are compared, so none can be wrong; and a Postgres that restarts frees every lock and ends no lease.
"""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store import tables
from app.store.database import Database

LOCK_CLASS: Final = 0x4855  # "HU": our class of two-key advisory locks
BEAT: Final = 5.0  # seconds between two signs of life
PATIENCE: Final = 30.0
_STARTED: Final = 19  # field of /proc/PID/stat after the name in brackets: when the process began, in ticks since the machine did
_HOLD: Final = """
INSERT INTO lease (instance, host, process, beat, keks) VALUES (%(instance)s, %(host)s, %(process)s, 1, %(keks)s)
ON CONFLICT (instance) DO UPDATE SET beat = lease.beat + 1, keks = EXCLUDED.keks
"""
_LEASE: Final = tables.lease.c


def here() -> str:
    """Name the place where a process number means the same: one boot of one kernel, one namespace. Empty if that is not known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def process(number: int) -> str | None:
    """Return the name of a running process, which no later one of the same number has; None if there is none."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return f"{number}:{fields[_STARTED]}" if fields[0] not in {"Z", "X"} else None  # a zombie does nothing more


class Leases:
    """The lease of this process, and its judgement on the others'."""

    def __init__(
        self, database: Database, instance: int, keks: Callable[[], Iterable[str]] = tuple, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Hold the lease of `instance`; `keks` tells which key-encryption keys this process has."""
        self._database = database
        self.instance = instance
        self._keks = keks
        self._clock = clock
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None
        self._watched: dict[int, tuple[int, float]] = {}  # instance → its beat, and since when it is that

    async def beat(self) -> None:
        """Take the lease or renew it. Raises psycopg.Error or OSError."""
        if self._connection is None or self._connection.closed:
            self._connection = await self._database.raw()
            await self._connection.execute("SELECT pg_advisory_lock(%s::int4, %s::int4)", (LOCK_CLASS, self.instance))
        row = {"instance": self.instance, "host": here(), "process": process(os.getpid()) or "", "keks": list(self._keks())}
        await self._connection.execute(_HOLD, row)

    async def lose(self) -> None:
        """Drop the connection; the row stays, so that others wait for this process to come back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def end(self) -> None:
        """Give the lease up: what is open now, nobody here will close. Raises psycopg.Error or OSError."""
        if self._connection is not None and not self._connection.closed:
            await self._connection.execute("DELETE FROM lease WHERE instance = %s", (self.instance,))
        await self.lose()

    async def dead(self, connection: AsyncConnection, instances: Iterable[int]) -> set[int]:
        """Return those who are dead, of `instances` and of all that ever held a lease and did not give it up.

        Their locks are held to the end of the transaction: two sweepers do not both close.
        """
        rows = {row.instance: row for row in await connection.execute(select(_LEASE.instance, _LEASE.host, _LEASE.process, _LEASE.beat))}
        self._watched = {instance: seen for instance, seen in self._watched.items() if instance in rows}
        gone = set()
        for instance in sorted({*instances, *rows} - {self.instance}):
            row = rows.get(instance)
            if row is not None and not self._silent(row.instance, row.host, row.process, row.beat):
                continue
            if instance < 1 << 31 and await self._free(connection, instance):
                gone.add(instance)
        return gone

    async def bury(self, connection: AsyncConnection, gone: Iterable[int]) -> None:
        """Remove the leases of the dead, once nothing of theirs is open."""
        await connection.execute(delete(tables.lease).where(_LEASE.instance.in_(sorted(gone))))

    def _silent(self, instance: int, host: str, name: str, beat: int) -> bool:
        if host and host == here():
            return process(int(name.partition(":")[0] or 0)) != name
        known = self._watched.get(instance)
        if known is None or known[0] != beat:
            known = self._watched[instance] = (beat, self._clock())
        return self._clock() - known[1] >= PATIENCE

    async def _free(self, connection: AsyncConnection, instance: int) -> bool:
        query = text("SELECT pg_try_advisory_xact_lock(CAST(:class AS int4), CAST(:instance AS int4))")
        return bool((await connection.execute(query, {"class": LOCK_CLASS, "instance": instance})).scalar_one())
