"""`hushgate key`: the gateway keys that applications send instead of a provider's."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

import typer

from app.cli.duration import duration
from app.cli.output import Json, listing, note, thing
from app.cli.remote import Remote
from app.crypto import credentials

commands = typer.Typer(name="key", help="Gateway keys: what applications send instead of a provider's key.", no_args_is_help=True)


@commands.command("list")
def list_(*, team: Annotated[str | None, typer.Option(help="Only this team's.")] = None, as_json: Json = False) -> None:
    """List the keys by their public ids, revoked ones included. The keys themselves are shown once, by `add`."""
    found = Remote.of_environment().items("keys", {"team": team} if team is not None else None)
    listing(found, ("id", "team", "client", "asserts_users", "created_at", "expires_at", "revoked_at"), as_json=as_json)


@commands.command()
def add(
    *,
    team: Annotated[str, typer.Option(help="The team it belongs to.")] = "default",
    client: Annotated[str, typer.Option(help="The application that will use it; a new name makes a new client.")] = "default",
    asserts_users: Annotated[bool, typer.Option("--asserts-users", help="The application may say who sits behind a call.")] = False,
    expires: Annotated[str | None, typer.Option(help="After this time it ends by itself: 12h, 90d.")] = None,
    as_json: Json = False,
) -> None:
    """Make a key and print it. It cannot be shown again."""
    body = {"team": team, "client": client, "asserts_users": asserts_users}
    if expires is not None:
        body["expires_at"] = (datetime.now(UTC) + duration(expires)).isoformat()
    made = Remote.of_environment().post("keys", body)
    if as_json:
        thing(made, as_json=True)
    else:
        typer.echo(made["key"])
        note(f"Key {made['id']} of {team}/{client}. It is shown this once; `hushgate key revoke {made['id']}` ends it.")


@commands.command()
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="The public id, as `key list` shows it.")]) -> None:
    """Revoke a key for good."""
    pasted = credentials.parse(key_id)  # the key itself: its secret goes no further than here
    key_id = pasted.id if pasted else key_id
    Remote.of_environment().delete(f"keys/{quote(key_id, safe='')}")
    note("revoked")
