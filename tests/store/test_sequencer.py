"""The sequencer against a real Postgres: gapless and once, whatever commits late and whoever dies."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.core.record import encode
from app.crypto.checkpoint import DIRECTORY, Checkpoint
from app.crypto.merkle import Tree, leaf_hash
from app.store import trees
from app.store.heads import Forked
from app.store.outside import Outside
from app.store.sequencer import Sequencer
from app.store.signing import Signing
from app.store.writer import Work
from tests import outsider
from tests.store.parts import record, store

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def sequenced(url, path, **settings):
    async with store(url, **settings) as built:
        signing = Signing(built.database, built.keys)
        sequencer = Sequencer(built.database, signing, Outside(path / "checkpoints.jsonl"))
        try:
            yield built, sequencer
        finally:
            await sequencer.stop()


def leaves(built, team):
    return [bytes(value) for (value,) in built.rows("SELECT hash FROM leaf WHERE team = %s ORDER BY index", team)]


async def test_every_record_gets_one_leaf_and_the_tree_is_the_one_of_the_rfc(database_url, tmp_path):
    async with sequenced(database_url, tmp_path) as (built, sequencer):
        records = [record(team=team) for team in ("red", "blue") for _ in range(300)]
        await built.writer.now(Work(records))
        await sequencer.lead()
        assert await sequencer.sequence() == 600
        assert await sequencer.sequence() == 0
        assert await sequencer.publish() == 2
        assert built.rows("SELECT count(*) FROM pending") == [(0,)]
        log = await sequencer._signing.log()
        for team in ("red", "blue"):
            assert built.rows("SELECT array_agg(index ORDER BY index) FROM leaf WHERE team = %s", team) == [(list(range(300)),)]
            assert set(leaves(built, team)) == {leaf_hash(encode(one)) for one in records if one.team == team}
            [(note,)] = built.rows("SELECT note FROM checkpoint WHERE team = %s", team)
            text, _ = outsider.opened(note, [(log.origin(team), public) for public in log.publics])
            assert outsider.checkpoint(text) == (log.origin(team), 300, outsider.mth(leaves(built, team)))


async def test_a_change_that_is_heard_while_the_keys_are_read_makes_nobody_stumble_and_nothing_old_be_kept(database_url):
    async with store(database_url) as built:
        transaction, begun, heard = built.database.transaction, [], [True, True, False]

        @asynccontextmanager
        async def loud():
            begun.append(True)
            async with transaction() as connection:
                yield connection
            if heard[len(begun) - 1]:  # as when this process makes the first key, and Postgres tells so
                built.keys.generation.bump()

        built.database.transaction = loud
        signing = Signing(built.database, built.keys)
        logs = [await signing.log() for _ in range(5)]
        assert len(begun) == 3  # what was read while nothing changed is kept
        assert len({one.publics for one in logs}) == 1


async def test_a_record_that_commits_late_is_not_missed(database_url, tmp_path):
    async with sequenced(database_url, tmp_path) as (built, sequencer):
        await sequencer.lead()
        late = record(at=datetime.now(UTC) - timedelta(minutes=5))
        columns = {name: getattr(late, name) for name in ("team", "id", "exchange", "at", "sealed")}
        with psycopg.connect(database_url) as slow:
            slow.execute(
                "INSERT INTO record (team, id, exchange, kind, at, entities, sealed, leaf_hash)"
                " VALUES (%(team)s, %(id)s, %(exchange)s, 'intent', %(at)s, '{}', %(sealed)s, 'late')",
                columns,
            )
            await built.writer.now(Work([record() for _ in range(5)]))
            assert await sequencer.sequence() == 5
            slow.commit()
        assert await sequencer.sequence() == 1
        assert leaves(built, "red")[5] == b"late"


async def test_only_one_of_two_leads_and_the_other_takes_over(database_url, tmp_path):
    async with sequenced(database_url, tmp_path) as (built, first), sequenced(database_url, tmp_path) as (_, second):
        assert await first.lead()
        assert not await second.lead()
        await built.writer.now(Work([record() for _ in range(700)]))
        assert await first.sequence() == 700
        await first.publish()
        [(pid,)] = built.rows(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 1213550420 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        built.end(pid)
        assert await second.lead()
        await built.writer.now(Work([record() for _ in range(50)]))
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the driver calls a dead connection
            await first.sequence()
        assert await second.sequence() == 50
        await second.publish(at_once=True)
        assert second._lead.trees["red"].tree.root == outsider.mth(leaves(built, "red"))


async def test_a_tree_grows_from_stored_hashes_alone(database_url, tmp_path):
    async with sequenced(database_url, tmp_path) as (built, sequencer):
        await sequencer.lead()
        whole = Tree()
        for _ in range(3):
            await built.writer.now(Work([record() for _ in range(517)]))
            await sequencer.sequence()
        for value in leaves(built, "red"):
            whole.append(value)
        async with built.database.transaction("red") as connection:
            assert await trees.grown(connection, "red", whole.size) == whole
            for index in (0, 255, 256, 511, 512, 1024, 1550):
                path = await trees.inclusion_proof(connection, "red", index, whole.size)
                assert path == outsider.path(index, leaves(built, "red"))
            for old in (1, 255, 256, 257, 1000, 1550, 1551):
                assert await trees.consistency_proof(connection, "red", old, 1551) == outsider.proof(old, leaves(built, "red"))


async def test_the_directory_holds_every_checkpoint(database_url, tmp_path):
    async with sequenced(database_url, tmp_path) as (built, sequencer):
        await sequencer.lead()
        for turn in range(260):
            await built.writer.now(Work([record(team="red"), *([record(team="blue")] if turn % 7 == 0 else [])]))
            await sequencer.sequence()
            await sequencer.publish(at_once=True)
        entries = built.rows("SELECT note FROM checkpoint WHERE entry IS NOT NULL ORDER BY entry")
        directory = [outsider.leaf(note.rpartition("\n\n")[0].encode() + b"\n") for (note,) in entries]
        [(note,)] = built.rows("SELECT note FROM checkpoint WHERE team = '*' ORDER BY size DESC LIMIT 1")
        log = await sequencer._signing.log()
        text, _ = outsider.opened(note, [(log.origin(DIRECTORY), log.publics[0])])
        assert outsider.checkpoint(text)[1:] == (len(directory), outsider.mth(directory))
        lines = [json.loads(line) for line in (tmp_path / "checkpoints.jsonl").read_text().splitlines()]
        assert len(lines) == len(entries) + 260
        assert lines[-1]["note"] == note
        assert (tmp_path / "checkpoints.jsonl").stat().st_mode & 0o777 == 0o600


async def test_only_changed_trees_are_signed_and_a_busy_one_not_at_every_look(database_url, tmp_path):
    async with sequenced(database_url, tmp_path) as (built, sequencer):
        await sequencer.lead()
        await built.writer.now(Work([record(team="red"), record(team="blue")]))
        await sequencer.sequence()
        assert await sequencer.publish() == 2
        assert await sequencer.publish(at_once=True) == 0
        await built.writer.now(Work([record(team="red")]))
        await sequencer.sequence()
        assert await sequencer.publish() == 0
        assert await sequencer.publish(at_once=True) == 1


async def test_a_rolled_back_database_is_not_signed_any_more(database_url, tmp_path):
    async with sequenced(database_url, tmp_path) as (built, sequencer):
        for _ in range(2):
            await sequencer.lead()
            await built.writer.now(Work([record() for _ in range(3)]))
            await sequencer.sequence()
            await sequencer.publish(at_once=True)
            await sequencer._step_down()
        built.run("DELETE FROM leaf WHERE index >= 3")
        built.run("DELETE FROM checkpoint WHERE size > 3 OR team = '*' AND size > 1")
        built.run("DELETE FROM node WHERE team = '*' AND index > 0")
        with pytest.raises(Forked):
            await sequencer.lead()
        (tmp_path / "checkpoints.jsonl").unlink()
        assert await sequencer.lead()


async def test_a_tree_that_is_not_the_signed_one_is_not_signed_any_more(database_url, tmp_path):
    async with sequenced(database_url, tmp_path) as (built, sequencer):
        await sequencer.lead()
        await built.writer.now(Work([record() for _ in range(3)]))
        await sequencer.sequence()
        await sequencer.publish()
        await sequencer._step_down()
        built.run("UPDATE leaf SET hash = decode(repeat('00', 32), 'hex') WHERE index = 1")
        with pytest.raises(Forked):
            await sequencer.lead()


async def test_a_record_that_waits_twice_gets_one_leaf(database_url, tmp_path):
    async with sequenced(database_url, tmp_path) as (built, sequencer):
        await built.writer.now(Work([record() for _ in range(3)]))
        built.run("INSERT INTO pending (team, record, at, hash) SELECT team, record, at, hash FROM pending WHERE id = 1")
        await sequencer.start()
        async with asyncio.timeout(10):
            while len(leaves(built, "red")) < 3:  # noqa: ASYNC110 - Postgres sets no event
                await asyncio.sleep(0.05)
        assert built.rows("SELECT count(*) FROM pending") == [(0,)]


async def test_a_torn_line_outside_is_passed_over(tmp_path):
    outside = Outside(tmp_path / "file")
    assert outside.last() is None
    now = datetime.now(UTC)
    outside.append(["one\n", "two\n"], now)
    with outside.path.open("ab") as file:
        file.write(b'{"at": "x", "no')
    assert outside.last() == "two\n"
    outside.append(["three\n"], now)
    assert outside.last() == "three\n"


def test_a_checkpoint_is_what_its_text_says():
    head = Checkpoint("hushgate/0/team/red", 7, b"\x01" * 32)
    assert Checkpoint.of(head.text) == head
