"""Apply a verdict: a new document in which findings are transformed, and the originals that its surrogates stand for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import app.transforms
from app.core.policy import Action, Decision, Mode, Verdict
from app.core.registry import load
from app.core.segment import Form, Leaf, Segment, Table, rewrite
from app.core.surrogate import Original, render
from app.core.transform import Transform

TRANSFORMS: Final[Mapping[str, Transform]] = {transform.name: transform for transform in load(app.transforms, Transform)}

Identity = Callable[[str, str], str]  # entity, value → what all forms of the value share


@dataclass(frozen=True, slots=True)
class Issued:
    """A surrogate that stands in the outbound document: its text, entity and original, and whether it may be restored."""

    text: str
    entity: str
    original: Original
    restore: bool


@dataclass(frozen=True, slots=True)
class Outbound:
    """What goes out: the protected document and the surrogates that were issued for it."""

    document: Any
    issued: tuple[Issued, ...]

    def __repr__(self) -> str:
        return f"Outbound({len(self.issued)} issued)"


class Names:
    """A naming scope: the key under which values become surrogates.

    `taken` are the texts that the vault has given to other values: this value then gets the next counter.
    """

    def __init__(self, key: bytes, identity: Identity, taken: Mapping[tuple[str, str, str], int] | None = None) -> None:
        """Name under `key`; `taken` maps (entity, value, "") to the first counter that is free for it."""
        self._key = key
        self._identity = identity
        self._counters = dict(taken or {})
        self._known: dict[tuple[str, str], str] = {}
        self._owners: dict[str, tuple[str, str]] = {}

    def surrogate(self, entity: str, value: str) -> str:
        """Return the one surrogate of this exact form, whichever text it had to step over."""
        known = self._known.get((entity, value))
        if known is not None:
            return known
        counter = self._counters.get((entity, value, ""), 0)
        while True:
            text = render(self._key, entity, self._identity(entity, value), value, counter)
            if self._owners.setdefault(text, (entity, value)) == (entity, value):
                break
            counter += 1
        self._known[entity, value] = text
        return text


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
    text, done, out = segment.text, 0, []
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
            issued[stand_in] = Issued(stand_in, finding.entity, Original(value, segment.form is Form.NUMBER), restore)
        out += [text[done:start], stand_in]
        done = end
    return "".join([*out, text[done:]])


