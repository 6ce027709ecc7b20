"""`hushgate key`: the gateway keys that applications send instead of a provider's."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

import typer

from app.cli.duration import duration
from app.cli.output import Json, listing, note, thing
from app.cli.remote import Remote
from app.crypto import credentials

commands = typer.Typer(name="key", help="Gateway keys: what applications send instead of a provider's key.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The public id, as `key list` shows it.")]
Expires = Annotated[str | None, typer.Option(help="After this time it ends by itself: 12h, 90d.")]
Overlap = Annotated[str, typer.Option(help="How long both keys work: 90s, 24h, 7d; 0 ends the old one at once.")]


@commands.command("list")
def list_(*, team: Annotated[str | None, typer.Option(help="Only this team's.")] = None, as_json: Json = False) -> None:
    """List the keys by their public ids, revoked ones included. The keys themselves are shown once, by `add`."""
    found = Remote.of_environment().items("keys", {"team": team} if team is not None else None)
    columns = ("id", "team", "client", "asserts_users", "created_at", "expires_at", "last_used", "revoked_at")
    listing(found, columns, as_json=as_json, brief=("id", "team", "client", "last_used", "revoked_at"))


@commands.command()
def show(key_id: Id, *, as_json: Json = False) -> None:
    """Show what a key is for, and when it was last used."""
    thing(Remote.of_environment().get(_path(key_id)), as_json=as_json)


@commands.command()
def add(
    *,
    team: Annotated[str, typer.Option(help="The team it belongs to.")] = "default",
    client: Annotated[str, typer.Option(help="The application that will use it; a new name makes a new client.")] = "default",
    asserts_users: Annotated[bool, typer.Option("--asserts-users", help="The application may say who sits behind a call.")] = False,
    expires: Expires = None,
    as_json: Json = False,
) -> None:
    """Make a key and print it. It cannot be shown again."""
    body = {"team": team, "client": client, "asserts_users": asserts_users}
    if expires is not None:
        body["expires_at"] = (datetime.now(UTC) + duration(expires)).isoformat()
    made = Remote.of_environment().post("keys", body)
    what = f"Key {made['id']} of {team}/{client}. It is shown this once; `hushgate key revoke {made['id']}` ends it."
    tell(made, what, as_json=as_json)


@commands.command()
def rotate(key_id: Id, *, overlap: Overlap = "24h", expires: Expires = None, as_json: Json = False) -> None:
    """Make a key in the place of another, for the same client, and print it; both work until the overlap is over."""
    made = Remote.of_environment().post(f"{_path(key_id)}/rotate", rotation(overlap, expires))
    tell(made, f"Key {made['id']}. Key {made['replaces']} works until {made['ends_at']}.", as_json=as_json)


@commands.command()
def revoke(key_id: Id) -> None:
    """Revoke a key for good."""
    Remote.of_environment().delete(_path(key_id))
    note("revoked")


def public(key_id: str) -> str:
    """Return the public id; of a key that somebody pasted whole, the secret goes no further than here."""
    pasted = credentials.parse(key_id)
    return pasted.id if pasted else key_id


def rotation(overlap: str, expires: str | None) -> dict[str, Any]:
    """Return what the admin API takes for a rotation."""
    body: dict[str, Any] = {"overlap_seconds": 0 if overlap == "0" else int(duration(overlap).total_seconds())}
    if expires is not None:
        body["expires_at"] = (datetime.now(UTC) + duration(expires)).isoformat()
    return body


def tell(made: dict[str, Any], what: str, *, as_json: bool) -> None:
    """Print a new key: alone on standard output, what it is beside it."""
    if as_json:
        thing(made, as_json=True)
    else:
        typer.echo(made["key"])
        note(what)


def _path(key_id: str) -> str:
    return f"keys/{quote(public(key_id), safe='')}"
