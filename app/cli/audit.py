"""`hushgate audit` and `hushgate receipt`: what the records say."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from app.cli import audit_export, proof
from app.cli.output import Json, listing, thing
from app.cli.remote import Remote

commands = typer.Typer(name="audit", help="The audit trail: who sent what kind of data where.", no_args_is_help=True)
_PAGE: Final = 200
_COLUMNS: Final = ("at", "kind", "team", "client", "provider", "endpoint", "model", "verdict", "entities", "exchange")
_RECEIPT: Final = ("at", "team", "client", "provider", "endpoint", "model", "verdict", "state", "entities", "id")
_BRIEF_RECEIPT: Final = ("at", "verdict", "state", "entities", "id")
_PROOF: Final = frozenset({"format", "log", "keys", "witnesses", "records", "proof"})  # for `audit verify`, not for people
_BRIEF: Final = ("at", "team", "verdict", "entities", "exchange")

commands.command()(audit_export.export)
commands.command()(proof.key)
commands.command()(proof.verify)


@commands.callback()
def about() -> None:
    """Hold the commands of the audit trail."""


@commands.command("list")
def list_(
    *,
    team: Annotated[str | None, typer.Option(help="Only this team's.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """List records of exchanges and admin actions, newest first."""
    found = Remote.of_environment().first("audit", limit, {"team": team} if team is not None else {}, _PAGE)
    listing(found, _COLUMNS, as_json=as_json, brief=_BRIEF)


@commands.command()
def show(
    record: Annotated[str, typer.Argument(metavar="ID", help="The record's id, as `list --json` shows it.")], *, as_json: Json = False
) -> None:
    """Show one record with all its details."""
    thing(Remote.of_environment().get(f"audit/{quote(record, safe='')}"), as_json=as_json)


@commands.command()
def receipts(
    *,
    team: Annotated[str | None, typer.Option(help="Only this team's.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """List the receipts of exchanges, newest first: what was found in each, and how it ended."""
    found = Remote.of_environment().first("receipts", limit, {"team": team} if team is not None else {}, _PAGE)
    listing(found, _RECEIPT, as_json=as_json, brief=_BRIEF_RECEIPT)


def receipt(
    exchange: Annotated[str, typer.Argument(metavar="ID", help="As x-hushgate-receipt names it.")], *, as_json: Json = False
) -> None:
    """Show the receipt of an exchange: what was found, what was done, how it ended. With --json: whole, as `audit verify` takes it."""
    found = Remote.of_environment().get(f"receipts/{quote(exchange, safe='')}")
    brief = {name: value for name, value in found.items() if name not in _PROOF}
    thing(found if as_json else {**brief, "proof": found["proof"]["state"]}, as_json=as_json)
