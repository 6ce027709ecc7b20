"""Apply a verdict: a new document in which findings are transformed, and the originals that its surrogates stand for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import app.transforms
from app.core.jsontext import Edit, Edited
from app.core.naming import Issued, Names, Outbound
from app.core.policy import Action, Decision, Mode, Verdict
from app.core.registry import load
from app.core.segment import Form, Leaf, Segment, rewrite
from app.core.surrogate import Original
from app.core.table import Table
from app.core.transform import Transform

TRANSFORMS: Final[Mapping[str, Transform]] = {transform.name: transform for transform in load(app.transforms, Transform)}


def protect(document: Any, table: Table, segments: Sequence[Segment], verdict: Verdict, names: Names) -> Outbound:
    """Return the outbound document. In monitor mode, and with nothing to transform, that is the document itself."""
    if verdict.mode is Mode.MONITOR or not any(verdict.decisions):
        return Outbound(document, ())
    issued: dict[str, Issued] = {}
    rows: Iterator[tuple[Segment, tuple[Decision, ...]]] = iter(zip(segments, verdict.decisions, strict=True))

    def replace(segment: Segment) -> Leaf:
        planned, decisions = next(rows)
        if planned.text != segment.text:  # pragma: no cover - the walks are one function; this holds them to it
            raise AssertionError("protect walked another document than inspect")
        return _replace(segment, decisions, names, issued) if decisions else segment.text

    outbound = rewrite(document, table, replace)
    return Outbound(outbound, tuple(issued.values()))


def _replace(segment: Segment, decisions: Sequence[Decision], names: Names, issued: dict[str, Issued]) -> str:
    text, done = segment.text, 0
    edits: list[Edit] = []
    for finding, action, transform, restore in decisions:
        if action is not Action.TRANSFORM:
            continue
        start, end = (0, len(text)) if segment.form is Form.NUMBER else (finding.start, finding.end)
        if start < done:
            continue
        value = text[start:end]
        operator = TRANSFORMS[transform]
        stand_in = operator.apply(finding.entity, value, names)
        if operator.reversible:
            # A value that stands in the document as a number and as text comes back as text.
            number = segment.form is Form.NUMBER and (stand_in not in issued or issued[stand_in].original.number)
            issued[stand_in] = Issued(stand_in, finding.entity, Original(value, number), restore)
        edits.append((start, end, stand_in))
        done = end
    return Edited.of(text, edits) if edits else text
