"""One request as it came in: method, path, headers with their caps, and a body that is read once and never past its limit."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl

from app.core.dialect import SESSION
from app.errors import BadDocument, BadHeader, ClientSlow, TooLarge, WrongContentType

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LEAVE: Final = "hushgate.leave"  # what a session is told when the process ends: nothing new, and close once the answer is out
LEFT: Final = "hushgate.left"  # in the scope's state: whether the client has closed the connection
TOLD: Final = "hushgate.told"  # who is to be told
MAX_HEADERS: Final = 128
MAX_HEADER_BYTES: Final = 32 * 1024
_SINGLE: Final = frozenset(
    {"host", "authorization", "x-api-key", "api-key", "x-goog-api-key", "x-hushgate-key", "content-type", "content-length"}
)
_JSON: Final = re.compile(r"application/json\s*(;\s*charset\s*=\s*\"?utf-?8\"?\s*)?", re.IGNORECASE)


class ClientGone(Exception):
    """The client closed the connection."""


class Request:
    """A request of the data plane, over plain ASGI."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        """Read the head; raise BadHeader if it is oversized or ambiguous."""
        self.method: str = scope.get("method", SESSION)
        self.protocols: tuple[str, ...] = tuple(scope.get("subprotocols", ()))
        self.path: str = scope["path"]
        self.query: dict[str, str] = (
            dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)) if scope["query_string"] else {}
        )
        self._receive, self._state = receive, scope.setdefault("state", {})
        self.close: Callable[[], None] = lambda: None  # lets go of what its body was put on, if anything
        self.headers: dict[str, str] = {}
        size = 0
        raw = scope["headers"]
        for name, value in raw:
            size += len(name) + len(value)
            key = name.decode("latin-1")
            if key in self.headers and key in _SINGLE:
                raise BadHeader("a header that must stand once is repeated", where=key, hint="Send it once")
            text = value.decode("latin-1")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text
        if len(raw) > MAX_HEADERS or size > MAX_HEADER_BYTES:
            raise BadHeader(f"more than {MAX_HEADERS} headers or {MAX_HEADER_BYTES} bytes of them", hint="Send fewer headers")
        if "host" not in self.headers:
            raise BadHeader("the Host header is missing", where="host", hint="Send exactly one Host header")

    async def body(self, limit: int, patience: float, *, optional: bool = False) -> bytes:
        """Read the JSON body whole, each part within `patience` seconds; `optional`: there may be none.

        Raises WrongContentType, TooLarge, ClientSlow, BadDocument, ClientGone.
        """
        sort = self.headers.get("content-type", "")
        if not _JSON.fullmatch(sort) and not (optional and not sort):
            raise WrongContentType(
                "the body must be application/json", where="content-type", hint="Send UTF-8 JSON; other types cannot be inspected here"
            )
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            raise WrongContentType("the body is compressed", where="content-encoding", hint="Send the body without Content-Encoding")
        announced = self.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            raise _too_large(limit)
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self._part(patience)
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            chunks.append(chunk)
            if not message.get("more_body"):
                break
        if not size and not optional:
            raise BadDocument("the body is empty", where="body", hint="Send one JSON document")
        if size and not sort:
            raise WrongContentType("a body comes without its type", where="content-type", hint="Send UTF-8 JSON as application/json")
        return b"".join(chunks) if len(chunks) > 1 else chunks[0]

    async def pieces(self, limit: int, patience: float) -> AsyncIterator[bytes]:
        """Read a body of any type, piece by piece. Raises WrongContentType, TooLarge, ClientSlow, ClientGone."""
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            raise WrongContentType("the body is compressed", where="content-encoding", hint="Send the body without Content-Encoding")
        size, more = 0, True
        while more:
            message = await self._part(patience)
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            yield chunk
            more = message.get("more_body", False)

    async def nothing(self, patience: float) -> None:
        """Read to the end a request that has no body. Raises BadDocument if it has one, ClientSlow, ClientGone."""
        more = self.method != SESSION or (await self._receive())["type"] != "websocket.connect"
        while more:
            message = await self._part(patience)
            if message.get("body"):
                raise BadDocument("a request of this route has no body", where="body", hint="Send it without one")
            more = message.get("more_body", False)

    async def event(self) -> MutableMapping[str, Any]:
        """Return what the client of a session does next, as ASGI tells it."""
        return await self._receive()

    async def _part(self, patience: float) -> MutableMapping[str, Any]:
        try:
            async with asyncio.timeout(patience):
                message = await self._receive()
        except TimeoutError:
            raise ClientSlow("the body did not arrive in time", where="body", hint="Send it again, without a pause") from None
        if message["type"] != "http.request":
            raise ClientGone
        return message

    def watch(self, told: Callable[[], None] | None) -> None:
        """Have `told` called when the client has closed the connection, at once if it has; None: nobody listens any more."""
        self._state[TOLD] = told
        if told is not None and self._state.get(LEFT):
            told()


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body is larger than {limit} bytes", where="body", hint="Send less, or raise HUSHGATE_MAX_BODY")
