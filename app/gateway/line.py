"""The way out for sessions: a WebSocket to a provider, resolved once, with private addresses refused and nothing added to it."""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from app.engine.framing import MAX_EVENT
from app.gateway.transport import Resolve, dial, resolve
from app.gateway.wire import Origin

_QUEUE: Final = 16  # messages of a provider that wait here before its socket does
BROKEN: Final = 1006  # what stands for a close that nobody sent
_CLOSING: Final = 1.0  # seconds a provider has to say goodbye


class Hung(Exception):
    """The line is closed. `code` and `reason` are the provider's; 1006: it broke."""

    def __init__(self, code: int, reason: str = "") -> None:
        """Say how it was closed."""
        super().__init__(code)
        self.code, self.reason = code, reason


class Declined(Exception):
    """The provider answered the handshake with something else than a session."""

    def __init__(self, response: httpx.Response) -> None:
        """Keep its answer, body and all."""
        super().__init__(response.status_code)
        self.response = response


class Line(Protocol):
    """A session with a provider."""

    protocol: str | None

    async def send(self, text: str) -> None:
        """Send a message; waits while the provider does not read. Raises Hung."""

    async def receive(self) -> str | bytes:
        """Return the provider's next message. Raises Hung."""

    async def close(self, code: int) -> None:
        """Hang up; waits a moment for the provider to do the same."""


class Call(NamedTuple):
    """Where to, and what to say at the door."""

    url: str
    headers: Sequence[tuple[str, str]]
    protocols: Sequence[str]
    private: bool
    seconds: float


class Lines(Protocol):
    """What makes lines: the network, or the sandbox."""

    async def open(self, call: Call) -> Line:
        """Call a provider. Raises OSError, TimeoutError, or Declined."""


class PinnedLines:
    """Lines over the network. Messages are never compressed: their lengths would tell what stands beside what is known."""

    def __init__(self, resolve: Resolve = resolve, tls: ssl.SSLContext | None = None) -> None:
        """Resolve names with `resolve`."""
        self._resolve, self._tls = resolve, tls

    async def open(self, call: Call) -> Line:
        """Call a provider. Raises OSError, TimeoutError, or Declined."""
        url = urlsplit(call.url)
        secure = url.scheme == "https"
        port = url.port or (443 if secure else 80)
        origin = Origin(url.scheme.encode(), (url.hostname or "").encode("idna"), port, call.private)
        uri = parse_uri(call.url.replace("http", "ws", 1))
        names = [Subprotocol(name) for name in call.protocols]

        def make() -> ClientConnection:
            connection = ClientProtocol(uri, subprotocols=names or None, max_size=MAX_EVENT)
            return ClientConnection(connection, max_queue=_QUEUE, close_timeout=_CLOSING)

        async with asyncio.timeout(call.seconds):
            connection = await dial(origin, make, self._resolve, self._context() if secure else None)
            try:
                await connection.handshake(call.headers, None)
            except BaseException as error:  # noqa: BLE001 - it is raised again
                connection.transport.abort()
                raise _declined(error) from None
        connection.start_keepalive()
        return _Connected(connection)

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
        return self._tls


def _declined(error: BaseException) -> BaseException:
    if isinstance(error, InvalidStatus):
        answer = error.response
        return Declined(httpx.Response(answer.status_code, headers=[*answer.headers.raw_items()], content=bytes(answer.body or b"")))
    return ConnectionError("the provider speaks no WebSocket here") if isinstance(error, InvalidHandshake | EOFError) else error


class _Connected:
    """A line over the network."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.protocol: str | None = connection.subprotocol

    async def send(self, text: str) -> None:
        try:
            await self._connection.send(text)
        except ConnectionClosed as error:
            raise _hung(error) from None

    async def receive(self) -> str | bytes:
        try:
            return await self._connection.recv()
        except ConnectionClosed as error:
            raise _hung(error) from None

    async def close(self, code: int) -> None:
        await self._connection.close(code)


def _hung(error: ConnectionClosed) -> Hung:
    return Hung(error.rcvd.code, error.rcvd.reason) if error.rcvd is not None else Hung(BROKEN)
