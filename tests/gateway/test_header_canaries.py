"""No header is a way around: a canary in every listed one is refused at every endpoint, one in any other stays here."""

import json
import secrets

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from app.core.dialect import SESSION
from app.gateway.routes import DIALECTS
from tests.gateway_process import Answered, Canaries, ask, assert_refused, eventually
from tests.session_upstream import SessionUpstream
from tests.upstream import whole

each_dialect = pytest.mark.parametrize("dialect", sorted(DIALECTS))
TEXTS = ("email", "key", "card", "text")
BASES = ("openai", "anthropic")  # the dialects of the providers that a world has
SHAPES = dict.fromkeys(set(DIALECTS) - {"anthropic"}, "openai")  # whose errors look as whose
MAKERS = {  # dialects that keep objects: what makes one
    "openai": ("/threads", {}),
    "anthropic": ("/v1/messages/batches", {"requests": []}),
}
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


@pytest.fixture(scope="module")
def sessions(running):
    """A provider of sessions; and a provider of every dialect that has none yet."""
    added = {"live": "openai", **{name: name for name in DIALECTS if name not in BASES}}
    with SessionUpstream() as built:
        for name, dialect in added.items():
            running.provide(dialect, built.url if name == "live" else running.upstream.url, name=name)
        yield built
    for name in added:
        running.admin("DELETE", f"providers/{name}")


@pytest.fixture
def provider(gateway, sessions):
    """What every endpoint takes for an answer, and a provider that keeps each thing it is asked to make."""
    sessions.reset()
    gateway.upstream.script = whole(b'{"object":"x","data":[]}')
    return sessions


def made(gateway, dialect):
    """Have the provider make something; return its id, which any path of the dialect may name then. None: nothing is kept there."""
    if dialect not in MAKERS:
        return None
    path, document = MAKERS[dialect]
    one = f"made_{secrets.token_hex(8)}"
    gateway.upstream.once.append(whole(json.dumps({"id": one}).encode()))
    answer = gateway.post(dialect, document, path=path)
    assert answer.status == 200, answer.body
    return one


def sent(gateway, dialect, endpoint, headers, own):
    """Send a request that the endpoint takes, with more headers; `own` stands wherever its path names an object."""
    names = [part[1:-1] for part in endpoint.paths[0].split("/") if part.startswith("{")]
    path = endpoint.paths[0].format(**{name: own if name.endswith("_id") else "m" for name in names})
    if endpoint.method == SESSION:
        return opened(gateway, path, headers)
    said = {"prompt": "hello"} if endpoint.name == "completions" else {"input": "hello"}
    document = ask(dialect, "hello", **said) if endpoint.modelled else {}
    if endpoint.form is not None and endpoint.form.required:
        fields = {"a": (None, "b"), **({"model": (None, document["model"])} if document else {})}
        return gateway.post(dialect, None, path=path, files=fields, headers={"content-type": None, **headers})
    return gateway.post(dialect, document if endpoint.document else None, path=path, method=endpoint.method, headers=headers)


def opened(gateway, path, headers):
    """Open a session with more headers, and close it at once; what a client is told at the door is its answer."""
    url = f"ws://127.0.0.1:{gateway.address[1]}/live{path}"
    headers = {"authorization": f"Bearer {gateway.key}", **headers}
    try:
        with connect(url, additional_headers=headers, user_agent_header=None, compression=None, close_timeout=1, proxy=None) as connection:
            answer = connection.response
    except InvalidStatus as error:
        answer = error.response
    return Answered(answer.status_code, httpx.Headers(list(answer.headers.raw_items())), bytes(answer.body or b""))


def good(endpoint):
    return 101 if endpoint.method == SESSION else 200


def heads(gateway, provider):
    """The headers of everything that reached a provider."""
    return [*(one.headers for one in gateway.upstream.received), *(call.headers for call in provider.calls)]


@each_dialect
def test_a_canary_in_a_header_that_may_go_on_is_refused(gateway, provider, dialect):
    canaries, tried, own = Canaries.fresh(), 0, made(gateway, dialect)
    before = len(heads(gateway, provider))
    for number, endpoint in enumerate(DIALECTS[dialect].endpoints):
        for at, name in enumerate(DIALECTS[dialect].headers):
            for part in TEXTS if number == 0 else (TEXTS[(number + at) % len(TEXTS)],):
                value = getattr(canaries, part)
                for form in (value, f"v1; note={value}") if number == 0 else (value,):
                    answer = sent(gateway, dialect, endpoint, {name: form}, own)
                    assert answer.status == 400, (endpoint.name, name, part)
                    assert_refused(answer, SHAPES.get(dialect, dialect), 400, answer.json["error"]["code"], where=f"header {name}")
                    assert answer.json["error"]["code"] in {"hushgate_policy_blocked", "hushgate_bad_header"}
                    assert not canaries.within(answer.body)
                    tried += 1
    assert len(heads(gateway, provider)) == before
    print(f"{dialect}: {tried} canaries in {len(DIALECTS[dialect].headers)} listed headers, all refused")
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_a_canary_in_any_other_header_stays_here(gateway, provider, dialect):
    canaries, own, endpoints = Canaries.fresh(), made(gateway, dialect), DIALECTS[dialect].endpoints
    headers = list(unlisted(dialect, canaries))
    before, tries = len(heads(gateway, provider)), max(len(headers), len(endpoints))  # each header and each endpoint at least once
    for number in range(tries):
        (name, value), endpoint = headers[number % len(headers)], endpoints[number % len(endpoints)]
        answer = sent(gateway, dialect, endpoint, {name: value}, own)
        assert answer.status == good(endpoint), (endpoint.name, name if value != "x" else "", answer.body)
        if endpoint.method == "DELETE":  # what was there is gone
            own, before = made(gateway, dialect), before + 1
    eventually(lambda: len(heads(gateway, provider)) >= before + tries, what="something did not go on")
    got = heads(gateway, provider)
    assert len(got) == before + tries
    for one in got:
        assert not canaries.within(repr(one).encode())
    print(f"{dialect}: {tries} canaries in {len(headers)} headers that are not listed, all dropped")
    gateway.assert_invariants(canaries)


@each_dialect
def test_a_harmless_value_in_every_listed_header_goes_on(gateway, provider, dialect):
    """The other half: what is refused above is refused for the canary, not for the header."""
    headers = {name: f"v{number}" for number, name in enumerate(DIALECTS[dialect].headers)}
    if DIALECTS[dialect].version:
        headers[DIALECTS[dialect].version[0]] = DIALECTS[dialect].version[1]  # no other is harmless
    own = made(gateway, dialect)
    for endpoint in DIALECTS[dialect].endpoints:
        before = len(heads(gateway, provider))
        answer = sent(gateway, dialect, endpoint, headers, own)
        assert answer.status == good(endpoint), (endpoint.name, answer.body)
        eventually(lambda before=before: len(heads(gateway, provider)) == before + 1, what=endpoint.name)
        got = provider.calls[-1].headers if endpoint.method == SESSION else gateway.upstream.received[-1].headers
        assert headers.items() <= got.items(), endpoint.name
        if endpoint.method == "DELETE":  # what was there is gone
            own = made(gateway, dialect)
