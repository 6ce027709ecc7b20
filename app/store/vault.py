"""The vault: data keys, sealed originals by surrogate, and who may have them back."""

import contextlib
import hmac
import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, exists, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.caller import Caller, Reach
from app.core.finding import Finding
from app.core.naming import LASTING, TEAM
from app.core.policy_document import PolicyDocument
from app.core.segment import Segment
from app.core.surrogate import Original, named
from app.core.table import Kind
from app.crypto.envelope import Context, EnvelopeError, WrappingKey, key_id, seal, unseal
from app.crypto.keyring import DataKey, Keyring
from app.errors import LedgerUnavailable
from app.store import tables
from app.store.database import Database
from app.store.generation import Generation, Memory

_KEY: Final = tables.data_key.c
_DATA_KEYS: Final = select(_KEY.id, _KEY.purpose, _KEY.owner, _KEY.epoch, _KEY.wrapped)
_ROW: Final = tables.surrogate.c
_ROWS: Final = select(_ROW.text, _ROW.scope, _ROW.epoch, _ROW.sealed)
RENEWALS: Final = 30  # in a lifetime: a row whose surrogate is still in use lives on, without a write each time
_REMEMBERED: Final = 100_000
_SECONDS_A_DAY: Final = 86_400
_LOG = logging.getLogger("hushgate.vault")


class Keys:
    """Data keys and what they seal outside the vault: rows of `data_key`, made when first needed."""

    def __init__(self, keyring: Keyring, database: Database) -> None:
        """Unwrap with `keyring`, store through `database`."""
        self.keyring = keyring
        self._database = database
        self.generation = Generation()
        self.generation.on_change(keyring.forget)
        self._by_name = Memory[tuple[str, str, str], WrappingKey](self.generation, 10_000)
        self.index_key = keyring.index_key("credential")

    def known(self, purpose: str, owner: str, epoch: str) -> WrappingKey | None:
        """Return the key if this process has it already."""
        return self._by_name.get((purpose, owner, epoch))

    async def data_key(self, purpose: str, owner: str, epoch: str, connection: AsyncConnection | None = None) -> WrappingKey:
        """Return the one data key of a purpose, owner and epoch, made if there is none.

        Within somebody's transaction, give its `connection`: a second one, taken while that is open, could wait for ever.
        """
        name = (purpose, owner, epoch)
        known = self._by_name.get(name)
        if known is None and connection is not None:
            return await self._load(connection, name)  # not remembered: the transaction may yet be rolled back
        if known is None:
            since = self.generation.number
            known = await self._database.within(self._made(name))
            self._by_name.put(name, known, since)
        return known

    async def _made(self, name: tuple[str, str, str]) -> WrappingKey:
        async with self._database.transaction() as connection:
            return await self._load(connection, name)

    async def _load(self, connection: AsyncConnection, name: tuple[str, str, str]) -> WrappingKey:
        found = await self.newest(connection, name)
        if found is None:
            await self.add(connection, name)
            found = await self.newest(connection, name)
        if found is None or found.wrapped is None:
            raise LedgerUnavailable("the data key of this period was destroyed", hint="Nothing can be sealed under it any more")
        return self.keyring.unwrap(found)

    async def newest(self, connection: AsyncConnection, name: tuple[str, str, str]) -> DataKey | None:
        """Return a key's row; its `wrapped` is None once it was destroyed."""
        query = _DATA_KEYS.where(_KEY.purpose == name[0], _KEY.owner == name[1], _KEY.epoch == name[2])
        row = (await connection.execute(query)).first()
        return DataKey(*row) if row else None

    async def add(self, connection: AsyncConnection, name: tuple[str, str, str], _version: int = 1) -> None:
        """Make a key, unless somebody just did."""
        fresh = self.keyring.new_data_key(*name)
        row = {"id": fresh.id, "purpose": fresh.purpose, "owner": fresh.owner, "epoch": fresh.epoch, "wrapped": fresh.wrapped}
        await connection.execute(insert(tables.data_key).values(row).on_conflict_do_nothing())

    async def by_id(self, connection: AsyncConnection, wanted: UUID) -> WrappingKey | None:
        """Return a data key by id, None if it was destroyed."""
        row = (await connection.execute(_DATA_KEYS.where(_KEY.id == wanted))).first()
        return self.keyring.unwrap(DataKey(*row)) if row and row.wrapped is not None else None

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
                    found[row.id] = self.keyring.unwrap(DataKey(*row))
                except EnvelopeError as error:
                    _LOG.error("a data key does not unwrap (%s): it is treated as destroyed", error.fault)
        return found

    async def seal_credential(self, connection: AsyncConnection, provider: str, text: str) -> bytes:
        """Seal a provider's credential for its row."""
        key = await self._load(connection, ("provider", "", ""))
        return seal(key, text.encode(), Context("", "provider", (provider,)))

    async def seal_policy(self, connection: AsyncConnection, team: str, serial: int, document: Mapping[str, Any]) -> bytes:
        """Seal a policy document for its row: the terms in it are what the team wants hidden."""
        key = await self._load(connection, ("policy", team, ""))
        return seal(key, json.dumps(document).encode("ascii"), Context(team, "policy", (str(serial),)))

    def policy_version(self, document: PolicyDocument) -> str:
        """Return the address of a document in this installation: keyed, so that whoever holds the database cannot test guesses at its terms."""
        text = json.dumps(document.whole(), sort_keys=True, separators=(",", ":"))
        return hmac.digest(self.keyring.index_key("policy"), text.encode("ascii"), "sha256")[:8].hex()

    async def open_policy(self, connection: AsyncConnection, team: str, serial: int, sealed: bytes) -> dict[str, Any]:
        """Open a policy document. Raises EnvelopeError if the row was altered."""
        key = await self._load(connection, ("policy", team, ""))
        document: dict[str, Any] = json.loads(unseal(key, sealed, Context(team, "policy", (str(serial),))))
        return document

    async def open_credential(self, connection: AsyncConnection, provider: str, sealed: bytes) -> str:
        """Open a provider's credential. Raises EnvelopeError if the row was altered."""
        key = await self._load(connection, ("provider", "", ""))
        return unseal(key, sealed, Context("", "provider", (provider,))).decode()


