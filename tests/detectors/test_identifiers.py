import random
import re
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.finding import ENTITIES, PERSONAL, resolve
from app.core.reserved import is_reserved
from app.detectors.anchored import Anchor, Anchored
from app.detectors.identifiers.search import ROWS, Search
from app.detectors.identifiers.search import _telling as telling
from app.detectors.identifiers.shape import compiled, end_of, openings
from app.detectors.keccak import keccak256
from tests.laws.test_hostile import assert_linear
from tests.specimens.identifiers import _written as written

SEARCH = Search(ROWS)


def found(text):
    return [(f.entity, text[f.start : f.end], f.checked) for f in resolve(SEARCH.find(text))]


PIECES = ["12345678Z", "X1234567L", "44051401359", "111.444.777-35", "RSSMRA85T10A562S", "11010519491231002X", "RSSMRA85T10A562S7"]
SIGNS = [" ", "  ", "-", ".", "/", "é", "K", "\\n", "\n", "_", "a", "Z", "7", "\ud800", "\uff0c", "\u212a"]


@example("12 44051401359")  # what may begin before it reaches over it
@example("\u212aRSSMRA85T10A562S")  # a Kelvin sign is no letter
@given(st.lists(st.sampled_from([*PIECES, *SIGNS]), max_size=9).map("".join))
def test_the_automaton_passes_over_no_number_that_a_row_proves(text):
    """Beside no word: every row at every beginning of a run of letters and digits, one after the other."""
    alone = [row for row in ROWS if row.alone]
    expected = {
        (run.start(), match.end(), row.entity)
        for run in re.finditer("[0-9A-Za-z]+", text)
        for row in alone
        if (match := compiled(row.shape).match(text, run.start())) and telling(row, match[0]) and row.proves(match[0])
    }
    assert {(f.start, f.end, f.entity) for f in SEARCH._unaided(text)} == expected


@pytest.mark.parametrize("row", [row for row in ROWS if "|" in row.shape], ids=lambda row: row.kind)
def test_of_a_rows_shapes_the_longest_is_taken(row):
    """`AB12` is a plate, and `AB12 CDE` is a longer one: half of it would stay."""
    rng = random.Random(row.kind)
    for value in {written(row.shape, rng) for _ in range(200)}:
        match = compiled(row.shape).match(f"{value}, and")
        if match is not None and compiled(row.shape).fullmatch(value):
            assert end_of(row.shape, match) >= len(value), value


def test_every_row_is_an_entity_that_is_hidden_by_default():
    assert {row.entity for row in ROWS if ENTITIES[row.entity].sensitivity != PERSONAL} == set()


@pytest.mark.parametrize(
    ("right", "wrong", "word"),
    [("12345678Z", "12345678A", "DNI"), ("44051401359", "44051401358", "PESEL"), ("111.444.777-35", "111.444.777-36", "CPF")],
)
def test_a_wrong_check_digit_beside_its_word_is_found_all_the_same(right, wrong, word):
    assert [(value, checked) for _, value, checked in found(right)] == [(right, True)]
    assert found(wrong) == []
    assert [(value, checked) for _, value, checked in found(f"{word}: {wrong}")] == [(wrong, False)]


def test_a_word_knows_better_than_a_check_digit():
    assert [entity for entity, _, _ in found("cnh: 04652405229")] == ["BR_CNH"]


def test_a_word_reaches_back_and_over_a_list_but_not_over_the_next_word():
    assert found("1234 is my ssn") == [("US_SSN", "1234", False)]
    assert [value for _, value, _ in found("applications nos. 26480/95, 28291/95 and 29280/95")] == ["26480/95", "28291/95", "29280/95"]
    assert [entity for entity, _, _ in found("IMEI 356938035643809, PESEL 44051401358")] == ["IMEI", "PL_PESEL"]


@pytest.mark.parametrize("before", ["", "ü", "漢字 ", "\U0001f600 "])
def test_spans_are_indices_of_characters(before):
    text = f"{before}Ausweis-Nr. größer: passport number: X12345678"
    assert [value for _, value, _ in found(text)] == ["X12345678"]


def test_checks_never_raise():
    rng = random.Random(3)
    for row in ROWS:
        for _ in range(20):
            assert row.proves("".join(rng.choices("0123456789ABXZ -./İſ\u2126", k=rng.randint(1, 24)))) in {True, False}


