"""Tables and the walk: paths, selectors, lanes, sharing, and tables that hold themselves."""

from typing import Any

import pytest

from app.core.document import Number, dump, parse
from app.core.segment import Form, Segment, address, rewrite, segments
from app.core.table import Kind, Table
from app.errors import BadDocument


def kinds(document: str, table: Table) -> dict[str, Kind]:
    return {segment.at: segment.kind for segment in segments(parse(document), table) if segment.form is not Form.KEY}


def test_only_exemptions_are_listed_the_rest_is_text() -> None:
    table = Table({"a": Kind.FUNCTIONAL, "b[].c": Kind.ENUM, "d.*": Kind.FILE, "e.*.f": Kind.SIGNED})
    document = '{"a":"1","b":[{"c":"2","x":"3"}],"d":{"k":"4"},"e":{"k":{"f":"5","g":"6"}},"z":"7"}'
    assert kinds(document, table) == {
        "a": Kind.FUNCTIONAL,
        "b[0].c": Kind.ENUM,
        "b[0].x": Kind.TEXT,
        "d.k": Kind.FILE,
        "e.k.f": Kind.SIGNED,
        "e.k.g": Kind.TEXT,
        "z": Kind.TEXT,
    }


def test_a_kind_covers_a_list_of_its_own() -> None:
    assert kinds('{"stop":["a",["b"]],"one":"c"}', Table({"stop": Kind.ENUM})) == {
        "stop[0]": Kind.ENUM,
        "stop[1][0]": Kind.ENUM,
        "one": Kind.TEXT,
    }


def test_a_value_of_another_shape_than_the_table_expects_is_text() -> None:
    table = Table({"a[].b": Kind.ENUM, "c.d": Kind.SIGNED})
    assert kinds('{"a":"x","c":["y"]}', table) == {"a": Kind.TEXT, "c[0]": Kind.TEXT}
    assert kinds('{"a":{"b":"x"}}', table) == {"a.b": Kind.TEXT}


def test_free_form_is_all_text_with_its_labels() -> None:
    found = segments(parse('{"m":{"password":"x","list":[{"k":"y"},"z",12345678]}}'), Table({"m": Kind.FREE}))
    assert [(segment.text, segment.form, segment.label) for segment in found] == [
        ("password", Form.KEY, ""),
        ("x", Form.STRING, "password"),
        ("list", Form.KEY, ""),
        ("k", Form.KEY, ""),
        ("y", Form.STRING, "k"),
        ("z", Form.STRING, "list"),
        ("12345678", Form.NUMBER, "list"),
    ]
    assert {segment.kind for segment in found} == {Kind.FREE}


def test_lanes_are_numbers_and_the_fields_name() -> None:
    table = Table({"c[].index": Kind.LANE, "c[].d.t": Kind.TEXT, "c[].d.k[].index": Kind.LANE, "c[].d.k[].a": Kind.JSON}, default=Kind.KEEP)
    document = parse('{"c":[{"index":3,"d":{"t":"x","k":[{"index":7,"a":"y"},{"a":"z"}]}}]}')
    lanes = {segment.text: segment.lane for segment in segments(document, table) if segment.kind is not Kind.KEEP}
    assert lanes == {"x": (3, "t"), "y": (3, 7, "a"), "z": (3, 1, "a")}


def test_a_table_may_hold_itself() -> None:
    entries: dict[str, Kind | Table] = {"id": Kind.FUNCTIONAL, "[type=x].data": Kind.SIGNED}
    table = Table(entries)
    entries["children[]"] = table
    document: Any = {"id": "1", "type": "x", "data": "2"}
    for _ in range(30):
        document = {"id": "1", "type": "y", "data": "3", "children": [document, document]} if _ < 3 else {"children": [document]}
    found = segments(document, table)
    assert {(segment.text, segment.kind) for segment in found if segment.form is Form.STRING and segment.text.isdigit()} == {
        ("1", Kind.FUNCTIONAL),
        ("2", Kind.SIGNED),
        ("3", Kind.TEXT),
    }


