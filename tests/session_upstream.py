"""A provider of sessions on a loopback socket that plays scripts and keeps every byte of every message it receives."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from app.gateway.sandbox_sessions import _Echo
from tests.gateway_process import eventually


@dataclass
class Call:
    """One session as the provider sees it."""

    connection: ServerConnection
    path: str
    headers: dict[str, str]
    messages: list[str] = field(default_factory=list)
    closed: tuple[int, str] | None = None  # code and reason of the gateway

    def say(self, *events: Any) -> None:
        for event in events:
            self.connection.send(event if isinstance(event, str | bytes) else json.dumps(event))

    def hear(self) -> Any:
        """The next event of the client, and the witness's chance to look."""
        message = self.connection.recv()
        self.messages.append(message if isinstance(message, str) else message.decode())
        return json.loads(message)


Script = Callable[[Call], None]


def echo(call: Call) -> None:
    """Answer as the sandbox does."""
    endpoint = "realtime" if "/realtime" in call.path else "responses.session"
    line = _Echo(endpoint, [])
    while True:
        event = call.hear()
        call.say(*(line.realtime(event) if endpoint == "realtime" else line.responses(event)))


def acknowledge(call: Call) -> None:
    """Say one word to each event."""
    while True:
        call.hear()
        call.say({"type": "heard"})


def playing(*events: Any) -> Script:
    """Say the same to each event of the client."""

    def script(call: Call) -> None:
        while True:
            call.hear()
            call.say(*events)

    return script


class SessionUpstream:
    """The provider. `calls` are its sessions; `record` is everything that ever came in one of them, heads included."""

    def __init__(self) -> None:
        self.script: Script = echo
        self.calls: list[Call] = []
        self.refusing: Callable[[ServerConnection, Any], Any] | None = None
        self._server: Server = serve(
            self._session,
            "127.0.0.1",
            0,
            process_request=self._door,
            select_subprotocol=lambda _connection, offered: next((name for name in offered if name == "realtime"), None),
            compression=None,
            close_timeout=1,
        )
        self.url = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"

    @property
    def call(self) -> Call:
        """Its first session, once the thread that serves it has begun."""
        first: Call = eventually(lambda: self.calls)[0]
        return first

    @property
    def record(self) -> bytes:
        return "\n".join("\n".join([call.path, repr(call.headers), *call.messages, repr(call.closed)]) for call in self.calls).encode()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        for call in self.calls:
            with suppress(Exception):
                call.connection.socket.close()
        self._thread.join(5)

    def reset(self) -> None:
        self.script, self.refusing = echo, None
        self.calls.clear()

    def _door(self, connection: ServerConnection, request: Any) -> Any:
        return self.refusing(connection, request) if self.refusing else None

    def _session(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        call = Call(connection, request.path, {name.lower(): value for name, value in request.headers.raw_items()})
        self.calls.append(call)
        try:
            self.script(call)
        except ConnectionClosed as error:
            call.closed = (error.rcvd.code, error.rcvd.reason) if error.rcvd else (1006, "")
