"""Gateway keys of clients, shown once and kept as keyed digests; and the admin keys that prove an actor."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names
from app.control.actor import Actor, Verb, may
from app.control.change import Control, change
from app.control.teams import DEFAULT
from app.crypto import credentials
from app.crypto.credentials import Credential, Prefix
from app.errors import Invalid, NotFound, Unauthenticated
from app.store import tables

_HINT: Final = "Send `Authorization: Bearer` and the admin key, which `serve` wrote to first-run.json in its home"


@dataclass(frozen=True, slots=True)
class Key:
    """A gateway key as people see it after its first moment: its public id and what it is for."""

    id: str
    team: str
    client: str
    asserts_users: bool
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewKey:
    """A fresh gateway key. `key` exists here and in its owner's hands, nowhere else."""

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
    """Mint a key for a client of a team; an unknown client is created. Raises Invalid or NotFound."""
    names.check(client, "client")
    if expires_at is not None and expires_at <= now:
        raise Invalid("the key would have expired already", where="expires_at", hint="Give a time in the future, or none")
    credential = credentials.mint(Prefix.GATEWAY)
    async with change(control, actor, Verb.KEY_CREATE, credential.id, team=team) as step:
        if (await step.connection.execute(select(tables.team.c.name).where(tables.team.c.name == team))).first() is None:
            raise NotFound("no team of this name", where="team", hint="`hushgate team list` shows all; `hushgate team add` makes one")
        await store(step.connection, control.keys.index_key, credential, team, client, asserts_users=asserts_users, expires_at=expires_at)
        step.details |= {"client": client, "asserts_users": asserts_users, "expires_at": expires_at.isoformat() if expires_at else None}
    return NewKey(credential.id, credential.text)


async def every(control: Control, actor: Actor, team: str | None = None) -> list[Key]:
    """Return all gateway keys, or those of one team, newest first, revoked ones included."""
    may(actor, Verb.LOOK)
    columns = tables.gateway_key.c
    query = select(
        columns.id, columns.team, columns.client, columns.asserts_users, columns.expires_at, columns.revoked_at, columns.created_at
    )
    query = query.order_by(columns.created_at.desc(), columns.id)
    async with control.database.transaction() as connection:
        rows = await connection.execute(query if team is None else query.where(columns.team == team))
        return [Key(*row) for row in rows]


async def revoke(control: Control, actor: Actor, key_id: str) -> None:
    """Revoke a gateway key for good; again is no error. Raises NotFound."""
    columns = tables.gateway_key.c
    async with change(control, actor, Verb.KEY_REVOKE, "") as step:
        row = (
            await step.connection.execute(select(columns.id, columns.team, columns.client, columns.revoked_at).where(columns.id == key_id))
        ).first()
        if row is None:
            raise NotFound("no gateway key of this id", where="id", hint="`hushgate key list` shows the ids; the id is not the key")
        step.target, step.team = row.id, row.team
        step.details["client"] = row.client
        query = update(tables.gateway_key).where(columns.id == key_id, columns.revoked_at.is_(None)).values(revoked_at=func.now())
        if (await step.connection.execute(query)).rowcount == 0:
            step.nothing()


async def store(
    connection: AsyncConnection,
    index_key: bytes,
    credential: Credential,
    team: str,
    client: str,
    *,
    asserts_users: bool = False,
    expires_at: datetime | None = None,
) -> None:
    """Insert a gateway key's digest, and its client where that is new."""
    await connection.execute(postgresql.insert(tables.client).values(team=team, name=client).on_conflict_do_nothing())
    row = {"id": credential.id, "digest": credentials.digest(index_key, credential), "team": team, "client": client}
    await connection.execute(insert(tables.gateway_key).values(**row, asserts_users=asserts_users, expires_at=expires_at))


async def store_admin(connection: AsyncConnection, index_key: bytes, credential: Credential, name: str) -> None:
    """Insert an admin key's digest."""
    row = {"id": credential.id, "digest": credentials.digest(index_key, credential), "name": name}
    await connection.execute(insert(tables.admin_key).values(**row))


async def authenticate(control: Control, presented: str) -> Actor:
    """Return the actor whom an admin key proves. Raises Unauthenticated; an unknown id looks like a wrong secret."""
    credential = credentials.parse(presented)
    if credential is None or credential.prefix is not Prefix.ADMIN:
        raise Unauthenticated("no admin key was presented", hint=_HINT)
    columns = tables.admin_key.c
    async with control.database.transaction() as connection:
        row = (
            await connection.execute(select(columns.digest, columns.name, columns.revoked_at).where(columns.id == credential.id))
        ).first()
    known = credentials.matches(control.keys.index_key, credential, bytes(row.digest) if row else bytes(32))
    if row is None or not known or row.revoked_at is not None:
        raise Unauthenticated("the admin key is unknown here or revoked", hint=_HINT)
    return Actor(credential.id, row.name)
