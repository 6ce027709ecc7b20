"""Files: identity keeps the bytes, a replaced value is absent from all of them, and what replaces it is read back where it stood."""

import pytest

import app.files
from app.core.family import Family, Unreadable
from app.core.registry import load
from app.core.segment import Segment

FAMILIES = {family.name: family for family in load(app.files, Family)}
VALUE, OTHER = "maria@example.org", "EMAIL_ADDRESS_9ZBV3N0C1K"
FILES = {
    "text": ["", "Hi maria@example.org\r\n\r\nbye\n", "<a href='x'>maria@example.org</a>\n", "key: maria@example.org\n" * 5000],
    "json": ['{ "to" : "maria@example.org", "n": 1.10, "deep": ["\\u00e9 maria@example.org"] }\n', "[]", '"maria@example.org"'],
    "jsonl": ['{"a": "maria@example.org"}\n{"b":1}\n', "not json maria@example.org\n{}\n\n", '{"a":"x"}'],
    "csv": [
        'name,mail\r\n"Singh, Maria",maria@example.org\r\n"a ""b""",x\r\n',
        "a;b\nmaria@example.org;\n;\n",
        "one\nmaria@example.org",
        "a,a\n1,maria@example.org\n",
        "a,b\n1\n1,2,3\n",
        "x\ty\nmaria@example.org\tz\n",
    ],
}
CASES = [
    pytest.param(FAMILIES[name], text.encode(), id=f"{name}-{place}") for name, texts in FILES.items() for place, text in enumerate(texts)
]


def test_every_family_has_its_files():
    assert set(FILES) == set(FAMILIES)


@pytest.mark.parametrize(("family", "data"), CASES)
def test_rewriting_with_the_identity_is_the_identical_file(family, data):
    assert family.rewrite(data, lambda segment: segment.text) is data


@pytest.mark.parametrize(("family", "data"), CASES)
def test_what_is_replaced_is_gone_and_comes_back(family, data):
    seen: list[Segment] = []

    def replace(segment):
        seen.append(segment)
        return segment.text.replace(VALUE, OTHER)

    new = family.rewrite(data, replace)
    assert VALUE.encode() not in new
    assert bool(VALUE.encode() in data) == any(VALUE in segment.text for segment in seen)
    assert family.rewrite(new, lambda segment: segment.text.replace(OTHER, VALUE)) == data


def test_a_cell_that_needs_quotes_gets_them_and_a_value_is_read_under_its_column():
    labels = {}

    def replace(segment):
        labels[segment.text] = segment.label
        return 'x, "y"' if segment.text == "secret" else segment.text

    assert FAMILIES["csv"].rewrite(b"user,password\nme,secret\n", replace) == b'user,password\nme,"x, ""y"""\n'
    assert labels["secret"] == "password"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a\x00b", b"%PDF-1.7 plain", b"{\\rtf1 x}", b"\xe9"], ids=repr)
@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_what_is_no_text_is_unreadable(family, data):
    with pytest.raises(Unreadable):
        family.rewrite(data, lambda segment: segment.text)


@pytest.mark.parametrize("data", [b'a,"b\n', b'"', b'{"a":', b"{]"], ids=repr)
def test_damage_raises_unreadable_only(data):
    for family in FAMILIES.values():
        try:
            assert family.rewrite(data, lambda segment: segment.text) == data
        except Unreadable:
            assert family.name in {"csv", "json"}


@pytest.mark.parametrize(
    ("filename", "media_type", "name"),
    [("a.CSV", "x", "csv"), ("notes.md", "", "text"), ("a.jsonl", "", "jsonl"), ("", "application/json", "json"), ("x.py", "", "text"),
     ("a.pdf", "text/plain", None), ("noname", "text/plain; charset=utf-8", "text"), ("a.eml", "text/plain", None), ("b", "image/png", None)],
)  # fmt: skip
def test_a_files_name_tells_its_family_before_its_type_does(filename, media_type, name):
    assert [family.name for family in FAMILIES.values() if family.takes(filename, media_type)] == ([name] if name else [])
