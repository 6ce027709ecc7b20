"""The matrix: which share of fresh values is found, disguise by disguise, and docs/evasion.md, made of it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from app.cli.inspection import Inspector
from tests.evasion.transforms import NESTED, TRANSFORMS, WITHIN, Disguise
from tests.evasion.values import ASSERTED, KEYS, VALUES

PAGE: Final = Path(__file__).parents[2] / "docs/evasion.md"
EACH: Final = 20  # values a cell
FRAMES: Final = (
    "{}",
    "value: {}",
    "Could you look into why {} is refused? Thanks a lot!",
    '{"id": 7, "value": "{}", "ok": true}',
    "first line\n{}\nlast line",
)
BAR: Final = 95
Row = dict[str, float | None]


@cache
def inspector() -> Inspector:
    return Inspector("")


def found(entity: str, frame: str, disguised: str) -> bool:
    """Whether what the default policy acts on covers every letter and digit of the disguised value, by its own entity."""
    begin = frame.index("{}")
    entities = KEYS if entity == "key" else (entity,)
    covered = [(f.start - begin, f.end - begin) for f in inspector().findings(frame.replace("{}", disguised)) if f.entity in entities]
    return all(
        any(start <= place < end for start, end in covered) for place, character in enumerate(disguised) if _says_something(character)
    )


def _says_something(character: str) -> bool:
    return character.isalnum() or 0xE0020 <= ord(character) <= 0xE007E


def cell(entity: str, *disguises: Disguise, each: int = EACH) -> float | None:
    """Return the share of values found, in percent, None where the disguise does not apply. The last disguise is the outermost."""
    dice = Random(f"{entity} {len(disguises)}")
    tried = hits = 0
    for number in range(4 * each):
        value: str | None = VALUES[entity](dice)
        for disguise in disguises:
            value = None if value is None else disguise(value, dice)
        if value is not None and tried < each:
            tried += 1
            hits += found(entity, FRAMES[number % len(FRAMES)], value)
    return 100 * hits / tried if tried else None


def single(name: str) -> Row:
    return {entity: cell(entity, TRANSFORMS[name]) for entity in VALUES}


def nested(outer: str, inner: str) -> Row:
    return {entity: cell(entity, TRANSFORMS[inner], TRANSFORMS[outer], each=EACH if entity in ASSERTED else 4) for entity in VALUES}


def rows() -> Iterator[tuple[str, Row]]:
    """Yield every row of the page."""
    for name in TRANSFORMS:
        yield name, single(name)
    for outer in NESTED:
        for inner in WITHIN:
            yield f"{outer} of {inner}", nested(outer, inner)
