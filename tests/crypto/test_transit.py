"""The transit adapter against a small engine over real sockets: what it binds, how it rotates, and that it fails closed."""

import ssl
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.crypto.envelope import Context, EnvelopeError, Fault
from app.crypto.keyring import DataKey, Keyring
from app.crypto.transit import Place, Transit
from app.errors import KeysUnavailable, SetupError
from tests.kms import Kms

HERE, THERE = Context("team", "data_key", ("a",)), Context("team", "data_key", ("b",))
SECRET = bytes(range(32))
OPEN = []


@pytest.fixture
def kms():
    with Kms() as running:
        yield running


@pytest.fixture(autouse=True)
def opened():
    yield
    while OPEN:
        OPEN.pop().close()


def connect(*arguments):
    OPEN.append(Transit(*arguments))
    return OPEN[-1]


def place(kms, **more):
    return Place(**{"url": kms.url, "key": kms.key, "token": lambda: kms.token, "namespace": kms.namespace, "timeout": 0.5, **more})


@pytest.fixture
def transit(kms):
    return connect(place(kms))


def test_what_was_wrapped_opens_in_its_place_and_in_no_other(transit):
    wrapped = transit.wrap(SECRET, HERE)
    assert SECRET not in wrapped
    assert transit.unwrap(wrapped, HERE) == SECRET
    with pytest.raises(EnvelopeError) as caught:
        transit.unwrap(wrapped, THERE)
    assert caught.value.fault is Fault.CONTEXT
    assert transit.version(wrapped) == transit.fingerprint == "transit/hushgate:v1"


@pytest.mark.parametrize(
    "damage", [b"", b"\x01" + bytes(200), b"\x02vault:v1:", b"\x02vault:v0:AAAA", b"\x02vault:v1:AA\nAA", b"vault:v1:AAAA"]
)
def test_what_is_no_wrapped_key_is_refused_before_anybody_is_asked(kms, transit, damage):
    with pytest.raises(EnvelopeError):
        transit.unwrap(damage, HERE)
    assert "decrypt" not in kms.asked


def test_an_altered_ciphertext_is_refused(transit):
    wrapped = transit.wrap(SECRET, HERE)
    swapped = wrapped[:-6] + (b"AAAAAA" if wrapped[-6:] != b"AAAAAA" else b"BBBBBB")
    with pytest.raises(EnvelopeError):
        transit.unwrap(swapped, HERE)


def test_a_new_version_wraps_when_told_and_the_old_one_opens_until_the_minimum_is_raised(kms, transit):
    old = transit.wrap(SECRET, HERE)
    kms.rotate()
    assert transit.version(transit.wrap(SECRET, HERE)).endswith(":v1")
    assert transit.use("transit/hushgate:v2")
    new = transit.wrap(SECRET, HERE)
    assert (transit.version(new), transit.fingerprints) == ("transit/hushgate:v2", ("transit/hushgate:v1", "transit/hushgate:v2"))
    assert transit.unwrap(old, HERE) == SECRET
    again, broken = transit.rewrap([(old, HERE), (b"\x02vault:v1:AAAA", HERE)])
    assert (transit.version(again), transit.unwrap(again, HERE), broken) == ("transit/hushgate:v2", SECRET, None)
    kms.minimum = 2
    with pytest.raises(EnvelopeError):
        transit.unwrap(old, HERE)
    assert transit.unwrap(again, HERE) == SECRET
    transit.refresh()
    assert not transit.use("transit/hushgate:v1")
    assert not transit.use("transit/other:v2")


