"""Policies: immutable, numbered versions of a team's document, each known by its content address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names
from app.control.actor import Actor, Verb, can, may
from app.control.change import Control, change
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import among
from app.core.policy_diff import HIDDEN, Difference, covered, differences
from app.core.policy_document import PolicyDocument, read_policy
from app.detectors.terms import term_detector
from app.errors import Conflict, Invalid, NotFound
from app.store import tables
from app.store.keys import Keys

_ADDRESS: Final = re.compile(r"[0-9A-Za-z_-]{1,128}")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a team's policy: its content address and its place in the row of versions."""

    version: str
    serial: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Current:
    """Which version a team's policy is at, without the document."""

    team: str
    version: str
    serial: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """A team's policy at one version. `changed` says whether the call that returned it made a new one.

    Who may not see the words of terms gets the document with `(hidden)` in their places.
    """

    team: str
    version: str
    serial: int
    created_at: datetime
    document: dict[str, Any]
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one version to another; by path, texts hidden unless asked for."""

    team: str
    before: Version
    after: Version
    differences: list[Difference]


async def put(control: Control, actor: Actor, team: str, document: object, expected: str | None = None) -> Published:
    """Validate and publish a document; one that equals the current version makes no new one.

    `expected` is the version the document was made from. Raises Invalid with the path of every fault, NotFound, Conflict.
    """
    may(actor, Verb.POLICY_SET, team)
    names.find(team, "team", "team")
    return await _put(control, actor, team, check(document), expected, {})


async def rollback(control: Control, actor: Actor, team: str, version: str, expected: str | None = None) -> Published:
    """Publish an earlier version's document again, as a new version. Raises NotFound, Conflict."""
    may(actor, Verb.POLICY_SET, team)
    names.find(team, "team", "team")
    async with control.transaction() as connection:
        earlier = await _at(control.keys, connection, team, version)
    return await _put(control, actor, team, check(earlier.document), expected, {"rollback_to": earlier.serial})


async def _put(
    control: Control, actor: Actor, team: str, document: PolicyDocument, expected: str | None, details: Mapping[str, object]
) -> Published:
    async with change(control, actor, Verb.POLICY_SET, team, team=team) as step:
        found = await step.connection.execute(select(tables.team.c.closed_at).where(tables.team.c.name == team).with_for_update())
        row = found.first()
        if row is None:
            raise _no_team()
        if row.closed_at is not None:
            raise names.closed_team()
        published = await publish(control.keys, step.connection, team, document, expected=expected)
        if published.changed:
            until = document.mode_until.isoformat() if document.mode_until else None
            step.details |= {"version": published.version, "serial": published.serial, "mode": document.mode.value, "mode_until": until}
            step.details |= details
        else:
            step.nothing()
        return published


async def current(control: Control, actor: Actor, team: str) -> Published:
    """Return the team's current policy. Raises NotFound."""
    may(actor, Verb.POLICY_LOOK, team)
    names.find(team, "team", "team")
    async with control.transaction() as connection:
        published = await _latest(control.keys, connection, team)
    if published is None:
        raise _no_team()
    return _seen(actor, published)


async def versions(control: Control, actor: Actor, team: str, asked: Asked = FIRST) -> Page[Version]:
    """Return the versions of the team's policy, newest first. Raises NotFound."""
    may(actor, Verb.POLICY_LOOK, team)
    columns = tables.policy.c
    query = select(columns.version, columns.serial, columns.created_at).where(columns.team == names.find(team, "team", "team"))
    async with control.transaction() as connection:
        found = await page(connection, query, [columns.serial], asked, lambda row: Version(**row), newest=True)
    if not found.items and asked.cursor is None:
        raise _no_team()
    return found


async def every(control: Control, actor: Actor, asked: Asked = FIRST) -> Page[Current]:
    """Return which version each team that the actor sees is at, by team."""
    columns, later = tables.policy.c, tables.policy.alias()
    newer = select(later.c.serial).where(later.c.team == columns.team, later.c.serial > columns.serial)
    query = select(columns.team, columns.version, columns.serial, columns.created_at)
    query = query.where(~newer.exists(), among(actor, Verb.POLICY_LOOK, columns.team))
    async with control.transaction() as connection:
        return await page(connection, query, [columns.team], asked, lambda row: Current(**row))


