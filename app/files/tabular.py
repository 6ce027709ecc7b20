"""Tables as text (CSV, TSV): a cell is a value under the name of its column; quotes and separators stay as they were written."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from app.core.family import Family, Unreadable

_SEPARATORS: Final = ",;\t|"
_WIDEST: Final = 4096


class _Cell(NamedTuple):
    """A cell as it is written, what stands in it, and whether it is quoted."""

    start: int
    end: int
    text: str
    quoted: bool


def read(text: str) -> list[Any]:
    """Return the header's cells, then each row by the names of its columns. Raises Unreadable for quotes that never close."""
    separator = _separator(text)
    rows = [*_rows(text, separator)]
    names = [cell.text for cell in rows[0]] if rows else []
    unique = len(set(names)) == len(names) and all(names)
    return [names, *({"row": _named(row, names)} if unique and len(row) == len(names) else [c.text for c in row] for row in rows[1:])]


def _named(row: Sequence[_Cell], names: Sequence[str]) -> list[dict[str, str]]:
    return [{name: cell.text} for name, cell in zip(names, row, strict=True)]


def write(document: Sequence[Any], text: str) -> str:
    """Return the text with the cells that changed written anew, in quotes where they need them."""
    separator = _separator(text)
    out: list[str] = []
    done = 0
    for row, new in zip(_rows(text, separator), document, strict=True):
        values = [next(iter(cell.values())) for cell in new["row"]] if isinstance(new, dict) else new
        for cell, value in zip(row, values, strict=True):
            if value != cell.text:
                out += [text[done : cell.start], _written(str(value), separator, quoted=cell.quoted)]
                done = cell.end
    return "".join([*out, text[done:]])


def _written(value: str, separator: str, *, quoted: bool) -> str:
    if quoted or any(c in value for c in (separator, '"', "\n", "\r")):
        return '"' + value.replace('"', '""') + '"'
    return value


def _separator(text: str) -> str:
    """Return what parts the cells of the first line."""
    first = text.partition("\n")[0]
    try:
        return csv.Sniffer().sniff(first, _SEPARATORS).delimiter if first.strip() else ","
    except csv.Error:
        return max(_SEPARATORS, key=first.count)


def _rows(text: str, separator: str) -> Iterator[list[_Cell]]:
    """Yield the rows of a text (RFC 4180; a bare quote within an unquoted cell is text)."""
    cell = re.compile(rf'(?:"((?:[^"]|"")*)"|([^{re.escape(separator)}\r\n]*))({re.escape(separator)}|\r\n|\n|\r|\Z)')
    at, row = 0, list[_Cell]()
    while at < len(text) or row:
        found = cell.match(text, at)
        if found is None or len(row) > _WIDEST:
            raise Unreadable
        quoted = found[1] is not None
        start, end = found.start(), found.start(3)
        row.append(_Cell(start, end, found[1].replace('""', '"') if quoted else found[2], quoted))
        at = found.end()
        if found[3] != separator:
            yield row
            row = []
            if not found[3]:
                return


CSV: Final = Family("csv", ("text/csv", "text/tab-separated-values"), ("csv", "tsv"), read, write)
