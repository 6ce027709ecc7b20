"""How long keys live: expiry, and the overlap in which an old key and the one that replaces it both work."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from app.errors import Conflict, Invalid

OVERLAP: Final = timedelta(days=1)
LONGEST_OVERLAP: Final = timedelta(days=90)
LONGEST: Final = timedelta(days=36_500)


class Living(Protocol):
    """What the two sorts of keys have in common."""

    @property
    def created_at(self) -> datetime:
        """When it was made."""

    @property
    def expires_at(self) -> datetime | None:
        """When it ends by itself."""

    @property
    def revoked_at(self) -> datetime | None:
        """When it was ended."""

    @property
    def replaced_by(self) -> str | None:
        """The key in its place."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """A fresh key and the one it replaces, which works until `ends_at`."""

    id: str
    key: str = field(repr=False)
    replaces: str
    ends_at: datetime


def check_future(expires_at: datetime | None, now: datetime) -> None:
    """Raise Invalid for a key that would be born expired, or outlive everyone."""
    if expires_at is not None and not now < expires_at <= now + LONGEST:
        raise Invalid("the key would have expired already, or live over 100 years", where="expires_at", hint="Give a time between, or none")


def ending(old: Living, now: datetime, overlap: timedelta) -> datetime:
    """Return when a key that is being replaced ends. Raises Conflict if it has ended already or was replaced before."""
    if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now):
        raise Conflict("the key has ended already", where="id", hint="Make a new one instead")
    if old.replaced_by is not None:
        raise Conflict("the key was rotated before", where="id", hint="Rotate the key that replaced it, or make a new one")
    return min(now + overlap, old.expires_at or datetime.max.replace(tzinfo=now.tzinfo))


def replacement_expiry(old: Living, now: datetime) -> datetime | None:
    """Return when the replacement ends: it gets the lifetime that its predecessor was given."""
    return now + min(old.expires_at - old.created_at, LONGEST) if old.expires_at is not None else None
