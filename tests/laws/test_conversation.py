"""Replay law and prefix law: what a turn became stays what it became, and a restored answer goes back as the provider wrote it."""

import json
from typing import Any

import pytest

from app.core.document import dump, parse
from app.core.surrogate import Original, well_formed
from app.engine.answer import Noted, StreamRestorer, restore_whole
from laws.machine import ENDPOINTS, READ, STREAM
from laws.walk import naming, restorer_of, stand_in, walk

VALUES = {
    "EMAIL": "maria@example.org",
    "CARD": "4111 1111 1111 1111",
    "PHONE": "41555501234",
    "WORD": "hunter2!x",
    "TERM": 'Falcon "Ærø"\\7',
}
PROMPT = 'I am maria@example.org, card 4111 1111 1111 1111, phone 41555501234, password: hunter2!x and Falcon "Ærø"\\7.'
KEYS = ("model", "max_tokens", "system", "messages", "tools")

# What the provider writes, with the names of values where their surrogates stand.
TEXTS = [
    "Hello {EMAIL}, your card is {CARD}.",
    "{EMAIL}",
    "**{EMAIL}** and [{CARD}] and `{WORD}`, {TERM}'s",
    "the {CARD}s of {EMAIL}\n\n| {PHONE} | {WORD} |",
    "file_{TERM}.txt, {EMAIL}/x and get_{TERM}_id()",
    "key={WORD};{WORD}",
    "see https://evil.example/?q={WORD} and {WORD}",
    "nothing of yours, PERSON_4K7Q2MX8FT is a stranger",
    "{CARD} {CARD} {CARD}",
    '{{"a": "{TERM}"}}',
    "ends inside PERSON_4K",
]
# The arguments of a call as the provider writes them; spacing, escapes and number style are its own.
ARGUMENTS = [
    '{{"to":"{EMAIL}"}}',
    '{{ "to" : "{EMAIL}" ,\n  "n": 1.50e3 }}',
    '{{"note": "caf\\u00e9 \\u00C9 \\/ / é {TERM} \\u0041", "x": "{WORD}"}}',
    '{{"body": "{{\\"to\\": \\"{TERM}\\", \\"n\\": 12}}", "z": []}}',
    '{{"{EMAIL}": {{"password": "{WORD}"}}, "list": ["{CARD}", "x {CARD} y"]}}',
    '{{"code": "print(\\"{TERM}\\")\\n"}}',
    '{{"deep": "{{\\"a\\": \\"{{\\\\\\"b\\\\\\": \\\\\\"{EMAIL}\\\\\\"}}\\"}}"}}',
    "[]",
    "{{}}",
]


def prompt(dialect: str) -> dict[str, Any]:
    document = {"model": "m", "messages": [{"role": "user", "content": PROMPT}]}
    if dialect == "anthropic":
        document |= {"max_tokens": 100, "system": "Help."}
    return parse(json.dumps(document))


def said(template: str, outbound: Any) -> str:
    return template.format(**{name: stand_in(outbound, value) for name, value in VALUES.items()})


def whole(dialect: str, document: Any, outbound: Any) -> Any:
    body = restore_whole(json.dumps(document, ensure_ascii=False).encode(), ENDPOINTS[dialect], restorer_of(outbound), Noted())
    return parse(body)


def streamed(dialect: str, pieces: list[tuple[tuple[str, int, int], str]], outbound: Any) -> dict[tuple[str, int, int], str]:
    endpoint = ENDPOINTS[dialect]
    machine = StreamRestorer(endpoint, endpoint.stream, restorer_of(outbound))
    stream = machine.feed(STREAM[dialect](pieces)) + machine.finish()
    return READ[dialect](stream)


