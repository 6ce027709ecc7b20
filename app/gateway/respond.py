"""Answer the client over plain ASGI: heads, chunks, and refusals in the dialect's own shape."""

import json
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.core.dialect import Dialect, Failure
from app.errors import Refused
from app.gateway.request import Send
from app.gateway.routes import DIALECTS, nearest

RETRY_AFTER = "1"
_LOG = logging.getLogger("hushgate.exchange")


class Responder:
    """One answer. `started` says whether its head has gone out, after which only the stream can carry an error."""

    def __init__(self, send: Send, *, session: bool = False) -> None:
        """Answer through `send`, until a session is accepted as one answers a request."""
        self._send = send
        self._kind = "websocket.http.response" if session else "http.response"
        self._since = 0.0  # when it began to hand on what it has not yet been rid of
        self._headers: list[tuple[bytes, bytes]] = []
        self.dialect: Dialect | None = None  # until the provider is known
        self.receipt = ""
        self.findings = ""
        self.started = False
        self.status = 0
        self.began = time.perf_counter()
        self.code = ""  # of the refusal, if it was one
        self.steps: list[tuple[str, float]] = []

    def mark(self, step: str) -> None:
        """Note that a step of the walk has ended."""
        self.steps.append((step, time.perf_counter()))

    def speak(self, dialect: str) -> None:
        """Shape errors as this dialect does."""
        self.dialect = DIALECTS[dialect]

    def identify(self, receipt: str, policy: str) -> None:
        """Name the receipt and the policy on whatever is answered."""
        self.receipt = receipt
        self.header("x-hushgate-receipt", receipt)
        self.header("x-hushgate-policy", policy)

    def report(self, counts: Mapping[str, int], missing: Mapping[str, Sequence[str]], *, monitored: bool) -> None:
        """Say what was found, by kind and number, and what nobody looked for because of the language."""
        if counts:
            self.findings = ",".join(f"{entity}={number}" for entity, number in counts.items())
            self.header("x-hushgate-findings", self.findings)
        unread = [f"{entity}={'|'.join(languages)}" for entity, languages in missing.items()]
        if unread:
            self.header("x-hushgate-not-inspected", ",".join(unread))
        if monitored:
            self.header("x-hushgate-mode", "monitor")

    def header(self, name: str, value: str) -> None:
        """Add a header to the answer."""
        self._headers.append((name.encode("latin-1"), value.encode("latin-1", "replace")))

    async def start(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """Send the head."""
        self.started, self.status = True, status
        await self._hand({"type": f"{self._kind}.start", "status": status, "headers": self._rows(headers)})

    def _rows(self, headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
        return [*self._headers, *((name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers)]

    async def chunk(self, body: bytes) -> None:
        """Send a piece of the body."""
        await self._hand({"type": f"{self._kind}.body", "body": body, "more_body": True})

    async def end(self, body: bytes = b"") -> None:
        """Send the last piece."""
        await self._hand({"type": f"{self._kind}.body", "body": body})

    async def _hand(self, message: dict[str, Any]) -> None:
        self._since = time.perf_counter()
        await self._send(message)
        self._since = 0.0

    def stuck(self, patience: float) -> bool:
        """Whether the client has taken nothing for `patience` seconds, although there is something."""
        return 0.0 < self._since < time.perf_counter() - patience

    async def whole(self, status: int, body: bytes, headers: Iterable[tuple[str, str]]) -> None:
        """Send head and body at once."""
        await self.start(status, [*headers, ("content-length", str(len(body)))])
        await self.end(body)

    async def accept(self, protocol: str | None, headers: Iterable[tuple[str, str]]) -> None:
        """Open the session that was asked for."""
        self.started, self.status = True, 101
        await self._hand({"type": "websocket.accept", "subprotocol": protocol, "headers": self._rows(headers)})

    async def message(self, text: str) -> None:
        """Send a message of a session; waits while the client does not read."""
        await self._hand({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """End a session."""
        await self._hand({"type": "websocket.close", "code": code, "reason": reason})

    async def empty(self) -> None:
        """Answer a probe."""
        await self.whole(200, b"", [("content-type", "application/json")])

    async def refuse(self, error: Refused, path: str) -> None:
        """Answer a refusal; a client that cannot heal it is told not to retry. `path` tells whose client asks if nothing else does."""
        self.code = error.code
        failure = Failure.of(error, self.receipt)
        headers = [("content-type", "application/json"), ("x-should-retry", "true" if error.retry else "false")]
        if error.retry:
            headers.append(("retry-after", RETRY_AFTER))
        await self.whole(error.status, json.dumps((self.dialect or nearest(path)).error(failure)).encode(), headers)
