"""Exports: filters, both formats, going on after an interruption, opened contents; and nothing in one can be altered."""

import csv
import io
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.control import audit, export
from app.control.actor import Actor, Role
from app.control.wanted import Filter, Request
from app.core import export as lines
from app.core.export import Format
from app.crypto.evidence import Pins, Refuted
from app.crypto.export import verify_export
from app.errors import Invalid, NotAdmitted, NotFound
from app.store import tables
from app.store.outside import Outside
from app.store.sequencer import Sequencer
from app.store.writer import Work
from tests import tampering
from tests.control.parts import OWNER
from tests.store.parts import record

pytestmark = pytest.mark.anyio
NOW = datetime.now(UTC)
COUNT = 2500


def numbered(n):
    return record(
        team="red",
        at=NOW - timedelta(seconds=COUNT - n),
        client=("bot", "app", None)[n % 3],
        model=("gpt", "claude")[n % 2],
        provider="openai" if n < 2000 else "anthropic",
        verdict="=cmd()" if n == 7 else "'clean" if n == 8 else "" if n == 9 else "clean",
        entities={"EMAIL_ADDRESS": 1} if n % 100 == 0 else {},
    )


@asynccontextmanager
async def signed(control, folder):
    """2,500 records of one team and one of another, signed."""
    await control.ledger._writer.start()
    sequencer = Sequencer(control.database, control.ledger.signing, Outside(folder / "checkpoints.jsonl"))
    try:
        await sequencer.lead()
        for start in range(0, COUNT, 500):
            await control.ledger._writer.now(Work([numbered(n) for n in range(start, start + 500)]))
            await sequencer.sequence()
        await control.ledger._writer.now(Work([record(team="blue", at=NOW)]))
        await sequencer.sequence()
        await sequencer.publish(at_once=True)
        yield sequencer
    finally:
        await sequencer.stop()
        await control.ledger._writer.stop()


@pytest.fixture
async def ledger(control, tmp_path):
    async with signed(control, tmp_path) as sequencer:
        yield sequencer


async def whole(control, request=None, actor=OWNER, mark=None):
    return b"".join([block async for block in await export.export(control, actor, request or Request(), mark)])


def told(raw, form=Format.JSONL):
    return [lines.read(form, line) for line in raw.splitlines(keepends=True)]


def records(raw, form=Format.JSONL):
    return [content for kind, content in told(raw, form) if kind == lines.RECORD]


def verified(raw, pins=None):
    return verify_export(io.BytesIO(raw), pins or Pins())


FILTERS = {
    "client": (Filter(client="bot"), lambda row: row["client"] == "bot"),
    "model": (Filter(model="gpt"), lambda row: row["model"] == "gpt"),
    "provider": (Filter(provider="anthropic"), lambda row: row["provider"] == "anthropic"),
    "entity": (Filter(entity="EMAIL_ADDRESS"), lambda row: "EMAIL_ADDRESS" in row["entities"]),
    "verdict": (Filter(verdict="'clean"), lambda row: row["verdict"] == "'clean"),
    "team": (Filter(team="blue"), lambda row: row["team"] == "blue"),
    "time": (
        Filter(team="red", since=NOW - timedelta(seconds=1500), until=NOW - timedelta(seconds=1400)),
        lambda row: (
            row["team"] == "red" and NOW - timedelta(seconds=1500) <= datetime.fromisoformat(row["at"]) < NOW - timedelta(seconds=1400)
        ),
    ),
    "nothing": (Filter(client="nobody"), lambda _row: False),
    "all": (Filter(), lambda _row: True),
}


@pytest.mark.parametrize("form", list(Format))
async def test_what_is_asked_for_is_exported_and_verifies(control, ledger, tmp_path, form):
    everything = records(await whole(control))
    assert len(everything) == COUNT + 1
    pins = Pins.read((), (), [(tmp_path / "checkpoints.jsonl").read_text()])
    for name, (wanted, holds) in FILTERS.items():
        raw = await whole(control, Request(form, wanted))
        expected = [{key: row[key] for key in row} for row in everything if holds(row)]
        assert records(raw, form) == expected, name
        assert verified(raw, pins).state == "included"


async def test_a_csv_is_safe_to_open_in_a_spreadsheet(control, ledger):
    raw = await whole(control, Request(Format.CSV))
    rows = list(csv.reader(io.StringIO(raw.decode())))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    names = rows[1]
    verdict = names.index("verdict")
    assert [row[verdict] for row in rows if row[0] == "record"][8:11] == ["'=cmd()", "''clean", '""']  # after the record of team blue


@pytest.mark.parametrize("form", list(Format))
async def test_an_export_that_broke_off_goes_on_from_any_mark(control, ledger, form):
    request = Request(form, Filter(model="gpt"))
    raw = await whole(control, request)
    parts = raw.splitlines(keepends=True)
    marks = [at for at, line in enumerate(parts) if lines.read(form, line)[0] == lines.MARK]
    assert len(marks) >= 4
    for at in marks:
        mark = lines.read(form, parts[at])[1]["mark"]
        rest = await whole(control, request, mark=mark)
        assert b"".join(parts[: at + 1]) + rest == raw
    with pytest.raises(Refuted, match="manifest"):
        verified(b"".join(parts[: marks[1] + 1]))


async def test_a_mark_belongs_to_its_export(control, ledger):
    request = Request(Format.JSONL, Filter(model="gpt"))
    raw = await whole(control, request)
    mark = next(content["mark"] for kind, content in told(raw) if kind == lines.MARK)
    other = Actor("other", "other")
    for actor, asked, given in (
        (OWNER, Request(Format.CSV, request.wanted), mark),
        (OWNER, Request(), mark),
        (other, request, mark),
        (OWNER, request, "x" + mark[1:]),
        (OWNER, request, "AAAA"),
    ):
        with pytest.raises(Invalid):
            await export.export(control, actor, asked, given)


