r"""Signed notes (c2sp.org/signed-note) with Ed25519 keys, and the cosignatures of witnesses over them (c2sp.org/tlog-cosignature).

    note         text ‖ "\n" ‖ one line a signature: "— " ‖ key name ‖ " " ‖ base64(key id ‖ signature) ‖ "\n"; the text ends with "\n"
    key id       SHA-256(key name ‖ "\n" ‖ type ‖ public key)[:4]; type 0x01: a signature, 0x04: a cosignature
    cosignature  8 bytes of Unix seconds ‖ Ed25519 over "cosignature/v1\ntime " ‖ seconds ‖ "\n" ‖ text
    vkey         key name ‖ "+" ‖ key id in hexadecimal ‖ "+" ‖ base64(type ‖ public key)

A note may have an empty line in its text; its signatures are what follows the last one.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.errors import HushgateError

ED25519: Final = 1
COSIGNATURE: Final = 4
_TYPES: Final = frozenset({ED25519, COSIGNATURE})
_KEY: Final = 32
_ID: Final = 4
_TIME: Final = 8
_SIGNATURES: Final = 64  # of one note; the format asks for 16 at least
_LONGEST: Final = 1 << 20
_LINE: Final = re.compile("— (\\S+) (\\S+)")
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")


class NoteError(HushgateError):
    """What should be a signed note is none, or is not signed by the key that should have signed it."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key under a name. `sort` is its signature type: of a log (1) or of a witness (4)."""

    name: str
    public: bytes
    sort: int = ED25519

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or len(self.name.split()) != 1 or self.name.strip() != self.name:
            raise NoteError("a key's name is empty, or has a space or a plus in it")
        if self.sort not in _TYPES or len(self.public) != _KEY:
            raise NoteError("a key is not an Ed25519 key of a known type")

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + bytes((self.sort,)) + self.public).digest()[:_ID]

    @property
    def vkey(self) -> str:
        """The key as one word, for configurations."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes((self.sort,)) + self.public).decode()}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key alone, which is one whatever the name."""
        return fingerprint(self.public)

    @classmethod
    def read(cls, vkey: str) -> Self:
        """Read a vkey. Raises NoteError."""
        name, _, rest = vkey.strip().partition("+")
        identity, _, coded = rest.partition("+")
        raw = decoded(coded)
        if len(raw) != 1 + _KEY:
            raise NoteError("this is no key of an Ed25519 note: name+id+base64")
        key = cls(name, raw[1:], raw[0])
        if key.id.hex() != identity:
            raise NoteError("the id of the key does not belong to it")
        return key

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether `signature`, without the key id, is this key's over a note's text."""
        message = text.encode()
        if self.sort == COSIGNATURE:
            if len(signature) < _TIME:
                return False
            time, signature = int.from_bytes(signature[:_TIME], "big"), signature[_TIME:]
            message = _cosigned(time, message)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def fingerprint(public: bytes) -> str:
    """Return the name of a public key: its SHA-256 in hexadecimal."""
    return sha256(public).hexdigest()


class Signer:
    """A private key, made from a 32-byte seed. Its `repr` shows the public one."""

    __slots__ = ("_private", "public")

    def __init__(self, seed: bytes) -> None:
        """Hold the key of RFC 8032 that `seed` is."""
        self._private: Final = Ed25519PrivateKey.from_private_bytes(seed)
        self.public: Final = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def __repr__(self) -> str:
        return f"Signer({fingerprint(self.public)})"

    def line(self, name: str, text: str) -> str:
        """Return the signature line of this key under `name` over a note's text."""
        return _line(Key(name, self.public), self._private.sign(text.encode()))

    def cosignature(self, name: str, text: str, now: int) -> str:
        """Return the line with which a witness says that it saw a checkpoint at `now`, in Unix seconds."""
        signature = now.to_bytes(_TIME, "big") + self._private.sign(_cosigned(now, text.encode()))
        return _line(Key(name, self.public, COSIGNATURE), signature)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, read and not yet verified."""

    name: str
    id: bytes
    value: bytes

    def of(self, key: Key) -> bool:
        """Whether the line claims to be by that key."""
        return (self.name, self.id) == (key.name, key.id)

    @property
    def time(self) -> int:
        """When a cosignature was made, in Unix seconds."""
        return int.from_bytes(self.value[:_TIME], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...] = field(repr=False)

    @classmethod
    def read(cls, raw: str) -> Self:
        """Take a note apart. Raises NoteError; nothing in it is to be believed until `by` was asked."""
        text, gap, below = raw.rpartition("\n\n")
        if len(raw) > _LONGEST or not gap or not text or not below.endswith("\n") or _CONTROL.search(raw):
            raise NoteError("this is no signed note")
        lines = below[:-1].split("\n")
        if len(lines) > _SIGNATURES:
            raise NoteError("a note has too many signatures")
        return cls(text + "\n", tuple(map(_signature, lines)))

    def by(self, key: Key) -> Signature | None:
        """Return the signature of `key`, None if it did not sign. Raises NoteError for one that is its own and wrong."""
        mine = [signature for signature in self.signatures if signature.of(key)]
        if not all(key.verifies(self.text, signature.value) for signature in mine):
            raise NoteError(f"the signature of {key.name} is wrong")
        return mine[0] if mine else None


def signed(text: str, lines: Sequence[str]) -> str:
    """Return the note of a text and its signature lines."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteError("the text of a note is whole lines without control characters")
    return f"{text}\n{''.join(lines)}"


def decoded(text: str) -> bytes:
    """Return the bytes of strict base64, in its one canonical form. Raises NoteError."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = None
    if raw is None or base64.b64encode(raw).decode() != text:
        raise NoteError("this is not base64")
    return raw


def _line(key: Key, signature: bytes) -> str:
    return f"— {key.name} {base64.b64encode(key.id + signature).decode()}\n"


def _signature(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    if found is None or "+" in found[1]:
        raise NoteError("a signature line of a note is malformed")
    raw = decoded(found[2])
    if len(raw) <= _ID:
        raise NoteError("a signature line of a note is malformed")
    return Signature(found[1], raw[:_ID], raw[_ID:])


def _cosigned(time: int, message: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time + message
