"""Offsets into text that was rewritten: citations and annotations point where their words now stand, in either direction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from app.core.dialect import Offsets
from app.core.document import Number

Edit = tuple[int, int, int]  # start and end in the text before, length of what stands there now
EditsOf = Callable[[str, str], Sequence[Edit]]  # text before, text after

_ENDS: Final = "end"


def moved(offset: int, edits: Iterable[Edit], *, end: bool) -> int:
    """Return where an offset of the text before lies in the text after; within a replaced span it takes the span's edge."""
    shift = 0
    for start, stop, length in edits:
        if offset >= stop:
            shift += length - (stop - start)
        elif offset > start:
            return start + shift + (length if end else 0)
    return offset + shift


def mend(before: Any, after: Any, places: Iterable[Offsets], edits_of: EditsOf) -> None:
    """Move the offsets of every text that changed. `after` shares with `before` only what did not change."""
    for place in places:
        _follow(before, after, place.holder.split("."), place, edits_of)


def _follow(before: Any, after: Any, steps: Sequence[str], place: Offsets, edits_of: EditsOf) -> None:
    if before is after or not isinstance(after, dict):
        return
    if not steps:
        old, new, rows = before.get(place.text), after.get(place.text), after.get(place.rows)
        if isinstance(old, str) and isinstance(new, str) and old != new and isinstance(rows, list):
            edits = edits_of(old, new)
            after[place.rows] = [shifted(row, place, edits) for row in rows]
        return
    name = steps[0].removesuffix("[]")
    old, new = before.get(name), after.get(name)
    if isinstance(new, list):
        for one, other in zip(old, new, strict=True):
            _follow(one, other, steps[1:], place, edits_of)
    else:
        _follow(old, new, steps[1:], place, edits_of)


def shifted(row: Any, place: Offsets, edits: Sequence[Edit]) -> Any:
    """Return one annotation with its offsets moved."""
    if not isinstance(row, dict) or not edits:
        return row
    inner = row.get(place.within) if place.within else row
    if not isinstance(inner, dict):
        return row
    new = dict(inner)
    for key in place.keys:
        value = inner.get(key)
        if isinstance(value, Number) and value.lexeme.isdecimal():
            new[key] = Number(str(moved(int(value.lexeme), edits, end=key.startswith(_ENDS))))
    return {**row, place.within: new} if place.within else new


def replaced(names: Mapping[str, str]) -> EditsOf:
    """Return how to find the edits of a protected text: by the surrogates in it and what each stands for."""

    def edits_of(before: str, after: str) -> list[Edit]:
        edits: list[Edit] = []
        old = new = 0
        while new < len(after):
            name = next((name for name in names if after.startswith(name, new) and before.startswith(names[name], old)), None)
            if name is not None and not before.startswith(name, old):
                edits.append((old, old + len(names[name]), len(name)))
                old, new = old + len(names[name]), new + len(name)
            elif before[old : old + 1] != after[new]:
                return []  # something else was done to the text, too: nobody knows where its words went
            else:
                old, new = old + 1, new + 1
        return edits

    return edits_of
