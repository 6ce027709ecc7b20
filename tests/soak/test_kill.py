"""kill -9 under load, again and again (`KILLS=100`): what was acknowledged has its record, once, and nothing left without an intent."""

import os
import threading
import time

import pytest

from tests.faults.test_kill import WORKERS, load
from tests.gateway_process import Canaries, eventually, world

KILLS = int(os.environ.get("KILLS", "100"))
TWICE = "SELECT count(*) FROM (SELECT FROM record WHERE kind <> 'admin' GROUP BY exchange, kind HAVING count(*) > 1) AS twice"


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("durability", ["strict", "spool"])
def test_nothing_acknowledged_is_lost(postgres, tmp_path, durability):
    began, acknowledged, slowest = time.monotonic(), [], 0.0
    with world(postgres, tmp_path / "home", HUSHGATE_DURABILITY=durability, HUSHGATE_INSPECT_DEADLINE="20") as running:
        if durability == "spool":
            running.upstream.witness = None  # an intent may be on this host's disk only
        for number in range(KILLS):
            canaries, stop, these = Canaries.fresh(), threading.Event(), []
            threads = [threading.Thread(target=load, args=(running, canaries, these, stop)) for _ in range(WORKERS)]
            for thread in threads:
                thread.start()
            eventually(lambda these=these, number=number: len(these) > 10 + number % 40, 30)
            if durability == "spool" and number % 2:
                running.proxy.down()
                want = len(these) + 10
                eventually(lambda these=these, want=want: len(these) > want, 30)
            running.kill()
            stop.set()
            for thread in threads:
                thread.join()
            running.proxy.up()
            restarted = time.monotonic()
            running.start()
            slowest = max(slowest, time.monotonic() - restarted)
            acknowledged += these
        running.assert_invariants(canaries, settle=30)
        intents = {model for (model,) in running.sql("SELECT model FROM record WHERE kind = 'intent'")}
        sent = {request.document["model"] for request in running.upstream.received}
        [(twice,)] = running.sql(TWICE)
    lost, unrecorded = set(acknowledged) - intents, sent - intents
    print(
        f"\n{durability}: {KILLS} × kill -9, {len(acknowledged)} acknowledged, {len(lost)} lost, {len(sent)} sent, {len(unrecorded)} without"
        f" intent, {twice} twice, slowest restart {slowest:.1f} s, {time.monotonic() - began:.0f} s in all"
    )
    assert (lost, unrecorded, twice) == (set(), set(), 0)
