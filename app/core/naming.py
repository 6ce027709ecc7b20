"""Naming scopes: which surrogate a value gets, and what was issued for a document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.surrogate import Original, render

Identity = Callable[[str, str], str]  # entity, value → what all forms of the value share


@dataclass(frozen=True, slots=True)
class Issued:
    """A surrogate that stands in the outbound document: its text, entity and original, and whether it may be restored."""

    text: str
    entity: str
    original: Original
    restore: bool


@dataclass(frozen=True, slots=True)
class Outbound:
    """What goes out: the protected document and the surrogates that were issued for it."""

    document: Any
    issued: tuple[Issued, ...]

    def __repr__(self) -> str:
        return f"Outbound({len(self.issued)} issued)"


class Names:
    """A naming scope: the key under which values become surrogates.

    `counters` says from which counter on a (entity, value) may look, because the vault gave earlier texts to other values.
    """

    def __init__(self, key: bytes, identity: Identity, counters: Mapping[tuple[str, str], int] | None = None) -> None:
        """Name under `key`."""
        self._key = key
        self._identity = identity
        self._counters = counters or {}
        self._known: dict[tuple[str, str], str] = {}
        self._owners: dict[str, tuple[str, str]] = {}

    def surrogate(self, entity: str, value: str) -> str:
        """Return the one surrogate of this exact form, whichever text it had to step over."""
        known = self._known.get((entity, value))
        if known is not None:
            return known
        counter = self._counters.get((entity, value), 0)
        while True:
            text = render(self._key, entity, self._identity(entity, value), value, counter)
            if self._owners.setdefault(text, (entity, value)) == (entity, value):
                break
            counter += 1
        self._known[entity, value] = text
        return text
