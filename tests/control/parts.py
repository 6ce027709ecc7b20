"""A Control on a test's own database, as the composition root builds it."""

import os
from contextlib import asynccontextmanager

from app.control import Control
from app.control.actor import Actor
from app.crypto.keyring import KeyFile, Keyring
from app.store.database import Database
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.vault import Vault
from app.store.writer import Writer

OWNER = Actor("k0test", "test")


@asynccontextmanager
async def composed(url: str, keyring: Keyring | None = None):
    keyring = keyring or Keyring.create(KeyFile(os.urandom(32)))[0]
    database = Database(url)
    keys = Keys(keyring, database)
    try:
        vault = Vault(database, keys, 30)
        yield Control(database, Ledger(database, vault, Writer(database, 5.0)), keys)
    finally:
        await database.close()
