"""The lines of an export, as JSON and as CSV: a header, each tree with its records, what is left out, marks, the manifest.

An export is lines, each ended by a line feed. In JSONL a line is an object: a record, or one key that says what the line is. In CSV
a row begins with the same word; a record has its columns after it, everything else one cell of JSON. A cell that a spreadsheet
would take for a formula, and one that begins with an apostrophe, has an apostrophe before it.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from app.core.portable import COLUMNS

VERSION: Final = 1
HEADER, NAMES, TREE, RECORD, SKIP, MISSING, MARK, MANIFEST = "header", "columns", "tree", "record", "skip", "missing", "mark", "manifest"
_EXTRA: Final = ("opening", "contents")
_ROW: Final = ("index", "leaf", *COLUMNS, *_EXTRA)
_NUMBER: Final = ("index",)
_JSON: Final = ("entities", "contents")
_KINDS: Final = frozenset({HEADER, TREE, SKIP, MISSING, MARK, MANIFEST})
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_encode: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode


class Format(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"


def write(form: Format, kind: str, content: Mapping[str, Any]) -> bytes:
    """Return one line."""
    if form is Format.JSONL:
        return (_encode(content if kind == RECORD else {kind: content}) + "\n").encode("ascii")
    if kind == RECORD:
        return _cells([kind, *(_cell(name, content.get(name)) for name in _ROW)])
    return _cells([kind, _encode(content)])


def preamble(form: Format) -> bytes:
    """Return the line after the header: in CSV the names of a record's columns."""
    return _cells([NAMES, *_ROW]) if form is Format.CSV else b""


def read(form: Format, line: bytes) -> tuple[str, dict[str, Any]]:
    """Read one line back. Raises ValueError."""
    text = line.decode("utf-8")
    if form is Format.JSONL:
        document = json.loads(text)
        if not isinstance(document, dict):
            raise ValueError("a line is no object")
        kind = next(iter(document), "")
        return (kind, _whole(document[kind])) if kind in _KINDS and len(document) == 1 else (RECORD, document)
    kind, *cells = next(csv.reader([text], strict=True))
    cells = [cell.removeprefix("'") for cell in cells]
    if kind == RECORD:
        if len(cells) != len(_ROW):
            raise ValueError("a row has not the columns of a record")
        return kind, {name: _value(name, cell) for name, cell in zip(_ROW, cells, strict=True) if cell or name not in _EXTRA}
    if kind == NAMES:
        if tuple(cells) != _ROW:
            raise ValueError("the columns are not those of an export")
        return kind, {}
    if kind not in _KINDS or len(cells) != 1:
        raise ValueError("a row is none of an export")
    return kind, _whole(json.loads(cells[0]))


def form_of(line: bytes) -> Format | None:
    """Return the format of an export by its first line, None if it is none."""
    if line.startswith(b'{"header":'):
        return Format.JSONL
    return Format.CSV if line.startswith(b"header,") else None


def _whole(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise ValueError("a line is no object")  # noqa: TRY004 - as above
    return content


def _cells(cells: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return buffer.getvalue().encode("utf-8")


def _cell(name: str, value: Any) -> str:
    """Return a cell: null is empty, an empty text two quotation marks, so that the two stay apart."""
    if value is None:
        return ""
    if name in _JSON:
        return _encode(value)
    return str(value) if name in _NUMBER else value or '""'


def _value(name: str, cell: str) -> Any:
    if cell == "":
        return None
    if name in _JSON:
        return json.loads(cell)
    return int(cell) if name in _NUMBER else "" if cell == '""' else cell
