"""Check digits that python-stdnum does not know. Every check takes a value as it was written, in either case."""

import re
from itertools import cycle
from typing import Final

from app.detectors.card import luhn

_REST: Final = re.compile(r"[^0-9A-Za-z]")


def _plain(value: str) -> str:
    return _REST.sub("", value).upper()


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, cycle(weights), strict=False))


def machine_readable(body: str, digit: str) -> bool:
    """Say whether `digit` is the check digit of ICAO 9303 (weights 7, 3, 1; letters from 10, the filler `<` is 0)."""
    values = (0 if c == "<" else int(c, 36) for c in body)
    return digit.isdigit() and sum(value * weight for value, weight in zip(values, cycle((7, 3, 1)), strict=False)) % 10 == int(digit)


def german_card(value: str) -> bool:
    """The tenth character of a German identity card or passport, if it was written down (ICAO 9303); nine alone prove nothing."""
    plain = _plain(value).removesuffix("D") if len(_plain(value)) > 10 else _plain(value)  # noqa: PLR2004 - the letter of the nation
    return len(plain) == 10 and machine_readable(plain[:9], plain[9])  # noqa: PLR2004


def german_pension(value: str) -> bool:
    """Deutsche Rentenversicherung: the letter counts as two digits, digit sums of the products, modulo 10."""
    plain = _plain(value)
    if not re.fullmatch(r"\d{8}[A-Z]\d{3}", plain) or not 1 <= int(plain[2:4]) % 50 <= 31 or not 1 <= int(plain[4:6]) <= 12:  # noqa: PLR2004 - a date
        return False
    digits = plain[:8] + f"{ord(plain[8]) - 64:02}" + plain[9:11]
    products = (int(digit) * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(plain[11])


def german_insurance(value: str) -> bool:
    """Krankenversichertennummer: the letter as two digits, weights 1 and 2, digit sums, modulo 10 (GKV-Spitzenverband)."""
    plain = _plain(value)
    digits = f"{ord(plain[0]) - 64:02}" + plain[1:9]
    products = (int(digit) * weight for digit, weight in zip(digits, cycle((1, 2)), strict=False))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(plain[9])


def italian_card(value: str) -> bool:
    """An electronic identity card has seven characters around five digits."""
    return re.fullmatch(r"C[A-Z]\d{5}[A-Z]{2}", _plain(value)) is not None


_NINO: Final = re.compile("[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]")
_NO_NINO: Final = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})


def nino(value: str) -> bool:
    """Letters and prefixes that are never issued (HMRC manual NIM39110); documentation has `QQ` for that."""
    prefix = _plain(value)[:2]
    return prefix not in _NO_NINO and value[:2].isupper() and _NINO.fullmatch(prefix) is not None


def polish_card(value: str) -> bool:
    """Dowód osobisty: letters from 10, weights 7 3 1 9 7 3 1 7 3, modulo 10."""
    return sum(int(c, 36) * w for c, w in zip(_plain(value), (7, 3, 1, 9, 7, 3, 1, 7, 3), strict=True)) % 10 == 0


def mbi(value: str) -> bool:
    """A Medicare beneficiary identifier has a fixed grammar and no check digit (CMS)."""
    letter, digit = "[AC-HJKMNP-RT-Y]", "[0-9]"
    mixed = "[0-9AC-HJKMNP-RT-Y]"
    return (
        re.fullmatch(f"[1-9]{letter}{mixed}{digit}{letter}{mixed}{digit}{letter}{letter}{digit}{digit}", _REST.sub("", value)) is not None
    )


def luhn_digit(value: str) -> bool:
    """The Luhn digit over all digits of a value."""
    return luhn(_plain(value))


def npi(value: str) -> bool:
    """Luhn over the card issuer prefix 80840 and the number (45 CFR 162.406)."""
    return luhn("80840" + _plain(value))


def dea(value: str) -> bool:
    """(first + third + fifth) + 2 * (second + fourth + sixth), last digit."""
    digits = _plain(value)[2:]
    return (_weighted(digits[:6], (1, 2)) % 10) == int(digits[6])


def medicare(value: str) -> bool:
    """Weights 1 3 7 9 1 3 7 9, modulo 10 (Services Australia)."""
    digits = _plain(value)
    return _weighted(digits[:8], (1, 3, 7, 9)) % 10 == int(digits[8])


def nric(value: str) -> bool:
    """Weights 2 7 6 5 4 3 2; the letter depends on the series (ICA)."""
    plain = _plain(value)
    total = _weighted(plain[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(plain[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}[plain[0]]
    if plain[0] == "M":
        return plain[8] == letters[10 - total % 11]
    return plain[8] == letters[total % 11]


def hong_kong(value: str) -> bool:
    """Letters from 10, a missing first one 36; weights 9 to 2, the check digit 1, modulo 11."""
    plain = _plain(value).rjust(9)
    values = [36 if c == " " else int(c, 36) for c in plain[:8]]
    return (sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True)) + int(plain[8], 36)) % 11 == 0


_TAIWAN: Final = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # in the order of their values, from 10


def taiwanese(value: str) -> bool:
    """The letter as two digits, weights 1 9 8 7 6 5 4 3 2 1 1, modulo 10."""
    plain = _plain(value)
    digits = str(_TAIWAN.index(plain[0]) + 10) + plain[1:]
    return _weighted(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def korean(value: str) -> bool:
    """A date and the mark of a century; check digits are no longer given out since October 2020."""
    plain = _plain(value)
    return 1 <= int(plain[2:4]) <= 12 and 1 <= int(plain[4:6]) <= 31 and "-" in value  # noqa: PLR2004 - months, days


_VIN: Final = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10), *range(10)), strict=True))


def vin(value: str) -> bool:
    """Position 9 of a vehicle identification number (49 CFR 565.15), which must mix letters and digits."""
    plain = value.upper()
    if sum(map(str.isdigit, plain)) < 3 or sum(map(str.isalpha, plain)) < 3 or not plain[13:].isdigit():  # noqa: PLR2004 - a serial number ends it
        return False
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    return "0123456789X"[sum(_VIN[c] * w for c, w in zip(plain, weights, strict=True)) % 11] == plain[8]


def snils(value: str) -> bool:
    """Weights 9 to 1, modulo 101 (Russian pension fund)."""
    digits = _plain(value)
    return _weighted(digits[:9], (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100 == int(digits[9:])


def iranian(value: str) -> bool:
    """Weights 10 to 2, modulo 11."""
    digits = _plain(value)
    rest = _weighted(digits[:9], (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest) and len(set(digits)) > 1  # noqa: PLR2004 - the rule
