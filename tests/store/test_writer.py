"""The writer: in order, in few commits, one bad row alone, nothing lost and nothing twice when Postgres goes and comes."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.core.record import RecordKind
from app.errors import LedgerUnavailable
from app.store import writer as module
from app.store.link import Link
from app.store.vault import Deposit
from app.store.writer import Work
from tests.gateway_process import Proxy
from tests.store.parts import record, store

pytestmark = pytest.mark.anyio
FAR = datetime(2999, 1, 1, tzinfo=UTC)  # no partition holds it


async def until(condition, within=5.0):
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_what_waits_together_is_one_commit_in_its_order(database_url):
    async with store(database_url) as built:
        rows = [record() for _ in range(50)]
        await asyncio.gather(*(built.writer.now(Work([row])) for row in rows))
        assert [id_ for (id_,) in built.rows("SELECT id FROM record ORDER BY ctid")] == [row.id for row in rows]
        assert built.rows("SELECT count(DISTINCT xmin::text) FROM record") == [(1,)]


async def test_more_than_a_batch_is_written_whole(database_url, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 7)
    async with store(database_url) as built:
        await asyncio.gather(*(built.writer.now(Work([record()])) for _ in range(50)))
        assert built.rows("SELECT count(*), count(DISTINCT xmin::text) FROM record") == [(50, 8)]


BAD = {
    "no-partition": lambda: record(at=FAR),
    "not-unicode": lambda: record(model="\ud800"),
    "null-byte": lambda: record(model="a\x00b"),
    "no-zone": lambda: record(at=datetime(2026, 1, 1)),  # noqa: DTZ001
    "not-json": lambda: record(entities={"X": float("nan")}),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_row_fails_alone_and_the_writer_lives_on(database_url, case):
    async with store(database_url) as built:
        good = [record() for _ in range(3)]
        work = [Work([good[0]]), Work([BAD[case]()]), Work([good[1]])]
        results = await asyncio.wait_for(asyncio.gather(*map(built.writer.now, work), return_exceptions=True), 5)
        assert [type(result) for result in results] == [set, LedgerUnavailable, set]
        await built.writer.now(Work([good[2]]))
        assert built.rows("SELECT count(*) FROM record") == [(3,)]


@pytest.mark.parametrize("case", BAD)
async def test_a_completion_that_cannot_be_written_is_left_to_the_sweeper(database_url, case):
    async with store(database_url) as built:
        let_go = asyncio.Event()
        built.writer.later(Work([BAD[case]()], after=let_go.set))
        await asyncio.wait_for(let_go.wait(), 5)
        await built.writer.now(Work([record()]))


async def test_completions_beyond_the_cap_are_left_to_the_sweeper(database_url, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 3)
    async with store(database_url, started=False) as built:
        let_go = []
        for number in range(5):
            built.writer.later(Work([record()], after=lambda number=number: let_go.append(number)))
        assert let_go == [3, 4]


async def test_who_gave_up_waiting_gets_no_record(database_url):
    async with store(database_url) as built:
        waiting = asyncio.create_task(built.writer.now(Work([record()])))
        await asyncio.sleep(0)
        waiting.cancel()
        await built.writer.now(Work([record()]))
        assert built.rows("SELECT count(*) FROM record") == [(1,)]


@pytest.mark.parametrize("end", ["down", "stall"])
async def test_when_postgres_goes_who_waits_is_told_and_what_nobody_waits_for_is_kept(database_url, end):
    with Proxy(database_url) as proxy:
        async with store(database_url, through=proxy.url) as built:
            getattr(proxy, end)()
            kept = [record(RecordKind.COMPLETION) for _ in range(3)]
            done = []
            for row in kept:
                built.writer.later(Work([row], after=lambda row=row: done.append(row.id)))
            began = time.monotonic()
            with pytest.raises(LedgerUnavailable):
                await built.writer.now(Work([record()]))
            assert time.monotonic() - began < 3
            assert not done
            proxy.up()
            await until(lambda: len(done) == 3)
            await built.writer.now(Work([record(verdict="back")]))
            assert {id_ for (id_,) in built.rows("SELECT id FROM record WHERE kind = 'completion'")} == {row.id for row in kept}
            assert built.rows("SELECT count(*) FROM record WHERE kind = 'completion'") == [(3,)]


async def test_a_completion_whose_commit_was_not_heard_of_is_not_written_twice(database_url, monkeypatch):
    heard = Link.run

    async def deaf(*statement):
        await heard(*statement)
        monkeypatch.setattr(Link, "run", heard)
        raise OSError

    async with store(database_url) as built:
        monkeypatch.setattr(Link, "run", deaf)
        done = []
        row = record(RecordKind.COMPLETION)
        built.writer.later(Work([row], after=lambda: done.append(1)))
        await until(lambda: done)
        assert built.rows("SELECT id FROM record") == [(row.id,)]


async def test_an_id_that_exists_is_no_intent(database_url):
    async with store(database_url) as built:
        row = record()
        await built.writer.now(Work([row]))
        with pytest.raises(LedgerUnavailable):
            await built.writer.now(Work([row]))


async def test_two_processes_that_deposit_the_same_do_not_deadlock(database_url):
    expires, key = datetime.now(UTC) + timedelta(days=1), uuid4()

    def deposits(names):
        return [Deposit("red", "team", "1", name, key, b"x", expires, expires, "default", "app", b"") for name in names]

    async with store(database_url) as one, store(database_url) as other:
        names = [f"X_{number}" for number in range(200)]
        for _ in range(5):
            new = await asyncio.gather(
                one.writer.now(Work([record()], deposits(names))), other.writer.now(Work([record()], deposits(reversed(names))))
            )
            one.run("TRUNCATE surrogate")
            assert len(new[0]) + len(new[1]) == 200


async def test_stopping_writes_what_waits(database_url):
    async with store(database_url) as built:
        for _ in range(300):
            built.writer.later(Work([record(RecordKind.COMPLETION)]))
        await built.writer.stop()
        assert built.rows("SELECT count(*) FROM record") == [(300,)]


async def test_stopping_does_not_wait_for_a_postgres_that_is_gone(database_url):
    with Proxy(database_url) as proxy:
        async with store(database_url, through=proxy.url) as built:
            proxy.stall()
            built.writer.later(Work([record()]))
            began = time.monotonic()
            await built.writer.stop()
            assert time.monotonic() - began < 4
