"""The names of teams, clients and providers: one grammar, safe in a path, a header and a table."""

import re
from typing import Final

from app.errors import Conflict, Invalid, NotFound

GRAMMAR: Final = r"^[a-z0-9][a-z0-9_-]{0,62}$"
RESERVED: Final = frozenset({"sandbox", "hushgate"})  # first steps of paths that the data plane serves itself
TEAMS_RESERVED: Final = frozenset({"schema"})  # what stands in a team's place in a path of the admin API
_SHOWN: Final = {
    "provider": "`hushgate provider list` shows all",
    "team": "`hushgate team list` shows all; `hushgate team add` makes one",
    "project": "`hushgate project list` shows all",
    "client": "`hushgate client list` shows all",
    "gateway key": "`hushgate key list` shows the ids; the id is not the key",
    "admin key": "`hushgate admin-key list` shows the ids; the id is not the key",
    "hold": "`hushgate hold list` shows the ids",
    "audit record": "`hushgate audit list --json` shows the ids",
}
_SHAPE: Final = re.compile(GRAMMAR.removeprefix("^").removesuffix("$"))


def check(name: str, where: str = "name") -> str:
    """Return `name`. Raises Invalid, without quoting it, if it does not fit the grammar."""
    if not _SHAPE.fullmatch(name):
        hint = "Use 1 to 63 lower-case letters, digits, hyphens and underscores, beginning with a letter or digit"
        raise Invalid("the name does not fit its grammar", where=where, hint=hint)
    return name


def missing(noun: str, where: str) -> NotFound:
    """Return the error for a name or id that nothing has, or nothing that the actor sees."""
    return NotFound(f"no {noun} of this {'id' if where == 'id' else 'name'}", where=where, hint=_SHOWN[noun])


def closed_team() -> Conflict:
    """Return the error for a change of a team that is closed."""
    return Conflict("the team is closed", where="team", hint="Use another team: one that is closed does not open again")


def find(name: str, noun: str, where: str = "name") -> str:
    """Return `name` if anything can have it. Raises NotFound: Postgres need not be asked, nor stumble over what it cannot hold."""
    if not _SHAPE.fullmatch(name):
        raise missing(noun, where)
    return name
