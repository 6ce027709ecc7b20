"""IP addresses."""

import pytest

from app.core.finding import resolve
from app.detectors.ip import IP
from app.engine.scan import Scanner

SCANNER = Scanner([IP])


def found(text):
    accepted = [f for f in SCANNER.scan(text) if f.score >= (0.35 if f.checked else 0.5)]
    return [text[f.start : f.end] for f in resolve(accepted)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10.0.0.1, 8.8.8.8.", ["10.0.0.1", "8.8.8.8"]),
        ("http://[2001:db8::1]:80/", ["2001:db8::1"]),
        ("2001:db8::1: hello", ["2001:db8::1"]),
        ("1.2.3.4/24", ["1.2.3.4"]),
        ("a[1::2]", []),
        ("version: 1.2.3.4", []),
        ("1.2.3.4.5", []),
        ("v1.2.3.4-rc", []),
        ("256.1.1.1", []),
        ("12:34:56", []),
        ("x==1.2.3.4", []),
        ("src==1.2.3.4", ["1.2.3.4"]),
    ],
)
def test_exact_values(text, values):
    assert found(text) == values


@pytest.mark.parametrize(("value", "identity"), [("2001:DB8:0::1", "2001:db8::1"), ("010.0.0.1", "10.0.0.1")])
def test_identity(value, identity):
    assert IP.identity(value) == identity


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("192.0.2.1", "IP_ADDRESS"),
        ("198.51.100.1", "IP_ADDRESS"),
        ("203.0.113.1", "IP_ADDRESS"),
        ("2001:db8::1", "IP_ADDRESS"),
        ("8.8.8.8", "IP_ADDRESS"),
        ("10.1.2.3", "IP_ADDRESS_PRIVATE"),
        ("192.168.0.1", "IP_ADDRESS_PRIVATE"),
        ("172.16.5.4", "IP_ADDRESS_PRIVATE"),
        ("100.64.0.1", "IP_ADDRESS_PRIVATE"),
        ("169.254.1.1", "IP_ADDRESS_PRIVATE"),
        ("224.0.0.251", "IP_ADDRESS_PRIVATE"),
        ("0.0.0.0", "IP_ADDRESS_PRIVATE"),
        ("255.255.255.255", "IP_ADDRESS_PRIVATE"),
        ("127.0.0.1", "IP_ADDRESS_PRIVATE"),
        ("::1", "IP_ADDRESS_PRIVATE"),
        ("fe80::1", "IP_ADDRESS_PRIVATE"),
        ("fd00::1", "IP_ADDRESS_PRIVATE"),
        ("::ffff:10.0.0.1", "IP_ADDRESS_PRIVATE"),
    ],
)
def test_ranges(text, entity):
    assert {f.entity for f in SCANNER.scan(text)} == {entity}
