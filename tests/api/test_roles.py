"""Who may do what, cell by cell: every route by role by tenant. A route without a line here fails."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from app.api.application import create_app
from app.control import admin_keys, clients, holds, keys, projects, teams
from app.control.actor import RIGHTS, Actor, Role
from app.crypto import credentials
from tests.control.parts import OWNER, composed

pytestmark = pytest.mark.anyio
OWN, FOREIGN = "blue", "crimson"
MEANING = {"+": (200, 201, 204), "-": (403,), "0": (404,)}
# The roles in this order: owner, security admin, privacy officer, auditor; team admin of the team; team admin of another one.
# `+` it is done · `-` it is refused · `0` it does not exist, for whoever may not know of it.
CELLS = {
    "GET /providers":               "++++ ++",
    "GET /providers/{name}":        "++++ ++",
    "PUT /providers/{name}":        "++-- --",
    "DELETE /providers/{name}":     "++-- --",
    "GET /teams":                   "++++ ++",
    "POST /teams":                  "++-- --",
    "GET /teams/{name}":            "++++ +-",
    "DELETE /teams/{name}":         "++-- --",
    "GET /projects":                "++++ +-",
    "POST /projects":               "++-- +-",
    "GET /projects/{team}/{name}":  "++++ +-",
    "DELETE /projects/{team}/{name}": "++-- +-",
    "GET /clients":                 "++++ +-",
    "POST /clients":                "++-- +-",
    "GET /clients/{team}/{name}":   "++++ +-",
    "DELETE /clients/{team}/{name}": "++-- +-",
    "GET /keys":                    "++-+ +-",
    "POST /keys":                   "++-- +-",
    "GET /keys/{id}":               "++-+ +0",
    "POST /keys/{id}/rotate":       "++-- +0",
    "DELETE /keys/{id}":            "++-- +0",
    "GET /admin-keys":              "++-+ ++",
    "POST /admin-keys":             "++-- +-",
    "GET /admin-keys/{id}":         "++-+ +0",
    "POST /admin-keys/{id}/rotate": "++-- +0",
    "DELETE /admin-keys/{id}":      "++-- +0",
    "GET /policies/{team}":         "++++ +-",
    "PUT /policies/{team}":         "++-- +-",
    "GET /policies/{team}/versions": "++++ +-",
    "GET /policies/{team}/versions/{version}": "++++ +-",
    "GET /policies/{team}/diff":    "++++ +-",
    "POST /policies/{team}/rollback": "++-- +-",
    "GET /policies/schema":         "++++ ++",
    "GET /policies":                "++++ ++",
    "GET /keyring":                 "++++ --",
    "POST /keyring/rotate":         "++-- --",
    "POST /keyring/rewrap":         "++-- --",
    "POST /keyring/revoke":         "00-- --",
    "GET /retention":               "++++ +-",
    "PUT /retention/{team}/{what}": "+++- --",
    "GET /holds":                   "++++ --",
    "POST /holds":                  "+++- --",
    "POST /holds/{id}/clear":       "+++- --",
    "GET /audit":                   "++++ +-",
    "GET /audit/{id}":              "++++ +0",
    "GET /audit/key":               "++++ ++",
    "GET /audit/checkpoint":        "0000 0-",
    "GET /audit/consistency":       "0000 0-",
    "GET /audit/inclusion/{id}":    "0000 00",
    "POST /audit/export":           "0000 0-",
    "GET /receipts":                "++++ +-",
    "GET /receipts/{id}":           "0000 00",
    "POST /apply":                  "++-- +-",
    "GET /export":                  "++++ ++",
}  # fmt: skip
BODIES = {
    "PUT /providers/{name}": {"dialect": "openai", "base_url": "https://api.example.test"},
    "POST /teams": {"name": "{fresh}"},
    "POST /projects": {"team": "{team}", "name": "{fresh}"},
    "POST /clients": {"team": "{team}", "name": "{fresh}"},
    "POST /keys": {"team": "{team}"},
    "POST /keys/{id}/rotate": {"overlap_seconds": 60},
    "POST /admin-keys": {"name": "new", "role": "team_admin", "teams": ["{team}"]},
    "POST /admin-keys/{id}/rotate": {},
    "PUT /policies/{team}": {"version": 1},
    "POST /policies/{team}/rollback": {"version": "1"},
    "POST /keyring/rotate": {"sort": "index"},
    "POST /keyring/rewrap": {},
    "POST /keyring/revoke": {"sort": "index", "version": "99"},
    "PUT /retention/{team}/{what}": {"days": 30},
    "POST /holds": {"team": "{team}", "reason": "a lawsuit"},
    "POST /holds/{id}/clear": {"reason": "it is over"},
    "POST /audit/export": {"team": "{team}"},
    "POST /apply": {"version": 1, "teams": {"{team}": {"projects": {"{fresh}": {}}}}},
}
FILTERED = {"GET /retention", "GET /holds", "GET /projects", "GET /clients", "GET /keys", "GET /audit", "GET /receipts"}

TREE = {"GET /audit/checkpoint": "?tree={team}", "GET /audit/consistency": "?tree={team}&old=1&new=2"}


@dataclass
class World:
    """Two teams, an admin key for each column of the table, and what a route may be aimed at, made afresh for each cell."""

    control: object
    client: object
    tokens: list[str] = field(default_factory=list)
    count: int = 0

    def fresh(self):
        self.count += 1
        return f"n{self.count}"

    async def mint(self, role, *of):
        made = await admin_keys.create(self.control, OWNER, "test", role, of, now=datetime.now(UTC))
        return made.key

    async def target(self, route, team):
        """Return the path of something that this route may be aimed at, of that team."""
        name, now = self.fresh(), datetime.now(UTC)
        noun = route.split("/")[1]
        if noun == "providers" and "{" in route:
            await self.client.put(f"/api/v1/providers/{name}", json=BODIES["PUT /providers/{name}"], headers=self.as_(0))
        elif route == "DELETE /teams/{name}":
            name = team  # a foreign team admin must be refused for the team itself, so it is closed last
        elif noun == "teams":
            name = team
        elif noun == "projects" and "{" in route:
            await projects.create(self.control, OWNER, team, name)
        elif noun == "clients" and "{" in route:
            await clients.create(self.control, OWNER, team, name)
        elif noun == "keys" and "{" in route:
            name = (await keys.create(self.control, OWNER, team, now=now)).id
        elif noun == "admin-keys" and "{" in route:
            name = (await admin_keys.create(self.control, OWNER, "x", Role.TEAM_ADMIN, [team], now=now)).id
        elif noun == "holds" and "{" in route:
            name = str((await holds.put(self.control, OWNER, team, "x")).id)
        elif noun == "audit" and "{" in route:
            listed = await self.client.get("/api/v1/audit", params={"team": team}, headers=self.as_(0))
            name = listed.json()["items"][0]["id"]
        path = route.split()[1].replace("{name}", name).replace("{id}", name).replace("{team}", team).replace("{what}", "record")
        path = path.replace("{version}", "1") + ("?before=1" if path.endswith("/diff") else "")
        return f"/api/v1{path}" + (f"?team={team}" if route in FILTERED else TREE.get(route, "").format(team=team))

    def as_(self, column):
        return {"authorization": f"Bearer {self.tokens[column]}"}


def _filled(body, **values):
    if isinstance(body, str):
        return body.format(**values)
    if isinstance(body, list):
        return [_filled(item, **values) for item in body]
    return {_filled(name, **values): _filled(value, **values) for name, value in body.items()} if isinstance(body, dict) else body


@pytest.fixture
async def world(api):
    for team in (OWN, FOREIGN):
        await teams.create(api.control, OWNER, team)
    made = World(api.control, api.client)
    for role in (Role.OWNER, Role.SECURITY_ADMIN, Role.PRIVACY_OFFICER, Role.AUDITOR):
        made.tokens.append(await made.mint(role))
    made.tokens.append(await made.mint(Role.TEAM_ADMIN, OWN))
    return made


def _routes(app):
    paths = app.openapi()["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}" for path, item in paths.items() if path.startswith("/api/") for method in item
    }


async def test_every_route_has_its_cells_and_none_besides(api):
    assert set(CELLS) == _routes(api.app)


@pytest.mark.parametrize("route", CELLS)
async def test_each_cell(world, route):
    cells = CELLS[route].replace(" ", "")
    method = route.split()[0]
    # The last columns first: a team that the owner closes is closed for all.
    for column, cell in reversed(list(enumerate(cells))):
        tenants = (OWN, FOREIGN) if column < 4 else (OWN,) if column == 4 else (FOREIGN,)
        for team in tenants:
            path = await world.target(route, team)
            body = _filled(BODIES[route], team=team, fresh=world.fresh()) if route in BODIES else None
            answer = await world.client.request(method, path, json=body, headers=world.as_(min(column, 4)))
            assert answer.status_code in MEANING[cell], (route, list(Role)[min(column, 4)], team, answer.text)


async def test_no_list_shows_a_team_admin_anything_of_another_team(world):
    await keys.create(world.control, OWNER, FOREIGN, "crimson-bot", now=datetime.now(UTC))
    await admin_keys.create(world.control, OWNER, "x", Role.TEAM_ADMIN, [OWN, FOREIGN], now=datetime.now(UTC))
    lists = [
        route.split()[1] for route in CELLS if route.startswith("GET") and not any(part in route for part in ("{", "schema", "/audit/"))
    ]
    for path in lists:
        if CELLS[f"GET {path}"].replace(" ", "")[4] != "+":
            continue  # not for team admins at all, or not without more
        answer = await world.client.get(f"/api/v1{path}", params={"limit": 500}, headers=world.as_(4))
        assert answer.status_code == 200
        assert FOREIGN not in answer.text, path
        every = await world.client.get(f"/api/v1{path}", params={"limit": 500}, headers=world.as_(0))
        assert FOREIGN in every.text or path in {"/providers", "/receipts", "/keyring", "/audit/key"}, path


WORDS = {"texts": "canary falcon", "pattern": "canary-[0-9]{4}", "text": "canary@example.org"}
WORDY = {
    "version": 1,
    "terms": [{"name": "project", "texts": [WORDS["texts"]]}, {"name": "ticket", "pattern": WORDS["pattern"]}],
    "allow": [{"text": WORDS["text"]}],
}
SHOWING = ("/policies/{team}", "/policies/{team}/versions/2", "/policies/{team}/diff?before=1&texts=true", "/export")


async def test_the_words_of_a_policy_are_shown_to_whom_may_set_it_and_to_nobody_else(world):
    put = await world.client.put(f"/api/v1/policies/{OWN}", json=WORDY, headers=world.as_(0))
    assert put.status_code == 200
    routes = [route.split()[1] for route in CELLS if route.startswith("GET") and "{name}" not in route and "{id}" not in route]
    for column, role in enumerate(Role):
        entitled = role in {Role.OWNER, Role.SECURITY_ADMIN, Role.TEAM_ADMIN}
        for route in {*routes, *SHOWING}:
            path = route.replace("{team}", OWN).replace("{version}", "2") + ("?before=1" if route.endswith("/diff") else "")
            answer = await world.client.get(f"/api/v1{path}", params={"team": OWN} if "?" not in path else None, headers=world.as_(column))
            assert answer.status_code == (403 if "texts=true" in path and not entitled else answer.status_code)
            shown = [word for word in WORDS.values() if word in answer.text]
            assert shown == (list(WORDS.values()) if entitled and (route in SHOWING or "{version}" in route) else []), (role, route)


async def test_a_policy_whose_words_are_hidden_is_read_and_never_published(world):
    await world.client.put(f"/api/v1/policies/{OWN}", json=WORDY, headers=world.as_(0))
    seen = (await world.client.get(f"/api/v1/policies/{OWN}", headers=world.as_(3))).json()
    assert [term["name"] for term in seen["document"]["terms"]] == ["project", "ticket"]
    for document in (seen["document"], {**seen["document"], "terms": []}):
        refused = await world.client.put(f"/api/v1/policies/{OWN}", json=document, headers=world.as_(0))
        assert refused.status_code == 422, refused.text
        assert "hidden" in refused.json()["detail"]
    # What an auditor exported leaves the policy as it is when somebody applies it.
    exported = (await world.client.get("/api/v1/export", headers=world.as_(3))).json()
    assert "policy" not in exported["teams"][OWN]
    assert "policy" in exported["teams"][FOREIGN]
    applied = await world.client.post("/api/v1/apply", json=exported, headers=world.as_(0))
    assert applied.json()["changes"] == []
    now = (await world.client.get(f"/api/v1/policies/{OWN}", headers=world.as_(4))).json()
    assert now["version"] == seen["version"]
    assert now["document"]["terms"][0]["texts"] == [WORDS["texts"]]


async def test_a_foreign_team_and_one_that_nobody_made_look_the_same(world):
    for route in (route for route in CELLS if "{team}" in route or route in FILTERED or route == "GET /teams/{name}"):
        method, path = route.split()
        body = _filled(BODIES[route], team="T", fresh="x") if route in BODIES else None
        answers = []
        for team in (FOREIGN, "nobody"):
            aim = (
                path.replace("{version}", "1")
                .replace("{what}", "record")
                .replace("{team}", team)
                .replace("{name}", "x" if "{team}" in path else team)
            )
            asked = await world.client.request(
                method, f"/api/v1{aim}", json=body, params={"team": team, "before": "1"}, headers=world.as_(4)
            )
            answers.append((asked.status_code, asked.text))
        assert answers[0] == answers[1], route
        assert answers[0][0] == 403


GRANTS = {
    Role.OWNER: set(Role),
    Role.SECURITY_ADMIN: set(Role) - {Role.OWNER},
    Role.PRIVACY_OFFICER: set(),
    Role.AUDITOR: set(),
    Role.TEAM_ADMIN: {Role.TEAM_ADMIN},
}


async def test_nobody_makes_rotates_or_ends_a_key_that_may_more(world):
    now = datetime.now(UTC)
    for column, role in enumerate(Role):
        for granted in Role:
            of = [OWN] if granted is Role.TEAM_ADMIN else []
            made = await world.client.post(
                "/api/v1/admin-keys", json={"name": "x", "role": granted, "teams": of}, headers=world.as_(column)
            )
            assert made.status_code == (201 if granted in GRANTS[role] else 403), (role, granted)
            for method, path in (("POST", "/rotate"), ("DELETE", "")):
                there = await admin_keys.create(world.control, OWNER, "x", granted, of, now=now)
                done = await world.client.request(
                    method, f"/api/v1/admin-keys/{there.id}{path}", json={} if path else None, headers=world.as_(column)
                )
                assert (done.status_code < 300) == (granted in GRANTS[role]), (role, granted, method)
                assert done.status_code in {201, 204, 403, 404}
    wider = {"name": "x", "role": "team_admin", "teams": [OWN, FOREIGN]}
    assert (await world.client.post("/api/v1/admin-keys", json=wider, headers=world.as_(4))).status_code == 403


def test_what_is_granted_is_never_more_than_the_granter_has():
    for role, granted in GRANTS.items():
        for other in granted:
            assert RIGHTS[other] <= RIGHTS[role]


async def test_a_key_that_ends_makes_none_that_ends_later(world):
    now = datetime.now(UTC)
    short = await admin_keys.create(world.control, OWNER, "short", Role.OWNER, now=now, expires_at=now + timedelta(hours=1))
    headers = {"authorization": f"Bearer {short.key}"}
    body = {"name": "x", "role": "auditor"}
    for until, status in ((None, 403), (now + timedelta(hours=2), 403), (now + timedelta(minutes=30), 201)):
        given = {**body, "expires_at": until.isoformat()} if until else body
        assert (await world.client.post("/api/v1/admin-keys", json=given, headers=headers)).status_code == status
    rotated = await world.client.post(f"/api/v1/admin-keys/{short.id}/rotate", json={}, headers=headers)
    assert rotated.status_code == 201
    shown = await world.client.get(f"/api/v1/admin-keys/{rotated.json()['id']}", headers=headers)
    assert datetime.fromisoformat(shown.json()["expires_at"]) <= now + timedelta(hours=1)


async def test_the_actor_is_what_the_key_says(database_url):
    async with composed(database_url) as control:
        await teams.create(control, OWNER, OWN)
        made = await admin_keys.create(control, OWNER, "lead", Role.TEAM_ADMIN, [OWN], now=datetime.now(UTC))
        actor = await admin_keys.authenticate(control, made.key)
        assert actor == Actor(credentials.parse(made.key).id, "lead", Role.TEAM_ADMIN, frozenset({OWN}))
        assert create_app(control, lambda: None)
