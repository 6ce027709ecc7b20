"""The sequencer: the one process among all that gives every record its leaf and signs the heads of the trees that grew.

Records wait in `pending`, put there by a trigger in the transaction that writes them: whenever they commit, and whatever their
time and id, they are taken once, with their leaves, in one transaction. Which process leads is an advisory lock's to say; the
lock lies on the connection that does the work, so whoever lost it cannot commit.
"""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core import metrics
from app.core.metrics import Metrics
from app.crypto.merkle import Tree
from app.crypto.note import NoteError
from app.errors import HushgateError, LedgerUnavailable, SetupError
from app.store import trees
from app.store.database import Database
from app.store.heads import PUBLISH, Forked, Lead
from app.store.outside import Outside
from app.store.signing import Signing
from app.store.witness import Witnesses

EVERY: Final = 0.25  # seconds between two looks
CHECKPOINT: Final = 5.0  # seconds between two heads of one tree; one that was quiet gets its head at once
BATCH: Final = 4096
_LOCK: Final = 1213550420
_PAUSE: Final = 1.0  # seconds after a fault, and between two attempts to lead
_LOG = logging.getLogger("hushgate.ledger")

_WAITING: Final = "SELECT id, team, hash FROM pending ORDER BY id LIMIT :batch"
_TAKE: Final = """
WITH gone AS (
    DELETE FROM pending USING unnest(CAST(:ids AS bigint[]), CAST(:places AS bigint[])) AS taken(id, place) WHERE pending.id = taken.id
    RETURNING pending.team, taken.place, pending.record, pending.at, pending.hash
), grown AS (
    INSERT INTO node (team, level, index, hash)
    SELECT * FROM unnest(CAST(:teams AS text[]), CAST(:levels AS int[]), CAST(:indexes AS bigint[]), CAST(:nodes AS bytea[]))
)
INSERT INTO leaf (team, index, record, at, hash) SELECT * FROM gone
"""
_TWICE: Final = """
DELETE FROM pending p WHERE EXISTS (SELECT FROM leaf WHERE leaf.record = p.record)
OR EXISTS (SELECT FROM pending q WHERE q.record = p.record AND q.id < p.id)
"""


