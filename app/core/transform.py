"""What a transform is: a named operator from a value to the text that stands for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Naming(Protocol):
    """Hands out surrogates within one naming scope."""

    def surrogate(self, entity: str, value: str) -> str:
        """Return the surrogate of `value`."""


@dataclass(frozen=True, slots=True)
class Transform:
    """One operator. `reversible` ones render a surrogate; the others' output must lack the original."""

    name: str
    reversible: bool
    apply: Callable[[str, str, Naming], str]  # entity, value, naming → text
