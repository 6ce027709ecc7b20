"""`hushgate keyring`: versions of the keys that everything is sealed with."""

from typing import Annotated

import typer

from app.cli.output import Json, listing, note, thing
from app.cli.remote import Remote
from app.config import Settings

commands = typer.Typer(name="keyring", help="Keys that everything is sealed with: their versions.", no_args_is_help=True)
Sort = Annotated[str, typer.Argument(metavar="SORT", help="kek (key-encryption key), index, signing or data.")]


@commands.command("list")
def list_(*, as_json: Json = False) -> None:
    """List the versions, newest first, and how much still needs each of them."""
    listing(Remote.of_environment().items("keyring"), ("sort", "version", "current", "uses", "created_at", "revoked_at"), as_json=as_json)


@commands.command("new-kek")
def new_kek() -> None:
    """Add a key-encryption key to the key file (HUSHGATE_KEK_FILE, else that of the home). It is used once `keyring rotate kek` says so. Needs no gateway."""
    from app.crypto.keyfile import KeyFile  # noqa: PLC0415 - no other command needs it

    settings = Settings.read()
    path = settings.kek_file or settings.home / "kek"
    typer.echo(KeyFile.extend(path))
    note(f"It is in {path}. Put it on every host and into the backup of keys, then run `hushgate keyring rotate kek`")


@commands.command()
def rotate(
    sort: Sort,
    *,
    team: Annotated[str | None, typer.Option(help="Data keys of this team only.")] = None,
    as_json: Json = False,
) -> None:
    """Begin with the next version of a key. What is there stays readable."""
    thing(Remote.of_environment().post("keyring/rotate", {"sort": sort, "team": team}), as_json=as_json)


@commands.command()
def rewrap() -> None:
    """Wrap all keys anew that an older key-encryption key wraps. It may be stopped, and goes on where it was."""
    remote, done = Remote.of_environment(), 0
    while True:
        step = remote.post("keyring/rewrap", {})
        done += step["done"]
        if not step["done"]:
            break
        note(f"{done} keys are wrapped anew, {step['left']} are left")
    note(f"{step['left']} keys do not open: restore them from a backup" if step["left"] else "every key is wrapped by the key in use")
    if step["left"]:
        raise typer.Exit(1)


@commands.command()
def revoke(
    sort: Sort,
    version: Annotated[str, typer.Argument(help="As `keyring list` shows it.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="End credentials that still need this version.")] = False,
) -> None:
    """Refuse a version from now on."""
    Remote.of_environment().post("keyring/revoke", {"sort": sort, "version": version, "force": force})
    note("revoked")
