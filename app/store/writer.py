"""The one writer of a process: everything that waits goes to Postgres in one commit, in the order in which it came.

A failing batch is retried item by item, so that one bad row fails alone. When Postgres is gone, what somebody waits for
fails; what nobody waits for (completions) is kept, up to a cap, and written when it is back.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import generators, pq, waiting

from app.core import metrics
from app.core.metrics import Metrics
from app.core.record import Record
from app.errors import LedgerUnavailable
from app.store.database import Database
from app.store.rows import OBJECTS, Keeping, of_deposits, of_keeping, of_records, of_signed
from app.store.vault import Deposit

BATCH: Final = 256
KEPT: Final = 20_000  # completions that may wait for Postgres to come back; beyond, the sweeper closes their exchanges
LINGER: Final = 0.02  # seconds that work nobody waits for may wait for company
_LONG: Final = 3600.0  # seconds; the timeout around a batch is what ends a wait
_LOG = logging.getLogger("hushgate.ledger")
Connection = psycopg.AsyncConnection[tuple[object, ...]]

_RECORDS: Final = """
INSERT INTO record (team, id, exchange, kind, at, client, user_index, dialect, endpoint, model, provider, policy_version, verdict,
                    entities, sealed, leaf_hash)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::bytea[], $8::text[], $9::text[],
                     $10::text[], $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::bytea[], $16::bytea[])
