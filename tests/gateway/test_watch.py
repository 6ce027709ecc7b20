"""A watch cancels the work for a client that has left, whenever that was, and nothing once it has ended."""

import asyncio

import pytest

from app.gateway.request import LEFT, TOLD, Request
from app.gateway.respond import Responder
from app.gateway.watch import Watch


def request(**state):
    scope = {"method": "POST", "path": "/", "query_string": b"", "headers": [(b"host", b"x")], "state": state}
    return Request(scope, None), scope["state"]


@pytest.mark.parametrize("when", ["before", "meanwhile", "never", "after"])
def test_a_client_that_leaves_ends_the_work(when):
    asked, state = request(**({LEFT: True} if when == "before" else {}))

    async def work():
        watch = Watch(asked, Responder(None), 10)
        try:
            if when == "meanwhile":
                asyncio.get_running_loop().call_soon(state[TOLD])
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            return watch.left
        finally:
            watch.end()
        if when == "after":
            assert state[TOLD] is None
            state[LEFT] = True
            await asyncio.sleep(0)
        return watch.left

    assert asyncio.run(work()) is (when in {"before", "meanwhile"})
