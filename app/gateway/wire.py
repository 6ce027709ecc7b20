"""One HTTP/1.1 connection to a provider: a request out, an answer in as it comes, parsed by llhttp."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import Any, NamedTuple

import httptools
import httpx

_HEAD_LIMIT, _HEADERS_LIMIT = 65_536, 256  # bytes and fields that an answer's head may have
_BUFFER_LIMIT = 262_144  # bytes that wait for a slow reader before we stop reading from the network
_SWITCHING, _FIRST_FINAL, _BODILESS = 101, 200, {204, 304}
_VERSIONS = {"1.1", "1.0"}  # llhttp lets 0.9 and 2.0 pass
_FRAMING = {b"content-length", b"transfer-encoding"}
_REQUEST = re.compile(rb"[A-Z]+ [!-~]+ HTTP/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t -~\x80-\xff]*\r\n)+")


class Origin(NamedTuple):
    """What a connection may be reused for; private and public requests never share one."""

    scheme: bytes
    host: bytes
    port: int
    private: bool


def message(request: httpx.Request, body: bytes, length: int | None = None) -> bytes:
    """Write out a request: the headers given, in their order, and its length; LocalProtocolError where it could be misread.

    `length` is that of a body that follows piece by piece.
    """
    headers = request.headers.raw
    names = [name.lower() for name, _ in headers]
    lines = [b"%b: %b\r\n" % header for header, name in zip(headers, names, strict=True) if name not in _FRAMING]
    if b"host" not in names:
        lines.insert(0, b"Host: %b\r\n" % request.url.netloc)
    if body or length or request.method not in {"GET", "HEAD", "DELETE", "OPTIONS"}:
        lines.append(b"Content-Length: %d\r\n" % (len(body) if length is None else length))
    head = b"%b %b HTTP/1.1\r\n%b" % (request.method.encode("ascii", "replace"), request.url.raw_path, b"".join(lines))
    if names.count(b"host") > 1 or head.count(b"\n") > len(lines) + 1 or _REQUEST.fullmatch(head) is None:
        raise httpx.LocalProtocolError("a header or the address of the outgoing request is malformed", request=request)
    return b"%b\r\n%b" % (head, body)


class Answer(httpx.AsyncByteStream):
    """One exchange: the answer's head once `status` is set, and its body as network chunks in the order in which they come."""

    def __init__(self, wire: "Wire", request: httpx.Request, read_timeout: float | None) -> None:
        self.wire: Wire | None = wire  # None once the wire has nothing more to do with this exchange
        self.request = request
        self.read_timeout = read_timeout
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.chunks: deque[bytes] = deque()
        self.size = 0
        self.done = False
        self.error: httpx.TransportError | None = None
        self.waiter: asyncio.Future[None] | None = None

    async def head(self) -> None:
        """Wait until the head is there; raise what happened instead."""
        while not self.status and self.error is None:
            await self.wait()
        if not self.status and self.error is not None:
            raise self.error

    async def wait(self) -> None:
        """Sleep until `wake`; the wire's clock ends it with ReadTimeout."""
        if (wire := self.wire) is not None:
            self.waiter = wire.loop.create_future()
            wire.watch(self.read_timeout)
            await self.waiter

    def wake(self) -> None:
        """Let the reader look again."""
        if (waiter := self.waiter) is not None:
            self.waiter = None
            if not waiter.done():
                waiter.set_result(None)

    def finish(self, error: httpx.TransportError | None = None) -> None:
        """Mark the end; only the first one counts."""
        if not self.done:
            self.done, self.error, self.wire = True, error, None
            self.wake()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the chunks; an error comes after the chunks that preceded it."""
        chunks = self.chunks
        while True:
            while chunks:
                chunk = chunks.popleft()
                self.size -= len(chunk)
                yield chunk
            if self.done:
                break
            if self.wire is not None:
                self.wire.resume()
            await self.wait()
        if self.error is not None:
            raise self.error

    async def aclose(self) -> None:
        """Let go; a half-read connection is cut, so that its rest can never answer another request."""
        if (wire := self.wire) is not None:
            self.finish(httpx.ReadError("the response was closed before its end", request=self.request))
            wire.cut()


class Wire(asyncio.Protocol):
    """A connection. `keep` is called when it is free for the next request, `forget` when it is closed."""

    def __init__(self, origin: Origin, keep: Callable[["Wire"], None], forget: Callable[["Wire"], None]) -> None:
        self.origin, self.keep, self.forget = origin, keep, forget
        self.loop = asyncio.get_running_loop()
        self.parser: Any = httptools.HttpResponseParser(self)
        self.answer: Answer | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.idle_until = self.timer_at = self.waiting_since = 0.0
        self.unsent = self.head_size = 0
        self.paused = self.until_eof = False
        self.full: asyncio.Future[None] | None = None  # while more is written than the network takes

    def send(self, data: bytes, answer: Answer) -> None:
        """Start an exchange."""
        self.answer, self.head_size, self.until_eof = answer, 0, False
        self.transport.write(data)

    async def pour(self, pieces: AsyncIterable[bytes], answer: Answer) -> None:
        """Send a body piece by piece, no faster than it is taken; stop when the provider has answered, or is gone."""
        async for piece in pieces:
            if answer.status or answer.done:
                return
            self.transport.write(piece)
            if self.full is not None:
                await asyncio.wait_for(self.full, answer.read_timeout)

    def pause_writing(self) -> None:
        """The buffer is full."""
        self.full = self.loop.create_future()

    def resume_writing(self) -> None:
        """The buffer has room again, or nobody takes what is in it."""
        full, self.full = self.full, None
        if full is not None and not full.done():
            full.set_result(None)

    # The clock: one lazy timer a connection, so that a chunk costs no timer of its own.

    def watch(self, timeout: float | None) -> None:
        """Start to measure how long the reader waits."""
        if timeout is None:
            return
        now = self.loop.time()
        self.waiting_since, self.unsent = now, self.transport.get_write_buffer_size()
        if self.timer is None or self.timer_at > now + timeout:
            self.arm(now + timeout)

    def arm(self, at: float) -> None:
        """Look at the clock then."""
        if self.timer is not None:
            self.timer.cancel()
        self.timer, self.timer_at = self.loop.call_at(at, self.tick), at

    def tick(self) -> None:
        """End a wait that took too long; an upload that makes progress is not late."""
        self.timer, answer = None, self.answer
        if answer is None or answer.waiter is None or answer.read_timeout is None:
            return
        now, unsent = self.loop.time(), self.transport.get_write_buffer_size()
        if unsent < self.unsent:
            self.waiting_since, self.unsent = now, unsent
        due = self.waiting_since + answer.read_timeout
        if due > now:
            self.arm(due)
        elif unsent:
            self.end(httpx.WriteTimeout("the provider stopped reading the request", request=answer.request))
        else:
            self.end(httpx.ReadTimeout("the provider stopped sending", request=answer.request))

    # From the network.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write."""
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Parse; what nobody asked for ends the connection."""
        answer = self.answer
        if answer is None:
            self.cut()
            return
        if not answer.status:
            self.head_size += len(data)
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.end(httpx.RemoteProtocolError("the provider's answer is not HTTP/1.1", request=answer.request))
            return
        if not answer.status and self.head_size > _HEAD_LIMIT:
            self.end(httpx.RemoteProtocolError("the head of the provider's answer is too large", request=answer.request))
        elif answer.size > _BUFFER_LIMIT and not answer.done and not self.paused:
            self.paused = True
            self.transport.pause_reading()
        answer.wake()

    def resume(self) -> None:
        """Read on: the reader has taken everything."""
        if self.paused:
            self.paused = False
            self.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say what the end of the connection means for the answer."""
        answer = self.answer
        self.resume_writing()
        if answer is None:
            self.cut()
        elif exc is None and self.until_eof:
            self.complete(answer, reusable=False)
        elif isinstance(exc, BrokenPipeError):
            self.end(httpx.WriteError("the provider closed the connection while it was written to", request=answer.request))
        elif exc is not None:
            self.end(httpx.ReadError("the connection to the provider broke", request=answer.request))
        else:
            self.end(httpx.RemoteProtocolError("the provider closed the connection before its answer ended", request=answer.request))

    # From the parser.

    def on_message_begin(self) -> None:
        """Refuse a second answer to one request."""
        if self.answer is None:
            self.cut()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect the head; trailers are dropped."""
        if (answer := self.answer) is not None and not answer.status:
            answer.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Publish the head, unless it is an interim one (100, 103)."""
        if (answer := self.answer) is None:
            return
        status = self.parser.get_status_code()
        if status == _SWITCHING or len(answer.headers) > _HEADERS_LIMIT or self.parser.get_http_version() not in _VERSIONS:
            raise ValueError
        if status < _FIRST_FINAL:
            answer.headers.clear()
            return
        answer.status = status
        if answer.request.method == "HEAD":  # llhttp would wait for a body
            self.complete(answer, reusable=False)
        self.until_eof = status not in _BODILESS and not any(name.lower() in _FRAMING for name, _ in answer.headers)

    def on_body(self, chunk: bytes) -> None:
        """Hand a chunk on."""
        if (answer := self.answer) is not None:
            answer.chunks.append(chunk)
            answer.size += len(chunk)

    def on_message_complete(self) -> None:
        """End the exchange; a request still being written, or `Connection: close`, ends the connection too."""
        if (answer := self.answer) is not None and answer.status:
            self.complete(answer, reusable=self.parser.should_keep_alive() and not self.transport.get_write_buffer_size())

    # The end of an exchange.

    def complete(self, answer: Answer, *, reusable: bool) -> None:
        """Take the answer as whole."""
        self.answer = None
        if reusable:
            self.keep(self)
        else:
            self.cut()
        answer.finish()

    def end(self, error: httpx.TransportError) -> None:
        """Fail the exchange, and the connection with it."""
        answer = self.answer
        self.cut()
        if answer is not None:
            answer.finish(error)

    def cut(self) -> None:
        """Close the connection now."""
        self.answer = None
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        self.forget(self)
        self.transport.abort()
