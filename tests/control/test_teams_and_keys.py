"""Teams and keys: what a team begins with, what a key is, and that every change is recorded in its own transaction."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import select, text

from app.control import actor as actors
from app.control import admin_keys, audit, clients, keys, policies, projects, providers, receipts, teams
from app.control.actor import Actor, Verb, may
from app.control.change import change
from app.crypto import credentials
from app.errors import Conflict, Invalid, NotAdmitted, NotFound, Unauthenticated
from app.store import tables
from tests.control.parts import OWNER

pytestmark = pytest.mark.anyio
NOW = datetime(2030, 1, 1, tzinfo=UTC)


async def _rows(control, table):
    async with control.database.transaction() as connection:
        return [dict(row) for row in (await connection.execute(select(table))).mappings()]


async def test_a_team_begins_with_project_client_and_policy(control):
    team = await teams.create(control, OWNER, "blue")
    assert [t.name for t in (await teams.every(control, OWNER)).items] == ["blue"]
    assert team.created_at.tzinfo is not None
    assert [(row["team"], row["name"]) for row in await _rows(control, tables.project)] == [("blue", "default")]
    assert [(row["project"], row["name"]) for row in await _rows(control, tables.client)] == [("default", "default")]
    assert (await policies.current(control, OWNER, "blue")).serial == 1


async def test_a_name_fits_its_grammar(control):
    for name in ("", "Blue", "-blue", "blue team", "b" * 64, "blue\n", "blaü", "../blue"):
        with pytest.raises(Invalid) as error:
            await teams.create(control, OWNER, name)
        assert not name or name not in str(error.value)


async def test_a_team_exists_once_and_the_refused_change_leaves_no_record(control):
    await teams.create(control, OWNER, "blue")
    with pytest.raises(Conflict):
        await teams.create(control, OWNER, "blue")
    assert len(await _rows(control, tables.record)) == 1


async def test_a_change_is_recorded_sealed_and_told(control, database_url):
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN hushgate")
        await teams.create(control, OWNER, "blue")
        assert [notice.channel for notice in listener.notifies(timeout=5, stop_after=1)] == ["hushgate"]
    [entry] = (await audit.entries(control, OWNER, "blue")).items
    assert (entry.kind, entry.team, entry.client, entry.verdict) == ("admin", "blue", OWNER.id, "team.create")
    assert entry.details == {"actor": OWNER.id, "verb": "team.create", "target": "blue", "details": {}}


async def test_when_the_record_fails_nothing_has_changed(control):
    async with control.database.transaction() as connection:
        await connection.execute(text("ALTER TABLE record ADD CONSTRAINT never CHECK (kind <> 'admin')"))
    with pytest.raises(Exception, match="never"):
        await teams.create(control, OWNER, "blue")
    assert (await teams.every(control, OWNER)).items == []


async def test_nobody_without_the_right_does_anything(control, monkeypatch):
    monkeypatch.setattr(actors, "RIGHTS", dict.fromkeys(actors.Role, frozenset({Verb.TEAM_LOOK})))
    may(OWNER, Verb.TEAM_LOOK, "blue")
    for attempt in (
        teams.create(control, OWNER, "blue"),
        keys.create(control, OWNER, "blue", now=NOW),
        keys.revoke(control, OWNER, "x"),
        providers.put(control, OWNER, "x", providers.Entry("openai", "https://x.test")),
        policies.put(control, OWNER, "blue", {"version": 1}),
    ):
        with pytest.raises(NotAdmitted):
            await attempt
    assert await _rows(control, tables.record) == []


async def test_nothing_can_be_looked_at_without_the_right(control, monkeypatch):
    monkeypatch.setattr(actors, "RIGHTS", dict.fromkeys(actors.Role, frozenset()))
    for attempt in (
        teams.every,
        projects.every,
        clients.every,
        keys.every,
        admin_keys.every,
        providers.every,
        audit.entries,
        receipts.every,
    ):
        with pytest.raises(NotAdmitted):
            await attempt(control, OWNER)


async def test_a_key_is_shown_once_and_stored_as_a_keyed_digest(control):
    await teams.create(control, OWNER, "blue")
    made = await keys.create(control, OWNER, "blue", "bot", now=NOW, asserts_users=True, expires_at=NOW + timedelta(days=1))
    assert made.key.startswith(f"hg_{made.id}_")
    assert made.key not in repr(made)
    [row] = await _rows(control, tables.gateway_key)
    assert row["digest"] == control.keys.index_key.stamp(credentials.parse(made.key))
    assert made.key.rpartition("_")[2].encode() not in b"".join(str(row).encode() for row in await _rows(control, tables.record))
    [key] = (await keys.every(control, OWNER, "blue")).items
    assert (key.id, key.client, key.asserts_users, key.expires_at) == (made.id, "bot", True, NOW + timedelta(days=1))
    assert (await keys.every(control, OWNER, "red")).items == []


async def test_a_key_needs_a_team_a_good_client_and_a_future(control):
    await teams.create(control, OWNER, "blue")
    with pytest.raises(NotFound):
        await keys.create(control, OWNER, "red", now=NOW)
    with pytest.raises(Invalid):
        await keys.create(control, OWNER, "blue", "No Such", now=NOW)
    with pytest.raises(Invalid):
        await keys.create(control, OWNER, "blue", now=NOW, expires_at=NOW)


async def test_revoking_sets_a_time_once_and_is_recorded_once(control):
    await teams.create(control, OWNER, "blue")
    made = await keys.create(control, OWNER, "blue", now=NOW)
    await keys.revoke(control, OWNER, made.id)
    [first] = (await keys.every(control, OWNER)).items
    await keys.revoke(control, OWNER, made.id)
    [second] = (await keys.every(control, OWNER)).items
    assert first.revoked_at is not None
    assert first == second
    entries = (await audit.entries(control, OWNER, "blue")).items
    assert [entry.verdict for entry in entries] == ["key.revoke", "key.create", "team.create"]
    with pytest.raises(NotFound):
        await keys.revoke(control, OWNER, made.key)


async def test_an_admin_key_proves_its_actor_and_nothing_else_does(control):
    credential = credentials.mint(credentials.Prefix.ADMIN)
    async with control.database.transaction() as connection:
        await admin_keys.store(connection, control.keys.index_key, credential, "ops")
    assert await admin_keys.authenticate(control, credential.text) == Actor(credential.id, "ops")
    gateway = credentials.mint(credentials.Prefix.GATEWAY)
    async with control.database.transaction() as connection:
        await teams.add(control.keys, connection, "blue")
        await keys.store(connection, control.keys.index_key, gateway, "blue", "default")
    other = credentials.mint(credentials.Prefix.ADMIN)
    forged = f"hga_{credential.id}_{other.secret}"
    for wrong in ("", "hga_", gateway.text, other.text, forged, credential.text + " "):
        with pytest.raises(Unauthenticated):
            await admin_keys.authenticate(control, wrong)
    async with control.database.transaction() as connection:
        await connection.execute(tables.admin_key.update().values(revoked_at=NOW))
    with pytest.raises(Unauthenticated):
        await admin_keys.authenticate(control, credential.text)


async def test_a_change_that_says_it_changed_nothing_leaves_no_trace(control):
    async with change(control, OWNER, Verb.TEAM_CREATE, "x") as step:
        step.nothing()
    assert await _rows(control, tables.record) == []
