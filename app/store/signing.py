"""The keys that sign checkpoints and promises: rows of `data_key` of purpose `signing`, their public halves in `signing_key`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crypto.checkpoint import Checkpoint, log_name, origin
from app.crypto.note import Signer, signed
from app.errors import LedgerUnavailable
from app.store import tables
from app.store.database import Database
from app.store.generation import Memory
from app.store.keys import Keys

_LOCK: Final = 1213550419  # one process makes the first key
_PURPOSE: Final = "signing"
_TABLE: Final = tables.signing_key.c


@dataclass(frozen=True, slots=True)
class Log:
    """The log as it signs now: its name, every public key it ever had (oldest first), and the keys that sign."""

    name: str
    publics: tuple[bytes, ...]
    signers: tuple[Signer, ...] = field(repr=False)

    def origin(self, tree: str) -> str:
        """Return the origin line of a tree."""
        return origin(self.name, tree)

    def sign(self, head: Checkpoint) -> str:
        """Return the signed note of a tree's head."""
        return head.sign(self.signers)

    def statement(self, name: str, body: str) -> str:
        """Return a signed note that is no checkpoint: a promise, a manifest. Its name is its first line, so it passes for nothing else."""
        text = f"{name}\n{body}"
        return signed(text, [signer.line(name, text) for signer in self.signers])


class Signing:
    """The signing keys of an installation, as one process knows them."""

    def __init__(self, database: Database, keys: Keys) -> None:
        """Read and make them through `database`; unwrap them with the keyring of `keys`."""
        self._database = database
        self._keys = keys
        self._known = Memory[None, Log](keys.generation, 1)  # another process may make or revoke one

    async def log(self) -> Log:
        """Return the log, with its first key made if there is none. Raises LedgerUnavailable."""
        known, since = self._known.get(None), self._keys.generation.number
        if known is None:
            async with self._database.transaction() as connection:
                known = await self._read(connection)
            self._known.put(None, known, since)
        return known

    async def rotate(self, connection: AsyncConnection) -> bytes:
        """Make a new key and let those before it sign no more; their public halves stay. Return the new public key."""
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await connection.execute(update(tables.signing_key).where(_TABLE.retired_at.is_(None)).values(retired_at=func.now()))
        version = (await connection.execute(select(func.coalesce(func.max(_TABLE.version), 0)))).scalar_one() + 1
        await self._keys.add(connection, (_PURPOSE, "", str(version)), 1)
        signer = await self._signer(connection, version)
        await connection.execute(insert(tables.signing_key).values(version=version, public=signer.public))
        self._known.drop(None)
        return signer.public

    async def _signer(self, connection: AsyncConnection, version: int) -> Signer:
        data_key = await self._keys.newest(connection, (_PURPOSE, "", str(version)))
        if data_key is None or data_key.wrapped is None:
            raise LedgerUnavailable("a signing key was destroyed", hint="Restore the database from a backup that has it")
        return Signer(await self._keys.apart(lambda: self._keys.keyring.secret(data_key)))

    async def _read(self, connection: AsyncConnection) -> Log:
        rows = await self._rows(connection)
        if not rows:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            if not await self._rows(connection):
                await self.rotate(connection)
            rows = await self._rows(connection)
        signers = [await self._signer(connection, row.version) for row in rows if row.retired_at is None]
        publics = tuple(bytes(row.public) for row in rows)
        return Log(log_name(publics[0]), publics, tuple(signers))

    @staticmethod
    async def _rows(connection: AsyncConnection) -> Sequence[Any]:
        return (await connection.execute(select(tables.signing_key).order_by(_TABLE.version))).all()
