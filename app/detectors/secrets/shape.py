"""How a secret is written: letters that stand for themselves, and `<class>count`, such as `ghp_<an>36` or `xoxb-<d>10-13-<an>24`.

A count is `36`, `10-13` or `40+`; `|` parts ways of writing. What is found may be a fifth shorter than a long count, or longer:
issuers lengthen their keys, and people cut them off. Behind an opening that no word has, sixteen characters of the body are enough.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

CLASSES: Final = {
    "d": "0-9",
    "hex": "0-9a-f",
    "HEX": "0-9A-F",
    "low": "a-z0-9",
    "up": "A-Z0-9",
    "b32": "A-Z2-7",
    "az": "a-z",
    "AZ": "A-Z",
    "aZ": "A-Za-z",
    "an": "A-Za-z0-9",
    "w": r"A-Za-z0-9_\-",
    "id": "A-Za-z0-9_",
    "b64": "A-Za-z0-9+/",
    "b58": "1-9A-HJ-NP-Za-km-z",
    "url": r"A-Za-z0-9_.~\-",
    "pct": "A-Za-z0-9%+/=",
    "plus": "+",
}
LONG: Final = 16  # characters from which a count is a key's body, whose length issuers change
LONGEST: Final = 1200
TELLING: Final = 5  # letters of an opening that tell a key by themselves
_COMMON: Final = frozenset({"live", "test", "sandbox", "secret", "token", "access", "retool", "https://"})
_UNIT: Final = re.compile(r"<(\w+)>(\d+)(?:-(\d+)|(\+))?|([^<]+)")
_UUID: Final = "<hex>8-<hex>4-<hex>4-<hex>4-<hex>12"


class Unit(NamedTuple):
    """A literal (`of` empty), or from `least` to `most` characters of a class; `most` 0 where there is no end."""

    literal: str
    of: str
    least: int
    most: int


@cache
def forms(shape: str) -> list[list[Unit]]:
    """Return the units of every way of writing."""
    return [list(_units(form.replace("<uuid>", _UUID))) for form in shape.split("|")]


def _units(form: str) -> Iterator[Unit]:
    for name, least, most, more, literal in _UNIT.findall(form):
        if literal:
            yield Unit(literal, "", 0, 0)
        else:
            yield Unit("", CLASSES[name], int(least), 0 if more else int(most or least))


def head(form: list[Unit]) -> str:
    """Return the letters with which a way of writing opens."""
    return form[0].literal


def regex(shape: str) -> str:
    """Return an RE2 expression for the values of `shape`."""
    return "|".join("".join(_regex(unit, last=number == len(form) - 1) for number, unit in enumerate(form)) for form in forms(shape))


def fixed(shape: str) -> bool:
    """Whether values have one length in each way of writing: then one of that length is whole, whatever stands on the next line."""
    return all(unit.least == unit.most for form in forms(shape) for unit in form)


def length(shape: str) -> frozenset[int]:
    """Return how long a value of a fixed shape is."""
    return frozenset(sum(len(unit.literal) + unit.least for unit in form) for form in forms(shape))


def cut(shape: str) -> str:
    """Return an expression for values that were cut off, or put together otherwise; empty where the opening says too little."""
    return "|".join(made for form in forms(shape) if (made := _cut(form)))


def _cut(form: list[Unit]) -> str:
    opening = head(form)
    if len(opening) < TELLING or opening.rstrip("_-") in _COMMON:
        return ""
    signs = {c for unit in form[1:] for c in unit.literal if not c.isalnum()}
    inner = "".join(dict.fromkeys(unit.of for unit in form[1:] if unit.of)) + ("A-Za-z0-9" if signs else "")
    return f"{re.escape(opening)}[{inner}{''.join(map(re.escape, sorted(signs)))}]{{{LONG - 1},1000}}[A-Za-z0-9=]"


def _regex(unit: Unit, *, last: bool) -> str:
    if unit.literal:
        return re.escape(unit.literal)
    least, most = unit.least, unit.most or LONGEST
    if least >= LONG:
        least = least * 4 // 5
        most = max(most, LONGEST if last else most + most // 2)
    return f"[{unit.of}]{_counter(least, min(most, LONGEST))}"


def _counter(least: int, most: int) -> str:
    """Return `{least,most}`; RE2 counts to a thousand."""
    if most <= 1000:  # noqa: PLR2004
        return f"{{{least},{most}}}" if least != most else f"{{{least}}}"
    return f"{{{least},}}"
