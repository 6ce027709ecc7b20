"""Who shares a surrogate and who gets its original back are two things: tables over scopes, callers and reaches; expiry and renewal."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import psycopg
import pytest

from app.core.caller import Caller, Reach
from app.core.naming import scope_of
from app.core.policy import read_policy
from app.core.surrogate import Original, render
from app.store.writer import Work
from tests.store.parts import store
from tests.store.test_vault import TEXT, kept, recalled

pytestmark = pytest.mark.anyio

PEOPLE = {
    "maria@app": Caller("red", "shop", "app", "k", "maria"),
    "tom@app": Caller("red", "shop", "app", "k", "tom"),
    "app": Caller("red", "shop", "app", "k"),
    "maria@web": Caller("red", "shop", "web", "k", "maria"),
    "web": Caller("red", "shop", "web", "k"),
    "ops": Caller("red", "ops", "ops", "k"),
    "blue": Caller("blue", "shop", "app", "k", "maria"),
}
NOW = datetime(2026, 11, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=31)
SHARED = {  # scope: who has the same surrogate for the same value
    "team": [{"maria@app", "tom@app", "app", "maria@web", "web", "ops"}],
    "project": [{"maria@app", "tom@app", "app", "maria@web", "web"}],
    "client": [{"maria@app", "tom@app", "app"}, {"maria@web", "web"}],
    "user": [{"maria@app", "maria@web"}],
}
LASTING = {**SHARED, "team": SHARED["project"]}


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("share", SHARED)
async def test_a_scope_says_who_shares_surrogates(database_url, share, lasting):
    async with store(database_url) as built:

        def name(who, now=NOW):
            caller = PEOPLE[who]
            scope = scope_of(caller, built.vault.user_index(caller), share, lasting=lasting)
            return render(built.vault.naming_key(caller.team, scope, now), "PERSON", "x", "x")

        groups = (LASTING if lasting else SHARED)[share]
        for one, other in combinations(PEOPLE, 2):
            together = any({one, other} <= group for group in groups)
            assert (name(one) == name(other)) == together, (one, other)
        for who in PEOPLE:
            assert (name(who) == name(who, LATER)) == lasting


REACHES = {  # what maria@app supplied, and what app supplied without a user
    Reach.OWN: ({"maria@app"}, {"maria@app", "tom@app", "app"}),
    Reach.CLIENT: ({"maria@app", "tom@app", "app"}, {"maria@app", "tom@app", "app"}),
    Reach.PROJECT: ({"maria@app", "tom@app", "app", "maria@web", "web"},) * 2,
    Reach.TEAM: ({"maria@app", "tom@app", "app", "maria@web", "web", "ops"},) * 2,
}


@pytest.mark.parametrize("reach", REACHES)
async def test_a_reach_says_whose_originals_come_back(database_url, reach):
    async with store(database_url) as built:
        for supplier, entitled in zip(("maria@app", "app"), REACHES[reach], strict=True):
            text = f"EMAIL_ADDRESS_{supplier[:1] * 10}".upper()
            await kept(built, PEOPLE[supplier], text)
            got = {who for who, caller in PEOPLE.items() if await recalled(built, caller, text, reach)}
            assert got == entitled
            again = {who for who, caller in PEOPLE.items() if await built.vault.recall(caller, [text], datetime.now(UTC), reach)}
            assert again == entitled  # from memory, too


POLICIES = [
    ([], {"app": Reach.OWN, "ops": Reach.OWN}),
    (["client"], {"app": Reach.CLIENT, "ops": Reach.CLIENT}),
    (["project"], {"app": Reach.PROJECT, "ops": Reach.PROJECT}),
    (["client", "project"], {"app": Reach.PROJECT, "ops": Reach.PROJECT}),
    (["team", "client"], {"app": Reach.TEAM, "ops": Reach.TEAM}),
    (["client:ops"], {"app": Reach.OWN, "ops": Reach.TEAM, "ops2": Reach.OWN}),
    (["client", "client:ops"], {"app": Reach.CLIENT, "ops": Reach.TEAM}),
]


@pytest.mark.parametrize(("named", "reaches"), POLICIES)
def test_the_policy_says_the_reach_of_a_client(named, reaches):
    document = read_policy({"version": 1, "restore_to": named})
    assert {client: document.reach(client) for client in reaches} == reaches


async def test_a_tighter_policy_holds_at_once_for_what_was_remembered(database_url):
    async with store(database_url) as built:
        await kept(built, PEOPLE["app"])
        now = datetime.now(UTC)
        assert await built.vault.recall(PEOPLE["ops"], [TEXT], now, Reach.TEAM)
        assert await built.vault.recall(PEOPLE["ops"], [TEXT], now, Reach.OWN) == {}


async def test_a_refusal_is_not_remembered(database_url):
    async with store(database_url) as one, store(database_url) as other:
        await kept(one, PEOPLE["app"])
        assert await one.vault.recall(PEOPLE["web"], [TEXT], datetime.now(UTC)) == {}
        await kept(other, PEOPLE["web"])
        assert await one.vault.recall(PEOPLE["web"], [TEXT], datetime.now(UTC))


async def test_the_form_and_the_number_come_back_exactly(database_url):
    async with store(database_url) as built:
        for number, value in enumerate((Original("Zoë"), Original("Zoe\u0308"), Original("1.10", number=True), Original("\ud800\x00"))):
            text = f"PERSON_{number}000000000"
            deposit = await built.vault.deposit(PEOPLE["app"], "team", text, value, b"", datetime.now(UTC))
            await built.writer.now(Work([], [deposit]))
            assert await recalled(built, PEOPLE["app"], text) == {text: ("PERSON", value)}


async def test_what_is_in_use_lives_on_and_what_is_not_goes_with_its_rights(database_url):
    async with store(database_url) as built:
        old, now = datetime.now(UTC) - timedelta(days=31), datetime.now(UTC)
        used, unused = "EMAIL_ADDRESS_0000000001", "EMAIL_ADDRESS_0000000002"
        for text in (used, unused):
            await kept(built, PEOPLE["app"], text, now=old)
        assert await recalled(built, PEOPLE["app"], used) == {}
        await kept(built, PEOPLE["app"], used, now=now)
        assert await recalled(built, PEOPLE["app"], used)
        assert await built.sweeper.expire() == 1
        assert await built.sweeper.expire() == 0
        assert built.rows("SELECT text FROM surrogate") == [(used,)]
        assert built.rows("SELECT surrogate FROM restore_right") == [(used,)]
        assert await recalled(built, PEOPLE["app"], used)


async def test_a_life_is_renewed_a_few_times_not_at_every_use(database_url):
    async with store(database_url) as built:
        now = datetime.now(UTC)
        first = await kept(built, now=now)
        await kept(built, now=now + timedelta(hours=20))
        assert built.rows("SELECT expires FROM surrogate") == [(first.expires,)]
        late = await kept(built, now=now + timedelta(hours=25))
        assert built.rows("SELECT expires FROM surrogate") == [(late.expires,)]
        await kept(built, now=now)
        assert built.rows("SELECT expires FROM surrogate") == [(late.expires,)]


async def test_a_row_that_is_being_renewed_is_not_swept(database_url):
    async with store(database_url) as built:
        await kept(built, now=datetime.now(UTC) - timedelta(days=31))
        with psycopg.connect(database_url) as other:
            other.execute("SELECT * FROM surrogate FOR UPDATE")
            assert await built.sweeper.expire() == 0
        assert await built.sweeper.expire() == 1
