"""Records: the frozen encoding, a second encoder written from its description, and the ids."""

import json
import struct
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.record import Record, RecordKind, encode, exchange_id, field, instance_of, uuid7
from app.crypto.merkle import leaf_hash

VECTORS = json.loads((Path(__file__).parents[1] / "golden" / "record.json").read_text(encoding="utf-8"))
ORDER = "team id exchange kind at client user_index dialect endpoint model provider policy_version verdict entities sealed".split()  # noqa: SIM905


def record_of(vector) -> Record:
    return Record(
        **{
            **vector,
            "id": UUID(vector["id"]),
            "exchange": UUID(vector["exchange"]),
            "kind": RecordKind(vector["kind"]),
            "at": datetime.fromisoformat(vector["at"]),
            "user_index": None if vector["user_index"] is None else bytes.fromhex(vector["user_index"]),
            "sealed": bytes.fromhex(vector["sealed"]),
        },
    )


def outsider(record: Record) -> bytes:
    """Encode by the module's description."""

    def column(value: object) -> tuple[int, bytes]:
        match value:
            case None:
                return 0, b""
            case str():
                return 1, str(value).encode("utf-8")
            case bytes():
                return 2, value
            case UUID():
                return 3, bytes.fromhex(value.hex)
            case datetime():
                apart = value.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
                return 4, struct.pack(">q", (apart.days * 86400 + apart.seconds) * 10**6 + apart.microseconds)
            case _:
                return 5, json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")

    columns = (column(getattr(record, name)) for name in ORDER)
    return b"\x01" + b"".join(bytes([kind]) + len(raw).to_bytes(4, "big") + raw for kind, raw in columns)


BASE = record_of(VECTORS["encode"][0]["record"])
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
RECORDS = st.builds(
    Record,
    team=TEXTS,
    at=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()),  # noqa: DTZ001 - the strategy adds the zone
    entities=st.dictionaries(st.text(max_size=4), st.integers(), max_size=3),
    **dict.fromkeys(("client", "dialect", "endpoint", "model", "provider", "policy_version", "verdict"), st.none() | TEXTS),
)


@pytest.mark.parametrize("vector", VECTORS["encode"], ids=lambda vector: vector["name"])
def test_vectors(vector):
    record = record_of(vector["record"])
    assert encode(record).hex() == vector["encoded"]
    assert outsider(record).hex() == vector["encoded"]
    assert leaf_hash(encode(record)).hex() == vector["leaf"]


@pytest.mark.parametrize("vector", VECTORS["refuse"], ids=lambda vector: vector["name"])
def test_refused(vector):
    with pytest.raises(ValueError, match=f"^{vector['error']}$") as caught:
        encode(record_of(vector["record"]))
    assert type(caught.value) is ValueError


@given(RECORDS)
def test_the_encoding_is_the_described_one(record):
    assert encode(record) == outsider(record)


@given(RECORDS, RECORDS)
def test_different_records_differ(one, other):
    same = one._replace(at=other.at) == other and one.at.astimezone(UTC) == other.at.astimezone(UTC)
    assert (encode(one) == encode(other)) == same


def test_every_column_counts():
    changed = {
        "team": "other", "id": UUID(int=1), "exchange": UUID(int=2), "kind": RecordKind.ADMIN, "at": BASE.at + timedelta(microseconds=1),
        "client": None, "user_index": b"", "dialect": "", "endpoint": None, "model": "gpt-6", "provider": None, "policy_version": "x",
        "verdict": "block", "entities": {"PERSON": 3}, "sealed": b"",
    }  # fmt: skip
    assert list(Record._fields) == ORDER == list(changed)
    encodings = {encode(BASE), *(encode(BASE._replace(**{name: value})) for name, value in changed.items())}
    assert len(encodings) == len(ORDER) + 1


def test_the_order_of_entities_and_the_zone_do_not_count():
    assert encode(BASE._replace(entities=dict(reversed(BASE.entities.items())))) == encode(BASE)
    assert encode(BASE._replace(at=BASE.at.astimezone(timezone(timedelta(hours=-7))))) == encode(BASE)


def test_text_bytes_and_null_differ():
    assert len({field(value) for value in (None, "", b"", "a", b"a", UUID(int=0), bytes(16))}) == 7


def test_a_text_that_is_not_unicode_does_not_travel_in_the_error():
    with pytest.raises(ValueError, match="not Unicode") as caught:
        field("Maria \ud800")
    assert caught.value.__context__ is None


def test_repr_shows_kind_and_id_only():
    assert repr(BASE) == f"Record(intent {BASE.id})"


# --- ids


@pytest.mark.parametrize("vector", VECTORS["uuid7"], ids=lambda vector: vector["name"])
def test_uuid7_vectors(vector):
    made = uuid7(vector["now_ms"], bytes.fromhex(vector["random"]))
    assert str(made) == vector["uuid"]


@pytest.mark.parametrize("vector", VECTORS["exchange"], ids=lambda vector: str(vector["instance"]))
def test_exchange_id_vectors(vector):
    made = exchange_id(vector["now_ms"], bytes.fromhex(vector["random"]), vector["instance"])
    assert str(made) == vector["uuid"]
    assert instance_of(made) == vector["instance"]


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_uuid7_keeps_time_and_randomness(now, random):
    made = uuid7(now, random)
    assert (made.version, made.variant, made.int >> 80) == (7, RFC_4122, now)
    kept = ~(0xF << 76 | 0x3 << 62) & (1 << 80) - 1
    assert made.int & kept == int.from_bytes(random, "big") & kept


@given(st.integers(0, 2**48 - 1), st.binary(min_size=6, max_size=6), st.integers(0, 2**32 - 1))
def test_an_exchange_id_names_its_instance(now, random, instance):
    made = exchange_id(now, random, instance)
    assert (made.version, made.variant, made.int >> 80, instance_of(made)) == (7, RFC_4122, now, instance)


@pytest.mark.parametrize(("now", "length"), [(-1, 10), (2**48, 10), (0, 9), (0, 11)])
def test_uuid7_bounds(now, length):
    with pytest.raises(ValueError, match="UUID v7"):
        uuid7(now, bytes(length))


@pytest.mark.parametrize(("length", "instance"), [(5, 0), (7, 0), (6, -1), (6, 2**32)])
def test_exchange_id_bounds(length, instance):
    with pytest.raises(ValueError, match="exchange id"):
        exchange_id(0, bytes(length), instance)
