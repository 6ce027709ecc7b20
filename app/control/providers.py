"""Providers: a dialect at a base URL, with a sealed credential that leaves the database only towards that provider."""

import hmac
import json
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

import app.dialects
from app.control import names
from app.control.actor import INSTALLATION, Actor, Verb, may
from app.control.change import Control, change
from app.control.pages import FIRST, Asked, Page, page
from app.control.scope import unchanged
from app.core.dialect import Dialect
from app.core.registry import load
from app.errors import Invalid
from app.store import tables

_LONGEST_CREDENTIAL: Final = 8192
_LONGEST_TERMS: Final = 16384
_COLUMNS: Final = (
    tables.provider.c.name,
    tables.provider.c.dialect,
    tables.provider.c.base_url,
    tables.provider.c.credential.is_not(None).label("credential_set"),
    tables.provider.c.allow_private,
    tables.provider.c.terms,
    tables.provider.c.created_at,
    tables.provider.c.credential_set_at,
)
_VISIBLE: Final = frozenset(string.ascii_letters + string.digits + string.punctuation)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as people see it: whether a credential is set, never which."""

    name: str
    dialect: str
    base_url: str
    credential_set: bool
    allow_private: bool
    terms: dict[str, Any]
    created_at: datetime
    credential_set_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a provider is to be. `credential` None removes it, unless `keep_credential` leaves it as it is.

    `terms` is what was agreed with the provider (retention, training, region): noted here, enforced nowhere yet.
    """

    dialect: str
    base_url: str
    credential: str | None = field(default=None, repr=False)
    keep_credential: bool = False
    allow_private: bool = False
    terms: Mapping[str, Any] = field(default_factory=dict)


async def put(control: Control, actor: Actor, name: str, entry: Entry, expected: str | None = None) -> Provider:
    """Create or replace a provider; one that is so already is left alone. Raises Invalid or Conflict."""
    may(actor, Verb.PROVIDER_SET, INSTALLATION)
    _check(names.check(name), entry)
    async with change(control, actor, Verb.PROVIDER_SET, name) as step:
        before = await _find(step.connection, name, lock=True)
        unchanged(before, expected)
        _guard_credential(before, entry)
        if before is not None and await _is_so(control, step.connection, before, entry):
            step.nothing()
            return before
        row: dict[str, Any] = {"dialect": entry.dialect, "base_url": entry.base_url}
        row |= {"allow_private": entry.allow_private, "terms": dict(entry.terms)}
        if not entry.keep_credential:
            removed = entry.credential is None
            row["credential"] = None if removed else await control.keys.seal_credential(step.connection, name, entry.credential or "")
            row["credential_set_at"] = None if removed else func.clock_timestamp()
        query = postgresql.insert(tables.provider).values(name=name, **row)
        stored = await step.connection.execute(query.on_conflict_do_update(index_elements=["name"], set_=row).returning(*_COLUMNS))
        step.details |= {"dialect": entry.dialect, "base_url": entry.base_url, "allow_private": entry.allow_private}
        step.details |= {"credential": "kept" if entry.keep_credential else "removed" if entry.credential is None else "set"}
        return Provider(*stored.one())


async def get(control: Control, actor: Actor, name: str) -> Provider:
    """Return one provider. Raises NotFound."""
    may(actor, Verb.PROVIDER_LOOK, INSTALLATION)
    async with control.transaction() as connection:
        found = await _find(connection, names.find(name, "provider"))
    if found is None:
        raise names.missing("provider", "name")
    return found


async def every(control: Control, actor: Actor, asked: Asked = FIRST) -> Page[Provider]:
    """Return the providers by name."""
    may(actor, Verb.PROVIDER_LOOK, INSTALLATION)
    async with control.transaction() as connection:
        return await page(connection, select(*_COLUMNS), [tables.provider.c.name], asked, lambda row: Provider(**row))


async def remove(control: Control, actor: Actor, name: str, expected: str | None = None) -> None:
    """Remove a provider and its credential; records go on naming it. Raises NotFound or Conflict."""
    async with change(control, actor, Verb.PROVIDER_REMOVE, name) as step:
        found = await _find(step.connection, names.find(name, "provider"), lock=True)
        if found is None:
            raise names.missing("provider", "name")
        unchanged(found, expected)
        await step.connection.execute(delete(tables.provider).where(tables.provider.c.name == name))
        step.details |= {"dialect": found.dialect, "base_url": found.base_url}


