"""`hushgate apply` and `hushgate export`: a whole installation as a file."""

from typing import Annotated, Any

import typer

from app.cli.manifest import Manifest, write
from app.cli.output import Json, note, plain, thing
from app.cli.remote import Remote
from app.errors import HushgateError, SetupError


def apply(
    *,
    file: Annotated[str, typer.Option("--file", "-f", help="The document; - is standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Make providers, teams, projects, clients and policies as a file says: all of it in one transaction, or nothing."""
    manifest = Manifest(file)
    try:
        plan = Remote.of_environment().post("apply?dry_run=true" if dry_run else "apply", manifest.resolved())
    except SetupError:
        raise
    except HushgateError as error:
        steps = tuple(error.where.removeprefix("body.").split("."))
        if not error.where.startswith(("body.", "providers.", "teams.")):
            raise
        raise manifest.located(f"{error.message} ({'.'.join(steps)})", steps, error.hint) from None
    if as_json:
        thing(plan, as_json=True)
        return
    for change in plan["changes"]:
        typer.echo(_line(change))
    count = len(plan["changes"])
    note("Nothing to change." if not count else f"{count} to change; nothing was done." if dry_run else f"{count} changed.")


def export(*, as_json: Json = False) -> None:
    """Print everything as `apply` takes it, without credentials and keys: what is there already stays set."""
    document = Remote.of_environment().get("export")
    if as_json:
        thing(document, as_json=True)
        return
    typer.echo(write(document), nl=False)


def _line(change: dict[str, Any]) -> str:
    owner = f"{change['team']}/" if change["team"] and change["team"] != change["target"] else ""
    details = plain({name: value for name, value in change["details"].items() if value is not None})
    return f"{change['verb']}  {owner}{change['target']}" + (f"  {details}" if details != "-" else "")
