"""The installation of an external database: explicit, once, whoever else does the same; and `serve` names the way to it."""

import base64
import json
import secrets
import threading

import psycopg
import pytest

from app.config import Settings
from app.control.installation import database, open_keyring
from app.errors import SetupError
from app.main import initialise, serve
from app.store.database import libpq_url
from app.store.schema import revisions

KEK = base64.b64encode(b"k" * 32).decode()
URLS = {"base_url": "http://127.0.0.1:8080", "admin_url": "http://127.0.0.1:8081"}


@pytest.fixture
def empty(postgres):
    """A database without a schema."""
    name = f"e{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    head, _, query = postgres.partition("?")
    yield f"{head.rpartition('/')[0]}/{name}?{query}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def settings(empty, tmp_path):
    return Settings(home=tmp_path / "home", database_url=empty, kek=KEK)


def rows(settings, query):
    with psycopg.connect(libpq_url(settings.database_url.get_secret_value()), autocommit=True) as connection:
        return connection.execute(query).fetchall()


def init(settings, *, mint=False):
    return initialise(settings, mint=mint, **URLS)


def started(settings):
    """What `serve` does before it listens for anybody. Raises what keeps it from starting."""
    with database(settings, prepare=False) as url:
        open_keyring(settings, url, create=False)


def test_serve_prepares_nothing_by_itself_and_names_init(settings):
    with pytest.raises(SetupError, match="hushgate init"):
        serve(settings, port=0, admin_port=0)
    assert rows(settings, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert not (settings.home / "kek").exists()


def test_serve_refuses_a_schema_without_an_installation(settings):
    with database(settings, prepare=True), pytest.raises(SetupError, match="hushgate init"):
        started(settings)


def test_init_makes_schema_roles_keys_and_the_first_team(settings):
    first = init(settings)
    started(settings)
    assert first.fresh
    assert rows(settings, "SELECT name FROM team") == [("default",)]
    assert {role for (role,) in rows(settings, "SELECT rolname FROM pg_roles")} >= {"hushgate_writer", "hushgate_reader"}
    assert json.loads((settings.home / "first-run.json").read_text())["admin_key"] == first.admin_key


def test_init_writes_a_key_file_where_no_key_is_given_and_serve_wants_exactly_that_one(settings):
    settings = settings.model_copy(update={"kek": None})
    init(settings)
    file = settings.home / "kek"
    assert file.stat().st_mode & 0o777 == 0o600
    started(settings)
    with pytest.raises(SetupError, match="is not that of this database"):
        started(settings.model_copy(update={"kek": Settings(kek=KEK).kek}))
    file.unlink()
    with pytest.raises(SetupError, match="key-encryption key is missing"):
        started(settings)
    with pytest.raises(SetupError, match="key-encryption key is missing"):
        init(settings)  # a second key would open nothing
    assert not file.exists()


def test_init_again_changes_nothing_and_multiplies_no_keys(settings, tmp_path):
    first = init(settings)
    before = rows(settings, "SELECT * FROM installation"), rows(settings, "SELECT id FROM admin_key")
    again = init(settings)
    elsewhere = init(settings.model_copy(update={"home": tmp_path / "other"}))  # a container whose disk was thrown away
    assert (again.fresh, again.admin_key) == (False, first.admin_key)
    assert (elsewhere.fresh, elsewhere.admin_key) == (False, "")
    assert (rows(settings, "SELECT * FROM installation"), rows(settings, "SELECT id FROM admin_key")) == before
    assert not (tmp_path / "other/first-run.json").exists()


def test_lost_keys_are_minted_when_asked_for(settings, tmp_path):
    init(settings)
    other = settings.model_copy(update={"home": tmp_path / "other"})
    assert init(other, mint=True).fresh
    assert len(rows(settings, "SELECT id FROM admin_key")) == 2


def test_many_at_once_make_one_installation(settings, tmp_path):
    homes = [settings.model_copy(update={"home": tmp_path / str(number)}) for number in range(3)]
    runs, errors = [], []

    def one(mine):
        try:
            runs.append(init(mine))
        except BaseException as error:  # noqa: BLE001 - told to the test below
            errors.append(error)

    threads = [threading.Thread(target=one, args=(mine,)) for mine in homes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(run.fresh for run in runs) == 1
    assert len(rows(settings, "SELECT id FROM installation")) == len(rows(settings, "SELECT id FROM admin_key")) == 1


@pytest.mark.parametrize("act", [started, init])
def test_another_key_is_refused(settings, act):
    init(settings)
    other = settings.model_copy(update={"kek": Settings(kek=base64.b64encode(b"x" * 32).decode()).kek})
    with pytest.raises(SetupError, match="is not that of this database"):
        act(other)


def test_a_newer_schema_is_refused_and_an_older_one_names_init(settings, monkeypatch):
    init(settings)
    known = revisions()
    monkeypatch.setattr("app.store.schema.revisions", lambda: [*known, "9998"])
    with pytest.raises(SetupError, match=r"older.*Back it up.*hushgate init"):
        started(settings)
    monkeypatch.undo()
    with psycopg.connect(libpq_url(settings.database_url.get_secret_value()), autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for act in (started, init):
        with pytest.raises(SetupError, match="newer"):
            act(settings)


def test_a_database_out_of_reach_is_said_so(tmp_path):
    with pytest.raises(SetupError, match="cannot be reached"):
        started(Settings(home=tmp_path, database_url="postgresql://nobody:secret@127.0.0.1:1/none"))
