"""Who asks: the caller of an exchange, as authentication proved it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Caller:
    """A client of a team's project, and the user behind the call if the client may assert one.

    `team`, `project` and `client` are names; `key` is the public id of the gateway key, never its secret.
    """

    team: str
    project: str
    client: str
    key: str
    user: str | None = None

    def __repr__(self) -> str:
        return f"Caller({self.team}/{self.project}/{self.client})"  # a user may be a person's address


class Reach(StrEnum):
    """Whose values a caller gets back: its own alone, or all that its client, its project or its team supplied."""

    OWN = "own"
    CLIENT = "client"
    PROJECT = "project"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Provider:
    """Where requests go: a dialect at a base URL, with the credential that replaces the caller's gateway key.

    `terms` is what was agreed with the provider, such as its region; noted, not enforced.
    """

    name: str
    dialect: str
    base_url: str
    credential: str | None = None
    allow_private: bool = False
    terms: Mapping[str, Any] = field(default_factory=dict)

    @property
    def destination(self) -> dict[str, Any]:
        """What a record says of where a request went: the host, and what was agreed with the provider then."""
        host = urlsplit(self.base_url).hostname or ""
        return {"host": host, "terms": dict(self.terms)} if self.terms else {"host": host}

    def __repr__(self) -> str:
        return f"Provider({self.name}, {self.dialect})"
