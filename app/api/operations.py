"""What machines ask of the admin port, whatever the role of the process: is it alive, is it ready, how does it do."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

_JSON: Final = "application/json"


class Operations:
    """An ASGI application in front of the admin API, or alone in a process that has none."""

    def __init__(self, ready: Callable[[], Awaitable[bool | str]], metrics: Callable[[], str], behind: ASGIApp | None = None) -> None:
        """Answer `/healthz`, `/readyz` and `/metrics`; the rest is for `behind`."""
        self._ready = ready
        self._metrics = metrics
        self._behind = behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Nothing here is about anybody, so nobody must prove who he is."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path in {"/healthz", "/readyz"}:
            good = path == "/healthz" or await self._ready()
            await _answer(send, 200 if good else 503, _JSON, _json({"status": worded(good)}))
        elif scope["type"] == "http" and path == "/metrics":
            await _answer(send, 200, "text/plain; version=0.0.4; charset=utf-8", self._metrics().encode())
        elif self._behind is not None:
            await self._behind(scope, receive, send)
        else:
            await _answer(send, 404, "application/problem+json", _json({"title": "this process serves no admin API", "status": 404}))


def worded(ready: bool | str) -> str:
    """Return what `/readyz` says: `ok`, `unavailable`, or the word for how exchanges are served all the same."""
    return ready if isinstance(ready, str) else "ok" if ready else "unavailable"


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()


async def _answer(send: Send, status: int, sort: str, body: bytes) -> None:
    headers = [(b"content-type", sort.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
