"""A record as JSON, for whoever checks it elsewhere, and back: every column, so that its leaf can be computed again.

Times are ISO 8601 in UTC with microseconds and a `Z`, bytes base64, ids as UUIDs are written; the rest is as it stands.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from app.core.record import Record, RecordKind

COLUMNS: Final = tuple(Record._fields)
_TEXT: Final = ("client", "dialect", "endpoint", "model", "provider", "policy_version", "verdict")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def _base64(value: bytes) -> str:
    return binascii.b2a_base64(value, newline=False).decode("ascii")


def moment(at: datetime) -> str:
    """Return a time as it stands in receipts and exports."""
    return f"{(at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec='microseconds')[:-6]}Z"


def portable(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of `record` as JSON takes it."""
    index = row["user_index"]
    return {
        "team": row["team"],
        "id": str(row["id"]),
        "exchange": str(row["exchange"]),
        "kind": str(row["kind"]),
        "at": moment(row["at"]),
        "client": row["client"],
        "user_index": None if index is None else _base64(index),
        "dialect": row["dialect"],
        "endpoint": row["endpoint"],
        "model": row["model"],
        "provider": row["provider"],
        "policy_version": row["policy_version"],
        "verdict": row["verdict"],
        "entities": row["entities"],
        "sealed": _base64(row["sealed"]),
    }


def record_of(document: Mapping[str, Any]) -> Record:
    """Read a record back. Raises ValueError, KeyError or TypeError for what is none, or is not as `portable` writes it."""
    if not _TIME.fullmatch(document["at"]) or not all(document[name] is None or isinstance(document[name], str) for name in _TEXT):
        raise ValueError("this is no record")
    entities, index = document["entities"], document["user_index"]
    if not isinstance(entities, dict) or not all(type(number) is int for number in entities.values()):
        raise ValueError("this is no record")
    record = Record(
        team=document["team"],
        id=UUID(document["id"]),
        exchange=UUID(document["exchange"]),
        kind=RecordKind(document["kind"]),
        at=datetime.fromisoformat(document["at"]),
        user_index=None if index is None else base64.b64decode(index, validate=True),
        entities=entities,
        sealed=base64.b64decode(document["sealed"], validate=True),
        **{name: document[name] for name in _TEXT},
    )
    written = portable({name: getattr(record, name) for name in COLUMNS})
    if any(document[name] != value for name, value in written.items()):  # readers are lenient: a UUID in capitals, stray bits of base64
        raise ValueError("this is no record")
    return record
