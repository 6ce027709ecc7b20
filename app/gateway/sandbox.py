"""The sandbox provider: answers in each dialect without network by echoing what it was sent, whole or streamed.

It speaks the providers' real formats, so an SDK pointed at it works; it calls the first tool it is offered, once.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

import httpx

from app.core.dialect import Failure
from app.gateway import sandbox_anthropic, sandbox_openai
from app.gateway.reply import Endpoints, Json, Reply, echo
from app.gateway.routes import DIALECTS, match

_DIALECTS: Final[Mapping[str, Endpoints]] = {"openai": sandbox_openai.ENDPOINTS, "anthropic": sandbox_anthropic.ENDPOINTS}
_COMPATIBLE: Final = sandbox_openai.ENDPOINTS  # of every other dialect

_KEEPS_NOTHING: Final = Failure(
    404,
    "sandbox_keeps_nothing",
    "The sandbox keeps nothing and answers only what needs no memory. Ask a provider: hushgate provider set --help",
)


def answer(dialect: str, endpoint: str, request: Json, reply: Reply | None = None) -> Json:
    """Return a reply, the echo unless told otherwise, as the whole answer of an endpoint to a request."""
    return _DIALECTS.get(dialect, _COMPATIBLE)[endpoint][0](request, echo(request) if reply is None else reply)


def events(dialect: str, endpoint: str, whole: Json) -> Iterator[bytes]:
    """Return the frames of a whole answer, streamed as the endpoint streams."""
    for name, data in _DIALECTS.get(dialect, _COMPATIBLE)[endpoint][1](whole):
        head = f"event: {name}\n" if name else ""
        yield f"{head}data: {data}\n\n".encode()


def asked(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str, Json]:
    """Return the dialect and the endpoint of a request as a provider sees it, and its document; raises ValueError.

    Some paths are the same in every dialect: then the credential's header tells.
    """
    anthropic = "x-api-key" in headers or "anthropic-version" in headers
    for dialect in sorted(_DIALECTS, reverse=not anthropic):
        endpoint, names = match(dialect, method, unquote(path.partition("?")[0]))
        if endpoint is not None:
            return dialect, endpoint.name, {**json.loads(body or b"{}"), **names}
    raise ValueError("a path that nobody sends")


class _Frames(httpx.AsyncByteStream):
    def __init__(self, frames: Iterator[bytes]) -> None:
        self._frames = frames

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for frame in self._frames:
            yield frame


class SandboxTransport(httpx.AsyncBaseTransport):
    """A provider behind the same interface as the network, at `http://sandbox/{dialect}`."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer at once."""
        dialect, _, path = request.url.path.removeprefix("/").partition("/")
        endpoint, names = match(dialect, request.method, "/" + path)
        assert endpoint is not None  # noqa: S101 - only what a route was found for is sent
        body = await request.aread()
        if endpoint.name not in _DIALECTS.get(dialect, _COMPATIBLE):
            return httpx.Response(_KEEPS_NOTHING.status, json=DIALECTS[dialect].error(_KEEPS_NOTHING))
        document = json.loads(body or b"{}")
        whole = answer(dialect, endpoint.name, {**document, **names})
        if document.get("stream") is True:
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=_Frames(events(dialect, endpoint.name, whole)))
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=_Frames(iter([json.dumps(whole).encode()])))
