"""The ledger: the intent before egress, the completion after it, refusals, admin actions; each a sealed row of `record`."""

import json
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.caller import Caller
from app.core.naming import Issued, Names, Outbound
from app.core.record import Record, RecordKind, encode, exchange_id, uuid7
from app.crypto.credentials import Index
from app.crypto.envelope import Context, EnvelopeError, WrappingKey, key_id, opening, seal, unseal_with
from app.crypto.merkle import leaf_hash
from app.errors import LedgerUnavailable
from app.store import tables
from app.store.database import Database
from app.store.entry import Exchange, Outcome
from app.store.rows import Keeping
from app.store.signing import Signing
from app.store.vault import Vault
from app.store.writer import Work, Writer

Apply = Callable[[Names], Outbound]
Identity = Callable[[str, str], str]
Telling = Callable[[Outbound], Keeping | None]
_CLASHES: Final = 16  # counters to try before giving up; two in a row are less likely than a broken disk
_LOG = logging.getLogger("hushgate.ledger")
_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


class Ledger:
    """Writes records through the process's one writer."""

    def __init__(self, database: Database, vault: Vault, writer: Writer) -> None:
        """Seal with the vault's data keys; `instance` numbers this process in every exchange id."""
        self._database = database
        self._vault = vault
        self._keys = vault.keys
        self._writer = writer
        self.signing = Signing(database, vault.keys)
        self.instance = secrets.randbits(31)
        self._open: WeakValueDictionary[UUID, Exchange] = WeakValueDictionary()  # whose walk ended without closing it is the sweeper's

    @property
    def index_key(self) -> Index:
        """The key of credential digests, in its versions."""
        return self._keys.index_key

    def begin(self, caller: Caller, dialect: str, endpoint: str, provider: str, policy_version: str, now: datetime) -> Exchange:
        """Give an exchange its id. Nothing is written yet."""
        identity = exchange_id(int(now.timestamp() * 1000), os.urandom(6), self.instance)
        return Exchange(identity, now, caller, self._vault.user_index(caller), dialect, endpoint, provider, policy_version)

    async def open(
        self, entry: Exchange, apply: Apply, identity: Identity, scope: str = "team", keeping: Telling | None = None
    ) -> Outbound:
        """Protect under the names of `scope`, and make intent and vault rows durable. Raises LedgerUnavailable: then nothing may be sent.

        `keeping` says what of that goes into objects that the provider keeps.
        """
        self._open[entry.id] = entry
        try:
            return await self.deposit(entry, apply, identity, scope, keeping, partial(self.intent, entry))
        except BaseException:
            self._closed(entry)  # if its intent got through all the same, the sweeper closes it
            raise

    def is_open(self, exchange: UUID) -> bool:
        """Whether this process is still about to close an exchange."""
        return exchange in self._open

    def _closed(self, entry: Exchange) -> None:
        self._open.pop(entry.id, None)

    async def deposit(
        self,
        entry: Exchange,
        apply: Apply,
        identity: Identity,
        scope: str,
        keeping: Telling | None = None,
        intent: Callable[[Outbound], Awaitable[Record]] | None = None,
    ) -> Outbound:
        """Protect a piece of what an exchange will send, and make its vault rows durable; the `intent` comes with the last piece.

        A surrogate that the vault gave to another value is a clash: the value takes the next counter and protect runs again.
        """
        naming = self._vault.naming_key(entry.caller.team, scope, entry.at)
        counters: dict[tuple[str, str], int] = {}
        for _ in range(_CLASHES):
            outbound = apply(Names(naming, identity, counters))
            records = [await intent(outbound)] if intent else []
            intent = None
            clashes = await self._deposit(entry, scope, outbound.issued, records, keeping(outbound) if keeping else None)
            if not clashes:
                return outbound
            for issued in clashes:
                name = (issued.entity, issued.original.text)
                counters[name] = counters.get(name, 0) + 1
        raise LedgerUnavailable("no free surrogate was found", hint="Try again; if it stays, tell the operator")

    async def intent(self, entry: Exchange, outbound: Outbound) -> Record:
        """Return the record that an exchange, or one message of it, is about to leave."""
        verdict = entry.verdict
        contents: dict[str, Any] = {"issued": len(outbound.issued), "mode": verdict.mode.value if verdict else "enforce"}
        if verdict and verdict.counts:
            contents["actions"] = verdict.actions
        contents |= {name: told for name in ("destination", "detectors") if (told := getattr(entry, name)) is not None}
        contents |= _asked(entry)
        key = await self._key(entry)
        return self._record(entry, RecordKind.INTENT, entry.at, key, contents)

    async def _deposit(
        self, entry: Exchange, scope: str, issued: Sequence[Issued], records: Sequence[Record], keeping: Keeping | None = None
    ) -> list[Issued]:
        """Write records and the vault rows this process does not know to be durable; return those that clash."""
        vault, caller = self._vault, entry.caller
        since = self._keys.generation.number
        prints = {i.text: hash(i.original.text) for i in issued}  # SipHash under the process's own random key
        owners = {i.text: vault.owner(caller.team, i.text) for i in issued}
        clashes = [i for i in issued if owners[i.text] not in {None, prints[i.text]}]
        new = [i for i in issued if owners[i.text] is None or not vault.has_right(caller, i.text, entry.user_index)]
        new = [i for i in new if i not in clashes]
        deposits = [await vault.deposit(caller, scope, i.text, i.original, entry.user_index, entry.at) for i in new]
        if not records and not deposits and not keeping:
            return clashes
        written = await self._writer.now(Work(records, deposits, keeping=keeping))
        doubtful = {i.text for i in new if owners[i.text] is None and (caller.team, i.text) not in written}
        held = await self._database.within(vault.holds(caller.team, doubtful)) if doubtful else {}
        for one, deposit in zip(new, deposits, strict=True):
            if one.text in doubtful and (one.text not in held or held[one.text].text != one.original.text):
                clashes.append(one)
            else:
                vault.remember(deposit, prints[one.text], since)
        return clashes

    def close(self, entry: Exchange, outcome: Outcome, summary: Mapping[str, Any], signed: Sequence[str]) -> None:
        """Write the completion; never fails, never waits. If Postgres is gone it is written when it is back."""
        team = entry.caller.team
        now = datetime.now(UTC)
        key = self._keys.known("record", team, _day(now)) or entry.key
        if key is None:
            _LOG.error("no data key for a completion; the sweeper will close its exchange")
            self._closed(entry)
            return
        record = self._record(entry, RecordKind.COMPLETION, now, key, {"outcome": outcome.value, **summary}, verdict=outcome.value)
        digests = [(team, self._vault.signed_digest(team, text)) for text in signed]
        self._writer.later(Work([record], signed=digests, after=partial(self._closed, entry)))

    async def refuse(self, entry: Exchange, code: str) -> None:
        """Write a refusal. Nothing was sent, so a ledger that is gone only costs the record of the refusal, and says so in the log."""
        try:
            key = await self._key(entry)
            record = self._record(entry, RecordKind.REFUSAL, datetime.now(UTC), key, {"code": code, **_asked(entry)}, verdict=code)
            await self._writer.now(Work([record]))
        except LedgerUnavailable:
            _LOG.error("a refusal (%s) could not be recorded", code)

    async def admin(
        self,
        connection: AsyncConnection,
        *,
        team: str,
        actor: str,
        verb: str,
        target: str,
        details: Mapping[str, object],
        kind: RecordKind = RecordKind.ADMIN,
    ) -> None:
        """Write an admin action, or that sealed contents are opened, in the transaction that does it."""
        now = datetime.now(UTC)
        key = await self._keys.data_key("admin", team, _day(now), connection)
        identity = uuid7(int(now.timestamp() * 1000), os.urandom(10))
        contents = {"actor": actor, "verb": verb, "target": target, "details": dict(details)}
        sealed = seal(key, _json(contents), _place(team, identity))
        record = Record(team, identity, identity, kind, now, actor, None, None, None, None, None, None, verb, {}, sealed)
        await connection.execute(insert(tables.record).values(**_row(record)))

    async def open_sealed(self, connection: AsyncConnection, team: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the sealed contents of a row of `record`; empty if its key was destroyed or the row does not open."""
        return (await self.disclose(connection, team, row))[0]

    async def disclose(self, connection: AsyncConnection, team: str, row: Mapping[str, Any]) -> tuple[dict[str, Any], bytes | None]:
        """Return the sealed contents of a row, and the key of this one message, by which an outsider reads them, too."""
        sealed = bytes(row["sealed"])
        try:
            key = await self._keys.by_id(connection, key_id(sealed))
            if key is None:
                return {}, None
            dek = opening(key, sealed, _place(team, row["id"]))
            contents: dict[str, Any] = json.loads(unseal_with(dek, sealed, _place(team, row["id"])))
        except EnvelopeError as error:
            _LOG.error("a record does not open (%s)", error.fault)
            return {}, None
        return contents, dek

    async def _key(self, entry: Exchange) -> WrappingKey:
        day, team = _day(entry.at), entry.caller.team
        entry.key = self._keys.known("record", team, day) or await self._keys.data_key("record", team, day)
        return entry.key

    def _record(
        self,
        entry: Exchange,
        kind: RecordKind,
        at: datetime,
        key: WrappingKey,
        contents: Mapping[str, Any],
        verdict: str | None = None,
    ) -> Record:
        identity = uuid7(int(at.timestamp() * 1000), os.urandom(10))
        decided = entry.verdict
        return Record(
            team=entry.caller.team,
            id=identity,
            exchange=entry.id,
            kind=kind,
            at=at,
            client=entry.caller.client,
            user_index=entry.user_index or None,
            dialect=entry.dialect,
            endpoint=entry.endpoint,
            model=entry.model,
            provider=entry.provider,
            policy_version=entry.policy_version,
            verdict=verdict or (decided.word if decided else None),
            entities=dict(decided.counts) if decided else {},
            sealed=seal(key, _json(contents), _place(entry.caller.team, identity)),
        )


def _asked(entry: Exchange) -> dict[str, Any]:
    asked: dict[str, Any] = {"headers": list(entry.verdict.used)} if entry.verdict and entry.verdict.used else {}
    return asked if entry.not_inspected is None else {**asked, "not_inspected": entry.not_inspected}


def _place(team: str, identity: UUID) -> Context:
    return Context(team, "record", (identity,))


def _day(at: datetime) -> str:
    return f"{at.year:04}-{at.month:02}-{at.day:02}"


def _json(contents: Mapping[str, Any]) -> bytes:
    return _encode(contents).encode("ascii")


def _row(record: Record) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in Record._fields}
    return {**row, "kind": record.kind.value, "leaf_hash": leaf_hash(encode(record))}
