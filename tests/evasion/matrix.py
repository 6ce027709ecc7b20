"""The matrix: which share of fresh values is found, disguise by disguise, and docs/evasion.md, made of it."""

from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from app.cli.inspection import Inspector
from tests.evasion.transforms import ENCODED, FOLDED, NESTED, SPELLED, TRANSFORMS, WITHIN, Disguise
from tests.evasion.values import ASSERTED, KEYS, VALUES

PAGE: Final = Path(__file__).parents[2] / "docs/evasion.md"
EACH, EACH_NESTED, OTHERS = (
    20,
    10,
    5,
)  # values a cell: in a disguise, in a disguise of a disguise, and there of entities of which nothing is asserted
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
    for number in range(10 * each):
        value: str | None = VALUES[entity](dice)
        for disguise in disguises:
            value = None if value is None else disguise(value, dice)
        if value is not None and tried < each:
            tried += 1
            hits += found(entity, FRAMES[number % len(FRAMES)], value)
    return 100 * hits / tried if tried else None


@cache
def single(name: str) -> Row:
    return {entity: cell(entity, TRANSFORMS[name]) for entity in VALUES}


@cache
def nested(outer: str, inner: str) -> Row:
    each = {entity: EACH_NESTED if entity in ASSERTED else OTHERS for entity in VALUES}
    return {entity: cell(entity, TRANSFORMS[inner], TRANSFORMS[outer], each=each[entity]) for entity in VALUES}


_HEAD: Final = f"""# Values in disguise

Written by `python -m tests.evasion --write`, asserted by `tests/evasion/test_evasion.py` and, as a whole, by `make soak`. Every cell is the share, in percent, of fresh
values ({EACH} a cell; where disguises are nested {EACH_NESTED}, and {OTHERS} of what is not asserted) of which the default policy hides every letter and digit, in five frames (alone, prose,
JSON, lines). `-`: the disguise does not apply. For e-mail addresses, cards, keys and IBANs every cell is at least {BAR} %.
*key*: keys of AWS, GitHub, GitLab, Stripe, Google and Anthropic. What was hidden comes back as it was written, disguise included.

Known gaps, by decision (`docs/decisions/0024-readings.md`): names are not sought in what base64 or hex say; a name cut in two by a line
is found in part; an address is joined over two lines in its domain only; a key is not where the cut goes through its prefix.
"""


def text() -> str:
    """The whole page."""
    parts = [_HEAD]
    for title, table in (("Characters that look different", FOLDED), ("Encoded", ENCODED), ("Spelled out", SPELLED)):
        parts += [f"## {title}\n", _table("Disguise", [(name, single(name)) for name in table])]
    for outer in NESTED:
        parts += [
            f"## {outer[:1].upper()}{outer[1:]} of a disguise\n",
            _table("Within", [(inner, nested(outer, inner)) for inner in WITHIN]),
        ]
    return "\n".join(parts)


def _table(first: str, rows: list[tuple[str, Row]]) -> str:
    head = (first, *(entity if entity == "key" else f"`{entity}`" for entity in VALUES))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, tuple("---" for _ in head))) + "".join(line(*row) for row in rows)


def line(name: str, row: Row) -> str:
    """Return one line of a table of the page."""
    return f"| {' | '.join((name, *(told(row[entity]) for entity in VALUES)))} |\n"


def told(share: float | None) -> str:
    """Return how the page writes a share."""
    return "-" if share is None else f"{share:.0f}"
