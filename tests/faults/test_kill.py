"""kill -9 under load: whatever the provider received has a committed intent, orphans are closed as aborted, nothing twice."""

import threading
import time

import httpx
import pytest

from tests.gateway_process import DIALECTS, Canaries, ask, eventually
from tests.upstream import begun, echo, silent

WORKERS = 6


def load(gateway, canaries, acknowledged, stop):
    """Send requests until told to stop; note the models of those that were answered whole."""
    number = 0
    while not stop.is_set():
        number += 1
        dialect = DIALECTS[number % 2]
        document = ask(dialect, canaries.text, stream=number % 3 == 0)
        try:
            if gateway.post(dialect, document).status == 200:
                acknowledged.append(document["model"])
        except httpx.TransportError:
            return


@pytest.mark.parametrize("round_", range(3))
def test_after_a_kill_under_load_the_record_is_whole(running, round_):
    canaries, acknowledged, stop = Canaries.fresh(), [], threading.Event()
    running.upstream.reset()

    def slowly(talk):
        time.sleep(0.002 * (len(running.upstream.received) % 7))
        echo(talk)

    running.upstream.script = slowly
    threads = [threading.Thread(target=load, args=(running, canaries, acknowledged, stop)) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(acknowledged) > 30 + 20 * round_)
    running.kill()
    stop.set()
    for thread in threads:
        thread.join()
    running.start()
    assert len(running.upstream.received) >= len(acknowledged)
    running.assert_invariants(canaries)
    intents = {model for (model,) in running.sql("SELECT model FROM record WHERE kind = 'intent'")}
    assert {request.document["model"] for request in running.upstream.received} <= intents
    assert set(acknowledged) <= intents


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("script", [silent, begun(3, silent)], ids=["waiting", "mid-stream"])
def test_what_was_under_way_is_closed_as_aborted(running, dialect, script):
    canaries = Canaries.fresh()
    running.upstream.reset()
    running.upstream.script = script
    document = ask(dialect, canaries.text, stream=True)
    errors = []

    def post():
        try:
            running.post(dialect, document)
        except httpx.TransportError as error:
            errors.append(error)

    before = len(running.upstream.received)
    thread = threading.Thread(target=post)
    thread.start()
    eventually(lambda: len(running.upstream.received) > before)
    running.kill()
    thread.join()
    running.start()
    assert eventually(lambda: running.outcomes(document["model"])[1:]) == [("completion", "aborted")]
    running.assert_invariants(canaries)


def test_a_restart_in_good_order_ends_what_is_open(running):
    canaries = Canaries.fresh()
    running.upstream.reset()
    running.restart()
    running.assert_invariants(canaries)
