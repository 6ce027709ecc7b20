"""The vault under damage: destroyed keys, altered rows, foreign rows, and what its caches may remember."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.core.caller import Caller, Reach
from app.core.surrogate import Original
from app.errors import LedgerUnavailable
from app.store.writer import Work, prepare
from tests.gateway_process import Proxy
from tests.store.parts import store

pytestmark = pytest.mark.anyio
ALICE, BOB = Caller("red", "default", "app", "k1"), Caller("red", "default", "other", "k2")
TEXT = "EMAIL_ADDRESS_0123456789"


async def kept(built, caller=ALICE, text=TEXT, value="a@x.org", now=None):
    now = now or datetime.now(UTC)
    deposit = await built.vault.deposit(caller, "team", text, Original(value), built.vault.user_index(caller), now)
    await built.writer.now(Work([], [deposit]))
    return deposit


async def recalled(built, caller=ALICE, text=TEXT, reach=Reach.OWN):
    built.keys.generation.bump()
    return await built.vault.recall(caller, [text], datetime.now(UTC), reach)


async def test_what_was_kept_is_recalled(database_url):
    async with store(database_url) as built:
        await kept(built)
        assert await recalled(built) == {TEXT: ("EMAIL_ADDRESS", Original("a@x.org"))}


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE data_key SET wrapped = NULL, destroyed_at = now() WHERE purpose = 'vault'",
        "DELETE FROM data_key WHERE purpose = 'vault'",
        "UPDATE surrogate SET sealed = set_byte(sealed, 150, get_byte(sealed, 150) # 1)",
        "UPDATE surrogate SET sealed = substring(sealed for 40)",
        "UPDATE surrogate SET text = 'EMAIL_ADDRESS_9876543210'",
        "UPDATE surrogate SET epoch = '1'",
        "UPDATE surrogate SET scope = 'client/app'",
        "UPDATE data_key SET epoch = '1' WHERE purpose = 'vault'",
        "UPDATE surrogate SET expires = now() - interval '1 second'",
        "DELETE FROM surrogate",
        "DELETE FROM restore_right",
        "UPDATE restore_right SET client = 'other'",
        "UPDATE restore_right SET team = 'blue'",
    ],
)
async def test_a_damaged_destroyed_or_moved_row_is_absent_never_an_error(database_url, damage):
    async with store(database_url) as built:
        await kept(built)
        built.run(damage)
        assert await recalled(built) == {}


async def test_a_row_moved_to_another_team_does_not_open(database_url):
    async with store(database_url) as built:
        await kept(built)
        built.run("UPDATE surrogate SET team = 'blue'")
        built.run("UPDATE restore_right SET team = 'blue'")
        assert await recalled(built, Caller("blue", "default", "app", "k3")) == {}


async def test_a_row_that_does_not_open_is_logged_without_what_it_holds(database_url, caplog):
    async with store(database_url) as built:
        await kept(built)
        built.run("UPDATE surrogate SET sealed = set_byte(sealed, 150, get_byte(sealed, 150) # 1)")
        await recalled(built)
    assert "does not open" in caplog.text
    assert "a@x.org" not in caplog.text


async def test_a_right_that_is_granted_later_counts_at_once(database_url):
    async with store(database_url) as built:
        deposit = await kept(built)
        assert await built.vault.recall(BOB, [TEXT], datetime.now(UTC)) == {}
        theirs = await kept(built, BOB)
        assert await built.vault.recall(BOB, [TEXT], datetime.now(UTC)) == {TEXT: ("EMAIL_ADDRESS", Original("a@x.org"))}
        assert deposit.team == theirs.team


async def test_a_surrogate_means_one_value_of_a_team_whatever_the_epoch(database_url):
    async with store(database_url) as built:
        now = datetime.now(UTC)
        await kept(built, now=now - timedelta(days=20))
        await kept(built, value="new@x.org", now=now + timedelta(days=20))
        assert built.rows("SELECT count(*) FROM surrogate") == [(1,)]
        assert await recalled(built) == {TEXT: ("EMAIL_ADDRESS", Original("a@x.org"))}


async def test_nothing_in_the_vault_prints_a_value(database_url):
    async with store(database_url) as built:
        deposit = await kept(built)
        assert "a@x.org" not in repr(deposit) + repr(built.vault) + repr(Original("a@x.org")) + str(deposit.sealed)


@pytest.mark.parametrize("end", ["down", "stall"])
async def test_a_vault_out_of_reach_refuses(database_url, end):
    with Proxy(database_url) as proxy:
        async with store(database_url, through=proxy.url, patience=0.5) as built:
            await kept(built)
            getattr(proxy, end)()
            with pytest.raises(LedgerUnavailable):
                await recalled(built)
            with pytest.raises(LedgerUnavailable):
                await built.keys.data_key("record", "red", "2026-01-01")
            proxy.up()


async def test_a_data_key_is_made_once_whoever_asks(database_url):
    async with store(database_url) as one, store(database_url) as other:
        first = await one.keys.data_key("vault", "red", "1")
        assert (await other.keys.data_key("vault", "red", "1")).id == first.id
        assert one.rows("SELECT count(*) FROM data_key") == [(1,)]
        one.run("UPDATE data_key SET wrapped = NULL")
        async with store(database_url) as third:
            with pytest.raises(LedgerUnavailable):
                await third.keys.data_key("vault", "red", "1")


async def test_the_writer_cannot_read_what_it_wrote(database_url):
    async with store(database_url) as built:
        await kept(built)
        connection = await prepare(built.database)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.query("SELECT sealed FROM surrogate")
        await connection.close()
