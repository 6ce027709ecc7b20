"""The commands and how they hang together; what goes wrong in any of them becomes one line on standard error."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app import __version__
from app.cli import admin_key, apply, audit, client, inspection, key, keyring, policy, project, provider, retention, server, team, uninstall
from app.cli.output import Json, complain
from app.errors import HushgateError


class Guarded(TyperGroup):
    """A group of commands whose known errors are printed, not thrown."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; answer a known error with its line and exit status 1."""
        try:
            return super().invoke(ctx)
        except HushgateError as error:
            complain(str(error))
            raise typer.Exit(1) from None


root = typer.Typer(
    cls=Guarded,
    name="hushgate",
    help="A privacy gateway for generative-AI APIs: what is sensitive is replaced before it leaves, and put back into the answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for noun in (provider, team, project, client, key, admin_key, policy, audit, keyring, retention):
    root.add_typer(noun.commands)
root.add_typer(retention.holds)
root.command("init")(server.init)
root.command("serve")(server.serve)
root.command("apply")(apply.apply)
root.command("export")(apply.export)
root.command("inspect")(inspection.inspect)
root.command("receipt")(audit.receipt)
root.command("uninstall")(uninstall.uninstall)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hushgate {__version__}")
        raise typer.Exit


@root.callback()
def about(
    *,
    _wanted: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")] = False,
) -> None:
    """Hold the options of the command itself."""


@root.command()
def demo(*, as_json: Json = False) -> None:
    """Start everything in a temporary home and show what was sent, what the provider saw, and what came back."""
    from app.cli.demo import run  # noqa: PLC0415 - it needs the SDKs of the extra `demo`

    raise typer.Exit(run(as_json))


@root.command()
def selftest(
    *,
    as_json: Json = False,
    html: Annotated[Path | None, typer.Option(help="Write the map as a page to this file, too.")] = None,
    every: Annotated[bool, typer.Option("--every", help="Plant in every way to a position, not in one of them. Takes longer.")] = False,
) -> None:
    """Plant a canary in every position of every route, and tell by what the provider received which were inspected, refused or passed."""
    from app.cli.selftest.run import run  # noqa: PLC0415 - a client of the admin API must not load the server

    raise typer.Exit(run(as_json=as_json, html=html, every=every))
