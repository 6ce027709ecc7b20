"""A team's own terms: literal texts or one RE2 pattern, made into a detector like any other."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from app.core.finding import Detector, Pattern
from app.core.pattern import HINT, compiled
from app.core.surrogate import stem
from app.errors import Invalid

TERM: Final = "term:"  # how the names of these detectors begin


@dataclass(frozen=True, slots=True)
class Term:
    """What a policy's `terms` entry says: a name, and texts or a pattern."""

    name: str
    texts: tuple[str, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Whole(Pattern):
    r"""A pattern whose value must stand on word boundaries of any script, which RE2's `\b` does not know: the scanner checks."""


def term_detector(name: str, texts: tuple[str, ...] = (), pattern: str | None = None) -> Detector:
    """Build the detector of one term; its entity is the name in upper snake (`project falcon` → `PROJECT_FALCON`).

    Raises Invalid for a name without letters, for neither texts nor pattern, and for a pattern that RE2 refuses or that matches nothing at all.
    """
    entity = _entity(name)
    patterns: list[Pattern] = []
    literals = [text for text in texts if text.strip()]
    if len(literals) != len(texts) or not (literals or pattern):
        raise Invalid("a term needs texts or a pattern, and no empty text", where=f"terms.{entity}")
    if literals:
        patterns.append(Whole(_literal(literals), entity, 1.0))
    if pattern:
        patterns.append(Pattern(pattern, entity, 1.0))
    for candidate in patterns:
        _check(candidate.regex, entity)
    return Detector(name=TERM + entity, version=1, patterns=tuple(patterns))


def _entity(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lstrip("_ -.")
    entity = stem(name)
    if not entity or not plain[:1].isalpha():
        raise Invalid("a term's name must begin with a letter", where="terms", hint="Use letters, digits and spaces: project falcon")
    return entity


def _literal(texts: list[str]) -> str:
    """Return an alternation, longest text first; any run of white space matches any other, composed and decomposed forms alike."""
    forms = {unicodedata.normalize(form, text) for text in texts for form in ("NFC", "NFD")}
    ordered = sorted(forms, key=lambda text: (-len(text), text))
    return "(?i:" + "|".join(r"[\s\x{a0}]+".join(map(_quoted, text.split())) for text in ordered) + ")"


def _quoted(text: str) -> str:
    return "".join(c if c.isalnum() or ord(c) > 0x7F else f"\\x{{{ord(c):x}}}" for c in text)  # noqa: PLR2004 - beyond ASCII


def _check(regex: str, entity: str) -> None:
    try:
        compiled(regex)
    except ValueError as error:
        raise Invalid(f"{error}", where=f"terms.{entity}", hint=HINT) from None
