"""What a transform is: a named operator from a value to the text that stands for it."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.naming import Names


@dataclass(frozen=True, slots=True)
class Transform:
    """One operator. `reversible` ones render a surrogate; the others' output must lack the original."""

    name: str
    reversible: bool
    apply: Callable[[str, str, Names], str]  # entity, value, names → text
