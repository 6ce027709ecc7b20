"""Which headers go to the provider, which come back, and which say what was done."""

import json
import re

import pytest

from app import __version__
from tests.gateway_process import DIALECTS, ask, assert_refused
from tests.upstream import surrogates, whole

each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
each_way = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
OWN = {"openai": ("authorization", "Bearer {}"), "anthropic": ("x-api-key", "{}")}
ALWAYS = {"host", "user-agent", "accept-encoding", "content-type", "content-length"}
LISTED = {
    "openai": {
        "openai-beta": "assistants=v2",
        "openai-organization": "org-1",
        "openai-project": "proj_1",
        "idempotency-key": "stainless-python-retry-1",
        "x-stainless-lang": "python",
        "x-stainless-retry-count": "0",
        "x-client-request-id": "r-1",
    },
    "anthropic": {
        "anthropic-beta": "files-api-2025-04-14,prompt-caching-2024-07-31",
        "anthropic-version": "2023-06-01",
        "idempotency-key": "stainless-python-retry-1",
        "x-stainless-os": "Linux",
        "x-stainless-retry-count": "0",
    },
}
STRIPPED = {
    "cookie": "a=b",
    "forwarded": "for=10.0.0.1",
    "x-forwarded-for": "10.0.0.1",
    "x-forwarded-host": "inside.example",
    "x-real-ip": "10.0.0.1",
    "via": "1.1 proxy",
    "referer": "https://inside.example/",
    "origin": "https://inside.example",
    "user-agent": "agent/1",
    "accept": "application/json",
    "accept-language": "de-CH",
    "accept-encoding": "gzip, br",
    "te": "trailers",
    "proxy-authorization": "Basic eDp5",
    "x-codex-turn-metadata": "{}",
    "x-hushgate-user": "maria",
    "x-hushgate-purpose": "support",
    "x-hushgate-conversation": "c1",
    "x-goog-api-key": "AIza",
    "api-key": "k",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "x-anything": "at all",
}


@each_dialect
@each_way
def test_exactly_the_listed_headers_reach_the_provider(gateway, canaries, dialect, streamed):
    answer = gateway.post(dialect, ask(dialect, canaries.text, stream=streamed), headers={**STRIPPED, **LISTED[dialect]})
    assert answer.status == 200
    name, form = OWN[dialect]
    got = gateway.upstream.received[-1].headers
    expected = {
        **LISTED[dialect],
        name: form.format("provider-secret"),
        "host": f"127.0.0.1:{gateway.upstream.port}",
        "user-agent": f"hushgate/{__version__}",
        "accept-encoding": "identity",
        "content-type": "application/json",
        "content-length": got["content-length"],
    }
    assert got == expected
    gateway.assert_invariants(canaries)


def keyed(form):
    return {"authorization": None} | form


KEYS = {
    "bearer": lambda key: {"authorization": f"Bearer {key}"},
    "bearer-lower": lambda key: {"authorization": f"bearer {key}"},
    "bare": lambda key: {"authorization": key},
    "x-api-key": lambda key: {"x-api-key": key},
    "api-key": lambda key: {"api-key": key},
    "x-goog-api-key": lambda key: {"x-goog-api-key": key},
    "placeholder-beside": lambda key: {"authorization": "Bearer unused", "x-api-key": key},
    "x-hushgate-key": lambda key: {"x-hushgate-key": key},
}


@each_dialect
@pytest.mark.parametrize("case", KEYS)
def test_the_gateway_key_may_come_in_any_of_these_and_never_goes_on(gateway, canaries, dialect, case):
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers=keyed(KEYS[case](gateway.key)))
    assert answer.text == canaries.text
    name, form = OWN[dialect]
    got = gateway.upstream.received[-1].headers
    assert got[name] == form.format("provider-secret")
    assert set(got) == ALWAYS | {name}
    gateway.assert_invariants(canaries)


@each_dialect
def test_the_gateway_key_may_come_in_the_query(gateway, canaries, dialect):
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers={"authorization": None}, params={"key": gateway.key})
    assert answer.text == canaries.text
    assert "?" not in gateway.upstream.received[-1].line
    gateway.assert_invariants(canaries)
    assert gateway.key.encode() not in gateway.log


@each_dialect
@pytest.mark.parametrize("case", ["authorization", "x-api-key", "api-key"])
def test_a_credential_of_the_callers_own_goes_on_as_the_provider_wants_it(gateway, canaries, dialect, case):
    own = {"authorization": "Bearer sk-own-credential"} if case == "authorization" else {case: "sk-own-credential"}
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers=keyed({"x-hushgate-key": gateway.key, **own}))
    assert answer.text == canaries.text
    name, form = OWN[dialect]
    got = gateway.upstream.received[-1].headers
    assert got[name] == form.format("sk-own-credential")
    assert set(got) == ALWAYS | {name}
    gateway.assert_invariants(canaries)
    assert b"sk-own-credential" not in gateway.log + gateway.dump()


@each_dialect
def test_a_provider_without_credential_gets_none(gateway, dialect):
    gateway.provide(dialect, gateway.upstream.url, name=f"open-{dialect}", credential=None)
    assert gateway.post(dialect, ask(dialect, "hello"), provider=f"open-{dialect}").status == 200
    assert set(gateway.upstream.received[-1].headers) == ALWAYS


