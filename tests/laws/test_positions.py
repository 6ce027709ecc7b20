"""Position law: a canary in every place of a rich request, an unknown one included, is refused or never reaches the provider."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.gateway_process import DIALECTS, Canaries, ask, world

TOOL_SCHEMA = {
    "type": "object",
    "description": "how to",
    "properties": {"to": {"type": "string", "description": "who", "enum": ["a", "b"], "default": "a", "format": "date", "pattern": "^x$"}},
    "required": ["to"],
    "$defs": {"inner": {"anyOf": [{"const": "one"}, {"examples": ["two"]}]}},
    "additionalProperties": {"title": "rest"},
}

RICH: dict[str, dict[str, Any]] = {
    "openai": {
        "model": "m",
        "messages": [
            {"role": "system", "content": "be brief", "name": "boss"},
            {"role": "user", "content": [{"type": "text", "text": "hello", "unlisted": "x"}, {"type": "text", "text": "again"}]},
            {
                "role": "assistant",
                "content": None,
                "refusal": "no",
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {
                            "name": "send",
                            "arguments": '{"to": "x", "deep": ["y", {"z": "{\\"in\\": \\"q\\"}"}], "n": 12345678}',
                        },
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": '{"result": "fine", "more": [1, "two"]}'},
            {"role": "user", "content": "go on", "unlisted": {"nested": ["further"]}},
        ],
        "tools": [{"type": "function", "function": {"name": "send", "description": "sends", "strict": True, "parameters": TOOL_SCHEMA}}],
        "tool_choice": {"type": "function", "function": {"name": "send"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "out", "schema": TOOL_SCHEMA, "description": "shape"}},
        "stop": ["END", "STOP"],
        "user": "user-1",
        "metadata": {"case": "77", "kind": "x"},
        "logit_bias": {"50256": -100},
        "prediction": {"type": "content", "content": [{"type": "text", "text": "guess"}]},
        "temperature": 0.5,
        "max_tokens": 100,
        "seed": 7,
        "service_tier": "auto",
        "web_search_options": {"user_location": {"type": "approximate", "approximate": {"city": "c"}}},
        "tomorrow": {"field": ["unknown"]},
    },
    "anthropic": {
        "model": "m",
        "max_tokens": 100,
        "system": [{"type": "text", "text": "be brief", "cache_control": {"type": "ephemeral", "ttl": "5m"}}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "hello", "unlisted": "x"},
                    {
                        "type": "document",
                        "title": "a title",
                        "context": "why",
                        "source": {"type": "text", "media_type": "text/plain", "data": "body"},
                    },
                    {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "block"}]}},
                    {"type": "search_result", "source": "here", "title": "found", "content": [{"type": "text", "text": "block"}]},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "well", "signature": "c2ln"},
                    {"type": "redacted_thinking", "data": "b3BhcXVl"},
                    {"type": "tool_use", "id": "toolu_1", "name": "send", "input": {"to": "x", "deep": [{"k": "v"}], "n": 12345678}},
                ],
            },
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "fine"}]}]},
            {"role": "user", "content": "go on"},
        ],
        "tools": [{"name": "send", "description": "sends", "input_schema": TOOL_SCHEMA}],
        "tool_choice": {"type": "tool", "name": "send"},
        "metadata": {"user_id": "device-1"},
        "stop_sequences": ["END"],
        "temperature": 0.5,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "mcp_servers": [{"type": "url", "url": "https://mcp.example.com", "name": "tools", "authorization_token": "t"}],
        "tomorrow": {"field": ["unknown"]},
    },
}

Place = tuple[str | int, ...]


def places(value: Any, at: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every leaf (`leaf`) and every object key (`key`) of a document, and one more field in every object (`more`)."""
    if isinstance(value, dict):
        yield at, "more"
        for key, child in value.items():
            yield (*at, key), "key"
            yield from places(child, (*at, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from places(child, (*at, index))
    else:
        yield at, "leaf"


def planted(document: Any, at: Place, sort: str, value: Any) -> Any:
    """Return a copy of the document with the canary at one place."""
    document = copy.deepcopy(document)
    holder = document
    for part in at[:-1] if sort != "more" else at:
        holder = holder[part]
    if sort == "more":
        holder["an_unlisted_field"] = value
    elif sort == "leaf":
        holder[at[-1]] = value
    else:
        items = [(str(value) if key == at[-1] else key, child) for key, child in holder.items()]
        holder.clear()
        holder.update(items)
    return document


@pytest.fixture(scope="module")
def gateway(postgres, tmp_path_factory):
    with world(postgres, tmp_path_factory.mktemp("positions") / "home") as built:
        yield built


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_position_lets_a_canary_through(gateway, dialect):
    canaries = Canaries.fresh()
    refused = passed = 0
    for at, sort in places(RICH[dialect]):
        if at == ("stream",) or (at == ("model",) and sort == "key"):
            continue
        for value in (canaries.email, f"use {canaries.key} now", int(canaries.card) if sort != "key" else canaries.card):
            gateway.upstream.reset()
            before = len(gateway.upstream.received)
            answer = gateway.post(dialect, planted(RICH[dialect], at, sort, value))
            sent = gateway.upstream.received[before:]
            where = f"{sort} at {at} with a {type(value).__name__}"
            assert answer.status in {200, 400, 403}, (where, answer.body)
            assert bool(sent) == (answer.status == 200), where
            assert not any(canaries.within(request.raw) for request in sent), where
            assert answer.status == 200 or not canaries.within(answer.body), where
            refused, passed = refused + (answer.status != 200), passed + (answer.status == 200)
    assert refused > 50  # exempt fields
    assert passed > 100  # text fields
    gateway.assert_invariants(canaries, good=False)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_rich_request_itself_passes_unchanged(gateway, dialect):
    answer = gateway.post(dialect, RICH[dialect])
    assert answer.status == 200, answer.body
    assert gateway.upstream.received[-1].document == json.loads(json.dumps(RICH[dialect]))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["anthropic-beta", "openai-beta", "openai-organization", "idempotency-key", "x-stainless-lang", "cookie",
                                  "x-forwarded-for", "referer", "user-agent", "x-codex-turn-metadata", "x-stainless-akia", "traceparent"])  # fmt: skip
def test_no_header_lets_a_canary_through(gateway, dialect, name):
    canaries = Canaries.fresh()
    for value in (canaries.email, canaries.key, canaries.card):
        before = len(gateway.upstream.received)
        answer = gateway.post(dialect, ask(dialect, "hello"), headers={name: value})
        assert answer.status in {200, 400}
        assert not any(canaries.within(request.raw) for request in gateway.upstream.received[before:])
    before = len(gateway.upstream.received)
    answer = gateway.post(dialect, ask(dialect, "hello"), headers={f"x-stainless-{canaries.key}": "1", canaries.key: "1"})
    assert not any(canaries.within(request.raw) for request in gateway.upstream.received[before:])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/v1/organization/users", "/v1/projects", "/v1/embeddings/", "/v1/agents", "/v1//messages", "/V1/messages",
                                  "/v1/chat/completions/", "/v1/chat/completions/..", "/unknown", "/v1/models/", "/v1/models/a/b"])  # fmt: skip
def test_no_other_route_is_passed_on(gateway, dialect, method, path):
    before = len(gateway.upstream.received)
    answer = gateway.post(dialect, ask(dialect, "hello"), path=path, method=method)
    assert answer.status == 404
    assert answer.headers["x-should-retry"] == "false"
    assert len(gateway.upstream.received) == before
