"""The map as a terminal shows it: a line for each route that is served, the others by their groups, and what it all comes to."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.cli.selftest.coverage import PASSED, Coverage, Row, summed

_WIDTH: Final = 132  # columns where there is no terminal to ask


def show(found: Coverage) -> None:
    """Print the map."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head, right in (("dialect", False), ("route", False), ("inspected", True), ("refused", True), ("passed", True), ("with", False)):
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    for row in served(found):
        passed = row.counts[PASSED]
        cells = [row.dialect, row.name, str(row.counts["inspected"]), str(row.counts["refused"])]
        table.add_row(*cells, Text(str(passed), style="bold red" if passed else "green"), codes(row))
    console.print(table)
    console.print()
    for dialect, groups in refused(found).items():
        told = ", ".join(f"{group} {number}" for group, number in groups.items())
        console.print(Text(f"Refused as a whole, {dialect}: {told}", style="dim"))
    for line in summed(found.operations):
        console.print(Text(line, style="dim"))
    for line in problems(found):
        console.print(Text(f"✗ {line}", style="bold red"))
    totals = found.totals
    served_, all_ = len(served(found)), len(found.rows)
    mark = Text("✓ ", style="bold green") if found.good else Text("✗ ", style="bold red")
    said = f"{totals['inspected']} inspected, {totals['refused']} refused, {totals['passed']} passed; {len(found.channels)} direct channels"
    console.print(mark + Text(f"{said}; {served_} of {all_} routes served ({found.seconds} s)", style="bold"))


def served(found: Coverage) -> list[Row]:
    """Return the routes that are served."""
    return [row for row in found.rows if row.endpoint]


def refused(found: Coverage) -> dict[str, Counter[str]]:
    """Return how many routes are refused as a whole, by dialect and by the first step of their path."""
    groups: dict[str, Counter[str]] = {}
    for row in found.rows:
        if not row.endpoint:
            group = "/" + row.path.removeprefix("/v1").strip("/").partition("/")[0].partition("?")[0]
            groups.setdefault(row.dialect, Counter())[group] += 1
    return groups


def codes(row: Row) -> str:
    """Tell with which codes positions were refused."""
    return ", ".join(f"{code.removeprefix('hushgate_')} {number}" for code, number in row.codes.most_common())


def problems(found: Coverage) -> Iterable[str]:
    """Yield what is wrong, a line each."""
    for row in found.rows:
        yield from (f"{row.name}: {cell.place} passed" for cell in row.cells if cell.fate == PASSED)
    yield from (f"{route} handed out a way past the gateway" for route in found.channels)
    yield from found.odd
