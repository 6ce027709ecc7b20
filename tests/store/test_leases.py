"""Leases: the dead are told from the living without comparing clocks, through a Postgres that restarts and clocks that jump."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from app.core.record import RecordKind
from app.store.leases import PATIENCE, here, process
from app.store.writer import Work
from tests.store.parts import record, store

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
async def parts(database_url):
    async with store(database_url, clock=Clock()) as built:
        await built.leases.beat()
        yield built


async def orphan(built, instance, **columns):
    row = record(instance=instance, at=datetime.now(UTC) - timedelta(minutes=1), **columns)
    await built.writer.now(Work([row]))
    return row


def lease(built, instance, host, name, beat=1):
    built.run("INSERT INTO lease (instance, host, process, beat) VALUES (%s, %s, %s, %s)", instance, host, name, beat)


def ends(built, row):
    return built.rows("SELECT verdict FROM record WHERE exchange = %s AND kind = 'completion'", row.exchange)


def test_a_process_has_a_name_that_ends_with_it():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        name = process(other.pid)
        assert name == process(other.pid) != process(os.getpid())
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert process(other.pid) is None  # though its number is still taken
    assert "/" in here()


async def test_one_who_lives_here_is_never_dead_though_its_lock_is_free_and_its_row_is_still(parts):
    row = await orphan(parts, 51)
    lease(parts, 51, here(), process(os.getpid()))
    parts.leases._clock.now += 10 * PATIENCE
    assert await parts.sweeper.sweep(grace=0) == 0
    assert ends(parts, row) == []


async def test_one_who_is_gone_from_here_is_dead_at_once_and_buried(parts):
    row = await orphan(parts, 52)
    lease(parts, 52, here(), f"{os.getpid()}:1")  # this number, another time
    assert await parts.sweeper.sweep(grace=0) == 1
    assert ends(parts, row) == [("aborted",)]
    assert parts.rows("SELECT 1 FROM lease WHERE instance = 52") == []


async def test_one_elsewhere_is_dead_once_it_was_silent_long_enough(parts):
    row = await orphan(parts, 53)
    lease(parts, 53, "elsewhere", "1:1")
    assert await parts.sweeper.sweep(grace=0) == 0  # the lock is free, as after a restart of Postgres: it may come back
    parts.leases._clock.now += PATIENCE - 1
    parts.run("UPDATE lease SET beat = beat + 1 WHERE instance = 53")
    assert await parts.sweeper.sweep(grace=0) == 0
    parts.leases._clock.now += PATIENCE - 1
    assert await parts.sweeper.sweep(grace=0) == 0
    parts.leases._clock.now += 1
    assert await parts.sweeper.sweep(grace=0) == 1
    assert ends(parts, row) == [("aborted",)]


async def test_one_elsewhere_whose_lock_is_held_is_alive_however_silent(parts, database_url):
    async with store(database_url) as other:
        await other.leases.beat()
        row = await orphan(parts, other.ledger.instance)
        parts.run("UPDATE lease SET host = 'elsewhere' WHERE instance = %s", other.ledger.instance)
        for _ in range(2):
            assert await parts.sweeper.sweep(grace=0) == 0
            parts.leases._clock.now += 2 * PATIENCE
        assert ends(parts, row) == []


async def test_without_a_row_the_lock_decides(parts):
    await orphan(parts, 54)
    assert await parts.sweeper.sweep(grace=0) == 1


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["ahead", "behind"])
async def test_a_clock_that_jumps_ends_nobody_and_spares_no_dead(parts, jump):
    now = datetime.now(UTC)
    lease(parts, 55, here(), process(os.getpid()))
    lease(parts, 56, here(), f"{os.getpid()}:1")
    alive, dead = (record(instance=instance, at=now + jump) for instance in (55, 56))
    await parts.writer.now(Work([alive, dead]))
    assert await parts.sweeper.sweep(grace=20) == 1
    assert (ends(parts, alive), ends(parts, dead)) == ([], [("aborted",)])


async def test_an_orphan_is_found_as_far_back_as_its_process_lived(parts):
    lease(parts, 57, here(), f"{os.getpid()}:1")
    parts.run("UPDATE lease SET created_at = now() - interval '9 days' WHERE instance = 57")
    parts.run("SELECT hushgate_partitions(current_date - 10, 10)")
    row = record(instance=57, at=datetime.now(UTC) - timedelta(days=8))
    await parts.writer.now(Work([row]))
    assert await parts.sweeper.sweep(grace=20) == 1
    assert ends(parts, row) == [("aborted",)]


async def test_a_lease_is_held_again_after_its_connection_was_lost_and_ends_in_good_order(parts, database_url):
    async with store(database_url) as other:
        await other.sweeper.start()
        instance = other.ledger.instance
        parts.end(other.leases._connection.info.backend_pid)
        with pytest.raises(Exception, match=r"terminat|closed|lost"):
            await other.leases.beat()
        await other.leases.beat()
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
        assert parts.rows(held, instance) == [(1,)]
        assert parts.rows("SELECT beat FROM lease WHERE instance = %s", instance)[0][0] >= 2
    assert parts.rows("SELECT 1 FROM lease WHERE instance = %s", instance) == []


async def test_the_record_kinds_that_need_no_end_are_left_alone(parts):
    await orphan(parts, 58, kind=RecordKind.REFUSAL)
    assert await parts.sweeper.sweep(grace=0) == 0
