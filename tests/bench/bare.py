"""The yardstick: Starlette that relays and does nothing else, over the fastest client measured, or over aiohttp for comparison."""

import argparse

import aiohttp
import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from app.gateway.transport import ALLOW_PRIVATE, PinnedTransport

HEADERS = {"content-type": "application/json", "authorization": "Bearer sk-test-upstream"}
clients: dict[str, aiohttp.ClientSession] = {}  # made inside the event loop, by the first request


async def over_aiohttp(request):
    if not clients:
        clients["session"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar())
    answer = await clients["session"].post(str(request.app.state.upstream), data=await request.body(), headers=HEADERS)
    if answer.content_type == "text/event-stream":
        return StreamingResponse(answer.content.iter_any(), answer.status, media_type=answer.content_type)
    return Response(await answer.read(), answer.status, media_type=answer.content_type)


async def over_pinned(request, transport=PinnedTransport(), extensions={ALLOW_PRIVATE: True, "timeout": {"read": 60}}):  # noqa: B006, B008 - one each
    outgoing = httpx.Request("POST", request.app.state.upstream, content=await request.body(), headers=HEADERS, extensions=extensions)
    answer = await transport.handle_async_request(outgoing)
    if (kind := answer.headers["content-type"]) == "text/event-stream":
        return StreamingResponse(answer.stream, answer.status_code, media_type=kind)
    return Response(b"".join([chunk async for chunk in answer.stream]), answer.status_code, media_type=kind)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True, help="where each POST goes, whole")
    parser.add_argument("--client", choices=["pinned", "aiohttp"], default="pinned")
    arguments = parser.parse_args()
    relay = over_pinned if arguments.client == "pinned" else over_aiohttp
    app = Starlette(routes=[Route("/v1/chat/completions", relay, methods=["POST"])])
    app.state.upstream = httpx.URL(arguments.upstream)
    uvicorn.run(app, port=arguments.port, loop="uvloop", http="httptools", access_log=False, log_level="warning")
