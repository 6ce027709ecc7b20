"""What is known of a text, by content: a keyed hash of text and detectors maps to spans or languages, never to text. Bounded by memory.

And of a conversation: a segment is known by the hash of all up to it, so that turns said before need not be put together again.
"""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Sequence
from sys import intern
from typing import Final, Generic, TypeVar

from app.core.finding import Finding
from app.engine.inspect import Made

CACHE_MEMORY: Final = 32 << 20  # bytes of each worker
_TEXT: Final = 240  # bytes: a hash, its place in the table, an empty tuple
TURN_MEMORY: Final = 8 << 20  # bytes of each worker
_SPAN: Final = 200  # bytes: a finding with its two numbers, its score and its place in the tuple


V = TypeVar("V")


class ContentCache(Generic[V]):
    """Values by content, least recently used out. The hash key lives and dies with the process."""

    def __init__(self, limit: int) -> None:
        """Hold what fits into about `limit` bytes."""
        self._limit, self._size = limit, 0
        self._key = os.urandom(32)
        self._values: OrderedDict[bytes, V] = OrderedDict()

    def address(self, before: bytes, text: str) -> bytes:
        """Return the key of `text` as those see it, or where it stands behind that, which `before` names: always as many bytes in one cache."""
        found = hashlib.blake2b(before, digest_size=20, key=self._key)
        found.update(text.encode("utf-8", "surrogatepass"))
        return found.digest()

    def get(self, address: bytes) -> V | None:
        """Return what is known, and remember that it was asked for."""
        value = self._values.get(address)
        if value is not None:
            self._values.move_to_end(address)
        return value

    def put(self, address: bytes, value: V) -> None:
        """Remember, and forget what was longest not asked for. What would take an eighth of the memory is not worth it."""
        size = self.size(value)
        if address in self._values or size > self._limit // 8:
            return
        self._values[address] = value
        self._size += size
        while self._size > self._limit:
            _, old = self._values.popitem(last=False)
            self._size -= self.size(old)

    def size(self, value: V) -> int:
        """Return about how many bytes an entry takes."""
        del value
        return _TEXT


class SpanCache(ContentCache[tuple[Finding, ...]]):
    """Findings by content."""

    def __init__(self, limit: int = CACHE_MEMORY) -> None:
        """Hold what fits into about `limit` bytes."""
        super().__init__(limit)

    def put(self, address: bytes, value: Sequence[Finding]) -> None:
        """Remember what was found."""
        super().put(address, tuple(Finding(s.start, s.end, intern(s.entity), s.score, intern(s.detector), s.checked) for s in value))

    def size(self, value: Sequence[Finding]) -> int:
        """Return about how many bytes an entry takes."""
        return _TEXT + _SPAN * len(value)


class TurnCache(ContentCache[Made]):
    """What was made of the segments of conversations, by content."""

    def __init__(self, limit: int = TURN_MEMORY) -> None:
        """Hold what fits into about `limit` bytes."""
        super().__init__(limit)

    def begin(self, version: str) -> "Turns":
        """Return the memory of a document as the detectors of `version` see it."""
        return Turns(self, version)

    def size(self, value: Made) -> int:
        """Return about how many bytes an entry takes, were none of its findings held elsewhere."""
        return _TEXT + _SPAN * (len(value.found) + len(value.told))


class Turns:
    """The memory of one document: a hash that goes on from segment to segment."""

    __slots__ = ("_address", "_cache")

    def __init__(self, cache: TurnCache, version: str) -> None:
        self._cache, self._address = cache, cache.address(b"", version)

    def at(self, text: str, mark: str) -> Made | None:
        """Go on to a segment, and return what was made of it."""
        self._address = self._cache.address(self._address, f"{len(mark)} {mark}{text}")
        return self._cache.get(self._address)

    def keep(self, made: Made) -> None:
        """Remember what was made of the segment."""
        self._cache.put(self._address, made)
