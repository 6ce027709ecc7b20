"""The sweeper: orphans of dead processes are closed once, those of the living are left alone, partitions are ready."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.core.caller import Caller
from app.core.record import RecordKind, encode
from app.crypto.merkle import leaf_hash
from app.store import tables
from app.store.writer import Work
from tests.store.parts import record, store

pytestmark = pytest.mark.anyio
DEAD = 4242
OLD = timedelta(minutes=1)


def closed(built, row):
    return built.rows("SELECT verdict FROM record WHERE exchange = %s AND kind = 'completion'", row.exchange)


async def test_an_orphan_of_a_dead_process_is_closed_as_aborted_once(database_url):
    async with store(database_url) as built:
        row = record(instance=DEAD, at=datetime.now(UTC) - OLD)
        await built.writer.now(Work([row]))
        assert await built.sweeper.sweep(grace=20) == 1
        assert await built.sweeper.sweep(grace=0) == 0
        assert closed(built, row) == [("aborted",)]


async def test_the_row_it_writes_is_sealed_and_has_its_leaf(database_url):
    async with store(database_url) as built:
        row = record(instance=DEAD, at=datetime.now(UTC) - OLD, user_index=b"u" * 32)
        await built.writer.now(Work([row]))
        await built.sweeper.sweep(grace=0)
        async with built.database.transaction() as connection:
            found = (await connection.execute(tables.record.select().where(tables.record.c.kind == "completion"))).mappings().one()
            assert await built.ledger.open_sealed(connection, "red", found) == {"outcome": "aborted", "by": "sweeper"}
        columns = {name: found[name] for name in row._fields} | {"kind": RecordKind.COMPLETION}
        assert leaf_hash(encode(type(row)(**columns))) == found["leaf_hash"]
        assert found["user_index"] == b"u" * 32


async def test_what_has_ended_or_is_young_is_left_alone(database_url):
    async with store(database_url) as built:
        ended, young = record(instance=DEAD, at=datetime.now(UTC) - OLD), record(instance=DEAD)
        end = record(RecordKind.COMPLETION, exchange=ended.exchange, verdict="completed")
        await built.writer.now(Work([ended, end, young]))
        assert await built.sweeper.sweep(grace=20) == 0
        assert closed(built, ended) == [("completed",)]
        assert closed(built, young) == []


async def test_refusals_and_admin_actions_need_no_end(database_url):
    async with store(database_url) as built:
        await built.writer.now(
            Work([record(kind, instance=DEAD, at=datetime.now(UTC) - OLD) for kind in (RecordKind.REFUSAL, RecordKind.ADMIN)])
        )
        assert await built.sweeper.sweep(grace=0) == 0


async def test_an_exchange_of_a_living_process_is_left_alone_until_it_dies(database_url):
    async with store(database_url) as built:
        async with store(database_url) as other:
            await other.sweeper.start()
            row = record(instance=other.ledger.instance, at=datetime.now(UTC) - OLD)
            await built.writer.now(Work([row]))
            assert await built.sweeper.sweep(grace=0) == 0
        assert await built.sweeper.sweep(grace=0) == 1
        assert closed(built, row) == [("aborted",)]


async def test_two_sweepers_close_an_orphan_once(database_url):
    async with store(database_url) as one, store(database_url) as other:
        rows = [record(instance=DEAD + number, at=datetime.now(UTC) - OLD) for number in range(20)]
        await one.writer.now(Work(rows))
        swept = await asyncio.gather(*(built.sweeper.sweep(grace=0) for built in (one, other) for _ in range(3)))
        assert sum(swept) == 20
        assert one.rows("SELECT count(*) FROM record WHERE kind = 'completion'") == [(20,)]


async def test_an_intent_of_our_own_that_nobody_will_close_is_closed_and_an_open_one_is_not(database_url):
    async with store(database_url) as built:
        late, open_ = (record(instance=built.ledger.instance, at=datetime.now(UTC) - OLD) for _ in range(2))
        await built.writer.now(Work([late, open_]))
        held = built.ledger.begin(Caller("red", "default", "app", "k1"), "openai", "chat", "openai", "v", datetime.now(UTC))
        built.ledger._open[open_.exchange] = held
        assert await built.sweeper.sweep(grace=20) == 1
        assert closed(built, late) == [("aborted",)]
        assert closed(built, open_) == []


@pytest.mark.parametrize("dawn", [False, True], ids=["by day", "when a day begins"])
async def test_an_exchange_that_ends_while_the_sweeper_looks_is_not_closed_twice(database_url, dawn):
    async with store(database_url) as built:
        if dawn:  # a partition is missing, and to make one nobody may write
            [(last,)] = built.rows("SELECT max(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'record'::regclass")
            built.run(f"DROP TABLE {last}")
        row = record(instance=built.ledger.instance, at=datetime.now(UTC) - OLD)
        end = record(RecordKind.COMPLETION, exchange=row.exchange, verdict="completed", instance=built.ledger.instance)
        await built.writer.now(Work([row]))
        asked = []

        def is_open(_exchange):  # the moment between the first look and the judgement
            if not asked:
                built.run(
                    "INSERT INTO record (team, id, exchange, kind, at, verdict, entities, sealed, leaf_hash) VALUES ('red', %s, %s, 'completion', now(), 'completed', '{}', 'x', 'x')",
                    end.id,
                    end.exchange,
                )
            asked.append(1)
            return False

        built.sweeper._is_open = is_open
        assert await built.sweeper.sweep(grace=0) == 0
        assert asked
        assert closed(built, row) == [("completed",)]


async def test_partitions_are_ready_for_a_month(database_url):
    async with store(database_url) as built:
        await built.sweeper.sweep(grace=0)
        await built.writer.now(Work([record(at=datetime.now(UTC) + timedelta(days=days)) for days in range(30)]))
