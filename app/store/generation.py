"""What a process remembers of the database: bounded, at most a minute old, and void once somebody published, revoked or erased.

Changes are heard of by LISTEN. While nobody listens nothing is remembered: what could be out of date is read again. With a spool, on a
single host, a process whose Postgres is away goes on with what it knew, and forgets it when that is back.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

MAX_AGE: Final = 60.0  # seconds
K = TypeVar("K")
V = TypeVar("V")


class Generation:
    """Counts the changes. What belongs to an earlier count is forgotten, and what was read under one is not kept."""

    def __init__(self) -> None:
        """Begin deaf: `live` is set by whoever listens for changes."""
        self.number = 0
        self.live = False
        self.keeps = False  # with a spool: while Postgres is away, what was known last goes on to count
        self.away = False
        self._clear: list[Callable[[], None]] = []

    @property
    def stranded(self) -> bool:
        """Whether nobody can change anything that this process could hear of, so that what is old is still the best there is."""
        return self.keeps and (self.away or not self.live)

    def deafen(self) -> None:
        """Nobody listens any more."""
        self.live = False
        if not self.keeps:
            self.bump()

    def on_change(self, clear: Callable[[], None]) -> None:
        """Call `clear` at every change."""
        self._clear.append(clear)

    def bump(self) -> None:
        """Something changed, or may have: forget everything."""
        self.number += 1
        for clear in self._clear:
            clear()


class Memory(Generic[K, V]):
    """A cache of one generation. The oldest entry makes room."""

    def __init__(self, generation: Generation, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Hold at most `limit` entries."""
        self._generation = generation
        self._limit = limit
        self._clock = clock
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()
        generation.on_change(self._entries.clear)

    def get(self, key: K) -> V | None:
        """Return what is remembered and fresh."""
        entry = self._entries.get(key)
        if entry is None or (self._clock() - entry[0] >= MAX_AGE and not self._generation.stranded):
            return None
        return entry[1]

    def last(self, key: K) -> V | None:
        """Return what is remembered, however old, for when it cannot be read: only where a process keeps it."""
        entry = self._entries.get(key)
        return entry[1] if entry is not None and self._generation.keeps else None

    def put(self, key: K, value: V, since: int) -> None:
        """Remember what was read when the generation was `since`: a change meanwhile makes it worthless."""
        if not self._generation.live or since != self._generation.number:
            return
        self._entries.pop(key, None)  # to the end of the row, where the young ones are
        self._entries[key] = (self._clock(), value)
        if len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget one entry."""
        self._entries.pop(key, None)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Memory({len(self)})"
