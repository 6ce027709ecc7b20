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
from app.crypto.keyring import KeyFile, Keyring, Wrapper
from app.errors import KeysUnavailable, LedgerUnavailable, SetupError
from app.store import generation, tables
from app.store.database import Database, sqlalchemy_url
from app.store.embedded import Embedded
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.schema import migrate, verify
from app.store.vault import Vault
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
                refused = connection.execute(select(tables.kek.c.fingerprint).where(tables.kek.c.revoked_at.is_not(None))).scalars()
                return _bounded(Keyring.open(wrapper, row.kek_fingerprint, bytes(row.root_wrapped), frozenset(refused)), settings)
            keyring, wrapped = Keyring.create(wrapper)
            connection.execute(tables.kek.insert().values(fingerprint=keyring.fingerprint))
            connection.execute(tables.installation.insert().values(id=1, kek_fingerprint=keyring.fingerprint, root_wrapped=wrapped))
            return _bounded(keyring, settings)
    except KeysUnavailable as error:
        raise SetupError(error.message, hint="Check HUSHGATE_KMS_URL, its token, mount and key") from None
    except OperationalError as error:
        raise SetupError("the database cannot be reached", hint="Check HUSHGATE_DATABASE_URL, the server and its credentials") from error
    finally:
        engine.dispose()


def _bounded(keyring: Keyring, settings: Settings) -> Keyring:
    """Let keys be used no longer than a KMS may be away: what the store remembers comes on top of what the keyring does."""
    if keyring.wrapper.remote:
        keyring.max_age = max(0.0, settings.kms_ttl - generation.MAX_AGE)
    return keyring


def _wrapper(settings: Settings, *, new: bool) -> Wrapper:
    path = settings.home / "kek"
    if settings.kms_url is not None:
        return _transit(settings, settings.kms_url)
    if settings.kek is not None:
        source = settings.kek_file.read_bytes if settings.kek_file is not None else None
        return KeyFile.of_text(settings.kek.get_secret_value(), source)
    if path.exists():
        return KeyFile.open(path)
    if new:
        return KeyFile.create(path)
    raise SetupError(
        "the key-encryption key is missing", hint=f"Set HUSHGATE_KEK_FILE, or put the key that belongs to this database at {path}"
    )


def _transit(settings: Settings, url: str) -> Wrapper:
    from app.crypto.transit import Place, Transit  # noqa: PLC0415 - only who has a KMS pays for its client

    given, file = settings.kms_token, settings.kms_token_file
    if given is None:
        raise SetupError("the token for the key management is missing", hint="Set HUSHGATE_KMS_TOKEN_FILE")
    token = (lambda: file.read_text(encoding="ascii").strip()) if file is not None else given.get_secret_value
    place = Place(url, settings.kms_key, token, settings.kms_mount, settings.kms_namespace, settings.kms_ca, settings.kms_timeout)
    try:
        return Transit(place)
    except KeysUnavailable as error:
        raise SetupError(error.message, hint="Check HUSHGATE_KMS_URL, its token, mount and key") from None
    except OSError as error:
        raise SetupError(f"HUSHGATE_KMS_CA cannot be read ({error.strerror})", hint="Check the path and its permissions") from None


async def complete(settings: Settings, url: str, keyring: Keyring, base_url: str, admin_url: str, *, mint: bool) -> FirstRun:
    """Make the first team, providers and keys of a prepared database. With `mint`, keys are made although there are some."""
    store = Database(url, settings.ledger_timeout)
    keys = Keys(keyring, store)
    ledger = Ledger(store, Vault(store, keys, settings.surrogate_days), Writer(store, settings.ledger_timeout))
    try:
        await keys.refresh()
        return await ensure(Control(store, ledger, keys), settings, base_url, admin_url, mint=mint)
    except LedgerUnavailable as error:
        raise SetupError(error.message, hint="Check HUSHGATE_DATABASE_URL, the server and its credentials") from error
    finally:
        await store.close()
