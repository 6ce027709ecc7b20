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
_NUMBER: Final = re.compile(r"(?<![\w.])(?!(?:19|20)\d\d(?!\d))\d{1,6}[A-Za-z]?(?![\w%]|\.\d)")
_SCORES: Final = re.compile(r"[^\W\d_][^\d,]* \d{1,2}(?:, [^\W\d_][^\d,]* \d{1,2})+")  # `Brazil 2, Chile 1`


def with_addresses(text: str, names: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the names, those places as addresses that have a number besides another part, a year apart. No address goes on behind a cell."""
    for name in names:
        if name.entity != PLACE:
            yield name
            continue
        cells = [(name.start + cell.start(), name.start + cell.end()) for cell in _CELL.finditer(text[name.start : name.end])]
        if not any(_is_address(text[start:end]) for start, end in cells):
            yield name
            continue
        for start, end in cells:
            said = text[start:end]
            if any(map(str.isalpha, said)):
                yield replace(name, start=start, end=end, entity=ADDRESS if _is_address(said) else PLACE)


def _is_address(said: str) -> bool:
    return _PARTS.search(said) is not None and _NUMBER.search(said) is not None and _SCORES.fullmatch(said) is None
