"""Private key blocks."""

import pytest

from app.core.finding import resolve
from app.detectors.private_keys import PRIVATE
from app.engine.scan import Scanner

SCANNER = Scanner([PRIVATE])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "a\n-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkqhkiG\n-----END PRIVATE KEY-----\nb",
            ["-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkqhkiG\n-----END PRIVATE KEY-----"],
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkqhkiG9w0B\nand then some prose",
            ["-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkqhkiG9w0B"],
        ),
        ("-----BEGIN PRIVATE KEY----- is a header", []),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values
