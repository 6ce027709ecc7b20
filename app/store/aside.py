"""Where writes go while Postgres is away from a single host: into its spool, and from there to Postgres, in order, once it is back."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import text

from app.config import Settings
from app.core import metrics
from app.core.metrics import Metrics
from app.crypto.envelope import WrappingKey
from app.errors import LedgerUnavailable, SetupError
from app.store.database import Database
from app.store.generation import Generation
from app.store.keys import Keys
from app.store.link import Link
from app.store.spool import Spool
from app.store.statements import prepare, write
from app.store.work import Work

AGAIN: Final = 0.5  # seconds between two looks whether Postgres is back
CHUNK: Final = 256
_LOG = logging.getLogger("hushgate.spool")


class Aside:
    """The spool of a process, and the way back from it. `away` says that writes go there."""

    def __init__(
        self,
        database: Database,
        generation: Generation,
        folder: Path,
        key: WrappingKey,
        limit: int,
        count: Metrics,
        timeout: float,
    ) -> None:
        """Keep up to `limit` bytes in `folder`. While away, what the process remembers goes on to count."""
        self._timeout = timeout
        generation.keeps = True
        self.away = False
        self.takes = True  # whether the last write found room
        self._generation = generation
        self._database = database
        self._folder = folder
        self._key = key
        self._limit = limit
        self._count = count
        self._turn = asyncio.Lock()
        self._spool: Spool | None = None
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, settings: Settings, database: Database, keys: Keys, count: Metrics) -> "Aside | None":
        """Return the spool if there is to be one. Raises SetupError where it would keep keys longer than a KMS allows."""
        if settings.durability == "strict":
            return None
        if keys.keyring.wrapper.remote:
            hint = "Set HUSHGATE_DURABILITY to strict: a spool goes on with keys for as long as Postgres is away"
            raise SetupError("a spool and a key management do not go together", hint=hint)
        folder, key = settings.home / "spool", keys.keyring.spool_key()
        return cls(database, keys.generation, folder, key, settings.spool_limit, count, settings.ledger_timeout)

    async def start(self, connection: Link) -> None:
        """Empty what dead processes left, then begin a file of one's own. Raises psycopg.Error, SetupError or OSError."""
        for left in Spool.left_over(self._folder, self._key):
            number = 0
            while chunk := left.read(CHUNK):
                await self._write(connection, chunk)
                number += len(chunk)
            left.close(remove=True)
            if number:
                _LOG.warning("drained %d entries that a process left in the spool", number)
        self._spool = Spool.create(self._folder, self._key, self._limit)

    async def stop(self) -> None:
        """Let the file go; with anything in it, it stays for the next process."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._spool is not None:
            self._spool.close(remove=not self.away)

    async def take(self, works: Sequence[Work]) -> bool:
        """Make work durable here. False if it cannot be: the file is full, or the disk."""
        if self._spool is None:
            return False
        async with self._turn:
            if not self.away:
                _LOG.error("Postgres is away: what is written goes to the spool")
                self.away = self._generation.away = True
                self._task = asyncio.create_task(self._return(), name="spool")
            try:
                await asyncio.to_thread(self._spool.append, works)
            except OSError as error:
                _LOG.error("the spool takes nothing (%s)", type(error).__name__)
                self.takes = False
                return False
            finally:
                self._tell()
        self.takes = True
        return True

    async def _return(self) -> None:
        """Look for Postgres, drain, and switch back once nothing is left."""
        while self.away:
            await asyncio.sleep(AGAIN)
            began = time.monotonic()
            connection: Link | None = None
            try:
                async with asyncio.timeout(self._timeout):
                    connection = await prepare(self._database)
                await self._drain(connection)
                _LOG.warning("Postgres is back: the spool was drained in %.1f s", time.monotonic() - began)
            except (TimeoutError, psycopg.Error, OSError):
                if self._spool is not None:
                    self._spool.again()
            finally:
                if connection is not None:
                    with contextlib.suppress(Exception):
                        await connection.close()

    async def _drain(self, connection: Link) -> None:
        spool = self._spool
        while spool is not None and self.away:
            async with self._turn:  # nothing is put in between the last read and the way back
                chunk = await asyncio.to_thread(spool.read, CHUNK)
                if not chunk:
                    await asyncio.to_thread(spool.clear)
                    self.away = self._generation.away = False
                    self._generation.bump()  # others may have changed what this process went on remembering
            if chunk:
                await self._write(connection, chunk)
                spool.drained(len(chunk))
            self._tell()

    async def _write(self, connection: Link, chunk: Sequence[Work]) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                await write(connection, chunk, again=True)
        except (TimeoutError, psycopg.OperationalError, psycopg.InterfaceError, OSError):
            raise
        except psycopg.Error as error:
            if len(chunk) == 1:
                _LOG.error("an entry of the spool could not be written (%s)", type(error).__name__)
                return
            for work in chunk:
                await self._write(connection, [work])

    def _tell(self) -> None:
        if self._spool is not None:
            self._count.set(metrics.SPOOL_ENTRIES, to=self._spool.waiting)
            self._count.set(metrics.SPOOL_BYTES, to=self._spool.size)


async def ready_with(database: Database, aside: Aside | None) -> bool | str:
    """Whether exchanges can be served: by Postgres, or for a while without it, which is said by a word."""

    async def probe() -> None:
        async with database.transaction() as connection:
            await connection.execute(text("SELECT 1"))

    if aside is not None and aside.away:
        return "spooling" if aside.takes else False
    try:
        await database.within(probe())
    except LedgerUnavailable:
        return False
    return True
