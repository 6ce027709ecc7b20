"""Apply a verdict: a new document in which findings are transformed, and the originals that its surrogates stand for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import app.transforms
from app.core.dialect import Offsets, StandIn
from app.core.jsontext import Edit, Edited
from app.core.naming import Issued, Names, Outbound
from app.core.policy import Decision, Instead, Mode, Verdict
from app.core.registry import load
from app.core.segment import Form, Leaf, Segment, rewrite
from app.core.surrogate import Original, well_formed
from app.core.table import Table
from app.core.transform import Transform
from app.engine.inspect import conversation_order
from app.engine.linking import LINKED, Links
from app.engine.offsets import mend
from app.engine.offsets import replaced as replaced_by
from app.transforms.realistic import GENERATORS

INSTEAD: Final[Mapping[StandIn, Instead]] = {
    StandIn.REDACTED: lambda _entity: "redact",
    StandIn.PLAUSIBLE: lambda entity: "realistic" if entity in GENERATORS else "redact",
}
TRANSFORMS: Final[Mapping[str, Transform]] = {transform.name: transform for transform in load(app.transforms, Transform)}

Fakes = Collection[str]

Recalled = Mapping[str, tuple[str, Original]]
Standing = Mapping[tuple[str, str], str]


class _Taken:
    """Says whether a text stands in the document: looked at only when a realistic stand-in is drawn."""

    def __init__(self, segments: Sequence[Segment], issued_before: Fakes) -> None:
        self._segments, self._issued_before = segments, frozenset(issued_before)

    def __call__(self, text: str) -> bool:
        plain = text.casefold()
        return text not in self._issued_before and any(plain in segment.text.casefold() for segment in self._segments)


def protect(
    document: Any,
    table: Table,
    segments: Sequence[Segment],
    verdict: Verdict,
    names: Names,
    recalled: Recalled | None = None,
    conversation: str = "",
    offsets: Sequence[Offsets] = (),
    before: Recalled | None = None,
) -> Outbound:
    """Return the outbound document. In monitor mode, and with nothing to transform, that is the document itself.

    No realistic stand-in is a text that stands in the document, unless it is one of those `recalled`. A value whose surrogate, one of
    them, was said before it in the `conversation`, or `before` the document, gets that one. `offsets` into what changes are moved with it.
    """
    if verdict.mode is Mode.MONITOR or not any(verdict.decisions):
        return Outbound(document, ())
    names.taken = _Taken(segments, {**(recalled or {}), **(before or {})})
    names.linked = _linked(segments, verdict.decisions, recalled or {}, conversation)
    issued: dict[str, Issued] = {}
    replaced: set[tuple[str, str]] = set()
    standing = _standing(segments, recalled or {}, conversation, before or {}) if recalled or before else [{}] * len(segments)
    rows: Iterator[tuple[Segment, Sequence[Decision], Standing]] = iter(zip(segments, verdict.decisions, standing, strict=True))

    def replace(segment: Segment) -> Leaf:
        planned, decisions, names.standing = next(rows)
        if planned.text != segment.text:  # pragma: no cover - the walks are one function; this holds them to it
            raise AssertionError("protect walked another document than inspect")
        new = _replace(segment, decisions, names, issued) if decisions else segment.text
        if isinstance(new, Edited):
            replaced.update((segment.text[start:end], stand_in) for start, end, stand_in in new.edits)
        return new

    outbound = rewrite(document, table, replace)
    if offsets:
        mend(document, outbound, offsets, replaced_by(replaced))
    return Outbound(outbound, tuple(issued.values()), frozenset(replaced))


def _standing(segments: Sequence[Segment], recalled: Recalled, conversation: str, before: Recalled) -> list[Standing]:
    """Return, for each segment, the surrogates by (entity, value) that stand in it or before it (prefix law: never after it)."""
    rows: list[Standing] = [{}] * len(segments)
    known: Standing = {(entity, original.text): text for text, (entity, original) in before.items()}
    for index in conversation_order(segments, conversation):
        here = {recalled[s.text]: s.text for s in well_formed(segments[index].text) if s.text in recalled}
        if here:
            known = {**{(entity, original.text): text for (entity, original), text in here.items()}, **known}
        rows[index] = known
    return rows


def _linked(
    segments: Sequence[Segment], decisions: Sequence[Sequence[Decision]], recalled: Recalled, conversation: str
) -> Mapping[tuple[str, str], str]:
    """Return who is meant by the names that go out as something else, in the order in which the conversation mentions them."""
    links = Links()
    if recalled or any(finding.entity in LINKED for row in decisions for finding, _ in row):
        for index in conversation_order(segments, conversation):
            text = segments[index].text
            said = [(f.start, f.entity, text[f.start : f.end]) for f, ruling in decisions[index] if ruling.transforms]
            if recalled:
                known = ((s.start, *recalled[s.text]) for s in well_formed(text) if s.text in recalled)
                said = sorted([*said, *((start, entity, original.text) for start, entity, original in known)])
            for _, entity, form in said:
                links.mention(entity, form)
    return links.identities


def _replace(segment: Segment, decisions: Sequence[Decision], names: Names, issued: dict[str, Issued]) -> str:
    text, done = segment.text, 0
    edits: list[Edit] = []
    for finding, ruling in decisions:
        if not ruling.transforms:
            continue
        start, end = (0, len(text)) if segment.form is Form.NUMBER else (finding.start, finding.end)
        if start < done:
            continue
        value = text[start:end]
        # A number becomes a string whatever stands for it: a surrogate says so, a fake number in quotes would not.
        operator = TRANSFORMS["surrogate" if segment.form is Form.NUMBER and ruling.transform == "realistic" else ruling.transform]
        stand_in = operator.apply(finding.entity, value, names, ruling.parameters)
        if operator.reversible:
            # A value that stands in the document as a number and as text comes back as text.
            number = segment.form is Form.NUMBER and (stand_in not in issued or issued[stand_in].original.number)
            issued[stand_in] = Issued(stand_in, finding.entity, Original(value, number), ruling.restore)
        edits.append((start, end, stand_in))
        done = end
    return Edited.of(text, edits) if edits else text
