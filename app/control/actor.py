"""Who performs an admin operation, and the table of what each role may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.errors import NotAdmitted


class Verb(StrEnum):
    """Every admin operation, as the audit record names it. `LOOK` stands for all that changes nothing; it is not recorded."""

    LOOK = "look"
    INSTALL = "install"
    TEAM_CREATE = "team.create"
    KEY_CREATE = "key.create"
    KEY_REVOKE = "key.revoke"
    PROVIDER_SET = "provider.set"
    POLICY_SET = "policy.set"


class Role(StrEnum):
    """What an admin key is entitled to."""

    OWNER = "owner"


_RIGHTS: Final[Mapping[Role, frozenset[Verb]]] = {Role.OWNER: frozenset(Verb)}


@dataclass(frozen=True, slots=True)
class Actor:
    """The holder of an admin key. `id` is the key's public id, `name` what people call it."""

    id: str
    name: str
    role: Role = Role.OWNER


INSTALLER: Final = Actor("hushgate", "hushgate")


def may(actor: Actor, verb: Verb) -> None:
    """Raise NotAdmitted unless the actor's role includes the operation."""
    if verb not in _RIGHTS[actor.role]:
        raise NotAdmitted(f"the role {actor.role} may not do this: {verb}", hint="Use the admin key of an owner")
