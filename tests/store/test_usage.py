"""The last use of keys: noted without a query, written at most once a minute a key, never lost to a database that is away."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from app.errors import LedgerUnavailable
from app.store.usage import Usage
from tests.store.parts import store

pytestmark = pytest.mark.anyio
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
async def parts(database_url):
    async with store(database_url, started=False) as built:
        built.run("INSERT INTO team (name) VALUES ('red')")
        for key in ("a", "b"):
            built.run("INSERT INTO gateway_key (id, digest, team, client) VALUES (%s, 'x', 'red', 'app')", key)
        yield built


def _used(parts):
    return dict(parts.rows("SELECT id, last_used FROM gateway_key WHERE last_used IS NOT NULL"))


async def test_a_minute_s_uses_are_one_write(parts):
    usage, statements = Usage(parts.database), []
    event.listen(parts.database.engine.sync_engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    for second in range(50):
        usage.note("a", NOW + timedelta(seconds=second))
    assert statements == []
    await usage.write()
    assert sum("last_used" in statement for statement in statements) == 1
    assert _used(parts) == {"a": NOW + timedelta(seconds=49)}


async def test_a_key_is_written_at_most_once_a_minute_whoever_saw_it(parts):
    one, other = Usage(parts.database), Usage(parts.database)
    for usage, second in ((one, 0), (other, 30), (one, 59), (other, 61), (one, 90)):
        usage.note("a", NOW + timedelta(seconds=second))
        await usage.write()
    assert _used(parts) == {"a": NOW + timedelta(seconds=61)}


async def test_what_cannot_be_written_is_written_later_and_the_newest_wins(parts, monkeypatch):
    usage = Usage(parts.database)
    usage.note("a", NOW)
    usage.note("b", NOW)

    def gone(*_):
        raise LedgerUnavailable("the database cannot be reached")

    with monkeypatch.context() as patch:
        patch.setattr(parts.database, "transaction", gone)
        await usage.write()
    usage.note("a", NOW + timedelta(hours=1))
    await usage.write()
    assert _used(parts) == {"a": NOW + timedelta(hours=1), "b": NOW}


async def test_the_last_uses_are_written_at_the_end(parts):
    usage = Usage(parts.database)
    await usage.start()
    usage.note("b", NOW)
    await usage.stop()
    assert _used(parts) == {"b": NOW}


async def test_kept_answers_go_when_their_day_is_over(parts):
    async with parts.database.transaction() as connection:
        for key, days in (("old", -1), ("new", 1)):
            await connection.execute(
                text("INSERT INTO idempotency VALUES ('k', :key, 'x', 'x', now() + make_interval(days => :days))"),
                {"key": key.encode(), "days": days},
            )
    await Usage(parts.database).write()
    assert parts.rows("SELECT key FROM idempotency") == [(b"new",)]
