"""The vault: data keys, sealed originals by surrogate, and who may have them back."""

import hmac
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.caller import Caller
from app.core.finding import Finding
from app.core.policy_document import PolicyDocument
from app.core.segment import Segment
from app.core.surrogate import Original
from app.core.table import Kind
from app.crypto.envelope import Context, EnvelopeError, WrappingKey, key_id, seal, unseal
from app.crypto.keyring import DataKey, Keyring
from app.errors import LedgerUnavailable
from app.store import tables
from app.store.database import Database

SCOPE: Final = "team"
_REMEMBERED: Final = 100_000
_MAX_AGE: Final = 60.0
_SECONDS_A_DAY: Final = 86_400
_LOG = logging.getLogger("hushgate.vault")
K = TypeVar("K")
V = TypeVar("V")


class Keys:
    """Data keys and what they seal outside the vault: rows of `data_key`, made when first needed."""

    def __init__(self, keyring: Keyring, database: Database) -> None:
        """Unwrap with `keyring`, store through `database`."""
        self.keyring = keyring
        self._database = database
        self._by_name: dict[tuple[str, str, str], WrappingKey] = {}
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
            known = await self._database.within(self._made(name))
            if len(self._by_name) > 10_000:  # noqa: PLR2004
                self._by_name.clear()
            self._by_name[name] = known
        return known

    async def _made(self, name: tuple[str, str, str]) -> WrappingKey:
        async with self._database.transaction() as connection:
            return await self._load(connection, name)

    async def _load(self, connection: AsyncConnection, name: tuple[str, str, str]) -> WrappingKey:
        fresh = self.keyring.new_data_key(*name)
        row = {"id": fresh.id, "purpose": fresh.purpose, "owner": fresh.owner, "epoch": fresh.epoch, "wrapped": fresh.wrapped}
        await connection.execute(insert(tables.data_key).values(row).on_conflict_do_nothing())
        columns = tables.data_key.c
        query = select(columns.id, columns.purpose, columns.owner, columns.epoch, columns.wrapped)
        found = (
            await connection.execute(query.where(columns.purpose == name[0], columns.owner == name[1], columns.epoch == name[2]))
        ).one()
        if found.wrapped is None:
            raise LedgerUnavailable("the data key of this period was destroyed", hint="Nothing can be sealed under it any more")
        return self.keyring.unwrap(DataKey(*found))

    async def by_id(self, connection: AsyncConnection, wanted: UUID) -> WrappingKey | None:
        """Return a data key by id, None if it was destroyed."""
        columns = tables.data_key.c
        query = select(columns.id, columns.purpose, columns.owner, columns.epoch, columns.wrapped).where(columns.id == wanted)
        row = (await connection.execute(query)).first()
        return self.keyring.unwrap(DataKey(*row)) if row and row.wrapped is not None else None

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
    """One row for the vault: a surrogate and its sealed original, and the right of whoever supplied it."""

    team: str
    epoch: str
    text: str
    data_key: UUID
    sealed: bytes
    expires: datetime
    client: str
    user_index: bytes


