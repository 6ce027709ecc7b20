"""Versions of keys: what there is, the next one, keys wrapped anew, and versions that are refused from now on."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CursorResult, String, cast, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control.actor import INSTALLATION, Actor, Verb, may
from app.control.change import Change, Control, change
from app.control.names import check
from app.crypto.credentials import version_of
from app.crypto.keyring import DataKey
from app.errors import Conflict, Invalid, NotFound
from app.store import tables
from app.store.directory import KEYS
from app.store.keys import ROOT

BATCH: Final = 2000
_COUNTED: Final = 100_000
_KEY: Final = tables.data_key.c
_ROWS: Final = select(_KEY.id, _KEY.purpose, _KEY.owner, _KEY.epoch, _KEY.wrapped, _KEY.version)
# The newest period of each purpose and owner: what is sealed from now on goes there.
_NEWEST: Final = """
SELECT DISTINCT ON (purpose, owner) purpose, owner, epoch, version FROM data_key
WHERE purpose NOT IN ('root', 'signing') AND (CAST(:team AS varchar) IS NULL OR owner = :team)
ORDER BY purpose, owner, created_at DESC, epoch DESC, version DESC
"""
_REWRAP: Final = text(
    "UPDATE data_key SET wrapped = new.wrapped, kek = :kek FROM unnest(CAST(:ids AS uuid[]), CAST(:wrapped AS bytea[])) AS new (id, wrapped)"
    " WHERE data_key.id = new.id"
)
_LOG: Final = logging.getLogger("hushgate.keyring")


class Sort(StrEnum):
    """What has versions. Data keys have them too, but no list: there are as many as days and teams."""

    KEK = "kek"
    INDEX = "index"
    SIGNING = "signing"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a key. `uses`: keys that a KEK wraps, or credentials whose digests an index key made."""

    sort: Sort
    version: str
    created_at: datetime
    revoked_at: datetime | None
    current: bool
    uses: int


