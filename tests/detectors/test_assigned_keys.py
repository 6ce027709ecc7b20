"""Keys of other services."""

import pytest

from app.core.finding import resolve
from app.detectors.assigned_keys import ASSIGNED, BASIC
from app.detectors.secrets.search import ISSUED
from app.engine.scan import Scanner

SCANNER = Scanner([ASSIGNED, BASIC, ISSUED])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("use sk-ant-api03-Example0Example0Example0-Example0AA.", ["sk-ant-api03-Example0Example0Example0-Example0AA"]),
        ("hga_abcd12_Example0Example0Example0", ["hga_abcd12_Example0Example0Example0"]),
        ('"token": "Zk3Lr9Qw7Xc5Vb1Nm8As"', ["Zk3Lr9Qw7Xc5Vb1Nm8As"]),
        ("api_key=get_key_from_vault_2(name)", []),
        ('token = "%s"', []),
        ("Bearer Zk3Lr9Qw7Xc5Vb1Nm8As\r\n", ["Zk3Lr9Qw7Xc5Vb1Nm8As"]),
        ('SECRET_KEY = "xxxxxxxxxxxxxxxxxxxxxxxx"', []),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values
