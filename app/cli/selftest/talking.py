"""Sessions over a WebSocket: the self-test as a client of them, and as the provider that acknowledges each event."""

import json
from contextlib import ExitStack
from typing import Any, Final

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.sync.client import ClientConnection, connect

SEEN: Final = "selftest.seen"
_PATIENCE: Final = 30  # seconds
Heard = tuple[int, str, bytes]  # status, head and body, as if it had been a request


class Talker:
    """One thread's sessions: an open one is used again for the next event to the same address."""

    def __init__(self) -> None:
        """Start with none."""
        self._key: Any = None
        self._open: ClientConnection | None = None
        self._stack = ExitStack()

    def ask(self, url: str, headers: dict[str, str], event: Any) -> Heard:
        """Open a session, or go on in it, say one event if there is one, and return what became of it."""
        try:
            if self._open is None or self._key != (url, headers):
                self.close()
                session = connect(
                    url,
                    additional_headers=headers,
                    open_timeout=_PATIENCE,
                    compression=None,
                    proxy=None,
                    max_size=None,
                    user_agent_header=None,
                )
                self._open = self._stack.enter_context(session)
                self._key = (url, headers)
            return _said(self._open, event) if event is not None else (200, "", b"")
        except InvalidStatus as refused:
            self.close()
            return refused.response.status_code, str(refused.response.headers), bytes(refused.response.body or b"")
        except (OSError, WebSocketException) as error:
            self.close()
            return 599, "", type(error).__name__.encode()

    def close(self) -> None:
        """Close what is open."""
        self._stack.close()
        self._open = None


def _said(session: ClientConnection, event: Any) -> Heard:
    session.send(json.dumps(event))
    while True:
        text = session.recv(_PATIENCE)
        told = json.loads(text)
        if told.get("type") in {SEEN, "error"}:
            return 200 if told["type"] == SEEN else 400, "", text if isinstance(text, bytes) else text.encode()


class Acknowledging:
    """The provider's side of one session, without I/O: bytes in, bytes out, and every event of the gateway kept."""

    def __init__(self) -> None:
        """Wait for the handshake."""
        self._protocol = ServerProtocol(max_size=None)
        self.events: list[bytes] = []

    def feed(self, data: bytes) -> bytes:
        """Take bytes as they came, and return what is to be sent."""
        protocol = self._protocol
        protocol.receive_data(data)
        for one in protocol.events_received():
            if isinstance(one, Request):
                protocol.send_response(protocol.accept(one))
            elif isinstance(one, Frame) and one.opcode is Opcode.TEXT:
                self.events.append(bytes(one.data))
                protocol.send_text(json.dumps({"type": SEEN}).encode())
        return b"".join(protocol.data_to_send())
