"""Segments of a document, and `rewrite`, the one verb over them.

Extract is a rewrite that collects, protect one that substitutes, restore one that looks up: the same walk, so that they
cannot drift apart. The table says what each leaf is.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Final, NamedTuple

from app.core import jsontext
from app.core.document import Number
from app.core.table import Kind, Node, Table
from app.errors import BadDocument

MIN_KEPT: Final = 12  # characters; nothing shorter than a surrogate is looked for in what an answer keeps
MIN_NUMBER: Final = 7  # digits; nothing shorter than a phone number hides in a JSON number


class Form(Enum):
    """Where in the document a segment stands."""

    STRING = "string"
    KEY = "key"
    NUMBER = "number"


class Unlisted(str):
    """A key that no table names: it may be a value itself, so no error quotes it."""

    __slots__ = ()


# A path is a linked tuple (parent, part), so that a walk pays nothing for addresses nobody asks for.
Path = tuple[Any, str | int] | None


class Segment(NamedTuple):
    """One leaf: its text, what it is, and where it stands.

    `label` is the key a free-form value stands under (`password` in `{"password": "x"}`): detectors read it as context.
    `lane` tells streams of text apart (choice, block or tool-call numbers, then the field's name).
    """

    text: str
    kind: Kind
    path: Path
    form: Form = Form.STRING
    label: str = ""
    lane: tuple[int | str, ...] = ()

    @property
    def at(self) -> str:
        """The whole address, unlisted keys included: for code, never for messages."""
        return "".join(text for _, text in _rendered(self.path)).removeprefix(".") or "body"

    @property
    def where(self) -> str:
        """The address as errors show it: `messages[3].content`, with `*` for every key that no table names."""
        return address(self.path)


def address(path: Path) -> str:
    """Render a linked path for users: `messages[3].metadata.*`."""
    return "".join(".*" if isinstance(part, Unlisted) else text for part, text in _rendered(path)).removeprefix(".") or "body"


def _rendered(path: Path) -> list[tuple[str | int, str]]:
    parts: list[tuple[str | int, str]] = []
    while path is not None:
        path, part = path
        parts.append((part, f"[{part}]" if isinstance(part, int) else f".{part}"))
    return parts[::-1]


Leaf = str | Number
Rewriter = Callable[[Segment], Leaf]


_NOWHERE: Final = Node()


def rewrite(document: Any, table: Table, fn: Rewriter, *, listed: bool = False) -> Any:
    """Return the document with every leaf replaced by `fn(segment)`; subtrees in which nothing changed are shared.

    `listed` visits only what the table names: for stream events, of which nothing else is ever rewritten.
    """
    return _Walk(table, fn, listed=listed).value(document, table.root, None, (), "")


def segments(document: Any, table: Table) -> list[Segment]:
    """Extract: a rewrite that collects."""
    found: list[Segment] = []

    def collect(segment: Segment) -> str:
        found.append(segment)
        return segment.text

    rewrite(document, table, collect)
    return found


class _Walk:
    """One walk over one document."""

    __slots__ = ("default", "fn", "listed", "nested")

    def __init__(self, table: Table, fn: Rewriter, *, listed: bool) -> None:
        self.default, self.nested, self.fn, self.listed = table.default, table.nested, fn, listed

    def value(self, value: Any, node: Node, path: Path, lane: tuple[int | str, ...], label: str) -> Any:  # noqa: PLR0911 - one for each JSON type
        sort = type(value)
        if sort is str:
            return self.string(value, node.kind or self.default, path, lane, label)
        if sort is dict:
            if node.kind is Kind.FREE:
                return self.free(value, path, lane, label)
            if node.kind is Kind.REFUSED:
                self.fn(Segment("object", Kind.REFUSED, path))
            return self.mapping(value, node, path, lane)
        if sort is list:
            if node.kind is Kind.FREE:
                return self.free(value, path, lane, label)
            items = node.items or _NOWHERE
            if items is _NOWHERE and node.kind is not None:
                items = node  # `stop: ENUM` covers `stop: ["a", "b"]` too
            return self.each(value, lambda child, at: self.value(child, items, at, lane, label), path)
        if sort is Number:
            return self.number(value, node.kind or self.default, path, lane, label)
        return value

    def mapping(self, value: dict[str, Any], node: Node, path: Path, lane: tuple[int | str, ...]) -> dict[str, Any]:  # noqa: C901 - the hot loop
        if node.cases:
            choice = value.get(node.selector)
            node = node.cases.get(choice, node) if isinstance(choice, str) else node
        if node.lane:
            lane = (*lane, *numbers(value, node.lane, path))
        if self.listed and node.any is None:
            return self.names(value, node, path, lane)
        changed: dict[str, Any] | None = None
        keys, other, keep = node.keys, node.any or _NOWHERE, self.default is Kind.KEEP
        for key, child in value.items():
            below = keys.get(key)
            renamed, at = key, (path, key)
            if below is None:
                below, at = other, (path, Unlisted(key))
                if not keep:
                    renamed = self.key(key, path, Kind.FUNCTIONAL)
            sort = type(child)
            if sort is str:  # most children are; the general way costs a call more
                new = self.string(child, below.kind or self.default, at, lane, "")
            elif child is None or sort is bool:
                new = child
                if child and below.kind is Kind.REFUSED:
                    self.fn(Segment("true", Kind.REFUSED, at))
            else:
                new = self.value(child, below, at, lane, "")
            if new is not child or renamed is not key:
                changed = changed if changed is not None else dict(_before(value, key))
            if changed is not None:
                changed[renamed] = new
        return value if changed is None else changed

    def names(self, value: dict[str, Any], node: Node, path: Path, lane: tuple[int | str, ...]) -> dict[str, Any]:
        """Visit only the keys that the table names; the order of the object's keys stays."""
        changed: dict[str, Any] | None = None
        for key, below in node.keys.items():
            child = value.get(key)
            if child is not None and below.kind is not Kind.LANE:
                new = self.value(child, below, (path, key), lane, "")
                if new is not child:
                    changed = changed or dict(value)
                    changed[key] = new
        return value if changed is None else changed

    def free(self, value: Any, path: Path, lane: tuple[int | str, ...], label: str) -> Any:
        """A subtree of the caller's own shape: names, values and numbers are all text."""
        sort = type(value)
        if sort is str:
            return self.string(value, Kind.FREE, path, lane, label)
        if sort is Number:
            return self.number(value, Kind.FREE, path, lane, label)
        if sort is list:
            return self.each(value, lambda child, at: self.free(child, at, lane, label), path)
        if sort is not dict:
            return value
        changed = False
        new: dict[str, Any] = {}
        for key, child in value.items():
            renamed = self.key(key, path, Kind.FREE)
            replaced = self.free(child, (path, Unlisted(key)), lane, key)
            changed = changed or renamed is not key or replaced is not child
            if renamed in new:
                raise BadDocument(
                    "two object keys become one", where=address(path), hint="Use a transform that tells values apart for keys"
                )
            new[renamed] = replaced
        return new if changed else value

    def each(self, value: list[Any], visit: Callable[[Any, Path], Any], path: Path) -> list[Any]:
        new = [visit(child, (path, index)) for index, child in enumerate(value)]
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new

    def string(self, text: str, kind: Kind, path: Path, lane: tuple[int | str, ...], label: str) -> Leaf:
        if self.nested and text[:1] in _JSON_START and kind in _TEXTUAL and jsontext.holds_json(text):
            whole = jsontext.rewrite(text, lambda token, form, key: self.fn(Segment(token, Kind.FREE, path, Form(form), key, lane)))
            return text if whole == text else str(whole)
        if kind is Kind.KEEP and len(text) < MIN_KEPT:
            return text
        if kind is Kind.PROSE:
            kind = Kind.TEXT
        name = path[1] if path is not None else ""
        new = self.fn(Segment(text, kind, path, Form.STRING, label, (*lane, name)))
        return text if new == text else _plain(new)

    def key(self, key: str, path: Path, kind: Kind) -> str:
        new = self.fn(Segment(key, kind, (path, Unlisted(key)), Form.KEY))
        return key if new == key or not isinstance(new, str) else str(new)

    def number(self, value: Number, kind: Kind, path: Path, lane: tuple[int | str, ...], label: str) -> Leaf:
        if kind not in _NUMBERED:
            if kind is Kind.LANE or kind is Kind.KEEP or len(value.lexeme) < MIN_NUMBER:
                return value
            kind = Kind.FREE if kind is Kind.FREE else Kind.FUNCTIONAL
        new = self.fn(Segment(value.lexeme, kind, path, Form.NUMBER, label, (*lane, path[1] if path is not None else "")))
        return value if new == value.lexeme else _plain(new)


def numbers(value: dict[str, Any], names: tuple[str, ...], path: Path) -> list[int | str]:
    """Return an object's numbers, or names, up to the last that it has: -1 where an inner one stands without an outer one."""
    found: list[int | str] = []
    for place, name in enumerate(names):
        number = value.get(name)
        if isinstance(number, Number) and number.lexeme.isdecimal():
            number = int(number.lexeme)
        if isinstance(number, int | str) and number != "":
            found += [-1] * (place - len(found))
            found.append(number)
    if not found and path is not None:
        found.append(path[1])  # some servers leave the number out: the place in the list tells them apart
    return found


_JSON_START: Final = frozenset("{[ \t\r\n")  # a cheap look before the real one
_NUMBERED: Final = frozenset({Kind.PROSE, Kind.REFUSED, Kind.END})  # what a number of any length says something to
_TEXTUAL: Final = frozenset({Kind.TEXT, Kind.PROSE, Kind.JSON, Kind.FREE})


def _plain(leaf: Leaf) -> Leaf:
    """Return a leaf of a document: a plain string or a number."""
    return leaf if isinstance(leaf, Number) else str(leaf)


def _before(value: dict[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    for name, child in value.items():
        if name == key:
            return
        yield name, child
