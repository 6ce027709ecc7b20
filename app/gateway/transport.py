"""The way out: an httpx transport that resolves once, refuses private addresses, and adds nothing to what it is given."""

import asyncio
import socket
import ssl
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeVar

import httpx

from app.gateway.wire import Answer, Origin, Wire, message

LENGTH = "hushgate_length"  # key of httpx.Request.extensions: the body is a stream of so many bytes, to be sent as it is read
ALLOW_PRIVATE = "hushgate_allow_private"  # key of httpx.Request.extensions; only True admits private addresses

_IDLE_LIMIT = 256  # idle connections kept per origin
_ADDRESS_LIMIT = 4  # addresses of one name that are tried

_GLOBAL_V6, _NAT64 = IPv6Network("2000::/3"), IPv6Network("64:ff9b::/96")
# Protocol assignments (Teredo among them) and documentation; older Pythons call some of them global.
_REFUSED_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
# Protocol assignments, 6to4 relays, and the metadata server that one large cloud keeps at a public address.
_REFUSED_V4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))

Resolve = Callable[[str, int], Awaitable[list[str]]]
P = TypeVar("P", bound=asyncio.BaseProtocol)


class Private(OSError):
    """The host stands for an address that is not public, and the provider entry does not allow private ones."""


class PrivateAddressRefused(httpx.ConnectError):
    """The host stands for an address that is not public, and the provider entry does not allow private ones."""


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the public internet; an IPv4 address embedded in an IPv6 one decides for it."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if embedded is None:
            return ip in _GLOBAL_V6 and ip.is_global and not any(ip in network for network in _REFUSED_V6)
        ip = embedded
    return ip.is_global and not (ip.is_multicast or ip.is_reserved) and not any(ip in network for network in _REFUSED_V4)


async def resolve(host: str, port: int) -> list[str]:
    """Look up a host's numeric addresses in the system's order; other spellings of an address (octal, hex) become plain here."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def dial(origin: Origin, make: Callable[[], P], resolve: Resolve = resolve, tls: ssl.SSLContext | None = None) -> P:
    """Resolve once and connect a protocol to what was checked; one address that is not public condemns the name. Raises OSError."""
    host = origin.host.decode("ascii")
    addresses = await resolve(host, origin.port)
    if not origin.private and not all(map(is_public, addresses)):
        raise Private("the host has an address that is not public")
    loop, failure = asyncio.get_running_loop(), OSError("no address")
    for address in addresses[:_ADDRESS_LIMIT]:
        try:
            _, protocol = await loop.create_connection(make, address, origin.port, ssl=tls, server_hostname=host if tls else None)
        except OSError as error:
            failure = error
        else:
            return protocol
    raise failure


class PinnedTransport(httpx.AsyncBaseTransport):
    """One process's connections to its providers; belongs to the event loop that uses it first.

    Reads `timeout` (`connect`, `read`; None waits for ever) and `hushgate_allow_private` from the request's extensions. Nothing
    is retried: after ConnectError or ConnectTimeout no byte was sent; after any other error the provider may have acted on the
    request, also where a kept connection turned out to be stale. Redirects, cookies and content encodings pass as they are.
    A response must be read to its end or closed. There is no cap on open connections: who admits requests holds it.
    """

    def __init__(self, *, keepalive: float = 15.0, resolve: Resolve = resolve, tls: ssl.SSLContext | None = None) -> None:
        self._keepalive, self._resolve, self._tls = keepalive, resolve, tls
        self._idle: defaultdict[Origin, deque[Wire]] = defaultdict(deque)
        self._wires: set[Wire] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self.opened = 0  # connections made so far

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the response's stream yields the body as it comes."""
        timeout = request.extensions.get("timeout") or {}
        pouring = request.extensions.get(LENGTH)
        data = message(request, b"" if pouring is not None else await request.aread(), pouring)
        wire = self._reuse(origin := _origin(request)) or await self._connect(origin, request, timeout.get("connect"))
        answer = Answer(wire, request, timeout.get("read"))
        wire.send(data, answer)
        try:
            if pouring is not None:
                await self._pour(wire, request, answer)
            await answer.head()
        except BaseException:
            await answer.aclose()
            raise
        return httpx.Response(answer.status, headers=answer.headers, stream=answer, request=request)

    async def _pour(self, wire: Wire, request: httpx.Request, answer: Answer) -> None:
        try:
            await wire.pour(request.stream, answer)  # type: ignore[arg-type]  # whoever gives a length gives such a stream
        except TimeoutError as error:
            raise httpx.WriteTimeout("the provider stopped reading the request", request=request) from error

    async def aclose(self) -> None:
        """Cut every connection, open exchanges included."""
        for wire in list(self._wires):
            wire.end(httpx.ReadError("the gateway closes its connections"))
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        await asyncio.sleep(0)  # the loop closes the sockets in its next round

    def _reuse(self, origin: Origin) -> Wire | None:
        """Take the connection used last that is still open."""
        idle = self._idle.get(origin)
        while idle:
            wire = idle.pop()
            if not wire.transport.is_closing():
                return wire
        return None

    async def _connect(self, origin: Origin, request: httpx.Request, seconds: float | None) -> Wire:
        """Open a connection; errors in httpx's words, without the address."""
        try:
            async with asyncio.timeout(seconds):
                return await self._open(origin, request)
        except TimeoutError as error:
            raise httpx.ConnectTimeout("the provider could not be reached in time", request=request) from error
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"the provider could not be reached ({type(error).__name__})", request=request) from error

    async def _open(self, origin: Origin, request: httpx.Request) -> Wire:
        tls = self._context() if origin.scheme == b"https" else None
        try:
            wire = await dial(origin, lambda: Wire(origin, self._keep, self._forget), self._resolve, tls)
        except Private:
            raise PrivateAddressRefused("the provider's host has an address that is not public", request=request) from None
        self.opened += 1
        self._wires.add(wire)
        return wire

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
        return self._tls

    def _keep(self, wire: Wire) -> None:
        """Hold a free connection for the next request."""
        idle = self._idle[wire.origin]
        if len(idle) >= _IDLE_LIMIT:
            wire.cut()
            return
        wire.idle_until = wire.loop.time() + self._keepalive
        idle.append(wire)
        if self._sweeper is None:
            self._sweeper = wire.loop.call_later(self._keepalive, self._sweep, wire.loop)

    def _forget(self, wire: Wire) -> None:
        """Drop a closed connection."""
        self._wires.discard(wire)
        if (idle := self._idle.get(wire.origin)) is not None:
            with suppress(ValueError):
                idle.remove(wire)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """Close what has been idle too long, oldest first."""
        now = loop.time()
        for origin, idle in list(self._idle.items()):
            while idle and idle[0].idle_until <= now:
                idle[0].cut()
            if not idle:
                del self._idle[origin]
        self._sweeper = loop.call_later(self._keepalive / 4, self._sweep, loop) if self._idle else None


def _origin(request: httpx.Request) -> Origin:
    url = request.url
    if url.raw_scheme not in {b"http", b"https"} or not url.raw_host:
        raise httpx.UnsupportedProtocol("a provider is reached by http or https", request=request)
    port = url.port or (443 if url.raw_scheme == b"https" else 80)
    return Origin(url.raw_scheme, url.raw_host, port, request.extensions.get(ALLOW_PRIVATE) is True)
