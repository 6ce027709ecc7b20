"""Carry a session: the client's events out, one by one, the provider's messages back; the record is closed whatever happens."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from app.core.dialect import Failure
from app.core.policy import Policy
from app.errors import LedgerUnavailable, NotAdmitted, Refused, TooMany, Unauthenticated, UpstreamFailed, WrongContentType
from app.gateway.authenticate import authenticate
from app.gateway.dialogue import Dialogue, read
from app.gateway.keeping import Kept
from app.gateway.line import BROKEN, Declined, Hung, Line
from app.gateway.message import Gateway, Message
from app.gateway.request import LEAVE, Request
from app.gateway.respond import Responder
from app.gateway.upstream import listed_in
from app.store.entry import Outcome

NORMAL, AWAY, NO_BYTES, POLICY, INTERNAL, RESTART = 1000, 1001, 1003, 1008, 1011, 1012  # close codes of RFC 6455 and its registry
_OURS: Final = frozenset({1004, 1005, BROKEN, 1015})  # stand for a close, and are never sent
_WATCH: Final = 1.0  # seconds between two looks at the key, the policy and the clock


class End(NamedTuple):
    """How a session ended: for the record, for both sides, and in a word."""

    outcome: Outcome
    code: int
    word: str
    error: Refused | None = None
    reason: str = ""


async def talk(
    gateway: Gateway,
    first: Message,
    objects: Kept | None,
    request: Request,
    responder: Responder,
    sending: tuple[Mapping[str, str], Mapping[str, str], str | None],
) -> None:
    """Carry the second half of the walk of a handshake. Raises Refused only while nothing was answered."""
    dialogue = Dialogue(gateway, first, objects, restore=request.headers.get("x-hushgate-restore", "").lower() != "off")
    carrier = _Carrier(gateway, first, request, responder, dialogue)
    end = End(Outcome.ABORTED, RESTART, "aborted")
    line: Line | None = None
    try:
        headers, query, credential = sending
        assert first.endpoint.session is not None  # noqa: S101 - whoever talks has one
        ours = [name for name in request.protocols if name == first.endpoint.session.protocol]
        line = await gateway.upstream.call(first.target, headers, query, credential, ours)
        await responder.accept(line.protocol, [])
        end = await carrier.carry(line)
    except Declined as answer:
        end = End(Outcome.PROVIDER_ERROR, NORMAL, "declined")
        await carrier.declined(answer)
    except Refused:
        end = End(Outcome.UPSTREAM_FAILED, NORMAL, "unreachable")
        raise
    finally:
        dialogue.close()
        gateway.ledger.close(first.entry, end.outcome, carrier.summary(end), dialogue.noted.texts)
        if line is not None:
            with suppress(Exception):
                await asyncio.shield(line.close(NORMAL if end.code in _OURS else end.code))


class _Carrier:
    """The two directions of a session, and the watch over them."""

    def __init__(self, gateway: Gateway, first: Message, request: Request, responder: Responder, dialogue: Dialogue) -> None:
        self._gateway, self._first, self._request, self._responder = gateway, first, request, responder
        self._dialogue = dialogue
        self._leaving = False
        self._began = self._heard = time.monotonic()
        self._due = self._began  # when the next event may be read

    async def carry(self, line: Line) -> End:
        """Carry until one side ends it, and say goodbye."""
        tasks = [asyncio.ensure_future(one) for one in (self._outward(line), self._inward(line), self._watch())]
        end = End(Outcome.ABORTED, RESTART, "aborted")
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            end = End(Outcome.ABORTED, INTERNAL, "internal")
            end = next(task for task in tasks if task in done).result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with suppress(Exception):
                await self._goodbye(end)
        return end

    async def _outward(self, line: Line) -> End:
        """Send what the client says, each event when it may leave."""
        while True:
            message = await self._request.event()
            if message["type"] == "websocket.disconnect":
                left = self._dialogue.answering and message.get("code") not in {NORMAL, AWAY}
                return End(Outcome.CLIENT_GONE if left else Outcome.COMPLETED, NORMAL, "client")
            if message["type"] == LEAVE:
                self._leaving = True
                if not self._dialogue.answering:
                    return _LEFT
                continue
            text = message.get("text")
            if text is None:
                refused = WrongContentType("a binary message cannot be inspected", where="event", hint="Send events as text")
                await self._refuse(refused, {})
                return End(Outcome.ABORTED, NO_BYTES, "binary")
            await self._pace()
            try:
                end = await self._event(line, text)
            except Hung:
                end = await asyncio.Future[End]()  # the other direction tells how
            if end is not None:
                return end

    async def _event(self, line: Line, text: str) -> End | None:
        """Send one event, or refuse it; the session goes on unless that cannot heal."""
        event: dict[str, Any] = {}
        self._heard = time.monotonic()
        try:
            if self._leaving:
                raise TooMany("the gateway takes no more events here", hint="Connect again")
            policy = await self._permitted()
            event = read(text)
            await line.send(await self._dialogue.outward(event, policy, self._request.headers))
        except Unauthenticated as error:
            return End(Outcome.ABORTED, POLICY, "revoked", error)
        except Refused as error:
            if not isinstance(error, LedgerUnavailable):  # a ledger that is gone cannot take the record of it either
                await self._gateway.ledger.refuse(self._first.entry, error.code)
            await self._refuse(error, event)
        return None

    async def _refuse(self, error: Refused, event: Mapping[str, Any]) -> None:
        self._dialogue.counts["refused"] += 1
        await self._responder.message(self._dialogue.refusal(Failure.of(error, self._responder.receipt), event))

    async def _permitted(self) -> Policy:
        """Return the policy as it is now, if the key still opens. Raises Unauthenticated."""
        gateway = self._gateway
        caller, _ = await authenticate(self._request, gateway.directory, gateway.ledger.index_key, datetime.now(UTC))
        return await gateway.directory.policy(caller.team)

    async def _pace(self) -> None:
        """Read no faster than the rate allows, with a second's worth in advance."""
        rate, now = self._gateway.settings.session_rate, time.monotonic()
        self._due = max(self._due + 1 / rate, now - 1)
        if self._due > now:
            await asyncio.sleep(self._due - now)

    async def _inward(self, line: Line) -> End:
        """Give the client what the provider says."""
        while True:
            try:
                message = await line.receive()
            except Hung as hung:
                return self._hung(hung)
            self._heard = time.monotonic()
            if not isinstance(message, str):
                odd = UpstreamFailed("the provider sent a binary message", hint="Check the provider's base URL")
                return End(Outcome.UPSTREAM_FAILED, INTERNAL, "binary", odd)
            try:
                heard = await self._dialogue.inward(message)
            except Refused as error:
                return End(Outcome.ABORTED, INTERNAL, "refused", error)
            for text in heard:
                await self._responder.message(text)
            if self._leaving and not self._dialogue.answering:
                return _LEFT

    def _hung(self, hung: Hung) -> End:
        if hung.code in {NORMAL, AWAY, 1005}:
            return End(Outcome.COMPLETED, NORMAL if hung.code in _OURS else hung.code, "provider", None, self._dialogue.reason(hung.reason))
        if hung.code in _OURS:
            broken = UpstreamFailed("the provider's session broke off", hint="Connect again")
            return End(Outcome.UPSTREAM_FAILED, INTERNAL, "broken", broken)
        return End(Outcome.PROVIDER_ERROR, hung.code, "provider", None, self._dialogue.reason(hung.reason))

    async def _watch(self) -> End:
        """End a session whose key or model is no longer admitted, that has been silent, or that is too old."""
        settings, model = self._gateway.settings, self._first.model
        while True:
            await asyncio.sleep(_WATCH)
            now = time.monotonic()
            if now - self._began > settings.session_longest:
                return End(Outcome.ABORTED, AWAY, "longest", TooMany("the session is too old", hint="Connect again"))
            if now - self._heard > settings.session_idle:
                return End(Outcome.ABORTED, AWAY, "idle", TooMany("the session was silent for too long", hint="Connect again"))
            try:
                policy = await self._permitted()
                if model is not None:
                    policy.admit(model)
            except (Unauthenticated, NotAdmitted) as error:
                return End(Outcome.ABORTED, POLICY, "revoked", error)
            except Refused:
                continue  # nobody can tell now; the next event must be told

    async def _goodbye(self, end: End) -> None:
        """Give the client what is held, say why it ends, and close; a client that left needs none of it."""
        if end.word == "client":
            return
        for text in self._dialogue.last():
            await self._responder.message(text)
        if end.error is not None:
            await self._responder.message(self._dialogue.refusal(Failure.of(end.error, self._responder.receipt), {}))
        await self._responder.close(end.code, end.reason)

    async def declined(self, answer: Declined) -> None:
        """Give the client the provider's answer instead of a session."""
        response, listed = answer.response, self._first.target.dialect.answer_headers
        headers = [(name, value) for name, value in response.headers.items() if listed_in(name, listed)]
        body = self._dialogue.error(response.content)
        await self._responder.whole(
            response.status_code, body, [*headers, ("content-type", response.headers.get("content-type", "text/plain"))]
        )

    def summary(self, end: End) -> dict[str, Any]:
        """Say for the record what was relayed: numbers and words, never values."""
        took = round((time.perf_counter() - self._responder.began) * 1000, 1)
        return {"status": self._responder.status, "milliseconds": took, "ended": end.word, **self._dialogue.summary()}


_LEFT: Final = End(Outcome.ABORTED, RESTART, "leaving")
