"""Social security numbers."""

import pytest

from app.core.finding import resolve
from app.detectors.ssn import SSN
from app.engine.scan import Scanner

SCANNER = Scanner([SSN])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("536-90-4399,219-09-9999", ["536-90-4399", "219-09-9999"]),
        ("000-12-3456", []),
        ("SSN 000-12-3456", ["000-12-3456"]),
        ("ssn:536904399", ["536904399"]),
        ("536904399", []),
        ("1536-90-43991", []),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values


@pytest.mark.parametrize(("value", "identity"), [("536-90-4399", "536904399")])
def test_identity(value, identity):
    assert SSN.identity(value) == identity
