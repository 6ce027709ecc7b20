"""`hushgate policy`: what happens to what is found, one immutable version after another."""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

import typer

from app.cli.duration import duration
from app.cli.output import Json, listing, note, thing
from app.cli.remote import Remote
from app.cli.source import text_of
from app.core.document import parse
from app.core.policy import Mode
from app.errors import SetupError

commands = typer.Typer(name="policy", help="Policies: what happens to what is found.", no_args_is_help=True)
Team = Annotated[str, typer.Argument(help="The team.")]


@commands.command()
def show(team: Team = "default", *, as_json: Json = False) -> None:
    """Show a team's policy document, as `policy set -f` takes it; --json adds its version."""
    found = Remote.of_environment().get(_path(team))
    if as_json:
        thing(found, as_json=True)
        return
    note(f"{team}@{found['version']}, version {found['serial']}, of {found['created_at']}")
    typer.echo(json.dumps(found["document"], indent=2, ensure_ascii=False))


@commands.command()
def versions(team: Team = "default", *, as_json: Json = False) -> None:
    """List the versions of a team's policy, newest first."""
    listing(Remote.of_environment().items(f"{_path(team)}/versions"), ("serial", "version", "created_at"), as_json=as_json)


@commands.command("set")
def set_(
    team: Team = "default",
    *,
    file: Annotated[str | None, typer.Option("--file", "-f", help="The policy document as JSON; - is standard input.")] = None,
    mode: Annotated[Mode | None, typer.Option(help="`monitor` sends originals, on the record and for a time; `enforce` ends it.")] = None,
    for_: Annotated[str | None, typer.Option("--for", help="How long `--mode monitor` lasts: 30m, 2h, 1d.")] = None,
    as_json: Json = False,
) -> None:
    """Publish a policy document, or switch the current one to monitoring for a time and back."""
    if file is None and mode is None:
        raise typer.BadParameter("give a document with -f, or --mode")
    if (mode is Mode.MONITOR) != (for_ is not None):
        raise typer.BadParameter("--mode monitor and --for go together: the switch is never off for good")
    remote = Remote.of_environment()
    lasting = duration(for_) if for_ else None
    if file is not None:
        document, expected = _document(file), None
    else:
        current = remote.get(_path(team))
        document, expected = current["document"], current["version"]
    if mode is not None:
        document = _switched(document, mode, lasting)
    _say(remote.put(_path(team), document, expected=expected), as_json=as_json)


@commands.command()
def term(
    team: Team,
    name: Annotated[str, typer.Argument(help="What it is, such as `project`: becomes the stem of the surrogate.")],
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT...", help="What to hide. Without any: one a line from standard input.")
    ] = None,
    *,
    pattern: Annotated[str | None, typer.Option(help="An RE2 pattern instead of texts.")] = None,
    as_json: Json = False,
) -> None:
    """Hide words of your own: adds texts to the term of this name, or makes it."""
    wanted = list(texts or [])
    if not wanted and pattern is None:
        if sys.stdin.isatty():
            note("One text a line; end with Ctrl-D.")
        wanted = [line.strip() for line in text_of("-").splitlines() if line.strip()]
    remote = Remote.of_environment()
    current = remote.get(_path(team))
    document = current["document"]
    document["terms"] = _extended(document.get("terms", []), name, wanted, pattern)
    _say(remote.put(_path(team), document, expected=current["version"]), as_json=as_json)


def _extended(terms: list[dict[str, Any]], name: str, texts: list[str], pattern: str | None) -> list[dict[str, Any]]:
    def same(other: dict[str, Any]) -> bool:
        return bool(other["name"].casefold() == name.casefold())

    old = next((term for term in terms if same(term)), {"name": name})
    new = {**old, "texts": list(dict.fromkeys([*old.get("texts", []), *texts]))}
    if pattern is not None:
        new["pattern"] = pattern
    return [*(term for term in terms if not same(term)), new]


def _document(file: str) -> dict[str, Any]:
    text = text_of(file)
    parse(text.encode())  # refuses duplicate keys, of which json would keep the last
    document = json.loads(text)
    if not isinstance(document, dict):
        raise SetupError("the policy is not a JSON object", hint="docs/policy.md shows one")
    return document


def _switched(document: dict[str, Any], mode: Mode, lasting: timedelta | None) -> dict[str, Any]:
    rest = {name: value for name, value in document.items() if name not in {"mode", "mode_until"}}
    until = {"mode_until": (datetime.now(UTC) + lasting).isoformat(timespec="seconds")} if lasting else {}
    return {**rest, "mode": mode.value, **until}


def _say(published: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        thing(published, as_json=True)
        return
    what = "is now" if published["changed"] else "is unchanged:"
    typer.echo(f"the policy of {published['team']} {what} {published['team']}@{published['version']}, version {published['serial']}")
    document = published["document"]
    if document.get("mode") == Mode.MONITOR:
        note(f"Monitoring until {document.get('mode_until', 'further notice')}: originals are sent as they are, and the record says so.")


def _path(team: str) -> str:
    return f"policies/{quote(team, safe='')}"