def test_a_case_knows_what_holds_for_all_cases() -> None:
    table = Table({"type": Kind.ENUM, "[type=a].x": Kind.SIGNED, "y.z": Kind.FILE})
    assert kinds('{"type":"a","x":"1","y":{"z":"2"}}', table) == {"type": Kind.ENUM, "x": Kind.SIGNED, "y.z": Kind.FILE}
    assert kinds('{"type":"b","x":"1","y":{"z":"2"}}', table) == {"type": Kind.ENUM, "x": Kind.TEXT, "y.z": Kind.FILE}


def test_unchanged_parts_are_shared_and_order_stays() -> None:
    document = parse('{"a":{"x":"1"},"b":["2","3"],"c":"4"}')
    new = rewrite(document, Table({}), lambda segment: "new" if segment.text == "3" else segment.text)
    assert dump(new) == b'{"a":{"x":"1"},"b":["2","new"],"c":"4"}'
    assert new["a"] is document["a"]
    assert dump(document) == b'{"a":{"x":"1"},"b":["2","3"],"c":"4"}'


def test_keys_are_renamed_in_their_place() -> None:
    document = parse('{"m":{"a":1,"b":{"a":2},"c":3}}')
    new = rewrite(document, Table({"m": Kind.FREE}), lambda segment: "A" if segment.text == "a" else segment.text)
    assert dump(new) == b'{"m":{"A":1,"b":{"A":2},"c":3}}'
    new = rewrite(parse('{"a":"a","b":{"a":"a"}}'), Table({}), lambda segment: "A" if segment.text == "a" else segment.text)
    assert dump(new) == b'{"A":"A","b":{"A":"A"}}'


def test_keys_that_would_meet_are_refused() -> None:
    with pytest.raises(BadDocument, match="two object keys become one at m"):
        rewrite(
            parse('{"m":{"a":1,"b":2}}'),
            Table({"m": Kind.FREE}),
            lambda segment: "A" if segment.form is Form.KEY and len(segment.text) == 1 and segment.text != "m" else segment.text,
        )


def test_short_numbers_hide_nothing_and_long_ones_are_seen() -> None:
    found = segments(parse('{"a":123456,"b":1234567,"m":{"c":-1.50e10}}'), Table({"m": Kind.FREE}))
    assert [(segment.text, segment.kind) for segment in found if segment.form is Form.NUMBER] == [
        ("1234567", Kind.FUNCTIONAL),
        ("-1.50e10", Kind.FREE),
    ]


def test_a_number_may_become_a_string_and_a_string_a_number() -> None:
    document = parse('{"m":{"n":12345678,"s":"x"}}')

    def swap(segment: Segment) -> str | Number:
        return {"12345678": "N", "x": Number("1.0")}.get(segment.text, segment.text)

    assert dump(rewrite(document, Table({"m": Kind.FREE}), swap)) == b'{"m":{"n":"N","s":1.0}}'


def test_json_in_strings_is_walked_where_text_is_and_not_elsewhere() -> None:
    document = parse('{"a":"{\\"k\\": \\"v\\"}","b":"{\\"k\\": \\"v\\"}","c":" [\\"v\\"] "}')
    found = segments(document, Table({"b": Kind.SIGNED}))
    assert ("v", Kind.FREE) in [(segment.text, segment.kind) for segment in found if segment.at == "a"]
    assert [(segment.text, segment.kind) for segment in found if segment.at == "b"] == [('{"k": "v"}', Kind.SIGNED)]
    flat = segments(document, Table({}, nested=False))
    assert [segment.text for segment in flat if segment.at == "a"][-1] == '{"k": "v"}'


def test_a_walk_of_what_is_listed_sees_only_that() -> None:
    table = Table({"c[].index": Kind.LANE, "c[].t": Kind.TEXT, "e": Kind.END}, default=Kind.KEEP)
    document = parse('{"id":"x","e":"stop","c":[{"index":0,"t":"y","z":"w"},{"z":1}]}')
    seen: list[str] = []

    def collect(segment: Segment) -> str:
        seen.append(segment.text)
        return segment.text.upper()

    assert dump(rewrite(document, table, collect, listed=True)) == b'{"id":"x","e":"STOP","c":[{"index":0,"t":"Y","z":"w"},{"z":1}]}'
    assert sorted(seen) == ["stop", "y"]


def test_addresses_read_as_users_write_them() -> None:
    assert address(None) == "body"
    assert address((((None, "messages"), 3), "content")) == "messages[3].content"
    assert address((None, 0)) == "[0]"
