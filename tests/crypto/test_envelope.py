"""The sealed format: frozen vectors, a second reader written from its description, and attacks."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import envelope
from app.crypto.envelope import OVERHEAD, Context, EnvelopeError, Fault, WrappingKey, expand, extract, key_id, seal, unseal
from app.errors import HushgateError

VECTORS = json.loads((Path(__file__).parents[1] / "golden" / "envelope.json").read_text(encoding="utf-8"))
SECRET = bytes(range(100, 132))
KEY = WrappingKey(UUID(int=7), SECRET)
HERE = Context("team", "record", (UUID(int=1),), 1)


def fault(key: WrappingKey, sealed: bytes, context: Context) -> Fault:
    with pytest.raises(EnvelopeError) as caught:
        unseal(key, sealed, context)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value.fault


def context_of(vector) -> Context:
    read = {"text": str, "bytes": bytes.fromhex, "uuid": UUID}
    row = tuple(read[kind](value) for part in vector["row"] for kind, value in part.items())
    return Context(vector["team"], vector["table"], row, vector["schema"])


def key_of(vector) -> WrappingKey:
    return WrappingKey(UUID(vector["key_id"]), bytes.fromhex(vector["key"]))


# --- vectors and the second reader


def place_of(vector) -> bytes:
    def framed(kind: int, value: bytes) -> bytes:
        return bytes([kind]) + len(value).to_bytes(4, "big") + value

    parts = [framed(1, vector["team"].encode()), framed(1, vector["table"].encode())]
    for part in vector["row"]:
        ((kind, value),) = part.items()
        raw = {"text": str.encode, "bytes": bytes.fromhex, "uuid": lambda text: bytes.fromhex(text.replace("-", ""))}[kind](value)
        parts.append(framed({"text": 1, "bytes": 2, "uuid": 3}[kind], raw))
    return vector["schema"].to_bytes(4, "big") + b"".join(parts)


def outsider(secret: bytes, sealed: bytes, place: bytes) -> bytes:
    """Read an envelope by the module's description, with another HKDF."""
    message = sealed[78:110]
    dek = AESGCM(secret).decrypt(sealed[18:30], sealed[30:78], sealed[:18] + message + place)
    both = HKDF(SHA512(), 44, message, b"hushgate/envelope/1/1/encrypt").derive(dek)
    assert HKDF(SHA512(), 32, message, b"hushgate/envelope/1/1/commit").derive(dek) == sealed[110:142]
    return AESGCM(both[:32]).decrypt(both[32:], sealed[142:], sealed[:142] + place)


@pytest.mark.parametrize("vector", VECTORS["open"], ids=lambda vector: vector["name"])
def test_vectors_are_reproduced_and_open(vector):
    plaintext, sealed, drawn = (bytes.fromhex(vector[name]) for name in ("plaintext", "sealed", "random"))
    context = context_of(vector["context"])

    def random(count: int) -> bytes:
        assert count == len(drawn)
        return drawn

    assert seal(key_of(vector), plaintext, context, random) == sealed
    assert unseal(key_of(vector), sealed, context) == plaintext
    assert outsider(bytes.fromhex(vector["key"]), sealed, place_of(vector["context"])) == plaintext
    assert key_id(sealed) == UUID(vector["key_id"])


@pytest.mark.parametrize("vector", VECTORS["refuse"], ids=lambda vector: vector["name"])
def test_vectors_are_refused_for_their_reason(vector):
    assert fault(key_of(vector), bytes.fromhex(vector["sealed"]), context_of(vector["context"])) == vector["fault"]


def test_the_vectors_show_every_fault():
    assert {vector["fault"] for vector in VECTORS["refuse"]} == set(Fault)


# --- laws

PARTS = st.one_of(st.text(st.characters(exclude_categories=("Cs",)), max_size=8), st.binary(max_size=8), st.uuids())
NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
CONTEXTS = st.builds(Context, NAMES, NAMES, st.lists(PARTS, max_size=3).map(tuple), st.integers(0, 2**32 - 1))


@given(st.binary(max_size=300), CONTEXTS, st.binary(min_size=32, max_size=32), st.uuids())
def test_what_is_sealed_opens_in_its_place(plaintext, context, secret, name):
    key = WrappingKey(name, secret)
    sealed = seal(key, plaintext, context)
    assert len(sealed) == len(plaintext) + OVERHEAD
    assert unseal(key, sealed, context) == plaintext


