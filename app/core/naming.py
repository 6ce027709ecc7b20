"""Naming scopes: which surrogate a value gets, and what was issued for a document."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.core.caller import Caller
from app.core.surrogate import Original, render

_TRIES: Final = 64  # steps over taken stand-ins before giving up on one
TEAM: Final = "team"
LASTING: Final = "lasting/"
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
    """What goes out: the protected document and the surrogates that were issued for it.

    `replaced` is every value that something stands for now, for good or not, with what does.
    """

    document: Any
    issued: tuple[Issued, ...]
    replaced: frozenset[tuple[str, str]] = frozenset()

    def __repr__(self) -> str:
        return f"Outbound({len(self.issued)} issued)"


def scope_of(caller: Caller, user_index: bytes, share: str, *, lasting: bool = False) -> str:
    """Return who shares names with a caller whose policy lets a `team`, `project`, `client` or `user` share them.

    Names that last are a project's at most: whoever compares them later is one application. Without a user, the client's.
    """
    if share == TEAM and not lasting:
        return TEAM
    if share in {TEAM, "project"}:
        own = f"project/{caller.project}"
    elif share == "user" and user_index:
        own = f"user/{user_index.hex()}"
    else:
        own = f"client/{caller.client}"
    return f"{LASTING}{own}" if lasting else own


class Names:
    """A naming scope: the key under which values become surrogates.

    `counters` says from which counter on a (entity, value) may look, because the vault gave earlier texts to other values.
    `standing` are surrogates that stand in the text already: their values keep them, whichever scope or epoch they came from.
    `linked` is what the conversation says of (entity, value): it goes before the general `identity`.
    """

    def __init__(self, key: bytes, identity: Identity, counters: Mapping[tuple[str, str], int] | None = None) -> None:
        """Name under `key`. `taken` says which texts no realistic stand-in may be; `protect` sets it to what stands in the document."""
        self.taken: Callable[[str], bool] = lambda _text: False
        self._key = key
        self._identity = identity
        self._counters = counters or {}
        self._known: dict[tuple[str, str], str] = {}
        self.standing: Mapping[tuple[str, str], str] = {}
        self.linked: Mapping[tuple[str, str], str] = {}
        self._owners: dict[str, tuple[str, str]] = {}

    def surrogate(self, entity: str, value: str) -> str:
        """Return the one surrogate of this exact form, whichever text it had to step over."""
        known = self.standing.get((entity, value)) or self._known.get((entity, value))
        if known is not None:
            return known
        counter = self._counters.get((entity, value), 0)
        while True:
            text = render(self._key, entity, self._who(entity, value), value, counter)
            if self._owners.setdefault(text, (entity, value)) == (entity, value):
                break
            counter += 1
        self._known[entity, value] = text
        return text

    def _who(self, entity: str, value: str) -> str:
        known = self.linked.get((entity, value))
        return self._identity(entity, value) if known is None else known

    def digest(self, use: str, entity: str, value: str, counter: int = 0) -> bytes:
        """Return 64 keyed bytes that all forms of a value share, for one use."""
        text = f"{use}\x00{entity}\x00{self._who(entity, value)}\x00{counter}"
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha512")

    def fake(self, entity: str, value: str, make: Callable[[int], str | None]) -> str | None:
        """Return the one stand-in that `make` draws from keyed bits for this exact form; None if it has none.

        A text that is taken, by the document or by another value, is stepped over like a clash of surrogates.
        """
        name = (f"realistic {entity}", value)
        known = self._known.get(name)
        if known is not None:
            return known
        counter = self._counters.get((entity, value), 0)
        for step in range(counter, counter + _TRIES):
            text = make(int.from_bytes(self.digest("realistic", entity, value, step)))
            if text is None:
                return None
            if not self.taken(text) and self._owners.setdefault(text.casefold(), name) == name:
                self._known[name] = text
                return text
        return None
