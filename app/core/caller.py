"""Who asks: the caller of an exchange, as authentication proved it."""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Provider:
    """Where requests go: a dialect at a base URL, with the credential that replaces the caller's gateway key."""

    name: str
    dialect: str
    base_url: str
    credential: str | None = None
    allow_private: bool = False

    def __repr__(self) -> str:
        return f"Provider({self.name}, {self.dialect})"
