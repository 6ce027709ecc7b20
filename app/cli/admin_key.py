"""`hushgate admin-key`: who may administer, as which role, for how long."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

import typer

from app.cli.duration import duration
from app.cli.key import Expires, Overlap, public, rotation, tell
from app.cli.output import Json, listing, note, thing
from app.cli.remote import Remote

commands = typer.Typer(name="admin-key", help="Admin keys: who may administer, as which role.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", help="The public id, as `admin-key list` shows it.")]


@commands.command("list")
def list_(*, as_json: Json = False) -> None:
    """List the admin keys by their public ids, revoked ones included. The keys themselves are shown once, by `add`."""
    found = Remote.of_environment().items("admin-keys")
    columns = ("id", "name", "role", "teams", "created_at", "expires_at", "last_used", "revoked_at")
    listing(found, columns, as_json=as_json, brief=("id", "name", "role", "teams", "last_used"))


@commands.command()
def show(key_id: Id, *, as_json: Json = False) -> None:
    """Show what an admin key entitles to."""
    thing(Remote.of_environment().get(_path(key_id)), as_json=as_json)


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="What people call it, such as whose it is.")],
    *,
    role: Annotated[str, typer.Option(help="owner, security_admin, privacy_officer, auditor or team_admin.")],
    team: Annotated[list[str] | None, typer.Option(help="A team that a team_admin may administer; can be repeated.")] = None,
    expires: Expires = None,
    as_json: Json = False,
) -> None:
    """Make an admin key and print it. It cannot be shown again, and can do no more than yours."""
    body: dict[str, Any] = {"name": name, "role": role, "teams": team or []}
    if expires is not None:
        body["expires_at"] = (datetime.now(UTC) + duration(expires)).isoformat()
    made = Remote.of_environment().post("admin-keys", body)
    tell(made, f"Admin key {made['id']}, {role}. It is shown this once; `hushgate admin-key revoke {made['id']}` ends it.", as_json=as_json)


@commands.command()
def rotate(key_id: Id, *, overlap: Overlap = "24h", expires: Expires = None, as_json: Json = False) -> None:
    """Make an admin key in the place of another and print it; both work until the overlap is over."""
    made = Remote.of_environment().post(f"{_path(key_id)}/rotate", rotation(overlap, expires))
    tell(made, f"Admin key {made['id']}. Key {made['replaces']} works until {made['ends_at']}.", as_json=as_json)


@commands.command()
def revoke(key_id: Id) -> None:
    """Revoke an admin key for good. The last owner's that does not expire stays."""
    Remote.of_environment().delete(_path(key_id))
    note("revoked")


def _path(key_id: str) -> str:
    return f"admin-keys/{quote(public(key_id), safe='')}"
