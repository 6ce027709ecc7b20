"""A policy compiled: what happens to every finding, decided by one table of rulings for each place where findings stand.

First match wins among the rules; a finding that no rule names gets the default of its entity's sensitivity.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import repeat
from typing import Any, Final

from app.core.finding import ENTITIES, ORDINARY, Finding, beside, covering
from app.core.pattern import compiled
from app.core.place import Place, spoken
from app.core.policy_document import Action, Allowed, Mode, PolicyDocument, Rule, Where, read_policy
from app.core.reserved import is_reserved
from app.core.segment import Form, Segment
from app.core.table import Kind
from app.core.transform import Plain
from app.core.wish import NOTHING, Wish, wished
from app.errors import NotAdmitted, PolicyBlocked

__all__ = ["Action", "Decision", "Mode", "Policy", "PolicyDocument", "Ruling", "Verdict", "read_policy"]

THRESHOLD: Final = 0.5
CHECKED_THRESHOLD: Final = 0.35
_TABLES: Final = 1000  # places remembered; the model is the caller's to choose, so there is a cap
_NOWHERE: Final = Place()
Instead = Callable[[str], str]  # entity → the transform where a policy says `surrogate` or `realistic`, and neither will do


@dataclass(frozen=True, slots=True)
class Ruling:
    """What happens to an entity at a place: the rule that governs it, defaults filled in."""

    action: Action
    transform: str
    parameters: Plain
    restore: bool
    threshold: float
    checked: float  # the threshold where a checksum or structure vouched
    reason: str
    transforms: bool
    blocks: bool


Decision = tuple[Finding, Ruling]  # plain, since a request makes many


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision over a whole document: one row of decisions per segment, in the segments' order.

    `counts` is by entity whatever the mode; `word` tells a count that was enforced from one that was only watched.
    """

    mode: Mode
    decisions: tuple[Sequence[Decision], ...]
    counts: Mapping[str, int]
    blocked: PolicyBlocked | None
    used: tuple[str, ...] = ()
    elsewhere: Mapping[str, int] | None = None  # actions on what was decided line by line, and is not kept here

    @property
    def word(self) -> str:
        """The word on the record: `clean`, `reported`, `transformed`, `monitored` or `blocked`."""
        if self.blocked is not None:
            return "blocked"
        if not self.counts:
            return "clean"
        if self.mode is Mode.MONITOR:
            return "monitored"
        return "transformed" if Action.TRANSFORM.value in self.actions else "reported"

    @property
    def actions(self) -> dict[str, int]:
        """Findings by action: what was done, or in monitor mode what would have been."""
        here = Counter(ruling.action.value for row in self.decisions for _, ruling in row)
        return dict(sorted((here + Counter(self.elsewhere)).items()))

    def enforce(self) -> None:
        """Raise what blocks the request, if anything does."""
        if self.blocked is not None:
            raise self.blocked


_How = tuple[frozenset[str], Instead | None]  # what the request allows itself, and what stands in at this class of endpoints


class _Table(dict[str, Ruling]):
    """Rulings by entity at one place, found when first asked for."""

    def __init__(
        self, rules: Sequence[Rule], document: PolicyDocument, allow: frozenset[str] = frozenset(), instead: Instead | None = None
    ) -> None:
        super().__init__()
        self._rules, self._document, self._allow, self._instead = rules, document, allow, instead

    def __missing__(self, entity: str) -> Ruling:
        rule = next((rule for rule in self._rules if _named(entity, rule.entities)), None)
        ruling = _ruling(entity, rule, self._document)
        if entity in self._allow:
            ruling = replace(ruling, action=Action.ALLOW, transforms=False, blocks=False)
        if self._instead is not None and ruling.transform in _REVERSIBLE:
            ruling = replace(ruling, transform=self._instead(entity), parameters=Plain())
        self[entity] = ruling
        return ruling


