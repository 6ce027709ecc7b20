"""One kind of secret as a row of a table: how its issuer writes it, where that is published, and which words must stand before it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of secret.

    `shape` is written as in `shape.py`. Where it opens with letters of its own (`ghp_`), that is enough; where it is mere hexadecimal
    digits, one of `words` (parted by `|`) and a noun such as `key` must stand before the value. `proves` says whether a checksum or
    structure within is right: it raises the score, and a value that fails is still one that somebody mistyped or cut.
    """

    kind: str
    shape: str
    source: str
    entity: str = "API_KEY"
    words: str = ""
    proves: Callable[[str], bool] | None = None
