"""Annotations that come with the pieces of a streamed text: they point into the whole text of their lane."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from app.core.dialect import Offsets
from app.core.segment import Path, numbers
from app.core.table import Node
from app.engine.offsets import Edit, shifted

Lane = tuple[int | str, ...]
EditsOf = Callable[[Lane], Sequence[Edit]]


def annotated(event: Any, root: Node, place: Offsets, edits_of: EditsOf) -> Any:
    """Return an event with the offsets of its annotations moved by what was replaced in their lanes so far."""
    return _Walk(place, edits_of).follow(event, root, place.holder.split("."), (), None)


class _Walk(NamedTuple):
    place: Offsets
    edits_of: EditsOf

    def follow(self, value: Any, node: Node | None, steps: Sequence[str], lane: Lane, path: Path) -> Any:
        if not isinstance(value, dict) or node is None:
            return value
        choice = value.get(node.selector) if node.cases else None
        node = node.cases.get(choice, node) if isinstance(choice, str) else node
        if node.lane:
            lane = (*lane, *numbers(value, node.lane, path))
        if not steps:
            rows, edits = value.get(self.place.rows), self.edits_of((*lane, self.place.text))
            return (
                {**value, self.place.rows: [shifted(row, self.place, edits) for row in rows]} if edits and isinstance(rows, list) else value
            )
        name = steps[0].removesuffix("[]")
        child, below = value.get(name), node.keys.get(name)
        if isinstance(child, list):
            items = below and below.items
            new = [self.follow(one, items, steps[1:], lane, (path, number)) for number, one in enumerate(child)]
            return value if all(a is b for a, b in zip(new, child, strict=True)) else {**value, name: new}
        replaced = self.follow(child, below, steps[1:], lane, (path, name))
        return value if replaced is child else {**value, name: replaced}
