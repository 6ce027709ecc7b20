"""The routes of gateway keys and admin keys."""

from datetime import UTC, datetime

from fastapi import APIRouter, Response

from app.api.documents import NewAdminKey, NewKey, Rotation
from app.api.parts import TAGGED, Id, IfMatch, OnceOnly, Paged, Parts, Team, Who, tagged
from app.api.problem import MISSING, TAKEN
from app.control import admin_keys, keys
from app.control.lifetime import Rotated
from app.control.pages import Page

router = APIRouter()


@router.get("/keys", tags=["keys"])
async def list_keys(control: Parts, actor: Who, asked: Paged, team: Team = None) -> Page[keys.Key]:
    """List the gateway keys, newest first, revoked ones included; never the keys themselves."""
    return await keys.every(control, actor, team, asked)


@router.post("/keys", tags=["keys"], status_code=201, responses=MISSING | TAKEN)
async def create_key(actor: Who, body: NewKey, once: OnceOnly) -> keys.NewKey:
    """Mint a gateway key. This answer is the only place where it is shown."""
    now, users, until = datetime.now(UTC), body.asserts_users, body.expires_at
    return await once(lambda control: keys.create(control, actor, body.team, body.client, now=now, asserts_users=users, expires_at=until))


@router.get("/keys/{id}", tags=["keys"], responses=MISSING | TAGGED)
async def show_key(control: Parts, actor: Who, id: Id, response: Response) -> keys.Key:  # noqa: A002 - the word of the interface
    """Show what a gateway key is for; never the key itself."""
    return tagged(response, await keys.get(control, actor, id))


@router.post("/keys/{id}/rotate", tags=["keys"], status_code=201, responses=MISSING | TAKEN)
async def rotate_key(actor: Who, id: Id, body: Rotation, once: OnceOnly) -> Rotated:  # noqa: A002
    """Mint a key in the place of this one, for the same client; both work until the overlap is over."""
    now = datetime.now(UTC)
    return await once(lambda control: keys.rotate(control, actor, id, now=now, overlap=body.overlap, expires_at=body.expires_at))


@router.delete("/keys/{id}", tags=["keys"], status_code=204, responses=MISSING | TAKEN)
async def revoke_key(control: Parts, actor: Who, id: Id, if_match: IfMatch = None) -> None:  # noqa: A002
    """Revoke a gateway key for good."""
    await keys.revoke(control, actor, id, if_match)


@router.get("/admin-keys", tags=["admin keys"])
async def list_admin_keys(control: Parts, actor: Who, asked: Paged) -> Page[admin_keys.AdminKey]:
    """List the admin keys, newest first, revoked ones included; never the keys themselves."""
    return await admin_keys.every(control, actor, asked)


@router.post("/admin-keys", tags=["admin keys"], status_code=201, responses=MISSING | TAKEN)
async def create_admin_key(actor: Who, body: NewAdminKey, once: OnceOnly) -> keys.NewKey:
    """Mint an admin key that can do no more, nor longer, than yours. This answer is the only place where it is shown."""
    now = datetime.now(UTC)
    return await once(
        lambda control: admin_keys.create(control, actor, body.name, body.role, body.teams, now=now, expires_at=body.expires_at)
    )


@router.get("/admin-keys/{id}", tags=["admin keys"], responses=MISSING | TAGGED)
async def show_admin_key(control: Parts, actor: Who, id: Id, response: Response) -> admin_keys.AdminKey:  # noqa: A002
    """Show what an admin key entitles to; never the key itself."""
    return tagged(response, await admin_keys.get(control, actor, id))


@router.post("/admin-keys/{id}/rotate", tags=["admin keys"], status_code=201, responses=MISSING | TAKEN)
async def rotate_admin_key(actor: Who, id: Id, body: Rotation, once: OnceOnly) -> Rotated:  # noqa: A002
    """Mint an admin key in the place of this one, with its role and teams; both work until the overlap is over."""
    now = datetime.now(UTC)
    return await once(lambda control: admin_keys.rotate(control, actor, id, now=now, overlap=body.overlap, expires_at=body.expires_at))


@router.delete("/admin-keys/{id}", tags=["admin keys"], status_code=204, responses=MISSING | TAKEN)
async def revoke_admin_key(control: Parts, actor: Who, id: Id, if_match: IfMatch = None) -> None:  # noqa: A002
    """Revoke an admin key for good. The last owner's that does not expire stays."""
    await admin_keys.revoke(control, actor, id, if_match)
