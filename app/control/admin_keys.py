"""Admin keys: whom they prove, what they entitle to, and that nobody hands on more than they have."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names, teams
from app.control.actor import BOUND, INSTALLATION, Actor, Role, Verb, covers, reach
from app.control.change import Change, Control, change, change_found, together
from app.control.keys import NewKey
from app.control.lifetime import Rotated, check_future, ending, replacement_expiry
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import unchanged
from app.crypto import credentials
from app.crypto.credentials import Credential, Index, Prefix
from app.errors import Conflict, Invalid, NotAdmitted, Unauthenticated
from app.store import tables

_HINT: Final = "Send `Authorization: Bearer` and the admin key, which `serve` wrote to first-run.json in its home"
_TABLE: Final = tables.admin_key.c
_MINUTE: Final = timedelta(minutes=1)
_COLUMNS: Final = (
    _TABLE.id,
    _TABLE.name,
    _TABLE.role,
    _TABLE.teams,
    _TABLE.expires_at,
    _TABLE.revoked_at,
    _TABLE.created_at,
    _TABLE.last_used,
    _TABLE.replaced_by,
)


@dataclass(frozen=True, slots=True)
class AdminKey:
    """An admin key as people see it after its first moment. `last_used` is true to a minute."""

    id: str
    name: str
    role: Role
    teams: list[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime
    last_used: datetime | None
    replaced_by: str | None


async def create(
    control: Control, actor: Actor, name: str, role: Role, of: Iterable[str] = (), *, now: datetime, expires_at: datetime | None = None
) -> NewKey:
    """Mint an admin key. Raises NotAdmitted if it could do more, or longer, than its maker; Invalid; NotFound for a team."""
    bound = frozenset(of)
    reach(actor, Verb.ADMIN_KEY_CREATE)
    check_future(expires_at, now)
    if (role in BOUND) != bool(bound):
        raise Invalid("teams go with the role team_admin, and it with them", where="teams", hint="Name its teams, or choose another role")
    _hands_on(actor, role, bound, expires_at)
    credential = credentials.mint(Prefix.ADMIN)
    async with together(control) as joined:
        async with change(joined, actor, Verb.ADMIN_KEY_CREATE, credential.id, team=_side(bound)) as step:
            for team in sorted(bound):
                await teams.opened(step.connection, team)
            await store(step.connection, control.keys.index_key, credential, name, role, bound, expires_at)
            step.details |= {"name": name, "role": role.value, "expires_at": expires_at.isoformat() if expires_at else None}
        await _tell_others(joined, actor, Verb.ADMIN_KEY_CREATE, step, bound)
    return NewKey(credential.id, credential.text)


async def get(control: Control, actor: Actor, key_id: str) -> AdminKey:
    """Return one admin key. Raises NotFound."""
    async with control.transaction() as connection:
        return await _find(connection, actor, Verb.ADMIN_KEY_LOOK, key_id)


async def every(control: Control, actor: Actor, asked: Asked = FIRST) -> Page[AdminKey]:
    """Return the admin keys that the actor sees, newest first, revoked ones included."""
    query = select(*_COLUMNS).where(_seen(actor, Verb.ADMIN_KEY_LOOK))
    async with control.transaction() as connection:
        return await page(
            connection,
            query,
            [_TABLE.created_at, _TABLE.id],
            asked,
            lambda row: AdminKey(**{**row, "role": Role(row["role"])}),
            newest=True,
        )


async def rotate(
    control: Control, actor: Actor, key_id: str, *, now: datetime, overlap: timedelta, expires_at: datetime | None = None
) -> Rotated:
    """Mint a key in another's place; both work until the overlap is over.

    Raises NotFound; Invalid; Conflict if the old one has ended or been replaced, or no lasting owner would remain; NotAdmitted.
    """
    check_future(expires_at, now)
    credential = credentials.mint(Prefix.ADMIN)
    async with together(control) as joined:
        async with change_found(joined, actor, Verb.ADMIN_KEY_ROTATE) as step:
            await _hold_owners(step.connection)
            old = await _find(step.connection, actor, Verb.ADMIN_KEY_ROTATE, key_id, lock=True)
            ends, bound = ending(old, now, overlap), frozenset(old.teams)
            until = expires_at or replacement_expiry(old, now)
            if expires_at is None and actor.expires_at is not None:
                until = min(until or actor.expires_at, actor.expires_at)
            _hands_on(actor, old.role, bound, until)
            await store(step.connection, control.keys.index_key, credential, old.name, old.role, bound, until)
            closing = update(tables.admin_key).where(_TABLE.id == old.id).values(expires_at=ends, replaced_by=credential.id)
            await step.connection.execute(closing)
            await _owner_remains(step.connection)
            step.target, step.team = old.id, _side(bound)
            step.details |= {"replaced_by": credential.id, "ends_at": ends.isoformat(), "expires_at": until.isoformat() if until else None}
        await _tell_others(joined, actor, Verb.ADMIN_KEY_ROTATE, step, bound)
    return Rotated(credential.id, credential.text, old.id, ends)


async def revoke(control: Control, actor: Actor, key_id: str, expected: str | None = None) -> None:
    """Revoke an admin key for good; again is no error. Raises NotFound; NotAdmitted; Conflict for the last lasting owner."""
    async with together(control) as joined:
        async with change_found(joined, actor, Verb.ADMIN_KEY_REVOKE) as step:
            await _hold_owners(step.connection)
            old = await _find(step.connection, actor, Verb.ADMIN_KEY_REVOKE, key_id, lock=True)
            unchanged(old, expected)
            _hands_on(actor, old.role, frozenset(old.teams), actor.expires_at)
            step.target, step.team = old.id, _side(frozenset(old.teams))
            if old.revoked_at is not None:
                step.nothing()
                return
            await step.connection.execute(update(tables.admin_key).where(_TABLE.id == key_id).values(revoked_at=func.now()))
            await _owner_remains(step.connection)
            step.details |= {"name": old.name, "role": old.role.value}
        await _tell_others(joined, actor, Verb.ADMIN_KEY_REVOKE, step, frozenset(old.teams))


async def store(
    connection: AsyncConnection,
    index_key: Index,
    credential: Credential,
    name: str,
    role: Role = Role.OWNER,
    of: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> None:
    """Insert an admin key's digest and what it entitles to."""
    row = {"id": credential.id, "digest": index_key.stamp(credential), "name": name, "role": role.value}
    await connection.execute(insert(tables.admin_key).values(**row, teams=sorted(of), expires_at=expires_at))


