"""Who performs an admin operation, and the table of what each role may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.errors import NotAdmitted

INSTALLATION: Final = ""  # the "team" of what belongs to no team; no team can have this name


class Verb(StrEnum):
    """Every admin operation, as the audit record names it. Those that end in `.look` change nothing and are not recorded."""

    INSTALL = "install"
    TEAM_LOOK = "team.look"  # projects and clients, too
    TEAM_CREATE = "team.create"
    TEAM_CLOSE = "team.close"
    PROJECT_CREATE = "project.create"
    PROJECT_REMOVE = "project.remove"
    CLIENT_CREATE = "client.create"
    CLIENT_CLOSE = "client.close"
    KEY_LOOK = "key.look"
    KEY_CREATE = "key.create"
    KEY_ROTATE = "key.rotate"
    KEY_REVOKE = "key.revoke"
    ADMIN_KEY_LOOK = "admin_key.look"
    ADMIN_KEY_CREATE = "admin_key.create"
    ADMIN_KEY_ROTATE = "admin_key.rotate"
    ADMIN_KEY_REVOKE = "admin_key.revoke"
    PROVIDER_LOOK = "provider.look"
    PROVIDER_SET = "provider.set"
    PROVIDER_REMOVE = "provider.remove"
    POLICY_LOOK = "policy.look"
    POLICY_TEXTS_LOOK = "policy.texts.look"  # the words of terms: what a team wants hidden
    POLICY_SET = "policy.set"
    KEYRING_LOOK = "keyring.look"
    KEYRING_ROTATE = "keyring.rotate"
    KEYRING_REWRAP = "keyring.rewrap"
    KEYRING_REVOKE = "keyring.revoke"
    RETENTION_LOOK = "retention.look"
    RETENTION_SET = "retention.set"
    RETENTION_DESTROY = "retention.destroy"  # done by the product itself when the time is over
    RETENTION_DROP = "retention.drop"
    HOLD_LOOK = "hold.look"
    HOLD_SET = "hold.set"
    HOLD_CLEAR = "hold.clear"
    AUDIT_LOOK = "audit.look"
    AUDIT_REVEAL = "audit.reveal"  # export what is sealed in records
    RECEIPT_LOOK = "receipt.look"


class Role(StrEnum):
    """What an admin key is entitled to."""

    OWNER = "owner"
    SECURITY_ADMIN = "security_admin"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    TEAM_ADMIN = "team_admin"


# One column a role, in the order of Role; `x` in its column says that the role may.
_TABLE: Final[Mapping[Verb, str]] = {
    #                      owner security privacy auditor team
    Verb.INSTALL:          "x . . . .",
    Verb.TEAM_LOOK:        "x x x x x",
    Verb.TEAM_CREATE:      "x x . . .",
    Verb.TEAM_CLOSE:       "x x . . .",
    Verb.PROJECT_CREATE:   "x x . . x",
    Verb.PROJECT_REMOVE:   "x x . . x",
    Verb.CLIENT_CREATE:    "x x . . x",
    Verb.CLIENT_CLOSE:     "x x . . x",
    Verb.KEY_LOOK:         "x x . x x",
    Verb.KEY_CREATE:       "x x . . x",
    Verb.KEY_ROTATE:       "x x . . x",
    Verb.KEY_REVOKE:       "x x . . x",
    Verb.ADMIN_KEY_LOOK:   "x x . x x",
    Verb.ADMIN_KEY_CREATE: "x x . . x",
    Verb.ADMIN_KEY_ROTATE: "x x . . x",
    Verb.ADMIN_KEY_REVOKE: "x x . . x",
    Verb.PROVIDER_LOOK:    "x x x x x",
    Verb.PROVIDER_SET:     "x x . . .",
    Verb.PROVIDER_REMOVE:  "x x . . .",
    Verb.POLICY_LOOK:      "x x x x x",
    Verb.POLICY_TEXTS_LOOK: "x x . . x",
    Verb.POLICY_SET:       "x x . . x",
    Verb.KEYRING_LOOK:     "x x x x .",
    Verb.KEYRING_ROTATE:   "x x . . .",
    Verb.KEYRING_REWRAP:   "x x . . .",
    Verb.KEYRING_REVOKE:   "x x . . .",
    Verb.RETENTION_LOOK:   "x x x x x",
    Verb.RETENTION_SET:    "x x x . .",
    Verb.RETENTION_DESTROY: "x . . . .",
    Verb.RETENTION_DROP:   "x . . . .",
    Verb.HOLD_LOOK:        "x x x x .",
    Verb.HOLD_SET:         "x x x . .",
    Verb.HOLD_CLEAR:       "x x x . .",
    Verb.AUDIT_LOOK:       "x x x x x",
    Verb.AUDIT_REVEAL:     "x x x . .",
    Verb.RECEIPT_LOOK:     "x x x x x",
}  # fmt: skip
RIGHTS: Final[Mapping[Role, frozenset[Verb]]] = {
    role: frozenset(verb for verb, cells in _TABLE.items() if cells.split()[column] == "x") for column, role in enumerate(Role)
}
BOUND: Final = frozenset({Role.TEAM_ADMIN})  # roles that count for the teams of the key only
_SHARED: Final = frozenset({Verb.PROVIDER_LOOK})  # what belongs to no team, and a bound role may do all the same


@dataclass(frozen=True, slots=True)
class Actor:
    """The holder of an admin key. `id` is the key's public id, `name` what people call it; `teams` counts for bound roles.

    `expires_at` is when the key ends: nobody hands on more time than they have, either.
    """

    id: str
    name: str
    role: Role = Role.OWNER
    teams: frozenset[str] = frozenset()
    expires_at: datetime | None = None


INSTALLER: Final = Actor("hushgate", "hushgate")


def may(actor: Actor, verb: Verb, team: str) -> None:
    """Raise NotAdmitted unless the actor may do this to that team; `INSTALLATION` is what belongs to none.

    It does not say whether the team exists: a foreign team and one that nobody made look the same.
    """
    _holds(actor, verb)
    if not can(actor, verb, team):
        raise NotAdmitted(f"this admin key is bound to other teams: {verb}", hint="Use a key of that team's admin, or of an owner")


def can(actor: Actor, verb: Verb, team: str) -> bool:
    """Whether `may` would pass."""
    return verb in RIGHTS[actor.role] and (actor.role not in BOUND or team in actor.teams or verb in _SHARED)


def reach(actor: Actor, verb: Verb) -> frozenset[str] | None:
    """Return the teams to which the actor may do this, None for all. Raises NotAdmitted if the role may not do it at all."""
    _holds(actor, verb)
    return actor.teams if actor.role in BOUND and verb not in _SHARED else None


def covers(actor: Actor, role: Role, teams: frozenset[str]) -> bool:
    """Whether the actor has all that a key of this role and these teams would have: nobody hands on more than that."""
    return RIGHTS[role] <= RIGHTS[actor.role] and (actor.role not in BOUND or (role in BOUND and teams <= actor.teams))


def _holds(actor: Actor, verb: Verb) -> None:
    if verb not in RIGHTS[actor.role]:
        able = ", ".join(role.value for role in Role if verb in RIGHTS[role])
        raise NotAdmitted(f"the role {actor.role} may not do this: {verb}", hint=f"Use an admin key with one of the roles {able}")
