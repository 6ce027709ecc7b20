"""The admin API over HTTP: what each route takes and answers, and what it refuses in which shape."""

import json
import logging

import pytest

from app.control import teams
from app.crypto import credentials
from app.errors import LedgerUnavailable

pytestmark = pytest.mark.anyio
CANARY = "sk-canary-9f31ab77"
FAULTS = (
    ("teams", {"name": CANARY.upper()}, "body.name"),
    ("teams", {"name": "a", "nmae": CANARY}, "body.nmae"),
    ("teams", {"name": "a", f"{CANARY} and more": 1}, "body.?"),
    ("teams", [CANARY], "body"),
    ("keys", {"team": "a", "asserts_users": CANARY}, "body.asserts_users"),
    ("keys", {"team": "a", "expires_at": "2031-01-01T00:00:00"}, "body.expires_at"),
)


def _problem(answer, status, code):
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"docs/errors.md#{code}")
    assert answer.headers["cache-control"] == "no-store"
    return body


async def test_a_team_its_keys_and_its_policy(api):
    made = await api.client.post("/api/v1/teams", json={"name": "blue"})
    assert made.status_code == 201
    assert made.json()["name"] == "blue"
    assert [team["name"] for team in (await api.client.get("/api/v1/teams")).json()["items"]] == ["blue"]
    _problem(await api.client.post("/api/v1/teams", json={"name": "blue"}), 409, "hushgate_conflict")

    key = await api.client.post("/api/v1/keys", json={"team": "blue"})
    assert key.status_code == 201
    assert key.json().keys() == {"id", "key"}
    parsed = credentials.parse(key.json()["key"])
    assert parsed.id == key.json()["id"]
    listed = await api.client.get("/api/v1/keys", params={"team": "blue"})
    assert parsed.secret not in listed.text
    assert [(k["id"], k["client"], k["revoked_at"]) for k in listed.json()["items"]] == [(parsed.id, "default", None)]
    revoked = await api.client.delete(f"/api/v1/keys/{parsed.id}")
    assert (revoked.status_code, revoked.content) == (204, b"")
    assert (await api.client.get("/api/v1/keys")).json()["items"][0]["revoked_at"]
    _problem(await api.client.delete("/api/v1/keys/nope"), 404, "hushgate_not_found")
    _problem(await api.client.post("/api/v1/keys", json={"team": "red"}), 404, "hushgate_not_found")

    policy = (await api.client.get("/api/v1/policies/blue")).json()
    assert (policy["serial"], policy["document"]["version"]) == (1, 1)
    document = {"version": 1, "terms": [{"name": "project", "texts": ["Blue Falcon"]}]}
    put = await api.client.put("/api/v1/policies/blue", json=document, headers={"if-match": f'"{policy["version"]}"'})
    assert (put.status_code, put.json()["serial"], put.json()["changed"]) == (200, 2, True)
    stale = await api.client.put("/api/v1/policies/blue", json={"version": 1}, headers={"if-match": f'"{policy["version"]}"'})
    _problem(stale, 409, "hushgate_conflict")
    assert [v["serial"] for v in (await api.client.get("/api/v1/policies/blue/versions")).json()["items"]] == [2, 1]
    faulty = await api.client.put("/api/v1/policies/blue", json={"version": 1, "rules": [{"entities": ["*"], "action": CANARY}]})
    assert _problem(faulty, 422, "hushgate_invalid")["where"] == "rules.0.action"
    assert CANARY not in faulty.text

    audit = (await api.client.get("/api/v1/audit", params={"team": "blue", "limit": 2})).json()
    assert [entry["verdict"] for entry in audit["items"]] == ["policy.set", "key.revoke"]
    assert audit["items"][0]["client"] == api.key.id
    rest = (await api.client.get("/api/v1/audit", params={"team": "blue", "cursor": audit["next"]})).json()
    assert [entry["verdict"] for entry in rest["items"]] == ["key.create", "team.create"]
    assert rest["next"] is None


async def test_a_provider_and_its_credential(api):
    body = {"dialect": "openai", "base_url": "https://api.example.test/v1", "credential": CANARY, "terms": {"retention": "none"}}
    made = await api.client.put("/api/v1/providers/mine", json=body)
    assert made.status_code == 200
    assert made.json() == (await api.client.get("/api/v1/providers/mine")).json()
    assert made.json()["credential_set"] is True
    del body["credential"]
    assert (await api.client.put("/api/v1/providers/mine", json=body)).json()["credential_set"] is True
    assert (await api.client.put("/api/v1/providers/mine", json={**body, "credential": None})).json()["credential_set"] is False
    assert len((await api.client.get("/api/v1/providers")).json()["items"]) == 1
    _problem(await api.client.get("/api/v1/providers/nope"), 404, "hushgate_not_found")
    _problem(await api.client.put("/api/v1/providers/sandbox", json=body), 422, "hushgate_invalid")


