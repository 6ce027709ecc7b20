"""The policy document that people write: every key, its values, and what is told about faults (all of them, never a value)."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.core.caller import Reach
from app.core.pattern import compiled
from app.core.transform import PARAMETERS, Generalize, Hash, Mask, Plain
from app.errors import Fault, Invalid

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_PYDANTIC: Final = re.compile(r"^(?:Value|Assertion) error, ")
_HINT: Final = "See docs/policy.md for the keys and their values"


def _pattern(text: str) -> str:
    compiled(text)
    return text


Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z][A-Za-z0-9 _.-]*$")]
Score = Annotated[float, Field(ge=0, le=1)]
Glob = Annotated[str, Field(min_length=1, max_length=200)]
Entity = Annotated[str, Field(min_length=1, max_length=80, description="An entity's name, or a shell pattern of names: `AWS_*`")]
Regex = Annotated[str, Field(min_length=1, max_length=1000, description="An RE2 pattern"), AfterValidator(_pattern)]
Loosening = Annotated[
    str,
    Field(
        max_length=100,
        pattern=r"^(monitor|allow(:[A-Z*?][A-Z0-9_*?]*)?)$",
        description="`monitor`, `allow` (any entity) or `allow:ENTITY` (shell patterns work)",
    ),
]


Entitled = Annotated[
    str,
    Field(
        max_length=100,
        pattern=r"^(client|project|team|client:[a-z0-9][a-z0-9_-]{0,62})$",
        description="`client`, `project`, `team` (of whoever supplied the value) or `client:NAME`",
    ),
]


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


class With(_Strict):
    """One transform and its parameters: `"mask"`, or `{"mask": {"keep_last": 4}}`."""

    surrogate: Plain | None = None
    realistic: Plain | None = None
    redact: Plain | None = None
    mask: Mask | None = None
    hash: Hash | None = None
    generalize: Generalize | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(getattr(self, name) is not None for name in PARAMETERS) != 1:
            raise ValueError(f"name one transform: {', '.join(PARAMETERS)}")
        return self

    @property
    def name(self) -> str:
        """The transform's name."""
        return next(name for name in PARAMETERS if getattr(self, name) is not None)

    @property
    def parameters(self) -> Plain:
        """The transform's parameters, defaults filled in."""
        return cast("Plain", getattr(self, self.name))

    @model_serializer
    def _short(self) -> str | dict[str, Any]:
        parameters = self.parameters.model_dump()
        return {self.name: parameters} if parameters else self.name

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Publish both spellings; the serializer's return type would otherwise hide them."""
        known = {name: handler.resolve_ref_schema(handler(model.__pydantic_core_schema__)) for name, model in PARAMETERS.items()}
        one = {"type": "object", "properties": known, "additionalProperties": False, "minProperties": 1, "maxProperties": 1}
        return {"title": "With", "description": cls.__doc__ or "", "anyOf": [{"type": "string", "enum": list(PARAMETERS)}, one]}


def _spelled_out(value: object) -> object:
    if isinstance(value, str):
        if value not in PARAMETERS:
            raise ValueError(f"name one transform: {', '.join(PARAMETERS)}")
        return {value: {}}
    return value


Operator = Annotated[With, BeforeValidator(_spelled_out)]


class Where(_Strict):
    """What a rule is limited to. Every key given must match; each takes shell patterns, one of which is enough."""

    provider: tuple[Glob, ...] | None = Field(default=None, min_length=1, description="The provider's name: `openai`")
    endpoint: tuple[Glob, ...] | None = Field(default=None, min_length=1, description="The endpoint's name: `chat.completions`, `messages`")
    model: tuple[Glob, ...] | None = Field(default=None, min_length=1, description="The model asked for: `gpt-*`")
    role: tuple[Glob, ...] | None = Field(
        default=None, min_length=1, description="Who speaks: `user`, `assistant`, `system`, `developer`, `tool`"
    )
    tool: tuple[Glob, ...] | None = Field(default=None, min_length=1, description="The tool in whose arguments the finding stands")


class Rule(_Strict):
    """One line: for these entities, here, this action."""

    entities: tuple[Entity, ...] = Field(min_length=1)
    where: Where | None = None
    action: Action
    transform: Operator | None = Field(default=None, alias="with")
    threshold: Score | None = None
    restore: Literal["always", "never"] | None = None
    reason: str = Field(default="", max_length=400)


class Defaults(_Strict):
    """What holds where no rule does."""

    action: Action | None = None
    threshold: Score | None = None
    transform: Operator = With(surrogate=Plain())
    restore: Literal["always", "never"] = "always"


class Allowed(_Strict):
    """A text, or what a whole pattern matches, that is never a finding."""

    text: str | None = Field(default=None, min_length=1, max_length=1000)
    pattern: Regex | None = None
    entities: tuple[Entity, ...] = ("*",)
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.text is None) == (self.pattern is None):
            raise ValueError("give a text or a pattern, and not both")
        return self


