"""The ways in which a text is read besides as it stands, in the order in which disguises are taken off."""

from functools import cache
from typing import Final

from app.engine.columns import COLUMNS
from app.engine.decoding import ENCODED, WRITTEN
from app.engine.folding import FOLDS
from app.engine.lines import LINES
from app.engine.reading import Reader, Stage, Stages
from app.engine.spelling import SPELLINGS

STAGES: Final[Stages] = (Stage(FOLDS, foreign=True), Stage((*SPELLINGS, *LINES, COLUMNS)), Stage(WRITTEN), Stage(ENCODED))


def undisguised(value: str) -> str:
    """Return what a value says when every disguise is off it: itself, if it wears none."""
    plain = value
    for reading in _reader()(value, value.encode(errors="replace")):
        plain = reading.text
    return plain


@cache
def _reader() -> Reader:
    return Reader(STAGES)
