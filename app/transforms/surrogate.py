"""`surrogate`: a reversible stand-in that keeps its identity wherever the value stands."""

from typing import Any

from app.core.naming import Names
from app.core.transform import Transform


def _surrogate(entity: str, value: str, names: Names, _parameters: Any) -> str:
    return names.surrogate(entity, value)


SURROGATE = Transform("surrogate", reversible=True, apply=_surrogate)
