"""Identity, fidelity, kinds and protect-then-restore: one law for every dialect, the toy ones included."""

import json
from pathlib import Path
from typing import Any

import pytest

import app.dialects
from app.core.dialect import Dialect, Endpoint, Failure
from app.core.document import dump, parse
from app.core.policy import Policy, read_policy
from app.core.registry import load
from app.core.segment import Form, Segment, rewrite, segments
from app.core.surrogate import well_formed
from app.core.table import Kind, Table
from app.engine.answer import Noted, restore_whole
from app.engine.framing import FRAMINGS
from app.errors import BadDocument, PolicyBlocked
from laws.machine import ENDPOINTS, plain
from laws.toys import FRAMED, GEMINI
from laws.walk import decide, restorer_of, stand_in, walk

GOLDEN = Path(__file__).parents[1] / "golden"
DIALECTS = [*load(app.dialects, Dialect), GEMINI, FRAMED]
ALL = [
    pytest.param(endpoint, id=f"{dialect.name}-{endpoint.name}")
    for dialect in DIALECTS
    for endpoint in dialect.endpoints
    if endpoint.document
]
WRITTEN = [one for one in ALL if one.values[0] in ENDPOINTS.values() or one.values[0] in (*GEMINI.endpoints, *FRAMED.endpoints)]
REQUESTS = {name: (GOLDEN / "requests" / f"{name}.txt").read_bytes() for name in ENDPOINTS}
SECRETS = [b"@example.org", b"hunter2!x", b"4111", b"41555501234", b"swordfish", b"Falcon-7"]
GEMINI_REQUEST: dict[str, Any] = {
    "contents": [
        {"role": "user", "parts": [{"text": "maria@example.org, password: hunter2!x"}, {"text": "card 4111 1111"}, {"text": " 1111 1111"}]},
        {
            "role": "model",
            "parts": [{"functionCall": {"name": "f", "args": {"to": "hunter2!x", "n": 41555501234}}, "thoughtSignature": "EqQB"}],
        },
        {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"maria@example.org": ["hunter2!x"]}}}]},
    ],
    "systemInstruction": {"parts": [{"text": "serve Falcon-7"}]},
    "brandNew": {"field": "maria@example.org"},
    "generationConfig": {"responseMimeType": "text/plain", "temperature": 0.50},
}
FRAMED_REQUEST = b'{"modelId":"m","messages":[{"role":"user","content":[{"text":"maria@example.org, password: hunter2!x"}]}],"x":{"y":1.0}}'


NAMED = {endpoint.name: endpoint for dialect in DIALECTS for endpoint in dialect.endpoints}


def request_of(endpoint: Endpoint) -> bytes:
    named = next(
        (REQUESTS[name] for name, known in ENDPOINTS.items() if known.name == endpoint.name), None
    )  # one dialect inherits another's
    return named or (FRAMED_REQUEST if endpoint.name == "converse" else json.dumps(GEMINI_REQUEST).encode())


def same_text(segment: Segment) -> str:
    return segment.text


@pytest.mark.parametrize("endpoint", ALL)
def test_rewriting_with_the_identity_is_the_identical_document(endpoint: Endpoint) -> None:
    document = parse(request_of(endpoint))
    assert rewrite(document, endpoint.request, same_text) is document
    for table in (endpoint.answer, endpoint.stream.table if endpoint.stream else endpoint.answer):
        assert rewrite(document, table, same_text) is document
        assert rewrite(document, table, same_text, listed=True) is document


@pytest.mark.parametrize("endpoint", WRITTEN)
def test_a_rewritten_document_shares_what_did_not_change_and_leaves_the_first_as_it_was(endpoint: Endpoint) -> None:
    document = parse(request_of(endpoint))
    before = dump(document)
    outbound = walk(document, endpoint).document
    assert dump(document) == before
    assert list(outbound) == list(document)
    unchanged = [key for key in document if dump(document[key]) == dump(outbound[key])]
    assert unchanged
    assert all(outbound[key] is document[key] for key in unchanged)


@pytest.mark.parametrize("body", REQUESTS.values(), ids=REQUESTS)
def test_dumping_what_was_parsed_keeps_order_lexemes_and_lone_escapes(body: bytes) -> None:
    once = dump(parse(body))
    assert dump(parse(once)) == once
    assert json.loads(once) == json.loads(body)
    lexemes = json.JSONDecoder(parse_int=lambda text: f"#{text}", parse_float=lambda text: f"#{text}").decode
    assert lexemes(once.decode()) == lexemes(body.decode()) == plain(parse(body))


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_leaf_has_its_kind(name: str) -> None:
    found = segments(parse(REQUESTS[name]), ENDPOINTS[name].request)
    lines = [f"{segment.kind.value:10} {segment.form.value:6} {segment.at}" for segment in found]
    assert lines == (GOLDEN / "kinds" / f"{name}.txt").read_text().splitlines()


