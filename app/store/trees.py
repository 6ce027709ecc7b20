"""The trees in Postgres: any complete subtree from stored hashes, so that neither a proof nor a restart reads all leaves."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crypto.merkle import TILE, Range, Subtree, Tree, consistency, cover, fold, inclusion, node_hash

# A team's leaves stand in `leaf`; the directory's are nodes of level 0.
_STORED: Final = """
WITH wanted AS (SELECT * FROM unnest(CAST(:levels AS int[]), CAST(:firsts AS bigint[]), CAST(:ends AS bigint[])) AS w(level, first, stop))
SELECT 0 AS level, leaf.index, leaf.hash FROM wanted JOIN leaf ON leaf.team = :tree AND leaf.index >= first AND leaf.index < stop
WHERE wanted.level = 0
UNION ALL
SELECT node.level, node.index, node.hash FROM wanted
JOIN node ON node.team = :tree AND node.level = wanted.level AND node.index >= first AND node.index < stop
"""


class Damaged(Exception):
    """Hashes that must be stored are not: somebody took rows away."""


async def subtrees(connection: AsyncConnection, tree: str, wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
    """Return the hashes of complete subtrees. Raises Damaged."""
    spans = {(level, index): (level // TILE, index << level % TILE, (index + 1) << level % TILE) for level, index in wanted}
    if not spans:
        return {}
    levels, firsts, ends = zip(*set(spans.values()), strict=True)
    parameters = {"tree": tree, "levels": list(levels), "firsts": list(firsts), "ends": list(ends)}
    rows = (await connection.execute(text(_STORED), parameters)).all()
    stored = {(level, index): bytes(value) for level, index, value in rows}
    try:
        return {one: _root([stored[level, index] for index in range(first, end)]) for one, (level, first, end) in spans.items()}
    except KeyError:
        raise Damaged(f"the tree {tree} lacks hashes") from None


def _root(row: list[bytes]) -> bytes:
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


async def grown(connection: AsyncConnection, tree: str, size: int) -> Tree:
    """Return a tree of `size` leaves, ready to grow. Raises Damaged."""
    parts = list(cover(0, size))
    found = await subtrees(connection, tree, parts)
    return Tree(size, [found[part] for part in parts])


async def hashes(connection: AsyncConnection, tree: str, ranges: Sequence[Range]) -> list[bytes]:
    """Return the hash of each range of a proof. Raises Damaged."""
    parts = [list(cover(start, end)) for start, end in ranges]
    found = await subtrees(connection, tree, (one for row in parts for one in row))
    return [fold(found[one] for one in row) for row in parts]


async def inclusion_proof(connection: AsyncConnection, tree: str, index: int, size: int) -> list[bytes]:
    """Return the path from leaf `index` to the root of the tree at `size`."""
    return await hashes(connection, tree, inclusion(index, size))


async def consistency_proof(connection: AsyncConnection, tree: str, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree at `old` is the beginning of the one at `new`."""
    return await hashes(connection, tree, consistency(old, new) if old else [])