class Vault:
    """Originals by surrogate. Sealing is pure CPU; only `recall` and clash checks read the database."""

    def __init__(self, database: Database, keys: Keys, days: int) -> None:
        """Keep originals `days` days, which is also the epoch of a team's naming key."""
        self._database = database
        self.keys = keys
        self._days = days
        self._naming: dict[tuple[str, str], bytes] = {}
        self._owners: OrderedDict[tuple[str, str, str], int] = OrderedDict()  # (team, epoch, surrogate) → hash of its value
        self._rights: OrderedDict[tuple[str, str, str, bytes], None] = OrderedDict()
        self._recalled: OrderedDict[tuple[str, str, bytes, str], tuple[float, tuple[str, str] | None]] = OrderedDict()
        self._signed: OrderedDict[tuple[str, bytes], None] = OrderedDict()

    def epoch(self, now: datetime) -> str:
        """Return the naming epoch of a time."""
        return str(int(now.timestamp()) // (self._days * _SECONDS_A_DAY))

    def naming_key(self, team: str, now: datetime) -> bytes:
        """Return the key under which a team's values become surrogates now."""
        name = (team, self.epoch(now))
        key = self._naming.get(name)
        if key is None:
            key = self._naming[name] = self.keys.keyring.epoch_naming_key(*name)
        return key

    def user_index(self, caller: Caller) -> bytes:
        """Return the blind index of the user, empty without one."""
        if caller.user is None:
            return b""
        return hmac.digest(self.keys.keyring.index_key("user", caller.team), caller.user.encode("utf-8", "replace"), "sha256")

    def owner(self, team: str, epoch: str, text: str) -> int | None:
        """Return the fingerprint of the value a surrogate is known to stand for."""
        return self._owners.get((team, epoch, text))

    def has_right(self, caller: Caller, text: str, user_index: bytes) -> bool:
        """Whether this process knows that the caller's right to a surrogate is on disk."""
        return (caller.team, text, caller.client, user_index) in self._rights

    def remember(self, deposit: Deposit, fingerprint: int) -> None:
        """Note that a deposit is durable."""
        _put(self._owners, (deposit.team, deposit.epoch, deposit.text), fingerprint)
        _put(self._rights, (deposit.team, deposit.text, deposit.client, deposit.user_index), None)
        self._recalled.pop((deposit.team, deposit.client, deposit.user_index, deposit.text), None)

    async def deposit(self, caller: Caller, text: str, original: Original, user_index: bytes, now: datetime) -> Deposit:
        """Seal an original for its row."""
        epoch = self.epoch(now)
        key = self.keys.known("vault", caller.team, epoch) or await self.keys.data_key("vault", caller.team, epoch)
        content = json.dumps([original.text, original.number]).encode("ascii")
        sealed = seal(key, content, Context(caller.team, "surrogate", (SCOPE, epoch, text)))
        return Deposit(caller.team, epoch, text, key.id, sealed, now + timedelta(days=self._days), caller.client, user_index)

    async def holds(self, team: str, epoch: str, text: str) -> Original | None:
        """Return what a surrogate of an epoch stands for, whoever asks: the clash check, never an answer."""
        columns = tables.surrogate.c
        query = select(columns.epoch, columns.sealed).where(
            columns.team == team, columns.scope == SCOPE, columns.epoch == epoch, columns.text == text
        )
        async with self._database.transaction(team) as connection:
            row = (await connection.execute(query)).first()
            return await self._open(connection, team, row.epoch, text, row.sealed) if row else None

    async def recall(self, caller: Caller, texts: Iterable[str], now: datetime) -> dict[str, tuple[str, str]]:
        """Return (entity, original) of those surrogates in a document that this caller may have back."""
        user_index = self.user_index(caller)
        answer: dict[str, tuple[str, str]] = {}
        missing = []
        clock = time.monotonic()
        for text in texts:
            known = self._recalled.get((caller.team, caller.client, user_index, text))
            if known is None or clock - known[0] > _MAX_AGE:
                missing.append(text)
            elif known[1] is not None:
                answer[text] = known[1]
        if missing:
            found = await self._database.within(self._read(caller, user_index, missing, now))
            for text in missing:
                _put(self._recalled, (caller.team, caller.client, user_index, text), (clock, found.get(text)))
            answer |= found
        return answer

    async def _read(self, caller: Caller, user_index: bytes, texts: Sequence[str], now: datetime) -> dict[str, tuple[str, str]]:
        row, right = tables.surrogate.c, tables.restore_right.c
        query = (
            select(row.text, row.epoch, row.sealed)
            .join(tables.restore_right, (right.team == row.team) & (right.surrogate == row.text))
            .where(row.team == caller.team, row.text.in_(texts), row.expires > now, right.client == caller.client)
            .where(or_(right.user_index == b"", right.user_index == user_index))
            .order_by(row.expires)
        )
        found: dict[str, tuple[str, str]] = {}
        async with self._database.transaction(caller.team) as connection:
            for hit in (await connection.execute(query)).all():
                original = await self._open(connection, caller.team, hit.epoch, hit.text, hit.sealed)
                if original is not None:
                    found[hit.text] = (hit.text.rpartition("_")[0], original.text)
        return found

    async def _open(self, connection: AsyncConnection, team: str, epoch: str, text: str, sealed: bytes) -> Original | None:
        try:
            key = await self.keys.by_id(connection, key_id(sealed))
            if key is None:
                return None
            content, number = json.loads(unseal(key, sealed, Context(team, "surrogate", (SCOPE, epoch, text))))
        except EnvelopeError as error:
            _LOG.error("a vault row does not open (%s): it is treated as absent", error.fault)
            return None
        return Original(content, number)

    def signed_digest(self, team: str, text: str) -> bytes:
        """Return the keyed hash under which a signed block is kept."""
        return hmac.digest(self.keys.keyring.index_key("signed", team), text.encode("utf-8", "surrogatepass"), "sha256")

    async def excuse_signed(self, team: str, segments: Sequence[Segment], findings: list[list[Finding]]) -> list[list[Finding]]:
        """Drop findings in signed text that we relayed ourselves: it goes back byte for byte, as the provider wrote it."""
        rows = [i for i, segment in enumerate(segments) if segment.kind in {Kind.SIGNED, Kind.OPAQUE} and findings[i]]
        if not rows:
            return findings
        digests = {i: self.signed_digest(team, segments[i].text) for i in rows}
        unknown = [d for d in digests.values() if (team, d) not in self._signed]
        if unknown:
            for digest in await self._database.within(self._relayed(team, unknown)):
                _put(self._signed, (team, digest), None)
        excused = {i for i, digest in digests.items() if (team, digest) in self._signed}
        return [[] if i in excused else found for i, found in enumerate(findings)]

    async def _relayed(self, team: str, digests: Sequence[bytes]) -> list[bytes]:
        columns = tables.signed_block.c
        query = select(columns.digest).where(columns.team == team, columns.digest.in_(digests))
        async with self._database.transaction(team) as connection:
            return [bytes(digest) for digest in (await connection.execute(query)).scalars()]


def _put(cache: OrderedDict[K, V], key: K, value: V) -> None:
    cache[key] = value
    if len(cache) > _REMEMBERED:
        cache.popitem(last=False)
