"""Gateway and admin keys: one way to read one, nothing to see in it, no digest that fits elsewhere."""

import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.credentials import Credential, Prefix, digest, matches, mint, parse

INDEX = bytes(range(32))
FIXED = mint(Prefix.GATEWAY, lambda count: bytes(range(count)))
TEXT = "hg_000g40r40m30e209_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf"


def test_a_key_is_stable_for_its_randomness():
    assert FIXED.text == TEXT
    assert digest(INDEX, FIXED) == hmac.digest(INDEX, TEXT.encode(), "sha256")


@pytest.mark.parametrize("prefix", Prefix)
@given(raw=st.binary(min_size=32, max_size=32))
def test_a_minted_key_parses_to_itself(prefix, raw):
    credential = mint(prefix, lambda count: raw[:count])
    assert parse(credential.text) == credential
    assert [len(part) for part in credential.text.split("_")] == [len(prefix), 16, 43]


def test_extremes_keep_their_length():
    for raw in (b"\x00", b"\xff"):
        credential = mint(Prefix.ADMIN, lambda count, raw=raw: raw * count)
        assert parse(credential.text) == credential
    assert mint(Prefix.ADMIN, lambda count: b"\xff" * count).id == "z" * 16


def test_no_two_secrets_share_a_text():
    texts = {mint(Prefix.GATEWAY, lambda count, bit=bit: (1 << bit).to_bytes(32, "big")[-count:]).secret for bit in range(256)}
    assert len(texts) == 256


def test_minted_keys_differ():
    one, other = mint(Prefix.GATEWAY), mint(Prefix.GATEWAY)
    assert one.id != other.id
    assert one.secret != other.secret


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hg",
        TEXT[:-1],
        TEXT + "0",
        TEXT + "\n",
        " " + TEXT,
        "h" + TEXT,
        "HG" + TEXT[2:],
        "hgb" + TEXT[2:],
        TEXT.replace("_", "-"),
        TEXT.replace("000g", "000G"),
        TEXT.replace("000g", "000i"),
        TEXT.replace("000g", "000_"),
        TEXT.replace("003a", "00_9"),
        TEXT.replace("003a", "00-9"),
        TEXT.replace("003a", "00é9"),
        TEXT.replace("000g", "00\u0660g"),
        f"Bearer {TEXT}",
        "sk-ant-api03-abc",
    ],
)
def test_anything_else_is_no_key(text):
    assert text != TEXT
    assert parse(text) is None


@given(st.text(max_size=80))
def test_any_text_parses_or_does_not(text):
    assert parse(text) is None


def test_only_the_key_itself_matches():
    stored = digest(INDEX, FIXED)
    assert len(stored) == 32
    assert matches(INDEX, FIXED, stored)
    assert not matches(bytes(32), FIXED, stored)
    assert not matches(INDEX, FIXED, stored[:-1])
    assert not matches(INDEX, FIXED, b"")
    for other in (replace(FIXED, prefix=Prefix.ADMIN), replace(FIXED, id="1" * 16), replace(FIXED, secret="1" * 43)):
        assert not matches(INDEX, other, stored)


def test_repr_shows_the_id_only():
    shown = f"{FIXED} {FIXED!r} {[FIXED]}"
    assert FIXED.id in shown
    assert FIXED.secret not in shown
    assert isinstance(FIXED, Credential)
