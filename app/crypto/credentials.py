"""Gateway and admin keys: minted, read from a header, digested for the database.

A key is `hg_<id>_<secret>` (admin: `hga_`): 16 Crockford base-32 characters to look it up by, then 256 random bits as 43 base-62
characters. Neither alphabet has an underscore, so a key reads in one way only. The secret has full entropy: a fast keyed hash is
right for it (a slow one is for passwords), and without the index key a copy of the database cannot test guesses.
"""

import hmac
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID, _SECRET = 16, 43
_DIGEST: Final = 32
_SHAPE: Final = re.compile(rf"(hga?)_([{_CROCKFORD}]{{{_ID}}})_([0-9A-Za-z]{{{_SECRET}}})")


class Prefix(StrEnum):
    """What a key opens."""

    GATEWAY = "hg"
    ADMIN = "hga"


@dataclass(frozen=True, slots=True)
class Credential:
    """A key taken apart. Only `prefix` and `id` are public; `repr` and `str` show no more."""

    prefix: Prefix
    id: str
    secret: str

    @property
    def text(self) -> str:
        """The whole key, as its owner holds it. Shown once, stored nowhere."""
        return f"{self.prefix}_{self.id}_{self.secret}"

    def __repr__(self) -> str:
        return f"Credential({self.prefix}_{self.id})"


def mint(prefix: Prefix, random: Callable[[int], bytes] = os.urandom) -> Credential:
    """Return a new key of 80 bits of id and 256 bits of secret. `random` is for test vectors alone: 10 bytes, then 32."""
    return Credential(prefix, _digits(random(10), _CROCKFORD, _ID), _digits(random(32), _BASE62, _SECRET))


def parse(text: str) -> Credential | None:
    """Take a key apart; None unless the whole of `text` has exactly its form (case matters, nothing is trimmed)."""
    match = _SHAPE.fullmatch(text)
    return Credential(Prefix(match[1]), match[2], match[3]) if match else None


def digest(index_key: bytes, credential: Credential) -> bytes:
    """Return 32 bytes that stand for a key in the database: HMAC-SHA-256 of the whole key.

    Prefix and id are inside, so a digest copied to another row, or from gateway to admin keys, matches nothing.
    """
    return hmac.digest(index_key, credential.text.encode("ascii"), "sha256")


def matches(index_key: bytes, credential: Credential, stored: bytes) -> bool:
    """Tell in constant time whether `stored` is the digest of `credential`."""
    return hmac.compare_digest(digest(index_key, credential), stored)


class Index:
    """The versions of the index key of credentials: one to write digests with, all to read them.

    What the database keeps says its version: 32 bytes are version 1, else two bytes of it (big-endian) come before the digest.
    """

    __slots__ = ("_keys", "version")

    def __init__(self, keys: Sequence[tuple[int, bytes]]) -> None:
        """Hold versions and keys; the first one writes."""
        self.version: Final = keys[0][0]
        self._keys: Final = dict(keys)

    def __repr__(self) -> str:
        return f"Index({self.version})"

    def stamp(self, credential: Credential) -> bytes:
        """Return what the database keeps of a key."""
        return _head(self.version) + digest(self._keys[self.version], credential)

    def matches(self, credential: Credential, stored: bytes) -> bool:
        """Tell in constant time whether `stored` stands for `credential`, under a version that is neither unknown nor revoked."""
        version = version_of(stored)
        key = self._keys.get(version)
        return matches(key or bytes(32), credential, stored.removeprefix(_head(version))) and key is not None

    def knows(self, stored: bytes) -> bool:
        """Whether `stored` can be read at all."""
        return version_of(stored) in self._keys


def version_of(stored: bytes) -> int:
    """Return under which version of the index key a digest was made, unproved."""
    return int.from_bytes(stored[:-_DIGEST], "big") or 1


def _head(version: int) -> bytes:
    return version.to_bytes(2, "big") if version > 1 else b""


def _digits(raw: bytes, alphabet: str, length: int) -> str:
    number, digits = int.from_bytes(raw, "big"), []
    for _ in range(length):
        number, digit = divmod(number, len(alphabet))
        digits.append(alphabet[digit])
    return "".join(reversed(digits))
