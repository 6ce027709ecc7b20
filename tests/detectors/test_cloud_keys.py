"""Keys of the large clouds."""

import pytest

from app.core.finding import resolve
from app.detectors.cloud_keys import AWS_SECRET, AZURE
from app.detectors.secrets.search import ISSUED
from app.engine.scan import Scanner

SCANNER = Scanner([AWS_SECRET, AZURE, ISSUED])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            ["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
        ),
        ("AKIAIOSFODNN7EXAMPLEX", ["AKIAIOSFODNN7EXAMPLEX"]),
        ("AIzaSyA0example0example0example0example.", ["AIzaSyA0example0example0example0example"]),
        ("aws da39a3ee5e6b4b0d3255bfef95601890afd80709", []),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values
