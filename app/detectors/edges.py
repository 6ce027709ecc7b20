r"""Where a value may begin and end: RE2 has no lookaround, so patterns consume one neighbouring character and capture the value.

The scanner resumes at the end of the *captured value*, so a neighbour that one match consumed still serves the next one.
A pattern may also begin with an alternative that captures nothing: it swallows a look-alike, so that the value within is not proposed.
"""

from typing import Final

# `\n`, `\r`, `\t` as two characters stand before values in JSON that was quoted once more.
LEFT: Final = r"(?:^|\\[nrt]|[^A-Za-z0-9])"
RIGHT: Final = r"(?:$|[^A-Za-z0-9])"

# Digits: no part of a longer number, an identifier, a decimal or a hyphenated code.
NUMBER_LEFT: Final = r"(?:^|\\[nrt]|[^A-Za-z0-9._\-+]|[^A-Za-z0-9][_.\-])"
NUMBER_RIGHT: Final = r"(?:$|[^A-Za-z0-9._\-]|[._\-](?:$|[^A-Za-z0-9]))"

SPACES: Final = r" \x{a0}\x{2009}\x{202f}"
HYPHENS: Final = r"\-\x{2010}-\x{2013}"
