"""What an export is asked for, and where one stands."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, true

from app.core.export import Format
from app.crypto.export import START
from app.store import tables

_RECORD: Final = tables.record.c
_EQUAL: Final = ("client", "model", "provider", "verdict")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are wanted; None: all. `since` is the first moment, `until` the first one after."""

    team: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    client: str | None = None
    model: str | None = None
    provider: str | None = None
    entity: str | None = None
    verdict: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The filter as the header says it, without what it does not say."""
        said = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}

    def matches(self) -> ColumnElement[bool]:
        """Return the condition on `record`."""
        found = [getattr(_RECORD, name) == value for name in _EQUAL if (value := getattr(self, name)) is not None]
        found += [_RECORD.at >= self.since] if self.since is not None else []
        found += [_RECORD.at < self.until] if self.until is not None else []
        found += [_RECORD.entities.has_key(self.entity)] if self.entity is not None else []
        return and_(true(), *found)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be exported. With `reason`, sealed contents are opened: that is a leaf of every tree concerned."""

    form: Format = Format.JSONL
    wanted: Filter = field(default_factory=Filter)
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an export stands: enough to go on from there, in another process, too."""

    sizes: tuple[tuple[str, int, int], ...]  # tree, the size of its checkpoint, its entry in the directory
    directory: int
    tree: int = 0
    index: int = 0
    chain: str = START.hex()
    counts: Mapping[str, int] = field(default_factory=dict)
