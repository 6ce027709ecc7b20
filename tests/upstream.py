"""A provider on a loopback socket that plays scripts and keeps every byte it receives.

A script is a function of one `Talk`: it reads nothing, writes what it likes and breaks what it likes. `Upstream.script` holds
for every request until it is changed; `Upstream.once` holds scripts for the next requests only.
"""

import gzip
import json
import re
import select
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self

from app.gateway.reply import Json, Reply
from app.gateway.sandbox import answer, asked, events

PATIENCE = 10.0  # seconds a script waits for the gateway to go away
JSON = "application/json"
EVENTS = "text/event-stream"


@dataclass
class Received:
    """One request as it came over the socket."""

    raw: bytes = field(repr=False)
    line: str
    headers: dict[str, str] = field(repr=False)
    document: Json = field(repr=False)
    gone_after: float | None = None  # seconds until the gateway left, where a script waited for that

    @property
    def target(self) -> tuple[str, str]:
        """Dialect and endpoint."""
        method, path, _ = self.line.split()
        return asked(method, path, self.headers, b"")[:2]

    @property
    def streamed(self) -> bool:
        return self.document.get("stream") is True


class Talk:
    """One request and the means to answer it."""

    def __init__(self, connection: socket.socket, request: Received) -> None:
        self.connection, self.request = connection, request
        self.over = False

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def head(self, status: int = 200, **headers: str) -> None:
        rows = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.send(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{rows}\r\n".encode())

    def chunk(self, data: bytes) -> None:
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def close(self) -> None:
        self.over = True

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.over = True

    def wait_until_gone(self) -> None:
        """Wait until the gateway closes its end, and note how long that took."""
        began = time.monotonic()
        self.over = True
        while time.monotonic() - began < PATIENCE:
            if select.select([self.connection], [], [], 0.1)[0]:
                with suppress(OSError):
                    if self.connection.recv(65536):
                        continue
                self.request.gone_after = time.monotonic() - began
                return


Script = Callable[[Talk], None]


def said(talk: Talk, reply: Reply | None = None) -> Json:
    """Return the dialect's whole answer: an echo of the last words of the user unless told otherwise."""
    return answer(*talk.request.target, talk.request.document, reply)


def frames(talk: Talk, reply: Reply | None = None) -> list[bytes]:
    return list(events(*talk.request.target, said(talk, reply)))


def echo(talk: Talk) -> None:
    """Answer as the provider does: whole, or streamed if asked."""
    if talk.request.streamed:
        stream(frames(talk))(talk)
    else:
        whole(json.dumps(said(talk)).encode())(talk)


def speaking(reply: Reply) -> Script:
    def script(talk: Talk) -> None:
        (stream(frames(talk, reply)) if talk.request.streamed else whole(json.dumps(said(talk, reply)).encode()))(talk)

    return script


def whole(body: bytes, status: int = 200, sort: str = JSON, **headers: str) -> Script:
    def script(talk: Talk) -> None:
        talk.head(status, content_type=sort, content_length=str(len(body)), **headers)
        talk.send(body)

    return script


def stream(pieces: Iterable[bytes], **headers: str) -> Script:
    """Answer an event stream, one chunk a piece."""

    def script(talk: Talk) -> None:
        talk.head(content_type=EVENTS, transfer_encoding="chunked", **headers)
        for piece in pieces:
            talk.chunk(piece)
        talk.send(b"0\r\n\r\n")

    return script


def cut_at(position: int) -> Script:
    """Echo as a stream whose bytes are cut in two packets at `position`."""

    def script(talk: Talk) -> None:
        data = b"".join(frames(talk))
        stream([data[:position], data[position:]])(talk)

    return script


def begun(count: int, then: Callable[[Talk], None]) -> Script:
    """Echo `count` events of the stream, or half of the whole answer, and then something happens."""

    def script(talk: Talk) -> None:
        if talk.request.streamed:
            talk.head(content_type=EVENTS, transfer_encoding="chunked")
            for piece in frames(talk)[:count]:
                talk.chunk(piece)
        else:
            body = json.dumps(said(talk)).encode()
            talk.head(content_type=JSON, content_length=str(len(body)))
            talk.send(body[: len(body) // 2])
        time.sleep(0.02)  # a reset overtakes what the other side has not read yet
        then(talk)

    return script


def silent(talk: Talk) -> None:
    """Take the request and never answer."""
    talk.wait_until_gone()


def dribble(talk: Talk) -> None:
    """Send a head that never ends."""
    talk.over = True
    with suppress(OSError):
        talk.send(b"HTTP/1.1 200 OK\r\n")
        for number in range(1000):
            talk.send(b"x-%d: y\r\n" % number)
            if select.select([talk.connection], [], [], 0.001)[0]:
                return


def redirect(talk: Talk) -> None:
    talk.head(302, location=f"http://127.0.0.1:{talk.connection.getsockname()[1]}/elsewhere", content_length="0")


def bomb(size: int, encoding: str = "gzip") -> Script:
    """Answer a compressed body that unpacks to `size` bytes."""
    return whole(gzip.compress(b'{"a":"' + b" " * size + b'"}'), content_encoding=encoding)


def endless(talk: Talk) -> None:
    """Answer without end."""
    talk.over = True
    piece = b"data: {}\n\n" if talk.request.streamed else b" "
    talk.head(content_type=EVENTS if talk.request.streamed else JSON, transfer_encoding="chunked")
    began = time.monotonic()
    with suppress(OSError):
        while time.monotonic() - began < PATIENCE:
            talk.chunk(piece * 4096)


def miscounted(difference: int) -> Script:
    """Announce a length that the body misses by `difference`, then close."""

    def script(talk: Talk) -> None:
        body = b"".join(frames(talk)) if talk.request.streamed else json.dumps(said(talk)).encode()
        talk.head(content_type=EVENTS if talk.request.streamed else JSON, content_length=str(len(body) + difference))
        talk.send(body)
        talk.close()

    return script


class Upstream:
    """The provider. `received` lists whole requests; `record` is every byte that ever came, complete request or not."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.script: Script = echo
        self.once: deque[Script] = deque()
        self.witness: Callable[[Received], None] | None = None  # called when a request is whole, before it is answered
        self.received: list[Received] = []
        self.connections = 0
        self.refusing = False
        self._bytes: list[bytes] = []
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._closed = False

    @property
    def record(self) -> bytes:
        return b"".join(self._bytes)

    def __enter__(self) -> Self:
        thread = threading.Thread(target=self._accept, daemon=True)
        thread.start()
        self._threads.append(thread)
        return self

    def __exit__(self, *_error: object) -> None:
        self._closed = True
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def reset(self) -> None:
        """Echo again."""
        self.script = echo
        self.once.clear()

    def drop(self) -> None:
        """Close every connection, idle ones included."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            if self.refusing:
                connection.close()
                continue
            self.connections += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            thread.start()
            self._threads = [old for old in self._threads if old.is_alive()] + [thread]

    def _serve(self, connection: socket.socket) -> None:
        try:
            with suppress(OSError):
                buffer = b""
                while True:
                    request, buffer = self._read(connection, buffer)
                    if request is None:
                        return
                    self.received.append(request)
                    if self.witness is not None:
                        self.witness(request)
                    talk = Talk(connection, request)
                    try:
                        (self.once.popleft() if self.once else self.script)(talk)
                    except OSError:
                        request.gone_after = 0.0  # the gateway left while the script was still writing
                        return
                    if talk.over:
                        return
        finally:
            self._open.discard(connection)
            connection.close()

    def _read(self, connection: socket.socket, buffer: bytes) -> tuple[Received | None, bytes]:
        def more() -> bytes:
            data = connection.recv(1 << 20)
            self._bytes.append(data)
            return data

        while b"\r\n\r\n" not in buffer:
            data = more()
            if not data:
                return None, b""
            buffer += data
        head, _, rest = buffer.partition(b"\r\n\r\n")
        line, *rows = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
        length = int(headers.get("content-length", "0"))
        parts = [rest]
        size = len(rest)
        while size < length:
            data = more()
            if not data:
                return None, b""
            parts.append(data)
            size += len(data)
        rest = b"".join(parts)
        body = rest[:length]
        document: Any = None
        with suppress(ValueError):
            document = json.loads(body or b"{}", parse_int=lambda text: int(text) if len(text) < 4000 else text)
        with suppress(ValueError):  # a model may stand in the path
            document = asked(*line.split()[:2], headers, body)[2]
        return Received(head + b"\r\n\r\n" + body, line, headers, document if isinstance(document, dict) else {}), rest[length:]


def surrogates(text: str | bytes | Mapping[str, Any]) -> list[str]:
    """Return everything in `text` that has the form of a surrogate."""
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text if isinstance(text, str) else json.dumps(text)
    return re.findall(r"\b[A-Z][A-Z_]*_[0-9A-HJKMNP-TV-Z]{10}\b", text)


def sse_stream(*documents: Mapping[str, Any]) -> Script:
    """Answer a stream of events, each named by its type."""
    return stream([f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode() for one in documents])