@given(CONTEXTS, CONTEXTS)
def test_no_two_places_share_an_encoding(one, other):
    assert (one.encode() == other.encode()) == (one == other)


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=80), st.integers(1, 64))
def test_hkdf_is_that_of_rfc_5869(salt, secret, info, length):
    assert expand(extract(salt, secret), info, length) == HKDF(SHA512(), length, salt, info).derive(secret)


def test_hkdf_ends_with_its_first_block():
    with pytest.raises(ValueError, match="64 bytes"):
        expand(bytes(64), b"", 65)


# --- damage


def test_every_flipped_bit_is_refused():
    sealed = bytearray(seal(KEY, b"forty-two", HERE))
    expected = [
        (1, Fault.VERSION),
        (2, Fault.SUITE),
        (18, Fault.KEY),
        (110, Fault.CONTEXT),
        (142, Fault.COMMITMENT),
        (len(sealed), Fault.TAG),
    ]
    for place in range(len(sealed)):
        for bit in range(8):
            sealed[place] ^= 1 << bit
            assert fault(KEY, bytes(sealed), HERE) == next(reason for end, reason in expected if place < end)
            sealed[place] ^= 1 << bit
    assert unseal(KEY, bytes(sealed), HERE) == b"forty-two"


def test_every_truncation_and_extension_is_refused():
    sealed = seal(KEY, b"x" * 40, HERE)
    for length in range(len(sealed)):
        assert fault(KEY, sealed[:length], HERE) == (Fault.TRUNCATED if length < OVERHEAD else Fault.TAG)
    assert fault(KEY, sealed + b"\x00", HERE) == Fault.TAG


SWAPS = [
    Context("teams", "record", (UUID(int=1),), 1),
    Context("team", "records", (UUID(int=1),), 1),
    Context("team", "record", (UUID(int=2),), 1),
    Context("team", "record", (UUID(int=1),), 2),
    Context("team", "record", (UUID(int=1).bytes,), 1),
    Context("team", "record", (str(UUID(int=1)),), 1),
    Context("team", "record", (UUID(int=1), ""), 1),
    Context("team", "record", (), 1),
    Context("teamr", "ecord", (UUID(int=1),), 1),
    Context("record", "team", (UUID(int=1),), 1),
]


@pytest.mark.parametrize("there", SWAPS, ids=repr)
def test_an_envelope_opens_nowhere_else(there):
    assert fault(KEY, seal(KEY, b"value", HERE), there) == Fault.CONTEXT


def test_the_body_binds_the_place_too():
    """An attacker who holds the wrapping key re-wraps the DEK for another place: the body still refuses."""
    there = Context("team", "record", (UUID(int=2),), 1)
    sealed = seal(KEY, b"value", HERE)
    dek = AESGCM(SECRET).decrypt(sealed[18:30], sealed[30:78], sealed[:18] + sealed[78:110] + HERE.encode())
    wrapped = AESGCM(SECRET).encrypt(sealed[18:30], dek, sealed[:18] + sealed[78:110] + there.encode())
    assert fault(KEY, sealed[:30] + wrapped + sealed[78:], there) == Fault.TAG


def test_the_body_binds_the_header_too():
    """A re-wrapped DEK of the same place changes the header, so it needs the whole message sealed again."""
    sealed = seal(KEY, b"value", HERE)
    aad = sealed[:18] + sealed[78:110] + HERE.encode()
    dek = AESGCM(SECRET).decrypt(sealed[18:30], sealed[30:78], aad)
    nonce = os.urandom(12)
    assert fault(KEY, sealed[:18] + nonce + AESGCM(SECRET).encrypt(nonce, dek, aad) + sealed[78:], HERE) == Fault.TAG


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (18, 78, Fault.CONTEXT),
        (78, 110, Fault.CONTEXT),
        (18, 110, Fault.COMMITMENT),
        (110, 142, Fault.COMMITMENT),
        (18, 142, Fault.TAG),
        (142, None, Fault.TAG),
    ],
)
def test_parts_of_two_envelopes_do_not_mix(start, end, expected):
    one, other = seal(KEY, b"one", HERE), seal(KEY, b"two", HERE)
    assert fault(KEY, one[:start] + other[start:end] + (one[end:] if end else b""), HERE) == expected


def test_another_key_of_the_same_name_does_not_open():
    assert fault(WrappingKey(KEY.id, bytes(32)), seal(KEY, b"value", HERE), HERE) == Fault.CONTEXT


