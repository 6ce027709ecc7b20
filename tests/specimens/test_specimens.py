"""The law of the specimens: every kind is found, whole, however a prompt carries it, and what only looks like one is left alone."""

import itertools
import os
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from app.cli.inspection import Inspector
from app.core.finding import ENTITIES, ORDINARY, SECRET
from app.detectors.names import NAME
from tests.specimens import FRESH, families
from tests.specimens.page import PAGE, text

SPECIMENS = [specimen for _, table in families() for specimen in table]
NEAR_MISSES = 0.02
EVERY = os.environ.get("SPECIMENS") == "every"
each_kind = pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.kind)


@cache
def inspector() -> Inspector:
    return Inspector("")


def found(frame: str, value: str, *, names: bool = True) -> list[tuple[int, int, str]]:
    """What the default policy acts on or reports, as spans of the value."""
    begin, text = frame.index("{}"), frame.replace("{}", value)
    everything = inspector()._scanner.scan(text)
    decided = inspector()._decided(text, [f for f in everything if names or f.detector != NAME])
    return [(f.start - begin, f.end - begin, f.entity) for f, _ in decided]


def pairs(values: list[str], frames: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every value in two frames, every frame with a value; `make soak` puts every value into every frame."""
    if EVERY:
        yield from itertools.product(values, frames)
        return
    for place in range(max(2 * len(values), len(frames))):
        yield values[place % len(values)], frames[place % len(frames)]


@each_kind
def test_is_well_formed(specimen):
    assert {specimen.entity, *specimen.equal} <= ENTITIES.keys()
    assert all(frame.count("{}") == 1 for frame in (*specimen.frames, *specimen.around))
    assert specimen.frames
    assert specimen.around
    assert specimen.format
    assert specimen.check
    values = specimen.positives()
    assert len(set(values)) == FRESH
    assert not set(values) & set(specimen.nears())
    assert len(set(specimen.nears())) == FRESH


def test_kinds_have_names_of_their_own():
    assert [kind for kind, times in Counter(s.kind for s in SPECIMENS).items() if times > 1] == []


@each_kind
def test_every_value_is_found_whole_in_every_frame(specimen):
    entities = {specimen.entity, *specimen.equal}
    hidden = ENTITIES[specimen.entity].sensitivity != ORDINARY  # what is reported yields to a name, which is hidden
    missed = [
        (value, frame)
        for value, frame in pairs(specimen.positives(), specimen.frames)
        if not any((0, len(value)) == (start, end) and entity in entities for start, end, entity in found(frame, value, names=hidden))
    ]
    assert missed == []


def test_near_misses_are_left_alone():
    secrets = {entity.name for entity in ENTITIES.values() if entity.sensitivity == SECRET}
    tried, wrong = 0, Counter()
    for specimen in SPECIMENS:
        counts = {specimen.entity, *specimen.equal} | (secrets if specimen.entity in secrets else set())
        for value, frame in pairs(specimen.nears(), specimen.around):
            tried += 1
            wrong[specimen.kind] += any(start < len(value) and end > 0 and entity in counts for start, end, entity in found(frame, value))
    assert sum(wrong.values()) <= NEAR_MISSES * tried, [(kind, times) for kind, times in wrong.most_common() if times]


def test_the_page_says_what_the_tables_say():
    assert PAGE.read_text(encoding="utf-8") == text(), "run `python -m tests.specimens --write`"
