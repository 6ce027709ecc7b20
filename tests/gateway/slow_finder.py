"""A detector whose model takes longer to load than an inspection may take: a module for HUSHGATE_DETECTORS."""

import time
from functools import cache

from app.core.finding import Detector


@cache
def _model():
    time.sleep(1.5)
    return ()


SLOW = Detector("slow", 1, find=lambda _text: _model())
