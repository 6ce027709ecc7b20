"""Documents come out as they went in, and what two readers could take for two documents is refused."""

import json

import pytest

from app.core.document import MAX_DEPTH, Number, dump, dump_text, escape, parse
from app.errors import BadDocument

EXACT = [
    b"null",
    b"true",
    b'""',
    b"{}",
    b"[]",
    b"-0",
    b"1.10",
    b"1E400",
    b"1e-05",
    b"123456789012345678901234567890",
    b"[1,2.0,-3e+5,[[]],{}]",
    b'{"b":1,"a":{"":null}}',
    b'"\\ud800"',
    b'{"\\udc00":"x\\ud83d y"}',
    '"é漢🦊\u2028\x7f"'.encode(),
    b'"\\"\\\\\\n\\r\\t\\b\\f\\u0001"',
]
REFUSED = [
    (b'{"a":1,"a":1}', "repeats an object key"),
    (b'{"a":1,"\\u0061":2}', "repeats an object key"),
    (b'[{"x":{"a":1,"a":1}}]', "repeats an object key"),
    (b"[NaN]", "NaN or Infinity"),
    (b"-Infinity", "NaN or Infinity"),
    (b"\xff", "not UTF-8"),
    (b'"\xed\xa0\x80"', "not UTF-8"),
    (b"", "not JSON"),
    (b"{", "not JSON"),
    (b"{} {}", "not JSON"),
    (b'{"a":1,}', "not JSON"),
    (b"{'a':1}", "not JSON"),
    (b'"a\nb"', "not JSON"),
    (b"01", "not JSON"),
    (b"1.", "not JSON"),
    (b"+1", "not JSON"),
    (b'\xef\xbb\xbf{"a":1}', "not JSON"),
    (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nests deeper"),
    (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), "nests deeper"),
    (b"[" * 200_000, "nests deeper"),
]


@pytest.mark.parametrize("body", EXACT)
def test_a_compact_document_is_byte_exact(body: bytes) -> None:
    assert dump(parse(body)) == body
    assert dump_text(parse(body)).encode("utf-8", "backslashreplace") == body


@pytest.mark.parametrize(("body", "why"), REFUSED, ids=[f"{why} {number}" for number, (_, why) in enumerate(REFUSED)])
def test_what_could_be_read_in_two_ways_is_refused_without_a_value(body: bytes, why: str) -> None:
    with pytest.raises(BadDocument, match=why) as caught:
        parse(body)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("body", [b'{"a":1,"a":2}', b"[NaN,-Infinity]", b"[" * 300 + b"]" * 300])
def test_an_answer_may_be_odd(body: bytes) -> None:
    assert dump(parse(body, strict=False))


def test_the_deepest_document_passes() -> None:
    body = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert dump(parse(body)) == body


def test_a_number_is_its_lexeme_and_does_not_print() -> None:
    assert Number("1.0") == Number("1.0") != Number("1")
    assert len({Number("1.0"), Number("1.0"), Number("1")}) == 2
    assert "4111" not in repr(Number("4111111111111111"))


@pytest.mark.parametrize("text", ["", "plain", 'q"\\\n\t\x00', "é🦊\ud800", "\\\\"])
@pytest.mark.parametrize("levels", [0, 1, 2, 3])
def test_escaping_is_undone_by_as_many_readings(text: str, levels: int) -> None:
    escaped = escape(text, levels)
    for _ in range(levels):
        escaped = json.loads(f'"{escaped}"')
    assert escaped == text
