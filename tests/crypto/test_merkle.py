"""Leaf hashes, against the published vectors of RFC 6962 logs."""

import hashlib

import pytest

from app.crypto.merkle import leaf_hash


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (b"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (b"\x00", "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
    ],
)
def test_leaf_hash(entry, expected):
    assert leaf_hash(entry).hex() == expected


def test_a_leaf_is_not_the_plain_hash():
    assert leaf_hash(b"entry") != hashlib.sha256(b"entry").digest()
