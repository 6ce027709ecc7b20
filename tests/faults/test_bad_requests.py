"""What the caller does wrong: refused in the dialect's shape before a byte leaves, and nothing of it is printed."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.gateway_process import DIALECTS, PATHS, ask, assert_refused, promptly

each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def deep(text, levels):
    return b'{"model":"m","messages":' + b"[" * levels + json.dumps(text).encode() + b"]" * levels + b"}"


BODIES = {
    "malformed": (lambda t: json.dumps(ask("openai", t)).encode()[:-2], 400, "hushgate_bad_document", None),
    "trailing": (lambda t: json.dumps(ask("openai", t)).encode() + b"{}", 400, "hushgate_bad_document", None),
    "single-quotes": (lambda t: str(ask("openai", t)).encode(), 400, "hushgate_bad_document", None),
    "nan": (lambda t: b'{"model":"m","temperature":NaN,"user":' + json.dumps(t).encode() + b"}", 400, "hushgate_bad_document", None),
    "not-utf8": (lambda t: json.dumps(ask("openai", t)).encode() + b"\xff", 400, "hushgate_bad_document", None),
    "utf16": (lambda t: json.dumps(ask("openai", t)).encode("utf-16"), 400, "hushgate_bad_document", None),
    "duplicate-keys": (lambda t: b'{"model":"m","user":"x","user":' + json.dumps(t).encode() + b"}", 400, "hushgate_bad_document", None),
    "duplicate-keys-escaped": (
        lambda t: b'{"model":"m","user":"x","\\u0075ser":' + json.dumps(t).encode() + b"}",
        400,
        "hushgate_bad_document",
        None,
    ),
    "duplicate-keys-nested": (
        lambda t: b'{"model":"m","messages":[{"role":"user","content":"x","content":' + json.dumps(t).encode() + b"}]}",
        400,
        "hushgate_bad_document",
        None,
    ),
    "empty": (lambda _t: b"", 400, "hushgate_bad_document", "body"),
    "array": (lambda t: json.dumps([ask("openai", t)]).encode(), 400, "hushgate_bad_document", "body"),
    "string": (lambda t: json.dumps(t).encode(), 400, "hushgate_bad_document", "body"),
    "null": (lambda _t: b"null", 400, "hushgate_bad_document", "body"),
    "too-deep": (lambda t: deep(t, 130), 400, "hushgate_bad_document", None),
    "absurdly-deep": (lambda t: deep(t, 60_000), 400, "hushgate_bad_document", None),
    "huge-number": (
        lambda t: b'{"model":"m","n":' + b"9" * 5000 + b',"user":[' + json.dumps(t).encode() + b"}",
        400,
        "hushgate_bad_document",
        None,
    ),
    "no-model": (lambda t: json.dumps({"messages": [{"role": "user", "content": t}]}).encode(), 400, "hushgate_bad_document", "model"),
    "model-is-text": (lambda t: json.dumps(ask("openai", t, model=t)).encode(), 400, "hushgate_bad_document", "model"),
    "model-is-object": (lambda t: json.dumps(ask("openai", t, model={"a": t})).encode(), 400, "hushgate_bad_document", "model"),
    "too-large": (lambda t: json.dumps(ask("openai", t * 4000)).encode(), 413, "hushgate_too_large", "body"),
}


@each_dialect
@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_cannot_be_read_whole_is_refused(gateway, canaries, dialect, case):
    build, status, code, where = BODIES[case]
    answer = gateway.post(dialect, build(canaries.text))
    assert_refused(answer, dialect, status, code, where=where)
    assert gateway.sql("SELECT verdict FROM record WHERE exchange = %s", answer.headers["x-hushgate-receipt"]) == [(code,)]
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_a_body_over_the_limit_that_was_not_announced_is_refused(gateway, canaries, dialect):
    def pieces():
        yield b'{"model":"m","messages":[{"role":"user","content":"'
        for _ in range(40):
            yield canaries.text.encode() * 100

    answer = gateway.post(dialect, pieces())
    assert_refused(answer, dialect, 413, "hushgate_too_large", where="body")
    gateway.assert_invariants(canaries, answer)


TYPES = {
    "text": {"content-type": "text/plain"},
    "none": {"content-type": None},
    "form": {"content-type": "application/x-www-form-urlencoded"},
    "multipart": {"content-type": "multipart/form-data; boundary=x"},
    "charset": {"content-type": "application/json; charset=utf-16"},
    "almost": {"content-type": "application/jsonp"},
    "gzip": {"content-encoding": "gzip"},
    "zstd": {"content-encoding": "zstd"},
    "several": {"content-encoding": "gzip, identity"},
}


@each_dialect
@pytest.mark.parametrize("case", TYPES)
def test_another_content_type_or_encoding_is_refused(gateway, canaries, dialect, case):
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers=TYPES[case])
    assert_refused(answer, dialect, 415, "hushgate_content_type", where=next(iter(TYPES[case])))
    gateway.assert_invariants(canaries, answer)


@each_dialect
@pytest.mark.parametrize("sort", ["application/json;charset=utf-8", 'APPLICATION/JSON ; charset="UTF-8"', "application/json"])
def test_spellings_of_json_are_accepted(gateway, canaries, dialect, sort):
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers={"content-type": sort, "content-encoding": "identity"})
    assert answer.text == canaries.text


FOREIGN = "hg_0123456789abcdef_" + "A" * 43
KEYS = {
    "missing": lambda _w: None,
    "empty": lambda _w: "Bearer",
    "malformed": lambda _w: "Bearer hg_short",
    "provider's": lambda _w: "Bearer sk-live-123",
    "foreign": lambda _w: f"Bearer {FOREIGN}",
    "wrong-secret": lambda w: f"Bearer {w.key[:-1]}{'A' if w.key[-1] != 'A' else 'B'}",
    "wrong-case": lambda w: f"Bearer {w.key.swapcase()}",
    "trailing": lambda w: f"Bearer {w.key}x",
    "basic": lambda w: f"Basic {w.key}",
    "admin": lambda w: f"Bearer {w.first['admin_key']}",
}


@each_dialect
@pytest.mark.parametrize("case", KEYS)
def test_a_key_that_is_not_ours_is_refused(gateway, canaries, dialect, case):
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers={"authorization": KEYS[case](gateway)})
    assert_refused(answer, dialect, 401, "hushgate_unauthenticated", receipt=False)
    assert "x-hushgate-receipt" not in answer.headers
    assert gateway.key.encode() not in answer.body
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_a_revoked_key_is_refused_within_a_second(gateway, canaries, dialect):
    headers = {}

    def revoked():
        made = gateway.admin("POST", "keys", {"team": "default"})
        headers["authorization"] = f"Bearer {made['key']}"
        assert gateway.post(dialect, ask(dialect, "hello"), headers=headers).status == 200
        gateway.admin("DELETE", f"keys/{made['id']}")
        return lambda: gateway.post(dialect, ask(dialect, "hello"), headers=headers).status == 401

    promptly(revoked)
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers=headers)
    assert_refused(answer, dialect, 401, "hushgate_unauthenticated", receipt=False)
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_an_expired_key_is_refused(gateway, canaries, dialect):
    soon = (datetime.now(UTC) + timedelta(seconds=0.3)).isoformat()
    made = gateway.admin("POST", "keys", {"team": "default", "expires_at": soon})
    headers = {"authorization": f"Bearer {made['key']}"}
    while (answer := gateway.post(dialect, ask(dialect, "hello"), headers=headers)).status == 200:
        pass
    assert_refused(answer, dialect, 401, "hushgate_unauthenticated", receipt=False)
    gateway.assert_invariants(canaries, answer)


ROUTES = {
    "unknown-route": ("POST", "/v1/unheard-of"),
    "nested-route": ("POST", "/v1/v1/chat/completions"),
    "trailing-slash": ("POST", "/v1/messages/"),
    "doubled-slash": ("POST", "//v1/messages"),
    "encoded": ("POST", "/v1%2Fmessages%2F"),
    "other-dialect": ("POST", None),
    "patch": ("PATCH", ""),
    "put": ("PUT", ""),
    "delete": ("DELETE", ""),
}


@each_dialect
@pytest.mark.parametrize("case", ROUTES)
def test_an_unknown_route_or_method_is_refused(gateway, canaries, dialect, case):
    method, path = ROUTES[case]
    other = PATHS["anthropic" if dialect == "openai" else "openai"]
    path = other if path is None else path or PATHS[dialect]
    answer = gateway.post(dialect, ask(dialect, canaries.text), method=method, path=path)
    assert_refused(answer, dialect, 404, "hushgate_not_found", where="path", receipt=False)
    gateway.assert_invariants(canaries, answer)


@each_dialect
@pytest.mark.parametrize("name", ["nobody", "..", "OPENAI", "sandbox", "hushgate"])
def test_an_unknown_provider_is_refused_in_the_shape_of_the_route(gateway, canaries, dialect, name):
    answer = gateway.post(dialect, ask(dialect, canaries.text), provider=name)
    assert_refused(answer, dialect, 404, "hushgate_not_found", where="path", receipt=False)
    gateway.assert_invariants(canaries, answer)


@each_dialect
@pytest.mark.parametrize("case", ["unlisted", "listed-name-with-a-value"])
def test_a_query_that_nothing_inspects_is_refused(gateway, canaries, dialect, case):
    name = "beta" if case != "unlisted" else "debug"
    answer = gateway.post(dialect, ask(dialect, "hello"), params={name: canaries.email})
    assert answer.status == 400
    code = "hushgate_policy_blocked" if name == "beta" and dialect == "anthropic" else "hushgate_bad_header"
    assert_refused(answer, dialect, 400, code, where="query")
    gateway.assert_invariants(canaries, answer)


@each_dialect
@pytest.mark.parametrize(
    ("header", "value", "status", "code"),
    [
        ("x-hushgate-mode", "monitor", 403, "hushgate_not_admitted"),
        ("x-hushgate-mode", "off", 400, "hushgate_bad_header"),
        ("x-hushgate-allow", "EMAIL_ADDRESS", 403, "hushgate_not_admitted"),
        ("x-hushgate-allow", "everything", 400, "hushgate_bad_header"),
    ],
)
def test_a_header_that_loosens_the_policy_is_refused(gateway, canaries, dialect, header, value, status, code):
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers={header: value})
    assert_refused(answer, dialect, status, code, where=header)
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_a_model_that_the_policy_does_not_admit_is_refused(gateway, canaries, dialect):
    made = gateway.admin("POST", "teams", {"name": f"narrow-{dialect}"})
    gateway.admin("PUT", f"policies/{made['name']}", {"version": 1, "models": ["only-*"]})
    key = gateway.admin("POST", "keys", {"team": made["name"]})["key"]
    headers = {"authorization": f"Bearer {key}"}
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers=headers)
    assert_refused(answer, dialect, 403, "hushgate_not_admitted", where="model")
    assert gateway.post(dialect, ask(dialect, canaries.text, model="only-this"), headers=headers).text == canaries.text
    gateway.assert_invariants(canaries, answer)


HUGE = "9" * 5000  # more digits than Python makes an int of
SCHEMA = '{"type":"object","properties":{"to":{"type":"string","maxLength":HUGE}}}'.replace("HUGE", HUGE)
NUMBERS = {
    "openai": (
        ask("openai", "TEXT", annotations=[{"type": "url_citation", "url_citation": {"start_index": "HUGE", "end_index": "HUGE"}}]),
        ask("openai", "TEXT", tools=[{"type": "function", "function": {"name": "f", "strict": True, "parameters": "SCHEMA"}}]),
    ),
    "anthropic": (
        ask("anthropic", [{"type": "text", "text": "TEXT", "citations": [{"type": "char_location", "document_index": "HUGE"}]}]),
        ask("anthropic", [
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "TEXT"}},
            {"type": "text", "text": "x", "citations": [{"type": "char_location", "document_index": 0, "start_char_index": "HUGE"}]},
        ]),
    ),
}  # fmt: skip


@each_dialect
@pytest.mark.parametrize("case", [0, 1])
def test_a_number_that_no_machine_counts_to_is_only_a_number(gateway, canaries, dialect, case):
    document = NUMBERS[dialect][case]
    if "annotations" in document:
        document = {**document, "messages": [{**document["messages"][0], "annotations": document["annotations"]}]}
        del document["annotations"]
    body = json.dumps(document).replace('"HUGE"', HUGE).replace('"SCHEMA"', SCHEMA).replace("TEXT", canaries.text)
    answer = gateway.post(dialect, body.encode())
    assert answer.status == 200, answer.body
    assert HUGE.encode() in gateway.upstream.received[-1].raw
    gateway.assert_invariants(canaries)


@pytest.mark.parametrize("version", ["2023-01-01", "2099-01-01", "latest", "2023-06-01, 2023-06-01"])
def test_a_version_of_the_api_that_no_table_describes_is_refused(gateway, canaries, version):
    before = len(gateway.upstream.received)
    answer = gateway.post("anthropic", ask("anthropic", canaries.text), headers={"anthropic-version": version})
    assert_refused(answer, "anthropic", 400, "hushgate_bad_header", where="header anthropic-version")
    assert "Send 2023-06-01 or 2026-10-21" in answer.json["error"]["message"]
    assert len(gateway.upstream.received) == before
    good = gateway.post("anthropic", ask("anthropic", canaries.text), headers={"anthropic-version": "2023-06-01"})
    assert good.status == 200
    gateway.assert_invariants(canaries, answer)


@each_dialect
@pytest.mark.parametrize(
    "path", ["/v2/chat/completions", "/v2/messages", "/v1/unheard-of", "/v1/organization/users", "/v1/responses/compact/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_an_unknown_route_is_refused_in_the_dialects_shape(gateway, dialect, path, method):
    before = len(gateway.upstream.received)
    answer = gateway.post(dialect, ask(dialect, "hello"), path=path, method=method)
    assert answer.status == 404
    if method != "HEAD":
        assert_refused(answer, dialect, 404, "hushgate_not_found", receipt=False)
    assert len(gateway.upstream.received) == before