async def test_nothing_in_an_export_can_be_altered(control, ledger, tmp_path):
    raw = await whole(control, Request(wanted=Filter(entity="EMAIL_ADDRESS")))
    pins = Pins.read([], (), [(tmp_path / "checkpoints.jsonl").read_text()])
    verified(raw, pins)
    parts = raw.splitlines(keepends=True)
    step = max(1, len(raw) // 400)
    for at in range(0, len(raw), step):
        altered = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(Refuted):
            verified(altered, pins)
    for at in range(len(parts)):
        for altered in (
            [*parts[:at], *parts[at + 1 :]],
            [*parts[: at + 1], *parts[at:]],
            parts[:at],
            [*parts[:at], *reversed(parts[at : at + 2]), *parts[at + 2 :]],
        ):
            if altered != parts:
                with pytest.raises(Refuted):
                    verified(b"".join(altered), pins)
    with pytest.raises(Refuted):
        verified(raw + b"\n", pins)


async def test_what_is_signed_grows_and_old_checkpoints_hold(control, ledger, tmp_path):
    before = (tmp_path / "checkpoints.jsonl").read_text()
    await control.ledger._writer.now(Work([record(team="red", at=NOW) for _ in range(30)]))
    await ledger.sequence()
    await ledger.publish(at_once=True)
    found = verified(await whole(control), Pins.read((), (), [before]))
    assert found.told == (f"{COUNT + 31} records of 2 trees",)


async def test_without_the_checkpoints_outside_a_truncated_tree_would_pass(database_url, tmp_path):
    """What the outside copy is for: everything that is left was signed once."""
    import psycopg  # noqa: PLC0415

    async with tampering.ledger(database_url, tmp_path) as control:
        pins = Pins.read((), (), [(tmp_path / "checkpoints.jsonl").read_text()])
        with psycopg.connect(database_url, autocommit=True) as connection:
            tampering.restore(connection, "old")
        assert await tampering.found(control, Pins()) is None
        assert "smaller" in await tampering.found(control, pins)


async def test_a_record_whose_time_was_over_may_be_gone_and_no_other(control, ledger):
    import psycopg  # noqa: PLC0415

    raw = await whole(control)
    cut = NOW - timedelta(days=2)
    late = Pins(expired=NOW - timedelta(days=1, seconds=COUNT - 100))
    assert verified(raw, Pins(expired=cut)).state == "included"
    url = control.database._url
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM record WHERE team = 'red' AND at < %s", (NOW - timedelta(seconds=COUNT - 50),))
    raw = await whole(control)
    with pytest.raises(Refuted, match="50 records"):
        verified(raw)
    assert "50 records are gone" in verified(raw, late).told[-1]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM record WHERE id = (SELECT record FROM leaf WHERE team = 'red' AND index = 2000)")
    raw = await whole(control)
    with pytest.raises(Refuted, match="must still be there"):
        verified(raw, late)


async def test_opening_needs_a_role_and_a_reason_and_is_a_leaf(control, ledger):
    from app.control import teams  # noqa: PLC0415

    await teams.create(control, OWNER, "blue")
    await ledger.sequence()
    await ledger.publish(at_once=True)
    for role in (Role.AUDITOR, Role.TEAM_ADMIN):
        with pytest.raises(NotAdmitted):
            await export.export(control, Actor("k", "k", role, frozenset({"blue"})), Request(wanted=Filter(team="blue"), reason="because"))
    raw = await whole(control, Request(wanted=Filter(team="blue"), reason="case 4711"), Actor("p", "p", Role.PRIVACY_OFFICER))
    opened = [row for row in records(raw) if "opening" in row]
    assert [row["contents"]["verb"] for row in opened] == ["team.create"]
    assert verified(raw).state == "included"
    altered = raw.replace(b'"verb":"team.create"', b'"verb":"team.creatf"')
    with pytest.raises(Refuted, match="contents"):
        verified(altered)
    [reveal] = [entry for entry in (await audit.entries(control, OWNER, "blue")).items if entry.kind == "reveal"]
    assert (reveal.client, reveal.verdict, reveal.details["details"]["reason"]) == ("p", "audit.reveal", "case 4711")
    await ledger.sequence()
    query = select(tables.leaf.c.index).where(tables.leaf.c.record == reveal.id)
    async with control.transaction() as connection:
        assert (await connection.execute(query)).scalar_one() >= 2


async def test_an_export_of_nothing_says_so(control):
    with pytest.raises(NotFound, match="signed"):
        await export.export(control, OWNER, Request())


async def test_a_bound_role_gets_its_own_trees(control, ledger):
    raw = await whole(control, actor=Actor("k", "k", Role.TEAM_ADMIN, frozenset({"blue"})))
    assert {row["team"] for row in records(raw)} == {"blue"}
    assert verified(raw).state == "included"


def test_lines_are_read_as_they_were_written():
    row = {
        "index": 3,
        "leaf": "AA==",
        **dict.fromkeys(lines.COLUMNS),
        "entities": {},
        "verdict": 'a,"b"\'',
        "model": "@x",
        "client": "",
    }
    for form in Format:
        written = lines.write(form, lines.RECORD, row)
        assert written.endswith(b"\n")
        kind, read = lines.read(form, written)
        assert (kind, read) == (lines.RECORD, row)