def pieces_of(key: tuple[str, int, int], text: str, size: int) -> list[tuple[tuple[str, int, int], str]]:
    return [(key, text[at : at + size]) for at in range(0, len(text), size)]


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
@pytest.mark.parametrize("template", TEXTS)
def test_replay_of_text_whole_and_streamed(dialect: str, template: str) -> None:
    request = prompt(dialect)
    first = walk(request, ENDPOINTS[dialect])
    text = said(template, first)
    if dialect == "openai":
        answer = whole(dialect, {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}, first)["choices"][0][
            "message"
        ]
        sent = {"role": "assistant", "content": text}
    else:
        answer = {"role": "assistant", "content": whole(dialect, {"content": [{"type": "text", "text": text}]}, first)["content"]}
        sent = {"role": "assistant", "content": [{"type": "text", "text": text}]}
    for size in (1, 3, 1000):
        key = ("content", 0, 0)
        lanes = streamed(dialect, pieces_of(key, text, size), first)
        assert lanes[key] == (answer["content"] if dialect == "openai" else answer["content"][0]["text"])
    request["messages"] += [answer, {"role": "user", "content": "go on"}]
    kept = {
        found.text: ("PASSWORD", Original(VALUES["WORD"])) for found in well_formed(text) if found.text == stand_in(first, VALUES["WORD"])
    }
    second = walk(request, ENDPOINTS[dialect], recalled=kept)
    assert dump(second.document["messages"][:1]) == dump(first.document["messages"])
    assert dump(second.document["messages"][1]) == dump(parse(json.dumps(sent)))


@pytest.mark.parametrize("template", ARGUMENTS)
def test_replay_of_openai_arguments_is_verbatim(template: str) -> None:
    request = prompt("openai")
    first = walk(request, ENDPOINTS["openai"])
    arguments = said(template, first)
    json.loads(arguments)
    call = {"id": "call_1", "type": "function", "function": {"name": "send", "arguments": arguments}}
    answer = whole("openai", {"choices": [{"index": 0, "message": {"role": "assistant", "content": None, "tool_calls": [call]}}]}, first)
    message = answer["choices"][0]["message"]
    restored = message["tool_calls"][0]["function"]["arguments"]
    json.loads(restored)
    assert not any(found.text in restored for found in well_formed(arguments) if found.text in {issued.text for issued in first.issued})
    key = ("arguments", 0, 0)
    for size in (1, 5, 1000):
        assert streamed("openai", pieces_of(key, arguments, size), first)[key] == restored
    request["messages"] += [message, {"role": "tool", "tool_call_id": "call_1", "content": "done for maria@example.org"}]
    second = walk(request, ENDPOINTS["openai"])
    assert second.document["messages"][1]["tool_calls"][0]["function"]["arguments"] == arguments
    assert second.document["messages"][2]["content"] == f"done for {stand_in(first, VALUES['EMAIL'])}"


@pytest.mark.parametrize("template", TEXTS)
@pytest.mark.parametrize("arguments", [ARGUMENTS[0], ARGUMENTS[3], ARGUMENTS[6]])
def test_replay_of_a_response_is_verbatim(template: str, arguments: str) -> None:
    """Every item of an answer, with what it signed and where it cites, goes back as the provider wrote it."""
    request = parse(json.dumps({"model": "m", "instructions": "Help.", "input": [{"role": "user", "content": PROMPT}]}))
    endpoint = ENDPOINTS["responses"]
    first = walk(request, endpoint)
    text, call = said(template, first), said(arguments, first)
    cited = [{"type": "url_citation", "url": "https://x.example", "title": text, "start_index": 0, "end_index": len(text)}]
    part = {"type": "output_text", "text": text, "annotations": cited, "logprobs": []}
    items = [
        {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": text}], "encrypted_content": "ZW5j"},
        {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]},
        {"id": "fc_1", "type": "function_call", "call_id": "call_1", "name": "send", "arguments": call, "status": "completed"},
        {"id": "ct_1", "type": "custom_tool_call", "call_id": "call_2", "name": "run", "input": text, "status": "completed"},
    ]
    answer = whole("responses", {"id": "resp_1", "object": "response", "output": items}, first)["output"]
    keys = {("summary", 0, 0): text, ("content", 0, 0): text, ("arguments", 0, 0): call, ("input", 0, 0): text}
    leaves = (answer[0]["summary"][0], answer[1]["content"][0], answer[2], answer[3])
    restored = dict(zip(keys, (leaf[name] for leaf, name in zip(leaves, ("text", "text", "arguments", "input"), strict=True)), strict=True))
    for size in (1, 3, 1000):
        pieces = [piece for key, value in keys.items() for piece in pieces_of(key, value, size)]
        assert streamed("responses", pieces, first) == restored
    assert answer[0]["encrypted_content"] == "ZW5j"
    request["input"] += [*answer, {"type": "function_call_output", "call_id": "call_1", "output": "done for maria@example.org"}]
    kept = {name.text: ("PASSWORD", Original(VALUES["WORD"])) for name in well_formed(text) if name.text == stand_in(first, VALUES["WORD"])}
    second = walk(request, endpoint, recalled=kept)
    assert dump(second.document["input"][:1]) == dump(first.document["input"])
    assert dump(second.document["input"][1:5]) == dump(parse(json.dumps(items)))
    assert second.document["input"][5]["output"] == f"done for {stand_in(first, VALUES['EMAIL'])}"


