"""Other people in the same sentences: annotated names are exchanged for names of every origin, and case is taken away."""

import random
from collections.abc import Sequence
from typing import Final

from app.names.training.corpora import Example
from app.names.training.people import someone

PERSON: Final = 2  # the bit of TAGS[1]
_KEPT: Final = frozenset("de van der den von da di del della bin al el la le du dos ter ten ibn ben mac mc and st".split())  # noqa: SIM905


def swapped(given: Example, chance: random.Random) -> Example:
    """Return the window with its people exchanged, each name for the same other name throughout."""
    surfaces = list(given.surfaces)
    known: dict[str, str] = {}
    start, size = 0, len(surfaces)
    while start < size:
        end = start
        while end < size and given.allowed[end] == PERSON and (end == start or given.gaps[end] != 2):
            end += 1
        if end > start:
            _swap(surfaces, range(start, end), known, chance)
        start = max(end, start + 1)
    return given._replace(surfaces=surfaces)


def _swap(surfaces: list[str], run: Sequence[int], known: dict[str, str], chance: random.Random) -> None:
    first, family = someone(chance)
    names = [i for i in run if len(surfaces[i]) > 1 and surfaces[i][0].isalpha() and surfaces[i].lower() not in _KEPT]
    for i in names:
        word = surfaces[i]
        new = family if i == names[-1] and len(names) > 1 else first
        new = known.setdefault(word.lower(), new.replace(" ", "").replace("-", "").replace("'", "").replace(".", ""))
        surfaces[i] = new.lower() if word.islower() else new.upper() if word.isupper() else new


def recased(given: Example, chance: random.Random) -> Example:
    """Return the window in lower case, or as hurried people write: names small, or everything large."""
    form = chance.random()
    if form < 0.7:
        changed = [word.lower() for word in given.surfaces]
    elif form < 0.85:
        changed = [word.lower() if allowed & 1 == 0 else word for word, allowed in zip(given.surfaces, given.allowed, strict=True)]
    else:
        changed = [word.upper() for word in given.surfaces]
    return given._replace(surfaces=changed)
