"""The yardstick: Starlette over aiohttp that relays and does nothing else, `python -m tests.bench.bare --port P --upstream URL`."""

import argparse

import aiohttp
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

session: list[aiohttp.ClientSession] = []  # made inside the event loop, by the first request


async def relay(request):
    if not session:
        session.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()))
    headers = {"content-type": request.headers["content-type"], "authorization": "Bearer sk-test-upstream"}
    answer = await session[0].post(request.app.state.upstream, data=await request.body(), headers=headers)
    if answer.content_type == "text/event-stream":
        return StreamingResponse(answer.content.iter_any(), answer.status, media_type=answer.content_type)
    return Response(await answer.read(), answer.status, media_type=answer.content_type)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True, help="where each POST goes, whole")
    arguments = parser.parse_args()
    app = Starlette(routes=[Route("/v1/chat/completions", relay, methods=["POST"])])
    app.state.upstream = arguments.upstream
    uvicorn.run(app, port=arguments.port, loop="uvloop", http="httptools", access_log=False, log_level="warning")