@pytest.mark.parametrize("template", [template for template in ARGUMENTS if template != "[]"])
def test_replay_of_anthropic_input_is_the_same_object(template: str) -> None:
    request = prompt("anthropic")
    first = walk(request, ENDPOINTS["anthropic"])
    arguments = said(template, first)
    block = {"type": "tool_use", "id": "toolu_1", "name": "send", "input": parse(arguments)}
    body = restore_whole(dump({"content": [block]}), ENDPOINTS["anthropic"], restorer_of(first), Noted())
    answer = parse(body)["content"]
    key = ("arguments", 0, 0)
    for size in (1, 5, 1000):
        text = streamed("anthropic", pieces_of(key, arguments, size), first)[key]
        assert dump(parse(text)) == dump(answer[0]["input"])
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "sent to maria@example.org"}]}
    request["messages"] += [{"role": "assistant", "content": answer}, {"role": "user", "content": [result]}]
    second = walk(request, ENDPOINTS["anthropic"])
    assert dump(second.document["messages"][1]["content"]) == dump([block])


@pytest.mark.parametrize("invented", ["write to new@example.com", "ask file_{EMAIL}"])
def test_what_looks_sensitive_in_an_answer_is_protected_when_it_comes_back_and_stays_so(invented: str) -> None:
    request = prompt("openai")
    first = walk(request, ENDPOINTS["openai"])
    text = said(invented, first)
    answer = whole("openai", {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}, first)["choices"][0]["message"]
    request["messages"] += [answer, {"role": "user", "content": "go on"}]
    second = walk(request, ENDPOINTS["openai"]).document["messages"][1]["content"]
    assert "@" not in second
    request["messages"] += [{"role": "user", "content": "and new@example.com"}]
    assert walk(request, ENDPOINTS["openai"]).document["messages"][1]["content"] == second


def test_replay_of_a_number_in_arguments() -> None:
    request = parse(
        '{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",'
        '"function":{"name":"dial","arguments":"{\\"n\\": 41555501234, \\"j\\": \\"{\\\\\\"n\\\\\\":41555501234}\\"}"}}]},{"role":"tool","tool_call_id":"c","content":"no answer"}]}'
    )
    first = walk(request, ENDPOINTS["openai"])
    name = stand_in(first, "41555501234")
    arguments = f'{{"n": "{name}", "j": "{{\\"n\\":\\"{name}\\"}}"}}'
    assert first.document["messages"][0]["tool_calls"][0]["function"]["arguments"] == arguments
    key = ("arguments", 0, 0)
    for size in (1, 4, 1000):
        restored = streamed("openai", pieces_of(key, arguments, size), first)[key]
        assert restored == '{"n": 41555501234, "j": "{\\"n\\":41555501234}"}'


def test_a_value_that_stands_as_number_and_as_text_comes_back_as_text() -> None:
    for order in (1, -1):
        parts = [{"n": 41555501234}, {"n": "41555501234"}][::order]
        content = [{"type": "tool_use", "id": f"t{i}", "name": "f", "input": part} for i, part in enumerate(parts)]
        request = parse(json.dumps({"model": "m", "max_tokens": 1, "messages": [{"role": "assistant", "content": content}]}))
        first = walk(request, ENDPOINTS["anthropic"])
        assert [issued.original.number for issued in first.issued] == [False]


TURNS: list[Any] = [
    {"role": "user", "content": PROMPT},
    {"role": "assistant", "content": "Noted: hunter2!x"},
    {"role": "user", "content": [{"type": "text", "text": "second card 4222 2222"}, {"type": "text", "text": " 2222 2222, and hunter2!x"}]},
    {"role": "assistant", "content": "4333 3333 "},
    {"role": "user", "content": "3333 3333 is mine, bob@example.org too"},
    {"role": "assistant", "content": "bob@example.org, maria@example.org"},
    {"role": "user", "content": "late@example.org and Falcon-7, password: swordfish"},
    {"role": "user", "content": "swordfish Falcon-7"},
]
RESPONSES_TURNS: list[Any] = [
    {**turn, "content": [{**part, "type": "input_text"} for part in turn["content"]]} if isinstance(turn["content"], list) else turn
    for turn in TURNS
]


