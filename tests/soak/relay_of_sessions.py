"""The yardstick of sessions: a WebSocket relay that does nothing else, over the same library."""

import asyncio
import sys

import uvloop
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve


async def main(port: int, upstream: str) -> None:
    async def relay(near):
        async with connect(upstream + near.request.path, compression=None, max_size=None, proxy=None) as far:

            async def pump(source, sink):
                async for message in source:
                    await sink.send(message)

            await asyncio.wait(
                [asyncio.ensure_future(pump(near, far)), asyncio.ensure_future(pump(far, near))], return_when="FIRST_COMPLETED"
            )

    async with serve(relay, "127.0.0.1", port, compression=None, max_size=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
