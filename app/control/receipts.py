"""Receipts: what the records say of one exchange, and never a value."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control.actor import Actor, Verb
from app.control.change import Control
from app.control.pages import FIRST, Asked, Page, page
from app.control.proofs import own, prove
from app.control.scope import among
from app.core.portable import portable
from app.core.receipt import EXCHANGE, compose
from app.core.record import RecordKind
from app.crypto.evidence import RECEIPT
from app.errors import NotFound
from app.store import tables


async def find(control: Control, actor: Actor, exchange: str) -> dict[str, Any]:
    """Return the receipt of an exchange of any team that the actor sees. Raises NotFound."""
    columns = tables.record.c
    query = select(columns.team).where(columns.exchange == _id(exchange), among(actor, Verb.RECEIPT_LOOK, columns.team)).limit(1)
    async with control.transaction() as connection:
        team = (await connection.execute(query)).scalar_one_or_none()
    if team is None:
        raise _unknown()
    return await receipt(control, team, exchange)


async def every(control: Control, actor: Actor, team: str | None = None, asked: Asked = FIRST) -> Page[dict[str, Any]]:
    """Return the receipts of one team, or of all that the actor sees, newest first."""
    columns, intent = tables.record.c, tables.record.alias()
    # A session has many intents, of which the first stands for it; a refusal does where there is none: what a rule blocks has both.
    opened = select(intent.c.id).where(intent.c.exchange == columns.exchange, intent.c.kind == RecordKind.INTENT)
    earlier = opened.where((intent.c.at < columns.at) | ((intent.c.at == columns.at) & (intent.c.id < columns.id)))
    begins = ((columns.kind == RecordKind.INTENT) & ~earlier.exists()) | ((columns.kind == RecordKind.REFUSAL) & ~opened.exists())
    query = select(columns.exchange, columns.at, columns.id).where(begins, among(actor, Verb.RECEIPT_LOOK, columns.team, team))
    async with control.transaction() as connection:
        found = await page(connection, query, [columns.at, columns.id], asked, lambda row: UUID(str(row["exchange"])), newest=True)
        parts = await _records(control, connection, found.items)
    return Page([_composed(parts[exchange]) for exchange in found.items], found.next)


async def evidence(control: Control, team: str, path: str) -> dict[str, Any]:
    """Return what a team's gateway key may ask for, by its path: a receipt, or what `proofs.own` serves. Raises NotFound."""
    exchange = path.removeprefix("receipts/")
    return await (own(control, team, path) if exchange == path else receipt(control, team, exchange))


async def receipt(control: Control, team: str, exchange: str) -> dict[str, Any]:
    """Return the receipt of a team's exchange with its proof. Raises NotFound for one that is unknown or another team's.

    `app/core/receipt.py` says what it tells; `records` are what it tells that from, each with the key of this one message
    (`opening`) and its place in the tree; `proof` holds the checkpoints, or the promise while there are none.
    """
    wanted = _id(exchange)
    log = await control.ledger.signing.log()
    async with control.database.transaction(team) as connection:
        parts = await _records(control, connection, [wanted], team)
        if wanted not in parts:
            raise _unknown()
        rows = [_portable(one) for one in parts[wanted]]
        proof = await prove(connection, log, team, rows)
        witnesses = sorted((await connection.execute(select(tables.cosignature.c.witness).distinct())).scalars())
    for row in rows:
        del row["leaf"]
    keys = [base64.b64encode(public).decode() for public in log.publics]
    about = {"format": RECEIPT, "log": log.name, "keys": keys, "witnesses": witnesses}
    return {**_composed(parts[wanted]), **about, "records": rows, "proof": proof}


@dataclass(frozen=True, slots=True)
class Part:
    """One record of an exchange, what was sealed in it, and the key of that message (None: destroyed)."""

    row: dict[str, Any]
    contents: dict[str, Any]
    opening: bytes | None


async def _records(
    control: Control, connection: AsyncConnection, exchanges: Sequence[UUID], team: str | None = None
) -> dict[UUID, list[Part]]:
    columns = tables.record.c
    query = select(tables.record).where(columns.exchange.in_(exchanges), columns.kind.in_(EXCHANGE)).order_by(columns.at, columns.id)
    parts: dict[UUID, list[Part]] = {}
    for found in (await connection.execute(query if team is None else query.where(columns.team == team))).mappings().all():
        row = dict(found)
        parts.setdefault(row["exchange"], []).append(Part(row, *await control.ledger.disclose(connection, row["team"], row)))
    return parts


def _composed(parts: Sequence[Part]) -> dict[str, Any]:
    return compose([part.row for part in parts], [part.contents for part in parts])


def _portable(part: Part) -> dict[str, Any]:
    opening = base64.b64encode(part.opening).decode() if part.opening is not None else None
    return {**portable(part.row), "leaf": base64.b64encode(part.row["leaf_hash"]).decode(), "opening": opening}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _unknown() from None


def _unknown() -> NotFound:
    return NotFound("no receipt of this id", where="id", hint="Use the id in the answer's header x-hushgate-receipt")
