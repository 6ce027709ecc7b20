"""The three columns of the demo, *sent / the provider saw / came back*, as a terminal shows them best."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from rich.box import ROUNDED
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from app.cli.report import Exchange, Report
from app.cli.story import SURROGATE

_HIDDEN, _STANDS_IN, _BACK = "bold red", "bold cyan", "bold green"
_WIDTH: Final = 132  # columns where there is no terminal to ask


def show(report: Report, originals: Iterable[str]) -> None:
    """Print the first conversation in full, a line for each of the others, and what it all comes to."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    values = list(originals)
    talks = [list(talk) for _, talk in groupby(report.exchanges, key=lambda exchange: (exchange.sdk, exchange.streamed))]
    if talks:
        console.print(_columns(talks[0], values))
        console.print()
    for talk in talks[1:]:
        kept = sum(len(SURROGATE.findall(exchange.came_back)) for exchange in talk)
        console.print(f"  The same through {_name(talk[0])}: {len(talk)} exchanges, {kept} kept out of a link.")
    console.print(Rule(style="dim"))
    for problem in report.problems:
        console.print(Text(f"  ✗ {problem}", style="bold red"))
    for line in _summary(report):
        console.print(line)


def _columns(talk: Sequence[Exchange], originals: Sequence[str]) -> Table:
    table = Table(box=ROUNDED, title=f"Through {_name(talk[0])}", title_style="bold", show_lines=True, border_style="dim", expand=True)
    for head in ("sent", "the provider saw", "came back"):
        table.add_column(head, ratio=1, overflow="fold")
    for exchange in talk:
        came_back = _painted(exchange.came_back, originals, _BACK)
        came_back.highlight_regex(SURROGATE.pattern, "bold yellow")
        table.add_row(_painted(exchange.sent, originals, _HIDDEN), _painted(exchange.saw, originals, _HIDDEN), came_back)
    return table


def _painted(text: str, originals: Sequence[str], style: str) -> Text:
    painted = Text(text)
    painted.highlight_regex(SURROGATE.pattern, _STANDS_IN)
    painted.highlight_words(originals, style)
    return painted


def _name(exchange: Exchange) -> str:
    return f"the {exchange.sdk} SDK, {'streamed' if exchange.streamed else 'whole'}"


def _summary(report: Report) -> Iterable[Text]:
    mark = Text("  ✓ ", style=_BACK) if report.good else Text("  ✗ ", style=_HIDDEN)
    counted = f"{len(report.exchanges)} exchanges, {report.leaks} originals reached the provider, {report.restored} came back"
    yield mark + Text(f"{counted} ({report.seconds} s)", style="bold")
    if report.unrestored:
        yield Text(f"    {len(report.unrestored)} stayed hidden: a planted instruction wanted the address in a link to a stranger's host")
    if report.good:
        yield Text("    every exchange has a closed record; history went back to the provider in the provider's own words")
