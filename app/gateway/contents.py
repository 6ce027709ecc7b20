"""Restore the content of a file that a provider kept, block by block: text as text, JSON as JSON, any other bytes as they are."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from app.core.segment import Segment
from app.core.table import Kind
from app.engine.restore import Restorer

BLOCK: Final = 64 * 1024
_LONGEST: Final = 16 * 1024 * 1024  # of a line; beyond, a surrogate that is cut stays
Restoring = Callable[[str], Awaitable[Restorer]]  # a block → who restores it


async def restored(chunks: AsyncIterator[bytes], restoring: Restoring) -> AsyncIterator[bytes]:
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
            yield await _block(block[:end], restoring)
        waiting, size = [block[end:]], len(block) - end
    if size:
        yield await _block(b"".join(waiting), restoring)


async def _block(data: bytes, restoring: Restoring) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    new = (await restoring(text)).whole(Segment(text, Kind.INPUT, None))
    return data if new == text else str(new).encode("utf-8", "surrogateescape")