class Sequencer:
    """Every process may run one; one of them leads."""

    def __init__(
        self, database: Database, signing: Signing, outside: Outside, count: Metrics | None = None, witnesses: Witnesses | None = None
    ) -> None:
        """Work in `database`; publish to `outside`, too, and show the directory's heads to `witnesses`."""
        self._witnesses = witnesses or Witnesses(database, ())
        self._database = database
        self._signing = signing
        self._outside = outside
        self._count = count or Metrics()
        self._lead: Lead | None = None
        self._task: asyncio.Task[None] | None = None
        self._untold: list[str] = []
        self._since = 0.0

    async def start(self) -> None:
        """Begin, in the background."""
        self._task = asyncio.create_task(self._run(), name="sequencer")

    async def stop(self) -> None:
        """Stop, and let another process lead."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=_PAUSE)  # a hung server must not hold up the end
        await self._witnesses.stop()
        await self._step_down()

    async def _run(self) -> None:
        while True:
            pause = EVERY
            try:
                if await self.lead():
                    while await self.sequence() == BATCH:
                        pass
                    await self.publish()
                    self._lags()
                else:
                    pause = _PAUSE
            except IntegrityError:
                _LOG.error("a record waits for a second leaf; it gets none")
                await self._once()
                await self._step_down()
            except Forked as error:
                _LOG.error("nothing is signed any more: %s", error)
                self._count.add(metrics.LEDGER_FORKED)
                await self._step_down()
                pause = 60 * _PAUSE
            except (LedgerUnavailable, SetupError, SQLAlchemyError, psycopg.Error, OSError, trees.Damaged, NoteError) as error:
                _LOG.warning("sequencing waits (%s)", error if isinstance(error, HushgateError) else type(error).__name__)
                await self._step_down()
                pause = _PAUSE
            except Exception as error:  # noqa: BLE001 - what nobody foresaw must not end the signing for good
                _LOG.error("sequencing stumbled (%s)", type(error).__name__)
                await self._step_down()
                pause = _PAUSE
            await asyncio.sleep(pause)

    async def lead(self) -> bool:
        """Take the lead if nobody has it. Raises Forked."""
        if self._lead is not None:
            return True
        log = await self._signing.log()
        connection = await self._database.engine.connect()
        try:
            async with connection.begin():
                won = (await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK})).scalar_one()
            if not won:
                await connection.close()
                return False
            async with self._transaction(connection):
                lead = await Lead.read(connection, log)
                note = await asyncio.to_thread(self._outside.last)
                newer = await lead.check(note, self._outside.path) if note is not None else None
        except BaseException:
            await _drop(connection)
            raise
        self._lead = lead
        self._untold = [newer] if newer is not None else []  # a crash came between the database and the file
        return True

    async def _once(self) -> None:
        """Let a record that waits twice, or has its leaf, not stop the others."""
        if self._lead is not None:
            with contextlib.suppress(SQLAlchemyError):
                async with self._transaction(self._lead.connection):
                    await self._lead.connection.execute(text(_TWICE))

    def _lags(self) -> None:
        """Publish since when something is not signed and outside."""
        lead = self._lead
        behind = bool(self._untold) or (lead is not None and any(known.tree.size > known.signed for known in lead.trees.values()))
        self._since = (self._since or time.monotonic()) if behind else 0.0
        self._count.set(metrics.CHECKPOINT_LAG, to=self._since)

    async def _step_down(self) -> None:
        lead, self._lead = self._lead, None
        if lead is not None:
            await _drop(lead.connection)

    @contextlib.asynccontextmanager
    async def _transaction(self, connection: AsyncConnection) -> Any:
        async with connection.begin():
            await connection.execute(text("SET LOCAL ROLE hushgate_sequencer"))
            yield

    async def sequence(self) -> int:
        """Give leaves to records that have none, and return how many."""
        assert self._lead is not None  # noqa: S101 - asked of the leader only
        lead = self._lead
        async with self._transaction(lead.connection):
            rows = (await lead.connection.execute(text(_WAITING), {"batch": BATCH})).all()
            if not rows:
                return 0
            grown, parameters = await self._placed(lead, rows)
            await lead.connection.execute(text(_TAKE), parameters)
        for team, tree in grown.items():
            lead.trees[team].tree = tree
        self._count.add(metrics.LEDGER_LEAVES, by=len(rows))
        return len(rows)

    async def _placed(self, lead: Lead, rows: Sequence[Any]) -> tuple[dict[str, Tree], dict[str, Any]]:
        grown: dict[str, Tree] = {}
        tiles: dict[str, list[tuple[int, int, bytes]]] = defaultdict(list)
        places = []
        for row in rows:
            tree = grown.get(row.team)
            if tree is None:
                tree = grown[row.team] = (await lead.tree(row.team)).tree.copy()
            places.append(tree.size)
            tree.append(row.hash, tiles[row.team])
        nodes = [(team, *tile) for team, found in tiles.items() for tile in found]
        teams, levels, indexes, hashes = zip(*nodes, strict=True) if nodes else ((), (), (), ())
        columns = {"teams": list(teams), "levels": list(levels), "indexes": list(indexes), "nodes": list(hashes)}
        return grown, {"ids": [row.id for row in rows], "places": places, **columns}

    async def publish(self, *, at_once: bool = False) -> int:
        """Sign the heads of the trees that grew and are due, and the directory's; return how many trees."""
        assert self._lead is not None  # noqa: S101 - asked of the leader only
        lead, now = self._lead, time.monotonic()
        due = {team: known for team, known in lead.trees.items() if known.tree.size > known.signed and (at_once or now >= known.due)}
        if due:
            lead.log = await self._signing.log()
            directory, notes, parameters = lead.heads(due)
            async with self._transaction(lead.connection):
                await lead.connection.execute(text(PUBLISH), parameters)
            lead.directory = directory
            for known in due.values():
                known.signed, known.due = known.tree.size, now + CHECKPOINT
            self._untold += notes
            self._count.add(metrics.CHECKPOINTS, by=len(due))
        if self._untold:
            await asyncio.to_thread(self._outside.append, self._untold, datetime.now(UTC))
            self._witnesses.show(lead.directory.size, self._untold[-1])
            self._untold = []
            await self._outside.tell()
        return len(due)


async def _drop(connection: AsyncConnection) -> None:
    """End a connection, and with it the lock on it."""
    with contextlib.suppress(SQLAlchemyError, psycopg.Error, OSError):
        await connection.invalidate()
        await connection.close()
