"""No field, key, query or route is a way around: a canary in each, none at the provider. Headers have a test of their own."""

import copy
import json

import pytest

from tests.gateway_process import DIALECTS, PATHS, Canaries, ask, assert_refused

each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
SCHEMA = {
    "type": "object",
    "$schema": "http://json-schema.org/draft-07/schema#",
    "description": "What to send",
    "required": ["to"],
    "properties": {
        "to": {"type": "string", "format": "email", "pattern": "^.+@.+$", "description": "Whom", "enum": ["a", "b"], "default": "x"},
        "many": {"type": "array", "items": {"type": "string", "examples": ["one"]}, "minItems": 1000000},
        "either": {"anyOf": [{"type": "string", "const": "c"}, {"$ref": "#/$defs/thing"}]},
    },
    "$defs": {"thing": {"type": "object", "additionalProperties": {"type": "number"}, "title": "Thing"}},
}
OPENAI = {
    "model": "gpt-5",
    "messages": [
        {"role": "developer", "content": "Be brief", "name": "boss"},
        {"role": "system", "content": [{"type": "text", "text": "Be kind", "annotations": [{"note": "n"}]}]},
        {"role": "user", "content": [{"type": "text", "text": "Hello"}, {"type": "text", "text": "there"}], "name": "customer"},
        {
            "role": "assistant",
            "content": None,
            "refusal": "no",
            "reasoning_content": "hm",
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "mail", "arguments": '{"to": "x", "n": [1234567, {"k": "v"}]}'}},
                {"id": "call_2", "type": "custom", "custom": {"name": "shell", "input": "ls"}},
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": '{"status": "sent", "at": 1700000000}'},
        {"role": "assistant", "content": "Done", "function_call": {"name": "mail", "arguments": "{}"}, "audio": None},
    ],
    "tools": [
        {"type": "function", "function": {"name": "mail", "description": "Send", "strict": True, "parameters": SCHEMA}},
        {
            "type": "custom",
            "custom": {"name": "shell", "description": "d", "format": {"type": "grammar", "grammar": {"definition": "start: x"}}},
        },
    ],
    "functions": [{"name": "old", "description": "Old", "parameters": SCHEMA}],
    "tool_choice": {"type": "function", "function": {"name": "mail"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "description": "d", "schema": SCHEMA}},
    "modalities": ["text"],
    "reasoning_effort": "high",
    "verbosity": "low",
    "service_tier": "auto",
    "temperature": 0.5,
    "seed": 12345678,
    "logit_bias": {"50256": -100},
    "stop": ["END", "STOP"],
    "user": "u",
    "safety_identifier": "s",
    "prompt_cache_key": "p",
    "prompt_cache_retention": "24h",
    "metadata": {"ticket": "t", "count": 1234567},
    "prediction": {"type": "content", "content": "guess"},
    "web_search_options": {"user_location": {"type": "approximate", "approximate": {"city": "c"}}, "search_context_size": "low"},
    "stream_options": {"include_usage": True},
    "unheard_of": {"nested": [{"deeper": "x", "number": 1234567.5}]},
}
ANTHROPIC = {
    "model": "claude-5",
    "max_tokens": 1000000,
    "system": [{"type": "text", "text": "Be kind", "cache_control": {"type": "ephemeral", "ttl": "5m"}}],
    "messages": [
        {"role": "user", "content": "Hello"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "c2lnbmVk"},
                {"type": "redacted_thinking", "data": "b3BhcXVl"},
                {"type": "text", "text": "One", "citations": [{"type": "char_location", "cited_text": "c", "document_title": "t"}]},
                {"type": "tool_use", "id": "toolu_1", "name": "mail", "input": {"to": "x", "n": 1234567, "deep": [{"k": "v"}]}},
                {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "q"}},
                {
                    "type": "web_search_tool_result",
                    "tool_use_id": "srv_1",
                    "content": [{"type": "web_search_result", "url": "https://a.example", "title": "t", "encrypted_content": "ZW5j"}],
                },
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": False, "content": [{"type": "text", "text": "ok"}]},
                {"type": "tool_result", "tool_use_id": "toolu_2", "content": '{"status": "sent"}'},
                {"type": "document", "title": "T", "context": "C", "source": {"type": "text", "media_type": "text/plain", "data": "plain"}},
                {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "inner"}]}},
                {"type": "search_result", "source": "s", "title": "t", "content": [{"type": "text", "text": "found"}]},
                {"type": "text", "text": "And?"},
            ],
        },
    ],
    "tools": [{"type": "custom", "name": "mail", "description": "Send", "input_schema": SCHEMA, "cache_control": {"type": "ephemeral"}}],
    "tool_choice": {"type": "tool", "name": "mail", "disable_parallel_tool_use": True},
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "metadata": {"user_id": "u"},
    "stop_sequences": ["END"],
    "service_tier": "auto",
    "mcp_servers": [{"type": "url", "url": "https://mcp.example", "name": "m", "authorization_token": "t"}],
    "context_management": {"edits": [{"type": "clear_tool_uses_20250919", "keep": {"type": "tool_uses", "value": 3}}]},
    "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": SCHEMA}},
    "unheard_of": {"nested": [{"deeper": "x", "number": 1234567.5}]},
}
RICH = {"openai": OPENAI, "anthropic": ANTHROPIC}