@dataclass(frozen=True, slots=True)
class Rotated:
    """The version that is used from now on; of data keys, how many have a new one."""

    sort: Sort
    version: str


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many keys were wrapped anew, how many still wait for it (counted to 100,000), and how many of these do not open."""

    done: int
    left: int
    failed: int


async def versions(control: Control, actor: Actor) -> list[Version]:
    """Return the versions of KEK, index key and signing key, newest first."""
    may(actor, Verb.KEYRING_LOOK, INSTALLATION)
    async with control.transaction() as connection:
        installed = await _installed(connection)
        wrapped: dict[str | None, int] = dict(
            (await connection.execute(select(_KEY.kek, func.count()).where(_KEY.wrapped.is_not(None)).group_by(_KEY.kek))).all()
        )
        table = tables.kek.c
        keks = (
            await connection.execute(select(table.fingerprint, table.created_at, table.revoked_at).order_by(table.created_at.desc()))
        ).all()
        stamped = await _stamped(connection)
        roots = await _roots(connection)
        signing = await _signing(connection)
    found = [Version(Sort.KEK, *row, row.fingerprint == installed.kek_fingerprint, wrapped.get(row.fingerprint, 0)) for row in keks]
    rows = [(row.version, row.created_at, row.revoked_at) for row in roots] + [(1, installed.created_at, installed.root_revoked_at)]
    found += [Version(Sort.SIGNING, str(row.version), row.created_at, row.destroyed_at, row.retired_at is None, 0) for row in signing]
    return found + [Version(Sort.INDEX, str(row[0]), row[1], row[2], index == 0, stamped.get(row[0], 0)) for index, row in enumerate(rows)]


async def rotate(control: Control, actor: Actor, sort: Sort, team: str | None = None) -> Rotated:
    """Begin with the next version of a key. Nothing is unreadable for a moment: what is there opens with the version it names.

    Raises Conflict if no new KEK is there, or a process does not hold it; Invalid for a team where there is none.
    """
    if team is not None and sort is not Sort.DATA:
        raise Invalid("only data keys belong to a team", where="team", hint="Leave the team out")
    async with change(control, actor, Verb.KEYRING_ROTATE, sort.value) as step:
        step.heard = KEYS
        await step.connection.execute(select(tables.installation.c.id).with_for_update())
        version = await _NEXT[sort](control, step, team)
        step.details["version"] = version
    return Rotated(sort, version)


async def rewrap(control: Control, actor: Actor, limit: int = BATCH) -> Rewrapped:
    """Wrap up to `limit` keys anew that an older KEK wraps; again until nothing is left. It may be stopped anywhere."""
    async with change(control, actor, Verb.KEYRING_REWRAP, Sort.KEK.value) as step:
        installed = await _installed(step.connection)
        current, ring = installed.kek_fingerprint, control.keys.keyring
        older = _KEY.wrapped.is_not(None) & or_(_KEY.kek.is_(None), _KEY.kek < current, _KEY.kek > current)  # as ranges, for the index
        query = _ROWS.where(older).limit(limit).with_for_update(skip_locked=True)
        rows = [DataKey(*row) for row in await step.connection.execute(query)]
        again = await control.keys.apart(lambda: ring.rewrap(rows))
        good = [(row.id, wrapped) for row, wrapped in zip(rows, again, strict=True) if wrapped is not None]
        values = {"kek": current, "ids": [identity for identity, _ in good], "wrapped": [wrapped for _, wrapped in good]}
        if good:
            await step.connection.execute(_REWRAP, values)
        else:
            step.nothing()
        rest = select(_KEY.id).where(older).limit(_COUNTED).subquery()
        left = (await step.connection.execute(select(func.count()).select_from(rest))).scalar_one()
        step.details |= {"keys": len(good), "version": current}
    if len(good) < len(rows):
        _LOG.error("%d data keys do not open and cannot be wrapped anew: they are as good as destroyed", len(rows) - len(good))
    return Rewrapped(len(good), left, len(rows) - len(good))


async def revoke(control: Control, actor: Actor, sort: Sort, version: str, *, force: bool = False) -> None:
    """Refuse a version from now on; again is no error. Raises NotFound; Conflict if it is in use, which `force` overrules for an index key."""
    may(actor, Verb.KEYRING_REVOKE, INSTALLATION)
    found = [one for one in await versions(control, actor) if (one.sort, one.version) == (sort, version)]
    if not found:
        raise NotFound("no such version of this key", where="version", hint="`hushgate keyring list` shows all")
    if found[0].current:
        raise Conflict("this version is the one in use", where="version", hint="Rotate first")
    if found[0].uses and not (force and sort is Sort.INDEX):
        hint = (
            "Run `hushgate keyring rewrap` first"
            if sort is Sort.KEK
            else "Keys that are used get new digests by themselves; `--force` ends the rest"
        )
        raise Conflict(f"{found[0].uses} keys still need this version", where="version", hint=hint)
    async with change(control, actor, Verb.KEYRING_REVOKE, sort.value) as step:
        step.heard = KEYS
        if not await _revoked(step.connection, sort, version):
            step.nothing()
        step.details |= {"version": version, "uses": found[0].uses}


async def _revoked(connection: AsyncConnection, sort: Sort, version: str) -> bool:
    if sort is Sort.SIGNING:  # its private half is destroyed; what it signed is checked with the public one
        mine = (_KEY.purpose == "signing") & (_KEY.epoch == version) & _KEY.wrapped.is_not(None)
        return _some(await connection.execute(update(tables.data_key).where(mine).values(wrapped=None, destroyed_at=func.now())))
    if sort is Sort.KEK:
        table, which = tables.kek, tables.kek.c.fingerprint == version
    elif version == "1":
        installed = tables.installation
        query = update(installed).where(installed.c.root_revoked_at.is_(None)).values(root_revoked_at=func.now())
        return _some(await connection.execute(query))
    else:
        table, which = tables.data_key, (_KEY.purpose == ROOT) & (_KEY.version == int(version))
    return _some(await connection.execute(update(table).where(which, table.c.revoked_at.is_(None)).values(revoked_at=func.now())))


def _some(result: CursorResult[Any]) -> bool:
    return result.rowcount > 0


async def _next_kek(control: Control, step: Change, _team: str | None) -> str:
    ring = control.keys.keyring
    await control.keys.apart(ring.wrapper.refresh)
    known = set((await step.connection.execute(select(tables.kek.c.fingerprint))).scalars())
    fresh = [name for name in ring.wrapper.fingerprints if name not in known]
    if not fresh:
        hint = "Add one to the key file of every host (`hushgate keyring new-kek`), or rotate the key in the KMS; then again"
        raise Conflict("there is no new key-encryption key", where="sort", hint=hint)
    await _held(step.connection, fresh[-1])
    root = (await _installed(step.connection)).root_wrapped
    ring.wrapper.use(fresh[-1])
    wrapped = await control.keys.apart(lambda: ring.rewrap_root(bytes(root)))
    await step.connection.execute(insert(tables.kek).values(fingerprint=fresh[-1]))
    await step.connection.execute(update(tables.installation).values(kek_fingerprint=fresh[-1], root_wrapped=wrapped))
    return fresh[-1]


async def _held(connection: AsyncConnection, fingerprint: str) -> None:
    """Raise Conflict unless every process that holds a lease has said that it holds this KEK."""
    lacking = select(func.count()).select_from(tables.lease).where(~tables.lease.c.keks.contains([fingerprint]))
    number = (await connection.execute(lacking)).scalar_one()
    if number:
        hint = "Put it on every host; a process reads its key file every few seconds, one whose key came by HUSHGATE_KEK when it starts"
        raise Conflict(f"{number} processes do not hold the new key-encryption key yet", where="sort", hint=hint)


async def _next_root(control: Control, step: Change, _team: str | None) -> str:
    last = (await step.connection.execute(select(func.max(_KEY.version)).where(_KEY.purpose == ROOT))).scalar_one() or 1
    await control.keys.add(step.connection, (ROOT, "", ""), last + 1)
    return str(last + 1)


async def _next_data(control: Control, step: Change, team: str | None) -> str:
    if team is not None:
        check(team, "team")
    rows = (await step.connection.execute(text(_NEWEST), {"team": team})).all()
    for row in rows:
        await control.keys.add(step.connection, (row.purpose, row.owner, row.epoch), row.version + 1)
    step.details["team"] = team or "*"
    return f"{len(rows)} keys"


async def _next_signing(control: Control, step: Change, _team: str | None) -> str:
    step.details["public"] = (await control.ledger.signing.rotate(step.connection)).hex()
    return str((await _signing(step.connection))[0].version)


_NEXT: Final = {Sort.KEK: _next_kek, Sort.INDEX: _next_root, Sort.SIGNING: _next_signing, Sort.DATA: _next_data}


async def _installed(connection: AsyncConnection) -> Any:
    return (await connection.execute(select(tables.installation))).one()


async def _roots(connection: AsyncConnection) -> Sequence[Any]:
    query = select(_KEY.version, _KEY.created_at, _KEY.revoked_at).where(_KEY.purpose == ROOT)
    return (await connection.execute(query.order_by(_KEY.version.desc()))).all()


async def _signing(connection: AsyncConnection) -> Sequence[Any]:
    table, keys = tables.signing_key, tables.data_key
    here = (keys.c.purpose == "signing") & (keys.c.epoch == cast(table.c.version, String))
    query = select(table.c.version, table.c.created_at, table.c.retired_at, keys.c.destroyed_at).join(keys, here, isouter=True)
    return (await connection.execute(query.order_by(table.c.version.desc()))).all()


async def _stamped(connection: AsyncConnection) -> dict[int, int]:
    """Return how many living credentials have their digest under which version of the index key."""
    counted: dict[int, int] = {}
    for table in (tables.gateway_key, tables.admin_key):
        living = table.c.revoked_at.is_(None) & (table.c.expires_at.is_(None) | (table.c.expires_at > func.now()))
        for digest in (await connection.execute(select(table.c.digest).where(living))).scalars():
            version = version_of(bytes(digest))
            counted[version] = counted.get(version, 0) + 1
    return counted
