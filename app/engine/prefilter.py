"""The prefilter: RE2 Sets over all patterns say in one pass each which of them can match a text at all.

A Set that runs out of memory says that nothing matches. So each holds a first pattern that every text matches, at its end alone, for each
place would be noted. Where that is not among the hits, everything is taken to match. A Set that cannot even be built is parted until its
halves can.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import re2

SET_MEMORY: Final = 16 << 20
SHARD: Final = 48  # patterns; more automata are slower on text they know, fewer are slower on text they do not
COUNT_TO: Final = 8  # how far a repetition is counted
_ALWAYS: Final = rb"\z"
# A counter, or what only looks like one: an escape, a quotation, a class.
_COUNTER: Final = re.compile(
    r"\\Q.*?(?:\\E|\Z)|\\x\{[0-9A-Fa-f]+\}|\\.|\[\^?\]?(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*\]|\{(\d+)(,(\d*))?\}", re.DOTALL
)


class Shards:
    """Which of a list of patterns can match a text: more than do, never fewer."""

    def __init__(self, patterns: Sequence[str], memory: int = SET_MEMORY) -> None:
        """Spread `patterns` evenly over as many Sets as they need, neighbours together."""
        count = -(-len(patterns) // SHARD)
        size = -(-len(patterns) // count) if count else 1
        self._shards: list[tuple[int, int, Any]] = []  # first pattern, number of patterns, Set (None: they always may)
        for first in range(0, len(patterns), size):
            self._add(patterns[first : first + size], first, memory)

    def _add(self, patterns: Sequence[str], first: int, memory: int) -> None:
        matcher = _set(patterns, memory)
        if matcher is not None or len(patterns) == 1:
            self._shards.append((first, len(patterns), matcher))
            return
        middle = len(patterns) // 2
        self._add(patterns[:middle], first, memory)
        self._add(patterns[middle:], first + middle, memory)

    def __call__(self, data: bytes) -> list[int]:
        """Return the indices of the patterns that may match `data`, in order."""
        chosen: list[int] = []
        for first, size, matcher in self._shards:
            hits = (matcher.Match(data) if matcher is not None else None) or ()
            chosen.extend(sorted(first + hit - 1 for hit in hits if hit) if 0 in hits else range(first, first + size))
        return chosen


def _set(patterns: Sequence[str], memory: int) -> Any:
    """Return the compiled Set, or None if it does not fit into `memory` bytes."""
    options = re2.Options()
    options.max_mem, options.log_errors = memory, False
    matcher = re2.Set.SearchSet(options)
    try:
        for pattern in (_ALWAYS, *(relaxed(pattern).encode() for pattern in patterns)):
            matcher.Add(pattern)
        matcher.Compile()
    except re2.error:
        return None
    return matcher if matcher.Match(b"") else None


def relaxed(regex: str) -> str:
    """Return an over-approximation with short counters, `x{40}` → `x{8,}`: every count is a state of the automaton."""
    return _COUNTER.sub(_relax, regex)


def _relax(counter: re.Match[str]) -> str:
    if counter[1] is None:
        return counter[0]
    least, most = int(counter[1]), counter[3] if counter[2] else counter[1]
    return counter[0] if most and int(most) <= COUNT_TO else f"{{{min(least, COUNT_TO)},}}"
