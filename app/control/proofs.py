"""Proofs as the planes give them out: receipts with where their records stand in the trees, and the heads of the trees."""

import base64
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names
from app.control.actor import INSTALLATION, Actor, Verb, may, reach
from app.control.change import Control
from app.control.scope import among
from app.core.portable import moment
from app.crypto.checkpoint import DIRECTORY
from app.crypto.evidence import INCLUDED, PENDING, WITNESSED
from app.crypto.note import Key, fingerprint
from app.errors import NotFound
from app.store import tables, trees
from app.store.signing import Log

_LEAF: Final = tables.leaf.c
_HEAD: Final = tables.checkpoint.c
_SEEN: Final = tables.cosignature.c
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_NOTES: Final = select(_HEAD.size, _HEAD.note, _HEAD.entry)


@dataclass(frozen=True, slots=True)
class LogKey:
    """The log's public key in every form a checker may want, and the fingerprints of those before it."""

    log: str
    fingerprint: str
    public: str
    vkey: str
    earlier: list[str]


@dataclass(frozen=True, slots=True)
class Head:
    """The signed head of a tree."""

    tree: str
    size: int
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Consistency:
    """A proof that a tree of `old` leaves is the beginning of the one of `new`; the roots are those of the checkpoints."""

    tree: str
    old: int
    new: int
    path: list[str]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A proof that a record is the leaf `index` of its team's tree at the checkpoint's size."""

    tree: str
    index: int
    leaf: str
    path: list[str]
    checkpoint: str


async def key(control: Control, actor: Actor) -> LogKey:
    """Return the key that signs checkpoints now."""
    reach(actor, Verb.AUDIT_LOOK)
    log = await control.ledger.signing.log()
    public = log.signers[-1].public
    earlier = [fingerprint(one) for one in log.publics if one != public]
    return LogKey(log.name, fingerprint(public), base64.b64encode(public).decode(), Key(log.origin(DIRECTORY), public).vkey, earlier)


async def head(control: Control, actor: Actor, tree: str) -> Head:
    """Return the last signed head of a tree. Raises NotFound."""
    _sees(actor, tree)
    async with control.transaction() as connection:
        return await _head(connection, tree)


async def consistency(control: Control, actor: Actor, tree: str, old: int, new: int) -> Consistency:
    """Return a consistency proof. Raises NotFound for sizes that the tree has not reached."""
    _sees(actor, tree)
    async with control.transaction() as connection:
        return await _consistency(connection, tree, old, new)


async def own(control: Control, team: str, path: str) -> dict[str, Any]:
    """Return what a team's gateway key may ask of its tree: `checkpoint`, or `consistency/{old}/{new}`. Raises NotFound."""
    noun, *numbers = path.split("/")
    async with control.database.transaction(team) as connection:
        if noun == "checkpoint" and not numbers:
            return asdict(await _head(connection, team))
        if noun == "consistency" and len(numbers) == 2 and all(map(_NUMBER.fullmatch, numbers)):  # noqa: PLR2004 - from one size to another
            return asdict(await _consistency(connection, team, *map(int, numbers)))
    raise NotFound("there is nothing of this name", where="path", hint="receipts/{id}, checkpoint and consistency/{old}/{new} are served")


async def _head(connection: AsyncConnection, tree: str) -> Head:
    found = await _newest(connection, tree)
    if found is None:
        raise NotFound("nothing of this tree is signed yet", where="tree", hint="A tree is signed within seconds of its first record")
    return Head(tree, found.size, found.note)


async def _consistency(connection: AsyncConnection, tree: str, old: int, new: int) -> Consistency:
    found = await _newest(connection, tree)
    if found is None or not old <= new <= found.size:
        raise NotFound("the tree has not reached this size", where="new", hint="`audit/checkpoint` says how far it is signed")
    return Consistency(tree, old, new, _text(await trees.consistency_proof(connection, tree, old, new)))


