"""Many rows at once: a statement compiled once, its rows in binary from the driver itself.

SQLAlchemy would take its steps for each packet that arrives, which costs several times what the rows do.
"""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import LedgerUnavailable
from app.store.database import forget_password

_DIALECT: Final = dialect()  # type: ignore[no-untyped-call]


class Bulk:
    """A query that is run again and again with other parameters."""

    def __init__(self, query: Select[Any]) -> None:
        """Compile `query`, with the values it holds already."""
        compiled = query.compile(dialect=_DIALECT)
        self._text, self._held = str(compiled), dict(compiled.params)

    async def rows(self, connection: AsyncConnection, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows within the transaction of `connection`. Raises LedgerUnavailable when Postgres goes away."""
        driver: Any = (await connection.get_raw_connection()).driver_connection
        try:
            async with driver.cursor(binary=True) as cursor:
                await cursor.execute(self._text, {**self._held, **parameters})
                found: list[tuple[Any, ...]] = await cursor.fetchall()
                return found
        except psycopg.Error as error:
            forget_password(error)
            if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
                raise LedgerUnavailable("the database went away", hint="Try again; the operator finds the reason in the log") from error
            raise