@pytest.mark.parametrize("endpoint", WRITTEN)
def test_nothing_sensitive_leaves_and_protect_then_restore_is_the_original(endpoint: Endpoint) -> None:
    document = parse(request_of(endpoint))
    outbound = walk(document, endpoint)
    sent = dump(outbound.document)
    assert not [secret for secret in SECRETS if secret in sent]
    originals = restorer_of(outbound).originals.by_surrogate
    numbers = {text for text, original in originals.items() if original.number}

    def back(segment: Segment) -> Any:
        text = segment.text
        for name, original in originals.items():
            text = text.replace(name, original.text)
        if segment.text in numbers and segment.kind is Kind.FREE and segment.form is Form.STRING:
            return originals[segment.text].text
        return text

    restored = dump(rewrite(outbound.document, endpoint.request, back))
    number = b'"n":41555501234'
    assert restored.replace(b'"n":"41555501234"', number).replace(b'\\"n\\": \\"41555501234\\"', b'\\"n\\": 41555501234') == dump(document)


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any, Any, Any]]:
    """Every place of a document at which a canary may be put: (address, holder, key, value)."""
    found: list[tuple[str, Any, Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in list(items):
        found.append((f"{path}.{key}", value, key, child))
        found += _leaves(child, f"{path}.{key}")
    return found


@pytest.mark.parametrize("endpoint", ALL)
def test_a_canary_in_any_leaf_or_key_is_transformed_or_refused(endpoint: Endpoint) -> None:
    canary = "canary@leak.example"
    places = len(_leaves(parse(request_of(endpoint))))
    for place in range(places):
        document = parse(request_of(endpoint))
        address, holder, key, value = _leaves(document)[place]
        holder[key] = (
            canary if not isinstance(value, dict | list) else {**value, canary: "x"} if isinstance(value, dict) else [*value, canary]
        )
        try:
            sent = dump(walk(document, endpoint).document)
        except (BadDocument, PolicyBlocked):
            continue
        files = [segment.text for segment in segments(document, endpoint.request) if segment.kind is Kind.FILE]
        assert canary.encode() not in sent or canary in files, address


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_field_of_tomorrow_is_text_and_its_name_is_inspected(name: str) -> None:
    document = parse(b'{"model":"m","tomorrow":{"of":["maria@example.org"]},"maria":1}')
    found = {segment.at: segment for segment in segments(document, ENDPOINTS[name].request)}
    assert found["tomorrow.of[0]"].kind is Kind.TEXT
    assert found["tomorrow"].form is Form.KEY
    assert found["maria"].form is Form.KEY
    with pytest.raises(PolicyBlocked, match="object key"):
        walk(parse(b'{"model":"m","tomorrow":{"maria@example.org":1}}'), ENDPOINTS[name])


@pytest.mark.parametrize("number", ["41555501234", "-41555501234"])
def test_a_sensitive_number_outside_free_form_is_refused_and_within_it_is_a_string(number: str) -> None:
    with pytest.raises(PolicyBlocked, match="a number"):
        walk(parse(f'{{"model":"m","seed":{number}}}'), ENDPOINTS["openai"])
    outbound = walk(parse(f'{{"model":"m","metadata":{{"n":{number}}}}}'), ENDPOINTS["openai"])
    assert outbound.document["metadata"]["n"] == stand_in(outbound, number)


@pytest.mark.parametrize("field", ["model", "tools.0.function.name", "messages.0.role", "tools.0.function.parameters.pattern"])
def test_an_exempt_field_with_a_finding_is_refused(field: str) -> None:
    document = parse(
        '{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"pattern":"x"}}}]}',
    )
    holder: Any = document
    *above, last = field.split(".")
    for part in above:
        holder = holder[int(part) if part.isdigit() else part]
    holder[last] = "maria@example.org"
    with pytest.raises((PolicyBlocked, BadDocument)):
        walk(document, ENDPOINTS["openai"])


KEPT_ELSEWHERE = [
    ("responses", {"prompt": {"id": "p", "variables": {"a": "b"}}}),
    ("evals", {"data_source_config": {"type": "stored_completions"}}),
    ("evals.runs", {"data_source": {"source": {"type": "responses"}}}),
    ("fine_tuning.jobs", {"integrations": [{"type": "wandb"}]}),
    ("embeddings", {"input": [1, 2, 3]}),
    ("embeddings", {"input": [[1], [2]]}),
    ("completions", {"prompt": ["text", [15339]]}),
    ("moderations", {"input": 7}),
]


@pytest.mark.parametrize(("name", "document"), KEPT_ELSEWHERE, ids=str)
def test_what_the_provider_keeps_and_what_nobody_can_read_is_refused(name: str, document: dict[str, Any]) -> None:
    with pytest.raises(BadDocument, match=r"not served yet|nobody can inspect"):
        walk(parse(json.dumps({"model": "m", **document})), NAMED[name])


@pytest.mark.parametrize("value", ["User", "a b", "x" * 81, "-x", "ä", "<b>"])
def test_a_word_of_the_protocol_keeps_its_shape(value: str) -> None:
    with pytest.raises(BadDocument, match="not of its form"):
        walk(parse(json.dumps({"model": "m", "messages": [{"role": value, "content": "x"}]})), ENDPOINTS["openai"])


def test_signed_text_with_a_finding_is_refused_and_without_is_byte_exact() -> None:
    def request(thinking: str) -> Any:
        block = {"type": "thinking", "thinking": thinking, "signature": "EqQB"}
        return parse(
            json.dumps({"model": "m", "messages": [{"role": "assistant", "content": [block]}, {"role": "user", "content": "hunter"}]})
        )

    with pytest.raises(PolicyBlocked, match="signed field"):
        walk(request("ask maria@example.org"), ENDPOINTS["anthropic"])
    document = request(' { "odd" : "\u00e9" } ')
    assert walk(document, ENDPOINTS["anthropic"]).document is document


def test_blocks_nest_in_tool_results_as_deep_as_they_like() -> None:
    inner: Any = {"type": "text", "text": "maria@example.org"}
    for _ in range(20):
        inner = {"type": "tool_result", "tool_use_id": "t", "content": [inner, {"type": "thinking", "thinking": "x", "signature": "y"}]}
    document = parse(json.dumps({"model": "m", "messages": [{"role": "user", "content": [inner]}]}))
    kinds = {segment.at.rpartition(".")[2]: segment.kind for segment in segments(document, ENDPOINTS["anthropic"].request)}
    assert kinds["thinking"] is Kind.SIGNED
    assert kinds["tool_use_id"] is Kind.FUNCTIONAL
    assert b"maria" not in dump(walk(document, ENDPOINTS["anthropic"]).document)


def test_json_schema_recurs() -> None:
    schema: Any = {"type": "string", "description": "like maria@example.org"}
    for key in ("items", "not", "if"):
        schema = {
            "type": "object",
            "properties": {"type": schema},
            key: schema,
            "anyOf": [schema],
            "$defs": {"type": schema},
            "required": ["type"],
        }
    document = parse(json.dumps({"model": "m", "tools": [{"type": "function", "function": {"name": "f", "parameters": schema}}]}))
    found = [segment for segment in segments(document, ENDPOINTS["openai"].request) if segment.form is Form.STRING]
    assert {segment.kind for segment in found if segment.text in {"string", "object"}} == {Kind.ENUM}
    assert {segment.kind for segment in found if segment.text.startswith("like")} == {Kind.TEXT}
    assert b"maria" not in dump(walk(document, ENDPOINTS["openai"]).document)


def test_a_selector_tells_objects_of_several_types_apart() -> None:
    table = Table({"[]": Table({"type": Kind.ENUM, "[type=a|b].x": Kind.SIGNED, "[type=c].x": Kind.FREE, "y": Kind.FILE})})
    document = parse(
        '[{"type":"a","x":"1","y":"f"},{"type":"b","x":"2"},{"type":"c","x":{"k":"3"}},{"type":"d","x":"4","y":"f"},{"x":"5"},{"type":7,"x":"6"}]'
    )
    kinds = [
        (segment.text, segment.kind)
        for segment in segments(document, table)
        if segment.form is Form.STRING and len(segment.text) == 1 and segment.text.isdigit()
    ]
    assert kinds == [("1", Kind.SIGNED), ("2", Kind.SIGNED), ("3", Kind.FREE), ("4", Kind.TEXT), ("5", Kind.TEXT), ("6", Kind.TEXT)]
    assert [segment.kind for segment in segments(document, table) if segment.text == "f"] == [Kind.FILE, Kind.FILE]


def test_a_selector_that_comes_last_still_decides() -> None:
    document = parse('{"messages":[{"role":"assistant","content":[{"data":"maria@example.org","type":"redacted_thinking"}]}]}')
    (data,) = [segment for segment in segments(document, ENDPOINTS["anthropic"].request) if "@" in segment.text]
    assert data.kind is Kind.OPAQUE


def test_what_the_provider_runs_and_how_it_signs_is_left_alone_in_answers() -> None:
    outbound = walk(parse('{"model":"m","messages":[{"role":"user","content":"I am maria@example.org"}]}'), ENDPOINTS["anthropic"])
    name = stand_in(outbound, "maria@example.org")
    content = [
        {"type": "thinking", "thinking": f"of {name}", "signature": "s"},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": name}},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"q": name, name: [name]}},
        {"type": "text", "text": name, "citations": [{"cited_text": name, "url": f"https://x/{name}"}]},
    ]
    restorer, signed = restorer_of(outbound), Noted()
    body = restore_whole(json.dumps({"content": content, "id": name}).encode(), ENDPOINTS["anthropic"], restorer, signed)
    answer = json.loads(body)
    mail = "maria@example.org"
    assert answer["content"][0] == content[0]
    assert answer["content"][1] == content[1]
    assert answer["content"][2]["input"] == {"q": mail, mail: [mail]}
    assert answer["content"][3] == {"type": "text", "text": mail, "citations": [{"cited_text": mail, "url": f"https://x/{name}"}]}
    assert answer["id"] == name
    assert restorer.originals.kept["field"] == 3
    assert set(signed.texts) == {f"of {name}", "s"}


def test_an_untouched_answer_is_the_bytes_that_came() -> None:
    body = b'{ "choices" : [ {"index":0, "message": {"content": "caf\\u00e9 \\/", "x": NaN}} ] }'
    assert restore_whole(body, ENDPOINTS["openai"], restorer_of(walk(parse(REQUESTS["openai"]), ENDPOINTS["openai"])), Noted()) == body


def test_an_odd_answer_keeps_its_odd_numbers_when_it_is_rewritten() -> None:
    outbound = walk(parse(REQUESTS["openai"]), ENDPOINTS["openai"])
    name = stand_in(outbound, "maria@example.org")
    body = f'{{"choices":[{{"message":{{"content":"{name}"}},"x":NaN,"y":1.10,"z":-Infinity}}]}}'.encode()
    assert restore_whole(body, ENDPOINTS["openai"], restorer_of(outbound), Noted()) == (
        b'{"choices":[{"message":{"content":"maria@example.org"},"x":NaN,"y":1.10,"z":-Infinity}]}'
    )


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_dialect_is_whole(dialect: Dialect) -> None:
    failure = Failure(400, "hushgate_bad_document", "Hushgate: no", "messages[0]")
    assert "no" in json.dumps(dialect.error(failure))
    assert json.dumps(dialect.stream_error(failure)[1])
    for endpoint in dialect.endpoints:
        assert endpoint.request.default is Kind.TEXT
        assert endpoint.answer.default is Kind.KEEP
        assert not endpoint.answer.nested
        if endpoint.stream:
            assert endpoint.stream.framing in FRAMINGS
            assert endpoint.stream.table.default is Kind.KEEP
    assert all(name == name.lower() for name in (*dialect.headers, *dialect.answer_headers))


def test_monitor_mode_sends_the_document_itself() -> None:
    document = parse(REQUESTS["openai"])
    outbound = walk(document, ENDPOINTS["openai"], {"mode": "monitor"})
    assert outbound.document is document
    assert outbound.issued == ()


def test_a_key_in_free_form_is_transformed_and_comes_back() -> None:
    document = parse('{"model":"m","metadata":{"maria@example.org":{"n":1}}}')
    outbound = walk(document, ENDPOINTS["openai"])
    name = stand_in(outbound, "maria@example.org")
    assert dump(outbound.document) == f'{{"model":"m","metadata":{{"{name}":{{"n":1}}}}}}'.encode()


def test_two_keys_that_would_become_one_are_refused() -> None:
    document = parse('{"model":"m","metadata":{"maria@example.org":1,"bob@example.org":2}}')
    with pytest.raises(BadDocument, match="two object keys become one"):
        walk(document, ENDPOINTS["openai"], {"defaults": {"transform": "redact"}})
    assert len(walk(document, ENDPOINTS["openai"]).issued) == 2


def test_verdicts_name_every_finding_once() -> None:
    found, verdict = decide(parse(REQUESTS["openai"]), ENDPOINTS["openai"], Policy(read_policy({"version": 1})))
    assert len(verdict.decisions) == len(found)
    assert sum(verdict.counts.values()) == sum(map(len, verdict.decisions))
    sent = dump(walk(parse(REQUESTS["openai"]), ENDPOINTS["openai"]).document).decode()
    assert len(well_formed(sent)) == sum(verdict.counts.values())
