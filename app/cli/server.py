"""`hushgate init` and `hushgate serve`: prepare an installation, and run it."""

import gc
import sys
from typing import Annotated, Literal

import typer

from app.cli.output import note
from app.config import Settings

Port = typer.Option(min=0, max=65535, help="The port that applications talk to.")
AdminPort = typer.Option(min=0, max=65535, help="The port of the admin API, health and metrics.")


def init(
    port: Annotated[int, Port] = 8080,
    admin_port: Annotated[int, AdminPort] = 8081,
    *,
    new_keys: Annotated[bool, typer.Option("--new-keys", help="Mint a gateway key and an admin key although there are some.")] = False,
) -> None:
    """Prepare the database: schema, roles, key-encryption key, first team and keys. Again after an upgrade: it only adds what is missing."""
    from app import main  # noqa: PLC0415 - a client of the admin API must not load the server

    settings = Settings.read()
    base, admin = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{admin_port}"
    first = main.initialise(settings, mint=new_keys, base_url=base, admin_url=admin)
    note("The database is ready for `hushgate serve`.")
    if not first.fresh:
        note("Its keys are as they were; `hushgate init --new-keys` mints others." if not first.admin_key else "Its keys are as they were.")
        return
    if sys.stdout.isatty():
        typer.echo(f"gateway key  {first.gateway_key}\nadmin key    {first.admin_key}")
    note(f"Keys are in {settings.home / 'first-run.json'}")


def serve(
    role: Annotated[
        Literal["all", "proxy", "admin", "worker"],
        typer.Option(help="What this process serves: applications and the admin API, one of them, or neither (background work only)."),
    ] = "all",
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Port] = 8080,
    admin_host: Annotated[str, typer.Option(help="The address of the admin port; without it that of --host.")] = "",
    admin_port: Annotated[int, AdminPort] = 8081,
    workers: Annotated[int, typer.Option(min=1, help="Processes that serve applications.")] = 1,
) -> None:
    """Run the gateway. Without any flag it brings its own database, a team, and the first keys."""
    gc.disable()  # what an import makes, stays
    from app import main  # noqa: PLC0415 - a client of the admin API must not load the server

    gc.enable()
    main.serve(
        Settings.read(),
        role=main.Role(role),
        host=host,
        port=port,
        admin_host=admin_host or host,
        admin_port=admin_port,
        workers=workers,
    )
