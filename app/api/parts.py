"""What routes have in common: who asks, which page, which version of a thing, and that a named request is done once."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeVar, cast

from fastapi import Depends, Header, Path, Query, Request, Response
from pydantic import TypeAdapter

from app.control import Control
from app.control.actor import Actor
from app.control.once import Named, once
from app.control.pages import LONGEST, USUAL, Asked
from app.control.scope import tag

T = TypeVar("T")
REPLAYED: Final = "idempotency-replayed"


def _control(request: Request) -> Control:
    control: Control = request.app.state.control
    return control


def _actor(request: Request) -> Actor:
    actor: Actor = request.state.actor  # the door has put it there
    return actor


def _asked(
    limit: Annotated[int, Query(ge=1, le=LONGEST, description="How many items at most")] = USUAL,
    cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
) -> Asked:
    return Asked(limit, cursor)


Parts = Annotated[Control, Depends(_control)]
Who = Annotated[Actor, Depends(_actor)]
Paged = Annotated[Asked, Depends(_asked)]
Team = Annotated[str | None, Query(description="Those of one team")]
Id = Annotated[str, Path(description="The public id")]
IfMatch = Annotated[str | None, Header(description="The entity tag of the version that is meant; without it, any")]


class Once:
    """Runs what a POST does; with the header `Idempotency-Key` at most once, and the same answer is given again for 24 hours."""

    def __init__(
        self,
        request: Request,
        response: Response,
        control: Parts,
        actor: Who,
        idempotency_key: Annotated[
            str | None, Header(min_length=1, max_length=255, description="Your name for this request: sent again, it is not done again")
        ] = None,
    ) -> None:
        self._request = request
        self._response = response
        self._control = control
        self._actor = actor
        self._key = idempotency_key

    async def __call__(self, do: Callable[[Control], Awaitable[T]]) -> T:
        """Return what `do` returns, or what it returned the first time."""
        if self._key is None:
            return await do(self._control)

        async def run(control: Control) -> bytes:
            made = await do(control)
            return TypeAdapter[Any](type(made)).dump_json(made)

        scope = self._request.scope
        what = (self._request.method.encode(), scope["path"].encode(), scope["query_string"], await self._request.body())
        answer, again = await once(self._control, self._actor, Named(self._key, what), datetime.now(UTC), run)
        if again:
            self._response.headers[REPLAYED] = "true"
        return cast("T", json.loads(answer))


OnceOnly = Annotated[Once, Depends(Once)]
TAGGED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"headers": {"ETag": {"description": "Which version this is, for If-Match", "schema": {"type": "string"}}}}
}


def tagged(response: Response, thing: T) -> T:
    """Return the thing, with its entity tag on the answer."""
    response.headers["etag"] = f'"{tag(thing)}"'
    return thing
