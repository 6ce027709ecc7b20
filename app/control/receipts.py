"""Receipts: what the records say of one exchange, and never a value."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control.actor import Actor, Verb
from app.control.change import Control
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import among
from app.core.policy_document import Mode
from app.core.record import RecordKind
from app.errors import NotFound, PolicyBlocked
from app.store import tables

# How an exchange ended (the verdict of its completion) → the state people see.
_STATES: Final = {
    "completed": "closed",
    "provider_error": "closed",
    "truncated": "closed",
    "client_gone": "aborted",
    "aborted": "aborted",
    "upstream_failed": "failed",
}
_TOLD: Final = (
    *("status", "milliseconds", "restored", "unrestored", "events", "unread", "by"),
    *("sent", "refused", "intents", "attachments", "ended"),  # of a session
)
_WORDS: Final = ("clean", "reported", "monitored", "transformed", "blocked")  # the gravest of a session's stands for it
_COLUMNS: Final = ("team", "client", "provider", "dialect", "endpoint", "model", "policy_version")
_BEFORE: Final = {"PERSON": ["*"]}  # what the records of versions that did not say so did not inspect
_EXCHANGE: Final = (RecordKind.INTENT, RecordKind.COMPLETION, RecordKind.REFUSAL)


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
    return Page([_compose(*parts[exchange]) for exchange in found.items], found.next)


async def receipt(control: Control, team: str, exchange: str) -> dict[str, Any]:
    """Return the receipt of a team's exchange. Raises NotFound for one that is unknown or another team's.

    `state` is open, closed, aborted, refused or failed; `entities` counts findings under enforcement and `monitored` those that
    were only watched; `actions` counts what was done, or would have been; `headers` is what request headers changed;
    `not_inspected` names entities and the languages of the request in which nobody looked for them (`*`: any); `outcome` holds
    numbers and words.
    """
    wanted = _id(exchange)
    async with control.database.transaction(team) as connection:
        parts = await _records(control, connection, [wanted], team)
    if wanted not in parts:
        raise _unknown()
    return _compose(*parts[wanted])


Parts = tuple[list[dict[str, Any]], list[dict[str, Any]]]  # the records of an exchange, and what was sealed in each


async def _records(control: Control, connection: AsyncConnection, exchanges: Sequence[UUID], team: str | None = None) -> dict[UUID, Parts]:
    columns = tables.record.c
    query = select(tables.record).where(columns.exchange.in_(exchanges), columns.kind.in_(_EXCHANGE)).order_by(columns.at)
    parts: dict[UUID, Parts] = {}
    for row in (await connection.execute(query if team is None else query.where(columns.team == team))).mappings().all():
        rows, opened = parts.setdefault(row["exchange"], ([], []))
        rows.append(dict(row))
        opened.append(await control.ledger.open_sealed(connection, row["team"], rows[-1]))
    return parts


def _compose(rows: Sequence[Mapping[str, Any]], opened: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    by_kind = {RecordKind(row["kind"]): (row, contents) for row, contents in zip(rows, opened, strict=True)}
    intents = [(row, contents) for row, contents in zip(rows, opened, strict=True) if row["kind"] == RecordKind.INTENT]
    first, contents = _summed(intents) if intents else (rows[0], opened[0])
    answer: dict[str, Any] = {"id": str(first["exchange"]), "at": first["at"].isoformat(), **{name: first[name] for name in _COLUMNS}}
    answer |= {"verdict": first["verdict"], "mode": contents.get("mode", "enforce"), "headers": contents.get("headers", [])}
    found, watched = dict(sorted(first["entities"].items())), answer["mode"] == Mode.MONITOR
    # Counted apart: what was sent as it is never adds to what was protected.
    answer |= {"entities": {} if watched else found, "monitored": found if watched else {}, "actions": contents.get("actions", {})}
    missing = contents.get("not_inspected", _BEFORE if RecordKind.INTENT in by_kind else {})
    answer |= {"not_inspected": [{"entity": entity, "languages": languages} for entity, languages in missing.items()]}
    answer |= {"state": "open", "outcome": {}}
    if RecordKind.COMPLETION in by_kind:
        row, contents = by_kind[RecordKind.COMPLETION]
        answer["state"] = _STATES.get(row["verdict"], "closed")
        answer["outcome"] = {"result": row["verdict"], **{name: contents[name] for name in _TOLD if name in contents}}
    elif RecordKind.REFUSAL in by_kind:
        row, _ = by_kind[RecordKind.REFUSAL]
        code = row["verdict"]
        answer |= {"state": "refused", "outcome": {"code": code}}
        if RecordKind.INTENT not in by_kind:
            answer["verdict"] = "blocked" if code == PolicyBlocked.code else "refused"
    return answer


def _summed(intents: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the first intent, with what all of them found and did: a session has one for each event that says something."""
    first, contents = intents[0]
    if len(intents) == 1:
        return first, contents
    found, actions = Counter[str](), Counter[str]()
    languages: dict[str, list[str]] = {}
    for row, more in intents:
        found.update(row["entities"])
        actions.update(more.get("actions", {}))
        for entity, unread in more.get("not_inspected", {}).items():
            languages[entity] = sorted({*languages.get(entity, ()), *unread})
    verdict = max((row["verdict"] for row, _ in intents), key=lambda word: _WORDS.index(word) if word in _WORDS else 0)
    summed = {**contents, "actions": dict(sorted(actions.items())), "not_inspected": languages}
    return {**first, "entities": dict(found), "verdict": verdict}, summed


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _unknown() from None


def _unknown() -> NotFound:
    return NotFound("no receipt of this id", where="id", hint="Use the id in the answer's header x-hushgate-receipt")
