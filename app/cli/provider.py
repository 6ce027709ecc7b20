"""`hushgate provider`: where requests go, and with which credential."""

import sys
from typing import Annotated, Any
from urllib.parse import quote

import typer

from app import dialects
from app.cli.output import Json, listing, note, thing
from app.cli.remote import Remote
from app.cli.source import text_of

commands = typer.Typer(name="provider", help="Providers: where requests go, and with which credential.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Its name: the first step of the path that applications use.")]


@commands.command("list")
def list_(*, as_json: Json = False) -> None:
    """List the providers."""
    found = Remote.of_environment().items("providers")
    listing(found, ("name", "dialect", "base_url", "credential_set", "allow_private"), as_json=as_json)


@commands.command()
def show(name: Name, *, as_json: Json = False) -> None:
    """Show one provider. Its credential is never shown, only whether there is one."""
    thing(Remote.of_environment().get(_path(name)), as_json=as_json)


@commands.command("set")
def set_(
    name: Name,
    *,
    dialect: Annotated[str | None, typer.Option(help="Its wire format: openai, anthropic, mistral, groq. Needed for a new one.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="What its own SDK takes. Without it a new one has the public address of its dialect's provider.")
    ] = None,
    credential_file: Annotated[str | None, typer.Option(help="Read the credential from this file; - is standard input.")] = None,
    credential: Annotated[str | None, typer.Option(help="The credential itself; other users may see it in the process list.")] = None,
    no_credential: Annotated[bool, typer.Option("--no-credential", help="Remove the credential.")] = False,
    allow_private: Annotated[bool | None, typer.Option(help="Whether it may lie in a private network, and be plain http.")] = None,
    as_json: Json = False,
) -> None:
    """Add a provider, or change what is given of one that exists."""
    if (credential is not None) + (credential_file is not None) + no_credential > 1:
        raise typer.BadParameter("give one of --credential-file, --credential and --no-credential")
    remote = Remote.of_environment()
    body: dict[str, Any] = {}
    for known in remote.items("providers"):
        if known["name"] == name:
            body = {part: known[part] for part in ("dialect", "base_url", "allow_private", "terms")}
    given = {"dialect": dialect, "base_url": base_url, "allow_private": allow_private}
    body |= {part: value for part, value in given.items() if value is not None}
    if "dialect" not in body:
        raise typer.BadParameter("a new provider needs --dialect")
    body.setdefault("base_url", _home(body["dialect"]))
    if credential_file is not None:
        credential = text_of(credential_file).strip()
    if credential is not None or no_credential:
        body["credential"] = credential
    thing(remote.put(_path(name), body), as_json=as_json)
    if body.get("credential") is None and not no_credential and sys.stdout.isatty():
        typer.echo("No credential given: the one that is set, if any, stays. Applications may also bring their own.", err=True)


@commands.command()
def remove(name: Name) -> None:
    """Remove a provider and its credential. Records go on naming it."""
    Remote.of_environment().delete(_path(name))
    note("removed")


def _home(name: str) -> str:
    """Return the public address of a dialect's provider; raises BadParameter if nobody knows it."""
    from app.core.dialect import Dialect  # noqa: PLC0415 - other commands need no tables
    from app.core.registry import load  # noqa: PLC0415

    home = next((dialect.home for dialect in load(dialects, Dialect) if dialect.name == name), "")
    if not home:
        raise typer.BadParameter("a new provider of this dialect needs --base-url")
    return home


def _path(name: str) -> str:
    return f"providers/{quote(name, safe='')}"
