"""The machine-readable lines of passports, identity cards and visas, as the ICAO lays them down (Doc 9303): found line by line."""

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern

_LEFT: Final = r"(?:^|[^A-Z0-9<])"
_RIGHT: Final = r"(?:$|</|[^A-Z0-9<])"  # `</` closes what it stands in
_STATE: Final = r"(?:[A-Z]{3}|[A-Z]{2}<|[A-Z]<<)"
_DATES: Final = r"[0-9]{6}[0-9][MFX<][0-9]{6}[0-9]"
_NAMES: Final = r"[A-Z]{2,}(?:<[A-Z]+)*<<[A-Z]+[A-Z<]*?"

# A document's type, its state, then names; number, state, dates; the three lines of a card.
_NAMED: Final = Pattern(rf"{_LEFT}([PVIAC][A-Z<]{_STATE}{_NAMES}){_RIGHT}", "PASSPORT", 0.8, 1)
_NUMBERED: Final = Pattern(rf"{_LEFT}([A-Z0-9<]{{9}}[0-9]{_STATE}{_DATES}[A-Z0-9<]{{8,16}}?){_RIGHT}", "PASSPORT", 0.8, 1)
_CARD: Final = Pattern(rf"{_LEFT}([IAC][A-Z0-9<]{_STATE}[A-Z0-9<]{{9}}[0-9<][A-Z0-9<]{{13,15}}?){_RIGHT}", "PASSPORT", 0.8, 1)
_DATED: Final = Pattern(rf"{_LEFT}({_DATES}{_STATE}[A-Z0-9<]{{11}}[0-9]){_RIGHT}", "PASSPORT", 0.8, 1)
_LAST: Final = Pattern(rf"{_LEFT}({_NAMES}){_RIGHT}", "PASSPORT", 0.8, 1)

_SIZES: Final = {_NAMED: (36, 44), _NUMBERED: (36, 44), _CARD: (30,), _DATED: (30,), _LAST: (30,)}
_NEAR: Final = 2  # characters that a line which somebody copied by hand may lack, or have too many
_FILLED: Final = re.compile("<{3}|[0-9]$")


def _read(value: str, pattern: Pattern) -> Judged | None:
    if not any(abs(len(value) - size) <= _NEAR for size in _SIZES[pattern]) or not _FILLED.search(value):
        return None
    if pattern is _CARD and ("<" not in value or _digit(value[5:14]) != value[14]):
        return None
    if pattern is _NUMBERED:
        return Judged(pattern.entity, pattern.score, checked=_digit(value[:9]) == value[9] and _digit(value[13:19]) == value[19])
    if pattern is _DATED:
        return Judged(pattern.entity, pattern.score, checked=_digit(value[:6]) == value[6] and _digit(value[8:14]) == value[14])
    return Judged(pattern.entity, pattern.score)


def _digit(field: str) -> str:
    """Return the check digit of a field (Doc 9303, part 3, section 4.9): weights 7, 3, 1; letters from 10 on, the filler 0."""
    values = (0 if character == "<" else int(character, 36) for character in field)
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


TRAVEL_DOCUMENTS = Detector(
    name="travel_documents",
    version=1,
    patterns=(_NAMED, _NUMBERED, _CARD, _DATED, _LAST),
    judge=_read,
    identity=str,
    examples=(
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
    ),
    counterexamples=(
        "P<T<U<<V",
        "cout << a << b << c << endl",
        "A<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
        "I<UTOD231458906<<<<<<<<<<<<<<<",
        "C7QWE12345678911234567890ABCD5",
        "<<<<<<< HEAD",
        "1234567890123456789012345678901234567890",
        "ABCDEF<<GHIJKL",
    ),
)
