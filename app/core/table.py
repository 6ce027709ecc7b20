"""The kinds of leaves, and the tables by which a dialect names what is not text.

A table lists exemptions; every leaf that it does not list has the table's default kind. Table paths: `messages[].content` (`[]`
any element, `*` any key), with a selector where objects of several types share a place: `content[][type=thinking|redacted].data`.
An entry is a Kind or another Table, which may hold itself by name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Final, Self

_DOT: Final = re.compile(r"\.(?![^\[]*\])")  # not those within a selector's value


class Kind(Enum):
    """What a leaf is, and so what may be done to it."""

    TEXT = "text"  # human text: inspected, transformed
    JSON = "json"  # a string that holds JSON: its strings, keys and numbers are free-form text
    FREE = "free"  # a subtree of the caller's own shape: strings, keys and numbers are text
    FILE = "file"  # bytes or the address of bytes: text in a data URL is inspected, anything else is an attachment
    FUNCTIONAL = "functional"  # ids, names, addresses: closed grammar, inspected, never transformed
    ENUM = "enum"  # a word of the protocol: lower-case grammar, inspected, never transformed
    SIGNED = "signed"  # opaque or signed by the provider: byte-exact
    OPAQUE = "opaque"  # signed or encrypted by the provider, in an alphabet of its own: byte-exact, and refused outside it
    KEEP = "keep"  # in answers: passed as it is, reported if it holds a surrogate
    PROSE = "prose"  # text that must come as text: a number in its place is a token, which nobody can read, and refused
    OBJECT = "object"  # the id of something that the provider keeps: the team's own, or not found; in answers: the team's from now on
    REFUSED = "refused"  # names something that the provider keeps, or asks it to: nothing may stand here yet
    ADDRESS = "address"  # in answers: an address of the provider's own for direct use; its path is given, so that clients ask here
    INPUT = "input"  # in answers: free-form text for a tool that the client runs
    LANE = "lane"  # in streams: the number or the name that tells lanes apart
    WHOLE = "whole"  # in streams: a finished copy of text, restored by itself
    MUTE = "mute"  # in streams: opens lanes that stay as they are, such as those of a tool that the provider runs
    END = "end"  # in streams: present and not null, it ends the lanes of its object

    __hash__ = object.__hash__  # members are singletons; Enum's own hash is a Python call on the hot path


class Node:
    """A compiled place of a table: its kind, its children by key, and the cases of its selector."""

    __slots__ = ("any", "cases", "items", "keys", "kind", "lane", "selector")

    def __init__(self) -> None:
        """Start empty."""
        self.kind: Kind | None = None
        self.keys: dict[str, Node] = {}
        self.any: Node | None = None
        self.items: Node | None = None
        self.selector = ""
        self.cases: dict[str, Node] = {}
        self.lane: tuple[str, ...] = ()  # the keys whose numbers are this object's lane, the outer one first

    def adopt(self, other: Self) -> None:
        """Take over what `other` says where this node is silent."""
        self.kind = self.kind or other.kind
        self.lane = self.lane or other.lane
        if not self.selector:
            self.selector, self.cases = other.selector, other.cases
        for key, child in other.keys.items():
            mine = self.keys.setdefault(key, child)
            if mine is not child:
                mine.adopt(child)
        for slot in ("any", "items"):
            mine, child = getattr(self, slot), getattr(other, slot)
            if mine is None:
                setattr(self, slot, child)
            elif child is not None and mine is not child:
                mine.adopt(child)


@dataclass(frozen=True)
class Table:
    """A dialect's exemptions, by path. `default` is the kind of every leaf that no entry covers."""

    entries: Mapping[str, "Kind | Table"]
    default: Kind = Kind.TEXT
    nested: bool = True  # descend into JSON strings; answers are restored as raw text instead

    @cached_property
    def root(self) -> Node:
        """The compiled trie."""
        root = Node()
        self.__dict__["root"] = root  # a table may hold itself
        kinds = {path: entry for path, entry in self.entries.items() if isinstance(entry, Kind)}
        tables = {path: entry for path, entry in self.entries.items() if isinstance(entry, Table)}
        for path, kind in kinds.items():
            node = _reach(root, list(_steps(path)))
            node.kind = kind
            if kind is Kind.LANE:
                _reach(root, list(_steps(path))[:-1]).lane += (path.rpartition(".")[2],)
        for path, table in tables.items():
            _link(root, list(_steps(path)), table.root)
        _settle(root, set())
        return root

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """Every kind that the table names anywhere."""
        seen: dict[int, Node] = {}
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if id(node) not in seen:
                seen[id(node)] = node
                children = (*node.keys.values(), *node.cases.values(), node.any, node.items)
                waiting += [child for child in children if child is not None]
        return frozenset(node.kind for node in seen.values() if node.kind is not None)


def _steps(path: str) -> Iterator[tuple[str, str]]:
    """Split a path: `a[].b[type=x].c` → key a, items, key b, case type=x, key c."""
    for dotted in _DOT.split(path):
        name, bracket, rest = dotted.partition("[")
        if name:
            yield ("any" if name == "*" else "key", name)
        for part in (bracket + rest).replace("]", "").split("[")[1:] if bracket else ():
            yield ("case", part) if "=" in part else ("items", "")


def _enter(node: Node, step: tuple[str, str]) -> Node:
    sort, name = step
    if sort == "key":
        return node.keys.setdefault(name, Node())
    if sort == "any":
        node.any = node.any or Node()
        return node.any
    if sort == "items":
        node.items = node.items or Node()
        return node.items
    # Selector values joined by "|" share one node.
    node.selector, _, values = name.partition("=")
    first, *others = values.split("|")
    case = node.cases.setdefault(first, Node())
    for other in others:
        node.cases[other] = case
    return case


def _reach(node: Node, steps: list[tuple[str, str]]) -> Node:
    for step in steps:
        node = _enter(node, step)
    return node


def _link(root: Node, steps: list[tuple[str, str]], target: Node) -> None:
    """Hang another table's root at a place; where the place has entries of its own, they stay."""
    holder, (sort, name) = _reach(root, steps[:-1]), steps[-1]
    if sort == "key" and name not in holder.keys:
        holder.keys[name] = target
    elif sort == "any" and holder.any is None:
        holder.any = target
    elif sort == "items" and holder.items is None:
        holder.items = target
    else:
        _enter(holder, (sort, name)).adopt(target)


def _settle(node: Node, seen: set[int]) -> None:
    """Let every case of a selector know what holds for all cases."""
    if id(node) in seen:
        return
    seen.add(id(node))
    plain = Node()
    plain.kind, plain.keys, plain.any, plain.items, plain.lane = node.kind, node.keys, node.any, node.items, node.lane
    for case in {id(case): case for case in node.cases.values()}.values():
        case.adopt(plain)
        _settle(case, seen)
    for child in (*node.keys.values(), node.any, node.items):
        if child is not None:
            _settle(child, seen)
