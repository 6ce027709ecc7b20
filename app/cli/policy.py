"""`hushgate policy`: what happens to what is found, one immutable version after another."""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

import typer

from app.cli.duration import duration
from app.cli.output import Json, listing, note, thing
from app.cli.policy_file import read_file
from app.cli.remote import Remote
from app.cli.source import text_of
from app.core.policy_document import Mode, schema
from app.core.presets import PRESETS
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


@commands.command("list")
def list_(*, as_json: Json = False) -> None:
    """List which version each team's policy is at."""
    listing(Remote.of_environment().items("policies"), ("team", "serial", "version", "created_at"), as_json=as_json)


@commands.command()
def versions(team: Team = "default", *, as_json: Json = False) -> None:
    """List the versions of a team's policy, newest first."""
    listing(Remote.of_environment().items(f"{_path(team)}/versions"), ("serial", "version", "created_at"), as_json=as_json)


@commands.command()
def diff(
    team: Annotated[str, typer.Argument(help="The team.")],
    before: Annotated[str | None, typer.Argument(help="A version or its number; by default the one before the current one.")] = None,
    after: Annotated[str | None, typer.Argument(help="Another; by default the current one.")] = None,
    *,
    texts: Annotated[bool, typer.Option("--texts", help="Show the words of terms and allowed texts, too.")] = False,
    as_json: Json = False,
) -> None:
    """Show what changed between two versions, rule by rule; the words of terms are hidden."""
    remote = Remote.of_environment()
    before = before or str(max(1, int(remote.get(_path(team))["serial"]) - 1))
    wanted: dict[str, str | int] = {"before": before, "texts": "true" if texts else "false"}
    found = remote.get(f"{_path(team)}/diff", {**wanted, "after": after} if after else wanted)
    if as_json:
        thing(found, as_json=True)
        return
    note(f"{team}: version {found['before']['serial']} → {found['after']['serial']}")
    for one in found["differences"]:
        values = [value for value in (one["before"], one["after"]) if value is not None]
        typer.echo(f"{one['sign']} {one['path']} {' → '.join(values)}")


@commands.command()
def rollback(
    team: Annotated[str, typer.Argument(help="The team.")],
    version: Annotated[str, typer.Argument(help="The version to go back to, or its number.")],
    *,
    as_json: Json = False,
) -> None:
    """Publish an earlier version again, as a new version."""
    _say(Remote.of_environment().post(f"{_path(team)}/rollback", {"version": version}), as_json=as_json)


@commands.command()
def preset(name: Annotated[str | None, typer.Argument(help="Which; without it, all are listed.")] = None, *, as_json: Json = False) -> None:
    """Print a policy to begin with; needs no gateway."""
    if name is None:
        listing([{"name": key, "about": one.about} for key, one in PRESETS.items()], ("name", "about"), as_json=as_json)
        return
    typer.echo(json.dumps(_preset(name), indent=2))


@commands.command("schema")
def schema_() -> None:
    """Print the JSON Schema of the policy document; needs no gateway."""
    typer.echo(json.dumps(schema(), indent=2))


@commands.command("set")
def set_(
    team: Team = "default",
    *,
    file: Annotated[str | None, typer.Option("--file", "-f", help="The policy document as YAML or JSON; - is standard input.")] = None,
    named: Annotated[str | None, typer.Option("--preset", metavar="NAME", help="A policy of `hushgate policy preset`.")] = None,
    mode: Annotated[Mode | None, typer.Option(help="`monitor` sends originals, on the record and for a time; `enforce` ends it.")] = None,
    for_: Annotated[str | None, typer.Option("--for", help="How long monitoring lasts: 30m, 2h, 1d.")] = None,
    as_json: Json = False,
) -> None:
    """Publish a policy document, or switch the current one to monitoring for a time and back."""
    if file is None and mode is None and named is None:
        raise typer.BadParameter("give a document with -f, --preset, or --mode")
    if file is not None and named is not None:
        raise typer.BadParameter("give a file or a preset, not both")
    base = read_file(file) if file is not None else _preset(named) if named is not None else None
    if mode is None and named is not None and base is not None and "mode" in base:
        mode = Mode(base["mode"])  # a preset that monitors is a switch like any other
    if (mode is Mode.MONITOR) != (for_ is not None):
        raise typer.BadParameter("monitoring and --for go together: the switch is never off for good")
    remote = Remote.of_environment()
    lasting = duration(for_) if for_ else None
    expected = None
    if base is None:
        current = remote.get(_path(team))
        base, expected = current["document"], current["version"]
    document = _switched(base, mode, lasting) if mode is not None else base
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


def _preset(name: str) -> dict[str, Any]:
    if name not in PRESETS:
        raise SetupError("there is no preset of this name", hint=f"There are {', '.join(PRESETS)}")
    return dict(PRESETS[name].document)


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
