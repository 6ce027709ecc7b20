"""When keys were last used: noted in memory, written once a minute; and, at the same pace, what is kept for a day is let go."""

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


class Usage:
    """The last use of each gateway key. Noting it costs a request one assignment."""

    def __init__(self, database: Database) -> None:
        """Write through `database`."""
        self._database = database
        self._seen: dict[str, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, key: str, now: datetime) -> None:
        """Note that a key was used."""
        self._seen[key] = now

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
        try:
            await self._database.within(self._store(seen))
        except (LedgerUnavailable, DBAPIError) as error:
            self._seen = {**seen, **self._seen}
            _LOG.warning("the last use of keys is not written now (%s)", type(error).__name__)

    async def _store(self, seen: dict[str, datetime]) -> None:
        async with self._database.transaction() as connection:
            if seen:
                ids = sorted(seen)  # one order for all processes
                await connection.execute(_WRITE, {"ids": ids, "times": [seen[key] for key in ids]})
            await connection.execute(delete(tables.idempotency).where(tables.idempotency.c.expires <= func.now()))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.write()
