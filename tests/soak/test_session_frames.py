"""What a frame costs: round trips through the gateway beside those through a relay that does nothing, in turn."""

import json
import socket
import statistics
import subprocess
import sys
import time
from contextlib import suppress

from websockets.sync.client import connect

from tests.gateway.test_sessions import Caller, calling, item
from tests.gateway_process import ROOT, eventually, world
from tests.session_upstream import SessionUpstream, playing

ROUNDS, EVENTS, BAR = 10, 200, 0.001  # seconds that a frame may add at the median
CONTROL = {"type": "response.cancel", "response_id": "resp_1"}
DELTA = {
    "type": "response.output_text.delta",
    "response_id": "r",
    "output_index": 0,
    "item_id": "i",
    "content_index": 0,
    "delta": "some words ",
}


def trips(caller: Caller, event, count: int) -> list[float]:
    message, took = json.dumps(event), []
    for _ in range(count):
        began = time.perf_counter()
        caller.connection.send(message)
        caller.connection.recv()
        took.append(time.perf_counter() - began)
    return took


def test_a_frame_adds_less_than_a_millisecond_at_the_median(postgres, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with world(postgres, tmp_path / "home", HUSHGATE_SESSION_RATE="1000000") as gateway, SessionUpstream() as provider:
        gateway.provide("openai", f"{provider.url}/v1", name="live")
        provider.script = playing(DELTA)
        address = f"ws{provider.url.removeprefix('http')}"
        bare = subprocess.Popen([sys.executable, "tests/soak/relay_of_sessions.py", str(port), address], cwd=ROOT)
        try:

            def reached():
                with suppress(OSError):
                    return connect(f"ws://127.0.0.1:{port}/v1/realtime", compression=None, proxy=None).__enter__()

            plain = Caller(eventually(reached, 20))
            with calling(gateway) as caller:
                caller.say(item("Write to maria.lopez@initech.com"))  # from here on every message of the provider is read
                caller.hear()
                relayed, words, said = [], [], []
                for number in range(ROUNDS):
                    relayed += trips(plain, CONTROL, EVENTS)
                    words += trips(caller, CONTROL, EVENTS)
                    said += trips(caller, item(f"Nothing of note, {number}"), EVENTS // 10)
            plain.connection.__exit__(None, None, None)
        finally:
            bare.terminate()
            bare.wait(10)
    for name, at in (("at the median", 50), ("at the tenth percentile", 10)):
        base, control, content = (statistics.quantiles(one, n=100)[at - 1] * 1000 for one in (relayed, words, said))
        print(
            f"\na round trip {name}: {base:.2f} ms through a bare relay, {control:.2f} ms with an event of words of the protocol, "
            f"{content:.2f} ms with one that is an intent of its own; a frame adds {(control - base) / 2:.2f} ms, "
            f"one that is an intent, inspected and committed, {(content - base) / 2:.2f} ms"
        )
    base, control = (statistics.median(one) for one in (relayed, words))
    assert (control - base) / 2 < BAR