def test_appending_items_changes_nothing_before_them() -> None:
    tools = [{"type": "function", "name": "send", "description": "writes to help@example.org"}]
    earlier: list[bytes] = []
    for order in (("instructions", "tools", "input"), ("input", "tools", "instructions")):
        for count in range(1, len(TURNS) + 1):
            full = {"instructions": "You serve hunter2!x, password=s3cretive", "tools": tools, "input": RESPONSES_TURNS[:count]}
            outbound = walk(parse(json.dumps({"model": "m", **{key: full[key] for key in order}})), ENDPOINTS["responses"])
            pieces = [dump(outbound.document[key]) for key in ("instructions", "tools")] + [
                dump(turn) for turn in outbound.document["input"]
            ]
            assert pieces[: len(earlier)] == earlier[: len(pieces)]  # whichever key stands first
            earlier = pieces
    assert b"hunter2!x" not in b"".join(earlier[2:])
    assert b"swordfish" not in b"".join(earlier)


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
@pytest.mark.parametrize("order", [KEYS, KEYS[::-1], ("messages", "system", "tools", "model", "max_tokens")])
def test_appending_turns_changes_nothing_before_them(dialect: str, order: tuple[str, ...]) -> None:
    tools = [{"name": "send", "description": "writes to help@example.org"}, {"name": "f", "description": "g"}]
    document = {"model": "m", "max_tokens": 9, "system": "You serve hunter2!x. Ask help@example.org, password=s3cretive", "tools": tools}
    earlier: list[bytes] = []
    for count in range(1, len(TURNS) + 1):
        full = {**document, "messages": TURNS[:count]}
        outbound = walk(parse(json.dumps({key: full[key] for key in order})), ENDPOINTS[dialect])
        assert list(outbound.document) == list(order)
        pieces = [dump(outbound.document[key]) for key in ("system", "tools")] + [dump(turn) for turn in outbound.document["messages"]]
        assert pieces[: len(earlier)] == earlier
        earlier = pieces
    assert b"hunter2!x" not in b"".join(earlier[2:])
    assert b"swordfish" not in b"".join(earlier)


def test_what_the_system_says_is_known_even_where_it_stands_last() -> None:
    document = {
        "messages": [{"role": "user", "content": "is it s3cretive?"}],
        "model": "m",
        "max_tokens": 1,
        "system": "password=s3cretive",
    }
    outbound = walk(parse(json.dumps(document)), ENDPOINTS["anthropic"])
    assert b"s3cretive" not in dump(outbound.document)


def test_a_value_known_from_an_earlier_turn_is_found_where_no_detector_fires() -> None:
    turns = [{"role": "user", "content": "password: hunter2!x"}, {"role": "user", "content": "hunter2!x (hunter2!x) hunter2!xs"}]
    outbound = walk(parse(json.dumps({"model": "m", "messages": turns})), ENDPOINTS["openai"])
    name = stand_in(outbound, "hunter2!x")
    assert outbound.document["messages"][1]["content"] == f"{name} ({name}) {name}s"


def test_a_known_value_inside_a_longer_word_is_another_word() -> None:
    turns = [{"role": "user", "content": "password: other"}, {"role": "user", "content": "another mother others other"}]
    outbound = walk(parse(json.dumps({"model": "m", "messages": turns})), ENDPOINTS["openai"])
    name = stand_in(outbound, "other")
    assert outbound.document["messages"][1]["content"] == f"another mother {name}s {name}"
    turns = [{"role": "user", "content": "password: my-lantern"}, {"role": "user", "content": "tommy-lantern my-lanterns my-lanternx"}]
    outbound = walk(parse(json.dumps({"model": "m", "messages": turns})), ENDPOINTS["openai"])
    assert outbound.document["messages"][1]["content"] == f"tommy-lantern {stand_in(outbound, 'my-lantern')}s my-lanternx"


