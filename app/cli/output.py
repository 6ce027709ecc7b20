"""What commands print: tables on a terminal, tab-separated lines elsewhere, JSON where asked."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer

_WHOLE: Final = frozenset({"id", "exchange", "at", "created at"})  # what people copy, or compare line by line
_TIME: Final = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\S*$")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def listing(items: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, brief: Sequence[str] = ()) -> None:
    """Print a list: as JSON with every key, else the given columns; on a terminal the `brief` ones, if there are any."""
    if as_json:
        typer.echo(json.dumps(items, indent=2))
        return
    terminal = sys.stdout.isatty()
    columns = brief if terminal and brief else columns
    rows = [[plain(item.get(column)) for column in columns] for item in items]
    heads = [column.replace("_", " ") for column in columns]
    if not terminal:
        for row in [heads, *rows]:
            typer.echo("\t".join(row))
        return
    from rich.console import Console  # noqa: PLC0415 - 50 ms that pipes need not pay
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold", no_wrap=head in _WHOLE)
    for row in rows:
        table.add_row(*(Text(_TIME.sub(r"\1 \2", cell)) for cell in row))
    Console().print(table)


def thing(item: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one thing: as JSON, else a line for each of its keys."""
    if as_json:
        typer.echo(json.dumps(item, indent=2))
        return
    width = max(map(len, item), default=0)
    for name, value in item.items():
        typer.echo(f"{name.replace('_', ' '):<{width}}  {plain(value)}")


def plain(value: Any) -> str:
    """Return a value of an answer as people read it, on one line and without control characters."""
    if value is None or value in ({}, [], ""):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        text = " ".join(f"{name}={plain(inner)}" for name, inner in value.items())
    elif isinstance(value, list):
        text = ", ".join(map(plain, value))
    else:
        text = str(value)
    return "".join(character if character.isprintable() else "?" for character in text)


def note(text: str) -> None:
    """Say something to the person beside the output that a script reads."""
    typer.echo(text, err=True)


def complain(text: str) -> None:
    """Say what went wrong, on one line."""
    typer.echo(f"hushgate: {plain(text)}", err=True)
