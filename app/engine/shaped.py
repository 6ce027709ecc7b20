"""Where a model of names takes for a name what has a shape: a value with a digit, or a wording about somebody's health or faith.

Only what is left beside it stays. A person gives way to values alone: a wording is let through unless a policy asks for it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from app.core.finding import Finding
from app.core.policy import THRESHOLD
from app.detectors.names import NAME
from app.detectors.special import SPECIAL
from app.engine.linking import PERSON
from app.engine.overlap import Cover

_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def beside_shapes(text: str, findings: Sequence[Finding]) -> dict[Finding, list[Finding]]:
    """Return what is left of each finding of names that such a value touches; findings that stay as they are, are not in it."""
    named = [finding for finding in findings if finding.detector == NAME]
    shapes = Cover([f for f in findings if f.detector != NAME and (f.checked or f.score >= THRESHOLD)] if named else ())
    left: dict[Finding, list[Finding]] = {}
    for finding in named:
        over = [one for one in shapes.touching(finding.start, finding.end) if _outranks(text, one, finding)]
        if over:
            left[finding] = list(_pieces(text, finding, over))
    return left


def _outranks(text: str, one: Finding, name: Finding) -> bool:
    return _DIGIT.search(text, one.start, one.end) is not None or (one.detector == SPECIAL.name and name.entity != PERSON)


def _pieces(text: str, finding: Finding, over: Sequence[Finding]) -> Iterator[Finding]:
    begin = finding.start
    for start, end in [*sorted((one.start, one.end) for one in over), (finding.end, finding.end)]:
        words = list(_WORD.finditer(text, begin, max(begin, start)))
        if words:
            yield finding.at(words[0].start(), words[-1].end())
        begin = max(begin, end)
