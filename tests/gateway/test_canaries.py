"""Values never print: canaries in every field of hundreds of requests, then a search of everything that the gateway wrote or said.

Said to whom it is due, the answer to its own caller, a value may stand; anywhere else it may not: logs, metrics, traces, errors,
records and receipts, temporary files, the database and the log of its server.
"""

import copy
import itertools
import json
from pathlib import Path

import pytest

from app.gateway.routes import DIALECTS as LISTED
from tests.gateway.test_traces import Collector
from tests.gateway_process import DIALECTS, Canaries, ask, eventually, world
from tests.upstream import begun, echo, redirect, whole

SCHEMA = {"type": "object", "properties": {"to": {"type": "string", "description": "who", "enum": ["a"], "pattern": "^x$"}}}
RICH = {
    "openai": {
        "messages": [
            {"role": "system", "content": "be brief", "name": "boss"},
            {"role": "user", "content": [{"type": "text", "text": "hello", "unlisted": "x"}]},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "send", "arguments": '{"to": ["x", 1]}'}}],
            },
            {"role": "tool", "tool_call_id": "c1", "content": '{"result": "fine"}'},
            {"role": "user", "content": "go on"},
        ],
        "tools": [{"type": "function", "function": {"name": "send", "description": "sends", "parameters": SCHEMA}}],
        "stop": ["END"],
        "user": "user-1",
        "metadata": {"case": "77"},
        "seed": 7,
        "tomorrow": {"field": ["unknown"]},
    },
    "anthropic": {
        "max_tokens": 100,
        "system": [{"type": "text", "text": "be brief"}],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "hello", "unlisted": "x"}]},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "send", "input": {"to": ["x"], "n": 12345678}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "fine"}]}]},
            {"role": "user", "content": "go on"},
        ],
        "tools": [{"name": "send", "description": "sends", "input_schema": SCHEMA}],
        "metadata": {"user_id": "device-1"},
        "stop_sequences": ["END"],
        "tomorrow": {"field": ["unknown"]},
    },
}
HEADERS = ("x-hushgate-user", "x-hushgate-purpose", "x-hushgate-conversation", "x-hushgate-mode", "x-hushgate-allow", "x-hushgate-restore")
HEADERS += ("authorization", "x-api-key", "x-hushgate-key", "user-agent", "cookie", "content-type", "x-unknown", "traceparent", "accept")
HEADERS += tuple(sorted({name for dialect in LISTED.values() for name in dialect.headers}))


def planted(value, canary):
    """Yield copies of `value` with the canary in one leaf, one key, or one more field."""
    if isinstance(value, dict):
        yield {**value, "one_more": canary}
        for key, child in value.items():
            yield {(canary if name == key else name): inner for name, inner in value.items()}
            yield from ({**value, key: changed} for changed in planted(child, canary))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from ([*value[:index], changed, *value[index + 1 :]] for changed in planted(child, canary))
    else:
        yield canary


def requests(canaries):
    """Every request as (dialect, document or bytes, options)."""
    for dialect in DIALECTS:
        rich = {**ask(dialect, ""), **copy.deepcopy(RICH[dialect])}
        for number, document in enumerate(planted(rich, canaries.text)):
            yield dialect, {**document, "stream": True} if number % 3 == 0 else document, {}
        for value in (canaries.email, canaries.key, int(canaries.card)):
            yield from ((dialect, document, {}) for document in itertools.islice(planted(rich, value), 0, None, 3))
        for name in HEADERS:
            yield from ((dialect, ask(dialect, "x"), {"headers": {name: value}}) for value in (canaries.email, canaries.key))
        for value in (canaries.email, canaries.key, canaries.card):
            yield dialect, ask(dialect, "x"), {"params": {"q": value}}
            yield dialect, ask(dialect, "x"), {"params": {value: "q", "key": value}}
            yield dialect, ask(dialect, "x"), {"path": f"/{value}"}
            yield dialect, ask(dialect, "x"), {"provider": value}
            yield dialect, f'{{"model": "m", "messages": "{value}"'.encode(), {}
            yield dialect, f'{{"{value}": 1, "{value}": 2}}'.encode(), {}
            yield dialect, f'["{value}"]'.encode(), {}
            yield dialect, value.encode(), {"headers": {"content-type": "text/plain"}}
        yield dialect, json.dumps(ask(dialect, canaries.text)).encode().replace(b"hello", b"\xff") + canaries.email.encode(), {}


