"""Ledger, vault and writer on a real Postgres: rights, clashes, sealed rows, leaf hashes."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.core import naming
from app.core.caller import Caller
from app.core.finding import Finding
from app.core.naming import Names
from app.core.policy import Policy, read_policy
from app.core.record import Record, RecordKind, encode
from app.core.segment import Segment, segments
from app.core.surrogate import Original, render
from app.core.table import Kind, Table
from app.crypto.keyring import KeyFile, Keyring
from app.crypto.merkle import leaf_hash
from app.engine.protect import protect
from app.store.database import Database, libpq_url
from app.store.entry import Outcome
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.vault import Vault
from app.store.writer import Writer

pytestmark = pytest.mark.anyio

TABLE = Table({})
POLICY = Policy(read_policy({"version": 1}))
ALICE = Caller("red", "default", "app", "k1")
ALICE_USER = Caller("red", "default", "app", "k1", "alice")
BOB_USER = Caller("red", "default", "app", "k1", "bob")
OTHER_CLIENT = Caller("red", "default", "other", "k2")
OTHER_TEAM = Caller("blue", "default", "app", "k3")


@asynccontextmanager
async def parts(url, keyring=None):
    """A process's ledger and vault; a second one on the same keyring is a second process."""
    keyring = keyring or Keyring(KeyFile(b"k" * 32), b"r" * 32)
    database = Database(url)
    keys = Keys(keyring, database)
    keys.generation.live = True
    vault = Vault(database, keys, days=30)
    writer = Writer(database, timeout=5)
    ledger = Ledger(database, vault, writer)
    await writer.start()
    try:
        yield ledger, vault
    finally:
        await writer.stop()
        await database.close()


def identity(_entity: str, value: str) -> str:
    return value.casefold()


async def opened(ledger: Ledger, caller: Caller, *values: str, now: datetime | None = None, scope: str = "team"):
    """Open an exchange whose document holds `values`; return its entry and what was issued, by original."""
    now = now or datetime.now(UTC)
    document = {"values": list(values)}
    found = segments(document, TABLE)
    findings = [[Finding(0, len(s.text), "EMAIL_ADDRESS", 1.0, "test")] if s.text in values else [] for s in found]
    verdict = POLICY.decide(found, findings, now)
    entry = ledger.begin(caller, "openai", "chat.completions", "openai", POLICY.version, now)
    entry.verdict, entry.model = verdict, "m"

    def apply(names: Names):
        return protect(document, TABLE, found, verdict, names)

    outbound = await ledger.open(entry, apply, identity, scope)
    return entry, {issued.original.text: issued.text for issued in outbound.issued}


async def test_an_intent_is_durable_before_open_returns(database_url):
    async with parts(database_url) as (ledger, _):
        entry, _issued = await opened(ledger, ALICE, "a@x.org")
        with psycopg.connect(libpq_url(database_url)) as connection:
            assert connection.execute("SELECT kind, exchange FROM record").fetchall() == [("intent", entry.id)]
            assert connection.execute("SELECT count(*) FROM surrogate").fetchone() == (1,)


async def test_an_exchange_is_open_until_its_end_is_written_or_nobody_is_left_to_write_it(database_url):
    async with parts(database_url) as (ledger, _):
        ended, _ = await opened(ledger, ALICE, "a@x.org")
        forgotten, _ = await opened(ledger, ALICE, "b@x.org")
        first, second = ended.id, forgotten.id
        assert ledger.is_open(first)
        assert ledger.is_open(second)
        ledger.close(ended, Outcome.COMPLETED, {}, ())
        del ended, forgotten  # as a walk that ended with an error nobody foresaw
        assert ledger.is_open(first)  # its completion waits to be written
        assert not ledger.is_open(second)
    assert not ledger.is_open(first)  # the writer wrote what waited before it stopped


@pytest.mark.parametrize(
    ("supplier", "asker", "granted"),
    [
        (ALICE, ALICE, True),
        (ALICE, ALICE_USER, True),
        (ALICE_USER, ALICE_USER, True),
        (ALICE_USER, BOB_USER, False),
        (ALICE_USER, ALICE, False),
        (ALICE, OTHER_CLIENT, False),
        (ALICE, OTHER_TEAM, False),
    ],
)
async def test_who_gets_an_original_back(database_url, supplier, asker, granted):
    async with parts(database_url) as (ledger, vault):
        _, issued = await opened(ledger, supplier, "a@x.org")
        text = issued["a@x.org"]
        recalled = await vault.recall(asker, {text}, datetime.now(UTC))
    assert recalled == ({text: ("EMAIL_ADDRESS", Original("a@x.org"))} if granted else {})


async def test_an_original_expires(database_url):
    async with parts(database_url) as (ledger, vault):
        _, issued = await opened(ledger, ALICE, "a@x.org")
        later = datetime.now(UTC) + timedelta(days=31)
        assert await vault.recall(ALICE, set(issued.values()), later) == {}


