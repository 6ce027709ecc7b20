"""The store of one process on a test's own database, and records to write."""

import os
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from app.core.record import Record, RecordKind, exchange_id, uuid7
from app.crypto.keyring import KeyFile, Keyring
from app.store.database import Database
from app.store.keys import Keys
from app.store.leases import Leases
from app.store.ledger import Ledger
from app.store.sweeper import Sweeper
from app.store.vault import Vault
from app.store.writer import Writer

KEYRING = Keyring(KeyFile(b"k" * 32), b"r" * 32)


@dataclass
class Store:
    database: Database
    keys: Keys
    vault: Vault
    writer: Writer
    ledger: Ledger
    leases: Leases
    sweeper: Sweeper
    url: str

    def rows(self, query, *parameters):
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def end(self, pid):
        """End a connection of another's, and return when it is gone: asked only to, Postgres ends it some time later."""
        assert self.rows("SELECT pg_terminate_backend(%s, 10000)", pid) == [(True,)]

    def run(self, query, *parameters):
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(query, parameters)


@asynccontextmanager
async def store(url, *, through=None, patience=1.0, started=True, clock=time.monotonic):
    """A process's store; `through` is another address of the same database."""
    database = Database(through or url, patience)
    keys = Keys(KEYRING, database)
    keys.generation.live = True
    vault = Vault(database, keys, 30)
    writer = Writer(database, patience)
    ledger = Ledger(database, vault, writer)
    leases = Leases(database, ledger.instance, clock=clock)
    built = Store(database, keys, vault, writer, ledger, leases, Sweeper(database, keys, leases, ledger.is_open), url)
    try:
        if started:
            await writer.start()
        yield built
    finally:
        await writer.stop()
        await built.sweeper.stop()
        await database.close()


def record(kind=RecordKind.INTENT, *, exchange=None, at=None, team="red", instance=7, **columns):
    at = at or datetime.now(UTC)
    now = int(at.timestamp() * 1000)
    row = Record(
        team,
        uuid7(int(time.time() * 1000), os.urandom(10)),
        exchange or exchange_id(now, os.urandom(6), instance),
        kind,
        at,
        "app",
        None,
        "openai",
        "chat.completions",
        "m",
        "openai",
        "v",
        "clean",
        {},
        b"sealed",
    )
    return row._replace(**columns)
