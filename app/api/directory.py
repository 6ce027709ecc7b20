"""The routes of providers, teams, projects and clients."""

from fastapi import APIRouter, Response

from app.api.documents import NewClient, NewProject, NewTeam, ProviderEntry
from app.api.parts import TAGGED, IfMatch, OnceOnly, Paged, Parts, Team, Who, tagged
from app.api.problem import MISSING, TAKEN
from app.control import clients, projects, providers, teams
from app.control.pages import Page

router = APIRouter()


@router.get("/providers", tags=["providers"])
async def list_providers(control: Parts, actor: Who, asked: Paged) -> Page[providers.Provider]:
    """List the providers. A credential is never shown, only whether it is set."""
    return await providers.every(control, actor, asked)


@router.get("/providers/{name}", tags=["providers"], responses=MISSING | TAGGED)
async def show_provider(control: Parts, actor: Who, name: str, response: Response) -> providers.Provider:
    """Show one provider."""
    return tagged(response, await providers.get(control, actor, name))


@router.put("/providers/{name}", tags=["providers"], responses=TAKEN | TAGGED)
async def set_provider(
    control: Parts, actor: Who, name: str, body: ProviderEntry, response: Response, if_match: IfMatch = None
) -> providers.Provider:
    """Create or replace a provider. A credential that is set does not follow the base URL to another host."""
    return tagged(response, await providers.put(control, actor, name, body.entry(), if_match))


@router.delete("/providers/{name}", tags=["providers"], status_code=204, responses=MISSING | TAKEN)
async def remove_provider(control: Parts, actor: Who, name: str, if_match: IfMatch = None) -> None:
    """Remove a provider and its credential; records go on naming it."""
    await providers.remove(control, actor, name, if_match)


@router.get("/teams", tags=["teams"])
async def list_teams(control: Parts, actor: Who, asked: Paged) -> Page[teams.Team]:
    """List the teams, closed ones included."""
    return await teams.every(control, actor, asked)


@router.post("/teams", tags=["teams"], status_code=201, responses=TAKEN)
async def create_team(actor: Who, body: NewTeam, once: OnceOnly) -> teams.Team:
    """Create a team with its project and client `default` and the default policy."""
    return await once(lambda control: teams.create(control, actor, body.name))


@router.get("/teams/{name}", tags=["teams"], responses=MISSING | TAGGED)
async def show_team(control: Parts, actor: Who, name: str, response: Response) -> teams.Team:
    """Show one team."""
    return tagged(response, await teams.get(control, actor, name))


@router.delete("/teams/{name}", tags=["teams"], status_code=204, responses=MISSING | TAKEN)
async def close_team(control: Parts, actor: Who, name: str, if_match: IfMatch = None) -> None:
    """Close a team for good: its keys are revoked, nothing new is admitted, its records stay."""
    await teams.close(control, actor, name, if_match)


@router.get("/projects", tags=["projects"])
async def list_projects(control: Parts, actor: Who, asked: Paged, team: Team = None) -> Page[projects.Project]:
    """List the projects."""
    return await projects.every(control, actor, team, asked)


@router.post("/projects", tags=["projects"], status_code=201, responses=MISSING | TAKEN)
async def create_project(actor: Who, body: NewProject, once: OnceOnly) -> projects.Project:
    """Create a project of a team."""
    return await once(lambda control: projects.create(control, actor, body.team, body.name))


@router.get("/projects/{team}/{name}", tags=["projects"], responses=MISSING | TAGGED)
async def show_project(control: Parts, actor: Who, team: str, name: str, response: Response) -> projects.Project:
    """Show one project."""
    return tagged(response, await projects.get(control, actor, team, name))


@router.delete("/projects/{team}/{name}", tags=["projects"], status_code=204, responses=MISSING | TAKEN)
async def remove_project(control: Parts, actor: Who, team: str, name: str, if_match: IfMatch = None) -> None:
    """Remove a project that has no clients."""
    await projects.remove(control, actor, team, name, if_match)


@router.get("/clients", tags=["clients"])
async def list_clients(control: Parts, actor: Who, asked: Paged, team: Team = None) -> Page[clients.Client]:
    """List the clients, closed ones included."""
    return await clients.every(control, actor, team, asked)


@router.post("/clients", tags=["clients"], status_code=201, responses=MISSING | TAKEN)
async def create_client(actor: Who, body: NewClient, once: OnceOnly) -> clients.Client:
    """Create a client of a team's project."""
    return await once(lambda control: clients.create(control, actor, body.team, body.name, body.project))


@router.get("/clients/{team}/{name}", tags=["clients"], responses=MISSING | TAGGED)
async def show_client(control: Parts, actor: Who, team: str, name: str, response: Response) -> clients.Client:
    """Show one client."""
    return tagged(response, await clients.get(control, actor, team, name))


@router.delete("/clients/{team}/{name}", tags=["clients"], status_code=204, responses=MISSING | TAKEN)
async def close_client(control: Parts, actor: Who, team: str, name: str, if_match: IfMatch = None) -> None:
    """Close a client for good: its keys are revoked; its name stays taken, since originals are its own."""
    await clients.close(control, actor, team, name, if_match)
