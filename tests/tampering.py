"""A ledger, every way to falsify it that we know, and the oracle: does an outsider with the checkpoints from outside find it?"""

import json
import os
import random
import time
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import psycopg

from app.control.export import export
from app.control.wanted import Request
from app.core.record import Record, RecordKind, encode
from app.crypto.evidence import Pins, Refuted
from app.crypto.export import verify_export
from app.crypto.merkle import leaf_hash
from app.store.outside import Outside
from app.store.sequencer import Sequencer
from app.store.writer import Work
from tests.control.parts import OWNER, composed
from tests.store.parts import record

TEAMS = ("red", "blue", "green", "")
TABLES = ("record", "leaf", "node", "checkpoint")
COLUMNS = tuple(Record._fields)
SEED = int(os.environ.get("SEED", "20261126"))


@asynccontextmanager
async def ledger(url, folder, batches=4, size=25):
    """A ledger of several teams, each signed `batches` times; `backup.SEE` keeps it as it was, `old.SEE` as it was half-way."""
    async with composed(url) as control:
        control.keys.generation.live = True
        control.ledger._writer._timeout = 30
        await control.ledger._writer.start()
        sequencer = Sequencer(control.database, control.ledger.signing, Outside(folder / "checkpoints.jsonl"))
        try:
            await sequencer.lead()
            for batch in range(batches):
                await control.ledger._writer.now(Work([made(n) for n in range(size * len(TEAMS))]))
                while await sequencer.sequence():
                    pass
                await sequencer.publish(at_once=True)
                if batch == batches // 2 - 1:
                    keep(url, "old")
            keep(url, "backup")
            yield control
        finally:
            await sequencer.stop()
            await control.ledger._writer.stop()


def made(number):
    kinds = tuple(RecordKind)
    return record(
        kinds[number % len(kinds)],
        team=TEAMS[number % len(TEAMS)],
        at=datetime.now(UTC) - timedelta(seconds=number),
        user_index=None if number % 3 else b"u" * 32,
        entities={"EMAIL_ADDRESS": number % 5 + 1} if number % 2 else {},
        sealed=os.urandom(200),
    )


def keep(url, schema):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        for table in TABLES:
            connection.execute(f"CREATE TABLE {schema}.{table} AS SELECT * FROM {table}")


def restore(connection, schema="backup"):
    connection.execute("SET session_replication_role = replica")  # a restored row is no new one
    for table in TABLES:
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} SELECT * FROM {schema}.{table}")


async def exported(control, request=None):
    return [line async for block in await export(control, OWNER, request or Request()) for line in block.splitlines(keepends=True)]


async def found(control, pins):
    """Return what an outsider says of the ledger as it is; None: that it is sound."""
    try:
        verify_export(await exported(control), pins)
    except Refuted as error:
        return error.message
    except Exception as error:  # noqa: BLE001 - an export that cannot be made is no clean bill
        return type(error).__name__
    return None


