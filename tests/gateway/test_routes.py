"""The paths that real clients use, and what becomes of them."""

import pytest

from tests.gateway_process import ask, eventually

ALIASES = {
    "openai": ("/v1/chat/completions", "/chat/completions"),
    "anthropic": ("/v1/messages", "/messages", "/v1/messages?beta=true", "/messages?beta=true"),
}
each_alias = pytest.mark.parametrize(("dialect", "path"), [(dialect, path) for dialect, paths in ALIASES.items() for path in paths])
SENT = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}


@each_alias
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_every_alias_leads_to_the_one_path_that_is_sent(gateway, canaries, dialect, path, streamed):
    answer = gateway.post(dialect, ask(dialect, canaries.text, stream=streamed), path=path)
    assert answer.text == canaries.text
    query = path.partition("?")[2]
    assert gateway.upstream.received[-1].line == f"POST {SENT[dialect]}{'?' if query else ''}{query} HTTP/1.1"
    gateway.assert_invariants(canaries)


@pytest.mark.parametrize(("method", "path"), [("HEAD", "/"), ("HEAD", ""), ("GET", "/")])
def test_a_probe_is_answered_here_without_key_or_record(gateway, method, path):
    sent, records = len(gateway.upstream.received), gateway.sql("SELECT count(*) FROM record")
    answer = gateway.post("anthropic", b"", method=method, path=path, headers={"authorization": None})
    assert (answer.status, answer.body) == (200, b"")
    assert len(gateway.upstream.received) == sent
    assert gateway.sql("SELECT count(*) FROM record") == records


@pytest.mark.parametrize("dialect", ALIASES)
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_the_sandbox_answers_without_a_provider(gateway, canaries, dialect, streamed):
    sent = len(gateway.upstream.received)
    document = ask(dialect, canaries.text, stream=streamed)
    answer = gateway.post(dialect, document, provider=f"sandbox/{dialect}")
    assert answer.text == canaries.text
    assert len(gateway.upstream.received) == sent
    assert eventually(lambda: gateway.outcomes(document["model"])[1:]) == [("completion", "completed")]
    gateway.assert_invariants(canaries)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/healthz", 200), ("/readyz", 200), ("/metrics", 404), ("/api/v1/teams", 404), ("/docs", 404), ("/", 404), ("", 404)],
)
def test_the_data_plane_serves_nothing_else(gateway, path, status):
    assert gateway.http.get(gateway.first["base_url"] + path).status_code == status


def test_a_receipt_of_another_team_is_not_found(gateway, canaries):
    answer = gateway.post("openai", ask("openai", canaries.text))
    team = gateway.admin("POST", "teams", {"name": "strangers"})["name"]
    key = gateway.admin("POST", "keys", {"team": team})["key"]
    url = f"{gateway.first['base_url']}/hushgate/v1/receipts/{answer.headers['x-hushgate-receipt']}"
    assert gateway.http.get(url, headers={"authorization": f"Bearer {key}"}).status_code == 404
    assert gateway.http.get(url).status_code == 401
    assert gateway.http.get(url, headers={"authorization": f"Bearer {gateway.key}"}).status_code == 200


def test_a_receipt_that_is_no_id_is_not_found(gateway, canaries):
    for path in (canaries.email, "", "0" * 36, "../x", "%00", "a" * 5000):
        answer = gateway.http.get(
            f"{gateway.first['base_url']}/hushgate/v1/receipts/{path}", headers={"authorization": f"Bearer {gateway.key}"}
        )
        assert answer.status_code == 404, path
        assert not canaries.within(answer.content)


@pytest.mark.parametrize(
    ("dialect", "method", "path", "document"),
    [
        ("openai", "POST", "/v1/threads", {"messages": [{"role": "user", "content": "hello"}]}),
        ("openai", "POST", "/v1/vector_stores", {"name": "notes"}),
        ("openai", "GET", "/v1/files", b""),
        ("anthropic", "GET", "/v1/messages/batches", b""),
    ],
)
def test_the_sandbox_says_of_what_it_does_not_keep_that_it_keeps_nothing(gateway, dialect, method, path, document):
    answer = gateway.post(dialect, document, provider=f"sandbox/{dialect}", path=path, method=method)
    assert answer.status == 404
    assert "keeps nothing" in answer.json["error"]["message"]


def test_the_sandbox_takes_no_file(gateway):
    files = {"purpose": (None, "assistants"), "file": ("a.txt", b"hello", "text/plain")}
    headers = {"authorization": f"Bearer {gateway.key}"}
    answer = gateway.http.post(gateway.url("openai", "/v1/files", provider="sandbox/openai"), files=files, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "sandbox_keeps_nothing")