"""
# Parts of one statement share a snapshot and a transaction: one round trip commits all or nothing. Rows to renew are locked in order.
_EVERYTHING: Final = f"""
WITH fresh AS (
    INSERT INTO surrogate (team, scope, epoch, text, data_key, sealed, expires)
    SELECT * FROM unnest($17::text[], $18::text[], $19::text[], $20::text[], $21::uuid[], $22::bytea[], $23::timestamptz[])
    ON CONFLICT DO NOTHING RETURNING team, text
), known AS (
    SELECT s.team, s.text, u.until FROM surrogate s
    JOIN unnest($17::text[], $20::text[], $23::timestamptz[], $24::timestamptz[]) AS u(team, text, until, renew)
    ON s.team = u.team AND s.text = u.text AND s.expires < u.renew
    ORDER BY s.team, s.text FOR UPDATE OF s
), renewed AS (
    UPDATE surrogate s SET expires = known.until FROM known WHERE s.team = known.team AND s.text = known.text
), rights AS (
    INSERT INTO restore_right (team, surrogate, client, user_index, project)
    SELECT * FROM unnest($17::text[], $20::text[], $25::text[], $26::bytea[], $27::text[]) ON CONFLICT DO NOTHING
), signed AS (
    INSERT INTO signed_block (team, digest) SELECT DISTINCT * FROM unnest($28::text[], $29::bytea[]) ON CONFLICT DO NOTHING
), written AS ({_RECORDS})
SELECT team, text FROM fresh
"""  # noqa: S608 - a constant in a constant
_STATEMENTS: Final = {b"hushgate_records": _RECORDS, b"hushgate_everything": _EVERYTHING, b"hushgate_objects": OBJECTS}


@dataclass(slots=True)
class Work:
    """What one exchange wants written. `done` resolves to the (team, surrogate) rows that were new; None: nobody waits.

    `claimed` becomes the names of those claims in `keeping` that nobody had made before.
    """

    records: Sequence[Record] = ()
    deposits: Sequence[Deposit] = ()
    signed: Sequence[tuple[str, bytes]] = ()
    done: "asyncio.Future[set[tuple[str, str]]] | None" = None
    after: Callable[[], None] | None = None  # called once it is durable, or given up: then it is the sweeper's
    keeping: Keeping | None = None
    claimed: AbstractSet[tuple[str, str]] = frozenset()
    since: float = 0.0  # the monotonic time at which it began to wait


class Writer:
    """Batches work into commits over one connection that it reopens when lost."""

    def __init__(self, database: Database, timeout: float, count: Metrics | None = None) -> None:
        """Write through `database`; a commit that takes longer than `timeout` seconds fails, and all that waits with it."""
        self._count = count or Metrics()
        self._oldest = 0.0
        self._database = database
        self._timeout = timeout
        self._queue: deque[Work] = deque()
        self._wake = asyncio.Event()
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Connect and begin. Raises LedgerUnavailable if Postgres cannot be reached."""
        try:
            self._connection = await prepare(self._database)
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
        await self._disconnect()

    def later(self, work: Work) -> None:
        """Write when there is a chance; nobody waits."""
        if len(self._queue) >= KEPT:
            _LOG.error("too many completions wait for Postgres; the sweeper will close their exchanges")
            _let_go(work)
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
            batch = [work for work in batch if work.done is None or not work.done.done()]  # whoever gave up gets no record of an intent
            if batch:
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
                new = await self._write(batch)
        except (TimeoutError, psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
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
            _fail(batch[0])
            _let_go(batch[0])
        else:
            self._count.observe(metrics.LEDGER_COMMIT, seconds=time.monotonic() - began)
            for work in batch:
                if work.done is not None and not work.done.done():
                    work.done.set_result({(d.team, d.text) for d in work.deposits} & new)
                else:
                    _let_go(work)

    async def _lost(self, batch: list[Work], error: Exception) -> None:
        """Postgres is gone: fail who waits, keep the rest, reconnect."""
        _LOG.error("Postgres is gone (%s)", type(error).__name__)
        await self._disconnect()
        waiting = [*batch, *self._queue]
        self._queue = deque(work for work in waiting if work.done is None)
        for work in waiting:
            _fail(work)
        if self._closing:
            self._queue.clear()
            return
        await asyncio.sleep(0.2)

    async def _write(self, batch: list[Work]) -> set[tuple[str, str]]:
        connection = self._connection
        if connection is None or connection.closed:
            connection = self._connection = await prepare(self._database)
        if any(work.keeping for work in batch):
            await self._keep(connection, [work for work in batch if work.keeping])
        records = of_records([record for work in batch for record in work.records])
        deposits = [deposit for work in batch for deposit in work.deposits]
        signed = [pair for work in batch for pair in work.signed]
        if not deposits and not signed:
            await _execute(connection, b"hushgate_records", records)
            return set()
        parameters = [*records, *of_deposits(deposits), *of_signed(signed)]
        (result,) = await _execute(connection, b"hushgate_everything", parameters)
        return _pairs(result)

    async def _keep(self, connection: Connection, batch: Sequence[Work]) -> None:
        """Write what concerns objects, before the records: what goes into an object is known to before it goes."""
        (result,) = await _execute(connection, b"hushgate_objects", of_keeping([work.keeping for work in batch if work.keeping]))
        claimed = _pairs(result)
        for work in batch:
            if work.keeping and work.keeping.claims:
                work.claimed = {claim.name for claim in work.keeping.claims} & claimed

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                await connection.close()


def _pairs(result: pq.abc.PGresult) -> set[tuple[str, str]]:
    rows = ([(result.get_value(row, column) or b"").decode() for column in range(2)] for row in range(result.ntuples))
    return {(one, other) for one, other in rows}


def _fail(work: Work) -> None:
    if work.done is not None and not work.done.done():
        work.done.set_exception(LedgerUnavailable("the record could not be written", hint="Nothing was sent. Try again in a moment"))


def _let_go(work: Work) -> None:
    if work.after is not None:
        work.after()


async def prepare(database: Database) -> Connection:
    """Return a connection under the writer role with the statements prepared."""
    connection = await database.raw()
    connection.pgconn.send_query(b"SET ROLE hushgate_writer")
    await _results(connection)
    for name, statement in _STATEMENTS.items():
        connection.pgconn.send_prepare(name, statement.encode())
        await _results(connection)
    return connection


async def _execute(connection: Connection, name: bytes, parameters: Sequence[bytes]) -> list[pq.abc.PGresult]:
    """Run a prepared statement with binary parameters, below psycopg's adaptation."""
    connection.pgconn.send_query_prepared(name, parameters, [pq.Format.BINARY] * len(parameters), pq.Format.BINARY)
    return await _results(connection)


async def _results(connection: Connection) -> list[pq.abc.PGresult]:
    # Not `connection.wait`: cancelled, that asks the server to cancel and waits for it, which a hung server never answers.
    results: list[pq.abc.PGresult] = await waiting.wait_async(
        generators.execute(connection.pgconn), connection.pgconn.socket, interval=_LONG
    )
    for result in results:
        if result.status not in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}:
            raise psycopg.errors.error_from_result(result)
    return results
