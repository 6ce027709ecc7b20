"""Hashes of the audit log, as RFC 6962 section 2.1 defines them."""

import hashlib

_LEAF = b"\x00"  # keeps a leaf from ever being read as an inner node, which starts with 0x01


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte leaf hash `SHA-256(0x00 || entry)`."""
    return hashlib.sha256(_LEAF + entry).digest()
