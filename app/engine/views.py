"""The ways in which a text is read besides as it stands, in the order in which disguises are taken off."""

from typing import Final

from app.engine.decoding import ENCODED, LONG_RUN, WRITTEN
from app.engine.folding import FOLDS
from app.engine.reading import Stage, Stages
from app.engine.spelling import SPELLINGS

STAGES: Final[Stages] = (Stage(FOLDS, foreign=True), Stage(SPELLINGS), Stage(WRITTEN), Stage(ENCODED, LONG_RUN))
