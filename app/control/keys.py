"""Gateway keys of clients: shown once, kept as keyed digests, rotated while both the old and the new one work."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import clients, names, teams
from app.control.actor import Actor, Verb
from app.control.change import Change, Control, change, change_found
from app.control.lifetime import Rotated, check_future, ending, replacement_expiry
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import among, unchanged
from app.control.teams import DEFAULT
from app.crypto import credentials
from app.crypto.credentials import Credential, Index, Prefix
from app.errors import Conflict
from app.store import tables

_TABLE: Final = tables.gateway_key.c
_COLUMNS: Final = (
    _TABLE.id,
    _TABLE.team,
    _TABLE.client,
    _TABLE.asserts_users,
    _TABLE.expires_at,
    _TABLE.revoked_at,
    _TABLE.created_at,
    _TABLE.last_used,
    _TABLE.replaced_by,
)


@dataclass(frozen=True, slots=True)
class Key:
    """A gateway key as people see it after its first moment. `last_used` is true to a minute or two."""

    id: str
    team: str
    client: str
    asserts_users: bool
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime
    last_used: datetime | None
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A fresh key. `key` exists here and in its owner's hands, nowhere else."""

    id: str
    key: str = field(repr=False)


async def create(
    control: Control,
    actor: Actor,
    team: str,
    client: str = DEFAULT,
    *,
    now: datetime,
    asserts_users: bool = False,
    expires_at: datetime | None = None,
) -> NewKey:
    """Mint a key for a client of a team; an unknown client is created. Raises Invalid, NotFound or Conflict."""
    names.check(client, "client")
    check_future(expires_at, now)
    credential = credentials.mint(Prefix.GATEWAY)
    async with change(control, actor, Verb.KEY_CREATE, credential.id, team=team) as step:
        await teams.opened(step.connection, team)
        await store(step.connection, control.keys.index_key, credential, team, client, asserts_users=asserts_users, expires_at=expires_at)
        step.details |= {"client": client, "asserts_users": asserts_users, "expires_at": expires_at.isoformat() if expires_at else None}
    return NewKey(credential.id, credential.text)


async def get(control: Control, actor: Actor, key_id: str) -> Key:
    """Return one gateway key. Raises NotFound."""
    seen = among(actor, Verb.KEY_LOOK, _TABLE.team)
    async with control.transaction() as connection:
        return await _find(connection, key_id, seen)


async def every(control: Control, actor: Actor, team: str | None = None, asked: Asked = FIRST) -> Page[Key]:
    """Return the gateway keys of one team, or of all that the actor sees, newest first, revoked ones included."""
    query = select(*_COLUMNS).where(among(actor, Verb.KEY_LOOK, _TABLE.team, team))
    async with control.transaction() as connection:
        return await page(connection, query, [_TABLE.created_at, _TABLE.id], asked, lambda row: Key(**row), newest=True)


async def rotate(
    control: Control, actor: Actor, key_id: str, *, now: datetime, overlap: timedelta, expires_at: datetime | None = None
) -> Rotated:
    """Mint a key in another's place; both work until the overlap is over. The new one lives as long as the old one was meant to.

    Raises NotFound; Invalid; Conflict if the old one has ended or been replaced.
    """
    check_future(expires_at, now)
    credential = credentials.mint(Prefix.GATEWAY)
    async with change_found(control, actor, Verb.KEY_ROTATE) as step:
        old = await _found(step, key_id, among(actor, Verb.KEY_ROTATE, _TABLE.team))
        ends = ending(old, now, overlap)
        await teams.opened(step.connection, old.team)
        until = expires_at or replacement_expiry(old, now)
        index_key = control.keys.index_key
        await store(step.connection, index_key, credential, old.team, old.client, asserts_users=old.asserts_users, expires_at=until)
        closing = update(tables.gateway_key).where(_TABLE.id == old.id).values(expires_at=ends, replaced_by=credential.id)
        await step.connection.execute(closing)
        step.details |= {"replaced_by": credential.id, "ends_at": ends.isoformat(), "expires_at": until.isoformat() if until else None}
    return Rotated(credential.id, credential.text, old.id, ends)


async def revoke(control: Control, actor: Actor, key_id: str, expected: str | None = None) -> None:
    """Revoke a gateway key for good; again is no error. Raises NotFound or Conflict."""
    async with change_found(control, actor, Verb.KEY_REVOKE) as step:
        old = await _found(step, key_id, among(actor, Verb.KEY_REVOKE, _TABLE.team))
        unchanged(old, expected)
        if old.revoked_at is not None:
            step.nothing()
            return
        await step.connection.execute(update(tables.gateway_key).where(_TABLE.id == key_id).values(revoked_at=func.now()))


async def store(
    connection: AsyncConnection,
    index_key: Index,
    credential: Credential,
    team: str,
    client: str,
    *,
    asserts_users: bool = False,
    expires_at: datetime | None = None,
) -> None:
    """Insert a gateway key's digest, and its client where that is new. Raises Conflict if the client is closed."""
    if (await clients.add(connection, team, client)) is None:
        held = await clients.find(connection, team, client, lock=True, where="client")
        if held.closed_at is not None:
            raise Conflict("the client is closed", where="client", hint="Give the new application a client of its own")
    row = {"id": credential.id, "digest": index_key.stamp(credential), "team": team, "client": client}
    await connection.execute(insert(tables.gateway_key).values(**row, asserts_users=asserts_users, expires_at=expires_at))


async def _found(step: Change, key_id: str, seen: ColumnElement[bool]) -> Key:
    key = await _find(step.connection, key_id, seen, lock=True)
    step.target, step.team = key.id, key.team
    step.details["client"] = key.client
    return key


async def _find(connection: AsyncConnection, key_id: str, seen: ColumnElement[bool], *, lock: bool = False) -> Key:
    query: Any = select(*_COLUMNS).where(_TABLE.id == names.find(key_id, "gateway key", "id"), seen)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise names.missing("gateway key", "id")
    return Key(*row)