class Falsifier:
    """A database administrator with every right but the log's key."""

    def __init__(self, connection, chance):
        self._connection = connection
        self._chance = chance
        self._turns = Counter()

    def ways(self):
        return {name.removeprefix("way_"): getattr(self, name) for name in dir(self) if name.startswith("way_")}

    def _rows(self, query, *parameters):
        return self._connection.execute(query, parameters).fetchall()

    def _run(self, query, *parameters):
        assert self._connection.execute(query, parameters).rowcount > 0, query

    def _next(self, what, options):
        """Return the options one after the other, so that none is left to chance."""
        self._turns[what] += 1
        return options[self._turns[what] % len(options)]

    def _any(self, condition="true"):
        rows = self._rows(f"SELECT id FROM record WHERE {condition} ORDER BY id")
        return self._chance.choice(rows)[0]

    def _record(self, identity):
        row = (
            self._connection.cursor(row_factory=psycopg.rows.dict_row).execute("SELECT * FROM record WHERE id = %s", (identity,)).fetchone()
        )
        return Record(**{name: row[name] for name in COLUMNS} | {"kind": RecordKind(row["kind"])})

    def _changed(self, one):
        """Return a record with one column changed, and which."""
        name = self._next("column", COLUMNS)
        value = getattr(one, name)
        if name in {"id", "exchange"}:
            value = type(value)(int=value.int ^ 1 << self._chance.randrange(60))
        elif name == "at":
            value += timedelta(microseconds=self._chance.choice((-1, 1, -(10**9), 10**9)))
        elif name == "kind":
            value = self._chance.choice([kind for kind in RecordKind if kind is not value])
        elif name == "entities":
            value = {**value, "PERSON": value.get("PERSON", 0) + 1}
        elif name in {"sealed", "user_index"}:
            value = b"x" if value is None else bytes([value[0] ^ 1]) + value[1:]
        else:
            value = "x" if value is None else self._chance.choice((None, value + "x")) if name != "team" else self._other(value)
        return one._replace(**{name: value}), name

    def _other(self, team):
        return self._chance.choice([name for name in TEAMS if name != team])

    def _store(self, identity, one, *, careful):
        """Write a record over another; a careful falsifier mends every hash that depends on it."""
        values = {name: getattr(one, name) for name in COLUMNS} | {"kind": one.kind.value, "entities": json.dumps(one.entities)}
        settings = ", ".join(f"{name} = %({name})s" for name in COLUMNS)
        self._connection.execute(f"UPDATE record SET {settings} WHERE id = %(was)s", {**values, "was": identity})
        if careful:
            value = leaf_hash(encode(one))
            self._run("UPDATE record SET leaf_hash = %s WHERE id = %s", value, one.id)
            self._run("UPDATE leaf SET hash = %s, record = %s, at = %s WHERE record = %s", value, one.id, one.at, identity)

    def way_update_a_column(self):
        identity = self._any()
        one, name = self._changed(self._record(identity))
        self._store(identity, one, careful=False)
        return name

    def way_update_a_column_and_mend_the_hashes(self):
        identity = self._any()
        one, name = self._changed(self._record(identity))
        self._store(identity, one, careful=True)
        return name

    def way_update_the_hash_of_a_record(self):
        self._run("UPDATE record SET leaf_hash = sha256(leaf_hash) WHERE id = %s", self._any())

    def way_update_a_column_of_a_leaf(self):
        name, change = self._next(
            "leaf",
            [
                ("hash", "hash = sha256(hash)"),
                ("at", "at = at + interval '1 microsecond'"),
                ("record", "record = gen_random_uuid()"),
                ("index", "index = index + 1000000"),
                ("team", "team = 'other'"),
            ],
        )
        self._run(f"UPDATE leaf SET {change} WHERE record = %s", self._any())
        return name

    def way_update_a_column_of_a_checkpoint(self):
        name, change = self._next(
            "checkpoint",
            [
                ("size", "size = size + 1"),
                ("note", "note = replace(note, 'hushgate', 'hushgatf')"),
                ("entry", "entry = coalesce(entry, 0) + 1000"),
            ],
        )
        head = "SELECT team, max(size) FROM checkpoint WHERE team <> '*' GROUP BY team ORDER BY team"
        team, size = self._chance.choice(self._rows(head))
        self._run(f"UPDATE checkpoint SET {change} WHERE team = %s AND size = %s", team, size)
        return name

    def way_delete_a_record(self):
        self._run("DELETE FROM record WHERE id = %s", self._any())

    def way_delete_a_record_with_its_leaf(self):
        identity = self._any()
        self._run("DELETE FROM record WHERE id = %s", identity)
        self._run("DELETE FROM leaf WHERE record = %s", identity)

    def way_delete_a_record_and_close_the_gap(self):
        identity = self._any()
        [(team, index)] = self._rows("SELECT team, index FROM leaf WHERE record = %s", identity)
        self._run("DELETE FROM record WHERE id = %s", identity)
        self._run("DELETE FROM leaf WHERE record = %s", identity)
        for step in ("-index", "-index - 1"):  # through negative numbers: a unique index is checked row by row
            self._connection.execute(f"UPDATE leaf SET index = {step} WHERE team = %s AND (index > %s OR index < 0)", (team, index))

    def way_delete_many_records(self):
        rows = self._rows("SELECT id FROM record ORDER BY random() LIMIT %s", self._chance.randint(2, 40))
        self._run("DELETE FROM record WHERE id = ANY(%s)", [identity for (identity,) in rows])

    def way_reorder(self):
        team = self._chance.choice(TEAMS)
        rows = self._rows("SELECT record, index FROM leaf WHERE team = %s ORDER BY index", team)
        (first, one), (second, other) = self._chance.sample(rows, 2)
        self._run("UPDATE leaf SET index = -1 WHERE record = %s", first)
        self._run("UPDATE leaf SET index = %s WHERE record = %s", one, second)
        self._run("UPDATE leaf SET index = %s WHERE record = %s", other, first)

    def way_swap_what_two_leaves_stand_for(self):
        team = self._chance.choice(TEAMS)
        rows = self._rows("SELECT index, record, at, hash FROM leaf WHERE team = %s ORDER BY index", team)
        first, second = self._chance.sample(rows, 2)
        self._run("DELETE FROM leaf WHERE team = %s AND index = ANY(%s)", team, [first[0], second[0]])
        for (index, *_), (_, *what) in ((first, second), (second, first)):
            self._run("INSERT INTO leaf (team, index, record, at, hash) VALUES (%s, %s, %s, %s, %s)", team, index, *what)

    def way_back_date(self):
        identity = self._any()
        one = self._record(identity)
        careful = self._chance.random() < 0.5
        self._store(identity, one._replace(at=one.at - timedelta(seconds=self._chance.randint(1, 3600))), careful=careful)

    def way_truncate(self):
        """Go back to an earlier checkpoint of one team: everything that is left was signed."""
        team = self._chance.choice(TEAMS)
        sizes = [size for (size,) in self._rows("SELECT size FROM checkpoint WHERE team = %s ORDER BY size", team)]
        size = self._chance.choice(sizes[:-1])
        gone = "SELECT record FROM leaf WHERE team = %s AND index >= %s"
        self._run(f"DELETE FROM record WHERE id IN ({gone})", team, size)
        self._run("DELETE FROM leaf WHERE team = %s AND index >= %s", team, size)
        self._run("DELETE FROM checkpoint WHERE team = %s AND size > %s", team, size)

    def way_swap_between_teams(self):
        first, second = self._any("team = 'red'"), self._any("team = 'blue'")
        careful = self._chance.random() < 0.5
        one, other = self._record(first), self._record(second)
        self._store(first, one._replace(team="blue"), careful=careful)
        self._store(second, other._replace(team="red"), careful=careful)
        if careful:
            [(index,)] = self._rows("SELECT index FROM leaf WHERE record = %s", first)
            [(beside,)] = self._rows("SELECT index FROM leaf WHERE record = %s", second)
            self._run("UPDATE leaf SET team = 'blue', index = -1 WHERE record = %s", first)
            self._run("UPDATE leaf SET team = 'red', index = %s WHERE record = %s", index, second)
            self._run("UPDATE leaf SET index = %s WHERE record = %s", beside, first)

    def way_delete_a_whole_team(self):
        team = self._chance.choice(TEAMS)
        for table in ("record", "leaf", "checkpoint"):
            self._run(f"DELETE FROM {table} WHERE team = %s", team)

    def way_insert_a_record_in_the_middle(self):
        team = self._chance.choice(TEAMS)
        one = record(team=team)
        [(size,)] = self._rows("SELECT max(index) FROM leaf WHERE team = %s", team)
        index = self._chance.randint(0, size)
        for step in ("-index - 1", "-index"):
            self._connection.execute(f"UPDATE leaf SET index = {step} WHERE team = %s AND (index >= %s OR index < 0)", (team, index))
        self._run(
            "INSERT INTO record (team, id, exchange, kind, at, entities, sealed, leaf_hash) VALUES (%s, %s, %s, 'intent', %s, '{}', 'x', %s)",
            *(team, one.id, one.exchange, one.at, leaf_hash(encode(one))),
        )
        self._run("INSERT INTO leaf VALUES (%s, %s, %s, %s, %s)", team, index, one.id, leaf_hash(encode(one)), one.at)

    def way_roll_back_to_an_old_backup(self):
        restore(self._connection, "old")


async def falsify(url, folder, times):
    """Falsify `times` times, in every way in turn; return how often by way, and what was not found."""
    tried, missed = Counter(), []
    chance, began = random.Random(SEED), time.monotonic()
    async with ledger(url, folder) as control:
        pins = Pins.read((), (), [(folder / "checkpoints.jsonl").read_text()])
        with psycopg.connect(url, autocommit=True) as connection:
            assert await found(control, pins) is None, "a ledger that nobody touched must verify"
            ways = sorted(Falsifier(connection, chance).ways().items())
            for number in range(times):
                name, way = ways[number % len(ways)]
                with connection.transaction():
                    detail = way()
                answer = await found(control, pins)
                tried[name] += 1
                if answer is None:
                    missed.append((name, detail))
                with connection.transaction():
                    restore(connection)
            assert await found(control, pins) is None, "what was restored must verify"
    return tried, missed, time.monotonic() - began