def places(node, path=()):
    """Every leaf and every key of a document: (path, what stands there)."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield (*path, key), "key"
            yield from places(child, (*path, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from places(child, (*path, index))
    else:
        yield path, "leaf"


def planted(document, path, sort, value):
    """The document with `value` at a place: instead of the leaf, or as one more key beside the key."""
    document = copy.deepcopy(document)
    holder = document
    for part in path[:-1]:
        holder = holder[part]
    if sort == "leaf":
        holder[path[-1]] = value
    else:
        holder[value] = holder[path[-1]]
    return document


@each_dialect
def test_the_documents_themselves_pass(gateway, dialect):
    answer = gateway.post(dialect, RICH[dialect])
    assert answer.status == 200, answer.body
    assert answer.headers["x-hushgate-findings"].startswith("URL=")  # of schemas and tools, as they are
    assert gateway.upstream.received[-1].document == json.loads(json.dumps(RICH[dialect]))


def forms(canaries, sort):
    """What to plant: each canary as text, inside JSON text, as a number."""
    yield "email", canaries.email
    yield "key", canaries.key
    if sort == "leaf":
        yield "card", canaries.card
        yield "number", int(canaries.card)
        yield "json", json.dumps({"a": [canaries.email, {canaries.key: int(canaries.card)}]})
        yield "object", {"x": {"y": [canaries.email]}, canaries.key: 1}
        yield "list", [canaries.email, [canaries.key, int(canaries.card)]]
    else:
        yield "card", canaries.card


@each_dialect
@pytest.mark.parametrize("form", ["email", "key", "card", "number", "json", "object", "list"])
def test_a_canary_at_every_place_of_a_rich_request_never_reaches_the_provider(gateway, dialect, form):
    canaries = Canaries.fresh()
    planting = refused = 0
    for path, sort in places(RICH[dialect]):
        value = dict(forms(canaries, sort)).get(form)
        if value is None:
            continue
        planting += 1
        answer = gateway.post(dialect, planted(RICH[dialect], path, sort, value))
        if answer.status != 200:
            refused += 1
            assert answer.status in {400, 403}, (path, sort, answer.body)
            assert_refused(answer, dialect, answer.status, answer.json["error"]["code"])
            assert not canaries.within(answer.body), path
        assert not canaries.within(gateway.upstream.record), (path, sort)
    assert planting > 70
    assert refused < planting or sort == "key"
    gateway.assert_invariants(canaries)


@each_dialect
def test_a_canary_in_query_or_path_is_refused(gateway, canaries, dialect):
    for value in canaries.values:
        for options in (
            {"params": {"beta": value.decode()}},
            {"params": {value.decode(): "true"}},
            {"path": f"/v1/{value.decode()}"},
            {"path": f"{PATHS[dialect]}/{value.decode()}"},
            {"provider": value.decode()},
        ):
            answer = gateway.post(dialect, ask(dialect, "hello"), **options)
            assert answer.status in {400, 404}
            assert_refused(answer, dialect, answer.status, answer.json["error"]["code"], receipt=False)
            assert not canaries.within(answer.body)
    gateway.assert_invariants(canaries)


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ATTACHMENTS = {
    ("openai", "image-data"): ({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}, "image_url.url", "image/png"),
    ("openai", "image-http"): ({"type": "image_url", "image_url": {"url": "https://a.example/x.png"}}, "image_url.url", "`sinks: hosts`"),
    ("openai", "image-odd"): ({"type": "image_url", "image_url": {"url": "FTP://a.example/x.png"}}, "image_url.url", "`sinks: hosts`"),
    ("openai", "audio"): ({"type": "input_audio", "input_audio": {"data": PNG, "format": "wav"}}, "input_audio.data", "a file"),
    ("openai", "file-data"): (
        {"type": "file", "file": {"filename": "x.pdf", "file_data": f"data:application/pdf;base64,{PNG}"}},
        "file.file_data",
        "application/pdf",
    ),
    ("anthropic", "image-base64"): (
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
        "source.data",
        "a file",
    ),
    ("anthropic", "image-url"): (
        {"type": "image", "source": {"type": "url", "url": "https://a.example/x.png"}},
        "source.url",
        "`sinks: hosts`",
    ),
    ("anthropic", "pdf-base64"): (
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PNG}},
        "source.data",
        "a file",
    ),
    ("anthropic", "pdf-url"): (
        {"type": "document", "source": {"type": "url", "url": "http://a.example/x.pdf"}},
        "source.url",
        "`sinks: hosts`",
    ),
    ("anthropic", "in-a-result"): (
        {
            "type": "tool_result",
            "tool_use_id": "t",
            "content": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}],
        },
        "content[0].source.data",
        "a file",
    ),
}


@pytest.mark.parametrize(("dialect", "case"), ATTACHMENTS)
def test_an_attachment_is_refused_with_its_place_its_type_and_the_policy_line(gateway, canaries, dialect, case):
    part, where, sort = ATTACHMENTS[dialect, case]
    before = len(gateway.upstream.received)
    document = ask(dialect, canaries.text)
    document["messages"].append({"role": "user", "content": [{"type": "text", "text": "look"}, part]})
    answer = gateway.post(dialect, document)
    assert_refused(answer, dialect, 400, "hushgate_attachment_refused", where=f"messages[1].content[1].{where}")
    message = answer.json["error"]["message"]
    assert sort in message
    assert "`attachments: pass`" in message or sort == "`sinks: hosts`"
    assert len(gateway.upstream.received) == before
    gateway.assert_invariants(canaries, answer, good=False)
