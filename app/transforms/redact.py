"""`redact`: the entity's name in brackets; nothing comes back."""

from app.core.transform import Transform

REDACT = Transform("redact", reversible=False, apply=lambda entity, _value, _names: f"[{entity}]")
