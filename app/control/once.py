"""The same request twice is done once: its answer is kept, sealed, in the transaction of what it did."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control.actor import Actor
from app.control.change import Control, together
from app.core.record import field as column
from app.crypto.envelope import Context, key_id, seal, unseal
from app.errors import Conflict
from app.store import tables

KEPT: Final = timedelta(hours=24)
_TABLE: Final = tables.idempotency.c


@dataclass(frozen=True, slots=True)
class Named:
    """A request that its caller named with an idempotency key. `what` is all that makes it that request: method, path, body."""

    key: str = field(repr=False)
    what: tuple[bytes, ...] = field(repr=False)


async def once(
    control: Control, actor: Actor, named: Named, now: datetime, do: Callable[[Control], Awaitable[bytes]]
) -> tuple[bytes, bool]:
    """Do it and return the answer, or return the answer of the first time and True.

    Whoever comes while the first one is still at it waits for its end. What failed is not kept: nothing was done, so it may be tried
    again. Raises Conflict if the name stood for another request.
    """
    index = control.keys.keyring.lasting_index_key("idempotency")  # a request may be repeated across a rotation
    name = hmac.digest(index, named.key.encode("utf-8", "replace"), "sha256")
    request = hmac.digest(index, b"".join(column(part) for part in named.what), "sha256")
    async with together(control) as joined:
        if joined.joined is None:
            raise TypeError
        connection = joined.joined.connection
        await _forget(connection, actor, name, now)
        draft = {"actor": actor.id, "key": name, "request": request, "sealed": b"", "expires": now + KEPT}
        first = postgresql.insert(tables.idempotency).values(draft).on_conflict_do_nothing().returning(_TABLE.actor)
        if (await connection.execute(first)).first() is None:
            return await _again(control, connection, actor, name, request), True
        answer = await do(joined)
        key = await control.keys.data_key("answer", actor.id, f"{now:%Y-%m-%d}", connection)
        sealed = seal(key, answer, _place(actor, name))
        await connection.execute(update(tables.idempotency).where(_TABLE.actor == actor.id, _TABLE.key == name).values(sealed=sealed))
        return answer, False


async def _again(control: Control, connection: AsyncConnection, actor: Actor, name: bytes, request: bytes) -> bytes:
    query = select(_TABLE.request, _TABLE.sealed).where(_TABLE.actor == actor.id, _TABLE.key == name)
    row = (await connection.execute(query)).one()
    if not hmac.compare_digest(bytes(row.request), request):
        hint = "Name another request with a key of its own; a key stands for one request for 24 hours"
        raise Conflict("this idempotency key stands for another request", where="idempotency-key", hint=hint)
    sealed = bytes(row.sealed)
    key = await control.keys.by_id(connection, key_id(sealed))
    if key is None:
        raise Conflict("the answer of this request is no longer readable", where="idempotency-key", hint="Read what it made instead")
    return unseal(key, sealed, _place(actor, name))


async def _forget(connection: AsyncConnection, actor: Actor, name: bytes, now: datetime) -> None:
    """Delete what is over: this name for certain, others as far as nobody holds them."""
    mine = (_TABLE.actor == actor.id) & (_TABLE.key == name)
    await connection.execute(delete(tables.idempotency).where(mine, _TABLE.expires <= now))
    over = select(_TABLE.actor, _TABLE.key).where(_TABLE.expires <= now).limit(100).with_for_update(skip_locked=True).subquery()
    await connection.execute(delete(tables.idempotency).where(_TABLE.actor == over.c.actor, _TABLE.key == over.c.key))


def _place(actor: Actor, name: bytes) -> Context:
    return Context("", "idempotency", (actor.id, name))
