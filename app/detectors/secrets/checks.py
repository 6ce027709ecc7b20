"""Checksums within secrets, by their issuers' descriptions. What they prove raises a score; what fails may be cut or mistyped."""

import hashlib
import zlib
from typing import Final

_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SUM: Final = 6  # base-62 digits of a CRC-32
_WIF: Final = 0x80
_XPRV: Final = bytes.fromhex("0488ade4")


def crc32(value: str) -> bool:
    """Whether the last six base-62 digits are the CRC-32 of the body (GitHub, 2021; npm does the same)."""
    body = value.rpartition("_")[2]
    number = 0
    for digit in body[-_SUM:]:
        place = _BASE62.find(digit)
        if place < 0:
            return False
        number = number * 62 + place
    return zlib.crc32(body[:-_SUM].encode()) == number


def wif(value: str) -> bool:
    """Whether a Bitcoin private key in wallet import format has its checksum and version."""
    return _checked(value, 1)[:1] == bytes([_WIF])


def extended_key(value: str) -> bool:
    """Whether an extended private key (BIP-32) has its checksum and version."""
    return _checked(value, 4)[:4] == _XPRV


def _checked(value: str, least: int) -> bytes:
    """Return what a base58check value holds, nothing if its checksum is wrong."""
    number = 0
    for digit in value:
        place = _BASE58.find(digit)
        if place < 0:
            return b""
        number = number * 58 + place
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, checksum = data[:-4], data[-4:]
    right = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4] == checksum
    return payload if right and len(payload) >= least else b""