async def add(connection: AsyncConnection, name: str, dialect: str, base_url: str) -> None:
    """Insert a provider without credential unless it exists."""
    row = {"name": name, "dialect": dialect, "base_url": base_url}
    await connection.execute(postgresql.insert(tables.provider).values(row).on_conflict_do_nothing())


async def _find(connection: AsyncConnection, name: str, *, lock: bool = False) -> Provider | None:
    query = select(*_COLUMNS).where(tables.provider.c.name == name)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    return Provider(*row) if row else None


async def _is_so(control: Control, connection: AsyncConnection, before: Provider, entry: Entry) -> bool:
    """Whether a provider is what the entry wants already, its credential included."""
    wanted = (entry.dialect, entry.base_url, entry.allow_private, dict(entry.terms))
    if wanted != (before.dialect, before.base_url, before.allow_private, before.terms):
        return False
    if entry.keep_credential or entry.credential is None or not before.credential_set:
        return entry.keep_credential or before.credential_set == (entry.credential is not None)
    sealed = (await connection.execute(select(tables.provider.c.credential).where(tables.provider.c.name == before.name))).scalar_one()
    held = await control.keys.open_credential(connection, before.name, bytes(sealed))
    return hmac.compare_digest(held.encode(), entry.credential.encode())


def _check(name: str, entry: Entry) -> None:
    if name in names.RESERVED:
        raise Invalid("this name is reserved", where="name", hint=f"Reserved names: {', '.join(sorted(names.RESERVED))}")
    known = sorted(dialect.name for dialect in load(app.dialects, Dialect))
    if entry.dialect not in known:
        raise Invalid("no such dialect", where="dialect", hint=f"Known dialects: {', '.join(known)}")
    _check_url(entry)
    secret = entry.credential
    if secret is not None and not (0 < len(secret) <= _LONGEST_CREDENTIAL and _VISIBLE.issuperset(secret)):
        raise Invalid(
            "the credential cannot stand in a header", where="credential", hint="Give it without spaces, quotes or line breaks around it"
        )
    if not all(map(_storable, entry.terms.items())):
        raise Invalid("the terms hold what is no text: NUL, or half of a character", where="terms", hint="Take it out")
    if len(json.dumps(dict(entry.terms))) > _LONGEST_TERMS:
        raise Invalid("the terms are too long", where="terms", hint="Note what was agreed, and where the contract lies")


def _storable(value: object) -> bool:
    """Whether Postgres can keep it."""
    if isinstance(value, tuple | list):
        return all(map(_storable, value))
    return not isinstance(value, str) or ("\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value))


def _check_url(entry: Entry) -> None:
    hint = "Give what the provider's own SDK takes, such as https://api.openai.com/v1"
    url = _split(entry.base_url)
    if url is None or not url.hostname or url.scheme not in {"http", "https"}:
        raise Invalid("the base URL is not an http or https address", where="base_url", hint=hint)
    if url.username is not None or url.password is not None or "?" in entry.base_url or "#" in entry.base_url:
        raise Invalid("the base URL holds more than scheme, host, port and path", where="base_url", hint="Put a credential in `credential`")
    if url.scheme == "http" and not entry.allow_private:
        raise Invalid(
            "plain http would show every request to the network",
            where="base_url",
            hint="Use https, or `allow_private` for a host of your own",
        )


def _split(address: str) -> SplitResult | None:
    """Take an address apart; None if it is none."""
    if not all("!" <= character <= "~" for character in address) or "\\" in address:
        return None
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        return None
    return url if port != 0 else None


def _origin(address: str) -> tuple[str, str | None, int | None]:
    url = urlsplit(address)
    return url.scheme, url.hostname, url.port


def _guard_credential(before: Provider | None, entry: Entry) -> None:
    """Refuse to hand a kept credential to another host: whoever may set a URL need not know the credential."""
    if before and before.credential_set and entry.keep_credential and _origin(before.base_url) != _origin(entry.base_url):
        raise Invalid(
            "the base URL moves to another host, so the credential is not kept", where="credential", hint="Give the credential again"
        )
