"""JSON web tokens."""

import base64

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


@pytest.mark.parametrize(("algorithm", "size"), [("HS256", 43), ("HS512", 86), ("ES512", 176), ("EdDSA", 86)])
def test_a_token_that_goes_on_behind_a_lines_end_is_found_whole(algorithm, size):
    head, body = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (f'{{"alg":"{algorithm}"}}'.encode(), b'{"sub":"1"}'))
    token = f"{head}.{body}.{'aB3-' * 200}"[: len(head) + len(body) + 2 + size]
    for cut in range(len(token) - size + 5, len(token) - 4, 7):
        text = f"{token[:cut]}\n{token[cut:]}"
        assert (0, len(text)) in {(found.start, found.end) for found in SCANNER.scan(text)}, cut
    behind = f"{token}\nabc"  # what is whole has nothing behind it
    assert {found.end for found in SCANNER.scan(behind)} == {len(token)}
