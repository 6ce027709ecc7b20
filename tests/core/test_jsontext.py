"""JSON within strings: only what changes is written anew."""

from itertools import combinations

import pytest

from app.core.document import Number
from app.core.jsontext import MAX_NESTING, Edited, holds_json, rewrite


def edit(token: str, form: str, _label: str) -> str:
    """Replace every `SECRET` as protect does, numbers of eight digits as a whole."""
    if form == "number":
        return "NUM_1" if token == "12345678" else token
    edits = [(at, at + 6, "NAME_1") for at in range(len(token)) if token.startswith("SECRET", at)]
    return Edited.of(token, edits) if edits else token


REWRITTEN = [
    ('{"a":"SECRET"}', '{"a":"NAME_1"}'),
    ('{ "a" :\n\t"x SECRET y SECRET" , "b": 1.50e3 }', '{ "a" :\n\t"x NAME_1 y NAME_1" , "b": 1.50e3 }'),
    ('{"SECRET" : {"SECRET":null}}', '{"NAME_1" : {"NAME_1":null}}'),
    ('["\\u00e9 \\u00C9 é \\/ / SECRET \\u0041\\ud83e\\udd8a\\ud800"]', '["\\u00e9 \\u00C9 é \\/ / NAME_1 \\u0041\\ud83e\\udd8a\\ud800"]'),
    ('["S\\u0045CRET\\n"]', '["NAME_1\\n"]'),
    ('["SECRET\\u00e9SECRET"]', '["NAME_1\\u00e9NAME_1"]'),
    ('{"n": 12345678, "m": -1.0, "k": 1234567}', '{"n": "NUM_1", "m": -1.0, "k": 1234567}'),
    (
        '{"j": "{ \\"a\\": \\"\\\\u00e9 SECRET\\", \\"n\\" : 12345678 }"}',
        '{"j": "{ \\"a\\": \\"\\\\u00e9 NAME_1\\", \\"n\\" : \\"NUM_1\\" }"}',
    ),
    ('["12345678"]', '["12345678"]'),
    ('["plain"]', '["plain"]'),
    ('["\\" SECRET \\\\"]', '["\\" NAME_1 \\\\"]'),
    ("[]", "[]"),
]


@pytest.mark.parametrize(("text", "expected"), REWRITTEN)
def test_spacing_lexemes_and_escapes_survive_outside_what_changed(text: str, expected: str) -> None:
    assert holds_json(text)
    assert rewrite(text, edit) == expected
    assert rewrite(text, lambda token, _form, _label: token) is text


def test_a_token_replaced_as_a_whole_keeps_its_style() -> None:
    def whole(token: str, form: str, _label: str) -> str:
        return token.replace("SECRET", "é/") if form == "string" else token

    assert rewrite('["SECRET","\\u00fc SECRET","a\\/b SECRET"]', whole) == '["é/","\\u00fc \\u00e9/","a\\/b é\\/"]'


def test_a_number_may_come_back_as_a_number() -> None:
    assert rewrite('["X"]', lambda _token, _form, _label: Number("1.50")) == "[1.50]"


def test_every_token_is_seen_with_the_key_it_stands_under() -> None:
    seen: list[tuple[str, str, str]] = []

    def collect(token: str, form: str, label: str) -> str:
        seen.append((token, form, label))
        return token

    rewrite('{"a": "x", "b": [12345678, "y"], "c": "{\\"d\\": \\"z\\"}"}', collect)
    assert seen == [
        ("a", "key", ""),
        ("x", "string", "a"),
        ("b", "key", ""),
        ("12345678", "number", "b"),
        ("y", "string", "b"),
        ("c", "key", ""),
        ("d", "key", ""),
        ("z", "string", "d"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1",
        "plain",
        '"a"',
        "12",
        "null",
        "{x}",
        "[Note] hi",
        "{} {}",
        '{"a": 1} trailing',
    ],
)
def test_what_is_not_one_object_or_array_is_text(text: str) -> None:
    assert not holds_json(text)


@pytest.mark.parametrize(
    "text", [r'{"a":"m\u0040x.org","a":1}', r'{"a":NaN,"b":"m\u0040x.org"}', "[" * 150 + r'"m\u0040x.org"' + "]" * 150]
)
def test_what_a_strict_reader_refuses_hides_no_escape(text: str) -> None:
    seen: list[str] = []

    def collect(token: str, _form: str, _key: str) -> str:
        seen.append(token)
        return token

    assert holds_json(text)
    assert rewrite(text, collect) == text
    assert "m@x.org" in seen


def test_nesting_ends_somewhere_and_the_rest_is_text() -> None:
    text = '["SECRET"]'
    for _ in range(MAX_NESTING + 2):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        text = f'["{quoted}"]'
    assert "SECRET" not in rewrite(text, edit)


def test_edits_apply_in_order() -> None:
    text = "abcdef"
    for first, second in combinations(range(6), 2):
        edited = Edited.of(text, [(first, first + 1, "X"), (second, second + 1, "YY")])
        assert edited == text[:first] + "X" + text[first + 1 : second] + "YY" + text[second + 1 :]
