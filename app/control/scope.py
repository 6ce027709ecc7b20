"""Which rows an actor sees, and whether a row is still what the actor saw."""

import json
from dataclasses import asdict
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import ColumnElement, true

from app.control import names
from app.control.actor import INSTALLATION, Actor, Verb, may, reach
from app.errors import Conflict

_FLEETING: Final = frozenset({"last_used"})  # changes by itself: it makes no other version of a thing


def among(actor: Actor, verb: Verb, column: ColumnElement[str], team: str | None = None) -> ColumnElement[bool]:
    """Return the condition that shows the rows of one team, or of all to which the actor may do this.

    Raises NotAdmitted for a team that is not the actor's, Invalid for what is no name.
    """
    if team is not None:
        may(actor, verb, team if team == INSTALLATION else names.check(team, "team"))
        return column == team
    teams = reach(actor, verb)
    return true() if teams is None else column.in_(sorted(teams))


def tag(thing: Any) -> str:
    """Return the entity tag of a thing as people see it: 128 bits over all that does not change by itself."""
    content = {name: value for name, value in asdict(thing).items() if name not in _FLEETING}
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:32]


def unchanged(thing: Any, expected: str | None) -> None:
    """Raise Conflict unless `expected`, an `If-Match` header, names the thing as it is. A header of None expects nothing."""
    if expected is None or (thing is not None and expected.strip() == "*"):
        return
    if thing is None or f'"{tag(thing)}"' not in {part.strip() for part in expected.split(",")}:
        raise Conflict("it was changed meanwhile", where="if-match", hint="Read it again and repeat the change on top of it")
