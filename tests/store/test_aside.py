"""From the spool to Postgres: in order, once, whatever is there already, and past what Postgres refuses."""

import pytest

from app.core.metrics import Metrics
from app.core.record import RecordKind
from app.store.aside import Aside
from app.store.spool import Spool
from app.store.statements import prepare
from app.store.work import Work
from tests.store.parts import KEYRING, record, store

pytestmark = pytest.mark.anyio


async def drained(built, folder, works):
    """Leave work in a dead process's file, and start."""
    left = Spool.create(folder, KEYRING.spool_key(), 1_000_000)
    left.append(works)
    left.close(remove=False)
    aside = Aside(built.database, built.keys.generation, folder, KEYRING.spool_key(), 1_000_000, Metrics(), 5.0)
    connection = await prepare(built.database)
    try:
        await aside.start(connection)
        assert not left.path.exists()
    finally:
        await aside.stop()
        await connection.close()
    assert list(folder.iterdir()) == []


async def test_what_is_there_already_is_there_once(database_url, tmp_path, caplog):
    async with store(database_url) as built:
        heard, unheard = record(), record()
        await built.writer.now(Work([heard]))  # its commit came through; only the word of it was lost
        ends = [record(RecordKind.COMPLETION, exchange=one.exchange) for one in (heard, unheard)]
        await drained(built, tmp_path, [Work([heard]), Work([unheard]), *(Work([end]) for end in ends)])
        found = [row[0] for row in built.rows("SELECT id FROM record")]
        assert sorted(found) == sorted(one.id for one in (heard, unheard, *ends))
        assert built.rows("SELECT count(*) FROM pending") == [(4,)]  # each waits for one leaf
        assert "could not be written" not in caplog.text


async def test_an_entry_that_postgres_refuses_does_not_stop_the_others(database_url, tmp_path, caplog):
    async with store(database_url) as built:
        good = [record() for _ in range(3)]
        bad = record(at=good[0].at.replace(year=1990))  # no day is prepared for it
        await drained(built, tmp_path, [Work([good[0]]), Work([bad]), Work([good[1], good[2]])])
        assert {row[0] for row in built.rows("SELECT id FROM record")} == {one.id for one in good}
        assert "could not be written" in caplog.text
