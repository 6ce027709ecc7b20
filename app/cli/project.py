"""`hushgate project`: parts of a team, which clients belong to."""

from typing import Annotated
from urllib.parse import quote

import typer

from app.cli.output import Json, listing, note, thing
from app.cli.remote import Remote

commands = typer.Typer(name="project", help="Projects: parts of a team, which clients belong to.", no_args_is_help=True)
Team = Annotated[str, typer.Option(help="The team it belongs to.")]
Name = Annotated[str, typer.Argument(help="Its name within the team.")]


@commands.command("list")
def list_(*, team: Annotated[str | None, typer.Option(help="Only this team's.")] = None, as_json: Json = False) -> None:
    """List the projects."""
    found = Remote.of_environment().items("projects", {"team": team} if team is not None else None)
    listing(found, ("team", "name", "created_at"), as_json=as_json)


@commands.command()
def show(name: Name, *, team: Team = "default", as_json: Json = False) -> None:
    """Show one project."""
    thing(Remote.of_environment().get(_path(team, name)), as_json=as_json)


@commands.command()
def add(name: Name, *, team: Team = "default", as_json: Json = False) -> None:
    """Add a project to a team."""
    thing(Remote.of_environment().post("projects", {"team": team, "name": name}), as_json=as_json)


@commands.command()
def remove(name: Name, *, team: Team = "default") -> None:
    """Remove a project that has no clients."""
    Remote.of_environment().delete(_path(team, name))
    note("removed")


def _path(team: str, name: str) -> str:
    return f"projects/{quote(team, safe='')}/{quote(name, safe='')}"
