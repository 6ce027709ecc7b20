"""`hash`: a keyed hash that every form of a value shares, so that records can be joined and nothing comes back."""

from typing import Final

from app.core.naming import Names
from app.core.transform import Hash, Transform

_LETTERS: Final = "abcdefghijklmnop"  # four bits a letter, and no digits, which detectors could take for a number


def _hash(entity: str, value: str, names: Names, parameters: Hash) -> str:
    digest = names.digest("hash", entity, value)
    letters = "".join(_LETTERS[byte >> 4] + _LETTERS[byte & 15] for byte in digest)
    return f"[{entity}#{letters[: parameters.length]}]"


HASH = Transform("hash", reversible=False, apply=_hash)
