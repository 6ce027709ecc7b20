"""Lanes and levels: how deep in JSON a value stands, and who owns which lane."""

import json

import pytest
from laws.machine import PERSON, PHONE, restorer

from app.core.segment import Segment
from app.core.surrogate import Original
from app.core.table import Kind
from app.engine.restore import JsonDepth, Originals, Restorer


def nested(levels: int) -> str:
    """JSON in JSON in JSON, up to just before a value at that level."""
    text = '{"k": "@"}'
    for _ in range(levels - 1):
        text = json.dumps({"k": text})
    return text[: text.index("@")]


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_the_depth_is_the_number_of_open_strings(levels: int) -> None:
    text = nested(levels)
    assert JsonDepth().advance(text) == levels
    for cut in range(len(text)):
        if text[cut - 1 : cut] not in {"\\", '"'}:
            depth = JsonDepth()
            depth.advance(text[:cut])
            assert depth.advance(text[cut:]) == levels


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("", 0),
        ("{", 0),
        ('{"a"', 0),
        ('{"a": "x', 1),
        ('{"a": "x\\"', 1),
        ('{"a": "x\\\\"', 0),
        ('{"a": "say \\"hi', 1),
        ('{"a": "{\\"b\\": 1}", "c": "', 1),
        ('{"a": "{\\"b\\": \\"x\\\\\\" y', 2),
        ('{"a": "\\n\\t [\\"', 2),
        ('{"a": "{\\"b\\": \\"broken", "c": "', 1),
    ],
)
def test_depth_of_odd_texts(text: str, levels: int) -> None:
    assert JsonDepth().advance(text) == levels


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
@pytest.mark.parametrize("value", ['q"\\\n', "é🦊", "\ud83d", "plain", "\x00"])
def test_a_value_is_escaped_for_its_level(levels: int, value: str) -> None:
    text = f"{nested(levels)}{PERSON}{nested_end(levels)}"
    one = Restorer(Originals({PERSON: Original(value)}, frozenset), json_text=False)
    restored = one.whole(Segment(text, Kind.JSON, None))
    for _ in range(levels):
        restored = json.loads(restored)["k"]
    assert restored == value


def nested_end(levels: int) -> str:
    text = '{"k": "@"}'
    for _ in range(levels - 1):
        text = json.dumps({"k": text})
    return text[text.index("@") + 1 :]


def test_a_lane_belongs_to_its_segments_place() -> None:
    one = restorer()
    first, second = (Segment("x", Kind.TEXT, None, lane=(number, "text")) for number in (0, 1))
    assert one.lane(first) is one.lane(first)
    assert one.lane(first) is not one.lane(second)


def test_what_was_kept_is_counted_by_sink() -> None:
    one = restorer()
    one.whole(Segment(f"![a](https://evil.example/{PERSON}) [b](https://evil.example/{PERSON})", Kind.TEXT, None))
    one.whole(Segment(f"id {PERSON}", Kind.KEEP, None))
    one.whole(Segment(f"thought {PERSON}", Kind.SIGNED, None))
    assert one.originals.kept == {"image": 1, "link": 1, "field": 1}


def test_an_answer_asked_for_as_json_is_escaped_as_json() -> None:
    values = {PERSON: Original('O"N'), PHONE: Original("4155550123", number=True)}
    text = f'{{"name": "{PERSON}", "n": "{PHONE}"}}'
    assert restorer(values, json_text=True).whole(Segment(text, Kind.TEXT, None)) == '{"name": "O\\"N", "n": 4155550123}'
    assert restorer(values).whole(Segment(text, Kind.TEXT, None)) == '{"name": "O"N", "n": "4155550123"}'
