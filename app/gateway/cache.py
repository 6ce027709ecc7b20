"""What was found, by content: a keyed hash of text and detectors maps to spans, never to text. Bounded by memory."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Sequence
from sys import intern
from typing import Final

from app.core.finding import Finding

CACHE_MEMORY: Final = 32 << 20  # bytes of each worker
_TEXT: Final = 240  # bytes: a hash, its place in the table, an empty tuple
_SPAN: Final = 200  # bytes: a finding with its two numbers, its score and its place in the tuple


class SpanCache:
    """Findings by content, least recently used out. The hash key lives and dies with the process."""

    def __init__(self, limit: int = CACHE_MEMORY) -> None:
        """Hold what fits into about `limit` bytes."""
        self._limit, self._size = limit, 0
        self._key = os.urandom(32)
        self._spans: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()

    def address(self, version: str, text: str) -> bytes:
        """Return the key of `text` as seen by the detectors of `version`."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20, key=self._key, salt=version[:16].encode()).digest()

    def get(self, address: bytes) -> tuple[Finding, ...] | None:
        """Return what is known, and remember that it was asked for."""
        spans = self._spans.get(address)
        if spans is not None:
            self._spans.move_to_end(address)
        return spans

    def put(self, address: bytes, spans: Sequence[Finding]) -> None:
        """Remember, and forget what was longest not asked for. What would take an eighth of the memory is not worth it."""
        size = _size(spans)
        if address in self._spans or size > self._limit // 8:
            return
        self._spans[address] = tuple(Finding(s.start, s.end, intern(s.entity), s.score, intern(s.detector), s.checked) for s in spans)
        self._size += size
        while self._size > self._limit:
            _, old = self._spans.popitem(last=False)
            self._size -= _size(old)


def _size(spans: Sequence[Finding]) -> int:
    return _TEXT + _SPAN * len(spans)
