"""`hushgate client`: the named applications of a team, beneath which gateway keys rotate."""

from typing import Annotated
from urllib.parse import quote

import typer

from app.cli.output import Json, listing, note, thing
from app.cli.remote import Remote

commands = typer.Typer(name="client", help="Clients: the named applications of a team.", no_args_is_help=True)
Team = Annotated[str, typer.Option(help="The team it belongs to.")]
Name = Annotated[str, typer.Argument(help="Its name within the team.")]


@commands.command("list")
def list_(*, team: Annotated[str | None, typer.Option(help="Only this team's.")] = None, as_json: Json = False) -> None:
    """List the clients, closed ones included."""
    found = Remote.of_environment().items("clients", {"team": team} if team is not None else None)
    listing(found, ("team", "project", "name", "created_at", "closed_at"), as_json=as_json)


@commands.command()
def show(name: Name, *, team: Team = "default", as_json: Json = False) -> None:
    """Show one client."""
    thing(Remote.of_environment().get(_path(team, name)), as_json=as_json)


@commands.command()
def add(
    name: Name,
    *,
    team: Team = "default",
    project: Annotated[str, typer.Option(help="The project of the team that it belongs to.")] = "default",
    as_json: Json = False,
) -> None:
    """Add a client. `hushgate key add --client` makes its keys."""
    thing(Remote.of_environment().post("clients", {"team": team, "project": project, "name": name}), as_json=as_json)


@commands.command()
def close(name: Name, *, team: Team = "default") -> None:
    """Close a client for good: its keys are revoked, and it gets no new ones. Its name stays taken: originals are its own."""
    Remote.of_environment().delete(_path(team, name))
    note("closed")


def _path(team: str, name: str) -> str:
    return f"clients/{quote(team, safe='')}/{quote(name, safe='')}"
