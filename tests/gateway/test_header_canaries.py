"""No header is a way around: a canary in every listed one is refused at every endpoint, one in any other stays here."""

import itertools

import pytest

from app.gateway.routes import DIALECTS
from tests.gateway_process import Canaries, ask, assert_refused

each_dialect = pytest.mark.parametrize("dialect", sorted(DIALECTS))
TEXTS = ("email", "key", "card", "text")
LISTED = {name for dialect in DIALECTS.values() for name in dialect.headers}
# What browsers, agents, proxies and meshes send beside that; and what looks like a listed name and is none.
OTHERS = """
    a-im accept accept-charset accept-datetime accept-encoding accept-language access-control-request-headers
    access-control-request-method alt-used authentication-info b3 baggage cache-control cf-connecting-ip client-ip content-disposition
    content-language content-location content-md5 cookie cookie2 date dnt dpop early-data expect-ct forwarded from git-remote
    grpc-timeout helicone-user-id http2-settings if-match if-modified-since if-none-match if-range if-unmodified-since link max-forwards
    origin pragma prefer priority proxy-authorization proxy-connection range referer save-data sec-ch-ua sec-fetch-site sentry-trace
    te traceparent tracestate true-client-ip upgrade-insecure-requests user-agent via warning x-amzn-trace-id x-anything
    x-api-version x-app x-b3-traceid x-cloud-trace-context x-codex-turn-metadata x-correlation-id x-csrf-token x-forwarded-for
    x-forwarded-host x-forwarded-proto x-forwarded-user x-http-method-override x-original-url x-real-ip x-request-id x-requested-with
    x-session-id x-title x-user-email x-workspace
    anthropic-dangerous-direct-browser-access anthropic-client-version anthropic-organization openai-user openai-conversation-id
    x-stainless x-stainless-user x-stainless-lang2 xx-stainless-lang idempotency-key2 x-idempotency-key openai_organization
    x-hushgate-conversation x-hushgate-purpose x-hushgate-user x-hushgate-anything api-key x-goog-api-key
"""


def unlisted(dialect, canaries):
    """Yield (name, value) of headers that are not on a dialect's list."""
    theirs = LISTED - set(DIALECTS[dialect].headers)
    names = [name for name in (*OTHERS.split(), *sorted(theirs)) if name not in DIALECTS[dialect].headers]
    yield from ((name, canaries.text) for name in names)
    for value in (canaries.key, canaries.card):
        yield from ((name, "x") for name in (value, f"x-{value}", f"x-stainless-{value}", f"{DIALECTS[dialect].headers[0]}-{value}"))
    yield from ((name, value) for name in ("x-anything", "cookie") for value in (canaries.email, canaries.key, canaries.card))


def sent(gateway, dialect, endpoint, headers):
    """Send a request that the endpoint takes, with more headers."""
    path = endpoint.paths[0].format(model="m")
    said = {"prompt": "hello"} if endpoint.name == "completions" else {"input": "hello"}
    document = ask(dialect, "hello", **said) if endpoint.document else None
    return gateway.post(
        dialect, document, path=path.removeprefix("/v1") if dialect == "openai" else path, method=endpoint.method, headers=headers
    )


@each_dialect
def test_a_canary_in_a_header_that_may_go_on_is_refused(gateway, dialect):
    canaries, tried, before = Canaries.fresh(), 0, len(gateway.upstream.received)
    for number, endpoint in enumerate(DIALECTS[dialect].endpoints):
        for at, name in enumerate(DIALECTS[dialect].headers):
            for part in TEXTS if number == 0 else (TEXTS[(number + at) % len(TEXTS)],):
                value = getattr(canaries, part)
                for form in (value, f"v1; note={value}") if number == 0 else (value,):
                    answer = sent(gateway, dialect, endpoint, {name: form})
                    assert answer.status == 400, (endpoint.name, name, part)
                    assert_refused(answer, dialect, 400, answer.json["error"]["code"], where=f"header {name}")
                    assert answer.json["error"]["code"] in {"hushgate_policy_blocked", "hushgate_bad_header"}
                    assert not canaries.within(answer.body)
                    tried += 1
    assert len(gateway.upstream.received) == before
    print(f"{dialect}: {tried} canaries in {len(DIALECTS[dialect].headers)} listed headers, all refused")
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_a_canary_in_any_other_header_stays_here(gateway, dialect):
    canaries = Canaries.fresh()
    headers = list(unlisted(dialect, canaries))
    before = len(gateway.upstream.received)
    endpoints = itertools.cycle(DIALECTS[dialect].endpoints)
    for (name, value), endpoint in zip(headers, endpoints, strict=False):
        answer = sent(gateway, dialect, endpoint, {name: value})
        assert answer.status == 200, (endpoint.name, name if value != "x" else "", answer.body)
    assert len(gateway.upstream.received) == before + len(headers)
    for one in gateway.upstream.received[before:]:
        assert not canaries.within(repr(one.headers).encode())
    print(f"{dialect}: {len(headers)} canaries in headers that are not listed, all dropped")
    gateway.assert_invariants(canaries)


@each_dialect
def test_a_harmless_value_in_every_listed_header_goes_on(gateway, dialect):
    """The other half: what is refused above is refused for the canary, not for the header."""
    headers = {name: f"v{number}" for number, name in enumerate(DIALECTS[dialect].headers)}
    for endpoint in DIALECTS[dialect].endpoints:
        gateway.upstream.reset()
        assert sent(gateway, dialect, endpoint, headers).status == 200
        assert headers.items() <= gateway.upstream.received[-1].headers.items()
