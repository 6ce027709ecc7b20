"""What a process remembers: bounded, at most a minute, of one generation, and nothing while nobody listens."""

from dataclasses import dataclass

import pytest

from app.core.surrogate import Original
from app.store.directory import Directory
from app.store.generation import MAX_AGE, Generation, Memory
from tests.gateway_process import Proxy
from tests.store.parts import KEYRING, store
from tests.store.test_vault import ALICE, TEXT, kept
from tests.store.test_writer import until


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def generation():
    made = Generation()
    made.live = True
    return made


def test_what_was_read_is_remembered_for_a_minute(generation):
    clock = Clock()
    memory = Memory[str, int](generation, 10, clock)
    memory.put("a", 1, generation.number)
    clock.now = MAX_AGE - 0.001
    assert memory.get("a") == 1
    clock.now = MAX_AGE
    assert memory.get("a") is None


def test_a_change_makes_everything_forgotten(generation):
    memories = [Memory[str, int](generation, 10) for _ in range(3)]
    for memory in memories:
        memory.put("a", 1, generation.number)
    generation.bump()
    assert [memory.get("a") for memory in memories] == [None] * 3


def test_what_was_read_before_a_change_is_not_kept_after_it(generation):
    memory = Memory[str, int](generation, 10)
    since = generation.number
    generation.bump()
    memory.put("a", 1, since)
    assert memory.get("a") is None


def test_while_nobody_listens_nothing_is_remembered(generation):
    memory = Memory[str, int](generation, 10)
    generation.live = False
    memory.put("a", 1, generation.number)
    assert memory.get("a") is None


def test_the_oldest_makes_room_and_renewing_makes_young(generation):
    memory = Memory[int, int](generation, 3)
    for key in (1, 2, 3, 1, 4):
        memory.put(key, key, generation.number)
    assert [key for key in range(5) if memory.get(key)] == [1, 3, 4]
    assert repr(memory) == "Memory(3)"


@pytest.mark.anyio
async def test_a_change_anywhere_empties_every_cache_of_the_process(database_url):
    async with store(database_url) as built:
        built.keys.generation.live = False
        directory = Directory(built.database, built.keys)
        await directory.start()
        try:
            await until(lambda: built.keys.generation.live, 20)
            number = built.keys.generation.number
            deposit = await kept(built)
            built.vault.remember(deposit, 7, number)
            assert await built.vault.recall(ALICE, [TEXT], deposit.renew) == {TEXT: ("EMAIL_ADDRESS", Original("a@x.org"))}
            await directory.policy("red")
            caches = (built.vault._owners, built.vault._rights, built.vault._recalled, directory._cache, built.keys._by_name)
            assert [len(cache) for cache in caches] == [1] * 5
            assert KEYRING._cache
            built.run("SELECT pg_notify('hushgate', '')")
            await until(lambda: built.keys.generation.number > number, 20)
            assert [len(cache) for cache in caches] == [0] * 5
            assert not KEYRING._cache
        finally:
            await directory.stop()


@pytest.mark.anyio
async def test_a_lost_listener_empties_every_cache_until_it_is_back(database_url):
    with Proxy(database_url) as proxy:
        async with store(database_url, through=proxy.url) as built:
            built.keys.generation.live = False
            directory = Directory(built.database, built.keys)
            await directory.start()
            try:
                await until(lambda: built.keys.generation.live, 20)
                deposit = await kept(built)
                built.vault.remember(deposit, 7, built.keys.generation.number)
                assert built.vault.owner("red", TEXT) == 7
                proxy.down()
                await until(lambda: not built.keys.generation.live, 20)
                assert built.vault.owner("red", TEXT) is None
                built.vault.remember(deposit, 7, built.keys.generation.number)
                assert built.vault.owner("red", TEXT) is None
                proxy.up()
                await until(lambda: built.keys.generation.live, 20)
                built.vault.remember(deposit, 7, built.keys.generation.number)
                assert built.vault.owner("red", TEXT) == 7
            finally:
                await directory.stop()