def _ruling(entity: str, rule: Rule | None, document: PolicyDocument) -> Ruling:
    defaults = document.defaults
    if rule is None:
        known = ENTITIES.get(entity)
        ordinary = known is not None and known.sensitivity == ORDINARY
        action = Action.ALLOW if ordinary else (defaults.action or Action.TRANSFORM)
        rule = Rule(entities=(entity,), action=action)
    using = rule.transform or defaults.transform
    threshold = rule.threshold if rule.threshold is not None else defaults.threshold
    return Ruling(
        rule.action,
        using.name,
        using.parameters,
        (rule.restore or defaults.restore) != "never",
        THRESHOLD if threshold is None else threshold,
        CHECKED_THRESHOLD if threshold is None else threshold,
        rule.reason,
        rule.action is Action.TRANSFORM,
        rule.action is Action.BLOCK,
    )


def _named(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _selectors(where: Where) -> list[tuple[str, Sequence[str]]]:
    return [(name, patterns) for name in Place._fields if (patterns := getattr(where, name)) is not None]


class Policy:
    """A compiled, immutable policy. `version` is the address of its document in this installation (`app/store/vault.py` gives it)."""

    def __init__(self, document: PolicyDocument, version: str = "") -> None:
        """Compile `document` once; tables of rulings are made for the places that ask."""
        self.document = document
        self.version = version
        using = [document.defaults.transform, *(rule.transform for rule in document.rules if rule.transform)]
        self.realistic = any(one.name == "realistic" for one in using)
        self._selects = {name for rule in document.rules if rule.where for name, _ in _selectors(rule.where)}
        self._blocks = Action.BLOCK in {document.defaults.action, *(rule.action for rule in document.rules)}
        self._local = bool(self._selects & {"role", "tool"})
        self._known = {*ENTITIES, *(term.entity for term in document.terms)}
        self._tables: dict[tuple[Place, _How], _Table] = {}
        self._texts = {allowed.text: allowed for allowed in document.allow if allowed.text is not None}
        self._patterns = [(compiled(allowed.pattern), allowed) for allowed in document.allow if allowed.pattern is not None]
        self._excuses = bool(document.allow) or document.reserved == "allow"

    def admit(self, model: str) -> None:
        """Raise NotAdmitted unless the team may use `model`."""
        if not _named(model, self.document.models):
            raise NotAdmitted("the team's policy does not admit this model", where="model", hint="Ask for it in the policy key `models`")

    def wished(self, headers: Mapping[str, str]) -> Wish:
        """Read what a request's headers ask for. Raises NotAdmitted, BadHeader."""
        return wished(headers, self.document.caller_may, self._known)

    def mode(self, now: datetime) -> Mode:
        """Enforce, or monitor while that has not expired."""
        document = self.document
        if document.mode is Mode.MONITOR and (document.mode_until is None or now < document.mode_until):
            return Mode.MONITOR
        return Mode.ENFORCE

    def restores(self, entity: str, place: Place) -> bool:
        """Whether a value of `entity` may come back from there at all."""
        return self._table(place, (frozenset(), None))[entity].restore

    def decide(
        self,
        segments: Sequence[Segment],
        findings: Sequence[Sequence[Finding]],
        now: datetime,
        place: Place = _NOWHERE,
        document: Any = None,
        wish: Wish = NOTHING,
        instead: Instead | None = None,
    ) -> Verdict:
        """Decide over every finding of every segment of `document`, which goes to `place`. Pure: the time is an argument."""
        mode = wish.mode or self.mode(now)
        rows = self._rows(segments, findings, now, self._tables_for(segments, place, document, (wish.allow, instead)))
        counts = Counter([finding.entity for row in rows for finding, _ in row])
        blocked = self._blocked(segments, rows) if mode is Mode.ENFORCE else None
        return Verdict(mode, tuple(rows), dict(sorted(counts.items())), blocked, wish.used)

    def _rows(
        self, segments: Sequence[Segment], findings: Sequence[Sequence[Finding]], now: datetime, tables: Iterable[_Table]
    ) -> list[Sequence[Decision]]:
        """Return what counts as found in each segment, without overlaps, with its rulings. The hot loop: nothing in it calls."""
        excuses = self._excuses
        rows: list[Sequence[Decision]] = []
        for segment, found, table in zip(segments, findings, tables, strict=False):
            row: list[Decision] = []
            end, apart = 0, True
            for finding in self._unexcused(segment.text, found, now) if excuses else found:
                ruling = table[finding.entity]
                if finding.score < (ruling.checked if finding.checked else ruling.threshold):
                    continue
                if finding.start < end:
                    apart = False
                end = finding.end
                row.append((finding, ruling))
            rows.append(row if apart else [(finding, table[finding.entity]) for finding in _apart(row, segment.text)])
        return rows

    def _tables_for(self, segments: Sequence[Segment], place: Place, document: Any, how: _How) -> Iterable[_Table]:
        """Return each segment's table: the same for all unless rules ask who speaks."""
        if not self._local:
            return repeat(self._table(place, how))
        known: dict[tuple[str, str], _Table] = {}
        tables = []
        for segment in segments:
            said = spoken(document, segment.path)
            if said not in known:
                known[said] = self._table(place._replace(role=said[0], tool=said[1]), how)
            tables.append(known[said])
        return tables

    def _blocked(self, segments: Sequence[Segment], rows: Sequence[Sequence[Decision]]) -> PolicyBlocked | None:
        for segment, row in zip(segments, rows, strict=True):
            if row:
                fixed = segment.kind in _FIXED or (segment.form is not _STRING and segment.kind is not _FREE)
                if fixed or self._blocks:
                    for finding, ruling in row:
                        if ruling.blocks or (fixed and ruling.transforms):
                            return _obstacle(segment, finding.entity, ruling)
        return None

    def _unexcused(self, text: str, found: Sequence[Finding], now: datetime) -> list[Finding]:
        """Return the findings without those of allowed values, and of parts of them: the last four of a test card are its own."""
        excused = [f for f in found if self._excused(text[f.start : f.end], f.entity, now)]
        return [f for f in found if not any(f.entity == e.entity and e.start <= f.start and f.end <= e.end for e in excused)]

    def _excused(self, value: str, entity: str, now: datetime) -> bool:
        known = self._texts.get(value)
        if known is not None and _holds(known, entity, now):
            return True
        if self.document.reserved == "allow" and is_reserved(entity, value):
            return True
        raw = value.encode("utf-8", "replace")
        return any(_holds(allowed, entity, now) and pattern.fullmatch(raw) is not None for pattern, allowed in self._patterns)

    def _table(self, place: Place, how: _How) -> _Table:
        name = (Place(*(value if field in self._selects else "" for field, value in zip(Place._fields, place, strict=True))), how)
        table = self._tables.get(name)
        if table is None:
            if len(self._tables) >= _TABLES:
                self._tables.clear()
            rules = [rule for rule in self.document.rules if rule.where is None or _within(place, rule.where)]
            table = self._tables[name] = _Table(rules, self.document, *how)
        return table


def _within(place: Place, where: Where) -> bool:
    return all(_named(getattr(place, name), patterns) for name, patterns in _selectors(where))


def _holds(allowed: Allowed, entity: str, now: datetime) -> bool:
    return (allowed.until is None or now < allowed.until) and _named(entity, allowed.entities)


def _apart(row: Sequence[Decision], text: str) -> list[Finding]:
    acted = covering([f for f, ruling in row if ruling.action is not Action.ALLOW], text)  # nothing allowed hides these: a name in a URL
    return beside(acted, [finding for finding, ruling in row if ruling.action is Action.ALLOW], text)


def _obstacle(segment: Segment, entity: str, ruling: Ruling) -> PolicyBlocked:
    """Return what blocks a request: a rule that says so, or a value that stands where no transform may touch it."""
    if ruling.blocks:
        reason = f": {ruling.reason}" if ruling.reason else ""
        return PolicyBlocked(f"the policy blocks {entity}{reason}", where=segment.where, hint="Remove the value and send again")
    what = {Form.KEY: "an object key", Form.NUMBER: "a number", Form.STRING: f"a {segment.kind.value} field"}[segment.form]
    return PolicyBlocked(
        f"{entity} stands in {what}, where it cannot be replaced",
        where=segment.where,
        hint="Move the value into a text field, or allow the entity in the policy",
    )


_REVERSIBLE: Final = frozenset({"surrogate", "realistic"})
_STRING, _FREE = Form.STRING, Kind.FREE  # members looked up once: an enum answers slowly
_FIXED: Final = frozenset({Kind.FUNCTIONAL, Kind.ENUM, Kind.SIGNED, Kind.OPAQUE})
