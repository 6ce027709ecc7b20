r"""Shapes: how an identifier is written, as regular expressions short enough to read in a table.

`9` is a digit, `A` a letter, `X` a letter or digit, `_` an optional separator, `#` a separator that must stand; `[…]`, `{…}` and `?` mean what
they mean in `re`, any other character stands for itself. `|` parts whole shapes. `99_99999999_99` is `12 34567890 12`, `12-34567890-12`
and `123456789012`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_GAPS: Final = "[ .\\-/\u00a0\u2010-\u2013\u202f]"
_MEANING: Final = {"9": "[0-9]", "A": "[A-Za-z]", "X": "[0-9A-Za-z]", "_": f"{_GAPS}?", "#": _GAPS}
_TOKEN: Final = re.compile(r"(\[[^\]]+\]|.)(\{(\d+)(?:,(\d+))?\}|\?)?")
# No part of a longer number, word, decimal or hyphenated code; a quoted `\n` may stand before.
_LEFT: Final = r"(?:(?<![0-9A-Za-z])|(?<=\\[nrt]))(?<![0-9][.,:/])(?<![0-9]-)"
_RIGHT: Final = r"(?![0-9A-Za-z]|[.,:/\-\u2010-\u2013][0-9]|-[A-Za-z]{0,3}[0-9])"


@lru_cache(maxsize=512)
def compiled(shape: str) -> re.Pattern[str]:
    """Return what finds a shape within a text, at the edges of a value. Compiled when first asked for."""
    longest = sorted(shape.split("|"), key=_length, reverse=True)  # `9999_9_9` before `9999_9`, which it begins with
    return re.compile(f"{_LEFT}(?:{'|'.join(map(_regex, longest))}){_RIGHT}", re.IGNORECASE | re.ASCII)


@lru_cache(maxsize=512)
def _each(shape: str) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Return how long a value of each of some shapes may be, and what finds it, the longest first."""
    each = sorted(((sum(_length(one)), one) for one in shape.split("|")), reverse=True)
    return tuple((most, re.compile(f"{_LEFT}{_regex(one)}{_RIGHT}", re.IGNORECASE | re.ASCII)) for most, one in each)


def end_of(shape: str, match: re.Match[str]) -> int:
    """Return where the longest value of a shape ends that begins where `match` does: `AB12 CDE` is one, and so is `AB12`."""
    start, end = match.span()
    for most, one in _each(shape) if "|" in shape else ():
        if end - start >= most:
            break
        found = one.match(match.string, start, match.endpos)
        end = end if found is None else max(end, found.end())
    return end


def anywhere(shapes: Iterable[str]) -> str:
    """Return an RE2 expression whose group begins where a value of a shape may, at the start of a run of letters and digits; more than does.

    It is for text in small letters: RE2's own folding takes the Kelvin sign for a `k`, and would begin a run there.
    """
    regexes = dict.fromkeys(_regex(one).lower() for shape in shapes for one in shape.split("|"))
    return f"(?:^|[^0-9a-z])({'|'.join(regexes)})"


def _length(shape: str) -> tuple[int, int]:
    """Return how many separators and characters a value may have."""
    units = _TOKEN.findall(shape)
    return sum(unit in {"_", "#"} for unit, _, _, _ in units), sum(int(most or least or 1) for _, _, least, most in units)


def _regex(shape: str) -> str:
    """Return one shape as an expression; an opening that may be missing goes with the separator behind it."""
    parts: list[str] = []
    units = _TOKEN.findall(shape)
    for number, (unit, count, least, most) in enumerate(units):
        if least == "0" and units[number + 1 :] and units[number + 1][0] == "_":
            parts.append(f"(?:{_unit(unit)}{{1,{most}}}{_MEANING['_']})?")
        elif not (unit == "_" and number and units[number - 1][2] == "0"):  # it went with what stands before it
            parts.append(_unit(unit) + count)
    return "".join(parts)


def _unit(unit: str) -> str:
    return _MEANING.get(unit) or (unit if unit.startswith("[") else re.escape(unit))


def openings(shape: str) -> set[tuple[str, str, int]]:
    """Return how the first run of letters and digits of a value may look: the kind of its first and last character, its length."""
    return {opening for one in shape.split("|") for opening in _openings(one)}


def _openings(shape: str) -> set[tuple[str, str, int]]:
    done: set[tuple[str, str, int]] = set()
    begun = {("", "", 0)}
    for unit, count, least, most in _TOKEN.findall(shape):
        if unit in {"_", "#"} or not (unit.startswith("[") or unit.isalnum()):
            done |= begun
            if unit != "_":
                return done
            continue
        low, high = (0, 1) if count == "?" else (int(least or 1), int(most or least or 1))
        more = {(first or kind, kind, size + n) for first, _, size in begun for kind in _kinds(unit) for n in range(max(1, low), high + 1)}
        begun = more | (begun if low == 0 else set())
    return done | begun


def _kinds(unit: str) -> set[str]:
    if unit in {"9", "A"}:
        return {unit}
    if unit == "X":
        return {"9", "A"}
    inside = unit[1:-1] if unit.startswith("[") else unit
    return {"9" if c.isdigit() else "A" for c in inside if c.isalnum()}
