"""The installation itself: its schema, its key-encryption key, its root key. Made once, explicitly where the database is external."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError

from app.config import Settings
from app.control.change import Control
from app.control.install import FirstRun, ensure
from app.crypto.keyring import KeyFile, Keyring
from app.errors import LedgerUnavailable, SetupError
from app.store import tables
from app.store.database import Database, migrate, sqlalchemy_url, verify
from app.store.embedded import Embedded
from app.store.ledger import Ledger
from app.store.vault import Keys, Vault
from app.store.writer import Writer

_LOCK: Final = 1213550418  # one process makes the installation
_INIT: Final = "Run `hushgate init` with the same settings, once"


@contextmanager
def database(settings: Settings, *, prepare: bool) -> Iterator[str]:
    """Yield the URL of a database with this version's schema: the one configured, else the private server of the home.

    The private one is always brought up to date. An external one only if `prepare` says so; else SetupError names `hushgate init`.
    """
    _make(settings.home)
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        (migrate if prepare else verify)(url)
        yield url
        return
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]  # libpq would let them override the private server's address
    server = Embedded.start(settings.home)
    try:
        migrate(server.url)
        yield server.url
    finally:
        server.stop()


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SetupError(f"{home} cannot be made ({error.strerror})", hint="Make HUSHGATE_HOME a folder that this user can write") from None


def open_keyring(settings: Settings, url: str, *, create: bool) -> Keyring:
    """Open the installation's keyring; make the installation if it is new and `create` allows it.

    Raises SetupError if KEK and database do not belong together, or if there is nothing to open.
    """
    engine = create_engine(sqlalchemy_url(url), hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            row = connection.execute(select(tables.installation)).first()
            if row is None and not create:
                raise SetupError("the database holds no installation yet", hint=_INIT)
            wrapper = _wrapper(settings, new=row is None)
            if row is not None:
                return Keyring.open(wrapper, row.kek_fingerprint, bytes(row.root_wrapped))
            keyring, wrapped = Keyring.create(wrapper)
            connection.execute(tables.installation.insert().values(id=1, kek_fingerprint=keyring.fingerprint, root_wrapped=wrapped))
            return keyring
    except OperationalError as error:
        raise SetupError("the database cannot be reached", hint="Check HUSHGATE_DATABASE_URL, the server and its credentials") from error
    finally:
        engine.dispose()


def _wrapper(settings: Settings, *, new: bool) -> KeyFile:
    path = settings.home / "kek"
    if settings.kek is not None:
        return KeyFile.of_text(settings.kek.get_secret_value())
    if path.exists():
        return KeyFile.open(path)
    if new:
        return KeyFile.create(path)
    raise SetupError(
        "the key-encryption key is missing", hint=f"Set HUSHGATE_KEK_FILE, or put the key that belongs to this database at {path}"
    )


async def complete(settings: Settings, url: str, keyring: Keyring, base_url: str, admin_url: str, *, mint: bool) -> FirstRun:
    """Make the first team, providers and keys of a prepared database. With `mint`, keys are made although there are some."""
    store = Database(url, settings.ledger_timeout)
    keys = Keys(keyring, store)
    ledger = Ledger(store, Vault(store, keys, settings.surrogate_days), Writer(store, settings.ledger_timeout))
    try:
        return await ensure(Control(store, ledger, keys), settings, base_url, admin_url, mint=mint)
    except LedgerUnavailable as error:
        raise SetupError(error.message, hint="Check HUSHGATE_DATABASE_URL, the server and its credentials") from error
    finally:
        await store.close()
