"""The routes under /api/v1: each takes its arguments apart, calls `control` and returns what that says."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response, Security
from fastapi.security import HTTPBearer

from app.api import audit, directory, keeping, keys
from app.api.documents import Rollback, State
from app.api.parts import TAGGED, IfMatch, OnceOnly, Paged, Parts, Who
from app.api.problem import ALWAYS, MISSING, TAKEN
from app.control import apply, policies
from app.control.pages import Page
from app.core.policy_document import located, schema
from app.core.position import positions
from app.errors import Invalid

_bearer = HTTPBearer(auto_error=False, scheme_name="admin key", description="The admin key: hga_…")
router = APIRouter(prefix="/api/v1", responses=ALWAYS, dependencies=[Security(_bearer)])
router.include_router(directory.router)
router.include_router(keys.router)
router.include_router(keeping.router)
router.include_router(audit.router)


@router.get("/policies", tags=["policies"])
async def list_policies(control: Parts, actor: Who, asked: Paged) -> Page[policies.Current]:
    """List which version each team's policy is at."""
    return await policies.every(control, actor, asked)


@router.get("/policies/schema", tags=["policies"])
async def policy_schema() -> dict[str, Any]:
    """Show the JSON Schema of the policy document."""
    return schema()


@router.get("/policies/{team}", tags=["policies"], responses=MISSING | TAGGED)
async def show_policy(control: Parts, actor: Who, team: str, response: Response) -> policies.Published:
    """Show a team's current policy and its version, which is its entity tag, too. Words of terms are hidden from roles that cannot set it."""
    published = await policies.current(control, actor, team)
    response.headers["etag"] = f'"{published.version}"'
    return published


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
async def roll_policy_back(actor: Who, team: str, body: Rollback, once: OnceOnly, if_match: IfMatch = None) -> policies.Published:
    """Publish an earlier version's document again, as a new version."""
    expected = if_match.strip('"') if if_match else None
    return await once(lambda control: policies.rollback(control, actor, team, body.version, expected))


@router.get("/policies/{team}/versions", tags=["policies"], responses=MISSING)
async def list_versions(control: Parts, actor: Who, team: str, asked: Paged) -> Page[policies.Version]:
    """List the versions of a team's policy, newest first."""
    return await policies.versions(control, actor, team, asked)


@router.post("/apply", tags=["whole"], responses=MISSING | TAKEN)
async def apply_state(
    actor: Who,
    body: State,
    once: OnceOnly,
    *,
    dry_run: Annotated[bool, Query(description="Say what would be done, and do nothing")] = False,
) -> apply.Plan:
    """Make everything as the document says, in one transaction: all of it, or none."""
    return await once(lambda control: apply.apply(control, actor, body.wanted(), dry_run=dry_run))


@router.get("/export", tags=["whole"])
async def export_state(control: Parts, actor: Who) -> dict[str, Any]:
    """Show everything that you see as a document that `apply` takes, without credentials and keys."""
    return await apply.export(control, actor)
