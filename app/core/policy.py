"""A team's policy: the document people write, compiled once into a Policy that decides what happens to every finding.

First match wins among the rules; a finding that no rule names gets the default of its entity's sensitivity.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.finding import ENTITIES, ORDINARY, Finding, resolve
from app.core.segment import Form, Segment
from app.core.table import Kind
from app.errors import AttachmentRefused, Invalid, NotAdmitted, PolicyBlocked

THRESHOLD: Final = 0.5
CHECKED_THRESHOLD: Final = 0.35
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z][A-Za-z0-9 _.-]*$")]
Score = Annotated[float, Field(ge=0, le=1)]


class Action(StrEnum):
    """What a rule does to a finding."""

    ALLOW = "allow"
    TRANSFORM = "transform"
    BLOCK = "block"


class Mode(StrEnum):
    """`monitor` sends originals and says so."""

    ENFORCE = "enforce"
    MONITOR = "monitor"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, populate_by_name=True)


class Rule(_Strict):
    """One line: for these entities, this action. `*` and shell patterns (`AWS_*`) match names."""

    entities: tuple[str, ...] = Field(min_length=1)
    action: Action
    transform: Literal["surrogate", "redact"] | None = Field(default=None, alias="with")
    threshold: Score | None = None
    restore: Literal["always", "never"] | None = None
    reason: str = Field(default="", max_length=400)


class Defaults(_Strict):
    """What holds where no rule does."""

    action: Action | None = None
    threshold: Score | None = None
    transform: Literal["surrogate", "redact"] = "surrogate"
    restore: Literal["always", "never"] = "always"


class Allowed(_Strict):
    """A text that is never a finding."""

    text: str = Field(min_length=1, max_length=1000)
    entities: tuple[str, ...] = ("*",)
    until: datetime | None = None


class Term(_Strict):
    """A word of the team's own that is hidden like an entity; its name becomes the entity and the surrogate's stem."""

    name: Name
    texts: tuple[Annotated[str, Field(min_length=2, max_length=400)], ...] = ()
    pattern: str | None = Field(default=None, max_length=1000)

    @property
    def entity(self) -> str:
        """`project falcon` → `PROJECT_FALCON`."""
        return "_".join("".join(c if c.isalnum() else " " for c in self.name).upper().split())


class Sinks(_Strict):
    """Hosts that may receive restored values in links, and from which a provider may fetch."""

    hosts: tuple[str, ...] = ()


class PolicyDocument(_Strict):
    """The document. Every key but `version` is optional; unknown keys are refused with their path."""

    version: Literal[1]
    mode: Mode = Mode.ENFORCE
    mode_until: datetime | None = None
    defaults: Defaults = Defaults()
    rules: tuple[Rule, ...] = ()
    allow: tuple[Allowed, ...] = ()
    terms: tuple[Term, ...] = ()
    attachments: Literal["refuse", "pass"] = "refuse"
    models: tuple[str, ...] = ("*",)
    sinks: Sinks = Sinks()


def read_policy(document: object) -> PolicyDocument:
    """Validate a policy document; raise Invalid with the path of the first fault, never with the input."""
    try:
        return PolicyDocument.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join(str(part) for part in first["loc"]) or "document"
        raise Invalid(
            f"the policy is not valid: {first['msg']}", where=path, hint="See docs/policy.md for the keys and their values"
        ) from None


class Decision(NamedTuple):
    """One finding and what happens to it."""

    finding: Finding
    action: Action
    transform: str
    restore: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision over a whole document: one tuple of decisions per segment, in the segments' order."""

    mode: Mode
    decisions: tuple[tuple[Decision, ...], ...]
    counts: Mapping[str, int]
    blocked: PolicyBlocked | None

    @property
    def word(self) -> str:
        """The word on the record: `clean`, `reported`, `transformed`, `monitored` or `blocked`."""
        if self.blocked is not None:
            return "blocked"
        if not self.counts:
            return "clean"
        if self.mode is Mode.MONITOR:
            return "monitored"
        return "transformed" if any(d.action is Action.TRANSFORM for row in self.decisions for d in row) else "reported"

    def enforce(self) -> None:
        """Raise what blocks the request, if anything does."""
        if self.blocked is not None:
            raise self.blocked


