"""What every list, change and POST has: pages, entity tags, idempotency keys; and how keys rotate and teams close."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.control import admin_keys, clients, holds, keyring, keys, projects, teams
from app.control.actor import Role
from app.errors import Unauthenticated
from app.gateway.authenticate import authenticate
from app.gateway.request import Request
from app.store import tables
from app.store.directory import Directory
from tests.control.parts import OWNER

pytestmark = pytest.mark.anyio
PROVIDER = {"dialect": "openai", "base_url": "https://api.example.test"}


async def _get(api, path, **params):
    return (await api.client.get(f"/api/v1/{path}", params=params)).json()


async def _fill(api):
    """Make enough of everything that a list of three has several pages."""
    now = datetime.now(UTC)
    for number in range(4):
        team = f"team{number}"
        await teams.create(api.control, OWNER, team)
        await projects.create(api.control, OWNER, team, "more")
        await clients.create(api.control, OWNER, team, "bot", "more")
        await keys.create(api.control, OWNER, team, "bot", now=now)
        await admin_keys.create(api.control, OWNER, "x", Role.TEAM_ADMIN, [team], now=now)
        await holds.put(api.control, OWNER, team, "asked by the court")
        await keyring.rotate(api.control, OWNER, keyring.Sort.INDEX)
        await api.client.put(f"/api/v1/providers/p{number}", json=PROVIDER)


def _lists(operation):
    """Whether it answers a list, be it in pages or bare."""
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return schema.get("type") == "array" or schema.get("$ref", "").rpartition("/")[2].startswith("Page_")


async def test_every_list_has_pages_without_gap_or_repeat(api):
    await _fill(api)
    lists = [path for path, item in api.app.openapi()["paths"].items() if "{" not in path and "get" in item and _lists(item["get"])]
    assert len(lists) >= 11
    for path in lists:
        whole = await _get(api, path.removeprefix("/api/v1/"), limit=500)
        assert whole["next"] is None
        assert path.endswith("receipts") or len(whole["items"]) >= 4, path
        for limit in (1, 3, len(whole["items"]) or 1):
            seen, cursor = [], None
            while True:
                page = await _get(api, path.removeprefix("/api/v1/"), limit=limit, **({"cursor": cursor} if cursor else {}))
                assert len(page["items"]) <= limit
                seen += page["items"]
                cursor = page["next"]
                if cursor is None:
                    break
            assert seen == whole["items"], path


async def test_the_versions_of_a_policy_have_pages_too(api):
    await teams.create(api.control, OWNER, "blue")
    for threshold in (0.1, 0.2, 0.3, 0.4):
        await api.client.put("/api/v1/policies/blue", json={"version": 1, "defaults": {"threshold": threshold}})
    seen, cursor = [], {}
    while cursor is not None:
        page = await _get(api, "policies/blue/versions", limit=2, **cursor)
        seen += [version["serial"] for version in page["items"]]
        cursor = {"cursor": page["next"]} if page["next"] else None
    assert seen == [5, 4, 3, 2, 1]
    assert [(policy["team"], policy["serial"]) for policy in (await _get(api, "policies"))["items"]] == [("blue", 5)]


async def test_a_cursor_of_another_list_is_refused_or_harmless(api):
    await _fill(api)
    cursor = (await _get(api, "clients", limit=1))["next"]
    for path in ("teams", "keys", "audit", "keyring", "retention"):
        answer = await api.client.get(f"/api/v1/{path}", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["where"]) == (422, "cursor"), path


async def _mutable(api):
    """Paths that take DELETE or PUT, each with something that exists, and how it changes underneath."""
    now = datetime.now(UTC)
    await teams.create(api.control, OWNER, "blue")
    await projects.create(api.control, OWNER, "blue", "more")
    await api.client.put("/api/v1/providers/mine", json=PROVIDER)
    made = await keys.create(api.control, OWNER, "blue", now=now)
    admin = await admin_keys.create(api.control, OWNER, "x", Role.AUDITOR, now=now)
    return {
        "providers/mine": lambda: api.client.put("/api/v1/providers/mine", json={**PROVIDER, "allow_private": True}),
        f"keys/{made.id}": lambda: api.client.post(f"/api/v1/keys/{made.id}/rotate", json={}),
        f"admin-keys/{admin.id}": lambda: api.client.post(f"/api/v1/admin-keys/{admin.id}/rotate", json={}),
        "clients/blue/default": None,
        "projects/blue/more": None,
        "teams/blue": None,
    }


async def test_what_changed_underneath_is_not_ended_by_who_read_it_before(api):
    for path, meanwhile in (await _mutable(api)).items():
        shown = await api.client.get(f"/api/v1/{path}")
        tag = shown.headers["etag"]
        assert tag == (await api.client.get(f"/api/v1/{path}")).headers["etag"]
        for stale in ('"0"', 'W/"0"', "nonsense", tag.strip('"')):
            answer = await api.client.delete(f"/api/v1/{path}", headers={"if-match": stale})
            assert (answer.status_code, answer.json()["where"]) == (409, "if-match"), path
        if meanwhile is not None:
            assert (await meanwhile()).is_success
            assert (await api.client.delete(f"/api/v1/{path}", headers={"if-match": tag})).status_code == 409
            tag = (await api.client.get(f"/api/v1/{path}")).headers["etag"]
        assert (await api.client.delete(f"/api/v1/{path}", headers={"if-match": f'"x", {tag}'})).status_code == 204, path


async def test_of_two_edits_on_top_of_the_same_version_one_wins(api):
    await api.client.put("/api/v1/providers/mine", json={**PROVIDER, "credential": "first"})
    for _ in range(5):
        tag = (await api.client.get("/api/v1/providers/mine")).headers["etag"]
        # Only the credential differs, which nobody sees: the tag tells all the same.
        edits = [{**PROVIDER, "credential": f"c{number}{datetime.now(UTC).timestamp()}"} for number in range(4)]
        answers = await asyncio.gather(*(api.client.put("/api/v1/providers/mine", json=edit, headers={"if-match": tag}) for edit in edits))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    created = await api.client.put("/api/v1/providers/other", json=PROVIDER, headers={"if-match": "*"})
    assert created.status_code == 409


# Each POST: its body, what makes another request of it, and what it answers.
OTHER, LATER = {"name": "other"}, {"expires_at": "2100-01-01T00:00:00Z"}
POSTS = {
    "teams": ({"name": "green"}, OTHER, 201),
    "projects": ({"team": "blue", "name": "green"}, OTHER, 201),
    "clients": ({"team": "blue", "name": "green"}, OTHER, 201),
    "keys": ({"team": "blue"}, LATER, 201),
    "keys/{key}/rotate": ({}, LATER, 201),
    "admin-keys": ({"name": "x", "role": "auditor"}, OTHER, 201),
    "admin-keys/{admin}/rotate": ({}, LATER, 201),
    "policies/blue/rollback": ({"version": "1"}, {"version": "2"}, 200),
    "apply": ({"version": 1, "teams": {"apple": {}}}, {"teams": {}}, 200),
    "keyring/rotate": ({"sort": "index"}, {"sort": "signing"}, 201),
    "keyring/revoke": ({"sort": "index", "version": "2"}, {"version": "1"}, 204),
    "keyring/rewrap": ({"limit": 10}, {"limit": 11}, 200),
    "holds": ({"team": "blue", "reason": "asked"}, {"reason": "asked again"}, 201),
    "holds/{hold}/clear": ({"reason": "over"}, {"reason": "really over"}, 200),
}
# An export changes nothing but that what it opened is recorded, each time anew; it is no answer to be kept, and goes on from its mark.
STREAMED = {"audit/export"}


async def test_a_request_with_a_name_is_done_once(api):
    now = datetime.now(UTC)
    await teams.create(api.control, OWNER, "blue")
    key = await keys.create(api.control, OWNER, "blue", now=now)
    admin = await admin_keys.create(api.control, OWNER, "x", Role.OWNER, now=now)
    hold = await holds.put(api.control, OWNER, "blue", "before")
    for _ in range(2):
        await keyring.rotate(api.control, OWNER, keyring.Sort.INDEX)  # of the three nothing needs the second
    paths = api.app.openapi()["paths"]
    posts = {path.removeprefix("/api/v1/") for path, item in paths.items() if "post" in item}
    named = {path.format(key="{id}", admin="{id}", hold="{id}").replace("blue", "{team}") for path in POSTS}
    assert named | STREAMED == posts
    for number, (path, (body, differing, status)) in enumerate(POSTS.items()):
        where = f"/api/v1/{path.format(key=key.id, admin=admin.id, hold=hold.id)}"
        headers = {"idempotency-key": f"request {number}"}
        answers = await asyncio.gather(*(api.client.post(where, json=body, headers=headers) for _ in range(4)))
        assert {answer.status_code for answer in answers} == {status}, (path, answers[0].text)
        assert len({answer.text for answer in answers}) == 1, path
        assert sorted(answer.headers.get("idempotency-replayed", "false") for answer in answers) == ["false", "true", "true", "true"]
        other = await api.client.post(where, json={**body, "unknown": 1}, headers=headers)
        assert other.status_code == 422
        clash = await api.client.post(where, json={**body, **differing}, headers=headers)
        assert (clash.status_code, clash.json()["where"]) == (409, "idempotency-key"), path
    assert len((await _get(api, "keys"))["items"]) == 3
    assert len((await _get(api, "holds"))["items"]) == 2
    versions = [one for one in (await _get(api, "keyring"))["items"] if one["sort"] == "index"]
    assert [(one["version"], one["revoked_at"] is None) for one in versions] == [("4", True), ("3", True), ("2", False), ("1", True)]
    async with api.control.database.transaction() as connection:
        rows = (await connection.execute(select(tables.idempotency))).all()
    assert len(rows) == len(POSTS)
    assert all(row.sealed and not re.search(rb"hga?_|null|done|sort", row.sealed) and b"request" not in row.key for row in rows)


async def test_a_name_belongs_to_its_key_and_ends_after_a_day(api):
    headers = {"idempotency-key": "n"}
    other = await admin_keys.create(api.control, OWNER, "other", Role.OWNER, now=datetime.now(UTC))
    first = await api.client.post("/api/v1/teams", json={"name": "blue"}, headers=headers)
    stranger = await api.client.post("/api/v1/teams", json={"name": "red"}, headers={**headers, "authorization": f"Bearer {other.key}"})
    assert (first.status_code, stranger.status_code) == (201, 201)
    async with api.control.database.transaction() as connection:
        await connection.execute(text("UPDATE idempotency SET expires = now() - interval '1 second'"))
    again = await api.client.post("/api/v1/teams", json={"name": "blue"}, headers=headers)
    assert (again.status_code, again.json()["where"]) == (409, "name")


async def test_what_failed_may_be_tried_again(api):
    headers = {"idempotency-key": "n"}
    body = {"team": "blue", "name": "more"}
    assert (await api.client.post("/api/v1/projects", json=body, headers=headers)).status_code == 404
    await teams.create(api.control, OWNER, "blue")
    assert (await api.client.post("/api/v1/projects", json=body, headers=headers)).status_code == 201


async def _admitted(api, key, now):
    """Whether the data plane lets this key in at a time."""
    directory = Directory(api.control.database, api.control.keys)
    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"",
             "headers": [(b"host", b"x"), (b"authorization", f"Bearer {key}".encode())]}  # fmt: skip
    try:
        await authenticate(Request(scope, None), directory, api.control.keys.index_key, now)
    except Unauthenticated:
        return False
    return True


async def test_a_rotated_key_works_until_the_overlap_is_over_and_its_successor_after(api):
    await teams.create(api.control, OWNER, "blue")
    now = datetime.now(UTC)
    old = await keys.create(api.control, OWNER, "blue", "bot", now=now, asserts_users=True, expires_at=now + timedelta(days=30))
    answer = (await api.client.post(f"/api/v1/keys/{old.id}/rotate", json={"overlap_seconds": 3600})).json()
    assert answer["replaces"] == old.id
    for moment, admitted in (
        (timedelta(0), (True, True)),
        (timedelta(minutes=59), (True, True)),
        (timedelta(hours=2), (False, True)),
        (timedelta(days=31), (False, False)),
    ):
        assert (await _admitted(api, old.key, now + moment), await _admitted(api, answer["key"], now + moment)) == admitted
    shown = await _get(api, f"keys/{answer['id']}")
    assert (shown["team"], shown["client"], shown["asserts_users"]) == ("blue", "bot", True)
    assert (await _get(api, f"keys/{old.id}"))["replaced_by"] == answer["id"]
    again = await api.client.post(f"/api/v1/keys/{old.id}/rotate", json={})
    assert (again.status_code, again.json()["where"]) == (409, "id")
    at_once = (await api.client.post(f"/api/v1/keys/{answer['id']}/rotate", json={"overlap_seconds": 0})).json()
    assert not await _admitted(api, answer["key"], datetime.now(UTC))
    await api.client.delete(f"/api/v1/keys/{at_once['id']}")
    assert (await api.client.post(f"/api/v1/keys/{at_once['id']}/rotate", json={})).status_code == 409


async def test_the_last_lasting_owner_stays(api):
    now = datetime.now(UTC)
    mine = f"/api/v1/admin-keys/{api.key.id}"
    brief = await admin_keys.create(api.control, OWNER, "brief", Role.OWNER, now=now, expires_at=now + timedelta(hours=1))
    assert (await api.client.delete(mine)).status_code == 409
    assert (await api.client.post(f"{mine}/rotate", json={"expires_at": "2090-01-01T00:00:00Z"})).status_code == 409
    assert (await api.client.delete(f"/api/v1/admin-keys/{brief.id}")).status_code == 204
    others = [await admin_keys.create(api.control, OWNER, "x", Role.OWNER, now=now) for _ in range(3)]
    answers = await asyncio.gather(
        *(
            api.client.delete(f"/api/v1/admin-keys/{target}", headers={"authorization": f"Bearer {key}"})
            for target, key in zip([api.key.id, *(o.id for o in others)], [*(o.key for o in others), api.key.text], strict=True)
        )
    )
    assert all(answer.status_code in {204, 401, 409} for answer in answers)
    async with api.control.database.transaction() as connection:
        left = await connection.execute(text("SELECT id FROM admin_key WHERE role = 'owner' AND revoked_at IS NULL AND expires_at IS NULL"))
        assert len(left.all()) >= 1


async def test_an_admin_key_expires_and_tells_when_it_was_used(api):
    now = datetime.now(UTC)
    made = await admin_keys.create(api.control, OWNER, "x", Role.AUDITOR, now=now, expires_at=now + timedelta(hours=1))
    headers = {"authorization": f"Bearer {made.key}"}
    assert (await _get(api, f"admin-keys/{made.id}"))["last_used"] is None
    assert (await api.client.get("/api/v1/teams", headers=headers)).status_code == 200
    first = (await _get(api, f"admin-keys/{made.id}"))["last_used"]
    assert first is not None
    await api.client.get("/api/v1/teams", headers=headers)
    assert (await _get(api, f"admin-keys/{made.id}"))["last_used"] == first  # at most once a minute
    async with api.control.database.transaction() as connection:
        await connection.execute(tables.admin_key.update().where(tables.admin_key.c.id == made.id).values(expires_at=now))
    assert (await api.client.get("/api/v1/teams", headers=headers)).status_code == 401


async def test_a_closed_team_or_client_admits_nothing_and_keeps_its_records(api):
    now = datetime.now(UTC)
    for team, path in (("blue", "teams/blue"), ("red", "clients/red/bot")):
        await teams.create(api.control, OWNER, team)
        key = await keys.create(api.control, OWNER, team, "bot", now=now)
        assert await _admitted(api, key.key, now)
        for _ in range(2):
            assert (await api.client.delete(f"/api/v1/{path}")).status_code == 204
        assert not await _admitted(api, key.key, now)
        async with api.control.database.transaction() as connection:  # even if somebody revived the key
            await connection.execute(tables.gateway_key.update().values(revoked_at=None))
        assert not await _admitted(api, key.key, now)
        refused = [await api.client.post("/api/v1/keys", json={"team": team, "client": "bot"})]
        refused.append(await api.client.post("/api/v1/clients", json={"team": team, "name": "bot"}))
        if path == "teams/blue":
            refused.append(await api.client.post("/api/v1/teams", json={"name": team}))
            refused.append(await api.client.post("/api/v1/projects", json={"team": team, "name": "x"}))
        assert {answer.status_code for answer in refused} == {409}
        assert [entry["verdict"] for entry in (await _get(api, "audit", team=team))["items"]][-1] == "team.create"
        assert (await _get(api, path))["closed_at"]


async def test_a_project_in_use_stays(api):
    await teams.create(api.control, OWNER, "blue")
    await projects.create(api.control, OWNER, "blue", "more")
    assert (await api.client.delete("/api/v1/projects/blue/default")).status_code == 409
    await clients.create(api.control, OWNER, "blue", "bot", "more")
    assert (await api.client.delete("/api/v1/projects/blue/more")).status_code == 409
    assert (await api.client.post("/api/v1/clients", json={"team": "blue", "name": "x", "project": "none"})).status_code == 404


async def test_an_audit_record_is_shown_by_its_id(api):
    await teams.create(api.control, OWNER, "blue")
    [entry] = (await _get(api, "audit", team="blue"))["items"]
    assert await _get(api, f"audit/{entry['id']}") == entry
    assert (await api.client.get("/api/v1/audit/0190a0b0-0000-7000-8000-000000000000")).status_code == 404


async def test_a_provider_that_is_so_already_makes_no_record(api):
    body = {**PROVIDER, "credential": "sk-one"}
    for _ in range(3):
        await api.client.put("/api/v1/providers/mine", json=body)
    assert len((await _get(api, "audit"))["items"]) == 1
    await api.client.put("/api/v1/providers/mine", json={**body, "credential": "sk-two"})
    assert (await api.client.delete("/api/v1/providers/mine")).status_code == 204
    assert [entry["verdict"] for entry in (await _get(api, "audit"))["items"]] == ["provider.remove", "provider.set", "provider.set"]
