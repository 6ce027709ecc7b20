"""The one writer of a process: everything that waits goes to Postgres in one commit, in the order in which it came.

A failing batch is retried item by item, so that one bad row fails alone. When Postgres is gone, what somebody waits for
fails; what nobody waits for (completions) is kept, up to a cap, and written when it is back. With a spool all of it goes there instead,
and from there to Postgres, in order, when that is back.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from typing import Final

import psycopg

from app.core import metrics
from app.core.metrics import Metrics
from app.errors import LedgerUnavailable
from app.store.aside import Aside
from app.store.database import Database
from app.store.link import Link
from app.store.statements import prepare, write
from app.store.work import Work

__all__ = ["Work", "Writer", "prepare"]

BATCH: Final = 256
KEPT: Final = 20_000  # completions that may wait for Postgres to come back; beyond, the sweeper closes their exchanges
LINGER: Final = 0.02  # seconds that work nobody waits for may wait for company
LOST: Final = (TimeoutError, psycopg.OperationalError, psycopg.InterfaceError, OSError)
_LOG = logging.getLogger("hushgate.ledger")


class Writer:
    """Batches work into commits over one connection that it reopens when lost."""

    def __init__(self, database: Database, timeout: float, count: Metrics | None = None, aside: Aside | None = None) -> None:
        """Write through `database`; a commit that takes longer than `timeout` seconds fails, and all that waits with it, or goes `aside`."""
        self._aside = aside
        self._count = count or Metrics()
        self._oldest = 0.0
        self._database = database
        self._timeout = timeout
        self._queue: deque[Work] = deque()
        self._wake = asyncio.Event()
        self._connection: Link | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Connect and begin. Raises LedgerUnavailable if Postgres cannot be reached."""
        try:
            self._connection = await prepare(self._database)
            if self._aside is not None:
                await self._aside.start(self._connection)
        except (psycopg.Error, OSError) as error:
            raise LedgerUnavailable("the ledger cannot be reached", hint="Check the database") from error
        self._task = asyncio.create_task(self._run(), name="ledger-writer")

    async def stop(self) -> None:
        """Write what waits, for at most the timeout, and disconnect."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(self._task, self._timeout)
        if self._aside is not None:
            await self._aside.stop()
        await self._disconnect()

    def later(self, work: Work) -> None:
        """Write when there is a chance; nobody waits."""
        if len(self._queue) >= KEPT:
            _LOG.error("too many completions wait for Postgres; the sweeper will close their exchanges")
            work.let_go()
            return
        self._append(work)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LINGER, self._wake.set)

    async def now(self, work: Work) -> set[tuple[str, str]]:
        """Write durably and return the new surrogate rows. Raises LedgerUnavailable."""
        work.done = asyncio.get_running_loop().create_future()
        self._append(work)
        self._wake.set()
        return await work.done

    def _append(self, work: Work) -> None:
        work.since = time.monotonic()
        self._queue.append(work)
        if not self._oldest:
            self._waits(work.since)

    def _waits(self, since: float) -> None:
        """Publish what waits: how much, and since when the oldest of it."""
        self._oldest = since
        self._count.set(metrics.LEDGER_LAG, to=since)
        self._count.set(metrics.LEDGER_QUEUE, to=len(self._queue))

    async def _run(self) -> None:
        while self._queue or not self._closing:
            await self._wake.wait()
            await asyncio.sleep(0)  # let everything that became ready in this turn of the loop join the batch
            self._wake.clear()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
            batch = [work for work in batch if not work.given_up]  # whoever gave up gets no record of an intent
            if batch and self._aside is not None and self._aside.away:
                await self._set_aside(batch)
            elif batch:
                await self._commit(batch)
            self._waits(self._queue[0].since if self._queue else 0.0)
            if self._closing or any(work.done is not None for work in self._queue):
                self._wake.set()
            elif self._queue and self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(LINGER, self._wake.set)

    async def _commit(self, batch: list[Work]) -> None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout):
                if self._connection is None or self._connection.closed:
                    self._connection = await prepare(self._database)
                new = await write(self._connection, batch)
        except LOST as error:
            self._count.add(metrics.LEDGER_FAILED)
            await self._lost(batch, error)
        except Exception as error:  # noqa: BLE001 - whatever one row does, the writer lives on
            if len(batch) > 1:
                for work in batch:
                    await self._commit([work])
                return
            again = isinstance(error, psycopg.errors.UniqueViolation) and batch[0].done is None
            if not again:  # else it was written when Postgres went away, and only the word of it was lost
                _LOG.error("a row could not be written (%s)", type(error).__name__)
            batch[0].fail()
            batch[0].let_go()
        else:
            self._count.observe(metrics.LEDGER_COMMIT, seconds=time.monotonic() - began)
            for work in batch:
                work.durable(new)

    async def _lost(self, batch: list[Work], error: Exception) -> None:
        """Postgres is gone: fail who waits and keep the rest, or set all of it aside; reconnect."""
        _LOG.error("Postgres is gone (%s)", type(error).__name__)
        await self._disconnect()
        if self._aside is not None:
            await self._set_aside([work for work in [*batch, *self._queue] if not work.given_up], all_=True)
        else:
            self._kept([*batch, *self._queue])
            await asyncio.sleep(0 if self._closing else 0.2)

    async def _set_aside(self, batch: list[Work], *, all_: bool = False) -> None:
        """Put a batch into the spool, or if that takes nothing do as without one."""
        assert self._aside is not None  # noqa: S101 - asked before
        if all_:
            self._queue.clear()
        if await self._aside.take(batch):
            for work in batch:
                work.durable()
        else:
            self._kept([*batch, *self._queue])
            await asyncio.sleep(0.2)

    def _kept(self, waiting: list[Work]) -> None:
        """Fail who waits; keep what nobody waits for, unless this process ends."""
        self._queue = deque(work for work in waiting if work.done is None and not self._closing)
        for work in waiting:
            work.fail()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                await connection.close()
