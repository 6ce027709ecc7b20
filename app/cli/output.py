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
    _table(heads, rows, {at for at, column in enumerate(columns) if any(isinstance(item.get(column), Mapping) for item in items)})


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], details: set[int]) -> None:
    """Print a table. Where the terminal is too narrow, columns of details stand beneath their row rather than in shreds beside it."""
    from rich.console import Console  # noqa: PLC0415 - 50 ms that pipes need not pay
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    def laid_out(shown: Sequence[int], rows: Sequence[Sequence[str]]) -> Table:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for at in shown:
            table.add_column(heads[at], overflow="fold", no_wrap=heads[at] in _WHOLE)
        for row in rows:
            table.add_row(*(Text(_TIME.sub(r"\1 \2", row[at])) for at in shown))
        return table

    console, every = Console(), range(len(heads))
    whole = laid_out(every, rows)
    natural = console.measure(whole, options=console.options.update(width=1_000_000)).maximum
    if natural <= console.width or not details:
        console.print(whole)
        return
    with console.capture() as captured:
        console.print(laid_out([at for at in every if at not in details], rows))
    head, *lines = captured.get().splitlines()
    if len(lines) != len(rows):  # even so it does not fit
        console.print(whole)
        return
    console.out(head, highlight=False)
    for line, row in zip(lines, rows, strict=True):
        console.out(line, highlight=False)
        for at in sorted(details):
            if row[at] != "-":
                console.print(Text(f"  {heads[at]}: {row[at]}"), soft_wrap=True)


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