def test_shapes():
    assert compiled("99_999A").fullmatch("12 345x")
    assert not compiled("99#999").fullmatch("12345")
    assert compiled("9999_9|9999_9_9").search("1234 5 6")[0] == "1234 5 6"
    assert compiled("[A-Z]{0,2}_99").search("n: 12")[0] == "12"
    assert openings("A9{2}_99|9#9") == {("A", "9", 3), ("A", "9", 5), ("9", "9", 1)}


def test_checks_are_loaded_when_they_are_needed():
    program = "import sys, app.detectors.identifiers.search; sys.exit(any(name.split('.')[0] == 'stdnum' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_keccak():
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"


def test_what_is_ordinary_yields_to_what_is_not():
    from app.cli.inspection import Inspector  # noqa: PLC0415

    entities = [f.entity for f in Inspector("").findings("https://example.com/?mail=maria.singh@example.com&x=1")]
    assert entities == ["EMAIL_ADDRESS"]


@pytest.mark.parametrize(
    ("entity", "reserved", "free"),
    [
        ("MAC_ADDRESS", "00-00-5E-00-53-AF", "3c:22:fb:00:00:01"),
        ("URL", "https://www.example.com/a?b=c", "https://a.b.com/example.com"),
        ("PHONE_NUMBER", "+44 7700 900123", "+44 7700 910123"),
        ("UK_NHS", "999 123 4567", "943 476 5919"),
    ],
)
def test_what_standards_reserve(entity, reserved, free):
    assert is_reserved(entity, reserved)
    assert not is_reserved(entity, free)


def test_an_anchor_that_no_value_holds_finds_nothing():
    assert list(Anchored("x", (Anchor("street", (), 10, 10),), lambda value, pattern: None).find("a street, a Straße, a street")) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("BIC: MMUOGB1T", ["MMUOGB1T"]),  # one figure is no form's filling
        ("SWIFT DEUTDEFF", ["DEUTDEFF"]),  # letters alone, where the form proves them
        ("SWIFT TRANSFER", []),
        ("swift interest", []),
        ("number plate AB12 CDE", ["AB12 CDE"]),
        ("passport: FIREBASE1", []),
        ("ID number Figure12", []),
        ("id_number int32 not null", []),
        ("Subtotal 10000000\nVAT 2000000", []),
        ("btw, build 20240115 failed", []),
        ("plate 100-200-300", []),
        ("La placa RTX 4090 es cara", ["RTX 4090"]),
        ("passport number 000000000", []),
        ("passport number 1252 427316", ["1252 427316"]),
        ("VAT FR 92 620 168 492", ["FR 92 620 168 492"]),
        ("IBAN GB84ZWFN1401419314170", ["GB84ZWFN1401419314170"]),  # a figure too few
    ],
)
def test_what_a_word_names(text, values):
    assert [value for _, value, _ in found(text)] == values


PLATES = (
    "B-MW 1234", "GÜ-BX 553", "AB12 CDE", "1234 ABC", "AB-123-CD", "ABC 1234", "ABC1D23", "SN 6661 PV", "EH 30 792", "ZG 684 148", "YPL-17-77", "79A-24402",
    "BCH-472-T", "EA3307BR", "ABC-123",
)  # fmt: skip
VAT = (
    "DE136695976", "FR 92 620 168 492", "GB791 8058 95", "GB791 8058 95 887", "NL402426462B88", "FRQ8 372616751", "CHE-107.787.577", "IE6433435OA",
)  # fmt: skip
IDENTITIES = (
    "national id 209890816077282803",
    "national id 6M7NWSH",
    "identity card ZZ 48 75 74 T",
    "social security number 756.9217.0769.85",
)


@pytest.mark.parametrize("text", [*(f"licence plate {one}" for one in PLATES), *(f"VAT number {one}" for one in VAT), *IDENTITIES])
def test_every_shape_that_a_word_names_has_somebody(text):
    words = ("licence plate ", "VAT number ", "national id ", "identity card ", "social security number ")
    value = next(text.removeprefix(word) for word in words if text.startswith(word))
    assert value in [one for _, one, _ in found(text)]


def test_words_and_values_without_end_take_linear_time():
    for seed in ("vat 1234567 ", "tin 1234567 ", "VAT=DE1234567 ", "ssn 123 "):
        assert_linear(lambda text: list(SEARCH.find(text)), lambda size, seed=seed: seed * size, 400, seed)