def test_nothing_repeats_between_two_seals():
    one, other = seal(KEY, b"value", HERE), seal(KEY, b"value", HERE)
    for start, end in ((18, 30), (30, 78), (78, 110), (110, 142), (142, None)):
        assert one[start:end] != other[start:end]


# --- commitment: AES-GCM alone lets one ciphertext open under two keys


def multiply(x: int, y: int) -> int:
    """Product in GF(2^128) as GHASH has it (NIST SP 800-38D, algorithm 1)."""
    product = 0
    for place in range(127, -1, -1):
        if x >> place & 1:
            product ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return product


def power(base: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        base, exponent = multiply(base, base), exponent >> 1
    return result


def blocks(raw: bytes) -> Iterator[int]:
    return (int.from_bytes(raw[at : at + 16].ljust(16, b"\0"), "big") for at in range(0, len(raw), 16))


def colliding(keys: list[tuple[bytes, bytes]], aad: bytes, ciphertext: bytes) -> bytes:
    """Return `ciphertext` (whole blocks) with its last block chosen, and a tag, valid under both (key, nonce) pairs."""
    lengths = (len(aad) * 8) << 64 | len(ciphertext) * 8
    parts = [*blocks(aad), *blocks(ciphertext[:-16]), 0, lengths]
    squares, sums = [], []
    for secret, nonce in keys:
        encrypt = Cipher(algorithms.AES(secret), modes.ECB()).encryptor()
        hashed = int.from_bytes(encrypt.update(bytes(16)), "big")
        total = 0
        for part in parts:
            total = multiply(total ^ part, hashed)
        sums.append(total ^ int.from_bytes(encrypt.update(nonce + b"\0\0\0\1"), "big"))
        squares.append(multiply(hashed, hashed))
    free = multiply(sums[0] ^ sums[1], power(squares[0] ^ squares[1], 2**128 - 2))
    tag = sums[0] ^ multiply(free, squares[0])
    return ciphertext[:-16] + free.to_bytes(16, "big") + tag.to_bytes(16, "big")


def test_one_envelope_does_not_open_under_two_keys(monkeypatch):
    secrets = [os.urandom(32), os.urandom(32)]
    keys = [WrappingKey(KEY.id, secret) for secret in secrets]
    message, nonce, place = os.urandom(32), os.urandom(12), HERE.encode()
    head = b"\x01\x01" + KEY.id.bytes
    wrapped = colliding([(secret, nonce) for secret in secrets], head + message + place, os.urandom(32))
    deks = [AESGCM(secret).decrypt(nonce, wrapped, head + message + place) for secret in secrets]
    derived = [envelope._derive(dek, message) for dek in deks]
    header = head + nonce + wrapped + message + derived[0][2]
    sealed = header + colliding([(cipher, iv) for cipher, iv, _ in derived], header + place, os.urandom(48))

    assert unseal(keys[0], sealed, HERE)
    assert fault(keys[1], sealed, HERE) == Fault.COMMITMENT
    # The attack is real: with the commitment not compared, the same bytes open to two different texts.
    monkeypatch.setattr(envelope.hmac, "compare_digest", lambda *_: True)
    assert len({unseal(key, sealed, HERE) for key in keys}) == 2


# --- what does not show


def test_errors_hold_no_value():
    sealed = seal(KEY, b"value", HERE)
    with pytest.raises(EnvelopeError) as caught:
        unseal(KEY, sealed, Context("elsewhere", "record", ()))
    error = caught.value
    assert isinstance(error, HushgateError)
    assert str(error) == "A sealed value does not open: wrong context"
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert isinstance(error.__context__, InvalidTag)
    assert not error.__context__.args


def test_repr_shows_no_key_and_no_row():
    name = uuid4()
    assert repr(WrappingKey(name, SECRET)) == f"WrappingKey({name})"
    assert "Maria" not in repr(Context("team", "surrogate", ("Maria",)))


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_wrapping_key_has_32_bytes(length):
    with pytest.raises(ValueError, match="32 bytes"):
        WrappingKey(uuid4(), bytes(length))


@pytest.mark.parametrize("schema", [-1, 2**32])
def test_a_schema_version_has_32_bits(schema):
    with pytest.raises(ValueError, match="32 bits"):
        seal(KEY, b"", Context("team", "record", (), schema))
