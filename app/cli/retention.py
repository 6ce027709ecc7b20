"""`hushgate retention` and `hushgate hold`: how long what is sealed can be read, and what must be kept all the same."""

from typing import Annotated
from urllib.parse import quote

import typer

from app.cli.output import Json, listing, thing
from app.cli.remote import Remote
from app.errors import SetupError

commands = typer.Typer(name="retention", help="Retention: how long what is sealed can be read.", no_args_is_help=True)
holds = typer.Typer(name="hold", help="Legal holds: teams whose keys are kept whatever their retention.", no_args_is_help=True)
Narrow = Annotated[str | None, typer.Option(help="Those of one team.")]
Why = Annotated[str, typer.Option(help="Why. It goes on the record, so it should name no person.")]


@commands.command("list")
def list_(*, team: Narrow = None, as_json: Json = False) -> None:
    """List the periods, by team and class."""
    found = Remote.of_environment().items("retention", {"team": team} if team else None)
    listing(found, ("team", "what", "days", "usual"), as_json=as_json)


@commands.command("set")
def set_(
    team: Annotated[str, typer.Argument(help="The team.")],
    what: Annotated[str, typer.Argument(metavar="CLASS", help="record (details of exchanges) or admin (of admin actions).")],
    days: Annotated[str, typer.Argument(help="A number of days, or `usual`.")],
    *,
    as_json: Json = False,
) -> None:
    """Set how many days a class of a team can be read. What is older loses its key at the next run, for good."""
    if days != "usual" and not days.isdecimal():
        raise SetupError("this is no number of days", hint="Say 30, for instance, or `usual`")
    path = f"retention/{quote(team, safe='')}/{quote(what, safe='')}"
    thing(Remote.of_environment().put(path, {"days": None if days == "usual" else int(days)}), as_json=as_json)


@holds.command("list")
def list_holds(*, team: Narrow = None, as_json: Json = False) -> None:
    """List the holds, cleared ones included."""
    found = Remote.of_environment().items("holds", {"team": team} if team else None)
    columns = ("id", "team", "reason", "set_by", "created_at", "cleared_at", "cleared_by", "cleared_for")
    listing(found, columns, as_json=as_json, brief=("id", "team", "reason", "created_at", "cleared_at"))


@holds.command("set")
def set_hold(team: Annotated[str, typer.Argument(help="The team.")], *, reason: Why, as_json: Json = False) -> None:
    """Keep all that a team has until the hold is cleared."""
    thing(Remote.of_environment().post("holds", {"team": team, "reason": reason}), as_json=as_json)


@holds.command("clear")
def clear_hold(
    hold: Annotated[str, typer.Argument(metavar="ID", help="As `hold list` shows it.")], *, reason: Why, as_json: Json = False
) -> None:
    """Clear a hold: what is past its time goes at the next run."""
    thing(Remote.of_environment().post(f"holds/{quote(hold, safe='')}/clear", {"reason": reason}), as_json=as_json)
