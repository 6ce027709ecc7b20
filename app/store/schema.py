"""The schema: brought to this version's, or found to be it. Whoever finds it pays nothing for Alembic, which is large."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from app.errors import SetupError
from app.store.database import sqlalchemy_url

if TYPE_CHECKING:
    from alembic.config import Config

MINIMUM_SERVER: Final = 15
_LOCK: Final = 0x48555348  # "HUSH"
_VERSIONS: Final = "alembic_version"


class _State(NamedTuple):
    """A connection that holds the migration lock, the schema's revision (None: there is no schema), and the newest one known here."""

    connection: Connection
    current: str | None
    head: str


def migrate(url: str) -> None:
    """Bring the schema to this version's head; raise SetupError if it is newer, or the server too old or out of reach."""
    with _state(url) as state:
        if state.current != state.head:
            from alembic import command  # noqa: PLC0415 - see the module

            command.upgrade(configuration(state.connection), state.head)


def verify(url: str) -> None:
    """Raise SetupError unless the schema is exactly this version's. Changes nothing."""
    with _state(url) as state:
        if state.current is None:
            raise SetupError("the database is not prepared", hint="Run `hushgate init` with the same settings, once")
        if state.current != state.head:
            raise SetupError("the database was made by an older Hushgate", hint="Back it up, then run `hushgate init` to upgrade it")


def revisions() -> list[str]:
    """Return the revisions of this version, oldest first: each migration's file begins with its own."""
    return sorted(path.name.partition("_")[0] for path in (_folder() / "versions").glob("[0-9]*.py"))


def configuration(connection: Connection | None = None) -> "Config":
    """Return what Alembic needs to know: where the migrations are, and the `connection` to run them on."""
    from alembic.config import Config  # noqa: PLC0415 - see the module

    config = Config()
    config.set_main_option("script_location", str(_folder()))
    config.attributes["connection"] = connection
    return config


def _folder() -> Path:
    here = Path(__file__).parent / "migrations"  # in the wheel
    return here if here.exists() else Path(__file__).parents[2] / "migrations"


@contextmanager
def _state(url: str) -> Iterator[_State]:
    engine = create_engine(sqlalchemy_url(url), hide_parameters=True, connect_args={"connect_timeout": 10})
    try:
        with engine.begin() as connection:
            version = connection.dialect.server_version_info
            if version is not None and int(version[0]) < MINIMUM_SERVER:
                raise SetupError(
                    f"Postgres {version[0]} is too old", hint=f"Point HUSHGATE_DATABASE_URL at Postgres {MINIMUM_SERVER} or newer"
                )
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            known = revisions()
            current = connection.scalar(text(f"SELECT version_num FROM {_VERSIONS}")) if inspect(connection).has_table(_VERSIONS) else None  # noqa: S608 - a constant
            if current is not None and current not in known:
                raise SetupError("the database was made by a newer Hushgate", hint="Upgrade this installation; nothing was changed")
            yield _State(connection, current, known[-1])
    except OperationalError as error:
        raise SetupError("the database cannot be reached", hint="Check HUSHGATE_DATABASE_URL, the server and its credentials") from error
    finally:
        engine.dispose()
