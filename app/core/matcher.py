"""RE2 over bytes, by its binding's own call: the module's wrapper makes a generator and an object for each, which costs more than matching."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import re2

MEMORY: Final = 8 << 20
_ANYWHERE: Final = re2._Anchor.UNANCHORED  # noqa: SLF001 - see above
_HERE: Final = re2._Anchor.ANCHOR_START  # noqa: SLF001 - see above

Spans = Sequence[tuple[int, int]]  # of the whole match, then of each group; (-1, -1) where a group took no part


class Matcher:
    """One compiled expression. It is safe to share between threads."""

    __slots__ = ("_call",)

    def __init__(self, expression: str, *, longest: bool = False) -> None:
        """Compile `expression`; with `longest` of several matches the longest wins, not the first. Raises re2.error."""
        options = re2.Options()
        options.max_mem, options.log_errors, options.longest_match = MEMORY, False, longest
        self._call: Callable[[Any, bytes, int, int], Spans] = re2.compile(expression.encode(), options)._regexp.Match  # noqa: SLF001 - see above

    def search(self, data: bytes, position: int = 0) -> Spans | None:
        """Return where the first match from `position` on stands."""
        if position > len(data):
            return None
        spans = self._call(_ANYWHERE, data, position, len(data))
        return spans if spans[0][0] >= 0 else None

    def match(self, data: bytes, position: int = 0) -> Spans | None:
        """Return where the match that begins at `position` stands."""
        spans = self._call(_HERE, data, position, len(data))
        return spans if spans[0][0] >= 0 else None
