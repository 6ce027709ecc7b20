"""One kind of identifier as a row of a table: how it is written, what proves it, which words stand beside it."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

# What a row of any country may be called in English; there it counts only with a right check digit, else the family's own row has it.
NATIONAL: Final = "national"
TAX: Final = "tax"
HEALTH: Final = "health"

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of identifier.

    `shape` is written as in `shape.py`. `words` (parted by `|`) make a value of that shape count whatever its check digit says;
    those of `family` make it count if the check digit is right. `check` is a module of python-stdnum (`es.dni`) or a function.
    `alone` is the score of a checked value that no word stands beside, 0 where that would be any number; digits without a letter or a
    separator only if `bare`. Words stand at most `near` characters before the value, or right behind it (`1234 is my PIN`).
    """

    kind: str
    entity: str
    shape: str
    words: str = ""
    check: str | Check = ""
    family: str = ""
    alone: float = 0.0
    bare: bool = False
    score: float = 0.7
    near: int = 60

    def proves(self, value: str) -> bool:
        """Say whether the check digits or the structure of `value` are right; never where the row has no check."""
        check = _module(self.check) if isinstance(self.check, str) and self.check else self.check
        try:
            return callable(check) and check(value)
        except (ValueError, LookupError):  # a shape that the check did not foresee
            return False


@cache
def _module(name: str) -> Check:
    """Load a module of python-stdnum when its first candidate stands there: all of them would take half a second."""
    is_valid: Check = importlib.import_module(f"stdnum.{name}").is_valid
    return is_valid
