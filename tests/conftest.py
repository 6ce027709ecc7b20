"""A real Postgres for the whole session, a fresh migrated database for each test that asks for one."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from app.store import embedded, site
from app.store.schema import migrate

settings.register_profile("laws", deadline=None)  # how long an example takes says which machine it was, and what it had to load first
settings.load_profile("laws")
MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes: a server for every process of the runner, each with a quarter of it in its write-ahead log at most


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for much time begins first, or one process would still be at it when the other is done."""
    asked = {item: item.get_closest_marker("timeout") for item in items}
    items.sort(key=lambda item: -asked[item].args[0] if asked[item] else 0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a private server's maintenance database, with every migration applied to a template.

    It lies in memory where that has room: no test cuts the power, and after one database is dropped ext4 takes ten times as long to
    create the next (it passes over what was freed lately).
    """
    with tempfile.TemporaryDirectory(prefix="hushgate-test-", dir=_quick()) as folder, pytest.MonkeyPatch.context() as patch:
        home = Path(folder)
        home.chmod(0o755)  # root's server runs as another user
        patch.setattr(site, "ROOT_PLACES", home / "places")
        server = embedded.Embedded.start(home)
        patch.undo()
        try:
            migrate(_named(server.url, _create(server.url, "hushgate_template")))
            yield server.url
        finally:
            server.stop()


@pytest.fixture
def database_url(postgres: str) -> Iterator[str]:
    """A fresh database with the current schema."""
    name = f"t{secrets.token_hex(6)}"
    yield _named(postgres, _create(postgres, name, template="hushgate_template"))
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _quick() -> Path | None:
    with suppress(OSError):
        if shutil.disk_usage(MEMORY).free > ROOM:
            return MEMORY
    return None


def _create(url: str, name: str, template: str = "template1") -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


def _named(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"