def test_many_keys_are_wrapped_anew_in_few_requests(kms, transit):
    rows = [
        (transit.wrap(SECRET, Context("t", "data_key", (str(number),))), Context("t", "data_key", (str(number),))) for number in range(600)
    ]
    kms.rotate()
    transit.use("transit/hushgate:v2")
    again = transit.rewrap(rows)
    assert kms.asked["rewrap"] == 3
    assert "decrypt" not in kms.asked
    assert all(transit.unwrap(wrapped, context) == SECRET for wrapped, (_, context) in list(zip(again, rows, strict=True))[::97])


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"status": 503}, "sealed"), ({"status": 403}, "refuses the token"), ({"status": 429}, "overloaded"), ({"status": 500}, "status 500"),
        ({"delay": 1.0}, "ReadTimeout"), ({"garbage": b"<html>"}, "not understood"), ({"garbage": b'{"data": {}}'}, "not understood"),
        ({"token": "another"}, "refuses the token"), ({"namespace": "elsewhere"}, "refuses the token"),
    ],
    ids=str,
)  # fmt: skip
def test_whatever_is_wrong_with_it_is_an_outage_and_never_a_key(kms, fault, why):
    transit = connect(place(kms, token=lambda: "root-token", namespace=None))
    wrapped = transit.wrap(SECRET, HERE)
    for name, value in fault.items():
        setattr(kms, name, value)
    for work in (lambda: transit.unwrap(wrapped, HERE), lambda: transit.wrap(SECRET, HERE), lambda: transit.rewrap([(wrapped, HERE)])):
        began = time.monotonic()
        with pytest.raises(KeysUnavailable, match=why) as caught:
            work()
        assert time.monotonic() - began < 2
        assert caught.value.status == 503
        assert "root-token" not in str(caught.value)


def test_one_that_is_not_there(kms, transit):
    wrapped = transit.wrap(SECRET, HERE)
    kms.shutdown()
    kms.server_close()
    transit.close()
    with pytest.raises(KeysUnavailable):
        connect(replace(place(kms), url="http://127.0.0.1:1"))
    assert transit.version(wrapped)


def test_a_token_is_read_for_each_request(kms, tmp_path):
    file = tmp_path / "token"
    file.write_text("root-token\n")
    transit = connect(place(kms, token=lambda: file.read_text().strip()))
    kms.token = "renewed"
    with pytest.raises(KeysUnavailable):
        transit.wrap(SECRET, HERE)
    file.write_text("renewed\n")
    assert transit.unwrap(transit.wrap(SECRET, HERE), HERE) == SECRET
    file.unlink()
    with pytest.raises(KeysUnavailable):
        transit.wrap(SECRET, HERE)


def test_a_namespace_is_sent():
    with Kms(namespace="team/a") as kms:
        transit = connect(place(kms))
        assert transit.unwrap(transit.wrap(SECRET, HERE), HERE) == SECRET


def test_certificates_are_verified(kms, monkeypatch, tmp_path):
    transit = connect(place(kms))
    context = transit._client._transport._pool._ssl_context
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    with pytest.raises((OSError, ssl.SSLError)):
        connect(place(kms, ca=Path(tmp_path / "none.pem")))


def test_a_keyring_serves_from_memory_for_its_time_and_then_fails_closed(kms, transit):
    now = [0.0]
    ring = Keyring(transit, bytes(32), clock=lambda: now[0], max_age=100.0)
    row = ring.new_data_key("record", "team", "2026-11-26")
    key = ring.unwrap(row)
    kms.status = 503
    now[0] = 99.9
    assert ring.unwrap(row) is key
    with pytest.raises(KeysUnavailable):
        ring.new_data_key("record", "team", "2026-11-27")
    now[0] = 100.0
    with pytest.raises(KeysUnavailable):
        ring.unwrap(row)
    kms.status = 0
    assert ring.unwrap(row).id == key.id
    moved = DataKey(row.id, row.purpose, "other", row.epoch, row.wrapped)
    with pytest.raises(EnvelopeError):
        ring.unwrap(moved)


def test_an_installation_opens_again_and_a_foreign_key_does_not(kms, transit):
    ring, wrapped = Keyring.create(transit)
    assert Keyring.open(connect(place(kms)), ring.fingerprint, wrapped).index_key("credential") == ring.index_key("credential")
    with Kms() as other, pytest.raises(SetupError):
        Keyring.open(connect(place(other)), ring.fingerprint, wrapped)
    assert "root-token" not in repr(transit)
