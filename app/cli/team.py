"""`hushgate team`: who owns clients, keys and a policy."""

from typing import Annotated

import typer

from app.cli.output import Json, listing, thing
from app.cli.remote import Remote

commands = typer.Typer(name="team", help="Teams: who owns clients, keys and a policy.", no_args_is_help=True)


@commands.command("list")
def list_(*, as_json: Json = False) -> None:
    """List the teams."""
    listing(Remote.of_environment().items("teams"), ("name", "created_at"), as_json=as_json)


@commands.command()
def add(name: Annotated[str, typer.Argument(help="Lower-case letters, digits, - and _.")], *, as_json: Json = False) -> None:
    """Add a team with a client `default` and the default policy."""
    thing(Remote.of_environment().post("teams", {"name": name}), as_json=as_json)
