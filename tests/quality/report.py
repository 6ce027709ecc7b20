"""The figures of detection as a table on a terminal, as `docs/quality.md`, and against those that were committed."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.quality.origins import FRAMES, NAMES, sentences
from tests.quality.scores import Score

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "quality.md"
FIGURES = Path(__file__).with_name("figures.json")
MARK = "<!-- figures -->"
FEW = 15  # gold spans below which a figure says nothing
Table = Mapping[str, Mapping[str, Score]]


def lines(table: Table, other: Table) -> Iterator[list[str]]:
    yield [
        "source",
        "entity",
        "spans",
        "leak %",
        "precision %",
        "recall %",
        "F1 relaxed",
        "F1 exact",
        "Presidio leak %",
        "Presidio precision %",
    ]
    for name in sorted(table):
        for entity, score in table[name].items():
            if score.gold < FEW:
                continue
            beside = other.get(name, {}).get(entity)
            theirs = [_percent(beside.leak), _percent(beside.precision) if beside.found else "-"] if beside else ["", ""]
            own = [_percent(value) for value in (score.leak, score.precision, score.recall, score.relaxed, score.strict)]
            if not score.found:
                own[1:] = ["-"] * 4
            yield [name, entity, str(score.gold), *own, *theirs]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def plain(table: Table, other: Table) -> str:
    """Return the table for a terminal."""
    made = list(lines(table, other))
    widths = [max(len(row[i]) for row in made) for i in range(len(made[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in made) + "\n"


def markdown(made: Sequence[Sequence[str]]) -> str:
    head, *rest = made
    return "\n".join(["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rest)]) + "\n"


def write(table: Table, other: Table, names: Mapping[str, tuple[int, int]]) -> None:
    """Renew the figures of the page, and those that later runs are compared with."""
    prose = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(f"{prose}{MARK}\n\n{markdown(list(lines(table, other)))}\n## Names by origin\n\n{origins(names)}", encoding="utf-8")
    kept = {name: {entity: vars(score) for entity, score in row.items() if score.gold >= FEW} for name, row in sorted(table.items())}
    FIGURES.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def fallen(table: Table) -> int:
    """Return 1 and say where, if a leak rose or precision fell by more than two standard errors of the committed figure."""
    before: dict[str, dict[str, Any]] = json.loads(FIGURES.read_text(encoding="utf-8"))
    worse = []
    for name, row in before.items():
        for entity, counts in row.items():
            old, new = Score(**counts), table.get(name, {}).get(entity, Score())
            for what, was, now, size in (
                ("leak", old.leak, new.leak, old.gold),
                ("precision", 1 - old.precision, 1 - new.precision, old.found),
            ):
                if size and now - was > 2 * _error(was, size):
                    worse.append(f"{name} {entity}: {what} {_percent(was)} → {_percent(now)} %")
    sys.stdout.write("".join(f"worse: {line}\n" for line in worse))
    return bool(worse)


def _error(share: float, size: int) -> float:
    return math.sqrt(max(share * (1 - share), 0.25 / size) / size)


def by_origin(find: Callable[[str], Sequence[tuple[int, int, str]]]) -> dict[str, tuple[int, int]]:
    """Return for each origin how many names were wholly found as PERSON, and of how many."""
    totals = {}
    for origin in NAMES:
        made = sentences(origin)
        hit = sum(any(a <= start and end <= b and entity == "PERSON" for a, b, entity in find(text)) for text, start, end in made)
        totals[origin] = (hit, len(made))
    return totals


def interval(hit: int, size: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    z = 1.96
    share = hit / size
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return middle - half, middle + half


def origins(totals: Mapping[str, tuple[int, int]]) -> str:
    """Return the table of origins as Markdown."""
    made = [["origin", "names found %", "95 % interval"]]
    for origin, (hit, size) in sorted(totals.items(), key=lambda each: each[1][0] / each[1][1]):
        low, high = interval(hit, size)
        made.append([origin, _percent(hit / size), f"{_percent(low)} to {_percent(high)}"])
    return f"{len(NAMES)} origins, {len(FRAMES)} frames\n\n{markdown(made)}"
