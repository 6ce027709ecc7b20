"""`hushgate audit key` and `hushgate audit verify`: the log's public key, and evidence checked without the gateway."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.output import Json, note, thing
from app.cli.remote import Remote
from app.core.export import form_of
from app.crypto.evidence import RECEIPT, Pins, Refuted, Verified, verify_receipt
from app.crypto.export import verify_export
from app.errors import SetupError


def key(*, as_json: Json = False) -> None:
    """Show the public key that signs checkpoints, its fingerprint, and those before it. Keep the fingerprint: it pins the log."""
    thing(Remote.of_environment().get("audit/key"), as_json=as_json)


def verify(
    file: Annotated[Path, typer.Argument(help="A receipt or an export.", exists=True, dir_okay=False)],
    *,
    keys: Annotated[
        list[str] | None, typer.Option("--key", help="The log's key, or its fingerprint; else the one in the file is believed.")
    ] = None,
    witnesses: Annotated[list[str] | None, typer.Option("--witness", help="A witness's key, or its fingerprint.")] = None,
    checkpoints: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help="A file of checkpoints kept outside.", exists=True, dir_okay=False)
    ] = None,
    expired: Annotated[
        datetime | None, typer.Option(help="Records from before this day may be gone: their retention was over.", formats=["%Y-%m-%d"])
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a receipt or an export, without the gateway. Exit status 0: it holds; 1: it does not."""
    pins = Pins.read(keys or (), witnesses or (), [_text(path) for path in checkpoints] if checkpoints else None)
    pins = replace(pins, expired=expired.replace(tzinfo=UTC)) if expired is not None else pins
    found = _verified(file, pins)
    thing({"state": found.state, "keys": list(found.keys), "told": list(found.told)}, as_json=as_json)
    if not pins.keys and not pins.pinned:
        note("nothing was pinned: compare the key with the one you know, or give --key or --checkpoint")


def _verified(file: Path, pins: Pins) -> Verified:
    with file.open("rb") as source:
        if form_of(source.readline(1 << 24)) is not None:
            source.seek(0)
            return verify_export(source, pins)
    document = _json(_text(file))
    if document.get("format") == RECEIPT:
        return verify_receipt(document, pins)
    raise Refuted(
        "this is nothing that can be verified", hint="Give a file of `hushgate audit export`, or what `hushgate receipt ID --json` printed"
    )


def _json(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise SetupError(f"{path} cannot be read ({type(error).__name__})", hint="Check the path and its permissions") from None
