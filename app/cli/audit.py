"""`hushgate audit` and `hushgate receipt`: what the records say."""

from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from app.cli.output import Json, listing, thing
from app.cli.remote import Remote

commands = typer.Typer(name="audit", help="The audit trail: who sent what kind of data where.", no_args_is_help=True)
_PAGE: Final = 200
_COLUMNS: Final = ("at", "kind", "team", "client", "provider", "endpoint", "model", "verdict", "entities", "exchange")
_BRIEF: Final = ("at", "team", "verdict", "entities", "exchange")


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
    remote, found = Remote.of_environment(), list[dict[str, Any]]()
    cursor: str | None = None
    while len(found) < limit:
        params: dict[str, str | int] = {"limit": min(_PAGE, limit - len(found))}
        params |= {"team": team} if team is not None else {}
        params |= {"cursor": cursor} if cursor is not None else {}
        page = remote.get("audit", params)
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    listing(found, _COLUMNS, as_json=as_json, brief=_BRIEF)


def receipt(
    exchange: Annotated[str, typer.Argument(metavar="ID", help="As x-hushgate-receipt names it.")], *, as_json: Json = False
) -> None:
    """Show the receipt of an exchange: what was found, what was done, how it ended."""
    thing(Remote.of_environment().get(f"receipts/{quote(exchange, safe='')}"), as_json=as_json)
