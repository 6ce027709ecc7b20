"""The figures of detection as pictures for `docs/quality.md`: plain SVG, the same for the same figures."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

from tests.quality.report import FEW, ROOT, interval
from tests.quality.scores import Score

FOLDER: Final = ROOT / "docs"
SOURCES, ORIGINS = FOLDER / "quality-sources.svg", FOLDER / "quality-origins.svg"
WIDTH: Final = 720
_COLOURS: Final = {"PERSON": "#1b6ca8", "LOCATION": "#2e8b57", "ORGANIZATION": "#b5651d"}
_SHAPES: Final = {"PERSON": "circle", "LOCATION": "square", "ORGANIZATION": "diamond"}  # told apart without colours, too


class Box(NamedTuple):
    """Where a plot's axes lie."""

    left: float
    top: float
    right: float
    bottom: float


def write(table: Mapping[str, Mapping[str, Score]], names: Mapping[str, tuple[int, int]]) -> list[Path]:
    """Write both pictures, and return where they are."""
    SOURCES.write_text(sources(table), encoding="utf-8")
    ORIGINS.write_text(origins(names), encoding="utf-8")
    return [SOURCES, ORIGINS]


def sources(table: Mapping[str, Mapping[str, Score]]) -> str:
    """Draw leak against precision, a mark for each source and entity: the corner below right is where one wants to be."""
    box = Box(70, 40, WIDTH - 150, 440)
    parts = [_text(box.left, 22, "Leak against relaxed precision, by source", size=15)]
    for share in (0, 10, 20, 30, 40, 50):
        y = _between(share / 50, box.bottom, box.top)
        parts += [_line(box.left, y, box.right, y), _text(box.left - 8, y + 4, f"{share} %", anchor="end")]
    for share in (20, 40, 60, 80, 100):
        x = _between((share - 20) / 80, box.left, box.right)
        parts += [_line(x, box.top, x, box.bottom), _text(x, box.bottom + 18, f"{share} %", anchor="middle")]
    parts += [
        _text((box.left + box.right) / 2, box.bottom + 38, "precision", anchor="middle"),
        _text(box.left - 50, box.top - 8, "leak"),
    ]
    for number, (entity, colour) in enumerate(_COLOURS.items()):
        y = box.top + 20 + 20 * number
        parts += [_mark(box.right + 22, y, entity), _text(box.right + 34, y + 4, entity, colour=colour)]
    for name, row in sorted(table.items()):
        for entity, score in row.items():
            if entity in _COLOURS and score.gold >= FEW and score.found and not name.startswith("all "):
                x = _between((max(score.precision, 0.2) - 0.2) / 0.8, box.left, box.right)
                y = _between(min(score.leak, 0.5) / 0.5, box.bottom, box.top)
                parts += [_mark(x, y, entity), _text(x + 7, y + 3, name, size=9, colour=_COLOURS[entity])]
    return _drawn(parts, 490)


def origins(names: Mapping[str, tuple[int, int]]) -> str:
    """Draw for every origin the share of names found, with its interval."""
    rows = sorted(names.items(), key=lambda each: each[1][0] / each[1][1])
    lowest = min(80, *(int(100 * interval(*counts)[0]) // 5 * 5 for counts in names.values()))
    box = Box(120, 40, WIDTH - 60, 50 + 24 * len(rows))
    parts = [_text(box.left, 22, "Names found whole, by origin, with 95 % intervals", size=15)]
    for share in range(lowest, 101, 5):
        x = _between((share - lowest) / (100 - lowest), box.left, box.right)
        parts += [_line(x, box.top, x, box.bottom), _text(x, box.bottom + 18, f"{share} %", anchor="middle")]
    for number, (origin, (hit, size)) in enumerate(rows):
        y = box.top + 16 + 24 * number
        low, middle, high = (
            _between((100 * share - lowest) / (100 - lowest), box.left, box.right)
            for share in (interval(hit, size)[0], hit / size, interval(hit, size)[1])
        )
        parts += [_text(box.left - 8, y + 4, origin, anchor="end"), _line(low, y, high, y, "#1b6ca8", 2), _mark(middle, y, "PERSON")]
    return _drawn(parts, box.bottom + 40)


def _between(share: float, low: float, high: float) -> float:
    return low + (high - low) * share


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "#dddddd", width: int = 1) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, words: str, *, size: int = 12, anchor: str = "start", colour: str = "#333333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _mark(x: float, y: float, entity: str) -> str:
    colour = _COLOURS[entity]
    corners: Sequence[tuple[float, float]]
    match _SHAPES[entity]:
        case "circle":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
        case "square":
            corners = ((-4, -4), (4, -4), (4, 4), (-4, 4))
        case _:
            corners = ((0, -5), (5, 0), (0, 5), (-5, 0))
    return f'<polygon points="{" ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)}" fill="{colour}"/>'


def _drawn(parts: Iterable[str], height: float) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        'font-family="Helvetica, Arial, sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>'
    )
    return "\n".join([head, *parts, "</svg>"]) + "\n"