class Policy:
    """A compiled, immutable policy. `version` is the content address of its document."""

    def __init__(self, document: PolicyDocument) -> None:
        """Compile `document` once; `rule` results are remembered per entity."""
        self.document = document
        self.version = hashlib.sha256(document.model_dump_json(by_alias=True).encode()).hexdigest()[:12]
        self.transforms_files = document.attachments == "pass"
        self._rules: dict[str, Rule] = {}
        self._allowed = {allowed.text: allowed for allowed in document.allow}

    def admit(self, model: str) -> None:
        """Raise NotAdmitted unless the team may use `model`."""
        if not any(fnmatchcase(model, pattern) for pattern in self.document.models):
            raise NotAdmitted("the team's policy does not admit this model", where="model", hint="Ask for it in the policy key `models`")

    def mode(self, now: datetime) -> Mode:
        """Enforce, or monitor while that has not expired."""
        document = self.document
        if document.mode is Mode.MONITOR and (document.mode_until is None or now < document.mode_until):
            return Mode.MONITOR
        return Mode.ENFORCE

    def rule(self, entity: str) -> Rule:
        """Return the rule that governs `entity`, defaults filled in."""
        known = self._rules.get(entity)
        if known is None:
            known = self._rules[entity] = self._find(entity)
        return known

    def _find(self, entity: str) -> Rule:
        defaults = self.document.defaults
        for rule in self.document.rules:
            if any(fnmatchcase(entity, pattern) for pattern in rule.entities):
                return rule.model_copy(
                    update={
                        "transform": rule.transform or defaults.transform,
                        "restore": rule.restore or defaults.restore,
                        "threshold": rule.threshold if rule.threshold is not None else defaults.threshold,
                    },
                )
        known = ENTITIES.get(entity)
        ordinary = known is not None and known.sensitivity == ORDINARY
        action = Action.ALLOW if ordinary else (defaults.action or Action.TRANSFORM)
        return Rule(entities=(entity,), action=action, transform=defaults.transform, threshold=defaults.threshold, restore=defaults.restore)

    def decide(self, segments: Sequence[Segment], findings: Sequence[Sequence[Finding]], now: datetime) -> Verdict:
        """Decide over every finding of every segment. Pure: the time is an argument."""
        mode = self.mode(now)
        counts: dict[str, int] = {}
        rows: list[tuple[Decision, ...]] = []
        blocked: PolicyBlocked | None = None
        for segment, found in zip(segments, findings, strict=True):
            row = tuple(self._decision(f) for f in resolve(self._accepted(segment.text, found, now))) if found else ()
            rows.append(row)
            for decision in row:
                counts[decision.finding.entity] = counts.get(decision.finding.entity, 0) + 1
                if mode is Mode.ENFORCE and blocked is None:
                    blocked = _obstacle(segment, decision, self.rule(decision.finding.entity).reason)
        return Verdict(mode, tuple(rows), dict(sorted(counts.items())), blocked)

    def _accepted(self, text: str, found: Sequence[Finding], now: datetime) -> list[Finding]:
        accepted = []
        for finding in found:
            threshold = self.rule(finding.entity).threshold
            if threshold is None:
                threshold = CHECKED_THRESHOLD if finding.checked else THRESHOLD
            allowed = self._allowed.get(text[finding.start : finding.end]) if self._allowed else None
            excused = (
                allowed is not None
                and (allowed.until is None or now < allowed.until)
                and any(fnmatchcase(finding.entity, pattern) for pattern in allowed.entities)
            )
            if finding.score >= threshold and not excused:
                accepted.append(finding)
        return accepted

    def _decision(self, finding: Finding) -> Decision:
        rule = self.rule(finding.entity)
        return Decision(finding, rule.action, rule.transform or "surrogate", rule.restore != "never")

    def attachment(self, segment: Segment) -> None:
        """Raise AttachmentRefused unless the policy passes attachments uninspected."""
        if not self.transforms_files:
            raise AttachmentRefused(
                f"the request carries {_file_type(segment.text)}, which nothing inspects yet",
                where=segment.where,
                hint="Remove it, or pass attachments uninspected with the policy line `attachments: pass`",
            )


def _obstacle(segment: Segment, decision: Decision, reason: str) -> PolicyBlocked | None:
    """Return what blocks a request: a rule that says so, or a value that stands where no transform may touch it."""
    entity = decision.finding.entity
    if decision.action is Action.BLOCK:
        return PolicyBlocked(
            f"the policy blocks {entity}{': ' + reason if reason else ''}", where=segment.where, hint="Remove the value and send again"
        )
    fixed = segment.kind in _FIXED or (segment.form is not Form.STRING and segment.kind is not Kind.FREE)
    if decision.action is Action.TRANSFORM and fixed:
        what = {Form.KEY: "an object key", Form.NUMBER: "a number", Form.STRING: f"a {segment.kind.value} field"}[segment.form]
        return PolicyBlocked(
            f"{entity} stands in {what}, where it cannot be replaced",
            where=segment.where,
            hint="Move the value into a text field, or allow the entity in the policy",
        )
    return None


_FIXED: Final = frozenset({Kind.FUNCTIONAL, Kind.ENUM, Kind.SIGNED, Kind.OPAQUE})


def _file_type(text: str) -> str:
    if text.startswith("data:"):
        return f"a file of type {text[5:].partition(';')[0].partition(',')[0][:60] or 'unknown'}"
    if text[:8].lower().startswith(("http://", "https://")):
        return "a remote URL that the provider would fetch"
    return "a file"
