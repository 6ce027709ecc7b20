"""The sealed format: one message under its own fresh key, that key wrapped by a named key, all of it bound to one place.

Version 1, suite 1 (AES-256-GCM, HKDF-SHA-512 of RFC 5869). Integers are unsigned and big-endian.

    offset  bytes
    0       1     version, 0x01
    1       1     suite, 0x01
    2       16    key id: which wrapping key
    18      60    wrapped DEK: nonce (12) ‖ AES-256-GCM of the 32-byte DEK under the wrapping key (32) ‖ tag (16)
    78      32    message id, random
    110     32    key commitment
    142     n     ciphertext, as long as the plaintext
    142+n   16    tag

    place        schema version (4) ‖ field(team) ‖ field(table) ‖ field(row part) for each part of the row's key, in order
                 field: type (1 byte: 1 text, 2 bytes, 3 uuid) ‖ length (4) ‖ value, as in `app/core/record.py`
    wrapped DEK  additional data = bytes 0..17 ‖ message id ‖ place
    PRK          HKDF-Extract(salt = message id, DEK)
    key ‖ nonce  HKDF-Expand(PRK, "hushgate/envelope/1/1/encrypt", 32 + 12)
    commitment   HKDF-Expand(PRK, "hushgate/envelope/1/1/commit", 32)
    ciphertext   AES-256-GCM under that key and nonce, additional data = bytes 0..141 ‖ place

Every message has a DEK of its own, so the derived nonce never repeats under a key. The nonce around the DEK is random: one
wrapping key seals at most 2^32 messages (NIST SP 800-38D section 8.3), so wrapping keys belong to an owner and an epoch.
GCM alone lets one ciphertext open under two keys; the commitment, checked first, does not.
"""

import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.record import field as column
from app.errors import HushgateError

KEY: Final = 32
OVERHEAD: Final = 158
"""How many bytes longer than its plaintext an envelope is."""

_VERSION, _SUITE = 1, 1
_KEY_ID, _WRAPPED, _MESSAGE, _COMMITMENT, _BODY = 2, 18, 78, 110, 142
_NONCE: Final = 12
_PREFIX: Final = bytes((_VERSION, _SUITE))
_ENCRYPT: Final = b"hushgate/envelope/1/1/encrypt"
_COMMIT: Final = b"hushgate/envelope/1/1/commit"


class Fault(StrEnum):
    """Why an envelope does not open."""

    TRUNCATED = "truncated"
    VERSION = "unknown version"
    SUITE = "unknown suite"
    KEY = "unknown key"
    CONTEXT = "wrong context"
    COMMITMENT = "commitment mismatch"
    TAG = "tag mismatch"


