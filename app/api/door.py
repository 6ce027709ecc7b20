"""The door of the admin API: who enters is known, what is carried in is small, strict JSON, and no traceback gets out."""

import logging
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import problem
from app.control import Control, admin_keys
from app.core.document import parse
from app.errors import HushgateError, TooLarge, WrongContentType

GUARDED: Final = "/api/"
LIMIT: Final = 1024 * 1024  # bytes: policies are the largest documents here
_LOG: Final = logging.getLogger("hushgate.api")


class Door:
    """ASGI middleware. It comes before the framework reads a body, so a stranger's body is never parsed."""

    def __init__(self, app: ASGIApp, control: Control) -> None:
        """Guard `app`; keys are looked up through `control`."""
        self._app = app
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            if scope["path"].startswith(GUARDED):
                receive = await self._enter(scope, receive)
            await self._app(scope, receive, answer)
        except HushgateError as error:
            await problem.response(error)(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - the last resort: a traceback's values must reach neither client nor log
            _LOG.error("internal error: %s", " < ".join(_places(error)))
            if not started:
                unknown = HushgateError("an internal error", hint="The operator finds the place in the log")
                await problem.response(unknown)(scope, receive, answer)

    async def _enter(self, scope: Scope, receive: Receive) -> Receive:
        headers = Headers(scope=scope)
        scheme, _, presented = headers.get("authorization", "").partition(" ")
        actor = await admin_keys.authenticate(self._control, presented.strip() if scheme.lower() == "bearer" else "")
        scope.setdefault("state", {})["actor"] = actor
        body = await _read(receive)
        if body:
            if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
                raise WrongContentType(
                    "the body is not application/json", where="content-type", hint="Send JSON and say so in content-type"
                )
            parse(body)  # stricter than the framework: duplicate keys would hide half of a policy
        return _replay(body, receive)


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LIMIT:
            raise TooLarge("the body is over the limit", hint=f"Admin documents may have {LIMIT} bytes")
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _places(error: BaseException) -> list[str]:
    """Name the error's type and code places, innermost first: enough to find it, nothing of what it held."""
    places, trace = [type(error).__name__], error.__traceback__
    while trace is not None:
        places.insert(1, f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places
