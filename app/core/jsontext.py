"""JSON inside strings, rewritten token by token, so that spacing, number lexemes and escape style survive.

A string that holds JSON is validated by parsing, then only the string and number tokens that change are written anew:
what a model wrote as `{ "to": "x" }` goes back to it as `{ "to": "x" }` (the replay law). JSON within JSON nests four deep.
"""

import re
from collections.abc import Callable
from json.decoder import scanstring  # type: ignore[attr-defined]  # a documented name without a stub
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Final

from app.core.document import Number, parse
from app.errors import BadDocument

MAX_NESTING: Final = 4
# (decoded text, "string" | "key" | "number", key it stands under) → the replacement
TokenRewriter = Callable[[str, str, str], "str | Number"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?P<key>\s*:)?|(?P<number>-?\d[\d.eE+-]*)', re.DOTALL)
_ESCAPED_UNICODE = re.compile(r"\\u(?!00[01])")
MIN_NUMBER: Final = 7


def holds_json(text: str) -> bool:
    """Whether the string looks like, and is, one JSON object or array (strict: a duplicate key makes it plain text)."""
    head, tail = text.lstrip()[:1], text.rstrip()[-1:]
    if not ((head == "{" and tail == "}") or (head == "[" and tail == "]")):
        return False
    try:
        parse(text)
    except BadDocument:
        return False
    return True


def rewrite(text: str, fn: TokenRewriter, depth: int = 1) -> str:
    """Return JSON `text` with its tokens replaced by `fn`; call only where `holds_json(text)`."""
    label = ""

    def token(match: re.Match[str]) -> str:
        nonlocal label
        raw = match[0]
        if match["number"] is not None:
            return _number(raw, fn, label)
        tail = match["key"] or ""
        body = raw[: len(raw) - len(tail)] if tail else raw
        decoded = scanstring(body, 1, True)[0]  # noqa: FBT003 - the function's own positional flag
        if tail:
            label = decoded
            new = fn(decoded, "key", "")
        elif depth < MAX_NESTING and holds_json(decoded):
            new = rewrite(decoded, fn, depth + 1)
        else:
            new = fn(decoded, "string", label)
        return raw if new == decoded else _encode(new, body) + tail

    return _TOKEN.sub(token, text)


def _number(raw: str, fn: TokenRewriter, label: str) -> str:
    new = fn(raw, "number", label) if len(raw) >= MIN_NUMBER else raw
    return raw if new == raw else _encode(new, raw)


def _encode(new: "str | Number", like: str) -> str:
    """Encode in the escape style of the token it replaces."""
    if isinstance(new, Number):
        return new.lexeme
    text = encode_basestring_ascii(new) if _ESCAPED_UNICODE.search(like) else encode_basestring(new)
    return text.replace("/", "\\/") if "\\/" in like else text
