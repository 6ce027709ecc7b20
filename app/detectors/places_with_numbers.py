"""A place with a house's number or a postcode in it is an address: `Flat 302, Lotus Apartments, Bengaluru 560001`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from app.core.finding import Finding

PLACE: Final = "LOCATION"
ADDRESS: Final = "ADDRESS"
_PARTS: Final = re.compile(r"[,\n#]")
_CELL: Final = re.compile(r"[^|;\t\"\s](?:[^|;\t\"]*[^|;\t\"\s])?")
# What is counted or measured, roads and districts, and places of a list.
_OTHER: Final = re.compile(
    r"#\d+|\d{1,3}(?:[,.]\d{3})+|\d+\s?(?:°|%|(?:m|km|mi|ft|ha|acres|people|inhabitants)\b)"
    r"|\b(?:route|highway|hwy|interstate|motorway|area|district|zone|sector|psalm|terminal|gate|line|exit)\s\d+",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"(?<![\w.])(?!(?:19|20)\d\d(?!\d))\d{1,6}[A-Za-z]?(?![\w%]|\.\d)")
_SCORES: Final = re.compile(r"[^\W\d_][^\d,]* \d{1,3}(?:, [^\W\d_][^\d,]* \d{1,3})+")  # `Brazil 2, Chile 1`


def with_addresses(text: str, names: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the names; a place with a number that is no year, and a comma, a `#` or a line's end, as an address. It ends with its cell."""
    for name in names:
        parts = list(_cells(text, name)) if name.entity == PLACE else []
        if any(part.entity == ADDRESS for part in parts):
            yield from parts
        else:
            yield name


def _cells(text: str, place: Finding) -> Iterator[Finding]:
    """Yield what is named in each cell that a place goes over."""
    named = text[place.start : place.end]
    if text[place.end : place.end + 1] in {",", "."} and text[place.end + 1 : place.end + 4].isdigit():
        named = named.rstrip("0123456789")  # it ended within a number
    for cell in _CELL.finditer(named):
        if any(map(str.isalpha, cell[0])):
            entity = ADDRESS if _is_address(cell[0]) else PLACE
            yield replace(place, start=place.start + cell.start(), end=place.start + cell.end(), entity=entity)


def _is_address(said: str) -> bool:
    said = _OTHER.sub("", said)
    return _PARTS.search(said) is not None and _NUMBER.search(said) is not None and _SCORES.fullmatch(said) is None
