"""The ways in which a text is read besides as it stands, in the order in which disguises are taken off."""

from typing import Final

from app.engine.decoding import ENCODED, WRITTEN
from app.engine.folding import DIRECTION, FOLDS, LOOKS
from app.engine.reading import Stages
from app.engine.spelling import SPELLINGS

STAGES: Final[Stages] = (DIRECTION, FOLDS, LOOKS, SPELLINGS, WRITTEN, ENCODED)
