"""Connections to Postgres: one engine for reads and admin work, raw connections for the writer, migrations."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import psycopg
from sqlalchemy import event, text
from sqlalchemy.engine import URL, Engine, ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.errors import LedgerUnavailable

# A peer that vanished without a word is noticed within half a minute, whatever the system's own patience.
_PATIENCE: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
T = TypeVar("T")


def sqlalchemy_url(url: str) -> URL:
    """Return `url` (`postgresql://…`) for SQLAlchemy's psycopg dialect."""
    return make_url(url).set(drivername="postgresql+psycopg")


def libpq_url(url: str) -> str:
    """Return `url` for psycopg itself."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def forget_password(error: BaseException) -> None:
    """Take from a driver's error the connection it happened on: that shows its parameters, the password among them, to whoever prints it."""
    if isinstance(error, psycopg.Error):
        error._pgconn = None  # noqa: SLF001 - the driver offers no other way


@event.listens_for(Engine, "handle_error")
def _handle(context: ExceptionContext) -> None:
    forget_password(context.original_exception)


async def _connect(url: str) -> psycopg.AsyncConnection[tuple[object, ...]]:
    try:
        return await psycopg.AsyncConnection.connect(libpq_url(url), autocommit=True, **_PATIENCE)
    except psycopg.Error as error:
        forget_password(error)
        raise


class Database:
    """A lazily connected engine. Parameters never appear in errors or logs."""

    def __init__(self, url: str, timeout: float = 5.0) -> None:
        """Point at `url`; nothing connects yet. `timeout` seconds bound what a request waits for (`within`)."""
        self._url = url
        self._timeout = timeout
        self._late: set[asyncio.Future[Any]] = set()
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            hide_parameters=True,
            pool_size=4,
            max_overflow=8,
            pool_pre_ping=True,
            pool_timeout=5,
            connect_args={**_PATIENCE, "prepare_threshold": 0},
        )

    def __repr__(self) -> str:
        return "Database(…)"

    @asynccontextmanager
    async def transaction(self, team: str | None = None) -> AsyncIterator[AsyncConnection]:
        """A transaction; with `team`, under the reader role, so that row-level security shows that team's rows only.

        Raises LedgerUnavailable when Postgres cannot be reached.
        """
        try:
            async with self.engine.begin() as connection:
                if team is not None:
                    await connection.execute(text("SET LOCAL ROLE hushgate_reader"))
                    await connection.execute(text("SELECT set_config('hushgate.team', :team, true)"), {"team": team})
                yield connection
        except (TimeoutError, OperationalError, OSError) as error:
            raise LedgerUnavailable("the database cannot be reached", hint="Try again; the operator finds the reason in the log") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise LedgerUnavailable("the database went away", hint="Try again; the operator finds the reason in the log") from error
            raise

    async def within(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for a read of our own, but not for ever. Raises LedgerUnavailable when it takes too long.

        The read is left behind, not cancelled: psycopg would wait for a hung server to confirm that.
        """
        reading = asyncio.ensure_future(work)
        done, _ = await asyncio.wait({reading}, timeout=self._timeout)
        if done:
            return reading.result()
        self._late.add(reading)
        reading.add_done_callback(self._late.discard)
        reading.add_done_callback(lambda late: late.cancelled() or late.exception())
        raise LedgerUnavailable("the database does not answer", hint="Try again; the operator finds the reason in the log")

    async def raw(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        """Return an autocommit connection of its own: for the writer, LISTEN and advisory locks."""
        return await _connect(self._url)

    async def close(self) -> None:
        """Close every pooled connection."""
        for late in list(self._late):
            late.cancel()
        await self.engine.dispose()
