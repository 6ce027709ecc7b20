"""What is known of a text, by content: a keyed hash of text and detectors maps to spans or languages, never to text. Bounded by memory."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Sequence
from sys import intern
from typing import Final, Generic, TypeVar

from app.core.finding import Finding

CACHE_MEMORY: Final = 32 << 20  # bytes of each worker
_TEXT: Final = 240  # bytes: a hash, its place in the table, an empty tuple
_SPAN: Final = 200  # bytes: a finding with its two numbers, its score and its place in the tuple


V = TypeVar("V")


class ContentCache(Generic[V]):
    """Values by content, least recently used out. The hash key lives and dies with the process."""

    def __init__(self, limit: int) -> None:
        """Hold what fits into about `limit` bytes."""
        self._limit, self._size = limit, 0
        self._key = os.urandom(32)
        self._values: OrderedDict[bytes, V] = OrderedDict()

    def address(self, version: str, text: str) -> bytes:
        """Return the key of `text` as seen by the detectors of `version`."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20, key=self._key, salt=version[:16].encode()).digest()

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
