"""International bank account numbers (ISO 13616): the country fixes the length, mod 97 proves them."""

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.edges import HYPHENS, LEFT, RIGHT, SPACES

_LENGTHS: Final = {
    15: "NO", 16: "BE", 18: "DK FO FI GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ XK LT LU MN", 21: "CH HR LI LV",
    22: "BH BG CR GE DE IE ME RS GB", 23: "GI IQ IL OM SO TL AE", 24: "AD CZ MD PK RO SA SK ES SE TN VG", 25: "LY PT ST",
    26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO SV GT HU LB NI PL", 29: "BR EG PS QA UA", 30: "JO KW MU YE",
    31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
_GAP: Final = rf"[{SPACES}{HYPHENS}]?"


def _shape(length: int, countries: str) -> str:
    return rf"(?:{countries.replace(' ', '|')}){_GAP}\d\d(?:{_GAP}[A-Za-z0-9]){{{length - 4}}}"


_ANY: Final = Pattern(LEFT + "((?i:" + "|".join(_shape(*row) for row in _LENGTHS.items()) + "))" + RIGHT, "IBAN_CODE", 0.3, 1)
_GROUPED: Final = re.compile(r"[A-Z]{2}\d\d(?:[A-Z0-9]+|(?:\W[A-Z0-9]{4})+(?:\W[A-Z0-9]{1,3})?)")
_LAID_OUT: Final = re.compile(r"[A-Za-z]{2}\W?\d\d(?:\W?[A-Za-z0-9]{3,})*(?:\W[A-Za-z0-9]{1,2})?")  # no row of a hex dump
_FEWEST_DIGITS: Final = 8


def _plain(value: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", value).upper()


def _check(value: str, pattern: Pattern) -> Judged | None:
    plain = _plain(value)
    if sum(map(str.isdigit, plain)) < _FEWEST_DIGITS or not _LAID_OUT.fullmatch(value):
        return None
    if int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1:
        return Judged(pattern.entity, 1.0, checked=True)
    return Judged(pattern.entity, 0.3) if _GROUPED.fullmatch(value) else None


IBAN = Detector(
    name="iban",
    version=1,
    patterns=(_ANY,),
    judge=_check,
    context=(
        "iban",
        "bank",
        "account",
        "konto",
        "kontonummer",
        "bankverbindung",
        "transfer",
        "sepa",
        "compte",
        "cuenta",
        "conto",
        "rekening",
        "überweisung",
        "wire",
        "bic",
        "swift",
    ),
    identity=_plain,
    examples=(
        "DE89 3704 0044 0532 0130 00",
        "IBAN:DE89370400440532013000",
        "gb29nwbk60161331926819",
        "Pay FR14 2004 1010 0505 0001 3M02 606 today",
        "ES91 2100 0418 4502 0005 1332 THIS WEEK",
        "NL91-ABNA-0417-1643-00",
        "my bank account DE89 3704 0044 0532 0130 01",
        "NO93 8601 1117 947",
    ),
    counterexamples=(
        "DE89 3704 0044 0532 0130 01",
        "sha512-DE8937040044053201300012345678901234567890",
        "be12ab34cd56ef7890",
        "be 61 ba 92 2d 07 f6 c1",
        "at20 we go home and rest for ever",
        "IS26 IT27 NO15 are lengths",
        "LT20240101120000000000 is a stamp",
        "sku GB29ABCD12345678901234",
    ),
)
