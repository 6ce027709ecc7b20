"""The schema: the migrations make the tables, each role may do what it must and no more."""

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from app.errors import SetupError
from app.store.database import libpq_url, sqlalchemy_url
from app.store.schema import configuration, migrate, revisions
from app.store.tables import TENANT_TABLES, metadata
from tests.gateway_process import fresh_database


def test_the_migrations_make_the_tables(database_url):
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    # What a day's partition brings along is Postgres' own doing.
    assert [d for d in differences if not (d[0].startswith("remove_") and d[1].name.startswith("record_2"))] == []


def test_the_files_of_the_migrations_name_their_revisions():
    script = ScriptDirectory.from_config(configuration())
    assert [revision.revision for revision in script.walk_revisions()] == revisions()[::-1]
    assert script.get_heads() == revisions()[-1:]


def test_migrating_twice_changes_nothing(database_url):
    migrate(database_url)
    migrate(database_url)


def test_a_newer_schema_is_refused(database_url):
    with psycopg.connect(libpq_url(database_url), autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SetupError, match="newer"):
        migrate(database_url)


def _fill_objects(connection, team):
    connection.execute(
        "INSERT INTO object (team, provider, id, project, client, sort, exchange) VALUES (%s, 'p', %s, 'd', 'c', 's', gen_random_uuid())",
        (team, team),
    )
    connection.execute("INSERT INTO object_source (team, provider, object, exchange) VALUES (%s, 'p', %s, gen_random_uuid())", (team, team))
    connection.execute("INSERT INTO object_surrogate (team, exchange, surrogate) VALUES (%s, gen_random_uuid(), 'X_1')", (team,))


def _fill(connection, *, old=False):
    for team in ("red", "blue"):
        if not old:
            _fill_objects(connection, team)
        connection.execute(
            "INSERT INTO surrogate (team, scope, epoch, text, data_key, sealed, expires)"
            " VALUES (%s, 'team', '1', 'X_1', gen_random_uuid(), 'x', now() + interval '1 day')",
            (team,),
        )
        connection.execute("INSERT INTO restore_right (team, surrogate, client) VALUES (%s, 'X_1', 'c')", (team,))
        connection.execute("INSERT INTO signed_block (team, digest) VALUES (%s, 'x')", (team,))
        if connection.execute("SELECT to_regclass('node')").fetchone() != (None,):
            connection.execute("INSERT INTO leaf (team, index, record, at, hash) VALUES (%s, 0, gen_random_uuid(), now(), 'x')", (team,))
            connection.execute("INSERT INTO node (team, level, index, hash) VALUES (%s, 1, 0, 'x')", (team,))
        connection.execute("INSERT INTO checkpoint (team, size, root, note) VALUES (%s, 1, 'x', 'x')", (team,))
        connection.execute(
            "INSERT INTO record (team, id, exchange, kind, at, entities, sealed, leaf_hash)"
            " VALUES (%s, gen_random_uuid(), gen_random_uuid(), 'intent', now(), '{}', 'x', 'x')",
            (team,),
        )


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_reader_sees_its_own_team_only(database_url, table):
    with psycopg.connect(libpq_url(database_url)) as connection:
        _fill(connection)
        connection.execute("SET LOCAL ROLE hushgate_reader")
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        connection.execute("SELECT set_config('hushgate.team', 'red', true)")
        assert connection.execute(f"SELECT DISTINCT team FROM {table}").fetchall() == [("red",)]


