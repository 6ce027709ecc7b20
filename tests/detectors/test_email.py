"""E-mail addresses."""

import pytest

from app.core.finding import resolve
from app.detectors.email import EMAIL
from app.engine.scan import Scanner

SCANNER = Scanner([EMAIL])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a@example.com. b@example.org!", ["a@example.com", "b@example.org"]),
        ("_bob@example.com_", ["bob@example.com"]),
        ("*bob@example.com*", ["bob@example.com"]),
        ("<mailto:bob@example.com>", ["bob@example.com"]),
        ("bob@example.com,eve@example.com;x", ["bob@example.com", "eve@example.com"]),
        ("müller@example.de", ["müller@example.de"]),
        ("ssh://alice@prod.example.com", ["alice@prod.example.com"]),
        ("https://u:p@example.com", []),
        ("o'brien+x@a-b.example.com?", ["o'brien+x@a-b.example.com"]),
        ("bob@example", []),
        ("bob@10.0.0.1", []),
        ("pkg@1.2.3-rc.one", []),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values


@pytest.mark.parametrize(("value", "identity"), [("Bob@Example.COM", "bob@example.com"), ("bob%40example.com", "bob@example.com")])
def test_identity(value, identity):
    assert EMAIL.identity(value) == identity
