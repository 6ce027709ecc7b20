"""Telephone numbers."""

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.finding import resolve
from app.detectors.phone import INTERNATIONAL, NATIONAL, NORTH_AMERICA
from app.detectors.phone_plans import is_valid
from app.engine.scan import Scanner

SCANNER = Scanner([INTERNATIONAL, NATIONAL, NORTH_AMERICA])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("+1 202 555 0143, +44 20 7946 0958", ["+1 202 555 0143", "+44 20 7946 0958"]),
        ("+49 (0)30 901820", ["+49 (0)30 901820"]),
        ("call (202) 555-0143.", ["(202) 555-0143"]),
        ("phone: 2025550143", ["2025550143"]),
        ("2025550143", []),
        ("01 42 68 53 00", ["01 42 68 53 00"]),
        ("00 01 02 03 04 05", []),
        ("2024-01-02 03:04:05", []),
        ("1700000000000", []),
        ("+1-555-123-4567", ["+1-555-123-4567"]),
        ("555-123-4567", ["555-123-4567"]),
        ("tel:+442079460958", ["+442079460958"]),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values


@pytest.mark.parametrize(
    ("value", "identity"),
    [
        ("(202) 555-0143", "+12025550143"),
        ("+1 202-555-0143", "+12025550143"),
        ("020 7946 0958", "+442079460958"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+39 06 698 83712", "+390669883712"),
        ("555-0143", "5550143"),
        ("(+57) 310 555 01 23", "+573105550123"),
        ("(+44) (0)20 7946 0958", "+442079460958"),
        ("+(370) 26018159", "+37026018159"),
    ],
)
def test_identity(value, identity):
    assert NATIONAL.identity(value) == identity


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_identity_of_a_number_is_its_e164(region):
    number = phonenumbers.example_number(region)
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    told = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    assert {INTERNATIONAL.identity(plain), INTERNATIONAL.identity(told)} == {plain}


# Of the islands with numbers of four digits none is told from anything else.
EXAMPLES = [
    (region, sort, number)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for sort in ("FIXED_LINE", "MOBILE", "TOLL_FREE", "VOIP")
    if (number := phonenumbers.example_number_for_type(region, getattr(phonenumbers.PhoneNumberType, sort))) is not None
    and len(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) > 8
]
FORMS = {
    "E.164": lambda number: phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
    "international": lambda number: phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
    "hyphens": lambda number: FORMS["international"](number).replace(" ", "-"),
    "dots": lambda number: FORMS["international"](number).replace(" ", ".").replace("-", "."),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_country_writes_numbers_that_are_found(form):
    values = {(region, sort): FORMS[form](number) for region, sort, number in EXAMPLES}
    assert len(values) > 700
    assert not {key: value for key, value in values.items() if found(f"{value} is hers.") != [value]}


@pytest.mark.parametrize("value", ["310 555 0123", "50 123 4567", "70 123 45 67", "01 23 45 67 89", "8 (912) 345-67-89", "912 345 67 89"])
def test_numbers_of_more_countries_beside_a_word(value):
    assert found(f"on my phone, at home it is {value}") == [value]


def test_six_groups_and_an_extension():
    assert found("+225 01 23 45 67 89 is hers") == ["+225 01 23 45 67 89"]
    assert found("+54 9 11 23 45 67 89 is hers") == ["+54 9 11 23 45 67 89"]
    assert found("+1-437-586-5797x54321") == ["+1-437-586-5797"]


@pytest.mark.parametrize("word", ["contact", "phone", "mobile", "tel", "signal", "cell", "my number", "whatsapp"])
@pytest.mark.parametrize("sign", [": ", " ", " is "])
def test_no_date_is_a_number(word, sign):
    for year, month, day in [(2024, 1, 15), (1999, 12, 31), (2010, 6, 5)]:
        for form in ("{y}-{m:02}-{d:02}", "{y}{m:02}{d:02}", "{d:02}.{m:02}.{y}", "{d:02}/{m:02}/{y}", "{y}-2025", "{y} 2024"):
            text = f"{word}{sign}{form.format(y=year, m=month, d=day)}"
            assert found(text) == [], text


def test_one_digit_after_another_is_no_number():
    (pattern, *_) = INTERNATIONAL.patterns
    assert INTERNATIONAL.judge("+1 2 345 678 90", pattern) is not None
    assert INTERNATIONAL.judge("+1 2 3 456 7890", pattern) is None


@given(st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)), st.text("0123456789", min_size=1, max_size=14))
@example(39, "0612345678")
@example(7, "0000000")
@settings(max_examples=2000)
def test_what_a_country_has_given_out_is_what_the_library_says(country, national):
    asked = phonenumbers.PhoneNumber(
        country_code=country, national_number=int(national), italian_leading_zero=national.startswith("0") or None
    )
    assert is_valid(country, national) is phonenumbers.is_valid_number(asked)


def test_a_number_that_was_given_out_and_its_neighbours_are_judged_as_by_the_library():
    for region, sort, number in EXAMPLES:
        national = phonenumbers.national_significant_number(number)
        for changed in {
            national,
            national[:-1],
            national + "1",
            *(national[:at] + "5" + national[at + 1 :] for at in range(len(national))),
        }:
            asked = phonenumbers.PhoneNumber(
                country_code=number.country_code, national_number=int(changed), italian_leading_zero=changed.startswith("0") or None
            )
            assert is_valid(number.country_code, changed) is phonenumbers.is_valid_number(asked), (region, sort)
