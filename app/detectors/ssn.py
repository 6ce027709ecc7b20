"""United States social security numbers, by the SSA's rules; without hyphens only beside a word that says so."""

from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.edges import HYPHENS, NUMBER_LEFT, NUMBER_RIGHT, SPACES

_HYPHENATED: Final = Pattern(rf"{NUMBER_LEFT}(\d{{3}}[{HYPHENS}]\d\d[{HYPHENS}]\d{{4}}){NUMBER_RIGHT}", "US_SSN", 0.6, 1)
_SPACED: Final = Pattern(rf"{NUMBER_LEFT}(\d{{3}}(?:[{SPACES}]\d\d[{SPACES}]|\.\d\d\.)\d{{4}}){NUMBER_RIGHT}", "US_SSN", 0.25, 1)
_SOLID: Final = Pattern(rf"{NUMBER_LEFT}(\d{{9}}){NUMBER_RIGHT}", "US_SSN", 0.2, 1)


def _digits(value: str) -> str:
    return "".join(c for c in value if c.isdigit())


def _check(value: str, pattern: Pattern) -> Judged:
    digits = _digits(value)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    # 9xx areas are taxpayer numbers (ITIN): as personal. What was never issued still needs its word.
    issued = area not in {"000", "666"} and group != "00" and serial != "0000" and len(set(digits)) > 1
    return Judged(pattern.entity, pattern.score if issued else min(pattern.score, 0.2))


SSN = Detector(
    name="ssn",
    version=1,
    patterns=(_HYPHENATED, _SPACED, _SOLID),
    judge=_check,
    context=("ssn", "ssns", "ssid", "social security", "social security number", "social", "soc sec", "taxpayer", "itin", "tin", "tax id"),
    identity=_digits,
    examples=(
        "078-05-1120",
        "SSN: 219-09-9999.",
        "her social security number is 123 45 6789",
        "ssn 123456789",
        '"ssn_number": "536-90-4399"',
        "ITIN 912-70-1234",
        "SSN 000-12-3456 is invalid yet hers",
        "123\u201145\u20116789",
    ),
    counterexamples=(
        "2024-01-02",
        "123456789",
        "call 123-456-7890",
        "1-123-45-6789-0",
        "id-123-45-67890",
        "123 45 6789 rows",
        "000-00-0000",
        "x123-45-6789",
        "0.123456789",
    ),
)