def complaint(talk):
    """A provider that quotes what it does not like."""
    whole(json.dumps({"error": {"message": f"bad: {json.dumps(talk.request.document)[:2000]}", "type": "x"}}).encode(), 400)(talk)


@pytest.fixture(scope="module")
def searched(postgres, tmp_path_factory):
    """Send everything; return how many, the canaries, and by name whatever was written or said to others."""
    canaries = Canaries.fresh()
    scripts = itertools.cycle([echo, echo, complaint, begun(2, lambda talk: talk.close()), whole(b"garbage"), redirect])
    home = tmp_path_factory.mktemp("canaries") / "home"
    with (
        Collector() as collector,
        world(postgres, home, HUSHGATE_OTEL_ENDPOINT=f"http://127.0.0.1:{collector.server_address[1]}") as running,
    ):
        errors, statuses = [], []
        for dialect, document, options in requests(canaries):
            running.upstream.script = next(scripts)
            answer = running.post(dialect, document, **options)
            statuses.append(answer.status)
            if b"hushgate_" in answer.body or answer.status in {404, 405}:
                errors.append(answer.body + repr(answer.headers).encode())
        api = {"headers": {"authorization": f"Bearer {running.first['admin_key']}"}}
        admin = running.first["admin_url"]
        for path in ("teams", "keys", f"policies/{canaries.email}", f"providers/{canaries.key}", f"receipts/{canaries.card}"):
            for method in ("POST", "PUT", "GET"):
                said = running.http.request(
                    method, f"{admin}/api/v1/{path}", json={canaries.email: canaries.key, "name": [canaries.card]}, **api
                )
                errors.append(said.content + repr(said.headers).encode())
        audit = running.http.get(f"{admin}/api/v1/audit?team=default&limit=500", **api)
        assert audit.status_code == 200
        receipts = [running.http.get(f"{admin}/api/v1/receipts/{row['exchange']}", **api).content for row in audit.json()["items"][:40]]
        metrics = running.http.get(f"{admin}/metrics").content
        upstream = running.upstream.record
        running.stop()
        eventually(lambda: collector.bodies, what="no trace was sent")
        folder = Path(running.sql("SHOW data_directory")[0][0]).parent
        places = {
            "errors": b"".join(errors),
            "metrics": metrics,
            "traces": b"".join(collector.bodies),
            "records": audit.content,
            "receipts": b"".join(receipts),
            "files": b"".join(content for _, content in running.files()),
            "log": running.log,
            "database": running.dump(),
            "log of Postgres": (folder / "server.log").read_bytes(),
            "provider": upstream,
        }
    return len(statuses), canaries, statuses, places


def test_there_are_enough_of_them_and_they_end_in_every_way(searched):
    count, _, statuses, _ = searched
    print(f"canaries: {count} requests, statuses { ({status: statuses.count(status) for status in sorted(set(statuses))}) }")
    assert count >= 300
    assert {200, 400, 401, 404, 415, 502} <= set(statuses)


@pytest.mark.parametrize(
    "place",
    ["errors", "metrics", "traces", "records", "receipts", "files", "log", "database", "log of Postgres", "provider"],
)
def test_no_canary_is_found(searched, place):
    _, canaries, _, places = searched
    assert len(places[place]) > 100  # the search looked at something
    print(f"canaries: 0 in {len(places[place])} bytes of {place}")
    assert not canaries.within(places[place])
