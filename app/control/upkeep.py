"""What is done by itself now and then: keys whose time is over are destroyed, and keys that an older KEK wraps are wrapped anew."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from app.control import keyring, retention
from app.control.actor import INSTALLER
from app.control.change import Control

EVERY: Final = 600.0  # seconds
SOON: Final = 20.0  # after the start
_LOCK: Final = 1213550421  # one process at a time
_LOG: Final = logging.getLogger("hushgate.upkeep")


class Upkeep:
    """The background task of every process that is more than a proxy."""

    def __init__(self, control: Control, epoch_days: int) -> None:
        """Work through `control`; `epoch_days` is the length of a naming epoch."""
        self._control = control
        self._days = epoch_days
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin, a little later: who starts has better things to do."""
        self._task = asyncio.create_task(self._run(), name="upkeep")

    async def stop(self) -> None:
        """Stop, wherever it is: what was not committed was not done."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def run_once(self) -> None:
        """Do what is due, unless another process is at it."""
        async with self._control.transaction() as connection:
            mine = (await connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK})).scalar_one()
            if not mine:
                return
            done = await retention.enforce(self._control, datetime.now(UTC), self._days)
            if done.keys or done.days:
                _LOG.warning("destroyed %d keys and dropped %d days whose time is over", done.keys, done.days)
            left = True
            while left:  # a batch is a transaction of its own
                left = (await keyring.rewrap(self._control, INSTALLER)).done > 0

    async def _run(self) -> None:
        await asyncio.sleep(SOON)
        while True:
            try:
                await self.run_once()
            except Exception as error:  # noqa: BLE001 - what fails today is tried again
                _LOG.warning("upkeep waits (%s)", type(error).__name__)
            await asyncio.sleep(EVERY)