async def authenticate(control: Control, presented: str) -> Actor:
    """Return the actor whom an admin key proves. Raises Unauthenticated; an unknown id looks like a wrong secret."""
    credential = credentials.parse(presented)
    if credential is None or credential.prefix is not Prefix.ADMIN:
        raise Unauthenticated("no admin key was presented", hint=_HINT)
    now, index = datetime.now(UTC), control.keys.index_key
    async with control.database.transaction() as connection:
        row = (await connection.execute(select(_TABLE.digest, *_COLUMNS).where(_TABLE.id == credential.id))).first()
        known = index.matches(credential, bytes(row.digest) if row else bytes(32))
        if row is None or not known or row.revoked_at is not None:
            raise Unauthenticated("the admin key is unknown here or revoked", hint=_HINT)
        if row.expires_at is not None and row.expires_at <= now:
            raise Unauthenticated("the admin key has expired", hint="Ask an owner for a new one: `hushgate admin-key add`")
        if row.last_used is None or row.last_used <= now - _MINUTE:
            await connection.execute(
                update(tables.admin_key).where(_TABLE.id == credential.id).values(last_used=now, digest=index.stamp(credential))
            )
    return Actor(credential.id, row.name, Role(row.role), frozenset(row.teams), row.expires_at)


def _hands_on(actor: Actor, role: Role, bound: frozenset[str], expires_at: datetime | None) -> None:
    """Raise NotAdmitted for a key that could do more, or longer, than the actor."""
    if not covers(actor, role, bound):
        raise NotAdmitted("this would be more than you have", where="role", hint="Ask an owner, or choose a role and teams within your own")
    if actor.expires_at is not None and (expires_at is None or expires_at > actor.expires_at):
        raise NotAdmitted("this key would outlive yours", where="expires_at", hint="Give a time before your own key expires")


async def _tell_others(joined: Control, actor: Actor, verb: Verb, told: Change, bound: frozenset[str]) -> None:
    """Put what was done on the record of each further team that the key is bound to: it reads its own records only."""
    for team in sorted(bound)[1:]:
        async with change(joined, actor, verb, told.target, team=team) as step:
            step.details |= told.details


def _side(bound: frozenset[str]) -> str:
    """Return on whose record dealings with a key stand first: a team's if it is bound to some, else the installation's."""
    return min(bound, default=INSTALLATION)


def _seen(actor: Actor, verb: Verb) -> ColumnElement[bool]:
    """Return the condition that shows the keys within the actor's teams, or all."""
    within = reach(actor, verb)
    if within is None:
        return true()
    return and_(_TABLE.role.in_([role.value for role in BOUND]), _TABLE.teams.contained_by(sorted(within)))


async def _find(connection: AsyncConnection, actor: Actor, verb: Verb, key_id: str, *, lock: bool = False) -> AdminKey:
    query: Any = select(*_COLUMNS).where(_TABLE.id == names.find(key_id, "admin key", "id"), _seen(actor, verb))
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    if row is None:
        raise names.missing("admin key", "id")
    return AdminKey(**{**row, "role": Role(row["role"])})


async def _hold_owners(connection: AsyncConnection) -> None:
    """Let nobody else end an owner's key until this transaction is over: two could end each other's."""
    await connection.execute(select(_TABLE.id).where(_TABLE.role == Role.OWNER.value).order_by(_TABLE.id).with_for_update())


async def _owner_remains(connection: AsyncConnection) -> None:
    lasting = select(_TABLE.id).where(_TABLE.role == Role.OWNER.value, _TABLE.revoked_at.is_(None), _TABLE.expires_at.is_(None))
    if (await connection.execute(lasting.limit(1))).first() is None:
        raise Conflict("no owner would remain", where="id", hint="Make another owner's key first, one that does not expire")
