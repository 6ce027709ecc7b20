"""What is said in a session: each event of the client made fit to leave, each message of the provider restored."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from app.core.dialect import Failure
from app.core.document import dump, parse
from app.core.hygiene import cleaned
from app.core.naming import Outbound
from app.core.policy import Policy
from app.core.segment import segments
from app.core.surrogate import Original
from app.core.table import Kind
from app.engine.answer import Noted, StreamRestorer, restore_text
from app.engine.framing import Messages
from app.engine.restore import Originals, Restorer
from app.engine.sinks import hosts_in
from app.errors import BadDocument
from app.gateway.keeping import Kept
from app.gateway.message import Gateway, Message, Write, admitted, named, protected
from app.store.entry import Exchange

_WORDS: Final = frozenset({Kind.ENUM, Kind.FUNCTIONAL})  # ids and words of the protocol: they say nothing that is not on the record


class Dialogue:
    """Both sides of one session: the values that were hidden in it, so that each stays hidden and comes back."""

    def __init__(self, gateway: Gateway, first: Message, objects: Kept | None, *, restore: bool) -> None:
        """Begin with what the handshake said."""
        assert first.endpoint.session is not None  # noqa: S101 - whoever talks has one
        assert first.endpoint.stream is not None  # noqa: S101
        self._gateway, self._first = gateway, first
        self._session, self._stream = first.endpoint.session, first.endpoint.stream
        self._before: dict[str, tuple[str, Original]] = {}
        self._hosts: frozenset[str] = frozenset()
        self._restorer = Restorer(Originals({}, self._trusted), json_text=None, on=restore)
        self._objects, self._claimed = objects, set[str]()
        self.noted = Noted(ids=objects is not None)
        self._restored = StreamRestorer(first.endpoint, self._stream, self._restorer, self.noted)
        self._passed = ""  # the policy under which attachments are on the record
        self._found: Counter[str] = Counter(first.entry.verdict.counts if first.entry.verdict else {})
        self._policy = first.policy
        self.answering = 0
        self.counts: Counter[str] = Counter()

    def _trusted(self) -> frozenset[str]:
        return self._hosts | {host.lower() for host in self._policy.document.sinks.hosts}

    async def outward(self, event: dict[str, Any], policy: Policy, headers: Mapping[str, str]) -> str:
        """Return an event of the client as it may be sent; its intent is durable then. Raises what refuses it."""
        first, endpoint = self._first, self._first.endpoint
        entry = replace(first.entry, at=datetime.now(UTC), policy_version=policy.version, verdict=None, model=None)
        asks = event.get("type") in self._session.asks
        event = cleaned(event, policy.document.hygiene, endpoint) if asks else event
        message = Message(entry, first.target, policy, policy.wished(headers), event, self._model(event, policy))
        outbound, known, verdict, objects = await protected(self._gateway, message, self._writes(message), self._before)
        self._policy = policy
        self._found.update(verdict.counts)
        if objects is not None:
            ids = (*(self._objects.named if self._objects else ()), *objects.named)
            self._objects = replace(objects, named=tuple(dict.fromkeys(ids)))
        self._before |= {**known, **{one.text: (one.entity, one.original) for one in outbound.issued}}
        self._hosts |= hosts_in(segment.text for segment in segments(event, endpoint.trusted) if segment.kind is Kind.TEXT)
        self._restorer.learn({**message.due(known), **{one.text: one.original for one in outbound.issued if one.restore}})
        self.answering += asks
        self.counts["sent"] += 1
        return dump(outbound.document).decode()

    def _model(self, event: Mapping[str, Any], policy: Policy) -> str | None:
        """Return the model that an event asks for, or the session's. Raises NotAdmitted."""
        models = [admitted(policy, model, path) for path in self._first.endpoint.models for model in named(event, path)]
        if not models and event.get("type") in self._session.asks:
            policy.admit(self._first.model or "")  # the provider chooses: fine where every model is
        return models[0] if models else self._first.model

    def _writes(self, message: Message) -> Write:
        """Return what makes an event durable: an intent of its own, unless it says nothing that is not on the record already."""
        kinds = {segment.kind for segment in segments(message.document, message.endpoint.request) if segment.text} - _WORDS
        again = kinds == {Kind.FILE} and self._passed == message.policy.version
        ledger = self._gateway.ledger

        async def extend(entry: Exchange, apply: Any, identity: Any, scope: str, keeping: Any) -> Outbound:
            if (entry.verdict and entry.verdict.counts) or not (again or not kinds):
                outbound = await ledger.deposit(entry, apply, identity, scope, keeping, partial(ledger.intent, entry))
                self.counts["intents"] += 1
            else:
                outbound = Outbound(message.document, ())
            if Kind.FILE in kinds:
                self._passed = message.policy.version
                self.counts["attachments"] += 1
            return outbound

        return extend

    async def inward(self, message: str) -> list[str]:
        """Return a message of the provider as the client may have it, after what was held of those before.

        The team owns what it names before anybody hears of it.
        """
        self._note(message)
        out = _messages(self._restored.feed(message.encode("utf-8", "backslashreplace") + Messages.END))
        new = dict.fromkeys(one for one in self.noted.ids if one not in self._claimed)
        self.noted.ids.clear()
        if new and self._objects is not None:
            await self._objects.claim(new, datetime.now(UTC))
            self._claimed.update(new)
        return out

    def last(self) -> list[str]:
        """Return what is still held: nothing more will come."""
        return _messages(self._restored.finish())

    def refusal(self, failure: Failure, event: Mapping[str, Any]) -> str:
        """Return the event that tells the client why one of its own was not sent."""
        return json.dumps(self._session.error(failure, event))

    def error(self, body: bytes) -> bytes:
        """Return what a provider answers instead of a session: nothing but the handshake can stand in it."""
        return restore_text(body, self._restorer)

    def reason(self, text: str) -> str:
        """Return the provider's words at its close, as short as a close may carry."""
        return restore_text(text.encode("utf-8", "replace"), self._restorer).decode()[:40]

    def _note(self, message: str) -> None:
        """Remember whether an answer is under way."""
        if not self.answering or not any(name in message for name in self._stream.final):
            return
        try:
            document = json.loads(message)
        except (ValueError, RecursionError):
            return
        if isinstance(document, dict) and document.get("type") in self._stream.final:
            self.answering -= 1

    def close(self) -> None:
        """Sum up for the record what was found."""
        entry = self._first.entry
        if entry.verdict is not None:
            entry.verdict = replace(entry.verdict, counts=dict(sorted(self._found.items())))

    def summary(self) -> dict[str, Any]:
        """Say for the record what passed: numbers, never values."""
        kept = {sink: number for sink, number in self._restorer.originals.kept.items() if number}
        return {"unrestored": kept, "events": self._restored.events, "unread": self._restored.unread, **self.counts}


def read(text: str) -> dict[str, Any]:
    """Return an event of the client. Raises BadDocument."""
    event = parse(text)
    if not isinstance(event, dict):
        raise BadDocument("the event is not a JSON object", where="event", hint="Send one JSON object a message")
    return event


def _messages(data: bytes) -> list[str]:
    return [message.decode("utf-8", "replace") for message in data.split(Messages.END)[:-1]]
