"""Payment cards."""

import pytest

from app.core.finding import resolve
from app.detectors.card import CARD
from app.engine.scan import Scanner

SCANNER = Scanner([CARD])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4111 1111 1111 1111 12/29 cvv 123", ["4111 1111 1111 1111"]),
        ("4111 1111 1111 1111 123", ["4111 1111 1111 1111"]),
        ("card: 4111 1111 1111 1112", ["4111 1111 1111 1112"]),
        ("4111 1111 1111 1112", []),
        ("x4111111111111111", []),
        ("4111\xa01111\xa01111\xa01111", ["4111\xa01111\xa01111\xa01111"]),
        ("3782-822463-10005.", ["3782-822463-10005"]),
        ("card 4111111111111112", ["4111111111111112"]),
        ("cardNumber=4111111111111111;", ["4111111111111111"]),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values


@pytest.mark.parametrize(("value", "identity"), [("4111-1111 1111.1111", "4111111111111111")])
def test_identity(value, identity):
    assert CARD.identity(value) == identity
