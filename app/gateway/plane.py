"""The data plane as an ASGI application: health, receipts and proofs, and everything else is an exchange."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from app.core import metrics
from app.core.metrics import status_class
from app.errors import Refused, TooMany
from app.gateway.authenticate import authenticate
from app.gateway.exchange import exchange
from app.gateway.message import Gateway
from app.gateway.request import ClientGone, Receive, Request, Scope, Send
from app.gateway.respond import Responder
from app.gateway.routes import NO_DIALECT

_LOG = logging.getLogger("hushgate.gateway")
Ready = Callable[[], Awaitable[bool | str]]
Live = Callable[[Request, Responder], None]
Evidence = Callable[[str, str], Awaitable[dict[str, Any]]]  # team, path → a receipt, a checkpoint, a proof; raises NotFound
Trace = Callable[[Responder], None]
OURS = "/hushgate/v1/"
HEALTH = frozenset({"/healthz", "/readyz"})


class Internal(Refused):
    """Something we did not foresee. Nothing was sent that was not on the record."""


class DataPlane:
    """One worker's data plane. `live` is told of every finished exchange (the terminal's live line)."""

    sessions: Final = True  # it speaks WebSocket, too

    def __init__(self, gateway: Gateway, evidence: Evidence, ready: Ready, live: Live | None = None, trace: Trace | None = None) -> None:
        """Serve exchanges through `gateway`, at most `max_in_flight` at once."""
        self._trace = trace
        self._gateway = gateway
        self._evidence = evidence
        self._ready = ready
        self._live = live
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; nothing escapes but the server's own errors."""
        responder = Responder(send, session=scope["type"] == "websocket")
        try:
            request = Request(scope, receive)
            if request.path in HEALTH:
                await self._health(request, responder)
            elif request.path.startswith(OURS):
                await self._own(request, responder)
            else:
                await self._exchange(request, responder)
        except Refused as error:
            await responder.refuse(error, scope["path"])
        except ClientGone:
            pass
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the last resort: an answer and a type, never a traceback that may hold text
            _LOG.error("internal error: %s", " < ".join(_places(error)))
            if not responder.started:
                await responder.refuse(
                    Internal("an internal error", hint="Nothing more is known here; the operator finds the place in the log"), scope["path"]
                )
        finally:
            self._ended(scope["path"], responder)

    def _ended(self, path: str, responder: Responder) -> None:
        """Count a request, and tell the tracer of it, if there is one."""
        if path in HEALTH or path.startswith(OURS):
            return
        count = self._gateway.count
        count.add(metrics.REQUESTS, responder.dialect.name if responder.dialect else NO_DIALECT, status_class(responder.status))
        if responder.code:
            count.add(metrics.REFUSALS, responder.code)
        if self._trace is not None:
            self._trace(responder)

    async def _exchange(self, request: Request, responder: Responder) -> None:
        if self._in_flight >= self._gateway.settings.max_in_flight:
            raise TooMany("the gateway is full", hint="Try again in a moment")
        self._in_flight += 1
        self._gateway.count.add(metrics.IN_FLIGHT)
        try:
            await exchange(self._gateway, request, responder)
        finally:
            request.close()
            self._in_flight -= 1
            self._gateway.count.add(metrics.IN_FLIGHT, by=-1)
            if self._live is not None:
                self._live(request, responder)

    async def _health(self, request: Request, responder: Responder) -> None:
        good = request.path == "/healthz" or await self._ready()
        body = json.dumps({"status": good if isinstance(good, str) else "ok" if good else "unavailable"}).encode()
        await responder.whole(200 if good else 503, body, [("content-type", "application/json")])

    async def _own(self, request: Request, responder: Responder) -> None:
        caller, _ = await authenticate(request, self._gateway.directory, self._gateway.ledger.index_key, datetime.now(UTC))
        found = await self._evidence(caller.team, request.path.removeprefix(OURS))
        await responder.whole(200, json.dumps(found).encode(), [("content-type", "application/json")])


def _places(error: BaseException) -> list[str]:
    """Name the error's types and code places, innermost first: enough to find it, nothing of what it held."""
    places, trace = [type(error).__name__], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.insert(1, f"{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places
