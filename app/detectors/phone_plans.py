"""Numbering plans: the metadata of `phonenumbers`, asked of digits. The library's own way from a text to a number costs ten times as much."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

_NOWHERE: Final = "001"  # the region of codes that belong to no country
_SORTS: Final = (
    "premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail", "fixed_line", "mobile",
)  # fmt: skip
_OTHER: Final = re.compile(r"\D+")


class Number(NamedTuple):
    """A country's code, and the digits that are dialled within it."""

    country: int
    national: str

    @property
    def e164(self) -> str:
        """The number as E.164 writes it."""
        return f"+{self.country}{_significant(self.national)}"


class _Plan(NamedTuple):
    """A region's country code, trunk prefix, lengths and shape of its numbers, their sorts by length, and what all of them begin with."""

    country: int
    trunk: str
    sizes: frozenset[int]
    shape: re.Pattern[str]
    sorts: Mapping[int, re.Pattern[str]]
    leading: re.Pattern[str] | None


def digits(value: str) -> str:
    """Return the digits of a number however it is written."""
    return _OTHER.sub("", value)


def abroad(number: str) -> Number | None:
    """Read digits that begin with a country code, by the general shape of that country's numbers: asking for every sort costs more."""
    for size in (1, 2, 3):
        regions = COUNTRY_CODE_TO_REGION_CODE.get(int(number[:size]))
        if regions and len(number) > size:
            country, national = int(number[:size]), number[size:]
            if _possible(country, regions[0], national):
                return Number(country, national)
            dialled = national.removeprefix("0")  # +44 (0)20 …
            return Number(country, dialled) if dialled != national and _possible(country, regions[0], dialled) else None
    return None


def at_home(number: str, regions: tuple[str, ...]) -> Number | None:
    """Read digits as dialled within one of `regions`."""
    for region in regions:
        plan = _of(region)
        national = number.removeprefix(plan.trunk)
        if len(national) in plan.sizes and plan.shape.fullmatch(national) and is_valid(plan.country, national):
            return Number(plan.country, national)
    return None


def is_valid(country: int, national: str) -> bool:
    """Say whether a country has given out such a number, as `phonenumbers.is_valid_number` does."""
    national = _significant(national)
    regions = COUNTRY_CODE_TO_REGION_CODE.get(country, ())
    for region in regions:
        plan = _plan(country, region)
        if len(regions) > 1 and plan.leading is not None:
            if plan.leading.match(national):
                return _has(plan, national)
        elif _has(plan, national):
            return True
    return False


def _possible(country: int, region: str, national: str) -> bool:
    plan = _plan(country, region)
    if region == _NOWHERE:
        return _has(plan, national)
    return len(national) in plan.sizes and plan.shape.fullmatch(national) is not None


def _has(plan: _Plan, national: str) -> bool:
    sort = plan.sorts.get(len(national))
    return sort is not None and sort.fullmatch(national) is not None and plan.shape.fullmatch(national) is not None


def _significant(national: str) -> str:
    """Return a number's digits with at most one zero before them."""
    return ("0" if national.startswith("0") else "") + str(int(national))


@cache
def _of(region: str) -> _Plan:
    metadata: Any = PhoneMetadata.metadata_for_region(region)
    return _plan(metadata.country_code, region)


@cache
def _plan(country: int, region: str) -> _Plan:
    """Return the plan of a region (its metadata load on first use)."""
    metadata: Any = PhoneMetadata.metadata_for_region_or_calling_code(country, region)
    shape = metadata.general_desc
    sizes = frozenset(shape.possible_length)
    sorts: dict[int, list[str]] = {}
    for sort in filter(None, (getattr(metadata, name) for name in _SORTS)):
        for size in sort.possible_length or sizes if sort.national_number_pattern else ():
            sorts.setdefault(size, []).append(f"(?:{sort.national_number_pattern})")
    return _Plan(
        country,
        metadata.national_prefix or "",
        sizes,
        re.compile(shape.national_number_pattern),
        {size: re.compile("|".join(dict.fromkeys(patterns))) for size, patterns in sorts.items() if size in sizes or not sizes},
        re.compile(metadata.leading_digits) if metadata.leading_digits is not None else None,
    )