@dataclass(frozen=True, slots=True)
class Deposit:
    """One row for the vault: a surrogate and its sealed original, and the right of whoever supplied it.

    If the surrogate has its row already, that one lives until `expires`, unless it would live past `renew` anyway.
    """

    team: str
    scope: str
    epoch: str
    text: str
    data_key: UUID
    sealed: bytes
    expires: datetime
    renew: datetime
    project: str
    client: str
    user_index: bytes


class Vault:
    """Originals by surrogate. Sealing is pure CPU; only `recall` and clash checks read the database."""

    def __init__(self, database: Database, keys: Keys, days: int) -> None:
        """Keep originals `days` days from their last use; that is also the epoch of names."""
        self._database = database
        self.keys = keys
        self._days = days
        self._owners = Memory[tuple[str, str], int](keys.generation, _REMEMBERED)  # (team, surrogate) → hash of its value
        self._rights = Memory[tuple[str, str, str, bytes], bool](keys.generation, _REMEMBERED)
        self._recalled = Memory[tuple[str, str, str, bytes, Reach, str], tuple[str, Original]](keys.generation, _REMEMBERED)
        self._signed = Memory[tuple[str, bytes], bool](keys.generation, _REMEMBERED)

    def epoch(self, now: datetime) -> str:
        """Return the naming epoch of a time."""
        return str(int(now.timestamp()) // (self._days * _SECONDS_A_DAY))

    def naming_key(self, team: str, scope: str, now: datetime) -> bytes:
        """Return the key under which the values of a scope become surrogates now."""
        keyring = self.keys.keyring
        if scope == TEAM:
            return keyring.epoch_naming_key(team, self.epoch(now))
        if scope.startswith(f"{LASTING}project/"):
            return keyring.project_naming_key(team, scope.removeprefix(f"{LASTING}project/"))
        return keyring.scope_naming_key(team, scope, "" if scope.startswith(LASTING) else self.epoch(now))

    def user_index(self, caller: Caller) -> bytes:
        """Return the blind index of the user, empty without one."""
        if caller.user is None:
            return b""
        return hmac.digest(self.keys.keyring.index_key("user", caller.team), caller.user.encode("utf-8", "replace"), "sha256")

    def owner(self, team: str, text: str) -> int | None:
        """Return the fingerprint of the value a surrogate is known to stand for."""
        return self._owners.get((team, text))

    def has_right(self, caller: Caller, text: str, user_index: bytes) -> bool:
        """Whether this process knows that the caller's right to a surrogate is on disk."""
        return self._rights.get((caller.team, text, caller.client, user_index)) is not None

    def remember(self, deposit: Deposit, fingerprint: int, since: int) -> None:
        """Note that a deposit is durable, and was so when the generation was `since`."""
        self._owners.put((deposit.team, deposit.text), fingerprint, since)
        self._rights.put((deposit.team, deposit.text, deposit.client, deposit.user_index), True, since)

    async def deposit(self, caller: Caller, scope: str, text: str, original: Original, user_index: bytes, now: datetime) -> Deposit:
        """Seal an original for its row."""
        epoch = self.epoch(now)
        key = self.keys.known("vault", caller.team, epoch) or await self.keys.data_key("vault", caller.team, epoch)
        content = json.dumps([original.text, original.number]).encode("ascii")
        sealed = seal(key, content, Context(caller.team, "surrogate", (scope, epoch, text)))
        life = timedelta(days=self._days)
        until = now + life
        renew = until - life / RENEWALS
        return Deposit(caller.team, scope, epoch, text, key.id, sealed, until, renew, caller.project, caller.client, user_index)

    async def holds(self, team: str, texts: Collection[str]) -> dict[str, Original]:
        """Return what surrogates of a team stand for, whoever asks: the clash check, never an answer."""
        async with self._database.transaction(team) as connection:
            return await self._originals(connection, team, _ROWS.where(_ROW.team == team, _ROW.text.in_(texts)))

    async def recall(
        self, caller: Caller, texts: Iterable[str], now: datetime, reach: Reach = Reach.OWN
    ) -> dict[str, tuple[str, Original]]:
        """Return (entity, original) of those surrogates in a document that this caller, with this reach, may have back."""
        user_index = self.user_index(caller)
        who = (caller.team, caller.project, caller.client, user_index, reach)
        answer: dict[str, tuple[str, Original]] = {}
        missing = []
        for text in texts:
            known = self._recalled.get((*who, text))
            if known is None:
                missing.append(text)
            else:
                answer[text] = known
        if missing:
            since = self.keys.generation.number
            for text, original in (await self._database.within(self._read(caller, user_index, missing, now, reach))).items():
                answer[text] = (named(text), original)
                self._recalled.put((*who, text), answer[text], since)
        return answer

    async def _read(self, caller: Caller, user_index: bytes, texts: Sequence[str], now: datetime, reach: Reach) -> dict[str, Original]:
        right = tables.restore_right.c
        entitled = {
            Reach.OWN: (right.client == caller.client) & or_(right.user_index == b"", right.user_index == user_index),
            Reach.CLIENT: right.client == caller.client,
            Reach.PROJECT: right.project == caller.project,
            Reach.TEAM: true(),
        }[reach]
        query = _ROWS.where(_ROW.team == caller.team, _ROW.text.in_(texts), _ROW.expires > now)
        query = query.where(exists().where(right.team == _ROW.team, right.surrogate == _ROW.text, entitled))
        async with self._database.transaction(caller.team) as connection:
            return await self._originals(connection, caller.team, query)

    async def _originals(self, connection: AsyncConnection, team: str, query: Select[Any]) -> dict[str, Original]:
        """Open the rows of a query; one that does not open is absent."""
        rows = (await connection.execute(query)).all()
        found: dict[str, Original] = {}
        if not rows:
            return found
        keys = await self.keys.of(connection, [row.sealed for row in rows])
        for row in rows:
            try:
                key = keys.get(key_id(row.sealed))
                if key is not None:
                    content = json.loads(unseal(key, row.sealed, Context(team, "surrogate", (row.scope, row.epoch, row.text))))
                    found[row.text] = Original(*content)
            except EnvelopeError as error:
                _LOG.error("a vault row does not open (%s): it is treated as absent", error.fault)
        return found

    def signed_digest(self, team: str, text: str) -> bytes:
        """Return the keyed hash under which a signed block is kept."""
        return hmac.digest(self.keys.keyring.index_key("signed", team), text.encode("utf-8", "surrogatepass"), "sha256")

    async def excuse_signed(self, team: str, segments: Sequence[Segment], findings: list[list[Finding]]) -> list[list[Finding]]:
        """Drop findings in signed text that we relayed ourselves: it goes back byte for byte, as the provider wrote it."""
        rows = [i for i, segment in enumerate(segments) if segment.kind in {Kind.SIGNED, Kind.OPAQUE} and findings[i]]
        if not rows:
            return findings
        digests = {i: self.signed_digest(team, segments[i].text) for i in rows}
        known = {d for d in digests.values() if self._signed.get((team, d))}
        unknown = [d for d in digests.values() if d not in known]
        if unknown:
            since = self.keys.generation.number
            for digest in await self._database.within(self._relayed(team, unknown)):
                known.add(digest)
                self._signed.put((team, digest), True, since)
        excused = {i for i, digest in digests.items() if digest in known}
        return [[] if i in excused else found for i, found in enumerate(findings)]

    async def _relayed(self, team: str, digests: Sequence[bytes]) -> list[bytes]:
        columns = tables.signed_block.c
        query = select(columns.digest).where(columns.team == team, columns.digest.in_(digests))
        async with self._database.transaction(team) as connection:
            return [bytes(digest) for digest in (await connection.execute(query)).scalars()]
