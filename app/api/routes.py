"""The routes under /api/v1: each takes its arguments apart, calls `control` and returns what that says."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Query, Request, Security
from fastapi.security import HTTPBearer

from app.api.documents import Items, NewKey, NewTeam, ProviderEntry, Rollback
from app.api.problem import ALWAYS, MISSING, TAKEN
from app.control import Control, audit, keys, policies, providers, receipts, teams
from app.control.actor import Actor
from app.core.policy_document import located, schema
from app.core.position import positions
from app.errors import Invalid


def _control(request: Request) -> Control:
    control: Control = request.app.state.control
    return control


def _actor(request: Request) -> Actor:
    actor: Actor = request.state.actor  # the door has put it there
    return actor


Parts = Annotated[Control, Depends(_control)]
Who = Annotated[Actor, Depends(_actor)]
_bearer = HTTPBearer(auto_error=False, scheme_name="admin key", description="The admin key: hga_…")
IfMatch = Annotated[str | None, Header(description="The version that the change was made on top of")]
router = APIRouter(prefix="/api/v1", responses=ALWAYS, dependencies=[Security(_bearer)])


@router.get("/providers", tags=["providers"])
async def list_providers(control: Parts, actor: Who) -> Items[providers.Provider]:
    """List the providers. A credential is never shown, only whether it is set."""
    return Items(items=await providers.every(control, actor))


@router.get("/providers/{name}", tags=["providers"], responses=MISSING)
async def show_provider(control: Parts, actor: Who, name: str) -> providers.Provider:
    """Show one provider."""
    return await providers.get(control, actor, name)


@router.put("/providers/{name}", tags=["providers"])
async def set_provider(control: Parts, actor: Who, name: str, body: ProviderEntry) -> providers.Provider:
    """Create or replace a provider. A credential that is set does not follow the base URL to another host."""
    return await providers.put(control, actor, name, body.entry())


@router.get("/teams", tags=["teams"])
async def list_teams(control: Parts, actor: Who) -> Items[teams.Team]:
    """List the teams."""
    return Items(items=await teams.every(control, actor))


@router.post("/teams", tags=["teams"], status_code=201, responses=TAKEN)
async def create_team(control: Parts, actor: Who, body: NewTeam) -> teams.Team:
    """Create a team with its project and client `default` and the default policy."""
    return await teams.create(control, actor, body.name)


@router.get("/keys", tags=["keys"])
async def list_keys(control: Parts, actor: Who, team: str | None = None) -> Items[keys.Key]:
    """List the gateway keys, newest first, revoked ones included; never the keys themselves."""
    return Items(items=await keys.every(control, actor, team))


@router.post("/keys", tags=["keys"], status_code=201, responses=MISSING)
async def create_key(control: Parts, actor: Who, body: NewKey) -> keys.NewKey:
    """Mint a gateway key. This answer is the only place where it is shown."""
    now = datetime.now(UTC)
    return await keys.create(control, actor, body.team, body.client, now=now, asserts_users=body.asserts_users, expires_at=body.expires_at)


@router.delete("/keys/{id}", tags=["keys"], status_code=204, responses=MISSING)
async def revoke_key(control: Parts, actor: Who, id: str) -> None:  # noqa: A002 - the word of the interface
    """Revoke a gateway key for good."""
    await keys.revoke(control, actor, id)


@router.get("/policies/schema", tags=["policies"])
async def policy_schema() -> dict[str, Any]:
    """Show the JSON Schema of the policy document."""
    return schema()


@router.get("/policies/{team}", tags=["policies"], responses=MISSING)
async def show_policy(control: Parts, actor: Who, team: str) -> policies.Published:
    """Show a team's current policy and its version."""
    return await policies.current(control, actor, team)


@router.put("/policies/{team}", tags=["policies"], responses=MISSING | TAKEN)
async def set_policy(
    control: Parts,
    actor: Who,
    team: str,
    request: Request,
    document: Annotated[Any, Body()],
    if_match: IfMatch = None,
) -> policies.Published:
    """Publish a policy document as the team's next version; one that equals the current version makes none."""
    try:
        return await policies.put(control, actor, team, document, if_match.strip('"') if if_match else None)
    except Invalid as error:
        raise located(error, positions((await request.body()).decode())) from None


@router.get("/policies/{team}/versions/{version}", tags=["policies"], responses=MISSING)
async def show_policy_version(control: Parts, actor: Who, team: str, version: str) -> policies.Published:
    """Show a team's policy at one version, named by its address or its number."""
    return await policies.at(control, actor, team, version)


@router.get("/policies/{team}/diff", tags=["policies"], responses=MISSING)
async def compare_policies(
    control: Parts, actor: Who, team: str, before: str, after: str | None = None, *, texts: bool = False
) -> policies.Comparison:
    """Show what changed from one version to another, by default the current one. Texts of terms are hidden unless `texts` asks for them."""
    return await policies.compare(control, actor, team, before, after, texts=texts)


@router.post("/policies/{team}/rollback", tags=["policies"], responses=MISSING | TAKEN)
async def roll_policy_back(control: Parts, actor: Who, team: str, body: Rollback, if_match: IfMatch = None) -> policies.Published:
    """Publish an earlier version's document again, as a new version."""
    return await policies.rollback(control, actor, team, body.version, if_match.strip('"') if if_match else None)


@router.get("/policies/{team}/versions", tags=["policies"], responses=MISSING)
async def list_versions(control: Parts, actor: Who, team: str) -> Items[policies.Version]:
    """List the versions of a team's policy, newest first."""
    return Items(items=await policies.versions(control, actor, team))


@router.get("/audit", tags=["audit"])
async def list_audit(
    control: Parts,
    actor: Who,
    team: Annotated[str | None, Query(description="One team; empty for the installation's own records")] = None,
    limit: Annotated[int, Query(ge=1, le=audit.LONGEST)] = 50,
    cursor: str | None = None,
) -> audit.Page:
    """List records, newest first. `next` is the cursor of the next page."""
    return await audit.entries(control, actor, team, limit, cursor)


@router.get("/receipts/{id}", tags=["receipts"], responses=MISSING)
async def show_receipt(control: Parts, actor: Who, id: str) -> dict[str, Any]:  # noqa: A002 - the word of the interface
    """Show the receipt of an exchange of any team."""
    return await receipts.find(control, actor, id)
