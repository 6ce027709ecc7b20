"""Retention and holds: keys are destroyed when their time is over, what they sealed is gone for good, and what is held stays."""

import os
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from app.control import audit, holds, retention, teams
from app.control.actor import INSTALLER
from app.control.retention import USUAL, Class
from app.core.record import Record, RecordKind, encode, uuid7
from app.crypto.envelope import Context, EnvelopeError, key_id, seal, unseal
from app.crypto.keyring import DataKey
from app.crypto.merkle import leaf_hash
from app.errors import Conflict, Invalid, NotFound
from app.store import tables
from app.store.outside import Outside
from app.store.sequencer import Sequencer
from tests import outsider
from tests.control.parts import OWNER

pytestmark = pytest.mark.anyio
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
SECRET = b"canary falcon"


@pytest.fixture
async def filled(control):
    for team in ("blue", "crimson"):
        await teams.create(control, OWNER, team)
    return control


async def _fetch(control, query, **values):
    async with control.database.transaction() as connection:
        return (await connection.execute(text(query), values)).all()


async def _exec(control, statement, **values):
    async with control.database.transaction() as connection:
        await connection.execute(text(statement), values)


async def _aged(control, team, days, purpose="record"):
    """A record of some days ago, sealed under its day's key."""
    at = NOW - days * DAY
    await _exec(control, "SELECT hushgate_partitions(CAST(:day AS date), 1)", day=at.date())
    async with control.database.transaction() as connection:
        await control.keys.data_key(purpose, team, f"{at:%Y-%m-%d}", connection)
        key = await control.keys.data_key(purpose, team, f"{at:%Y-%m-%d}", connection)

        identity = uuid7(int(at.timestamp() * 1000), os.urandom(10))
        sealed = seal(key, SECRET, Context(team, "record", (identity,)))
        record = Record(team, identity, identity, RecordKind.REFUSAL, at, "app", None, None, None, None, None, None, "x", {}, sealed)
        row = {name: getattr(record, name) for name in Record._fields} | {"kind": "refusal"}
        await connection.execute(tables.record.insert().values(**row, leaf_hash=leaf_hash(encode(record))))
    return identity


async def _alive(control, team, purpose="record"):
    query = "SELECT epoch FROM data_key WHERE owner = :team AND purpose = :purpose AND wrapped IS NOT NULL ORDER BY epoch"
    return [row[0] for row in await _fetch(control, query, team=team, purpose=purpose)]


async def test_keys_past_their_period_are_destroyed_and_others_stay(filled):
    await retention.put(filled, OWNER, "blue", Class.RECORD, 30)
    for days in (29, 30, 31, 32):
        await _aged(filled, "blue", days)
        await _aged(filled, "crimson", days)
    done = await retention.enforce(filled, NOW, 30)
    assert done.keys == 2
    assert await _alive(filled, "blue") == [f"{NOW - days * DAY:%Y-%m-%d}" for days in (30, 29)]
    assert len(await _alive(filled, "crimson")) == 4
    again = await retention.enforce(filled, NOW, 30)
    assert (again.keys, again.days) == (0, 0)


async def test_what_was_destroyed_cannot_be_read_from_a_dump_with_the_living_kek(filled):
    await retention.put(filled, OWNER, "blue", Class.RECORD, 30)
    gone, kept = await _aged(filled, "blue", 31), await _aged(filled, "blue", 3)
    before = dict(await _fetch(filled, "SELECT id, leaf_hash FROM record"))
    await retention.enforce(filled, NOW, 30)
    keys = {row.id: row for row in await _fetch(filled, "SELECT * FROM data_key")}  # the dump
    opened, closed = [], []
    for row in await _fetch(filled, "SELECT * FROM record WHERE kind = 'refusal'"):
        held = keys.get(key_id(bytes(row.sealed)))
        if held.wrapped is None:
            closed.append(row.id)
            for other in keys.values():  # no other key of the dump opens it, either
                if other.wrapped is not None:
                    wrapping = filled.keys.keyring.unwrap(
                        DataKey(other.id, other.purpose, other.owner, other.epoch, bytes(other.wrapped), other.version)
                    )
                    with pytest.raises(EnvelopeError):
                        _open(wrapping, row)
        else:
            wrapping = filled.keys.keyring.unwrap(DataKey(held.id, held.purpose, held.owner, held.epoch, bytes(held.wrapped)))
            assert _open(wrapping, row) == SECRET
            opened.append(row.id)
    assert (closed, opened) == ([gone], [kept])
    # What is not sealed stays, and each row still has the leaf hash that it had.
    rows = await _fetch(filled, "SELECT * FROM record")
    assert before.items() <= {row.id: row.leaf_hash for row in rows}.items()
    for row in rows:
        columns = {name: getattr(row, name) for name in Record._fields} | {"kind": RecordKind(row.kind)}
        assert leaf_hash(encode(Record(**columns))) == bytes(row.leaf_hash)
    assert (await audit.get(filled, OWNER, gone)).id == gone


