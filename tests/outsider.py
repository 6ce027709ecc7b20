"""A second verifier, written from RFC 6962 and the C2SP texts alone: recursive, slow, and without a line of the application."""

import base64
import hashlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def mth(leaves):
    """MTH of RFC 6962 section 2.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(mth(leaves[:k]), mth(leaves[k:]))


def leaf(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m, leaves):
    """PATH of section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m, leaves):
    """PROOF of section 2.1.2."""

    def subproof(m, part, whole):
        if m == len(part):
            return [] if whole else [mth(part)]
        k = split(len(part))
        if m <= k:
            return [*subproof(m, part[:k], whole), mth(part[k:])]
        return [*subproof(m - k, part[k:], False), mth(part[:k])]

    return subproof(m, leaves, True)


def included(leaf_hash, index, size, steps):
    """Return the root that an audit path leads to, by walking the recursion of section 2.1.1 backwards."""
    if size == 1:
        assert not steps
        return leaf_hash
    k = split(size)
    *rest, last = steps
    if index < k:
        return node(included(leaf_hash, index, k, rest), last)
    return node(last, included(leaf_hash, index - k, size - k, rest))


def consistent(old, new, steps, old_root):
    """Return the two roots that a consistency proof leads to, by walking the recursion of section 2.1.2 backwards."""

    def walk(m, n, whole, rest):
        if m == n:
            if whole:
                assert not rest
                return old_root, old_root
            (only,) = rest
            return only, only
        k = split(n)
        *inner, last = rest
        if m <= k:
            first, second = walk(m, k, whole, inner)
            return first, node(second, last)
        first, second = walk(m - k, n - k, False, inner)
        return node(last, first), node(last, second)

    return walk(old, new, True, list(steps))


def opened(note, publics, sort=1):
    """Return the text of a signed note if one of `publics` signed it as the origin in its first line, and the time if a witness did."""
    head, gap, tail = note.rpartition("\n\n")
    assert gap, "no signatures"
    text = head + "\n"
    for line in tail.splitlines():
        dash, name, coded = line.split(" ")
        assert dash == "\u2014"
        raw = base64.b64decode(coded, validate=True)
        for name_wanted, public in publics:
            identity = hashlib.sha256(name_wanted.encode() + b"\n" + bytes([sort]) + public).digest()[:4]
            if name != name_wanted or raw[:4] != identity:
                continue
            if sort == 1:
                Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
                return text, None
            (time,) = struct.unpack(">Q", raw[4:12])
            Ed25519PublicKey.from_public_bytes(public).verify(raw[12:], f"cosignature/v1\ntime {time}\n{text}".encode())
            return text, time
    raise AssertionError("not signed by a known key")


def checkpoint(text):
    origin, size, root, end = text.split("\n")
    assert end == ""
    return origin, int(size), base64.b64decode(root, validate=True)