def test_a_value_split_over_neighbouring_parts_leaves_no_piece() -> None:
    for cut in range(1, 19):
        parts = [
            {"type": "text", "text": text} for text in ("my card " + "4111 1111 1111 1111"[:cut], "4111 1111 1111 1111"[cut:] + " thanks")
        ]
        outbound = walk(parse(json.dumps({"model": "m", "messages": [{"role": "user", "content": parts}]})), ENDPOINTS["openai"])
        joined = "".join(part["text"] for part in outbound.document["messages"][0]["content"])
        assert joined.startswith("my card CREDIT_CARD_")
        assert joined.endswith(" thanks")
        values = {issued.text: issued.original.text for issued in outbound.issued}
        assert "".join(values.values()) == "4111 1111 1111 1111" or len(values) == 1
        for text, value in values.items():
            joined = joined.replace(text, value)
        assert joined == "my card 4111 1111 1111 1111 thanks"


def test_turns_are_not_neighbouring_parts() -> None:
    turns = [{"role": "user", "content": "4333 3333 "}, {"role": "user", "content": "3333 3333"}]
    request = parse(json.dumps({"model": "m", "messages": turns}))
    assert walk(request, ENDPOINTS["openai"]).document == request


def test_a_surrogate_in_history_stays_and_its_original_is_known_from_there_on() -> None:
    request = prompt("openai")
    first = walk(request, ENDPOINTS["openai"])
    name = stand_in(first, VALUES["WORD"])
    turns = [{"role": "assistant", "content": f"it is {name}"}, {"role": "user", "content": "hunter2!x it is"}]
    recalled = {name: ("PASSWORD", Original(VALUES["WORD"]))}
    outbound = walk(parse(json.dumps({"model": "m", "messages": turns})), ENDPOINTS["openai"], recalled=recalled)
    assert [turn["content"] for turn in outbound.document["messages"]] == [f"it is {name}", f"{name} it is"]


def test_a_surrogate_in_the_text_is_kept_and_reused_from_there_on_whatever_the_epoch() -> None:
    turns = [
        {"role": "user", "content": "I am maria@example.org"},
        {"role": "assistant", "content": "OLD it is"},
        {"role": "user", "content": "maria@example.org and Maria@example.org"},
    ]
    value = Original("maria@example.org")
    old = naming(b"key of an epoch that is over").surrogate("EMAIL_ADDRESS", value.text)
    turns[1]["content"] = f"{old} it is"
    recalled = {old: ("EMAIL_ADDRESS", value)}
    before = walk(parse(json.dumps({"model": "m", "messages": turns[:1]})), ENDPOINTS["openai"])
    outbound = walk(parse(json.dumps({"model": "m", "messages": turns})), ENDPOINTS["openai"], recalled=recalled)
    first, second, third = (turn["content"] for turn in outbound.document["messages"])
    assert first == before.document["messages"][0]["content"]  # nothing that follows changes it
    assert old not in first
    assert second == f"{old} it is"
    again, other = third.split(" and ")
    assert again == old
    assert well_formed(other)[0].text == other != old  # another exact form is another surrogate
    assert restorer_of(outbound, recalled).originals.by_surrogate[old] == value


def test_a_number_that_is_recalled_comes_back_as_the_number_it_was() -> None:
    request = parse(json.dumps({"model": "m", "messages": [{"role": "user", "content": "again"}]}))
    name = naming().surrogate("PHONE_NUMBER", "41555501230")
    recalled = {name: ("PHONE_NUMBER", Original("41555501230", number=True))}
    outbound = walk(request, ENDPOINTS["anthropic"], recalled=recalled)
    restore = restorer_of(outbound, recalled)
    body = json.dumps(
        {"type": "message", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {"to": name, "s": f"a {name}"}}]}
    )
    answer = json.loads(restore_whole(body.encode(), ENDPOINTS["anthropic"], restore, Noted()))
    assert answer["content"][0]["input"] == {"to": 41555501230, "s": "a 41555501230"}


def test_users_text_that_looks_like_a_surrogate_goes_and_comes_unharmed() -> None:
    text = "what is PERSON_4K7Q2MX8FT or EMAIL_ADDRESS_0000000000? I am maria@example.org"
    request = parse(json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]}))
    outbound = walk(request, ENDPOINTS["openai"])
    sent = outbound.document["messages"][0]["content"]
    assert sent.startswith("what is PERSON_4K7Q2MX8FT or EMAIL_ADDRESS_0000000000? I am EMAIL_ADDRESS_")
    answer = whole("openai", {"choices": [{"index": 0, "message": {"role": "assistant", "content": sent}}]}, outbound)
    assert answer["choices"][0]["message"]["content"] == text
