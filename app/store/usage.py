"""When keys were last used, and digests that a newer index key made then: noted in memory, written once a minute.

At the same pace, what is kept for a day is let go.
"""

import asyncio
import contextlib
import logging
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, text
from sqlalchemy.exc import DBAPIError

from app.errors import LedgerUnavailable
from app.store import tables
from app.store.database import Database

EVERY: Final = 60.0  # seconds
_LOG = logging.getLogger("hushgate.usage")
# Another process may have written the same key within the minute: then this one need not.
_WRITE: Final = text(
    "UPDATE gateway_key SET last_used = seen.at FROM unnest(CAST(:ids AS varchar[]), CAST(:times AS timestamptz[])) AS seen (id, at)"
    " WHERE gateway_key.id = seen.id AND (last_used IS NULL OR last_used <= seen.at - interval '1 minute')"
)
_RENEW: Final = text(
    "UPDATE gateway_key SET digest = new.digest FROM unnest(CAST(:ids AS varchar[]), CAST(:digests AS bytea[])) AS new (id, digest)"
    " WHERE gateway_key.id = new.id AND gateway_key.digest <> new.digest"
)


class Usage:
    """The last use of each gateway key. Noting it costs a request one assignment."""

    def __init__(self, database: Database) -> None:
        """Write through `database`."""
        self._database = database
        self._seen: dict[str, datetime] = {}
        self._renewed: dict[str, bytes] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, key: str, now: datetime, digest: bytes | None = None) -> None:
        """Note that a key was used, and its digest under a newer index key."""
        self._seen[key] = now
        if digest is not None:
            self._renewed[key] = digest

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="usage")

    async def stop(self) -> None:
        """Write what is left, and stop."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            await self.write()

    async def write(self) -> None:
        """Write what was noted. What cannot be written now is written the next time."""
        seen, self._seen = self._seen, {}
        renewed, self._renewed = self._renewed, {}
        try:
            await self._database.within(self._store(seen, renewed))
        except (LedgerUnavailable, DBAPIError) as error:
            self._seen = {**seen, **self._seen}
            self._renewed = {**renewed, **self._renewed}
            _LOG.warning("the last use of keys is not written now (%s)", type(error).__name__)

    async def _store(self, seen: dict[str, datetime], renewed: dict[str, bytes]) -> None:
        async with self._database.transaction() as connection:
            if seen:
                ids = sorted(seen)  # one order for all processes
                await connection.execute(_WRITE, {"ids": ids, "times": [seen[key] for key in ids]})
            if renewed:
                ids = sorted(renewed)
                await connection.execute(_RENEW, {"ids": ids, "digests": [renewed[key] for key in ids]})
            await connection.execute(delete(tables.idempotency).where(tables.idempotency.c.expires <= func.now()))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.write()
