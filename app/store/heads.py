"""What the leading sequencer knows of the trees: how they stand, whether that is what was signed, and their next heads."""

from dataclasses import dataclass, field
from typing import Any, Final, Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crypto.checkpoint import DIRECTORY, Checkpoint
from app.crypto.merkle import Tree
from app.store import trees
from app.store.signing import Log

_SIZE: Final = "SELECT index + 1 FROM leaf WHERE team = :tree ORDER BY index DESC LIMIT 1"
_ENTRIES: Final = f"SELECT index + 1 FROM node WHERE team = '{DIRECTORY}' AND level = 0 ORDER BY index DESC LIMIT 1"  # noqa: S608
_HEAD: Final = "SELECT size, root, note FROM checkpoint WHERE team = :tree ORDER BY size DESC LIMIT 1"
# One step a team, whatever the number of leaves.
_TEAMS: Final = """
WITH RECURSIVE named AS (
    (SELECT team FROM leaf ORDER BY team LIMIT 1)
    UNION ALL SELECT (SELECT team FROM leaf WHERE team > named.team ORDER BY team LIMIT 1) FROM named WHERE team IS NOT NULL
) SELECT team FROM named WHERE team IS NOT NULL
"""
PUBLISH: Final = """
WITH grown AS (
    INSERT INTO node (team, level, index, hash)
    SELECT :directory, * FROM unnest(CAST(:levels AS int[]), CAST(:node_indexes AS bigint[]), CAST(:nodes AS bytea[]))
)
INSERT INTO checkpoint (team, size, root, note, entry)
SELECT * FROM unnest(CAST(:teams AS text[]), CAST(:sizes AS bigint[]), CAST(:roots AS bytea[]), CAST(:notes AS text[]), CAST(:entries AS bigint[]))
"""


class Forked(Exception):
    """The database contradicts a checkpoint that was signed: it was altered, or an old backup was put in its place."""


@dataclass(slots=True)
class Grown:
    """A tree as its leader knows it. `signed` is the size of its last checkpoint, `due` when the next may be made."""

    tree: Tree
    signed: int = 0
    due: float = 0.0


@dataclass(slots=True)
class Lead:
    """What the leading process holds: the connection with the lock on it, and the trees."""

    connection: AsyncConnection
    log: Log
    directory: Tree
    trees: dict[str, Grown] = field(default_factory=dict)

    @classmethod
    async def read(cls, connection: AsyncConnection, log: Log) -> Self:
        """Read the trees. Raises Forked if one is not what was signed, Damaged if hashes are missing."""
        size = (await connection.execute(text(_ENTRIES))).scalar() or 0
        lead = cls(connection, log, await trees.grown(connection, DIRECTORY, size))
        for team in (await connection.execute(text(_TEAMS))).scalars().all():
            await lead.tree(team)
        return lead

    async def tree(self, team: str) -> Grown:
        """Return a team's tree, held against its last checkpoint when first asked for. Raises Forked."""
        known = self.trees.get(team)
        if known is None:
            size = (await self.connection.execute(text(_SIZE), {"tree": team})).scalar() or 0
            head = (await self.connection.execute(text(_HEAD), {"tree": team})).first()
            if head is not None and (head.size > size or (await trees.grown(self.connection, team, head.size)).root != bytes(head.root)):
                raise Forked(f"the tree of {team or 'the installation'} is not the one that was signed. See docs/operate.md")
            known = self.trees[team] = Grown(await trees.grown(self.connection, team, size), head.size if head else 0)
        return known

    async def check(self, note: str, where: object) -> str | None:
        """Hold the directory against its last checkpoint outside; return one that is newer. Raises Forked."""
        head = Checkpoint.opened(note, self.log.publics)
        found = await trees.grown(self.connection, DIRECTORY, head.size) if head.size <= self.directory.size else None
        if head.origin != self.log.origin(DIRECTORY) or found is None or found.root != head.root:
            raise Forked(f"the database is older than {where}, or not the one it is about. See docs/operate.md")
        latest = (await self.connection.execute(text(_HEAD), {"tree": DIRECTORY})).first()
        return str(latest.note) if latest is not None and latest.size > head.size else None

    def heads(self, due: dict[str, Grown]) -> tuple[Tree, list[str], dict[str, Any]]:
        """Return the directory grown by the heads of the trees that are due, their notes and its own, and the rows to be written."""
        directory = self.directory.copy()
        tiles: list[tuple[int, int, bytes]] = []
        rows: list[tuple[str, Checkpoint, int | None]] = []
        for team, known in sorted(due.items()):
            head = Checkpoint(self.log.origin(team), known.tree.size, known.tree.root)
            tiles.append((0, directory.size, head.leaf))
            rows.append((team, head, directory.size))
            directory.append(head.leaf, tiles)
        rows.append((DIRECTORY, Checkpoint(self.log.origin(DIRECTORY), directory.size, directory.root), None))
        notes = [self.log.sign(head) for _, head, _ in rows]
        parameters = {
            "directory": DIRECTORY,
            "levels": [tile[0] for tile in tiles],
            "node_indexes": [tile[1] for tile in tiles],
            "nodes": [tile[2] for tile in tiles],
            "teams": [team for team, _, _ in rows],
            "sizes": [head.size for _, head, _ in rows],
            "roots": [head.root for _, head, _ in rows],
            "notes": notes,
            "entries": [entry for _, _, entry in rows],
        }
        return directory, notes, parameters
