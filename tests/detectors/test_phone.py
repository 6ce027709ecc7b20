"""Telephone numbers."""

import phonenumbers
import pytest

from app.core.finding import resolve
from app.detectors.phone import INTERNATIONAL, NATIONAL, NORTH_AMERICA
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
