"""The map, route × position: what the provider received decides, not what our tables say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from app.cli.selftest.planting import sightings
from app.cli.selftest.positions import Route
from app.cli.selftest.sending import Told
from app.core.dialect import ADMINISTRATION, SESSION

INSPECTED: Final = "inspected"
REFUSED: Final = "refused"
PASSED: Final = "passed"
GROUPS: Final = (INSPECTED, "refused as administration", "refused with a reason")


class Cell(NamedTuple):
    """One position of a route, and what became of the canary in it."""

    place: str
    fate: str
    code: str = ""


@dataclass
class Row:
    """One route: whether it is served, by which endpoint, and its cells."""

    dialect: str
    method: str
    path: str
    body: str
    endpoint: str  # "" where it is not served
    cells: list[Cell] = field(default_factory=list)
    direct: bool = False
    why: str = ""  # of a route that is not served: what the refusal said

    @property
    def name(self) -> str:
        """The route as people write it."""
        return f"{self.method} {self.path}{'' if self.body in {'json', 'none'} else f' ({self.body})'}"

    @property
    def group(self) -> str:
        """Whether the route is served, or why it is not."""
        return GROUPS[0 if self.endpoint else 1 if self.why.startswith(ADMINISTRATION) else 2]

    @property
    def counts(self) -> Counter[str]:
        """How many positions met which fate."""
        return Counter(cell.fate for cell in self.cells)

    @property
    def codes(self) -> Counter[str]:
        """How many positions were refused with which code."""
        return Counter(cell.code for cell in self.cells if cell.fate == REFUSED)

    def document(self) -> dict[str, Any]:
        """Return the row as data."""
        return {
            "dialect": self.dialect,
            "method": self.method,
            "path": self.path,
            "body": self.body,
            "endpoint": self.endpoint or None,
            "why": self.why or None,
            "direct_channel": self.direct,
            **{fate: self.counts[fate] for fate in (INSPECTED, REFUSED, PASSED)},
            "positions": [cell._asdict() for cell in self.cells],
        }


_BODIES: Final = {"json": "JSON", "multipart": "form", "sdp": "SDP"}


@dataclass
class Coverage:
    """The whole map."""

    rows: list[Row]
    odd: list[str] = field(default_factory=list)  # answers that nobody foresaw
    seconds: float = 0.0

    @property
    def totals(self) -> dict[str, int]:
        """How many positions met which fate."""
        counts: Counter[str] = sum((row.counts for row in self.rows), Counter())
        return {fate: counts[fate] for fate in (INSPECTED, REFUSED, PASSED)}

    @property
    def operations(self) -> dict[tuple[str, str], Counter[str]]:
        """How many of a dialect's operations with a sort of body are served, and how many of the others are refused for which reason."""
        found: dict[tuple[str, str], Counter[str]] = {}
        for row in self.rows:
            if row.body in _BODIES and row.method != SESSION:
                found.setdefault((row.dialect, row.body), Counter(dict.fromkeys(GROUPS, 0)))[row.group] += 1
        return found

    @property
    def channels(self) -> list[str]:
        """The routes that handed out a way past the gateway."""
        return [row.name for row in self.rows if row.direct]

    @property
    def good(self) -> bool:
        """Whether nothing passed, no direct channel was handed out, and every answer was understood."""
        return not self.totals[PASSED] and not self.channels and not self.odd

    def document(self) -> dict[str, Any]:
        """Return the map as data."""
        return {
            "totals": self.totals,
            "direct_channels": len(self.channels),
            "routes": {"served": sum(bool(row.endpoint) for row in self.rows), "refused": sum(not row.endpoint for row in self.rows)},
            "operations": [{"dialect": name, "body": body, **counts} for (name, body), counts in self.operations.items()],
            "odd": self.odd,
            "seconds": self.seconds,
            "map": [row.document() for row in self.rows],
        }


def judged(dialect: str, endpoints: dict[Route, str], told: Iterable[Told], received: Sequence[bytes]) -> tuple[list[Row], list[str]]:
    """Return the rows of a dialect, and what was odd; a canary that the provider received anywhere has passed."""
    seen = set[bytes]().union(*map(sightings, received))
    rows = {route: Row(dialect, route.method, route.path, route.body, endpoint) for route, endpoint in endpoints.items()}
    odd: list[str] = []
    cells: dict[tuple[Route, str], Cell] = {}
    for one in told:
        row = rows[one.route]
        row.direct = row.direct or one.direct
        row.why = row.why or ("" if row.endpoint else one.why)
        fate = PASSED if one.planted.canary.words & seen else REFUSED if one.code else INSPECTED
        if one.code and not one.code.startswith("hushgate_"):
            odd.append(f"{row.name} {one.planted.place}: {one.code}")
        place = (one.route, one.planted.place)
        cell = Cell(one.planted.place, fate, one.code if fate == REFUSED else "")
        cells[place] = max(cells.get(place, cell), cell, key=lambda each: (each.fate == PASSED, each.fate == INSPECTED))
    for (route, _), cell in cells.items():
        rows[route].cells.append(cell)
    return list(rows.values()), odd


def summed(operations: dict[tuple[str, str], Counter[str]]) -> Iterator[str]:
    """Say of the operations with a body how many are served, a line for each dialect and sort of body."""
    for (dialect, body), counts in operations.items():
        groups = ", ".join(f"{counts[group]} {group}" for group in GROUPS)
        yield f"{dialect}, operations with a {_BODIES[body]} body: {groups}"
