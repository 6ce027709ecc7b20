"""THE WALK: one request from its head to its closed record, as one function whose steps each return a value."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from app.config import Settings
from app.core import metrics
from app.core.finding import not_inspected
from app.core.metrics import Metrics
from app.core.naming import Names, Outbound, scope_of
from app.core.place import Place
from app.core.policy import Mode, Policy
from app.core.segment import Segment, segments
from app.core.surrogate import Original
from app.engine import constraints
from app.engine.inspect import entity_of, own_surrogates
from app.engine.languages import spoken
from app.engine.protect import INSTEAD, Recalled, protect
from app.errors import BadDocument, LedgerUnavailable, Refused
from app.gateway.authenticate import authenticate
from app.gateway.bodies import Body, opened
from app.gateway.inspection import Inspection
from app.gateway.keeping import kept
from app.gateway.lines import Ground
from app.gateway.relay import Answer, relay
from app.gateway.request import ClientGone, Request
from app.gateway.respond import Responder
from app.gateway.routes import Target, find, provider_of
from app.gateway.upstream import Upstream, forwarded
from app.store.directory import Directory
from app.store.ledger import Ledger
from app.store.objects import Objects
from app.store.vault import Vault

_MODEL: Final = re.compile(r"[!-~]{1,200}")


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


async def exchange(gateway: Gateway, request: Request, responder: Responder) -> None:
    """Carry one exchange. Every refusal after authentication is on the record before it is answered."""
    now = datetime.now(UTC)
    provider, path = await provider_of(request.path, gateway.directory)
    responder.speak(provider.dialect)
    target = find(provider, request.method, path)
    if target.endpoint is None:
        return await responder.empty()
    responder.mark("route")
    caller, credential = await authenticate(request, gateway.directory, gateway.ledger.index_key, now)
    responder.mark("authenticate")
    policy = await gateway.directory.policy(caller.team)
    entry = gateway.ledger.begin(caller, target.dialect.name, target.endpoint.name, provider.name, policy.version, now)
    responder.mark("policy")
    responder.identify(entry.receipt, f"{caller.team}@{policy.version}")
    try:
        wish = policy.wished(request.headers)
        body = await opened(request, target.endpoint, policy, gateway.settings)
        model, document = admit(policy, target, body.document), body.document
        responder.mark("read")
        heads, headers, query = forwarded(request, target)
        found = [*segments(document, target.endpoint.request), *heads]
        own = own_surrogates(found, realistic=policy.realistic)
        recalled = await gateway.vault.recall(caller, own, now, policy.document.reach(caller.client))
        objects = await kept(gateway.objects, gateway.vault, entry, target, document, found, policy.document.reach(caller.client))
        before = objects.before if objects else {}
        findings = await gateway.inspection.findings(found, policy, recalled, target.endpoint.conversation, before)
        findings = await gateway.vault.excuse_signed(caller.team, found, findings)
        entry.not_inspected, entry.detectors, entry.destination = (
            not_inspected(spoken(found)),
            gateway.inspection.version,
            provider.destination,
        )
        responder.mark("inspect")
        place = Place(provider.name, target.endpoint.name, model or "")
        ground = Ground(gateway.inspection, gateway.vault, gateway.ledger, gateway.objects, entry, policy, target, wish, objects)
        verdict = policy.decide(found, findings, now, place, document, wish, INSTEAD.get(target.endpoint.stand_in))
        verdict = entry.verdict = await body.decide(ground, verdict)
        gateway.count.decided(verdict)
        responder.mark("decide")
        verdict.enforce()
        constraints.check(target.endpoint, document, found, verdict)
        entry.model = model
        outbound = await protected(ground, body, found, recalled)
    except (LedgerUnavailable, ClientGone):
        raise  # a ledger that is gone cannot take the record of it either; who left asked for nothing yet
    except Exception as error:
        await gateway.ledger.refuse(entry, (error if isinstance(error, Refused) else Refused).code)
        raise
    responder.mark("record")
    gateway.count.observe(metrics.GATEWAY, seconds=time.perf_counter() - responder.began)
    responder.report(verdict.counts, entry.not_inspected, monitored=verdict.mode is Mode.MONITOR)
    due = partial(restorable, policy, place)
    known = {**before, **recalled} if before else recalled
    answer = Answer(target.dialect, target.endpoint, document, outbound, due(known), due, policy.document.sinks.hosts, objects, body)
    return await relay(gateway.upstream, gateway.ledger, entry, target, answer, request, responder, (headers, query, credential))


async def protected(ground: Ground, body: Body, found: Sequence[Segment], recalled: Recalled) -> Outbound:
    """Return what goes out, once the intent and all that it needs to be undone are durable."""
    entry, endpoint, document, objects = ground.entry, ground.target.endpoint, body.document, ground.kept
    verdict = entry.verdict
    assert endpoint is not None and verdict is not None  # noqa: S101, PT018 - decided
    scope = scope_of(entry.caller, entry.user_index, ground.policy.document.scope, lasting=endpoint.lasting)
    before = objects.before if objects else None

    def apply(names: Names) -> Outbound:
        return protect(document, endpoint.request, found, verdict, names, recalled, endpoint.conversation, endpoint.offsets, before)

    if body.lines is not None:
        await body.lines.protect(ground)
    keeping = partial(objects.keeping, recalled=recalled) if objects else None
    return await ground.ledger.open(entry, apply, ground.inspection.identity, scope, keeping)


def restorable(policy: Policy, place: Place, known: Recalled) -> dict[str, Original]:
    """Return the originals that the policy lets come back from where they went."""
    return {text: original for text, (entity, original) in known.items() if policy.restores(entity or entity_of(text), place)}


def admit(policy: Policy, target: Target, document: dict[str, Any]) -> str | None:
    """Return the model asked for, or None where an endpoint can do without. Raises NotAdmitted if the team may not use it."""
    model = target.names.get("model", document.get("model"))
    if model is not None or (target.endpoint and target.endpoint.modelled):
        if not isinstance(model, str) or not _MODEL.fullmatch(model):
            raise BadDocument("the model is missing or not a model's name", where="model", hint="Name the model as a string")
        policy.admit(model)
    elif document:
        policy.admit("")  # the provider chooses: fine where every model is
    return model
