"""Patterns that people write: RE2 only, compiled under a cap, so that none can be slow or match nothing at all."""

from typing import Any, Final

import re2

MEMORY: Final = 8 << 20
LONGEST: Final = 65_536
_PROBE: Final = b"a 0_\n-\xc3\xa9"
HINT: Final = "Patterns are RE2: no lookaround, no back-references, nothing that matches the empty text"


def compiled(regex: str) -> Any:
    """Return the compiled pattern. Raises ValueError, which says why and never what, for one that RE2 refuses or that matches nothing."""
    options = re2.Options()
    options.max_mem, options.log_errors = MEMORY, False
    if len(regex) > LONGEST:
        raise ValueError("the pattern is too long")
    try:
        pattern = re2.compile(regex.encode(), options)
        empty = pattern.search(b"") is not None or any(match.end() == match.start() for match in pattern.finditer(_PROBE))
    except (re2.error, UnicodeEncodeError):
        raise ValueError("RE2 refuses the pattern (syntax, lookaround, back-reference, or too many states)") from None
    if empty:
        raise ValueError("the pattern matches the empty text")
    return pattern
