"""JSON Schema as a table, wherever a request describes the arguments of a tool or the shape of its answer."""

from typing import Final

from app.core.table import Kind, Table

_ENTRIES: dict[str, Kind | Table] = {
    "type": Kind.ENUM,
    "format": Kind.ENUM,
    "$ref": Kind.FUNCTIONAL,
    "$schema": Kind.FUNCTIONAL,
    "$id": Kind.FUNCTIONAL,
    "required": Kind.FUNCTIONAL,
    "pattern": Kind.FUNCTIONAL,
}
SCHEMA: Final = Table(_ENTRIES)
for _one in ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"):
    _ENTRIES[_one] = SCHEMA
for _several in ("anyOf", "oneOf", "allOf", "prefixItems"):
    _ENTRIES[f"{_several}[]"] = SCHEMA
for _named in ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"):
    _ENTRIES[f"{_named}.*"] = SCHEMA
