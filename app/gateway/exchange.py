"""THE WALK: one request from its head to its closed record, as one function whose steps each return a value."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.core import metrics
from app.core.policy import Mode, Policy
from app.errors import LedgerUnavailable, Refused
from app.gateway.authenticate import authenticate
from app.gateway.bodies import opened
from app.gateway.message import NOTHING, Gateway, Message, admitted, named, protected
from app.gateway.relay import Answer, relay
from app.gateway.request import ClientGone, Request
from app.gateway.respond import Responder
from app.gateway.routes import Target, find, provider_of
from app.gateway.session import talk
from app.gateway.upstream import forwarded


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
        model = admit(policy, target, request.query if target.endpoint.session else body.document)
        responder.mark("read")
        heads, headers, query = forwarded(request, target)
        message = Message(entry, target, policy, wish, body.document, model, heads, body)
        passed = await protected(gateway, message, gateway.ledger.open, NOTHING, responder.mark)
    except (LedgerUnavailable, ClientGone):
        raise  # a ledger that is gone cannot take the record of it either; who left asked for nothing yet
    except Exception as error:
        await gateway.ledger.refuse(entry, (error if isinstance(error, Refused) else Refused).code)
        raise
    responder.mark("record")
    gateway.count.observe(metrics.GATEWAY, seconds=time.perf_counter() - responder.began)
    responder.report(passed.verdict.counts, entry.not_inspected or {}, monitored=passed.verdict.mode is Mode.MONITOR)
    sending = (headers, query, credential)
    if target.endpoint.session is not None:
        return await talk(gateway, message, passed.objects, request, responder, sending)
    due, hosts = message.due, policy.document.sinks.hosts
    answer = Answer(target.dialect, target.endpoint, body.document, passed.outbound, due(passed.known), due, hosts, passed.objects, body)
    return await relay(gateway.upstream, gateway.ledger, entry, target, answer, request, responder, sending)


def admit(policy: Policy, target: Target, document: Mapping[str, Any]) -> str | None:
    """Return the model asked for, or None where an endpoint can do without. Raises NotAdmitted if the team may not use it."""
    model = target.names.get("model", document.get("model"))
    endpoint = target.endpoint
    others = [admitted(policy, other, path) for path in (endpoint.models if endpoint else ()) for other in named(document, path)]
    if model is not None or (endpoint and endpoint.modelled):
        return admitted(policy, model)
    if endpoint and endpoint.form and endpoint.form.by:
        return None  # a file asks nothing of a model; its lines name their own
    if (document and not others) or (endpoint and "model" in endpoint.query):
        policy.admit("")  # the provider chooses: fine where every model is
    return None