def _open(key, row):

    return unseal(key, bytes(row.sealed), Context(row.team, "record", (row.id,)))


async def test_destroying_is_a_record_of_the_team(filled):
    await retention.put(filled, OWNER, "blue", Class.RECORD, 30)
    await _aged(filled, "blue", 40)
    await retention.enforce(filled, NOW, 30)
    rows = [row for row in await _fetch(filled, "SELECT * FROM record WHERE team = 'blue'") if row.verdict == "retention.destroy"]
    async with filled.database.transaction() as connection:
        [told] = [await filled.ledger.open_sealed(connection, "blue", row._mapping) for row in rows]
    assert told["actor"] == INSTALLER.id
    assert told["details"] == {"days": [f"{NOW - 40 * DAY:%Y-%m-%d}"], "keys": 1}


async def test_a_hold_keeps_every_key_until_it_is_cleared(filled):
    await retention.put(filled, OWNER, "blue", Class.RECORD, 30)
    await _aged(filled, "blue", 40)
    hold = await holds.put(filled, OWNER, "blue", "a lawsuit")
    assert (await retention.enforce(filled, NOW, 30)).keys == 0
    assert len(await _alive(filled, "blue")) == 1
    cleared = await holds.clear(filled, OWNER, hold.id, "it was settled")
    assert (cleared.cleared_by, cleared.cleared_for) == (OWNER.id, "it was settled")
    assert (await retention.enforce(filled, NOW, 30)).keys == 1
    with pytest.raises(Conflict, match="before"):
        await holds.clear(filled, OWNER, hold.id, "again")
    verbs = [row[0] for row in await _fetch(filled, "SELECT verdict FROM record WHERE team = 'blue' ORDER BY at, id")]
    assert verbs[-3:] == ["hold.set", "hold.clear", "retention.destroy"]


async def test_two_holds_are_cleared_one_by_one(filled):
    await _aged(filled, "blue", 500)
    first, second = [await holds.put(filled, OWNER, "blue", reason) for reason in ("one", "two")]
    await holds.clear(filled, OWNER, first.id, "over")
    assert (await retention.enforce(filled, NOW, 30)).keys == 0
    await holds.clear(filled, OWNER, second.id, "over")
    assert (await retention.enforce(filled, NOW, 30)).keys == 1


async def test_all_versions_of_a_day_are_destroyed(filled):
    await _aged(filled, "blue", 500)
    async with filled.database.transaction() as connection:
        await filled.keys.add(connection, ("record", "blue", f"{NOW - 500 * DAY:%Y-%m-%d}"), 2)
    assert (await retention.enforce(filled, NOW, 30)).keys == 2
    assert await _alive(filled, "blue") == []


