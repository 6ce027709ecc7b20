"""The names of teams, clients and providers: one grammar, safe in a path, a header and a table."""

import re
from typing import Final

from app.errors import Invalid

GRAMMAR: Final = r"^[a-z0-9][a-z0-9_-]{0,62}$"
RESERVED: Final = frozenset({"sandbox", "hushgate"})  # first steps of paths that the data plane serves itself
TEAMS_RESERVED: Final = frozenset({"schema"})  # what stands in a team's place in a path of the admin API
_SHAPE: Final = re.compile(GRAMMAR.removeprefix("^").removesuffix("$"))


def check(name: str, where: str = "name") -> str:
    """Return `name`. Raises Invalid, without quoting it, if it does not fit the grammar."""
    if not _SHAPE.fullmatch(name):
        hint = "Use 1 to 63 lower-case letters, digits, hyphens and underscores, beginning with a letter or digit"
        raise Invalid("the name does not fit its grammar", where=where, hint=hint)
    return name