async def test_a_supplier_in_another_process_gets_a_right_of_its_own(database_url):
    async with parts(database_url) as (first, _), parts(database_url) as (second, vault):
        _, one = await opened(first, ALICE, "a@x.org")
        _, two = await opened(second, OTHER_CLIENT, "a@x.org")
        assert one == two  # one naming scope: a team shares surrogates
        assert await vault.recall(OTHER_CLIENT, set(two.values()), datetime.now(UTC))


async def test_teams_share_no_surrogates(database_url):
    async with parts(database_url) as (ledger, _):
        _, one = await opened(ledger, ALICE, "a@x.org")
        _, two = await opened(ledger, OTHER_TEAM, "a@x.org")
    assert one != two


@pytest.mark.parametrize("same_process", [True, False])
async def test_values_that_clash_get_texts_of_their_own(database_url, monkeypatch, same_process):
    # A naming function that knows a single text until its counter moves: every pair of values clashes.
    monkeypatch.setattr(naming, "render", lambda key, entity, _identity, _form, counter=0: render(key, entity, "same", "same", counter))
    async with parts(database_url) as (first, vault), parts(database_url) as (second, _):
        _, one = await opened(first, ALICE, "a@x.org")
        _, two = await opened(first if same_process else second, ALICE, "b@x.org")
        _, both = await opened(second, ALICE, "b@x.org", "a@x.org")
        recalled = await vault.recall(ALICE, {*one.values(), *two.values(), *both.values()}, datetime.now(UTC))
    assert one["a@x.org"] != two["b@x.org"]
    for original, text in [*one.items(), *two.items(), *both.items()]:
        assert recalled[text][1] == Original(original)


async def test_a_repeated_turn_writes_its_record_and_nothing_else(database_url):
    async with parts(database_url) as (ledger, _):
        await opened(ledger, ALICE, "a@x.org")
        with psycopg.connect(libpq_url(database_url), autocommit=True) as connection:
            connection.execute("TRUNCATE surrogate, restore_right")
            await opened(ledger, ALICE, "a@x.org")
            assert connection.execute("SELECT count(*) FROM surrogate").fetchone() == (0,)
            assert connection.execute("SELECT count(*) FROM record").fetchone() == (2,)


async def test_every_row_carries_the_leaf_of_its_other_columns(database_url):
    async with parts(database_url) as (ledger, _):
        entry, _issued = await opened(ledger, ALICE_USER, "a@x.org")
        ledger.close(entry, Outcome.COMPLETED, {"status": 200}, ["signed text"])
        await ledger.refuse(ledger.begin(ALICE, "openai", "chat.completions", "openai", "v", datetime.now(UTC)), "hushgate_bad_document")
    columns = list(Record._fields)
    with psycopg.connect(libpq_url(database_url)) as connection:
        rows = connection.execute(f"SELECT {', '.join(columns)}, leaf_hash FROM record").fetchall()
    assert {row[columns.index("kind")] for row in rows} == {"intent", "completion", "refusal"}
    for row in rows:
        values = dict(zip(columns, row, strict=False))
        assert leaf_hash(encode(Record(**{**values, "kind": RecordKind(values["kind"])}))) == row[-1]


async def test_the_database_alone_gives_nothing_away(database_url):
    async with parts(database_url) as (ledger, _):
        entry, _issued = await opened(ledger, ALICE_USER, "a@x.org")
        ledger.close(entry, Outcome.COMPLETED, {"status": 200}, ["a@x.org said"])
    with psycopg.connect(libpq_url(database_url)) as connection:
        tables = ("record", "surrogate", "restore_right", "signed_block", "data_key")
        dump = json.dumps([[str(c) for c in row] for t in tables for row in connection.execute(f"SELECT * FROM {t}").fetchall()])
        raw = b"".join(bytes(r[0]) for t in ("record", "surrogate") for r in connection.execute(f"SELECT sealed FROM {t}").fetchall())
    assert "a@x.org" not in dump
    assert "alice" not in dump
    assert b"a@x.org" not in raw


async def test_signed_text_that_was_relayed_is_excused_and_other_is_not(database_url):
    async with parts(database_url) as (ledger, _):
        entry, _issued = await opened(ledger, ALICE)
        ledger.close(entry, Outcome.COMPLETED, {}, ["thought of a@x.org"])
    async with parts(database_url) as (_, vault):
        found = [Segment(text, Kind.SIGNED, None) for text in ("thought of a@x.org", "thought of b@x.org")]
        findings = [[Finding(11, 18, "EMAIL_ADDRESS", 1.0, "test")] for _ in found]
        assert await vault.excuse_signed("red", found, findings) == [[], findings[1]]
        assert await vault.excuse_signed("blue", found, findings) == findings


async def test_a_hundred_exchanges_at_once_share_commits(database_url):
    async with parts(database_url) as (ledger, _):
        await asyncio.gather(*(opened(ledger, ALICE, f"a{i}@x.org") for i in range(100)))
    with psycopg.connect(libpq_url(database_url)) as connection:
        assert connection.execute("SELECT count(*), count(DISTINCT exchange) FROM record").fetchone() == (100, 100)
        assert connection.execute("SELECT count(*) FROM surrogate").fetchone() == (100,)
        commits = connection.execute("SELECT count(DISTINCT xmin::text) FROM record").fetchone()
    assert commits is not None
    assert commits[0] < 50