async def test_originals_keep_their_key_while_one_is_there_and_lose_it_then(filled):
    for epoch in ("1", "2"):
        await filled.keys.data_key("vault", "blue", epoch)
    await _exec(
        filled,
        "INSERT INTO surrogate (team, scope, epoch, text, data_key, sealed, expires)"
        " SELECT 'blue', 'team', '1', 'X_1', id, 'x', now() FROM data_key WHERE purpose = 'vault' AND epoch = '1'",
    )
    await retention.enforce(filled, NOW, 30)
    assert await _alive(filled, "blue", "vault") == ["1"]
    await _exec(filled, "DELETE FROM surrogate")
    await retention.enforce(filled, NOW, 30)
    assert await _alive(filled, "blue", "vault") == []
    current = str(int(NOW.timestamp()) // (30 * 86_400))
    await filled.keys.data_key("vault", "blue", current)
    await retention.enforce(filled, NOW, 30)
    assert await _alive(filled, "blue", "vault") == [current]


async def _days(control):
    query = "SELECT relid::regclass::text FROM pg_partition_tree('record') WHERE isleaf"
    return {row[0] for row in await _fetch(control, query)}


async def test_a_day_past_every_period_is_dropped_once_its_leaves_are_there_and_nobody_is_held(filled):
    longest = max(USUAL.values())
    identity = await _aged(filled, "blue", longest + 1)
    last = await _aged(filled, "blue", longest)
    old, young = (f"record_{NOW - days * DAY:%Y%m%d}" for days in (longest + 1, longest))
    assert {old, young} <= await _days(filled)
    assert (await retention.enforce(filled, NOW, 30)).days == 0  # the record has no leaf yet
    leaf = "INSERT INTO leaf (team, index, record, at, hash) SELECT team, 900 + row_number() OVER (), id, at, leaf_hash FROM record WHERE id = ANY(:ids)"
    await _exec(filled, leaf, ids=[identity, last])
    hold = await holds.put(filled, OWNER, "crimson", "x")
    assert (await retention.enforce(filled, NOW, 30)).days == 0
    await holds.clear(filled, OWNER, hold.id, "x")
    assert (await retention.enforce(filled, NOW, 30)).days == 1
    assert (await _days(filled)) & {old, young} == {young}
    assert await _fetch(filled, "SELECT record FROM leaf WHERE record = :id", id=identity) == [(identity,)]
    [(target,)] = await _fetch(filled, "SELECT count(*) FROM record WHERE team = '' AND verdict = 'retention.drop'")
    assert target == 1


async def test_a_longer_period_of_one_team_keeps_the_day_for_all(filled):
    longest = max(USUAL.values())
    await _aged(filled, "blue", longest + 1)
    await _exec(
        filled, "INSERT INTO leaf (team, index, record, at, hash) SELECT team, 900, id, at, leaf_hash FROM record WHERE kind = 'refusal'"
    )
    await retention.put(filled, OWNER, "crimson", Class.ADMIN, longest + 10)
    assert (await retention.enforce(filled, NOW, 30)).days == 0


async def test_periods_are_shown_set_and_unset(filled):
    assert {(one.what, one.days, one.usual) for one in await retention.periods(filled, OWNER, "blue")} == {
        (what, days, True) for what, days in USUAL.items()
    }
    await retention.put(filled, OWNER, "blue", Class.RECORD, 30)
    await retention.put(filled, OWNER, "blue", Class.RECORD, 30)
    shown = {one.what: (one.days, one.usual) for one in await retention.periods(filled, OWNER, "blue")}
    assert shown[Class.RECORD] == (30, False)
    assert (await retention.put(filled, OWNER, "blue", Class.RECORD, None)).usual
    verbs = [row[0] for row in await _fetch(filled, "SELECT verdict FROM record WHERE team = 'blue'")]
    assert verbs.count("retention.set") == 2
    for days in (0, retention.LONGEST + 1):
        with pytest.raises(Invalid):
            await retention.put(filled, OWNER, "blue", Class.RECORD, days)
    with pytest.raises(NotFound):
        await retention.put(filled, OWNER, "nobody", Class.RECORD, 3)


async def test_a_change_made_while_a_hold_is_being_set_waits_for_it(filled, database_url):
    await _aged(filled, "blue", 500)
    with psycopg.connect(database_url) as other:
        other.execute("INSERT INTO hold (id, team, reason, set_by) VALUES (gen_random_uuid(), 'blue', 'x', 'x')")
        async with filled.database.transaction() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(Exception, match="lock timeout"):
                await connection.execute(text("LOCK TABLE hold IN SHARE MODE"))
            await connection.rollback()
        other.commit()
    assert (await retention.enforce(filled, NOW, 30)).keys == 0


async def _root(control, sequencer, team):
    """The signed head of a team's tree, checked against its leaves by other code; with all its leaves."""
    while await sequencer.sequence():
        pass
    await sequencer.publish(at_once=True)
    [(note,)] = await _fetch(control, "SELECT note FROM checkpoint WHERE team = :team ORDER BY size DESC LIMIT 1", team=team)
    log = await control.ledger.signing.log()
    text_, _ = outsider.opened(note, [(log.origin(team), public) for public in log.publics])
    leaves = [bytes(row[0]) for row in await _fetch(control, "SELECT hash FROM leaf WHERE team = :team ORDER BY index", team=team)]
    assert outsider.checkpoint(text_) == (log.origin(team), len(leaves), outsider.mth(leaves))
    return leaves


async def test_the_tree_verifies_after_keys_were_destroyed_and_days_dropped(filled, tmp_path):
    sequencer = Sequencer(filled.database, filled.ledger.signing, Outside(tmp_path / "checkpoints.jsonl"))
    try:
        await sequencer.lead()
        await retention.put(filled, OWNER, "blue", Class.RECORD, 30)
        old = await _aged(filled, "blue", max(USUAL.values()) + 1)
        await _aged(filled, "blue", 40)
        before = await _root(filled, sequencer, "blue")
        done = await retention.enforce(filled, NOW, 30)
        assert (done.keys, done.days) == (2, 1)
        assert await _fetch(filled, "SELECT 1 FROM record WHERE id = :id", id=old) == []
        after = await _root(filled, sequencer, "blue")
        assert after[: len(before)] == before  # the leaf of the record that is gone is among them
        assert len(after) == len(before) + 1  # and that keys were destroyed is one more
    finally:
        await sequencer.stop()
