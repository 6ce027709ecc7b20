"""Witnesses of the log (c2sp.org/tlog-witness): each is shown every head of the directory and cosigns it, if it is consistent."""

import asyncio
import base64
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from app.crypto.checkpoint import DIRECTORY
from app.crypto.note import COSIGNATURE, Key, Note, NoteError
from app.errors import LedgerUnavailable, SetupError
from app.store import tables, trees
from app.store.database import Database

_PATIENCE: Final = 10.0  # seconds
_LONGEST: Final = 1 << 16
_SEEN: Final = "SELECT max(size) FROM cosignature WHERE witness = :witness"
_OK, _CONFLICT = 200, 409
_LOG = logging.getLogger("hushgate.ledger")


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness: its key, and the prefix under which it takes checkpoints."""

    key: Key
    url: str

    @classmethod
    def read(cls, setting: str) -> list[Self]:
        """Read HUSHGATE_WITNESSES: `vkey url` for each, with commas between. Raises SetupError."""
        found = []
        for entry in filter(None, (part.strip() for part in setting.split(","))):
            vkey, _, url = entry.partition(" ")
            try:
                key = Key.read(vkey)
            except NoteError:
                key = None
            if key is None or key.sort != COSIGNATURE or not url.strip().startswith(("https://", "http://")):
                raise SetupError("HUSHGATE_WITNESSES is not valid", hint="Give `name+id+key url` for each witness, with commas between")
            found.append(cls(key, url.strip().rstrip("/")))
        return found


class Witnesses:
    """Asks all witnesses, one head after the other; whoever is slow is asked for the newest head next."""

    def __init__(self, database: Database, witnesses: Sequence[Witness]) -> None:
        """Keep what they sign in `database`."""
        self._database = database
        self._witnesses = witnesses
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._old: dict[str, int] = {}

    def show(self, size: int, note: str) -> None:
        """Show a head of the directory to every witness that is not busy. Never fails, never waits."""
        for witness in self._witnesses:
            name = witness.key.vkey
            if name not in self._asking or self._asking[name].done():
                self._asking[name] = asyncio.create_task(self._ask(witness, size, note), name="witness")

    async def stop(self) -> None:
        """Ask no more."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _ask(self, witness: Witness, size: int, note: str) -> None:
        import httpx  # noqa: PLC0415 - few have a witness

        try:
            async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE) as client:
                line = await self._cosigned(client, witness, size, note)
        except (httpx.HTTPError, httpx.InvalidURL, LedgerUnavailable, trees.Damaged, NoteError, ValueError) as error:
            _LOG.warning("the witness %s does not sign (%s)", witness.key.name, type(error).__name__)
            return
        row = {"size": size, "witness": witness.key.vkey, "line": line}
        async with self._database.transaction() as connection:
            await connection.execute(text("SET LOCAL ROLE hushgate_sequencer"))
            await connection.execute(insert(tables.cosignature).values(row).on_conflict_do_nothing())
        self._old[witness.key.vkey] = size

    async def _cosigned(self, client: object, witness: Witness, size: int, note: str) -> str:
        """Return the witness's line under a head. Raises ValueError or NoteError if it answers anything else."""
        import httpx  # noqa: PLC0415 - as above

        assert isinstance(client, httpx.AsyncClient)  # noqa: S101 - the type is imported late
        old = self._old.get(witness.key.vkey)
        for _ in range(2):
            async with self._database.transaction() as connection:
                await connection.execute(text("SET LOCAL ROLE hushgate_sequencer"))
                if old is None:
                    old = (await connection.execute(text(_SEEN), {"witness": witness.key.vkey})).scalar() or 0
                path = await trees.consistency_proof(connection, DIRECTORY, old, size) if 0 < old < size else []
            proof = "".join(f"{base64.b64encode(step).decode()}\n" for step in path)
            answer = await client.post(f"{witness.url}/add-checkpoint", content=f"old {old}\n{proof}\n{note}".encode())
            if answer.status_code == _CONFLICT:  # it knows of another head: its answer is how far that goes
                old = int(answer.text[:20])
                continue
            break
        if answer.status_code != _OK or len(answer.content) > _LONGEST:
            raise ValueError("no cosignature")
        read = Note.read(note + answer.text)
        if read.by(witness.key) is None:
            raise ValueError("no cosignature")
        return next(f"{line}\n" for line in answer.text.splitlines() if Note.read(f"{read.text}\n{line}\n").by(witness.key) is not None)
