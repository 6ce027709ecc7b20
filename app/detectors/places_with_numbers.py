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
        if name.entity != PLACE:
            yield name
            continue
        cells = [(name.start + cell.start(), name.start + cell.end()) for cell in _CELL.finditer(text[name.start : name.end])]
        cut = text[name.end : name.end + 1] in {",", "."} and text[name.end + 1 : name.end + 4].isdigit()  # within a number
        if cut or not any(_is_address(text[start:end]) for start, end in cells):
            yield name
            continue
        for start, end in cells:
            said = text[start:end]
            if any(map(str.isalpha, said)):
                yield replace(name, start=start, end=end, entity=ADDRESS if _is_address(said) else PLACE)


def _is_address(said: str) -> bool:
    said = _OTHER.sub("", said)
    return _PARTS.search(said) is not None and _NUMBER.search(said) is not None and _SCORES.fullmatch(said) is None
