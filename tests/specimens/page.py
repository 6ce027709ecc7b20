"""docs/entities.md, made from the tables."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from app.core.finding import COVERED, ENTITIES, LANGUAGES, SECRET
from tests.specimens import FRESH, Specimen, families

PAGE: Final = Path(__file__).parents[2] / "docs/entities.md"
_HEAD: Final = f"""# What is found

Written by `python -m tests.specimens --write`, asserted by `tests/specimens/test_specimens.py`: for every kind below, {FRESH} fresh values
made to the issuer's published format are found over their exact length in every frame (prose, JSON, code, logs, tables), and of the fresh
near misses of all kinds together at most 2 % are taken for one. What is *ordinary* is reported; where a word of it is taken for a name, that
is hidden instead. Policies name the *entity*; the *kind* says what a value of it is.
"""


def text() -> str:
    """The whole page."""
    tables = list(families())
    kinds = Counter(specimen.entity for _, table in tables for specimen in table)
    parts = [
        _HEAD,
        f"{sum(kinds.values())} kinds in {len(ENTITIES)} entities, {_secrets(kinds)} of them secrets. {_joined(COVERED)} are found in {_joined(LANGUAGES)}.\n",
    ]
    parts += ["## Entities\n", _rows(("Entity", "Sensitivity", "What it is", "Kinds"), _entities(kinds))]
    for title, table in tables:
        parts += [f"## {title}\n", _rows(("Kind", "Entity", "Format", "Sensitivity", "Check"), [_row(specimen) for specimen in table])]
    return "\n".join(parts)


def _joined(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}"


def _secrets(kinds: Counter[str]) -> int:
    return sum(count for entity, count in kinds.items() if ENTITIES[entity].sensitivity == SECRET)


def _entities(kinds: Counter[str]) -> list[tuple[str, ...]]:
    return [(f"`{e.name}`", e.sensitivity, e.description, str(kinds[e.name] or "")) for e in ENTITIES.values()]


def _row(specimen: Specimen) -> tuple[str, ...]:
    return (specimen.kind, f"`{specimen.entity}`", specimen.format, ENTITIES[specimen.entity].sensitivity, specimen.check)


def _rows(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
