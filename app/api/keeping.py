"""The routes of what is kept how: versions of keys, retention, holds."""

from uuid import UUID

from fastapi import APIRouter

from app.api.documents import KeyRevocation, KeyRotation, NewHold, Reason, RetentionPeriod, Rewrapping
from app.api.parts import OnceOnly, Paged, Parts, Team, Who
from app.api.problem import MISSING, TAKEN
from app.control import holds, keyring, retention
from app.control.pages import Page, sliced

router = APIRouter()


@router.get("/keyring", tags=["keyring"])
async def list_versions(control: Parts, actor: Who, asked: Paged) -> Page[keyring.Version]:
    """List the versions of the key-encryption key and the index key, newest first; never a key."""
    return sliced(await keyring.versions(control, actor), lambda one: (one.sort, one.version), asked)


@router.post("/keyring/rotate", tags=["keyring"], status_code=201, responses=TAKEN)
async def rotate(actor: Who, body: KeyRotation, once: OnceOnly) -> keyring.Rotated:
    """Begin with the next version of a key. What is there stays readable."""
    return await once(lambda control: keyring.rotate(control, actor, body.sort, body.team))


@router.post("/keyring/rewrap", tags=["keyring"], responses=TAKEN)
async def rewrap(actor: Who, body: Rewrapping, once: OnceOnly) -> keyring.Rewrapped:
    """Wrap some keys anew that an older key-encryption key wraps. Again, until nothing is left."""
    return await once(lambda control: keyring.rewrap(control, actor, body.limit))


@router.post("/keyring/revoke", tags=["keyring"], status_code=204, responses=MISSING | TAKEN)
async def revoke(actor: Who, body: KeyRevocation, once: OnceOnly) -> None:
    """Refuse a version of a key from now on."""
    await once(lambda control: keyring.revoke(control, actor, body.sort, body.version, force=body.force))


@router.get("/retention", tags=["retention"])
async def list_periods(control: Parts, actor: Who, asked: Paged, team: Team = None) -> Page[retention.Period]:
    """List for how long what is sealed can be read, by team and class."""
    return sliced(await retention.periods(control, actor, team), lambda one: (one.team, one.what), asked)


@router.put("/retention/{team}/{what}", tags=["retention"], responses=MISSING)
async def set_period(control: Parts, actor: Who, team: str, what: retention.Class, body: RetentionPeriod) -> retention.Period:
    """Set a period. A shorter one destroys keys at the next run, for good."""
    return await retention.put(control, actor, team, what, body.days)


@router.get("/holds", tags=["holds"])
async def list_holds(control: Parts, actor: Who, asked: Paged, team: Team = None) -> Page[holds.Hold]:
    """List the holds, newest first, cleared ones included."""
    return await holds.every(control, actor, team, asked)


@router.post("/holds", tags=["holds"], status_code=201, responses=MISSING | TAKEN)
async def set_hold(actor: Who, body: NewHold, once: OnceOnly) -> holds.Hold:
    """Keep all that a team has, whatever its periods say."""
    return await once(lambda control: holds.put(control, actor, body.team, body.reason))


@router.post("/holds/{id}/clear", tags=["holds"], responses=MISSING | TAKEN)
async def clear_hold(actor: Who, id: UUID, body: Reason, once: OnceOnly) -> holds.Hold:  # noqa: A002 - the word of the interface
    """Clear a hold."""
    return await once(lambda control: holds.clear(control, actor, id, body.reason))
