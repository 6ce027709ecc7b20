"""Restore the content of a file that a provider kept, block by block: text as text, JSON as JSON, any other bytes as they are."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from app.core.dialect import Endpoint
from app.core.segment import Segment
from app.core.table import Kind
from app.engine.answer import Noted, restore_whole
from app.engine.restore import Restorer
from app.errors import UpstreamFailed

BLOCK: Final = 64 * 1024
_LONGEST: Final = 16 * 1024 * 1024  # of a line; beyond, a surrogate that is cut stays
Restore = Callable[[Restorer, bytes], bytes]  # a block → the block with originals
Restoring = Callable[[str], Awaitable[Restorer]]  # a block → who restores it


def rows(endpoint: Endpoint, noted: Noted) -> Restore:
    """Return what restores JSON lines, each of which is an answer by the endpoint's table."""

    def row(restorer: Restorer, line: bytes) -> bytes:
        try:
            return restore_whole(line, endpoint, restorer, noted) if line.strip() else line
        except UpstreamFailed:
            return line  # the provider's odd line is not ours to refuse

    return lambda restorer, data: b"\n".join(row(restorer, line) for line in data.split(b"\n"))


def text(restorer: Restorer, data: bytes) -> bytes:
    """Restore text, or JSON in any number of documents."""
    said = data.decode("utf-8", "surrogateescape")
    new = restorer.whole(Segment(said, Kind.INPUT, None))
    return data if new == said else str(new).encode("utf-8", "surrogateescape")


async def restored(chunks: AsyncIterator[bytes], restoring: Restoring, restore: Restore = text) -> AsyncIterator[bytes]:
    """Yield a file with originals. A block ends where a line does: no surrogate, and no string of JSON, goes on behind it."""
    waiting: list[bytes] = []
    size = 0
    async for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size < BLOCK:
            continue
        block = b"".join(waiting)
        end = block.rfind(b"\n") + 1 or (len(block) if size > _LONGEST else 0)
        if end:
            yield restore(await restoring(block[:end].decode("utf-8", "replace")), block[:end])
        waiting, size = [block[end:]], len(block) - end
    if size:
        rest = b"".join(waiting)
        yield restore(await restoring(rest.decode("utf-8", "replace")), rest)
