"""A whole installation as one document: applied once it is so, exported and applied again nothing changes, refused nothing is done."""

import json
import random

import pytest

from app.control import apply as whole
from app.control import audit, clients, keys, policies, projects, providers, retention, teams
from app.control.actor import Actor, Role
from app.control.pages import WHOLE
from tests.control.parts import OWNER

pytestmark = pytest.mark.anyio
CANARY = "sk-canary-33d0f1c2"
STATE = {
    "version": 1,
    "providers": {
        "mine": {"dialect": "openai", "base_url": "https://api.example.test/v1", "credential": CANARY, "terms": {"retention": "none"}},
        "local": {"dialect": "anthropic", "base_url": "http://127.0.0.1:9", "allow_private": True},
    },
    "teams": {
        "blue": {
            "projects": {"default": {"clients": ["default", "bot"]}, "search": {"clients": ["web"]}},
            "policy": {"version": 1, "terms": [{"name": "project", "texts": ["Blue Falcon"]}]},
        },
        "red": {},
    },
}


async def _apply(api, state, *, dry_run=False):
    return await api.client.post("/api/v1/apply", json=state, params={"dry_run": dry_run})


async def _everything(api):
    async with api.control.database.transaction() as connection:
        tables = ("team", "project", "client", "provider", "policy", "record", "gateway_key")
        return [sorted(map(repr, await connection.exec_driver_sql(f"SELECT * FROM {table}"))) for table in tables]


async def test_what_is_applied_is_so_and_stays_so(api):
    planned = (await _apply(api, STATE, dry_run=True)).json()
    before = await _everything(api)
    made = await _apply(api, STATE)
    assert made.status_code == 200
    assert CANARY not in made.text
    assert (planned["dry_run"], made.json()["dry_run"]) == (True, False)

    def said(plan):
        return [(change["verb"], change["team"], change["target"]) for change in plan["changes"]]

    assert said(planned) == said(made.json())
    assert {verb for verb, *_ in said(made.json())} == {
        "provider.set",
        "team.create",
        "project.create",
        "client.create",
        "policy.set",
    }
    assert [part for part in before if part] == []  # the dry run left nothing behind
    assert [team.name for team in (await teams.every(api.control, OWNER)).items] == ["blue", "red"]
    assert {(c.team, c.project, c.name) for c in (await clients.every(api.control, OWNER)).items} == {
        ("blue", "default", "default"),
        ("blue", "default", "bot"),
        ("blue", "search", "web"),
        ("red", "default", "default"),
    }
    records = (await audit.entries(api.control, OWNER, asked=WHOLE)).items
    assert len(records) == len(made.json()["changes"])
    after = await _everything(api)
    assert (await _apply(api, STATE)).json()["changes"] == []
    assert await _everything(api) == after


async def test_what_was_exported_changes_nothing_when_it_is_applied(api):
    """The law: apply(export) = nothing, whatever the installation looks like, and whoever asks."""
    chance = random.Random(7)
    for round_ in range(6):
        for number in range(chance.randrange(1, 4)):
            team = f"t{round_}-{number}"
            await teams.create(api.control, OWNER, team)
            for project in range(chance.randrange(3)):
                await projects.create(api.control, OWNER, team, f"p{project}")
                for client in range(chance.randrange(3)):
                    await clients.create(api.control, OWNER, team, f"c{project}{client}", f"p{project}")
            if chance.random() < 0.5:
                document = {"version": 1, "attachments": "pass", "defaults": {"threshold": chance.choice([0.25, 0.5, 1e-5])}}
                await policies.put(api.control, OWNER, team, document)
            if chance.random() < 0.5:
                await retention.put(api.control, OWNER, team, chance.choice(list(retention.Class)), chance.randrange(1, 999))
            if chance.random() < 0.3:
                await teams.close(api.control, OWNER, team)
            elif chance.random() < 0.3:
                await clients.close(api.control, OWNER, team, "default")
        credential = CANARY if chance.random() < 0.5 else None
        entry = providers.Entry("openai", f"https://h{round_}.test", credential, terms={"a": [1, 2.5, None, "ü"], "b": True})
        await providers.put(api.control, OWNER, f"p{round_}", entry)
        exported = await api.client.get("/api/v1/export")
        assert CANARY not in exported.text
        before = await _everything(api)
        assert (await _apply(api, exported.json())).json() == {"dry_run": False, "changes": []}
        assert await _everything(api) == before
        lead = Actor("k0lead", "lead", Role.TEAM_ADMIN, frozenset({f"t{round_}-0"}))
        seen = await whole.export(api.control, lead)
        assert set(seen["teams"]) <= lead.teams


FAULTS = (
    (("teams", "blue", "policy", "rules"), [{"entities": ["*"], "action": CANARY}], 422, "teams.blue.policy.rules.0.action"),
    (("teams", "blue", "policy", "versoin"), 1, 422, "teams.blue.policy.versoin"),
    (("providers", "mine", "dialect"), "klingon", 422, "providers.mine.dialect"),
    (("providers", "mine", "base_url"), f"https://x.test?{CANARY}", 422, "providers.mine.base_url"),
    (("providers", "mine", "credential"), f"{CANARY} x", 422, "providers.mine.credential"),
    (("providers", "sandbox"), {"dialect": "openai", "base_url": "https://x.test"}, 422, "providers.sandbox"),
    (("teams", "gone"), {}, 409, "teams.gone"),
    (("teams", "blue", "projects", "search", "clients"), ["web", "bot"], 409, "teams.blue.projects.search.clients.1"),
    (("teams", "Blue"), {}, 422, None),
    (("teams", "red", "projectz"), {}, 422, "body.teams.red.projectz"),
    (("version",), 2, 422, "body.version"),
    (("keys",), {}, 422, "body.keys"),
)


@pytest.mark.parametrize(("path", "value", "status", "where"), FAULTS, ids=[".".join(fault[0]) for fault in FAULTS])
async def test_a_fault_anywhere_leaves_nothing_half_applied(api, path, value, status, where):
    await teams.create(api.control, OWNER, "gone")
    await teams.close(api.control, OWNER, "gone")
    state = json.loads(json.dumps(STATE))
    part = state
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    before = await _everything(api)
    for dry_run in (True, False):
        answer = await _apply(api, state, dry_run=dry_run)
        assert answer.status_code == status, answer.text
        assert where is None or answer.json()["where"] == where
        assert CANARY not in answer.text
    assert await _everything(api) == before


async def test_a_credential_that_changes_is_a_change_and_one_that_is_so_is_none(api):
    await _apply(api, STATE)
    state = json.loads(json.dumps(STATE))
    state["providers"]["mine"]["credential"] = "another"
    [change] = (await _apply(api, state)).json()["changes"]
    assert (change["verb"], change["target"], change["details"]["credential"]) == ("provider.set", "mine", "set")
    del state["providers"]["mine"]["credential"]
    assert (await _apply(api, state)).json()["changes"] == []
    state["providers"]["mine"]["credential"] = None
    [change] = (await _apply(api, state)).json()["changes"]
    assert change["details"]["credential"] == "removed"


async def test_keys_go_on_working_through_an_apply(api):
    await _apply(api, STATE)
    await api.client.post("/api/v1/keys", json={"team": "blue", "client": "web"})
    before = (await keys.every(api.control, OWNER)).items
    await _apply(api, STATE)
    assert (await keys.every(api.control, OWNER)).items == before
