"""The audit trail in pages, and receipts of exchanges in every state."""

import json
import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert

from app.control import audit, receipts, teams
from app.control.pages import Asked
from app.core.record import uuid7
from app.crypto.envelope import Context, seal
from app.errors import Invalid, NotFound
from app.store import tables
from tests.control.parts import OWNER

pytestmark = pytest.mark.anyio


def _identity() -> UUID:
    return uuid7(int(datetime.now(UTC).timestamp() * 1000), os.urandom(10))


async def _write(control, team, exchange, kind, at, verdict, contents, **columns):
    """Insert a record as the writer would."""
    identity = _identity()
    key = await control.keys.data_key("record", team, f"{at:%Y-%m-%d}")
    sealed = seal(key, json.dumps(contents).encode(), Context(team, "record", (identity,)))
    row = {
        "team": team,
        "id": identity,
        "exchange": exchange,
        "kind": kind,
        "at": at,
        "verdict": verdict,
        "sealed": sealed,
        "leaf_hash": b"0" * 32,
    }
    async with control.database.transaction() as connection:
        await connection.execute(insert(tables.record).values(**row, **{"entities": {}, **columns}))
    return identity


async def test_pages_follow_each_other_newest_first_without_gap_or_repeat(control):
    for number in range(7):
        await teams.create(control, OWNER, f"team{number}")
    seen, cursor = [], None
    while True:
        page = await audit.entries(control, OWNER, asked=Asked(3, cursor))
        seen += [entry.team for entry in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [f"team{number}" for number in reversed(range(7))]


async def test_records_of_one_moment_are_paged_too(control):
    at = datetime.now(UTC)
    ids = {await _write(control, "blue", _identity(), "intent", at, "clean", {}) for _ in range(5)}
    first = await audit.entries(control, OWNER, "blue", Asked(2))
    rest = await audit.entries(control, OWNER, "blue", Asked(3, first.next))
    assert {entry.id for entry in first.items + rest.items} == ids
    assert rest.next is None


async def test_a_team_sees_its_own_records(control):
    await teams.create(control, OWNER, "blue")
    await teams.create(control, OWNER, "red")
    assert [entry.team for entry in (await audit.entries(control, OWNER, "red")).items] == ["red"]
    assert (await audit.entries(control, OWNER, "")).items == []


async def test_a_cursor_that_is_none_of_ours_is_refused(control):
    for cursor in ("", "x", "ä", "AAAA", "_" * 32, "!" * 32, "A" * 4000):
        with pytest.raises(Invalid):
            await audit.entries(control, OWNER, asked=Asked(cursor=cursor))


async def _exchange(control, *, ended=None, refused=None, intent=True, missing=None):
    at, exchange = datetime.now(UTC), _identity()
    about = {"client": "bot", "provider": "openai", "dialect": "openai", "endpoint": "chat", "model": "m", "policy_version": "abc"}
    if intent:
        counts = {"EMAIL_ADDRESS": 2}
        told = {"mode": "enforce", "issued": 2, **({} if missing is None else {"not_inspected": missing})}
        await _write(control, "blue", exchange, "intent", at, "transformed", told, entities=counts, **about)
    if ended:
        told = {"outcome": ended, "status": 200, "milliseconds": 12.5, "unrestored": {"link": 1}, "note": "canary"}
        await _write(control, "blue", exchange, "completion", at + timedelta(seconds=1), ended, told, **about)
    if refused:
        await _write(control, "blue", exchange, "refusal", at + timedelta(seconds=1), refused, {"code": refused}, **about)
    return str(exchange)


STATES = (
    (None, "open"),
    ("completed", "closed"),
    ("provider_error", "closed"),
    ("truncated", "closed"),
    ("client_gone", "aborted"),
    ("aborted", "aborted"),
    ("upstream_failed", "failed"),
)


async def test_a_receipt_tells_how_an_exchange_ended(control):
    for ended, state in STATES:
        exchange = await _exchange(control, ended=ended, missing={"PERSON": ["pl", "ru"]})
        found = await receipts.receipt(control, "blue", exchange)
        assert (found["id"], found["state"], found["verdict"], found["entities"]) == (exchange, state, "transformed", {"EMAIL_ADDRESS": 2})
        assert (found["team"], found["client"], found["model"], found["policy_version"]) == ("blue", "bot", "m", "abc")
        assert found["not_inspected"] == [{"entity": "PERSON", "languages": ["pl", "ru"]}]
        expected = {"result": ended, "status": 200, "milliseconds": 12.5, "unrestored": {"link": 1}} if ended else {}
        assert found["outcome"] == expected
        assert "canary" not in str(found)


async def test_records_of_versions_that_found_no_names_say_so(control):
    for missing, told in ((None, [{"entity": "PERSON", "languages": ["*"]}]), ({}, [])):
        found = await receipts.receipt(control, "blue", await _exchange(control, ended="completed", missing=missing))
        assert found["not_inspected"] == told


@pytest.mark.parametrize(("code", "verdict"), [("hushgate_policy_blocked", "blocked"), ("hushgate_bad_document", "refused")])
async def test_a_refusal_has_a_receipt(control, code, verdict):
    found = await receipts.receipt(control, "blue", await _exchange(control, refused=code, intent=False))
    assert (found["state"], found["verdict"], found["outcome"]) == ("refused", verdict, {"code": code})


async def test_a_receipt_whose_details_no_longer_open_still_stands(control):
    exchange = await _exchange(control, ended="completed")
    async with control.database.transaction() as connection:
        await connection.execute(tables.data_key.update().values(wrapped=None))
    control.keys.keyring.forget()
    found = await receipts.receipt(control, "blue", exchange)
    assert (found["state"], found["outcome"]) == ("closed", {"result": "completed"})


async def test_a_receipt_belongs_to_its_team_and_the_owner(control):
    exchange = await _exchange(control, ended="completed")
    assert (await receipts.find(control, OWNER, exchange))["team"] == "blue"
    with pytest.raises(NotFound):
        await receipts.receipt(control, "red", exchange)
    for unknown in ("x", str(_identity()), ""):
        with pytest.raises(NotFound):
            await receipts.find(control, OWNER, unknown)


async def test_an_admin_action_is_no_exchange(control):
    await teams.create(control, OWNER, "blue")
    [entry] = (await audit.entries(control, OWNER, "blue")).items
    with pytest.raises(NotFound):
        await receipts.find(control, OWNER, str(entry.exchange))
