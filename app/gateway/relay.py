"""Send what was protected, restore what comes back, and close the record whatever happens."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import httpx

from app.core.dialect import Dialect, Endpoint, Failure, Listed
from app.core.naming import Outbound
from app.core.segment import segments
from app.core.surrogate import Original
from app.core.table import Kind
from app.engine.answer import Noted, StreamRestorer, restore_text, restore_whole
from app.engine.citations import Citations
from app.engine.numbers import Behind, resumed
from app.engine.protect import Recalled
from app.engine.restore import Originals, Restorer
from app.engine.sinks import hosts_in
from app.errors import Refused, UpstreamFailed
from app.gateway.bodies import Body
from app.gateway.contents import restored, rows, text
from app.gateway.keeping import Kept
from app.gateway.listing import own_page
from app.gateway.request import ClientGone, Request
from app.gateway.respond import Responder
from app.gateway.routes import Target
from app.gateway.upstream import Upstream, chunks, listed_in
from app.gateway.watch import Watch
from app.store.entry import Exchange, Outcome
from app.store.ledger import Ledger

_JSON: Final = "application/json"
_EVENTS: Final = "text/event-stream"
NOTHING: Final[Mapping[str, Original]] = MappingProxyType({})


@dataclass(frozen=True)
class Answer:
    """What restoring an answer needs to know of its request."""

    dialect: Dialect
    endpoint: Endpoint
    document: Mapping[str, Any] = field(repr=False)
    outbound: Outbound
    recalled: Mapping[str, Original]
    due: Callable[[Recalled], Mapping[str, Original]]  # what the policy lets come back of what may
    hosts: tuple[str, ...]
    objects: Kept | None
    body: Body

    def restorer(self, citations: Citations | None, *, on: bool, more: Mapping[str, Original] = NOTHING) -> Restorer:
        """Return the restorer of this exchange: its own map, filled before egress, and nothing else; of a large file, `more`."""
        by_surrogate = {**more, **self.recalled, **{issued.text: issued.original for issued in self.outbound.issued if issued.restore}}
        return Restorer(Originals(by_surrogate, self._trusted), json_text=self._structured(), citations=citations, on=on)

    def _trusted(self) -> frozenset[str]:
        named = (segment.text for segment in segments(self.document, self.endpoint.trusted) if segment.kind is Kind.TEXT)
        return hosts_in(named) | {host.lower() for host in self.hosts}

    def _structured(self) -> bool:
        for key in self.endpoint.structured:
            wanted = self.document.get(key)
            if isinstance(wanted, dict):
                wanted = wanted.get("format", wanted)
                if isinstance(wanted, dict) and str(wanted.get("type", "")).startswith("json"):
                    return True
        return False


async def relay(
    upstream: Upstream,
    ledger: Ledger,
    entry: Exchange,
    target: Target,
    answer: Answer,
    request: Request,
    responder: Responder,
    sending: tuple[Mapping[str, str], Mapping[str, str], str | None],
) -> None:
    """Carry the second half of the walk. Raises Refused only while nothing was answered."""
    citations = Citations(answer.document, answer.outbound, answer.endpoint)
    on = request.headers.get("x-hushgate-restore", "").lower() != "off"
    carrier = _Relay(answer, answer.restorer(citations, on=on), responder, upstream, on=on)
    watch = Watch(request, responder, upstream.patience)
    response: httpx.Response | None = None
    outcome = Outcome.ABORTED
    try:
        headers, query, credential = sending
        empty = not answer.endpoint.document or (answer.endpoint.optional and not answer.document)
        body = b"" if empty else answer.body.outgoing(citations.sent(answer.outbound.document))
        send = partial(upstream.send, target, body, headers, credential=credential)
        response = await send(carrier.whole(query))
        if answer.endpoint.listed is not None and response.is_success:
            carrier.page = _Page(answer.endpoint.listed, query, send)
        outcome = await carrier.carry(response)
    except asyncio.CancelledError:
        if watch.left:
            outcome = Outcome.COMPLETED if carrier.finished else Outcome.CLIENT_GONE  # many leave as soon as they have read the last event
            raise ClientGone from None
        raise
    except Refused as error:
        outcome = Outcome.UPSTREAM_FAILED
        if not responder.started:
            raise
        await carrier.broken(error)
    finally:
        watch.end()
        ledger.close(entry, outcome, carrier.summary(response), carrier.noted.texts)
        if response is not None:
            await response.stream.aclose()  # type: ignore[union-attr]  # returns a finished connection, aborts any other; never waits


class _Page(NamedTuple):
    """A page of a list, and how to ask for the next."""

    listed: Listed
    query: Mapping[str, str]
    send: Callable[[Mapping[str, str]], Awaitable[httpx.Response]]


class _Relay:
    """One answer on its way: whole or streamed."""

    def __init__(self, answer: Answer, restorer: Restorer, responder: Responder, upstream: Upstream, *, on: bool) -> None:
        self._answer = answer
        self._restorer = restorer
        self._responder = responder
        self._limit, self._most = upstream.limit, upstream.most
        self._on = on
        self._stream: StreamRestorer | None = None
        self._behind: Behind | None = None  # of a stream that is asked for again, from there on
        self._sent = time.perf_counter()
        self.page: _Page | None = None  # of a list of what others own, too
        self._ended: str | None = None  # what the provider deleted
        self.noted = Noted(ids=answer.objects is not None and answer.objects.makes)

    def whole(self, query: Mapping[str, str]) -> Mapping[str, str]:
        """Return what to ask the provider for: all of a stream that is restored, also where the client asks for the rest of it."""
        stream = self._answer.endpoint.stream
        if stream is not None and self._restorer.originals.by_surrogate:
            self._behind, query = resumed(stream, query)
        return query

    async def carry(self, response: httpx.Response) -> Outcome:
        """Relay the answer and say how it ended."""
        self._timing()
        sort = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        endpoint = self._answer.endpoint
        if response.is_success and sort == _EVENTS and endpoint.stream is not None:
            self._stream = StreamRestorer(endpoint, endpoint.stream, self._restorer, self.noted)
            return await self._carry_stream(response, self._stream)
        if response.is_success and (endpoint.content or endpoint.rows):
            restore = rows(endpoint, self.noted) if endpoint.rows else text
            return await self._carry_file(response, sort, restored(chunks(response, self._most), self._restoring, restore))
        if response.is_success and listed_in(sort, endpoint.binary):
            return await self._carry_file(response, sort, chunks(response, self._most))
        return await self._carry_whole(response, sort)

    async def _carry_file(self, response: httpx.Response, sort: str, pieces: AsyncIterator[bytes]) -> Outcome:
        await self._responder.start(response.status_code, self._headers(response, sort or "application/octet-stream"))
        async with aclosing(pieces):  # type: ignore[type-var]
            async for piece in pieces:
                await self._responder.chunk(piece)
        await self._responder.end()
        return Outcome.COMPLETED

    async def _restoring(self, text: str) -> Restorer:
        """Return who restores a piece of a file: by what stands in the object, as far as the caller may have it."""
        objects = self._answer.objects
        if objects is None or objects.whole:
            return self._restorer
        within = await objects.within(text, datetime.now(UTC))
        return self._answer.restorer(None, on=self._on, more=self._answer.due(within))

    async def _carry_whole(self, response: httpx.Response, sort: str) -> Outcome:
        body = b"".join([chunk async for chunk in chunks(response, self._limit)])
        if self.page is not None:
            assert self._answer.objects is not None  # noqa: S101 - whoever lists has some
            body = await own_page(body, self.page.listed, self.page.query.get("limit", ""), self._own, self._more)
        if sort == _JSON:
            body = restore_whole(body, self._answer.endpoint, self._restorer, self.noted)
        elif response.is_success and not listed_in(sort, self._answer.endpoint.plain):
            raise UpstreamFailed("the provider's answer is not JSON", hint="Check the provider's base URL")
        else:
            body = restore_text(body, self._restorer)
        await self._settle(response)
        kept = self._restorer.originals.kept
        if kept:
            self._responder.header(
                "x-hushgate-unrestored", ", ".join(f"{number} {sink}" for sink, number in sorted(kept.items()) if number)
            )
        await self._responder.whole(response.status_code, body, self._headers(response, sort or "text/plain"))
        return Outcome.COMPLETED if response.is_success else Outcome.PROVIDER_ERROR

    async def _own(self, ids: Collection[str]) -> set[str]:
        objects = self._answer.objects
        return await objects.own(ids, datetime.now(UTC)) if objects is not None else set()

    async def _more(self, changes: Mapping[str, str]) -> bytes:
        assert self.page is not None  # noqa: S101 - asked for where there is one
        response = await self.page.send({**self.page.query, **changes})
        if not response.is_success:
            await response.aclose()
            raise UpstreamFailed("the provider did not answer with the next page", hint="Try again")
        return b"".join([chunk async for chunk in chunks(response, self._limit)])

    async def _settle(self, response: httpx.Response) -> None:
        """Whose things are, once the provider has answered whole."""
        objects = self._answer.objects
        if objects is not None and response.is_success:
            await self._claim()
        if objects is not None and (response.is_success or response.status_code == HTTPStatus.NOT_FOUND):
            self._ended = await objects.end()

    async def _claim(self) -> None:
        """Make the objects that the answer names the team's before the caller hears of them."""
        objects, ids = self._answer.objects, dict.fromkeys(self.noted.ids)
        self.noted.ids.clear()
        if objects is not None and ids:
            await objects.claim(ids, datetime.now(UTC))

    async def _carry_stream(self, response: httpx.Response, stream: StreamRestorer) -> Outcome:
        await self._responder.start(
            response.status_code, [*self._headers(response, f"{_EVENTS}; charset=utf-8"), ("cache-control", "no-cache")]
        )
        source: AsyncIterator[bytes] = chunks(response, self._limit)
        async with aclosing(source):  # type: ignore[type-var]
            async for chunk in source:
                out = stream.feed(chunk)
                if self.noted.ids:
                    await self._claim()
                if self._behind is not None:
                    out = self._behind.feed(out)
                if out:
                    await self._responder.chunk(out)
        rest = stream.finish()
        await self._responder.end(self._behind.finish(rest) if self._behind is not None else rest)
        return Outcome.COMPLETED if stream.finished else Outcome.TRUNCATED

    async def broken(self, error: Refused) -> None:
        """End a stream that broke in its middle with the dialect's error event."""
        if self._stream is None:
            return
        failure, stream = Failure.of(error, self._responder.receipt), self._answer.endpoint.stream
        if stream is not None and stream.failure is not None:
            name, document = stream.failure(failure, self._stream.about)
        else:
            name, document = self._answer.dialect.stream_error(failure)
        await self._responder.end(self._stream.error(name, document))

    @property
    def finished(self) -> bool:
        """Whether the last event of a stream has been relayed."""
        return self._stream is not None and self._stream.finished

    def _timing(self) -> None:
        now = time.perf_counter()
        gateway, provider = (self._sent - self._responder.began) * 1000, (now - self._sent) * 1000
        self._responder.header("server-timing", f"hushgate;dur={gateway:.2f}, provider;dur={provider:.2f}")

    def _headers(self, response: httpx.Response, sort: str) -> list[tuple[str, str]]:
        listed = self._answer.dialect.answer_headers
        named = ((name.decode("latin-1").lower(), value) for name, value in response.headers.raw)
        return [*((name, value.decode("latin-1")) for name, value in named if listed_in(name, listed)), ("content-type", sort)]

    def summary(self, response: httpx.Response | None) -> dict[str, Any]:
        """Say for the record what was relayed: numbers and words, never values."""
        kept = {sink: number for sink, number in self._restorer.originals.kept.items() if number}
        summary: dict[str, Any] = {
            "status": response.status_code if response is not None else self._responder.status,
            "milliseconds": round((time.perf_counter() - self._responder.began) * 1000, 1),
            "restored": self._restorer.originals.restored,
            "unrestored": kept,
        }
        if self._ended is not None:
            summary["deleted"] = self._ended
        if self._stream is not None:
            summary |= {"events": self._stream.events, "unread": self._stream.unread}
        return summary