async def test_without_a_good_admin_key_nothing_is_read_or_told(api):
    gateway = credentials.mint(credentials.Prefix.GATEWAY)
    for header in ("", "Bearer", "Bearer x", f"Basic {api.key.text}", api.key.text, f"Bearer {gateway.text}", f"Bearer {api.key.text}x"):
        for path in ("/api/v1/teams", "/api/v1/nope"):
            # A body that is not even JSON: a stranger's body is not looked at.
            answer = await api.client.post(path, content=b"{", headers={"authorization": header})
            _problem(answer, 401, "hushgate_unauthenticated")
            assert answer.headers["www-authenticate"] == "Bearer"
            assert api.key.id not in answer.text
    answer = await api.client.get("/api/v1/teams", headers={"authorization": f"bearer  {api.key.text}"})
    assert answer.status_code == 200


async def test_health_and_interface_are_open(api):
    stranger = {"authorization": ""}
    assert (await api.client.get("/healthz", headers=stranger)).json() == {"status": "ok"}
    assert (await api.client.get("/readyz", headers=stranger)).status_code == 200
    api.ready = False
    answer = await api.client.get("/readyz", headers=stranger)
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})
    assert (await api.client.get("/openapi.json", headers=stranger)).json()["openapi"]
    for path in ("/docs", "/redoc"):  # their pages load scripts from elsewhere
        assert (await api.client.get(path)).status_code == 404


async def test_what_is_not_the_document_is_refused(api):
    json_type = {"content-type": "application/json"}
    _problem(await api.client.post("/api/v1/teams", content=b'{"name":', headers=json_type), 400, "hushgate_bad_document")
    _problem(await api.client.post("/api/v1/teams", content=b'{"name":"a","name":"b"}', headers=json_type), 400, "hushgate_bad_document")
    _problem(await api.client.post("/api/v1/teams", content=b"[" * 5000, headers=json_type), 400, "hushgate_bad_document")
    _problem(
        await api.client.post("/api/v1/teams", content=b'{"name":"a"}', headers={"content-type": "text/plain"}),
        415,
        "hushgate_content_type",
    )
    _problem(await api.client.post("/api/v1/teams", content=b" " * (1024 * 1024 + 1), headers=json_type), 413, "hushgate_too_large")
    _problem(await api.client.post("/api/v1/teams"), 422, "hushgate_invalid")
    _problem(await api.client.get("/api/v1/audit", params={"limit": "501"}), 422, "hushgate_invalid")
    _problem(await api.client.get("/api/v1/audit", params={"cursor": "x"}), 422, "hushgate_invalid")
    _problem(await api.client.get("/api/v1/receipts/x"), 404, "hushgate_not_found")
    _problem(await api.client.get("/api/v1/nope"), 404, "hushgate_not_found")
    wrong = await api.client.patch("/api/v1/teams", json={})
    _problem(wrong, 405, "hushgate_not_found")
    assert wrong.headers["allow"]


async def test_a_validation_error_names_the_place_and_never_the_input(api):
    for path, body, where in FAULTS:
        answer = await api.client.post(f"/api/v1/{path}", json=body)
        assert _problem(answer, 422, "hushgate_invalid")["where"] == where
        assert CANARY.lower() not in answer.text.lower()


async def test_a_database_that_is_gone_is_503_and_may_be_tried_again(api, monkeypatch):
    async def gone(*_):
        raise LedgerUnavailable("the database cannot be reached")

    monkeypatch.setattr(teams, "every", gone)
    answer = await api.client.get("/api/v1/teams")
    _problem(answer, 503, "hushgate_ledger_unavailable")
    assert answer.headers["retry-after"]


async def test_a_fault_of_ours_tells_nothing(api, monkeypatch, caplog):
    async def broken(*_):
        raise RuntimeError(CANARY)

    monkeypatch.setattr(teams, "every", broken)
    with caplog.at_level(logging.DEBUG):
        answer = await api.client.get("/api/v1/teams")
    _problem(answer, 500, "hushgate_internal")
    assert "RuntimeError" in caplog.text
    assert "broken" in caplog.text
    assert CANARY not in answer.text + caplog.text