class Term(_Strict):
    """A word of the team's own that is hidden like an entity; its name becomes the entity and the surrogate's stem."""

    name: Name
    texts: tuple[Annotated[str, Field(min_length=2, max_length=400)], ...] = ()
    pattern: Regex | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.texts or self.pattern) or not all(text.strip() for text in self.texts):
            raise ValueError("a term needs texts or a pattern, and no empty text")
        return self

    @property
    def entity(self) -> str:
        """`project falcon` → `PROJECT_FALCON`."""
        return "_".join("".join(c if c.isalnum() else " " for c in self.name).upper().split())


class Sinks(_Strict):
    """Hosts that may receive restored values in links, and from which a provider may fetch."""

    hosts: tuple[str, ...] = ()


class Hygiene(_Strict):
    """What providers are told beside the text, and what they may keep."""

    identifiers: Literal["keep", "pseudonymise", "drop"] = Field(
        default="keep", description="`user`, `safety_identifier`, `metadata`, `client_metadata`, `prompt_cache_key`; inspected even if kept"
    )
    retention: Literal["keep", "none"] = Field(
        default="keep", description="`none`: `store: false`, whatever the caller says; what a provider would keep all the same is refused"
    )


class PolicyDocument(_Strict):
    """A team's policy. Every key but `version` is optional; unknown keys are refused with their path."""

    version: Literal[1]
    mode: Mode = Mode.ENFORCE
    mode_until: AwareDatetime | None = None
    defaults: Defaults = Defaults()
    rules: tuple[Rule, ...] = ()
    allow: tuple[Allowed, ...] = ()
    terms: tuple[Term, ...] = ()
    caller_may: tuple[Loosening, ...] = ()
    scope: Literal["team", "project", "client", "user"] = Field(default="team", description="Who shares surrogates")
    restore_to: tuple[Entitled, ...] = Field(default=(), description="Who gets originals back besides whoever supplied them")
    attachments: Literal["refuse", "pass"] = "refuse"
    models: tuple[Glob, ...] = ("*",)
    sinks: Sinks = Sinks()
    hygiene: Hygiene = Hygiene()
    reserved: Literal["protect", "allow"] = Field(
        default="protect", description="`allow`: what standards reserve for examples (example.com, 555-0100, test cards) is no finding"
    )

    def reach(self, client: str) -> Reach:
        """Return whose values a client of the team gets back."""
        if f"client:{client}" in self.restore_to:
            return Reach.TEAM
        return next((reach for reach in (Reach.TEAM, Reach.PROJECT, Reach.CLIENT) if reach in self.restore_to), Reach.OWN)

    def whole(self) -> dict[str, Any]:
        """Return the document with every key written out: a later release's defaults must not change what it means."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def read_policy(document: object) -> PolicyDocument:
    """Validate a policy document; raise Invalid with the path of every fault, never with the input."""
    try:
        return PolicyDocument.model_validate(document)
    except ValidationError as error:
        faults = [_fault(one["loc"], one["msg"]) for one in error.errors(include_url=False, include_input=False, include_context=False)]
    raise invalid(faults)


def _fault(steps: Sequence[str | int], message: str) -> Fault:
    return Fault(shown(steps), _PYDANTIC.sub("", message), tuple(steps))


def shown(steps: Sequence[str | int]) -> str:
    """Render a path; a key that does not look like one may be a value, so it is not shown."""
    return ".".join(str(s) if isinstance(s, int) or _PLAIN_KEY.fullmatch(s) else "?" for s in steps) or "document"


def invalid(faults: Sequence[Fault]) -> Invalid:
    """Return the error that tells all `faults`."""
    if len(faults) == 1:
        [one] = faults
        place = f" (line {one.line}, column {one.column})" if one.line else ""
        return Invalid(f"the policy is not valid{place}: {one.message}", where=one.where, hint=_HINT, faults=faults)
    told = "; ".join(f"{fault.told}: {fault.message}" for fault in faults)
    return Invalid(f"the policy has {len(faults)} faults: {told}", where=faults[0].where, hint=_HINT, faults=faults)


def located(error: Invalid, positions: Mapping[tuple[str | int, ...], tuple[int, int]]) -> Invalid:
    """Return the error with line and column of every fault, or of the closest place above it that stands in the text."""
    return invalid([fault.at(*_nearest(fault.path, positions)) for fault in error.faults]) if error.faults else error


def _nearest(path: tuple[str | int, ...], positions: Mapping[tuple[str | int, ...], tuple[int, int]]) -> tuple[int, int]:
    while path and path not in positions:
        path = path[:-1]
    return positions.get(path, (1, 1))


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the document."""
    made = PolicyDocument.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
