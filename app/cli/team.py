"""`hushgate team`: who owns clients, keys and a policy."""

from typing import Annotated
from urllib.parse import quote

import typer

from app.cli.output import Json, listing, note, thing
from app.cli.remote import Remote

commands = typer.Typer(name="team", help="Teams: who owns clients, keys and a policy.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The team.")]


@commands.command("list")
def list_(*, as_json: Json = False) -> None:
    """List the teams."""
    listing(Remote.of_environment().items("teams"), ("name", "created_at", "closed_at"), as_json=as_json)


@commands.command()
def add(name: Annotated[str, typer.Argument(help="Lower-case letters, digits, - and _.")], *, as_json: Json = False) -> None:
    """Add a team with a client `default` and the default policy."""
    thing(Remote.of_environment().post("teams", {"name": name}), as_json=as_json)


@commands.command()
def show(name: Name, *, as_json: Json = False) -> None:
    """Show one team."""
    thing(Remote.of_environment().get(_path(name)), as_json=as_json)


@commands.command()
def close(name: Name) -> None:
    """Close a team for good: its keys are revoked and nothing new is admitted. Its records stay, and its name stays taken."""
    Remote.of_environment().delete(_path(name))
    note("closed")


def _path(name: str) -> str:
    return f"teams/{quote(name, safe='')}"
