r"""What audit may say: one record of an exchange or an admin action, its canonical bytes, and the ids in it.

Canonical encoding, version 1, frozen: one byte `0x01`, then fifteen columns in this order: team, id, exchange, kind, at, client,
user_index, dialect, endpoint, model, provider, policy_version, verdict, entities, sealed. Each column is

    type     1 byte    0 null · 1 text · 2 bytes · 3 uuid · 4 timestamp · 5 JSON
    length   4 bytes   of what follows, unsigned, big-endian (null: 0)
    value    text: UTF-8 · bytes: as they are · uuid: 16 bytes in network order · timestamp: microseconds since
             1970-01-01T00:00Z, signed 64-bit big-endian · JSON: an object of integers, keys sorted by code point, no spaces,
             all but printable ASCII escaped (`\b \t \n \f \r`, else `\u` and four lower-case hexadecimal digits a UTF-16 unit)

team, kind and the columns from client to verdict but user_index are text; id and exchange uuid; at timestamp; entities JSON;
user_index and sealed bytes. An empty text is not null. The leaf of a record in its team's tree is `SHA-256(0x00 || encoding)`.
"""

import json
import struct
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_VERSION: Final = b"\x01"
_NULL: Final = b"\x00\x00\x00\x00\x00"
_UUID: Final = b"\x03\x00\x00\x00\x10"
_EMPTY: Final = b"\x05\x00\x00\x00\x02{}"
_head: Final = struct.Struct(">BI").pack
_time: Final = struct.Struct(">BIq").pack
_json: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


class RecordKind(StrEnum):
    """Which event a record stands for."""

    INTENT = "intent"
    COMPLETION = "completion"
    REFUSAL = "refusal"
    ADMIN = "admin"
    REVEAL = "reveal"  # an admin action that opens what is sealed


class Record(NamedTuple):
    """A row of the `record` table, all columns but `leaf_hash`.

    `id` is a UUID v7; `at` is aware and has microseconds, as Postgres keeps it; `user_index` is the blind index of the user;
    `entities` counts findings by entity; `sealed` is the envelope around the details.
    """

    team: str
    id: UUID
    exchange: UUID
    kind: RecordKind
    at: datetime
    client: str | None
    user_index: bytes | None
    dialect: str | None
    endpoint: str | None
    model: str | None
    provider: str | None
    policy_version: str | None
    verdict: str | None
    entities: dict[str, int]
    sealed: bytes

    def __repr__(self) -> str:
        return f"Record({self.kind} {self.id})"


def field(value: str | bytes | UUID | None) -> bytes:
    """Return one column's canonical bytes: type, length, value. A sequence of them reads back in one way only.

    Raises ValueError for text with lone surrogates, which neither UTF-8 nor Postgres can hold.
    """
    if value is None:
        return _NULL
    if isinstance(value, str):
        try:
            raw = value.encode()
        except UnicodeEncodeError:
            raw = None
        if raw is None:  # raised out here: the error above carries the text, and would stay attached as the context
            raise ValueError("a text column is not Unicode text")
        return _head(1, len(raw)) + raw
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    return _UUID + value.bytes


_word: Final = lru_cache(maxsize=4096)(field)  # teams, models, verdicts: the same few in every record


def encode(record: Record) -> bytes:
    """Return the canonical encoding of `record` (the module says it to the byte).

    Raises ValueError for a time without zone or text that is not Unicode.
    """
    if record.at.utcoffset() is None:
        raise ValueError("the time of a record has no zone")
    return b"".join(
        (
            _VERSION,
            _word(record.team),
            _UUID,
            record.id.bytes,
            _UUID,
            record.exchange.bytes,
            _word(record.kind),
            _time(4, 8, (record.at - _EPOCH) // _MICROSECOND),
            _word(record.client),
            field(record.user_index),
            _word(record.dialect),
            _word(record.endpoint),
            _word(record.model),
            _word(record.provider),
            _word(record.policy_version),
            _word(record.verdict),
            _counts(record.entities),
            _head(2, len(record.sealed)),
            record.sealed,
        ),
    )


def _counts(entities: dict[str, int]) -> bytes:
    if not entities:
        return _EMPTY
    raw = _json(entities).encode("ascii")
    return _head(5, len(raw)) + raw


def uuid7(now_ms: int, random: bytes) -> UUID:
    """Return the UUID v7 of RFC 9562 section 5.7: 48 bits of Unix time in milliseconds, then ten bytes of `random`.

    Six of its 80 random bits give way to version and variant. Raises ValueError if time or length is out of range.
    """
    if len(random) != 10 or not 0 <= now_ms < 1 << 48:  # noqa: PLR2004 - bytes of the RFC's layout
        raise ValueError("a UUID v7 takes 48 bits of time and ten random bytes")
    bits = now_ms << 80 | int.from_bytes(random, "big")
    return UUID(int=bits & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def exchange_id(now_ms: int, random: bytes, instance: int) -> UUID:
    """Return a UUID v7 of six `random` bytes whose last four bytes are the number of the process that opened the exchange.

    42 bits stay random within a millisecond and a process: enough to be unique, never to be a secret.
    Raises ValueError if an argument is out of range.
    """
    if len(random) != 6 or not 0 <= instance < 1 << 32:  # noqa: PLR2004 - bytes of the layout above
        raise ValueError("an exchange id takes six random bytes and a 32-bit instance")
    return uuid7(now_ms, random + instance.to_bytes(4, "big"))


def instance_of(exchange: UUID) -> int:
    """Return the instance number in an id that `exchange_id` made."""
    return exchange.int & 0xFFFFFFFF
