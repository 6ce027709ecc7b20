"""What the data plane must know about teams, keys, providers and policies: read from Postgres, cached for at most a minute.

A change bumps the generation of all that this process remembers through NOTIFY; a lost LISTEN connection empties it until it is back.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, cast

import psycopg
from sqlalchemy import func, select

from app.core.caller import Provider
from app.core.policy import Policy, read_policy
from app.errors import LedgerUnavailable
from app.store import tables
from app.store.database import Database
from app.store.generation import Memory
from app.store.keys import Keys
from app.store.usage import Usage

KEYS: Final = "keys"  # what a notice says if versions of keys were made, revoked or destroyed
_LIMIT: Final = 10_000
_LOG = logging.getLogger("hushgate.directory")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GatewayKey:
    """A gateway key as stored: the keyed digest of its secret, never the secret."""

    id: str
    digest: bytes
    team: str
    project: str
    client: str
    asserts_users: bool
    expires_at: datetime | None
    revoked_at: datetime | None


class Directory:
    """Cached reads. Every method may raise LedgerUnavailable when Postgres is gone and nothing fresh is cached."""

    def __init__(self, database: Database, keys: Keys) -> None:
        """Read through `database`; provider credentials are opened with `keys`."""
        self._database = database
        self._keys = keys
        self.usage = Usage(database)
        self._generation = keys.generation
        self._cache = Memory[tuple[str, str], tuple[object]](self._generation, _LIMIT)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen for changes."""
        self._task = asyncio.create_task(self._listen(), name="directory")
        await self.usage.start()

    async def stop(self) -> None:
        """Stop listening."""
        await self.usage.stop()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def key(self, key_id: str) -> GatewayKey | None:
        """Return a gateway key by its public id, revoked ones included."""
        return await self._cached("key", key_id, lambda: self._read_key(key_id))

    async def provider(self, name: str) -> Provider | None:
        """Return a provider by name."""
        return await self._cached("provider", name, lambda: self._read_provider(name))

    async def policy(self, team: str) -> Policy:
        """Return the team's current policy, compiled; a team without one has the default."""
        return await self._cached("policy", team, lambda: self._read_policy(team))

    async def _cached(self, sort: str, name: str, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        known = self._cache.get((sort, name))
        if known is not None:
            return cast("T", known[0])
        since = self._generation.number
        try:
            value = await self._database.within(read())
        except LedgerUnavailable:
            last = self._cache.last((sort, name))
            if last is None:
                raise
            return cast("T", last[0])
        self._cache.put((sort, name), (value,), since)
        return value

    async def _read_key(self, key_id: str) -> GatewayKey | None:
        columns = tables.gateway_key.c
        query = (
            select(columns.id, columns.digest, columns.team, tables.client.c.project, columns.client, columns.asserts_users)
            .add_columns(columns.expires_at, func.coalesce(columns.revoked_at, tables.client.c.closed_at, tables.team.c.closed_at))
            .join(tables.client, (tables.client.c.team == columns.team) & (tables.client.c.name == columns.client))
            .join(tables.team, tables.team.c.name == columns.team)
            .where(columns.id == key_id)
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).first()
        return GatewayKey(*row) if row else None

    async def _read_provider(self, name: str) -> Provider | None:
        columns = tables.provider.c
        query = select(columns.dialect, columns.base_url, columns.credential, columns.allow_private, columns.terms).where(
            columns.name == name
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                return None
            credential = await self._keys.open_credential(connection, name, row.credential) if row.credential else None
        return Provider(name, row.dialect, row.base_url.rstrip("/"), credential, row.allow_private, row.terms)

    async def _read_policy(self, team: str) -> Policy:
        columns = tables.policy.c
        query = select(columns.version, columns.serial, columns.sealed).where(columns.team == team).order_by(columns.serial.desc()).limit(1)
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).first()
            document = read_policy(await self._keys.open_policy(connection, team, row.serial, row.sealed) if row else {"version": 1})
        return Policy(document, row.version if row else self._keys.policy_version(document))

    async def _listen(self) -> None:
        while True:
            try:
                async with await self._database.raw() as connection:
                    await connection.execute("LISTEN hushgate")
                    await self._keys.refresh()
                    self.forget()
                    self._generation.live = True
                    async for heard in connection.notifies():
                        if heard.payload == KEYS:
                            await self._keys.refresh()
                        self.forget()
            except (psycopg.Error, OSError, LedgerUnavailable) as error:
                _LOG.warning("the LISTEN connection is lost: caches are off until it is back (%s)", type(error).__name__)
            finally:
                self._generation.deafen()
            await asyncio.sleep(0.5)

    def forget(self) -> None:
        """Drop all that this process remembers: something changed."""
        self._generation.bump()
