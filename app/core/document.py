"""JSON documents that come out exactly as they went in: number lexemes, big integers, lone escapes, order of keys.

A document is made of `dict`, `list`, `str`, `bool`, `None` and `Number`. Duplicate keys, NaN, and nesting deeper than
`MAX_DEPTH` are refused, because two readers could take them for two different documents.
"""

import json
from json.encoder import encode_basestring
from typing import Any, Final

from app.errors import BadDocument

MAX_DEPTH: Final = 128


DIGITS: Final = 15


class Number:
    """A JSON number as it was written: `1.10`, `1e5` and a 40-digit integer all survive."""

    __slots__ = ("lexeme",)

    def __init__(self, lexeme: str) -> None:
        """Keep the lexeme; nothing computes with it but `whole`."""
        self.lexeme = lexeme

    @property
    def whole(self) -> int | None:
        """The number, if it counts something: not negative, without a point, and of no more digits than any text has characters."""
        return int(self.lexeme) if self.lexeme.isdecimal() and len(self.lexeme) <= DIGITS else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and other.lexeme == self.lexeme

    def __hash__(self) -> int:
        return hash(self.lexeme)

    def __repr__(self) -> str:
        return "Number(…)"  # a number may be a card


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise BadDocument("the body repeats an object key", hint="Send each key once: two readers would disagree on which value counts")
    return document


def _no_constant(_name: str) -> Any:
    raise BadDocument("the body holds NaN or Infinity", hint="JSON has no such number; send null or a string")


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_int=Number, parse_float=Number, parse_constant=_no_constant)
_LENIENT = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=Number)


def parse(body: bytes | str, *, strict: bool = True) -> Any:
    """Parse a JSON document.

    `strict` is for what goes out; answers are parsed leniently, since a provider's odd document is not ours to refuse.
    Raises BadDocument with line and column, never with content.
    """
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        document = (_STRICT if strict else _LENIENT).decode(text)
    except UnicodeDecodeError:
        raise BadDocument("the body is not UTF-8", hint="Encode the JSON body as UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadDocument(f"the body is not JSON (line {error.lineno}, column {error.colno})", hint="Send one JSON document") from None
    except RecursionError:
        raise BadDocument(f"the body nests deeper than {MAX_DEPTH} levels", hint="Flatten the document") from None
    if strict:
        _check_depth(document)
    return document


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [child for node in level if type(node) is dict or type(node) is list for child in _children(node)]
        if not level:
            return
    raise BadDocument(f"the body nests deeper than {MAX_DEPTH} levels", hint="Flatten the document")


def _children(node: dict[str, Any] | list[Any]) -> list[Any]:
    values = node.values() if type(node) is dict else node
    return [value for value in values if type(value) is dict or type(value) is list]


def dump(document: Any) -> bytes:
    r"""Serialise compactly as UTF-8; a lone surrogate becomes its `\udXXX` escape again."""
    return dump_text(document).encode("utf-8", "backslashreplace")


def dump_text(document: Any) -> str:
    """Serialise compactly as text (lone surrogates stay as they are in memory)."""
    parts: list[str] = []
    _write(document, parts.append)
    return "".join(parts)


def _write(value: Any, out: Any) -> None:
    kind = type(value)
    if kind is str:
        out(encode_basestring(value))
    elif kind is dict:
        separator = "{"
        for key, child in value.items():
            out(separator)
            out(encode_basestring(key))
            out(":")
            _write(child, out)
            separator = ","
        out("}" if value else "{}")
    elif kind is list:
        separator = "["
        for child in value:
            out(separator)
            _write(child, out)
            separator = ","
        out("]" if value else "[]")
    elif kind is Number:
        out(value.lexeme)
    else:
        out(_LITERALS[value] if value is None or kind is bool else str(int(value)))


_LITERALS: Final = {None: "null", True: "true", False: "false"}


def escape(text: str, levels: int = 1) -> str:
    """Return `text` as it stands inside a JSON string, escaped once for each level of nesting."""
    for _ in range(levels):
        text = encode_basestring(text)[1:-1]
    return text
