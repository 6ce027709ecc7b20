"""The vault: sealed originals by surrogate, and who may have them back."""

import hmac
import json
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, exists, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.caller import Caller, Reach
from app.core.finding import Finding
from app.core.naming import LASTING, TEAM
from app.core.segment import Segment
from app.core.surrogate import Original, named
from app.core.table import Kind
from app.crypto.envelope import Context, EnvelopeError, key_id, seal, unseal
from app.store import tables
from app.store.database import Database
from app.store.generation import Memory
from app.store.keys import Keys

_ROW: Final = tables.surrogate.c
_ROWS: Final = select(_ROW.text, _ROW.scope, _ROW.epoch, _ROW.sealed)
RENEWALS: Final = 30  # in a lifetime: a row whose surrogate is still in use lives on, without a write each time
_REMEMBERED: Final = 100_000
_SECONDS_A_DAY: Final = 86_400
_LOG = logging.getLogger("hushgate.vault")


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
            return keyring.epoch_naming_key(team, self.epoch(now), self._begins(now))
        if scope.startswith(f"{LASTING}project/"):
            return keyring.project_naming_key(team, scope.removeprefix(f"{LASTING}project/"))
        return keyring.scope_naming_key(team, scope, "" if scope.startswith(LASTING) else self.epoch(now), self._begins(now))

    def _begins(self, now: datetime) -> float:
        """Return the Unix time at which the naming epoch of a time begins: all its names come from one root."""
        return int(self.epoch(now)) * self._days * _SECONDS_A_DAY

    def user_index(self, caller: Caller) -> bytes:
        """Return the blind index of the user, empty without one."""
        return self.user_indexes(caller)[0]

    def user_indexes(self, caller: Caller) -> list[bytes]:
        """Return the blind indexes of the user under which rows may stand: the one to write first."""
        if caller.user is None:
            return [b""]
        user = caller.user.encode("utf-8", "replace")
        return [hmac.digest(key, user, "sha256") for _, key in self.keys.keyring.index_keys("user", caller.team)]

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
            for text, original in (await self._database.within(self._read(caller, missing, now, reach))).items():
                answer[text] = (named(text), original)
                self._recalled.put((*who, text), answer[text], since)
        return answer

    async def _read(self, caller: Caller, texts: Sequence[str], now: datetime, reach: Reach) -> dict[str, Original]:
        right = tables.restore_right.c
        entitled = {
            Reach.OWN: (right.client == caller.client) & right.user_index.in_([b"", *self.user_indexes(caller)]),
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
        return self._signed_digests(team, text)[0]

    def _signed_digests(self, team: str, text: str) -> list[bytes]:
        """Return the keyed hashes under which a signed block may be kept: the one to write first."""
        block = text.encode("utf-8", "surrogatepass")
        return [hmac.digest(key, block, "sha256") for _, key in self.keys.keyring.index_keys("signed", team)]

    async def excuse_signed(self, team: str, segments: Sequence[Segment], findings: list[list[Finding]]) -> list[list[Finding]]:
        """Drop findings in signed text that we relayed ourselves: it goes back byte for byte, as the provider wrote it."""
        rows = [i for i, segment in enumerate(segments) if segment.kind in {Kind.SIGNED, Kind.OPAQUE} and findings[i]]
        if not rows:
            return findings
        digests = {i: self._signed_digests(team, segments[i].text) for i in rows}
        every = {digest for row in digests.values() for digest in row}
        known = {digest for digest in every if self._signed.get((team, digest))}
        unknown = [digest for row in digests.values() if not known.intersection(row) for digest in row]
        if unknown:
            since = self.keys.generation.number
            for digest in await self._database.within(self._relayed(team, unknown)):
                known.add(digest)
                self._signed.put((team, digest), True, since)
        excused = {i for i, row in digests.items() if known.intersection(row)}
        return [[] if i in excused else found for i, found in enumerate(findings)]

    async def _relayed(self, team: str, digests: Sequence[bytes]) -> list[bytes]:
        columns = tables.signed_block.c
        query = select(columns.digest).where(columns.team == team, columns.digest.in_(digests))
        async with self._database.transaction(team) as connection:
            return [bytes(digest) for digest in (await connection.execute(query)).scalars()]
