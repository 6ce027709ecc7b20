"""One message on its way out: inspected, decided upon, protected, and on the record before it may leave.

The body of a request is one, and so is every event of a session.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from app.config import Settings
from app.core.dialect import Endpoint
from app.core.finding import not_inspected
from app.core.metrics import Metrics
from app.core.naming import Names, Outbound, scope_of
from app.core.place import Place
from app.core.policy import Policy, Verdict
from app.core.segment import Segment, segments
from app.core.surrogate import Original
from app.core.wish import Wish
from app.engine import constraints
from app.engine.inspect import entity_of, own_surrogates
from app.engine.protect import INSTEAD, Recalled, protect
from app.errors import BadDocument
from app.gateway.bodies import Body
from app.gateway.inspection import Inspection
from app.gateway.keeping import Kept, kept
from app.gateway.lines import Ground
from app.gateway.routes import Target
from app.gateway.upstream import Upstream
from app.store.directory import Directory
from app.store.entry import Exchange
from app.store.ledger import Ledger
from app.store.objects import Objects
from app.store.rows import Keeping
from app.store.vault import Vault

_MODEL: Final = re.compile(r"[!-~]{1,200}")

Mark = Callable[[str], None]
NOTHING: Final[Recalled] = MappingProxyType({})  # was said before


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the walk walks through: the parts of one worker."""

    settings: Settings
    directory: Directory
    inspection: Inspection
    vault: Vault
    ledger: Ledger
    objects: Objects
    upstream: Upstream
    count: Metrics = field(default_factory=Metrics)


@dataclass(frozen=True, slots=True)
class Message:
    """A message, whose it is, where it goes, and the policy it is under. `heads` go beside the document; `body` is what it came in."""

    entry: Exchange
    target: Target
    policy: Policy
    wish: Wish
    document: dict[str, Any] = field(repr=False)
    model: str | None = None
    heads: Sequence[Segment] = ()
    body: Body | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Its route."""
        assert self.target.endpoint is not None  # noqa: S101 - probes say nothing
        return self.target.endpoint

    @property
    def place(self) -> Place:
        """Where it goes, as rules see it."""
        return Place(self.entry.provider, self.endpoint.name, self.model or "")

    def due(self, recalled: Recalled) -> Mapping[str, Original]:
        """Return what of that may be restored in answers."""
        restores, place = self.policy.restores, self.place
        return {text: original for text, (entity, original) in recalled.items() if restores(entity or entity_of(text), place)}


class Protected(NamedTuple):
    """A message that may leave: the document, the surrogates that stood in it or in what it continues, and what was decided."""

    outbound: Outbound
    known: Recalled
    verdict: Verdict
    objects: Kept | None


class Write(Protocol):
    """Protect under the names of a scope, and make intent and vault rows durable."""

    def __call__(
        self,
        entry: Exchange,
        apply: Callable[[Names], Outbound],
        identity: Callable[[str, str], str],
        scope: str,
        keeping: Callable[[Outbound], Keeping | None] | None,
    ) -> Awaitable[Outbound]:
        """Return what may be sent. Raises LedgerUnavailable: then nothing may be."""


def _unmarked(_step: str) -> None:
    pass


async def protected(gateway: Gateway, message: Message, write: Write, before: Recalled, mark: Mark = _unmarked) -> Protected:
    """Inspect a message, decide, and write its intent. `before` is what the session said before it. Raises what refuses it."""
    entry, endpoint, policy, document, body = message.entry, message.endpoint, message.policy, message.document, message.body
    found = [*segments(document, endpoint.request), *message.heads]
    own = own_surrogates(found, realistic=policy.realistic)
    reach = policy.document.reach(entry.caller.client)
    recalled = await gateway.vault.recall(entry.caller, own, entry.at, reach)
    objects = await kept(gateway.objects, gateway.vault, entry, message.target, document, found, reach)
    before = {**before, **objects.before} if objects else before
    findings = await gateway.inspection.findings(found, policy, recalled, endpoint.conversation, before)
    findings = await gateway.vault.excuse_signed(entry.caller.team, found, findings)
    entry.not_inspected, entry.detectors = not_inspected(gateway.inspection.spoken(found)), gateway.inspection.version
    entry.destination = message.target.provider.destination
    mark("inspect")
    ground = Ground(
        gateway.inspection, gateway.vault, gateway.ledger, gateway.objects, entry, policy, message.target, message.wish, objects
    )
    verdict = policy.decide(found, findings, entry.at, message.place, document, message.wish, INSTEAD.get(endpoint.stand_in))
    verdict = entry.verdict = await body.decide(ground, verdict) if body else verdict
    gateway.count.decided(verdict)
    mark("decide")
    verdict.enforce()
    constraints.check(endpoint, document, found, verdict)
    entry.model = message.model
    if body and body.lines:
        await body.lines.protect(ground)

    def apply(names: Names) -> Outbound:
        return protect(document, endpoint.request, found, verdict, names, recalled, endpoint.conversation, endpoint.offsets, before)

    scope = scope_of(entry.caller, entry.user_index, policy.document.scope, lasting=endpoint.lasting)
    outbound = await write(
        entry, apply, gateway.inspection.identity, scope, partial(objects.keeping, recalled=recalled) if objects else None
    )
    return Protected(outbound, {**(objects.before if objects else NOTHING), **recalled}, verdict, objects)


def named(document: Any, path: str) -> Iterator[object]:
    """Yield what stands at a path of keys and lists (`tools[].model`)."""
    step, _, rest = path.partition(".")
    value = document.get(step.removesuffix("[]")) if isinstance(document, dict) else None
    for one in (value if isinstance(value, list) else ()) if step.endswith("[]") else (value,):
        if rest:
            yield from named(one, rest)
        elif one is not None:
            yield one


def admitted(policy: Policy, model: object, where: str = "model") -> str:
    """Return the name of a model that the team may use. Raises BadDocument, NotAdmitted."""
    if not isinstance(model, str) or not _MODEL.fullmatch(model):
        raise BadDocument("the model is missing or not a model's name", where=where, hint="Name the model as a string")
    policy.admit(model)
    return model