OPEN_TABLES = ("data_key", "cosignature", "signing_key")  # wrapped keys, public ones, and signatures of the directory, which names no team
WRITES = {
    "insert": "INSERT INTO {table} SELECT * FROM {table}",
    "update": "UPDATE {table} SET team = team",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table}",
    "lock": "SELECT * FROM {table} FOR UPDATE",
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_reader_writes_nothing(database_url, table, write):
    with psycopg.connect(libpq_url(database_url)) as connection:
        _fill(connection)
        connection.execute("SET LOCAL ROLE hushgate_reader")
        connection.execute("SELECT set_config('hushgate.team', 'red', true)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(WRITES[write].format(table=table))


@pytest.mark.parametrize("table", sorted(set(metadata.tables) - {*TENANT_TABLES, *OPEN_TABLES}))
def test_a_reader_sees_no_table_of_the_installation(database_url, table):
    with psycopg.connect(libpq_url(database_url)) as connection:
        connection.execute("SET LOCAL ROLE hushgate_reader")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT * FROM {table}")


def test_every_table_with_a_team_and_values_is_a_tenant_table(database_url):
    guarded = "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')"
    with psycopg.connect(libpq_url(database_url)) as connection:
        assert {name for (name,) in connection.execute(guarded)} == set(TENANT_TABLES)


def test_the_team_of_a_transaction_ends_with_it(database_url):
    with psycopg.connect(libpq_url(database_url), autocommit=True) as connection:
        _fill(connection)
        with connection.transaction():
            connection.execute("SET LOCAL ROLE hushgate_reader")
            connection.execute("SELECT set_config('hushgate.team', 'red', true)")
            assert connection.execute("SELECT count(*) FROM surrogate").fetchone() == (1,)
        with connection.transaction():
            connection.execute("SET LOCAL ROLE hushgate_reader")
            assert connection.execute("SELECT count(*) FROM surrogate").fetchone() == (0,)


def test_live_data_of_the_first_schema_is_kept(postgres):
    with fresh_database(postgres, template="template1") as url:
        engine = create_engine(sqlalchemy_url(url))
        with engine.begin() as connection:
            command.upgrade(configuration(connection), "0001")
        with psycopg.connect(libpq_url(url), autocommit=True) as connection:
            connection.execute("INSERT INTO team (name) VALUES ('red')")
            connection.execute("INSERT INTO project (team, name) VALUES ('red', 'shop')")
            connection.execute("INSERT INTO client (team, project, name) VALUES ('red', 'shop', 'c')")
            _fill(connection, old=True)
            connection.execute(
                "INSERT INTO surrogate SELECT team, scope, '2', text, data_key, 'young', expires + interval '1 day' FROM surrogate"
            )
            migrate(url)
            assert connection.execute("SELECT team, text, sealed FROM surrogate ORDER BY team").fetchall() == [
                ("blue", "X_1", b"young"),
                ("red", "X_1", b"young"),
            ]
            assert connection.execute("SELECT team, project FROM restore_right ORDER BY team").fetchall() == [
                ("blue", "default"),
                ("red", "shop"),
            ]
        engine.dispose()


FORBIDDEN = {
    "reader": ["INSERT INTO signed_block (team, digest) VALUES ('red', 'y')", "DELETE FROM record", "UPDATE record SET verdict = 'x'"],
    "writer": ["SELECT sealed FROM surrogate", "SELECT * FROM record", "DELETE FROM record", "UPDATE record SET verdict = 'x'",
               "INSERT INTO pending (team, record, at, hash) VALUES ('red', gen_random_uuid(), now(), 'x')",
               "INSERT INTO leaf SELECT * FROM leaf", "DELETE FROM surrogate", "UPDATE surrogate SET sealed = 'x'", "UPDATE surrogate SET team = 'blue'", "SELECT * FROM gateway_key", "SELECT * FROM installation", "SELECT wrapped FROM data_key"],
    "sequencer": ["SELECT * FROM record", "UPDATE leaf SET index = 1", "DELETE FROM leaf", "UPDATE checkpoint SET note = 'x'", "DELETE FROM node",
                  "SELECT * FROM signing_key", "INSERT INTO record SELECT * FROM record", "SELECT * FROM data_key"],
}  # fmt: skip


@pytest.mark.parametrize(("role", "statement"), [(role, s) for role, statements in FORBIDDEN.items() for s in statements])
def test_a_role_may_do_what_it_must_and_no_more(database_url, role, statement):
    with psycopg.connect(libpq_url(database_url)) as connection:
        connection.execute(f"SET LOCAL ROLE hushgate_{role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
