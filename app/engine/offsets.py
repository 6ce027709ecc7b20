"""Offsets into text that was rewritten: citations and annotations point where their words now stand, in either direction."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from app.core.dialect import Cited, Offsets
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


def undone(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits that lead back."""
    back: list[Edit] = []
    shift = 0
    for start, stop, length in edits:
        back.append((start + shift, start + shift + length, stop - start))
        shift += length - (stop - start)
    return back


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


def shifted(row: Any, place: Offsets | Cited, edits: Sequence[Edit]) -> Any:
    """Return one annotation with its offsets moved."""
    if not isinstance(row, dict) or not edits:
        return row
    within = place.within if isinstance(place, Offsets) else ""
    inner = row.get(within) if within else row
    if not isinstance(inner, dict):
        return row
    new = dict(inner)
    for key in place.keys:
        value = inner.get(key)
        if isinstance(value, Number) and value.whole is not None:
            new[key] = Number(str(moved(value.whole, edits, end=key.startswith(_ENDS))))
    return {**row, within: new} if within else new


def replaced(pairs: Iterable[tuple[str, str]]) -> EditsOf:
    """Return how to find the edits of a protected text: by the values in it and what stands for each."""
    values: dict[str, list[str]] = {}
    for value, stand_in in sorted(pairs, key=lambda pair: len(pair[0]), reverse=True):  # a piece of a value may have the same stand-in
        values.setdefault(stand_in, []).append(value)
    pattern = re.compile("|".join(map(re.escape, sorted(filter(None, values), key=len, reverse=True))) or r"(?!)")

    def edits_of(before: str, after: str) -> list[Edit]:
        edits: list[Edit] = []
        old = new = 0
        for found in pattern.finditer(after):
            at = old + found.start() - new
            if before[old:at] != after[new : found.start()]:
                return []  # something else was done to the text, too: nobody knows where its words went
            value = found[0] if before.startswith(found[0], at) else next((v for v in values[found[0]] if before.startswith(v, at)), None)
            if value is None:
                return []
            if value != found[0]:
                edits.append((at, at + len(value), len(found[0])))
            old, new = at + len(value), found.end()
        return edits if before[old:] == after[new:] else []

    return edits_of
