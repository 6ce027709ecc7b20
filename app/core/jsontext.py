"""JSON inside strings, rewritten token by token, so that spacing, number lexemes and escape style survive.

A string that holds JSON is validated by parsing, then only the string and number tokens that change are written anew:
what a model wrote as `{ "to": "x" }` goes back to it as `{ "to": "x" }` (the replay law). JSON within JSON nests four deep.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # a documented name without a stub
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Final

from app.core.document import Number, parse
from app.errors import BadDocument

MAX_NESTING: Final = 4
# (decoded text, "string" | "key" | "number", key it stands under) → the replacement
TokenRewriter = Callable[[str, str, str], "str | Number"]
Edit = tuple[int, int, str]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?P<key>\s*:)?|(?P<number>-?\d[\d.eE+-]*)', re.DOTALL)
# One character of a string token as it is written.
_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
_ESCAPED_UNICODE = re.compile(r"\\u(?!00[01])")
MIN_NUMBER: Final = 7


def holds_json(text: str) -> bool:
    """Whether the string looks like, and is, one JSON object or array.

    Leniently: every token is inspected, so a repeated key hides nothing, while reading it as plain text would hide escapes.
    """
    head, tail = text.lstrip()[:1], text.rstrip()[-1:]
    if not ((head == "{" and tail == "}") or (head == "[" and tail == "]")):
        return False
    try:
        parse(text, strict=False)
    except BadDocument:
        return False
    return True


class Edited(str):
    """A text with what was changed in it: `(start, end, new)` over the text before, in order."""

    __slots__ = ("edits",)
    edits: Sequence[Edit]

    @classmethod
    def of(cls, text: str, edits: Sequence[Edit]) -> "Edited":
        """Apply `edits` to `text`."""
        out, done = [], 0
        for start, end, new in edits:
            out += [text[done:start], new]
            done = end
        edited = cls("".join([*out, text[done:]]))
        edited.edits = edits
        return edited


def rewrite(text: str, fn: TokenRewriter, depth: int = 1) -> str:
    """Return JSON `text` with its tokens replaced by `fn`; call only where `holds_json(text)`.

    Where `fn` returns an Edited text, only the edited spans of the token are written anew.
    """
    label = ""
    edits: list[Edit] = []
    for match in _TOKEN.finditer(text):
        raw, begin = match[0], match.start()
        if match["number"] is not None:
            new = fn(raw, "number", label) if len(raw) >= MIN_NUMBER else raw
            if new != raw:
                edits.append((begin, match.end(), _encode(new, raw)))
            continue
        tail = match["key"] or ""
        body = raw[: len(raw) - len(tail)] if tail else raw
        decoded = scanstring(body, 1, True)[0]
        if tail:
            label = decoded
            new = fn(decoded, "key", "")
        elif depth < MAX_NESTING and holds_json(decoded):
            new = rewrite(decoded, fn, depth + 1)
        else:
            new = fn(decoded, "string", label)
        if new != decoded:
            edits += _spliced(body, begin, new)
    return Edited.of(text, edits) if edits else text


def _spliced(body: str, begin: int, new: "str | Number") -> Iterator[Edit]:
    """Yield the edits of the raw token `body`, which stands at `begin`."""
    if not isinstance(new, Edited):
        yield begin, begin + len(body), _encode(new, body)
        return
    places = [1, *(unit.end() for unit in _UNIT.finditer(body, 1, len(body) - 1))]
    for start, end, text in new.edits:
        yield begin + places[start], begin + places[end], _encode(text, body)[1:-1]


def _encode(new: "str | Number", like: str) -> str:
    """Encode in the escape style of the token it replaces."""
    if isinstance(new, Number):
        return new.lexeme
    text = encode_basestring_ascii(new) if _ESCAPED_UNICODE.search(like) else encode_basestring(new)
    return text.replace("/", "\\/") if "\\/" in like else text
