"""The first run: a team, two providers and two keys to begin with, written once to `first-run.json` in the home."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.config import Settings
from app.control import admin_keys, keys, providers, teams
from app.control.actor import INSTALLER, Verb
from app.control.change import Change, Control, change
from app.crypto import credentials
from app.crypto.credentials import Credential, Prefix
from app.dialects.anthropic import ANTHROPIC
from app.dialects.openai import OPENAI
from app.errors import SetupError
from app.store import tables
from app.store.site import write_private
from app.store.sweeper import partitions

FILE: Final = "first-run.json"
PROVIDERS: Final = tuple((dialect.name, dialect.name, dialect.home) for dialect in (OPENAI, ANTHROPIC))
_LOCK: Final = 0x48555349  # "HUSI": one process at a time


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What `first-run.json` says. `fresh` tells whether this call made a key; it is not in the file."""

    gateway_key: str = field(repr=False)
    admin_key: str = field(repr=False)
    base_url: str
    admin_url: str
    fresh: bool = False


def path(settings: Settings) -> Path:
    """Return where `first-run.json` lies."""
    return settings.home.expanduser() / FILE


async def ensure(control: Control, settings: Settings, base_url: str, admin_url: str, *, mint: bool = True) -> FirstRun:
    """Make the installation complete and `first-run.json` true, whoever else does the same at this moment.

    Keys in the file that this database knows stay, even revoked ones: what was revoked on purpose does not come back.
    Others (no file, another database) are minted; without `mint` only if the database has no admin key at all, since a file on
    a disk that is thrown away must not multiply keys. Raises SetupError if the file cannot be written.
    """
    file = path(settings)
    async with change(control, INSTALLER, Verb.INSTALL, "installation") as step:
        await step.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await partitions(step.connection)
        if await teams.add(control.keys, step.connection, teams.DEFAULT) is not None:
            step.details["team"] = teams.DEFAULT
            for provider in PROVIDERS:
                await providers.add(step.connection, *provider)
        held = _read(file)
        if not mint and await _known(control, step.connection, held.get("admin_key"), Prefix.ADMIN) is None and await _has_keys(step):
            return FirstRun("", "", base_url, admin_url)
        run = FirstRun(
            await _gateway_key(control, step, held.get("gateway_key")),
            await _admin_key(control, step, held.get("admin_key")),
            base_url or held.get("base_url", ""),  # a process of the admin plane alone has none of its own
            admin_url,
        )
        run = replace(run, fresh=(run.gateway_key, run.admin_key) != (held.get("gateway_key"), held.get("admin_key")))
        _write(file, run)  # before the commit: keys that nobody was given are worse than a file that is written again
        if not step.details:
            step.nothing()
        return run


async def _has_keys(step: Change) -> bool:
    """Whether somebody holds an admin key already; then nothing changes."""
    query = select(tables.admin_key.c.id).where(tables.admin_key.c.revoked_at.is_(None)).limit(1)
    found = (await step.connection.execute(query)).first() is not None
    if found and not step.details:
        step.nothing()
    return found


async def _gateway_key(control: Control, step: Change, held: Any) -> str:
    known = await _known(control, step.connection, held, Prefix.GATEWAY)
    if known is None:
        known = credentials.mint(Prefix.GATEWAY)
        await keys.store(step.connection, control.keys.index_key, known, teams.DEFAULT, teams.DEFAULT)
        step.details["gateway_key"] = known.id
    return known.text


async def _admin_key(control: Control, step: Change, held: Any) -> str:
    known = await _known(control, step.connection, held, Prefix.ADMIN)
    if known is None:
        known = credentials.mint(Prefix.ADMIN)
        await admin_keys.store(step.connection, control.keys.index_key, known, "first run")
        step.details["admin_key"] = known.id
    return known.text


async def _known(control: Control, connection: AsyncConnection, held: Any, prefix: Prefix) -> Credential | None:
    """Return the key in the file if this database has its digest."""
    credential = credentials.parse(held) if isinstance(held, str) else None
    if credential is None or credential.prefix is not prefix:
        return None
    table = tables.gateway_key if prefix is Prefix.GATEWAY else tables.admin_key
    digest = (await connection.execute(select(table.c.digest).where(table.c.id == credential.id))).scalar_one_or_none()
    return credential if digest is not None and control.keys.index_key.matches(credential, bytes(digest)) else None


def _read(file: Path) -> dict[str, Any]:
    """Return what the file says; nothing if it is missing or damaged, since then its keys are lost anyway."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, run: FirstRun) -> None:
    content = {name: value for name, value in asdict(run).items() if name != "fresh"}
    try:
        file.parent.mkdir(0o700, parents=True, exist_ok=True)
        write_private(file, json.dumps(content, indent=2) + "\n")
    except OSError as error:
        raise SetupError(
            f"{file} cannot be written ({error.strerror})", hint="Make HUSHGATE_HOME a folder that this user can write"
        ) from None
