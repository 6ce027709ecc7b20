"""Passwords where they are written down."""

import pytest

from app.core.finding import resolve
from app.detectors.passwords import PASSWORD
from app.engine.scan import Scanner

SCANNER = Scanner([PASSWORD])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('password = "hunter2"', ["hunter2"]),
        ("{'password': 'hunter2', 'x': 1}", ["hunter2"]),
        ("PGPASSWORD=a;b,c psql", ["a;b,c"]),
        ("Pwd=Tr0ub4dor;Server=x", ["Tr0ub4dor"]),
        ("postgres://u:h@nter2@db/x", ["h@nter2"]),
        ('password: os.environ["X"]', []),
        ("password=$DB_PASSWORD", []),
        ("password=password", []),
        ('"password": null', []),
        ('{"body":"{\\"password\\":\\"hunter2\\"}"}', ["hunter2"]),
        ('password: str = ""', []),
        ("Passwort: geheim\nDanke", ["geheim"]),
        ("The password is hunter2.", ["hunter2"]),
        ("https://x:y@", []),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values