async def inclusion(control: Control, actor: Actor, record: UUID) -> Inclusion:
    """Return an inclusion proof of any record that the actor sees. Raises NotFound while no checkpoint covers it."""
    query = select(_LEAF.team, _LEAF.index.label("place"), _LEAF.hash).where(
        _LEAF.record == record, among(actor, Verb.AUDIT_LOOK, _LEAF.team)
    )
    async with control.transaction() as connection:
        leaf = (await connection.execute(query)).first()
        found = await _newest(connection, leaf.team) if leaf is not None else None
        if leaf is None or found is None or found.size <= leaf.place:
            raise NotFound(
                "no checkpoint covers a record of this id", where="id", hint="A record is covered within seconds; look for its id"
            )
        path = await trees.inclusion_proof(connection, leaf.team, leaf.place, found.size)
    return Inclusion(leaf.team, leaf.place, base64.b64encode(leaf.hash).decode(), _text(path), found.note)


def _sees(actor: Actor, tree: str) -> None:
    if tree == DIRECTORY:
        reach(actor, Verb.AUDIT_LOOK)  # it names no team
    else:
        may(actor, Verb.AUDIT_LOOK, tree if tree == INSTALLATION else names.check(tree, "tree"))


async def _newest(connection: AsyncConnection, tree: str) -> Any:
    return (await connection.execute(_NOTES.where(_HEAD.team == tree).order_by(_HEAD.size.desc()).limit(1))).first()


async def prove(connection: AsyncConnection, log: Log, team: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the proof of some records of a team, and add to each of `rows` its index and path.

    `connection` shows the team's rows and the directory's. Records that no checkpoint covers yet get the log's signed promise.
    """
    wanted = [row["id"] for row in rows]
    found = await connection.execute(select(_LEAF.record, _LEAF.index).where(_LEAF.team == team, _LEAF.record.in_(wanted)))
    places = {str(record): index for record, index in found.all()}
    head, directory = None, None
    lines: list[str] = []
    if len(places) == len(wanted):
        head, directory, lines = await _heads(connection, team, max(places.values()))
    if head is None or directory is None:
        return {"state": PENDING, "promise": _promise(log, team, [row["leaf"] for row in rows])}
    for row in rows:
        row["index"] = places[row["id"]]
        row["path"] = _text(await trees.inclusion_proof(connection, team, row["index"], head.size))
    below = await trees.inclusion_proof(connection, DIRECTORY, head.entry, directory.size)
    return {
        "state": WITNESSED if lines else INCLUDED,
        "checkpoint": head.note,
        "directory": {"index": head.entry, "path": _text(below), "checkpoint": directory.note + "".join(lines)},
    }


async def _heads(connection: AsyncConnection, team: str, index: int) -> tuple[Any, Any, list[str]]:
    """Return a checkpoint that covers a leaf and one of the directory that covers it: if there is one, the last that witnesses saw."""
    covering = _NOTES.where(_HEAD.team == team, _HEAD.size > index).order_by(_HEAD.size.desc()).limit(1)
    seen = (await connection.execute(select(func.max(_SEEN.size)))).scalar()
    if seen is not None:
        head = (await connection.execute(covering.where(_HEAD.entry < seen))).first()
        if head is not None:
            directory = (await connection.execute(_NOTES.where(_HEAD.team == DIRECTORY, _HEAD.size == seen))).first()
            lines = (await connection.execute(select(_SEEN.line).where(_SEEN.size == seen).order_by(_SEEN.witness))).scalars()
            return head, directory, list(lines)
    head = (await connection.execute(covering)).first()
    return head, await _newest(connection, DIRECTORY), []


def _promise(log: Log, team: str, leaves: Sequence[str]) -> str:
    body = [moment(datetime.now(UTC)), *leaves]
    return log.statement(f"{log.origin(team)}/promise", "".join(f"{line}\n" for line in body))


def _text(path: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(step).decode() for step in path]
