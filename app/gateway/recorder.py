"""A provider on a loopback socket that records every byte it receives and answers by a script, whole or streamed."""

import json
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self

from app.gateway.reply import Json, Reply
from app.gateway.sandbox import answer, asked, events

_PACE: Final = 0.0005  # seconds between two events, so that they come in packets of their own


@dataclass(frozen=True)
class Refusal:
    """An error of the provider: its status, headers and document."""

    status: int
    document: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


Script = Callable[[str, Json], Reply | Refusal]  # dialect, request → what the model says


@dataclass(frozen=True)
class Received:
    """One request as it came over the socket, and what was answered."""

    dialect: str
    raw: bytes = field(repr=False)
    document: Json = field(repr=False)
    answer: Json = field(repr=False)


class Recorder(socketserver.ThreadingTCPServer):
    """The provider. `received` holds its requests in the order in which they came."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Script, connection: "type[Connection] | None" = None) -> None:
        """Listen on a free port of loopback, and answer by `script`, in the way of a `connection` of one's own if need be."""
        super().__init__(("127.0.0.1", 0), connection or Connection)
        self.script = script
        self.received: list[Received] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop, and let the connections go."""
        self.shutdown()
        self.server_close()


class Connection(socketserver.StreamRequestHandler):
    """One connection of the gateway: HTTP/1.1, one request after the other."""

    disable_nagle_algorithm = True
    server: Recorder

    def handle(self) -> None:
        """Answer until the gateway closes."""
        while (line := self.rfile.readline()).strip():
            self.exchange(line)

    def read(self, line: bytes) -> tuple[bytes, dict[str, str], bytes]:
        """Return the head of a request as it came, its headers by name, and its body."""
        raw, headers = [line], {}
        while (field := self.rfile.readline()).strip():
            raw.append(field)
            name, _, value = field.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        return b"".join([*raw, b"\r\n"]), headers, self.rfile.read(int(headers.get("content-length", "0")))

    def exchange(self, line: bytes) -> None:
        """Read a request, note it, and answer by the script."""
        head, headers, body = self.read(line)
        method, path, _ = line.decode("latin-1").split()
        dialect, endpoint, document = asked(method, path, headers, body)
        reply = self.server.script(dialect, document)
        whole = dict(reply.document) if isinstance(reply, Refusal) else answer(dialect, endpoint, document, reply)
        self.server.received.append(Received(dialect, head + body, document, whole))
        if isinstance(reply, Refusal):
            self.whole(reply.status, whole, reply.headers)
        elif document.get("stream") is True:
            self._stream(dialect, endpoint, whole)
        else:
            self.whole(HTTPStatus.OK, whole, {})

    def whole(self, status: int, document: Json, headers: Mapping[str, str]) -> None:
        """Answer a document."""
        body = json.dumps(document).encode()
        rows = {"content-type": "application/json", "content-length": str(len(body)), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in rows.items())
        self.wfile.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}\r\n".encode() + body)

    def _stream(self, dialect: str, endpoint: str, whole: Json) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        *frames, last = events(dialect, endpoint, whole)
        for frame in frames:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(frame), frame))
            time.sleep(_PACE)
        self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(last), last))
