"""A raw server on loopback that plays scripts: the provider that the transport's tests talk to."""

import asyncio
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
import uvloop

from app.gateway.transport import ALLOW_PRIVATE, PinnedTransport

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
each_loop = pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])


async def read(reader):
    """One request, whole."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = [line.partition(b":")[2] for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    return head + (await reader.readexactly(int(length[0])) if length else b"")


@asynccontextmanager
async def provider(script, **options):
    """A raw server; `script(seen, reader, writer)` serves one connection, `seen` lists the requests read."""
    seen, tasks = [], set()

    async def connection(reader, writer):
        tasks.add(asyncio.current_task())
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await script(seen, reader, writer)
        writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0, **options)
    transport = PinnedTransport()
    try:
        yield server.sockets[0].getsockname()[1], transport, seen
    finally:
        await transport.aclose()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)


def always(*answers):
    """Serve these bytes, in order, one per request; the last one for ever."""

    async def script(seen, reader, writer):
        while True:
            seen.append(await read(reader))
            writer.write(answers[min(len(seen), len(answers)) - 1])
            await writer.drain()

    return script


def once(answer, *, reset=False):
    """Serve these bytes, then close (or reset) the connection."""

    async def script(seen, reader, writer):
        seen.append(await read(reader))
        writer.write(answer)
        await writer.drain()
        await asyncio.sleep(0.02)
        if reset:
            writer.transport.get_extra_info("socket").setsockopt(1, 13, b"\x01\0\0\0\0\0\0\0")  # SO_LINGER 0: RST
            writer.transport.abort()

    return script


def post(port, *, read_timeout=5.0, host="127.0.0.1", private=True, method="POST", content=b"{}", **given):
    timeout = {"connect": 2.0, "read": read_timeout}
    url = f"http://{host}:{port}/v1/chat/completions"
    return httpx.Request(method, url, content=content, extensions={"timeout": timeout, ALLOW_PRIVATE: private}, **given)


async def body(response):
    return b"".join([chunk async for chunk in response.stream])


async def fetch(transport, port, **given):
    return await body(await transport.handle_async_request(post(port, **given)))


def play(loop, script, test, **options):
    """Run `test(port, transport, seen)` against the script, in a loop of that kind."""

    async def run():
        async with provider(script, **options) as (port, transport, seen):
            await test(port, transport, seen)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(run())