@each_dialect
@pytest.mark.parametrize("value", [b"caf\xc3\xa9", b"\xff", b"x\xa0y"])
def test_a_header_that_is_not_ascii_is_refused_before_anything_is_sent(gateway, canaries, dialect, value):
    before = len(gateway.upstream.received)
    document = json.dumps(ask(dialect, canaries.text)).encode()
    listed = "openai-organization" if dialect == "openai" else "anthropic-beta"
    answer = gateway.post(dialect, document, headers={listed: value})
    assert_refused(answer, dialect, 400, "hushgate_bad_header", where=f"header {listed}")
    answer = gateway.post(dialect, document, headers=keyed({"x-hushgate-key": gateway.key, "x-api-key": value}))
    assert_refused(answer, dialect, 400, "hushgate_bad_header", where="header", receipt=False)
    assert len(gateway.upstream.received) == before
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_a_header_over_the_length_of_its_grammar_is_refused(gateway, canaries, dialect):
    answer = gateway.post(dialect, ask(dialect, canaries.text), headers={"idempotency-key": "x" * 3000})
    assert_refused(answer, dialect, 400, "hushgate_bad_header", where="header idempotency-key")
    gateway.assert_invariants(canaries, answer)


def test_a_listed_header_sent_twice_goes_on_whole(gateway, canaries):
    headers = [("authorization", f"Bearer {gateway.key}"), ("content-type", "application/json")]
    headers += [("anthropic-beta", "one-2025-01-01"), ("anthropic-beta", "two-2025-01-01")]
    body = json.dumps(ask("anthropic", canaries.text)).encode()
    assert gateway.http.post(gateway.url("anthropic"), content=body, headers=headers).status_code == 200
    assert gateway.upstream.received[-1].headers["anthropic-beta"] == "one-2025-01-01, two-2025-01-01"


@each_dialect
@each_way
def test_the_answer_says_what_was_found_under_which_policy_and_where_the_record_is(gateway, canaries, dialect, streamed):
    text = f"{canaries.text} And {canaries.email} again, from 192.168.0.1."
    answer = gateway.post(dialect, ask(dialect, text, stream=streamed))
    assert answer.text == text
    headers = answer.headers
    assert re.fullmatch(r"[0-9a-f-]{36}", headers["x-hushgate-receipt"])
    assert headers["x-hushgate-findings"] == "AWS_ACCESS_KEY=1,CREDIT_CARD=1,EMAIL_ADDRESS=2,IP_ADDRESS_PRIVATE=1"
    assert re.fullmatch(r"default@[0-9a-f]{16}", headers["x-hushgate-policy"])
    assert re.fullmatch(r"hushgate;dur=[\d.]+, provider;dur=[\d.]+", headers["server-timing"])
    assert "x-hushgate-unrestored" not in headers
    receipt = gateway.http.get(
        f"{gateway.first['base_url']}/hushgate/v1/receipts/{headers['x-hushgate-receipt']}",
        headers={"authorization": f"Bearer {gateway.key}"},
    )
    assert receipt.status_code == 200
    assert not canaries.within(receipt.content)
    gateway.assert_invariants(canaries)


@each_dialect
def test_what_was_kept_out_of_a_strangers_link_is_reported(gateway, canaries, dialect):
    def script(talk):
        mail = next(one for one in surrogates(talk.request.document) if one.startswith("EMAIL"))
        text = f"![x](https://stranger.example/?q={mail}) [y](https://stranger.example/{mail}) {mail}"
        document = {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}
        if dialect == "anthropic":
            document = {"type": "message", "content": [{"type": "text", "text": text}]}
        whole(json.dumps(document).encode())(talk)

    gateway.upstream.script = script
    answer = gateway.post(dialect, ask(dialect, canaries.text))
    assert answer.headers["x-hushgate-unrestored"] == "1 image, 1 link"
    assert answer.text.count(canaries.email) == 1
    assert answer.text.endswith(canaries.email)
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
@pytest.mark.parametrize("value", ["off", "OFF"])
def test_restoring_can_be_turned_off_by_the_caller(gateway, canaries, dialect, streamed, value):
    answer = gateway.post(dialect, ask(dialect, canaries.text, stream=streamed), headers={"x-hushgate-restore": value})
    assert answer.status == 200
    assert not canaries.within(answer.body)
    assert len(surrogates(answer.text)) == 3
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_only_listed_headers_of_the_provider_come_back(gateway, dialect):
    listed = {
        "openai": ("openai-version", "x-ratelimit-remaining-tokens", "x-request-id"),
        "anthropic": ("anthropic-ratelimit-tokens-limit", "request-id"),
    }
    extra = {
        "set-cookie": "a=b",
        "server": "nginx",
        "via": "1.1 x",
        "x-served-by": "y",
        "location": "/z",
        "strict-transport-security": "max-age=1",
        "x-hushgate-receipt": "forged",
        "server-timing": "forged",
    }

    def script(talk):
        body = b'{"choices":[],"content":[]}'
        talk.head(
            content_type="application/json",
            content_length=str(len(body)),
            **extra,
            **dict.fromkeys(listed[dialect], "kept"),
            retry_after="1",
        )
        talk.send(body)

    gateway.upstream.script = script
    answer = gateway.post(dialect, ask(dialect, "hello"))
    ours = {"x-hushgate-receipt", "x-hushgate-policy", "server-timing", "content-type", "content-length", "date"}
    assert set(answer.headers) == ours | set(listed[dialect]) | {"retry-after"}
    assert "forged" not in answer.headers.values()
