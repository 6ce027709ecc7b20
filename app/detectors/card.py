"""Payment card numbers: solid or grouped as printed, raised by the issuer's prefix and the Luhn digit, never excused by a wrong one."""

from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.edges import HYPHENS, NUMBER_LEFT, NUMBER_RIGHT, SPACES

_GAP: Final = rf"[{SPACES}{HYPHENS}._/]{{1,3}}"


def _printed(*groups: int) -> str:
    return NUMBER_LEFT + "(" + _GAP.join(rf"\d{{{size}}}" for size in groups) + ")" + NUMBER_RIGHT


_SOLID: Final = Pattern(rf"{NUMBER_LEFT}(\d{{13,19}}){NUMBER_RIGHT}", "CREDIT_CARD", 0.3, 1)
_FOURS: Final = Pattern(_printed(4, 4, 4, 4), "CREDIT_CARD", 0.3, 1)
_NINETEEN: Final = Pattern(_printed(4, 4, 4, 4, 3), "CREDIT_CARD", 0.3, 1)
_AMEX: Final = Pattern(_printed(4, 6, 5), "CREDIT_CARD", 0.3, 1)
_DINERS: Final = Pattern(_printed(4, 6, 4), "CREDIT_CARD", 0.3, 1)

# First and last prefix of a range, and the lengths that its issuers print (ISO/IEC 7812).
_ISSUERS: Final = (
    ("34", "34", {15}),
    ("37", "37", {15}),
    ("300", "305", {14}),
    ("36", "36", {14}),
    ("38", "39", {14, 16}),
    ("3528", "3589", {16, 17, 18, 19}),
    ("4", "4", {16, 18, 19}),
    ("51", "55", {16}),
    ("2200", "2204", {16}),
    ("2221", "2720", {16}),
    ("50", "50", {16, 18, 19}),
    ("56", "58", {16, 18, 19}),
    ("60", "60", {16}),
    ("63", "63", {16, 18, 19}),
    ("64", "65", {16}),
    ("67", "67", {16, 18, 19}),
    ("62", "62", {16, 17, 18, 19}),
    ("81", "82", {16}),
    ("9792", "9792", {16}),
)


_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # digit sums of twice a digit


def luhn(digits: str) -> bool:
    """Say whether the last digit is the Luhn check digit of the others."""
    return (sum(map(int, digits[-1::-2])) + sum(_DOUBLED[int(c)] for c in digits[-2::-2])) % 10 == 0


def _issued(digits: str) -> bool:
    return any(first <= digits[: len(first)] <= last and len(digits) in sizes for first, last, sizes in _ISSUERS)


def _digits(value: str) -> str:
    return "".join(c for c in value if c.isdigit())


def _check(value: str, pattern: Pattern) -> Judged | None:
    digits = _digits(value)
    known, valid = _issued(digits), luhn(digits)
    if len(set(digits)) == 1:
        return None
    if known and valid:
        return Judged(pattern.entity, 1.0, checked=True)
    if pattern is _NINETEEN:
        return None  # sixteen digits and a security code
    if pattern is _SOLID:  # order numbers, microseconds and ids look the same
        return Judged(pattern.entity, 0.2) if known or (valid and digits[0] in "3456") else None
    return Judged(pattern.entity, 0.4 if valid else 0.3 if known else 0.2)


CARD = Detector(
    name="card",
    version=1,
    patterns=(_SOLID, _FOURS, _NINETEEN, _AMEX, _DINERS),
    judge=_check,
    context=(
        "card",
        "creditcard",
        "credit card",
        "debit card",
        "cardnumber",
        "card no",
        "cc",
        "ccnum",
        "visa",
        "mastercard",
        "maestro",
        "amex",
        "american express",
        "discover",
        "diners",
        "jcb",
        "unionpay",
        "pan",
        "kreditkarte",
        "kreditkartennummer",
        "karte",
        "kartennummer",
        "carte",
        "carte bancaire",
        "tarjeta",
        "cartão",
        "carta di credito",
        "kaart",
        "карта",
        "карты",
        "卡号",
        "信用卡",
        "カード",
        "payment",
    ),
    identity=_digits,
    examples=(
        "4111 1111 1111 1111",
        "Charge 4111111111111111 please",
        "5555-5555-5555-4444 exp 12/29",
        "amex 3782 822463 10005",
        "my card is 4111 1111 1111 1112",
        '"cardNumber": "6011000990139424"',
        "carte 4000.0566.5566.5556",
        "2223 0031 2200 3222 123",
        "in 2024 4242 4242 4242 4242 was charged",
    ),
    counterexamples=(
        "1700000000000",
        "order 1234567890123456",
        "0.4111111111111111",
        "commit 4111111111111111abcdef0123456789abcdef01",
        "550e8400-e29b-41d4-a716-446655440000",
        "snowflake 1112223334445556667",
        "0000 0000 0000 0000",
        "4006381333931 is an EAN",
        "microseconds 1700000000000000",
    ),
)


# As people copy a card: number, expiry, and the code on its back, with nothing that names it.
_BEHIND: Final = Pattern(
    r"(?:^|[^0-9A-Za-z.])(?:[3-6][0-9]|2[2-7])(?:[ \-]?[0-9]){12,17}[,;/|\s]{1,3}(?i:exp(?:iry|ires|\.)?:?\s?|valid(?: thru| until)?:?\s?)?(?:0[1-9]|1[0-2])\s?/\s?(?:20)?[0-9]{2}[,;/|\s]{1,3}"
    r"(?i:(?:cvv2?|cvc2?|cv2|csc)[:\s]{0,2})?([0-9]{3,4})(?:$|[^0-9A-Za-z.,]|[.,](?:$|[^0-9]))",
    "CARD_SECURITY_CODE",
    0.65,
    1,
)

SECURITY_CODE = Detector(
    name="card_security_code",
    version=1,
    patterns=(_BEHIND,),
    identity=str,
    examples=(
        "5425 2334 3010 9903, 04/29, 771",
        "4111111111111111 12/27 123",
        "4111-1111-1111-1111 exp 09/2028 cvv 442.",
        "3782 822463 10005; 01/30; 4471",
        "4111111111111111|12/27|123",
        "6011 0009 9013 9424 valid thru 03/28, 204",
    ),
    counterexamples=(
        "04/29, 771 people came",
        "4111111111111111 was used 12 times",
        "5425 2334 3010 9903, 14/29, 771",
        "10/12/2024 123",
        "1234567 04/29 771",
        "ISBN 9783161484100, 03/2024, 350 pages",
        "epoch 1700000000000 12/24 200",
        "4111111111111111 12/27 12345",
    ),
)
