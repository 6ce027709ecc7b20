"""`realistic`: a value of the same kind and layout, from ranges that belong to nobody; where there is none, a surrogate.

A generator is used only if it can make a million stand-ins. Phone numbers outside North America, IPv4 addresses, social security
numbers and secrets have no reserved range of that size, and names need to be known as such first: they become surrogates.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.core.naming import Names
from app.core.transform import Transform

FEWEST: Final = 1_000_000
Make = Callable[[str, int], str | None]  # value, keyed bits → stand-in; None: this form of the value has none


@dataclass(frozen=True, slots=True)
class Generator:
    """Stand-ins of one entity: `space` is how many there are at least, `find` yields what a text holds that could be one."""

    entity: str
    space: int
    make: Make
    find: Callable[[str], Iterator[str]]
    genuine: Callable[[str], bool]  # the entity's own checksum or grammar


def _laid_out(like: str, plain: str) -> str:
    """Put the characters of `plain` where the letters and digits of `like` stand."""
    characters = iter(plain)
    return "".join(next(characters) if c.isalnum() else c for c in like)


def _drawn(bits: int, count: int) -> str:
    return f"{bits % 10**count:0{count}}"


def _digits(value: str) -> str:
    return "".join(c for c in value if c.isdigit())


_GIVEN: Final = (
    "alex", "andrea", "ariel", "blair", "cameron", "casey", "chris", "dana", "eden", "emery", "frankie", "gale", "harper", "jamie",
    "jesse", "jordan", "jules", "kai", "kim", "lee", "logan", "lou", "marley", "max", "morgan", "nico", "noel", "parker", "pat",
    "quinn", "reese", "riley", "robin", "rowan", "sam", "sasha", "skyler", "taylor", "toni", "val",
)  # fmt: skip
_FAMILY: Final = (
    "ash", "baker", "bell", "brook", "carter", "cole", "cook", "dale", "dean", "fields", "fisher", "ford", "fox", "frost", "glen",
    "grant", "green", "hall", "hart", "heath", "hill", "hunt", "lake", "lane", "marsh", "mason", "miller", "moore", "north", "page",
    "park", "pond", "reed", "rivers", "rose", "shaw", "stone", "wells", "west", "wood",
)  # fmt: skip
_MAIL: Final = re.compile(r"[a-z]+\.[a-z]+\d{4}@example\.(?:com|net|org)")


def _mail(value: str, bits: int) -> str | None:
    if "@" not in value and "%40" not in value:
        return None  # a piece of an address
    top = value.rpartition(".")[2].lower()
    bits, given = divmod(bits, len(_GIVEN))
    bits, family = divmod(bits, len(_FAMILY))
    return f"{_GIVEN[given]}.{_FAMILY[family]}{_drawn(bits, 4)}@example.{top if top in {'net', 'org'} else 'com'}"


# How a number begins → the issuer range that processors publish for testing, and the lengths it is made for.
_ISSUERS: Final = (
    ("34", "371449", {15}), ("37", "371449", {15}), ("36", "305693", {14}), ("30", "305693", {14}), ("38", "305693", {14}),
    ("35", "356600", {16}), ("4", "400000", {16, 19}), ("5", "555555", {16}), ("2", "222300", {16}), ("62", "620000", {16, 19}),
    ("6", "601100", {16}),
)  # fmt: skip
_TEST_RANGES: Final = {(prefix, length) for _, prefix, lengths in _ISSUERS for length in lengths}
_CARD: Final = re.compile(r"(?<!\d)(?=[23456])\d(?:[^\w\n]{0,3}\d){13,18}")


def luhn(digits: str) -> bool:
    """Say whether the last digit is the Luhn check digit of the others."""
    return sum(sum(divmod(int(c) * (1 + place % 2), 10)) for place, c in enumerate(reversed(digits))) % 10 == 0


def _card(value: str, bits: int) -> str | None:
    digits = _digits(value)
    for begin, prefix, lengths in _ISSUERS:
        if digits.startswith(begin) and len(digits) in lengths:
            body = prefix + _drawn(bits, len(digits) - len(prefix) - 1)
            return _laid_out(value, next(body + check for check in "0123456789" if luhn(body + check)))
    return None


def _cards(text: str) -> Iterator[str]:
    for match in _CARD.finditer(text):
        digits = ""
        for end, character in enumerate(match[0], 1):
            digits += character if character.isdigit() else ""
            if character.isdigit() and (digits[:6], len(digits)) in _TEST_RANGES and luhn(digits):
                yield match[0][:end]


_IBAN: Final = re.compile(r"[A-Za-z]{2}\d\d(?:[ -]?[0Zz]){4}(?:[ -]?[A-Za-z0-9]){7,25}")
_LONGEST_IBAN, _SHORTEST_IBAN = 34, 15


def _mod97(plain: str) -> int:
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97


def _iban(value: str, bits: int) -> str | None:
    plain = "".join(filter(str.isalnum, value)).upper()
    if not _SHORTEST_IBAN <= len(plain) <= _LONGEST_IBAN or not plain.isascii() or not plain[:2].isalpha():
        return None
    bank = "".join("0" if c.isdigit() else "Z" for c in plain[4:8])  # no bank has this code
    account = ""
    for character in plain[8:]:
        bits, drawn = divmod(bits, 10 if character.isdigit() else 26)
        account += str(drawn) if character.isdigit() else chr(ord("A") + drawn)
    check = 98 - _mod97(plain[:2] + "00" + bank + account)
    made = f"{plain[:2]}{check:02}{bank}{account}"
    return _laid_out(value, made.lower() if value[:2].islower() else made)


def _ibans(text: str) -> Iterator[str]:
    for match in _IBAN.finditer(text):
        plain = ""
        for end, character in enumerate(match[0], 1):
            plain += character.upper() if character.isalnum() else ""
            if character.isalnum() and len(plain) >= _SHORTEST_IBAN and _mod97(plain) == 1:
                yield match[0][:end]


# Area codes whose middle digit is 9 are set aside for the day on which North America's numbers grow longer.
_PHONE: Final = re.compile(r"(?:\+?1[ .-]{0,2})?\(?[2-9]9\d\)?[ .-]{0,2}[2-9]\d\d[ .-]?\d{4}")
_NORTH_AMERICAN: Final = re.compile(r"\+1[ .-]{0,2}.*|(?:1[ .-]{1,2})?(?:\([2-9]\d\d\)[ .-]{0,2}|[2-9]\d\d[.-])\d{3}[ .-]\d{4}")


def _phone(value: str, bits: int) -> str | None:
    digits = _digits(value)
    trunk = "1" if len(digits) == 11 and digits[0] == "1" else ""  # noqa: PLR2004 - with the country code
    if len(digits) - len(trunk) != 10 or not value.isascii() or not _NORTH_AMERICAN.fullmatch(value):  # noqa: PLR2004 - area, exchange, line
        return None
    bits, area = divmod(bits, 8)
    bits, exchange = divmod(bits, 8)
    rest = _drawn(bits, 7)
    made = _laid_out(value, f"{trunk}{area + 2}9{rest[0]}{exchange + 2}{rest[1:]}")
    return made if _PHONE.fullmatch(made) else None


_SIX: Final = re.compile(r"2001:db8(?::[1-9a-f][0-9a-f]{3}){6}")
_GROUP: Final = 0x10000 - 0x1000


def _address(value: str, bits: int) -> str | None:
    if ":" not in value:
        return None
    groups = []
    for _ in range(6):
        bits, group = divmod(bits, _GROUP)
        groups.append(f"{0x1000 + group:x}")
    return f"2001:db8:{':'.join(groups)}"


def _all(pattern: re.Pattern[str]) -> Callable[[str], Iterator[str]]:
    return lambda text: (match[0] for match in pattern.finditer(text))


def _of(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


GENERATORS: Final[Mapping[str, Generator]] = {
    one.entity: one
    for one in (
        Generator("EMAIL_ADDRESS", len(_GIVEN) * len(_FAMILY) * 10**4, _mail, _all(_MAIL), _of(_MAIL)),
        Generator("CREDIT_CARD", 10**7, _card, _cards, lambda text: luhn(_digits(text))),
        Generator("IBAN_CODE", 10**7, _iban, _ibans, lambda text: _mod97("".join(filter(str.isalnum, text)).upper()) == 1),
        Generator("PHONE_NUMBER", 64 * 10**7, _phone, _all(_PHONE), _of(_PHONE)),
        Generator("IP_ADDRESS", _GROUP**6, _address, _all(_SIX), _of(_SIX)),
    )
    if one.space >= FEWEST
}


def candidates(text: str) -> dict[str, str]:
    """Return what `text` holds that could be a stand-in of ours, with its entity: the vault knows which are."""
    return {found: one.entity for one in GENERATORS.values() for found in one.find(text)}


def _realistic(entity: str, value: str, names: Names, _parameters: Any) -> str:
    generator = GENERATORS.get(entity)
    drawn = names.fake(entity, value, lambda bits: generator.make(value, bits)) if generator is not None else None
    return names.surrogate(entity, value) if drawn is None else drawn


REALISTIC = Transform("realistic", reversible=True, apply=_realistic)