async def test_no_answer_and_no_log_ever_holds_a_credential(api, caplog):
    """The canary stands in every place where a caller can put it; only its own database row may hold it, sealed."""
    provider = {"dialect": "openai", "base_url": "https://api.example.test", "credential": CANARY}
    texts = []
    with caplog.at_level(logging.DEBUG):
        for name, body in (
            ("mine", provider),
            ("mine", {**provider, "base_url": f"https://{CANARY}@x.test"}),
            ("mine", {**provider, "dialect": CANARY}),
            ("mine", {**provider, "credential": [CANARY]}),
            ("mine", {**provider, "credential": f"{CANARY}\n"}),
            ("mine", {**provider, "allow_private": CANARY}),
            ("mine", {**provider, "secret": CANARY}),
            (CANARY.upper(), provider),
        ):
            texts.append((await api.client.put(f"/api/v1/providers/{name}", json=body)).text)
        for method, path in (
            ("GET", "providers"),
            ("GET", "providers/mine"),
            ("GET", "audit"),
            ("GET", "keys"),
            ("GET", f"audit?cursor={CANARY}"),
            ("GET", f"audit?limit={CANARY}"),
            ("GET", f"receipts/{CANARY}"),
            ("GET", f"policies/{CANARY}"),
            ("DELETE", f"keys/{CANARY}"),
            ("POST", CANARY),
        ):
            texts.append((await api.client.request(method, f"/api/v1/{path}")).text)
        for document in ({"version": CANARY}, {"version": 1, "terms": [{"name": "x", "pattern": f"({CANARY}"}]}, CANARY, [CANARY]):
            answer = await api.client.put("/api/v1/policies/default", json=document)
            texts.append(answer.text)
    ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "asyncio")))
    everything = "\n".join([*texts, ours]).lower()
    assert CANARY not in everything
    assert api.key.secret.lower() not in everything


async def test_the_interface_documents_its_problems(api):
    document = (await api.client.get("/openapi.json")).json()
    routes = {path: item for path, item in document["paths"].items() if path.startswith("/api/")}
    assert {path.split("/")[3] for path in routes} == {
        "providers",
        "teams",
        "projects",
        "clients",
        "keys",
        "admin-keys",
        "policies",
        "audit",
        "receipts",
        "apply",
        "export",
        "holds",
        "keyring",
        "retention",
    }
    for path, item in routes.items():
        for method, operation in item.items():
            for status in ("400", "401", "403", "413", "415", "422", "500", "503"):
                content = operation["responses"][status]["content"]
                assert list(content) == ["application/problem+json"], (method, path, status)
            if "{" in path and method != "put":
                assert "404" in operation["responses"], (method, path)
            assert operation["security"] == [{"admin key": []}], (method, path)
            assert operation["summary"]
    problem = document["components"]["schemas"]["Problem"]
    assert {"type", "title", "status", "detail", "code"} <= set(problem["required"])
    assert "HTTPValidationError" not in json.dumps(document)


async def test_a_term_names_its_place(api):
    await api.client.post("/api/v1/teams", json={"name": "blue"})
    answer = await api.client.put("/api/v1/policies/blue", json={"version": 1, "terms": [{"name": "x", "pattern": "(?=y)"}]})
    assert _problem(answer, 422, "hushgate_invalid")["where"] == "terms.0.pattern"


async def test_every_fault_of_a_policy_is_told_with_line_and_column(api):
    await api.client.post("/api/v1/teams", json={"name": "blue"})
    body = f'{{"version": 1,\n "rules": [{{"entities": [],\n  "action": "{CANARY}"}}],\n "{CANARY} x": 1}}'
    answer = await api.client.put("/api/v1/policies/blue", content=body, headers={"content-type": "application/json"})
    problem = _problem(answer, 422, "hushgate_invalid")
    assert [(fault["where"], fault["line"], fault["column"]) for fault in problem["faults"]] == [
        ("rules.0.entities", 2, 13),
        ("rules.0.action", 3, 3),
        ("?", 4, 2),
    ]
    assert CANARY not in answer.text


async def test_a_policy_is_compared_rolled_back_and_described(api):
    await api.client.post("/api/v1/teams", json={"name": "blue"})
    await api.client.put("/api/v1/policies/blue", json={"version": 1, "terms": [{"name": "x", "texts": [CANARY]}]})
    diff = await api.client.get("/api/v1/policies/blue/diff", params={"before": "1"})
    assert [one["path"] for one in diff.json()["differences"]] == ["terms.0"]
    assert CANARY not in diff.text
    assert CANARY in (await api.client.get("/api/v1/policies/blue/diff", params={"before": "1", "texts": "true"})).text
    back = (await api.client.post("/api/v1/policies/blue/rollback", json={"version": "1"})).json()
    assert (back["serial"], back["document"]["terms"]) == (3, [])
    assert (await api.client.get("/api/v1/policies/blue/versions/2")).json()["serial"] == 2
    _problem(await api.client.get("/api/v1/policies/blue/versions/9"), 404, "hushgate_not_found")
    assert (await api.client.get("/api/v1/policies/schema")).json()["title"] == "PolicyDocument"
