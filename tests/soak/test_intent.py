"""What the intent costs at 64 concurrent requests: its commit with the ledger's trigger beside it without, in turns; figures are printed."""

import asyncio
import os
import statistics
import time
from uuid import UUID

import psycopg
import pytest

from app.crypto.envelope import Context, WrappingKey, seal
from app.store.writer import Work
from tests.store.parts import record, store

pytestmark = pytest.mark.anyio
ROUNDS, EACH, CONCURRENT = 6, 1500, 64


async def _round(built):
    times, left = [], iter(range(EACH))

    async def one():
        for _ in left:
            began = time.perf_counter()
            await built.writer.now(Work([record(sealed=os.urandom(400))]))
            times.append(time.perf_counter() - began)

    await asyncio.gather(*(one() for _ in range(CONCURRENT)))
    return statistics.median(times) * 1000


async def test_the_trigger_costs_the_intent_little(database_url):
    found = {"DISABLE": [], "ENABLE": []}
    async with store(database_url, patience=30.0) as built:
        await _round(built)
        for _ in range(ROUNDS):
            for state, medians in found.items():
                with psycopg.connect(database_url, autocommit=True) as connection:
                    connection.execute(f"ALTER TABLE record {state} TRIGGER pending")
                medians.append(await _round(built))
    without, with_trigger = statistics.median(found["DISABLE"]), statistics.median(found["ENABLE"])
    print(
        f"\nintent, p50 at {CONCURRENT} concurrent: {without:.2f} ms without the trigger, {with_trigger:.2f} ms with it (load {os.getloadavg()[0]:.1f})"
    )
    assert with_trigger - without < 1.5


def test_an_envelope_of_two_kilobytes():
    key, text, place = WrappingKey(UUID(int=1), bytes(32)), os.urandom(2048), Context("team", "record", (UUID(int=2),))
    began = time.process_time()
    for _ in range(5000):
        seal(key, text, place)
    each = (time.process_time() - began) / 5000 * 1e6
    print(f"\nenvelope of 2 kB: {each:.1f} µs of CPU")
    assert each < 30