class EnvelopeError(HushgateError):
    """An envelope does not open. `fault` says why; CONTEXT also covers a wrapped DEK or message id that was altered."""

    def __init__(self, fault: Fault) -> None:
        """Build the error; it knows nothing but the `fault`."""
        super().__init__(f"A sealed value does not open: {fault}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Context:
    """Where a message lives: an envelope opens there and nowhere else.

    `row` is the row's key, one part a column; `schema` the version of what the plaintext looks like.
    """

    team: str
    table: str
    row: tuple[str | bytes | UUID, ...] = field(repr=False)
    schema: int = 1

    def encode(self) -> bytes:
        """Return the `place` of the module's layout. Raises ValueError if a text is not Unicode or `schema` not 32 bits."""
        if not 0 <= self.schema < 1 << 32:
            raise ValueError("a schema version has 32 bits")
        return b"".join((self.schema.to_bytes(4, "big"), column(self.team), column(self.table), *map(column, self.row)))


class WrappingKey:
    """A named 32-byte key that wraps the DEKs of envelopes. Its `repr` shows the id."""

    __slots__ = ("_aead", "_head", "id")

    def __init__(self, key_id: UUID, secret: bytes) -> None:
        """Hold `secret` ready for use. Raises ValueError unless it has 32 bytes."""
        if len(secret) != KEY:
            raise ValueError("a wrapping key has 32 bytes")
        self.id: Final = key_id
        self._head: Final = _PREFIX + key_id.bytes
        self._aead: Final = AESGCM(secret)

    def __repr__(self) -> str:
        return f"WrappingKey({self.id})"


def seal(key: WrappingKey, plaintext: bytes, context: Context, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """Return the envelope of `plaintext` for the place `context`, `OVERHEAD` bytes longer.

    `random` is for test vectors alone: 76 bytes, the DEK (32), the message id (32), the nonce around the DEK (12).
    """
    drawn = random(76)
    dek, message, nonce = drawn[:32], drawn[32:64], drawn[64:]
    place = context.encode()
    wrapped = key._aead.encrypt(nonce, dek, key._head + message + place)  # noqa: SLF001
    cipher, iv, commitment = _derive(dek, message)
    header = b"".join((key._head, nonce, wrapped, message, commitment))  # noqa: SLF001
    return header + AESGCM(cipher).encrypt(iv, plaintext, header + place)


def unseal(key: WrappingKey, sealed: bytes, context: Context) -> bytes:
    """Return the plaintext of an envelope. Raises EnvelopeError, whose `fault` is the first check that failed."""
    return unseal_with(opening(key, sealed, context), sealed, context)


def opening(key: WrappingKey, sealed: bytes, context: Context) -> bytes:
    """Return the DEK of an envelope, with which anybody reads this one message and no other. Raises EnvelopeError."""
    named = key_id(sealed)
    if named != key.id:
        raise EnvelopeError(Fault.KEY)
    place, message = context.encode(), sealed[_MESSAGE:_COMMITMENT]
    nonce, wrapped = sealed[_WRAPPED : _WRAPPED + _NONCE], sealed[_WRAPPED + _NONCE : _MESSAGE]
    try:
        return key._aead.decrypt(nonce, wrapped, sealed[:_WRAPPED] + message + place)  # noqa: SLF001
    except InvalidTag:
        raise EnvelopeError(Fault.CONTEXT) from None


def unseal_with(dek: bytes, sealed: bytes, context: Context) -> bytes:
    """Return the plaintext of an envelope whose DEK was disclosed: the commitment in it admits no other. Raises EnvelopeError."""
    key_id(sealed)
    cipher, iv, commitment = _derive(dek, sealed[_MESSAGE:_COMMITMENT])
    if not hmac.compare_digest(commitment, sealed[_COMMITMENT:_BODY]):
        raise EnvelopeError(Fault.COMMITMENT)
    try:
        return AESGCM(cipher).decrypt(iv, sealed[_BODY:], sealed[:_BODY] + context.encode())
    except InvalidTag:
        raise EnvelopeError(Fault.TAG) from None


def key_id(sealed: bytes) -> UUID:
    """Return which wrapping key an envelope names, unproved. Raises EnvelopeError: TRUNCATED, VERSION or SUITE."""
    # Version and suite come first: how long an envelope must be is theirs to say.
    if sealed and sealed[0] != _VERSION:
        raise EnvelopeError(Fault.VERSION)
    if len(sealed) > 1 and sealed[1] != _SUITE:
        raise EnvelopeError(Fault.SUITE)
    if len(sealed) < OVERHEAD:
        raise EnvelopeError(Fault.TRUNCATED)
    return UUID(bytes=sealed[_KEY_ID:_WRAPPED])


def extract(salt: bytes, secret: bytes) -> bytes:
    """HKDF-Extract with SHA-512 (RFC 5869 section 2.2): 64 bytes."""
    return hmac.digest(salt, secret, "sha512")


def expand(prk: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand with SHA-512 (RFC 5869 section 2.3), first block only. Raises ValueError above 64 bytes."""
    if length > 64:  # noqa: PLR2004 - one block of SHA-512
        raise ValueError("one block of HKDF-SHA-512 has 64 bytes")
    return hmac.digest(prk, info + b"\x01", "sha512")[:length]


def _derive(dek: bytes, message: bytes) -> tuple[bytes, bytes, bytes]:
    """Return encryption key, nonce and key commitment of a message."""
    prk = extract(message, dek)
    both = expand(prk, _ENCRYPT, KEY + _NONCE)
    return both[:KEY], both[KEY:], expand(prk, _COMMIT, 32)
