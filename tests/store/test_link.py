"""The writer's connection: answers of any size, faults that are told apart, a loss that is noticed, and nothing left in the loop."""

import asyncio

import psycopg
import pytest

from app.store import arrays
from app.store.link import Link
from tests.store.parts import store

pytestmark = pytest.mark.anyio


async def linked(built):
    link = Link(await built.database.raw())
    await link.prepare(b"twice", "SELECT unnest($1::bytea[]) UNION ALL SELECT unnest($1::bytea[])")
    await link.prepare(b"pid", "SELECT pg_backend_pid()::text")
    await link.prepare(b"wrong", "SELECT 1 / $1::int")
    return link


@pytest.mark.parametrize("size", [0, 1, 70_000, 9_000_000])  # the last is more than a socket takes at once
async def test_what_is_asked_is_answered(database_url, size):
    async with store(database_url, started=False) as built:
        link = await linked(built)
        for value in (b"a" * size, b"b" * size):
            (result,) = await link.run(b"twice", [arrays.byteas([value])])
            assert [result.get_value(row, 0) for row in range(result.ntuples)] == [value, value]
        await link.close()


async def test_a_statement_that_fails_leaves_the_connection_as_it_was(database_url):
    async with store(database_url, started=False) as built:
        link = await linked(built)
        for _ in range(2):
            with pytest.raises(psycopg.errors.DivisionByZero):
                await link.run(b"wrong", [bytes(4)])
        assert (await link.run(b"pid", []))[0].ntuples == 1
        assert not link.closed
        await link.close()


@pytest.mark.parametrize("asked", [False, True])
async def test_a_loss_is_noticed_with_and_without_a_question(database_url, asked):
    async with store(database_url, started=False) as built:
        link = await linked(built)
        await link.prepare(b"long", "SELECT pg_sleep(60)")
        pid = int((await link.run(b"pid", []))[0].get_value(0, 0))
        socket = link._socket
        waiting = asyncio.create_task(link.run(b"long", [])) if asked else None
        await asyncio.sleep(0.05)
        built.end(pid)
        if waiting is not None:
            with pytest.raises(psycopg.OperationalError):
                await asyncio.wait_for(waiting, 5)
        for _ in range(200):
            if link.closed:
                break
            await asyncio.sleep(0.01)
        assert link.closed
        with pytest.raises(psycopg.OperationalError):
            await link.run(b"pid", [])
        assert not asyncio.get_running_loop().remove_reader(socket)  # nothing is called any more about a socket that is gone
        await link.close()


async def test_a_closed_connection_leaves_nothing_in_the_loop(database_url):
    async with store(database_url, started=False) as built:
        for _ in range(3):
            link = await linked(built)
            socket = link._socket
            await link.close()
            assert not asyncio.get_running_loop().remove_reader(socket)
