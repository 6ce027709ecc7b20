"""`redact`: the entity's name in brackets; nothing comes back."""

from typing import Any

from app.core.naming import Names
from app.core.transform import Transform


def redacted(entity: str) -> str:
    """Return what stands for any value of an entity."""
    return f"[{entity}]"


def _redact(entity: str, _value: str, _names: Names, _parameters: Any) -> str:
    return redacted(entity)


REDACT = Transform("redact", reversible=False, apply=_redact)
