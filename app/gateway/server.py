"""The servers of a process: their sockets, and how they leave: first not ready, then deaf, then done."""

import asyncio
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.errors import SetupError
from app.gateway.request import LEAVE, LEFT, TOLD

_LAST: Final = 5.0  # seconds in which what was cancelled must have closed its record


@dataclass(slots=True)
class Life:
    """How a process leaves. `notice`: seconds not ready but still taking requests; `limit`: seconds for what is open after that.

    `most`: bytes of one message of a session.
    """

    notice: float
    limit: float
    most: int = 1 << 24
    leaving: bool = False

    @property
    def longest(self) -> float:
        """Seconds from the signal to the end, at most."""
        return self.notice + self.limit + 2 * _LAST


class Connection(HttpToolsProtocol):
    """A connection of a client; who carries its request is told when it is closed, and need not wait for that."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so."""
        super().connection_lost(exc)
        if self.cycle is not None and not self.cycle.response_complete:
            state: dict[str, Any] = self.cycle.scope["state"]
            state[LEFT] = True
            told = state.get(TOLD)
            if told is not None:
                told()


class Session(WebSocketsSansIOProtocol):
    """A session of a client, which is told that the process leaves instead of being cut."""

    def shutdown(self) -> None:
        """Say so to who carries the session; it closes, or is cancelled when the time of draining is over."""
        if self.handshake_complete and not self.close_sent:
            self.queue.put_nowait({"type": LEAVE})  # type: ignore[arg-type, misc]
        else:
            super().shutdown()


class Server(uvicorn.Server):
    """A uvicorn server whose signals the process handles, since there are two of them in one process."""

    def __init__(self, application: Any, bound: socket.socket, limit: float, most: int) -> None:
        """Serve `application` on `bound`; what is open when it stops has `limit` seconds. `most`: bytes of a message of a session."""
        config = uvicorn.Config(
            application,
            http=Connection,
            loop="uvloop",
            ws=Session if getattr(application, "sessions", False) else "none",
            ws_max_size=most,
            ws_per_message_deflate=False,  # the length of what is compressed tells what stands beside what is known
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=limit,  # type: ignore[arg-type]  # it is handed to asyncio.wait_for, which takes parts of a second
        )
        super().__init__(config)
        self._bound = bound

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process."""
        yield

    async def run_through(self) -> None:
        """Serve until told to stop, and until what was cancelled then has closed its record."""
        await self.serve(sockets=[self._bound])
        tasks = set(self.server_state.tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=_LAST)


async def run(applications: Sequence[tuple[Any, socket.socket]], life: Life, others: Pipe | None = None) -> None:
    """Serve until SIGTERM or SIGINT. The last application goes on answering until the others have drained; a second SIGINT ends all.

    `others`: a pipe whose other end the other processes hold: until they have ended, too.
    """
    servers = [Server(application, bound, life.limit, life.most) for application, bound in applications]
    *first, last = servers
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    latest = loop.time()  # for what is open

    def leave(number: signal.Signals) -> None:
        if life.leaving and number is signal.SIGINT:
            for server in servers:
                server.should_exit = server.force_exit = True
        life.leaving = True
        told.set()

    async def drain() -> None:
        nonlocal latest
        await told.wait()
        await asyncio.sleep(0 if any(server.force_exit for server in servers) else life.notice)
        latest = loop.time() + life.limit + _LAST
        for server in first or servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave, number)
    draining = asyncio.create_task(drain())
    watch = asyncio.create_task(last.run_through())
    try:
        await asyncio.gather(*(server.run_through() for server in first))
        if first and others is not None:
            await asyncio.wait(
                {watch, asyncio.create_task(_ended(others))}, timeout=latest - loop.time(), return_when=asyncio.FIRST_COMPLETED
            )
        if first:
            last.should_exit = True
        await watch
    finally:
        draining.cancel()


async def _ended(others: Pipe) -> None:
    """Wait until nobody holds the other end of a pipe in which nothing is ever written."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_reader(others.fileno(), over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(others.fileno())


def listen(host: str, port: int) -> socket.socket:
    """Bind a socket. Raises SetupError naming the option to change."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise SetupError(
            f"port {port} of {host} cannot be used ({error.strerror})", hint="Choose others with --host, --port and --admin-port"
        ) from None
    bound.setblocking(False)
    return bound


def address(bound: socket.socket) -> str:
    """Return the address at which `bound` is called from this machine."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what listens everywhere is called on loopback here
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
