"""The admin application: routes, their door, and the shape of its problems."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from app import __version__
from app.api import problem
from app.api.door import Door
from app.api.operations import worded
from app.api.routes import router
from app.control import Control
from app.errors import HushgateError


class Admin(FastAPI):
    """The application; its interface description knows the shape of problems."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        document["components"]["schemas"].setdefault("Problem", problem.Problem.model_json_schema())
        return document


def create_app(control: Control, ready: Callable[[], Awaitable[bool | str]]) -> FastAPI:
    """Return the admin application. `ready` says whether exchanges can be served, which is what `/readyz` answers."""
    application = Admin(
        title="Hushgate admin API",
        version=__version__,
        docs_url=None,  # its page would load scripts from another host
        redoc_url=None,
        middleware=[Middleware(Door, control=control)],
        exception_handlers={
            HushgateError: problem.of_ours,
            RequestValidationError: problem.of_validation,
            HTTPException: problem.of_framework,
        },
    )
    application.state.control = control
    application.include_router(router)

    @application.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    @application.get("/readyz", tags=["health"], responses={503: {"description": "Not ready"}})
    async def readyz() -> JSONResponse:
        """Say whether exchanges can be served."""
        good = await ready()
        return JSONResponse({"status": worded(good)}, 200 if good else 503)

    return application
