"""JSON web tokens."""

import pytest

from app.core.finding import resolve
from app.detectors.jwt import JSON_WEB_TOKEN
from app.engine.scan import Scanner

SCANNER = Scanner([JSON_WEB_TOKEN])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln.", ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"]),
        ("eyJhbGciOiJIUzI1NiJ9", []),
        ("eyJmb28iOiJiYXIifQ.eyJzdWIiOiIxIn0.c2ln", []),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values
