"""Errors as problem documents (RFC 9457): what, where, what to do; never what was sent."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.errors import (
    BadDocument,
    Conflict,
    HushgateError,
    Invalid,
    LedgerUnavailable,
    NotAdmitted,
    NotFound,
    TooLarge,
    Unauthenticated,
    WrongContentType,
)

MEDIA: Final = "application/problem+json"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_$.*-]{1,40}")


class Place(BaseModel):
    """One fault of a document: its path, what is wrong, and its line and column in the body (0: unknown)."""

    where: str
    message: str
    line: int = 0
    column: int = 0


class Problem(BaseModel):
    """An error of the admin API."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    where: str = ""
    hint: str = ""
    faults: list[Place] = []


def documented(*errors: type[HushgateError]) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of a route that may answer with `errors`."""
    return {
        error.status: {
            "description": (error.__doc__ or "").splitlines()[0],
            "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for error in errors
    }


ALWAYS: Final = documented(BadDocument, Unauthenticated, NotAdmitted, TooLarge, WrongContentType, Invalid, HushgateError, LedgerUnavailable)
MISSING: Final = documented(NotFound)
TAKEN: Final = documented(Conflict)


def response(error: HushgateError, status: int | None = None) -> Response:
    """Return an error as an answer."""
    number = status or error.status
    body: dict[str, Any] = {
        "type": f"docs/errors.md#{error.code}",
        "title": error.message,
        "status": number,
        "detail": str(error),
        "code": error.code,
        "where": error.where,
        "hint": error.hint,
    }
    if isinstance(error, Invalid) and error.faults:
        body["faults"] = [{"where": f.where, "message": f.message, "line": f.line, "column": f.column} for f in error.faults]
    headers = {"cache-control": "no-store"}
    if isinstance(error, Unauthenticated):
        headers["www-authenticate"] = "Bearer"
    if getattr(error, "retry", False):
        headers["retry-after"] = "1"
    return Response(json.dumps(body), number, headers, MEDIA)


async def of_ours(_request: Request, error: Exception) -> Response:
    """Answer an error of our own tree."""
    return response(error if isinstance(error, HushgateError) else HushgateError("an internal error"))


async def of_validation(_request: Request, error: Exception) -> Response:
    """Answer a request that does not fit its schema: the place and the rule of the first fault, never the input."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    # A key that nobody knows before one that is missing: it is mostly the same one, misspelt.
    faults = sorted(faults, key=lambda fault: fault["type"] != "extra_forbidden")
    first = faults[0] if faults else {"loc": (), "msg": "it does not fit its schema"}
    hint = "openapi.json says what is expected"
    return response(Invalid(f"the request is not valid: {first['msg']}", where=place(first["loc"]), hint=hint))


async def of_framework(_request: Request, error: Exception) -> Response:
    """Answer what the framework refuses before a route is reached: unknown paths and methods."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    hint = "openapi.json lists the routes"
    ours = (
        NotFound("no such route", where="path", hint=hint)
        if status in {404, 405}
        else BadDocument("the request is not understood", hint=hint)
    )
    answer = response(ours, status)
    for name, value in (getattr(error, "headers", None) or {}).items():
        answer.headers[name] = value
    return answer


def place(steps: Sequence[str | int]) -> str:
    """Render a place in a request: `body.rules.0`. A key that does not look like one may be a value, so it is not shown."""
    return ".".join(str(step) if _PLAIN.fullmatch(str(step)) else "?" for step in steps)