async def at(control: Control, actor: Actor, team: str, version: str) -> Published:
    """Return the team's policy at a version, named by its address or its number. Raises NotFound."""
    may(actor, Verb.POLICY_LOOK, team)
    names.find(team, "team", "team")
    async with control.transaction() as connection:
        return _seen(actor, await _at(control.keys, connection, team, version))


async def compare(control: Control, actor: Actor, team: str, before: str, after: str | None, *, texts: bool = False) -> Comparison:
    """Return what changed from one version to another, by default the current one. Raises NotFound; NotAdmitted for `texts`."""
    may(actor, Verb.POLICY_TEXTS_LOOK if texts else Verb.POLICY_LOOK, team)
    names.find(team, "team", "team")
    async with control.transaction() as connection:
        old = await _at(control.keys, connection, team, before)
        new = await _at(control.keys, connection, team, after) if after else await _latest(control.keys, connection, team)
    if new is None:
        raise _no_team()
    sides = [Version(one.version, one.serial, one.created_at) for one in (old, new)]
    return Comparison(team, sides[0], sides[1], differences(old.document, new.document, texts=texts))


def check(document: object) -> PolicyDocument:
    """Validate a document and compile its terms. Raises Invalid with the path of every fault."""
    read = read_policy(document)
    words = {f"terms.{index}": (*term.texts, term.pattern) for index, term in enumerate(read.terms)}
    words |= {f"allow.{index}": (one.text, one.pattern) for index, one in enumerate(read.allow)}
    for where, texts in words.items():
        if HIDDEN in texts:
            hint = "Take the document from somebody who may see its words, or leave the policy as it is"
            raise Invalid("the words that belong here were hidden", where=where, hint=hint)
    for index, term in enumerate(read.terms):
        try:
            term_detector(term.name, term.texts, term.pattern)
        except Invalid as error:
            raise Invalid(error.message, where=f"terms.{index}", hint=error.hint) from None
    return read


async def publish(keys: Keys, connection: AsyncConnection, team: str, document: PolicyDocument, *, expected: str | None) -> Published:
    """Store a checked document as the next version unless it is the current one. The caller holds the team's row."""
    latest = await _latest(keys, connection, team)
    if expected is not None and latest is not None and latest.version != expected:
        raise Conflict("the policy was changed meanwhile", where="if-match", hint="Read it again and repeat the change on top of it")
    whole = document.whole()
    if latest is not None and latest.document == whole:
        return latest
    version = keys.policy_version(document)
    serial = latest.serial + 1 if latest else 1
    sealed = await keys.seal_policy(connection, team, serial, whole)
    query = insert(tables.policy).values(team=team, version=version, serial=serial, sealed=sealed)
    created = (await connection.execute(query.returning(tables.policy.c.created_at))).scalar_one()
    return Published(team, version, serial, created, whole, changed=True)


async def _latest(keys: Keys, connection: AsyncConnection, team: str) -> Published | None:
    return await _read(keys, connection, team)


async def _at(keys: Keys, connection: AsyncConnection, team: str, version: str) -> Published:
    columns = tables.policy.c
    if not _ADDRESS.fullmatch(version):
        raise _no_version()
    serial = version if version.isdecimal() and len(version) < 9 else None  # noqa: PLR2004 - an address is longer
    found = await _read(keys, connection, team, columns.serial == int(serial) if serial else columns.version == version)
    if found is None:
        raise _no_version()
    return found


async def _read(keys: Keys, connection: AsyncConnection, team: str, *wanted: Any) -> Published | None:
    columns = tables.policy.c
    query = select(columns.version, columns.serial, columns.created_at, columns.sealed).where(columns.team == team, *wanted)
    row = (await connection.execute(query.order_by(columns.serial.desc()).limit(1))).first()
    if row is None:
        return None
    return Published(team, row.version, row.serial, row.created_at, await keys.open_policy(connection, team, row.serial, row.sealed))


def _seen(actor: Actor, published: Published) -> Published:
    """Return what the actor may see of it."""
    whole = can(actor, Verb.POLICY_TEXTS_LOOK, published.team)
    return published if whole else replace(published, document=covered(published.document))


def _no_version() -> NotFound:
    return NotFound("the team has no policy of this version", where="version", hint="`hushgate policy versions TEAM` lists them")


def _no_team() -> NotFound:
    return NotFound("no team of this name", where="team", hint="`hushgate team list` shows all; `hushgate team add` makes one")
