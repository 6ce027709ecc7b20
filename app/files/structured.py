"""JSON, whole or line by line: every string, key and number of it is text; spacing and escapes stay."""

from collections.abc import Sequence
from typing import Final

from app.core.document import parse
from app.core.family import Family, Unreadable
from app.errors import BadDocument


def read(text: str) -> list[str]:
    """Return the text, which is inspected as JSON within a string is. Raises Unreadable if it is none."""
    try:
        parse(text.lstrip("\ufeff"), strict=False)
    except BadDocument:
        raise Unreadable from None
    return [text]


def lines(text: str) -> list[str]:
    """Return the lines, each with its end."""
    return text.splitlines(keepends=True)


def write(parts: Sequence[str], _text: str) -> str:
    """Return the parts as one text."""
    return "".join(parts)


JSON: Final = Family("json", ("application/json",), ("json", "ipynb", "geojson"), read, write)
JSONL: Final = Family(
    "jsonl", ("application/jsonl", "application/x-ndjson", "application/x-jsonlines"), ("jsonl", "ndjson"), lines, write, lines=True
)
