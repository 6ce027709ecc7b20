"""A Control on a test's own database, as the composition root builds it."""

import os
from contextlib import asynccontextmanager

from app.control import Control
from app.control.actor import Actor
from app.crypto.keyring import KeyFile, Keyring
from app.store import tables
from app.store.database import Database
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.vault import Vault
from app.store.writer import Writer

OWNER = Actor("k0test", "test")


@asynccontextmanager
async def composed(url: str, keyring: Keyring | None = None):
    made = keyring is None
    keyring, wrapped = Keyring.create(KeyFile(os.urandom(32))) if keyring is None else (keyring, b"")
    database = Database(url)
    keys = Keys(keyring, database)
    try:
        if made:
            async with database.transaction() as connection:
                await connection.execute(tables.kek.insert().values(fingerprint=keyring.fingerprint))
                row = {"id": 1, "kek_fingerprint": keyring.fingerprint, "root_wrapped": wrapped}
                await connection.execute(tables.installation.insert().values(row))
        vault = Vault(database, keys, 30)
        yield Control(database, Ledger(database, vault, Writer(database, 5.0)), keys)
    finally:
        await database.close()
