"""From segments to findings: views, neighbours, order, and what the conversation knows."""

import pytest

from app.core.document import parse
from app.core.finding import Finding
from app.core.segment import Segment, segments
from app.core.surrogate import Original, render
from app.core.table import Kind, Table
from app.engine.inspect import assemble, check_grammar, conversation_order, neighbours, own_surrogates, view
from app.engine.known import CONVERSATION
from app.errors import BadDocument

TABLE = Table({"messages[].role": Kind.ENUM, "free": Kind.FREE})
NAME = render(b"k" * 32, "PERSON", "maria", "Maria Singh")


def at(text: str, value: str, entity: str = "X", score: float = 0.9) -> Finding:
    return Finding(text.index(value), text.index(value) + len(value), entity, score, "test")


def spans(document: str, values: tuple[str, ...], recalled: dict[str, tuple[str, Original]] | None = None) -> dict[str, list[str]]:
    found = segments(parse(document), TABLE)
    texts = {view(segment)[0] for segment in found} | {joined for _, joined in neighbours(found, "messages")}
    scanned = {text: [at(text, value) for value in values if value in text] for text in texts}
    rows = assemble(found, scanned, recalled or {}, "messages")
    return {segment.at: [segment.text[f.start : f.end] for f in row] for segment, row in zip(found, rows, strict=True) if row}


def test_turns_come_after_everything_else_whatever_the_order_of_keys() -> None:
    found = segments(parse('{"messages":[{"content":"1"},{"content":"2"}],"system":"0","tools":["00"]}'), TABLE)
    assert [found[index].text for index in conversation_order(found, "messages") if found[index].text.isdigit()] == ["0", "00", "1", "2"]


def test_a_free_form_value_is_seen_behind_its_key_and_found_in_itself() -> None:
    assert view(Segment("x", Kind.FREE, None, label="password")) == ('password: "x"', 11)
    assert view(Segment("x", Kind.TEXT, None, label="password")) == ("x", 0)
    assert spans('{"free":{"password":"hunter"}}', ("hunter",)) == {"free.password": ["hunter"]}
    assert spans('{"free":{"password":"hunter"}}', ("password",)) == {"free.password": ["password"]}
    assert spans('{"free":{"password":"hunter"}}', ('ord: "hun',)) == {}


@pytest.mark.parametrize(
    ("document", "runs"),
    [
        ('{"messages":[{"content":[{"text":"a"},{"text":"b"},{"text":"c"}]}]}', ["abc"]),
        ('{"messages":[{"content":[{"text":"a"},{"image":"x"},{"text":"b"}]}]}', ["ab"]),
        ('{"messages":[{"content":[{"text":"a"}]},{"content":[{"text":"b"}]}]}', []),
        ('{"messages":[{"content":"a"},{"content":"b"}]}', []),
        ('{"system":[{"text":"a"},{"text":"b"}],"messages":[]}', ["ab"]),
        ('{"a":"b"}', []),
    ],
)
def test_neighbouring_parts_are_read_as_one_text_and_turns_are_not(document: str, runs: list[str]) -> None:
    assert [joined for _, joined in neighbours(segments(parse(document), TABLE), "messages")] == runs


def test_each_part_gets_its_piece_of_a_value() -> None:
    document = '{"messages":[{"content":[{"text":"x 41"},{"text":"11"},{"text":"22 y"}]}]}'
    assert spans(document, ("411122",)) == {
        "messages[0].content[0].text": ["41"],
        "messages[0].content[1].text": ["11"],
        "messages[0].content[2].text": ["22"],
    }


def test_a_value_is_known_from_where_it_was_found_and_not_before() -> None:
    document = '{"messages":[{"content":"later hunter2"},{"content":"pw=hunter2"},{"content":"hunter2, hunter2s xhunter2 hunter22"}]}'
    assert spans(document, ("pw=hunter2",)) == {"messages[1].content": ["pw=hunter2"]}
    found = segments(parse(document), TABLE)
    scanned = {segment.text: [at(segment.text, "hunter2")] if segment.text.startswith("pw") else [] for segment in found}
    rows = assemble(found, scanned, {}, "messages")
    assert [[(f.start, f.end, f.detector) for f in row] for row in rows if row] == [
        [(3, 10, "test")],
        [(0, 7, CONVERSATION), (9, 16, CONVERSATION)],
    ]


def test_short_values_are_too_common_to_be_looked_for() -> None:
    assert spans('{"messages":[{"content":"pw=abcd"},{"content":"abcd"}]}', ("pw=abcd",)) == {"messages[0].content": ["pw=abcd"]}


def test_own_surrogates_are_seen_and_nothing_is_found_in_them() -> None:
    document = f'{{"messages":[{{"content":"ask {NAME}"}},{{"content":"Maria Singh and {NAME}"}}]}}'
    found = segments(parse(document), TABLE)
    assert own_surrogates(found) == {NAME}
    recalled = {NAME: ("PERSON", Original("Maria Singh"))}
    assert spans(document, (NAME[:9],), recalled) == {"messages[1].content": ["Maria Singh"]}
    assert spans(document, (NAME[:9],))["messages[0].content"] == [NAME[:9]]


@pytest.mark.parametrize(
    ("kind", "text", "fits"),
    [
        (Kind.ENUM, "user", True),
        (Kind.ENUM, "web_search_20250305", True),
        (Kind.ENUM, "1h", True),
        (Kind.ENUM, "24h", True),
        (Kind.ENUM, "", True),
        (Kind.ENUM, "User", False),
        (Kind.ENUM, "123456789", False),
        (Kind.ENUM, "a b", False),
        (Kind.FUNCTIONAL, "get_user-1.x y", True),
        (Kind.FUNCTIONAL, "a\nb", False),
        (Kind.FUNCTIONAL, "x" * 2049, False),
        (Kind.TEXT, "a\nb", True),
        (Kind.SIGNED, "a\nb", True),
    ],
)
def test_exempt_fields_keep_their_shape(kind: Kind, text: str, fits: bool) -> None:
    segment = Segment(text, kind, (None, "x"))
    if fits:
        check_grammar(segment)
    else:
        with pytest.raises(BadDocument, match="not of its form") as caught:
            check_grammar(segment)
        assert caught.value.where == "x"
