"""`generalize`: dates to months, ages to bands, coordinates to a grid, addresses to a city; what has none of these shapes is redacted."""

import math
import re
from collections.abc import Callable
from typing import Final

from app.core.naming import Names
from app.core.transform import Generalize, Transform
from app.transforms.redact import redacted

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_ISO: Final = re.compile(rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])-\d\d(?:[T ].*)?")
_NUMERIC: Final = re.compile(rf"(?P<first>\d{{1,2}})(?P<gap>[./-])(?P<second>\d{{1,2}})(?P=gap){_YEAR}")
_NAMED: Final = re.compile(
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?)?(?P<name>[A-Za-z]+)\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?,)?,?\s+{_YEAR}"
)
_AGE: Final = re.compile(r"(?P<age>\d{1,3})(?P<rest>\s*-?(?:years?(?:[ -]old)?|yrs?|y/?o|jahre?(?: alt)?|ans)?)", re.IGNORECASE)
_AGES: Final = re.compile(r"(?:.*_)?AGE")
_DEGREES: Final = r"[+-]?\d{1,3}\.\d+"
_COORDINATES: Final = re.compile(rf"(?P<latitude>{_DEGREES})(?P<gap>\s*[,;]\s*|\s+)(?P<longitude>{_DEGREES})")
_ADDRESSES: Final = re.compile(r"(?:.*_)?(?:ADDRESS|LOCATION)")
_CODE: Final = re.compile(r"\S*\d\S*|[A-Z]{2,3}|[A-Z]\.")  # postcodes, states and countries in short
_WORDS: Final = re.compile(r"[^\W\d_]+(?:[ .'-]+[^\W\d_]+)*")


def _date(_entity: str, value: str, how: Generalize) -> str | None:
    if match := _ISO.fullmatch(value):
        return match["year"] if how.date == "year" else f"{match['year']}-{match['month']}"
    if match := _NUMERIC.fullmatch(value):
        month = _month(int(match["first"]), int(match["second"]), match["gap"])
        return match["year"] if how.date == "year" or month is None else f"{match['year']}-{month:02}"
    if (match := _NAMED.fullmatch(value)) and any(month.startswith(match["name"].lower()) for month in _MONTHS if len(match["name"]) > 2):  # noqa: PLR2004 - an abbreviation
        return match["year"] if how.date == "year" else f"{match['name']} {match['year']}"
    return None


def _month(first: int, second: int, gap: str) -> int | None:
    """Return the month of `3/12` where only one reading is possible: with dots the day stands first, with slashes nobody knows."""
    if gap == "." or first > len(_MONTHS) or first == second:
        return second if 1 <= second <= len(_MONTHS) else None
    return first if second > len(_MONTHS) and first else None


def _age(entity: str, value: str, how: Generalize) -> str | None:
    match = _AGE.fullmatch(value)
    if match is None or not (_AGES.fullmatch(entity) or match["rest"].strip()):
        return None
    low = int(match["age"]) // how.age * how.age
    return f"{low}-{low + how.age - 1}{match['rest']}"


def _coordinates(_entity: str, value: str, how: Generalize) -> str | None:
    match = _COORDINATES.fullmatch(value)
    if match is None:
        return None
    places = max(0, -math.floor(math.log10(how.grid)))
    cells = (math.floor(float(match[name]) / how.grid + 1e-9) * how.grid for name in ("latitude", "longitude"))
    return match["gap"].join(f"{cell:.{places}f}" for cell in cells)


def _city(entity: str, value: str, _how: Generalize) -> str | None:
    if not _ADDRESSES.fullmatch(entity):
        return None
    street, *rest = re.split(r"\s*[,\n]\s*", value.strip())
    if not any(character.isdigit() for character in street):
        return None  # it may be the name of a house, and then the street would pass for a city
    for part in rest:
        city = " ".join(word for word in part.split() if not _CODE.fullmatch(word))
        if _WORDS.fullmatch(city):
            return city
    return None


_SHAPES: Final[tuple[Callable[[str, str, Generalize], str | None], ...]] = (_date, _age, _coordinates, _city)


def _generalize(entity: str, value: str, _names: Names, parameters: Generalize) -> str:
    coarse = next((text for shape in _SHAPES if (text := shape(entity, value, parameters)) is not None), None)
    return redacted(entity) if coarse is None or value in coarse else coarse


GENERALIZE = Transform("generalize", reversible=False, apply=_generalize)
