"""Bank accounts."""

import pytest

from app.core.finding import resolve
from app.detectors.iban import IBAN
from app.engine.scan import Scanner

SCANNER = Scanner([IBAN])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("ES91 2100 0418 4502 0005 1332 MAIN", ["ES91 2100 0418 4502 0005 1332"]),
        ("iban de89370400440532013000.", ["de89370400440532013000"]),
        ("DE89 3704 0044 0532 0130 01", []),
        ("IBAN DE89 3704 0044 0532 0130 01", ["DE89 3704 0044 0532 0130 01"]),
        ("XDE89370400440532013000", []),
        ("GB29 NWBK 6016 1331 9268 19/GB29NWBK60161331926819", ["GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"]),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values


@pytest.mark.parametrize(("value", "identity"), [("de89 3704-0044 0532 0130 00", "DE89370400440532013000")])
def test_identity(value, identity):
    assert IBAN.identity(value) == identity
