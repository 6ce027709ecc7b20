"""The pool: long documents in pieces, processes that end or are stopped, and what an inspection process may not do."""

import asyncio
import os
import signal
import time

import pytest

from app.config import Settings
from app.errors import DetectorUnavailable, SetupError, TooMany
from app.gateway import pool as pool_module
from app.gateway.pool import PIECE, Pool, _pieces

MODULE = "tests.gateway.finders"


def within(work, **settings):
    """Run `work(pool)` with a pool of its own."""

    async def run():
        pool = Pool(Settings(**{"detectors": MODULE, "inspect_deadline": 1.5, **settings}))
        try:
            await pool.start()
            return await work(pool)
        finally:
            await pool.stop()

    return asyncio.run(run())


def spans(found, texts):
    return [[text[f.start : f.end] for f in findings if f.entity == "EMAIL_ADDRESS"] for findings, text in zip(found, texts, strict=True)]


async def _until(true, seconds=10):
    for _ in range(seconds * 100):
        if true():
            return
        await asyncio.sleep(0.01)
    pytest.fail("waited in vain")


def pids(pool):
    return {process.process.pid for process in pool._all}


@pytest.mark.parametrize("sizes", [[], [0], [PIECE], [PIECE, 1], [1] * 5, [PIECE // 2] * 5, [3 * PIECE, 1, 1, 3 * PIECE]])
def test_pieces_hold_every_text_once_in_order(sizes):
    pieces = list(_pieces(["x" * size for size in sizes]))
    assert [index for piece in pieces for index in piece] == list(range(len(sizes)))
    assert all(len(piece) == 1 or sum(sizes[index] for index in piece) <= PIECE for piece in pieces)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_long_document_is_inspected_in_pieces(processes):
    texts = [f"{'lorem ipsum ' * (1000 + number)} a{number}@example.com" for number in range(7)]

    async def work(pool):
        return await pool.scan(texts)

    found = within(work, inspect_processes=processes, inspect_deadline=5)
    assert spans(found, texts) == [[f"a{number}@example.com"] for number in range(7)]


def test_who_has_little_is_not_kept_by_who_has_much():
    async def work(pool):
        long = asyncio.create_task(pool.scan(["WAIT" + "x" * PIECE] * 5))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        await pool.scan(["short"])
        short = time.monotonic() - began
        await long
        return short, time.monotonic() - began

    short, long = within(work)
    assert short < 0.5 < long  # each of the five takes 0.2 s


def test_one_bad_piece_refuses_the_document_and_costs_one_process():
    async def work(pool):
        before = pids(pool)
        with pytest.raises(DetectorUnavailable):
            await pool.scan(["x" * PIECE, "CRASH" + "x" * PIECE, "x" * PIECE, "x" * PIECE])
        assert len(before & pids(pool)) == 1
        await _until(lambda: len(pids(pool)) == 2)  # its successor loads what it needs
        return await pool.scan(["to a@example.com"])

    assert spans(within(work, inspect_processes=2), ["to a@example.com"]) == [["a@example.com"]]


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_ends_while_idle_costs_no_request(way):
    async def work(pool):
        for _ in range(3):
            (pid,) = pids(pool)
            os.kill(pid, way)
            await _until(lambda pid=pid: pid not in pids(pool))
            await pool.scan(["text"])
            assert pid not in pids(pool)

    within(work, inspect_deadline=5)


def test_a_stopped_process_is_killed_and_replaced():
    async def work(pool):
        (pid,) = pids(pool)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(DetectorUnavailable, match="too long"):
            await pool.scan(["text"])
        await pool.scan(["text"])
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    within(work)


def test_a_process_that_is_stopped_while_it_starts_is_replaced_long_before_a_first_start_would_be_given_up():
    async def work(pool):
        (first,) = pids(pool)
        began = time.monotonic()
        os.kill(first, signal.SIGKILL)
        await _until(lambda: pids(pool) and pids(pool) != {first})
        (second,) = pids(pool)
        os.kill(second, signal.SIGSTOP)
        await _until(lambda: pids(pool) and pids(pool) != {second}, 29)
        await _until(lambda: pool._idle, 29)
        assert time.monotonic() - began < pool_module.START_TIMEOUT
        return await pool.scan(["a@example.com"])

    assert spans(within(work, inspect_processes=1), ["a@example.com"]) == [["a@example.com"]]


@pytest.mark.anyio
async def test_what_takes_longer_to_start_than_it_did_is_given_longer(monkeypatch):
    pool, given = Pool(Settings()), []

    async def slow(_self):
        given.append(pool._patience)
        raise TimeoutError

    monkeypatch.setattr(pool_module._Process, "read", slow)
    pool._patience = 2.0
    for _ in range(6):
        with pytest.raises(TimeoutError):
            await pool._spawn()
    assert given == [2, 4, 8, 16, 30, 30]


def test_a_full_queue_refuses_before_work_starts(monkeypatch):
    monkeypatch.setattr(pool_module, "QUEUE", 3)

    async def work(pool):
        waiting = [asyncio.create_task(pool.scan(["WAIT"])) for _ in range(4)]  # one runs, three wait
        await asyncio.sleep(0.02)
        with pytest.raises(TooMany):
            await pool.scan(["text"])
        await asyncio.gather(*waiting)
        await pool.scan(["text"])

    within(work, inspect_deadline=5)


@pytest.mark.parametrize("word", ["CONNECT", "RESOLVE", "SENDTO"])
def test_a_detector_reaches_nobody(word, caplog):
    async def work(pool):
        with pytest.raises(DetectorUnavailable):
            await pool.scan([word])
        await pool.scan(["text"])

    within(work, inspect_deadline=5)
    assert "NoConnection" in caplog.text


def test_a_module_that_prints_while_it_loads_does_no_harm(capfd):
    within(lambda pool: pool.scan(["x"]))
    assert "hello from the finders" in capfd.readouterr().err


def test_a_module_that_cannot_be_loaded_stops_the_start(capfd):
    with pytest.raises(SetupError):
        within(lambda pool: pool.scan(["x"]), detectors="tests.gateway.no_such_module")
    capfd.readouterr()


def test_every_process_starts_at_once():
    """Each sleeps 1.5 s while it loads; one after the other they would sleep four times."""

    def seconds(processes):
        began = time.monotonic()
        within(lambda pool: pool.scan(["x"]), inspect_processes=processes, detectors="tests.gateway.slow_finder")
        return time.monotonic() - began

    assert seconds(4) < 4 * seconds(1) - 2.2


def test_nobody_waits_for_a_model_to_load():
    within(lambda pool: pool.scan(["x"]), detectors="tests.gateway.slow_finder", inspect_deadline=0.6)
