"""Rows past SQLAlchemy: the same rows in the same transaction, and the same errors, which show no password."""

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, select, text

from app.errors import LedgerUnavailable
from app.store import tables
from app.store.bulk import Bulk
from tests.store.parts import record, store

pytestmark = pytest.mark.anyio
_RECORD = tables.record
_QUERY = select(_RECORD).where(_RECORD.c.team == bindparam("tree"), _RECORD.c.verdict == "100 % 'clean'").order_by(_RECORD.c.id)
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(NAMES, st.dictionaries(NAMES, st.integers(0, 9), max_size=3), st.binary(max_size=40)), max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_rows_are_those_of_sqlalchemy(database_url, told):
    async with store(database_url, started=False) as built, built.database.engine.connect() as connection:
        rows = [record(model=model, entities=counts, sealed=sealed, verdict="100 % 'clean'") for model, counts, sealed in told]
        for one in [*rows, record(team="blue", verdict="100 % 'clean'"), record()]:
            columns = {column.name: getattr(one, column.name, b"") for column in _RECORD.c}
            await connection.execute(_RECORD.insert().values(columns))
        parameters = {"tree": "red"}
        expected = [tuple(row) for row in await connection.execute(_QUERY, parameters)]
        assert len(expected) == len(rows)
        assert await Bulk(_QUERY).rows(connection, parameters) == expected
        await connection.rollback()


async def test_a_reader_sees_its_own_team_only(database_url):
    async with store(database_url) as built:
        async with built.database.transaction() as connection:
            for team in ("red", "blue"):
                one = record(team=team)
                await connection.execute(_RECORD.insert().values({c.name: getattr(one, c.name, b"") for c in _RECORD.c}))
        async with built.database.transaction("red") as connection:
            assert {row[0] for row in await Bulk(select(_RECORD.c.team)).rows(connection, {})} == {"red"}


async def _cut(built):
    async with built.database.transaction() as connection:
        pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        built.end(pid)
        await Bulk(select(_RECORD.c.team)).rows(connection, {})


async def test_a_connection_that_went_away_is_the_ledger_unavailable(database_url):
    async with store(database_url, started=False) as built:
        with pytest.raises(LedgerUnavailable) as caught:
            await _cut(built)
    error = caught.value
    while error is not None:
        assert not isinstance(error, psycopg.Error) or error.pgconn is None  # it shows the password to whoever prints it
        error = error.__cause__ or error.__context__
