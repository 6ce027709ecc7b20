"""Data keys: made when first needed, found by name or by id, in versions; and what they seal outside the vault."""

import asyncio
import contextlib
import hmac
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.policy_document import PolicyDocument
from app.crypto.credentials import Index
from app.crypto.envelope import Context, EnvelopeError, Fault, WrappingKey, key_id, seal, unseal
from app.crypto.keyring import DataKey, Keyring
from app.errors import KeysUnavailable, LedgerUnavailable
from app.store import tables
from app.store.database import Database
from app.store.generation import Generation, Memory

ROOT: Final = "root"
_KEY: Final = tables.data_key.c
_DATA_KEYS: Final = select(_KEY.id, _KEY.purpose, _KEY.owner, _KEY.epoch, _KEY.wrapped, _KEY.version)
_LOG = logging.getLogger("hushgate.keys")
Name = tuple[str, str, str]  # purpose, owner, epoch
T = TypeVar("T")


class Keys:
    """Rows of `data_key`. A key that was made is used by every process: whoever comes second finds it."""

    def __init__(self, keyring: Keyring, database: Database) -> None:
        """Unwrap with `keyring`, store through `database`."""
        self.keyring = keyring
        self._database = database
        self.generation = Generation()
        self.generation.on_change(self._changed)
        self._by_name = Memory[Name, WrappingKey](self.generation, 10_000)
        self._latest: dict[tuple[str, str], WrappingKey] = {}  # for a day that begins while Postgres is away from a host with a spool
        self.generation.on_change(self._latest.clear)

    def _changed(self) -> None:
        # What a KMS unwrapped is kept for its time: each use reads the row first, so a destroyed one is not used any more.
        if not self.keyring.wrapper.remote:
            self.keyring.forget()

    @property
    def index_key(self) -> Index:
        """The index key of credentials, in its versions."""
        return Index(self.keyring.index_keys("credential"))

    async def start(self) -> None:
        """Learn which versions there are."""
        await self.refresh()

    async def refresh(self) -> None:
        """Learn of versions that somebody made or revoked. Raises LedgerUnavailable."""
        async with self._database.transaction() as connection:
            installed = (await connection.execute(select(tables.installation))).first()
            revoked = select(tables.kek.c.fingerprint).where(tables.kek.c.revoked_at.is_not(None))
            refused = frozenset((await connection.execute(revoked)).scalars())
            query = _DATA_KEYS.add_columns(_KEY.created_at, _KEY.revoked_at).where(_KEY.purpose == ROOT, _KEY.wrapped.is_not(None))
            rows = (await connection.execute(query)).all()
        roots = [(DataKey(*row[:6]), row.created_at.timestamp(), row.revoked_at is not None) for row in rows]
        if installed is not None:
            await self.apart(lambda: self._adopt(installed.kek_fingerprint, refused, roots))
            self.keyring.revoke_first(revoked=installed.root_revoked_at is not None)

    def _adopt(self, fingerprint: str, refused: frozenset[str], roots: list[tuple[DataKey, float, bool]]) -> None:
        ring = self.keyring
        ring.refused = refused
        ring.forget()
        if not ring.wrapper.use(fingerprint):
            _LOG.error("this process does not hold the key-encryption key %s: give it to this host, too", fingerprint)
        try:
            ring.adopt(roots)
        except EnvelopeError as error:
            _LOG.error("a version of the root key does not open (%s)", error.fault)

    def known(self, purpose: str, owner: str, epoch: str) -> WrappingKey | None:
        """Return the key if this process has it already."""
        return self._by_name.get((purpose, owner, epoch))

    async def data_key(self, purpose: str, owner: str, epoch: str, connection: AsyncConnection | None = None) -> WrappingKey:
        """Return the newest version of the data key of a purpose, owner and epoch, made if there is none.

        Within somebody's transaction, give its `connection`: a second one, taken while that is open, could wait for ever.
        """
        name = (purpose, owner, epoch)
        known = self._by_name.get(name)
        if known is None and connection is not None:
            return await self._load(connection, name)  # not remembered: the transaction may yet be rolled back
        if known is None:
            since = self.generation.number
            try:
                known = await self._database.within(self._made(name))
            except LedgerUnavailable:
                known = self._by_name.last(name) or (self._latest.get(name[:2]) if self.generation.stranded else None)
                if known is None:
                    raise
                return known
            self._by_name.put(name, known, since)
            self._latest[name[:2]] = known
        return known

    async def _made(self, name: Name) -> WrappingKey:
        async with self._database.transaction() as connection:
            return await self._load(connection, name)

    async def _load(self, connection: AsyncConnection, name: Name) -> WrappingKey:
        found = await self.newest(connection, name)
        if found is None:
            await self.add(connection, name, 1)
            found = await self.newest(connection, name)
        if found is None or found.wrapped is None:
            raise LedgerUnavailable("the data key of this period was destroyed", hint="Nothing can be sealed under it any more")
        return await self._unwrapped(found)

    async def newest(self, connection: AsyncConnection, name: Name) -> DataKey | None:
        """Return the newest version's row; its `wrapped` is None once it was destroyed."""
        query = _DATA_KEYS.where(_KEY.purpose == name[0], _KEY.owner == name[1], _KEY.epoch == name[2])
        row = (await connection.execute(query.order_by(_KEY.version.desc()).limit(1))).first()
        return DataKey(*row) if row else None

    async def add(self, connection: AsyncConnection, name: Name, version: int) -> None:
        """Make a version of a key, unless somebody just did. Raises KeysUnavailable."""
        fresh = await self.apart(lambda: self.keyring.new_data_key(*name, version))
        kek = self.keyring.wrapper.version(fresh.wrapped)
        row = {"id": fresh.id, "purpose": fresh.purpose, "owner": fresh.owner, "epoch": fresh.epoch, "wrapped": fresh.wrapped}
        await connection.execute(insert(tables.data_key).values(**row, version=version, kek=kek).on_conflict_do_nothing())

    async def by_id(self, connection: AsyncConnection, wanted: UUID) -> WrappingKey | None:
        """Return a data key by id, None if it was destroyed."""
        row = (await connection.execute(_DATA_KEYS.where(_KEY.id == wanted))).first()
        return await self._unwrapped(DataKey(*row)) if row and row.wrapped is not None else None

    async def of(self, connection: AsyncConnection, envelopes: Iterable[bytes]) -> dict[UUID, WrappingKey]:
        """Return the data keys that `envelopes` name and nobody destroyed."""
        wanted, found = set(), {}
        for sealed in envelopes:
            with contextlib.suppress(EnvelopeError):  # a damaged one names none
                wanted.add(key_id(sealed))
        rows = await connection.execute(_DATA_KEYS.where(_KEY.id.in_(wanted)))
        for row in rows:
            if row.wrapped is not None:
                try:
                    found[row.id] = await self._unwrapped(DataKey(*row))
                except EnvelopeError as error:
                    _LOG.error("a data key does not unwrap (%s): it is treated as destroyed", error.fault)
        return found

    async def _unwrapped(self, row: DataKey) -> WrappingKey:
        known = self.keyring.remembered(row)
        return known if known is not None else await self.apart(lambda: self.keyring.unwrap(row))

    async def apart(self, work: Callable[[], T]) -> T:
        """Do what may wait for a KMS off the event loop. Raises KeysUnavailable."""
        try:
            return await asyncio.to_thread(work) if self.keyring.wrapper.remote else work()
        except KeysUnavailable as error:
            _LOG.error("%s", error.message)
            raise

    async def _opening(self, connection: AsyncConnection, sealed: bytes) -> WrappingKey:
        key = await self.by_id(connection, key_id(sealed))
        if key is None:
            raise EnvelopeError(Fault.KEY)
        return key

    async def seal_credential(self, connection: AsyncConnection, provider: str, text: str) -> bytes:
        """Seal a provider's credential for its row."""
        key = await self._load(connection, ("provider", "", ""))
        return seal(key, text.encode(), Context("", "provider", (provider,)))

    async def open_credential(self, connection: AsyncConnection, provider: str, sealed: bytes) -> str:
        """Open a provider's credential. Raises EnvelopeError if the row was altered."""
        return unseal(await self._opening(connection, sealed), sealed, Context("", "provider", (provider,))).decode()

    async def seal_policy(self, connection: AsyncConnection, team: str, serial: int, document: Mapping[str, Any]) -> bytes:
        """Seal a policy document for its row: the terms in it are what the team wants hidden."""
        key = await self._load(connection, ("policy", team, ""))
        return seal(key, json.dumps(document).encode("ascii"), Context(team, "policy", (str(serial),)))

    async def open_policy(self, connection: AsyncConnection, team: str, serial: int, sealed: bytes) -> dict[str, Any]:
        """Open a policy document. Raises EnvelopeError if the row was altered."""
        key = await self._opening(connection, sealed)
        document: dict[str, Any] = json.loads(unseal(key, sealed, Context(team, "policy", (str(serial),))))
        return document

    def policy_version(self, document: PolicyDocument) -> str:
        """Return the address of a document in this installation: keyed, so that whoever holds the database cannot test guesses at its terms."""
        text = json.dumps(document.whole(), sort_keys=True, separators=(",", ":"))
        return hmac.digest(self.keyring.lasting_index_key("policy"), text.encode("ascii"), "sha256")[:8].hex()
