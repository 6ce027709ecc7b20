"""The writer's own connection, listened to once and for all: one turn of the event loop a statement, and no more of the system than that.

The driver registers and forgets the socket several times for each statement, which costs more than the statement of one exchange itself.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import psycopg
from psycopg import generators, pq, waiting

_LONG: Final = 3600.0  # seconds; the timeout around a statement is what ends a wait


class Link:
    """A connection on which nobody but the holder of this runs statements."""

    def __init__(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        """Listen, from now on in the loop that runs."""
        self._connection = connection
        self._pgconn = connection.pgconn
        self._socket = connection.pgconn.socket
        self._loop = asyncio.get_running_loop()
        self._heard: asyncio.Future[None] | None = None
        self._listens = False
        self._listen()

    @property
    def closed(self) -> bool:
        """Whether it is of no use any more."""
        return self._connection.closed

    async def close(self) -> None:
        """Stop listening, and disconnect."""
        self._ignore()
        await self._connection.close()

    async def prepare(self, name: bytes, statement: str) -> None:
        """Prepare a statement. Raises psycopg.Error."""
        self._pgconn.send_prepare(name, statement.encode())
        await self._results()

    async def query(self, statement: str) -> None:
        """Run a statement without parameters. Raises psycopg.Error."""
        self._pgconn.send_query(statement.encode())
        await self._results()

    async def run(self, name: bytes, parameters: Sequence[bytes]) -> list[pq.abc.PGresult]:
        """Run a prepared statement with binary parameters, below psycopg's adaptation. Raises psycopg.Error."""
        self._pgconn.send_query_prepared(name, parameters, [pq.Format.BINARY] * len(parameters), pq.Format.BINARY)
        return await self._results()

    async def _results(self) -> list[pq.abc.PGresult]:
        # Not `connection.wait`: cancelled, that asks the server to cancel and waits for it, which a hung server never answers.
        results = await self._answered() if not self._pgconn.flush() else await self._in_turns()
        for result in results:
            if result.status not in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}:
                raise psycopg.OperationalError("the connection is lost") if self.closed else psycopg.errors.error_from_result(result)
        return results

    async def _answered(self) -> list[pq.abc.PGresult]:
        results: list[pq.abc.PGresult] = []
        while True:
            while self._pgconn.is_busy():
                if not self._listens:
                    raise psycopg.OperationalError("the connection is lost")
                self._heard = self._loop.create_future()
                await self._heard
            result = self._pgconn.get_result()
            if result is None:
                return results
            results.append(result)

    async def _in_turns(self) -> list[pq.abc.PGresult]:
        """Send what is more than the socket takes at once, and read meanwhile, as the driver does it."""
        self._ignore()
        try:
            results: list[pq.abc.PGresult] = await waiting.wait_async(generators.execute(self._pgconn), self._socket, interval=_LONG)
        finally:
            if not self.closed:
                self._listen()
        return results

    def _hear(self) -> None:
        """Take what arrived, also while nothing is asked: that the server goes away, for one."""
        try:
            self._pgconn.consume_input()
        except psycopg.Error:
            self._ignore()
        if self._heard is not None and not self._heard.done():
            self._heard.set_result(None)

    def _listen(self) -> None:
        self._loop.add_reader(self._socket, self._hear)
        self._listens = True

    def _ignore(self) -> None:
        if self._listens:
            self._listens = False
            self._loop.remove_reader(self._socket)
