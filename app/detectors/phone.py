"""Telephone numbers: patterns propose spans, the `phonenumbers` metadata judges each span alone, never a whole text."""

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.edges import HYPHENS, NUMBER_LEFT, NUMBER_RIGHT, SPACES
from app.detectors.phone_plans import Number, abroad, at_home, digits

_GAP: Final = rf"[{SPACES}{HYPHENS}./]{{0,2}}"
_SEPARATOR: Final = rf"[{SPACES}{HYPHENS}./]"
_END: Final = r"(?:$|[^0-9A-Za-z_]|x[0-9]{1,6}\b)"  # an extension may follow: `x543`
# No further group of digits on either side: a row of a hex dump or of a table is no number.
_ALONE_LEFT: Final = r"(?:^|^[^0-9A-Za-z.+_\-]|[^0-9,;][^0-9A-Za-z.+_\-]|\\[nrt])"
_ALONE_RIGHT: Final = rf"(?:$|{_SEPARATOR}?(?:$|[^0-9A-Za-z_./{SPACES}{HYPHENS}])|[{SPACES}][^0-9{SPACES}]|\.[{SPACES}\n])"
_REGIONS: Final = ("US", "ES", "IT", "IN", "BR", "PL", "PT", "CZ", "CN", "MX", "NO", "GR", "RU")  # where no trunk zero is dialled
_TRUNK_REGIONS: Final = ("GB", "DE", "FR", "NL", "CH", "AT", "BE", "AU", "JP", "IT", "SE", "IN", "ZA")
_CONTEXT: Final = (
    "phone", "telephone", "tel", "mobile", "cell", "cellphone", "phonenumber", "phone number", "fax", "call me", "call us", "call her",
    "call him", "reach me", "ring", "text me", "sms", "whatsapp", "signal", "contact", "hotline", "telefon", "telefonnummer", "handy",
    "mobil", "rufnummer", "ruf", "anrufen", "téléphone", "portable", "teléfono", "telefono", "móvil", "celular", "telefone", "cellulare",
    "telefoon", "tlf", "telf", "tfno", "tlfn", "cel", "mob", "gsm", "telemóvel", "handynummer", "телефон", "电话", "手机", "電話", "msisdn", "my number", "his number", "her number", "your number", "their number",
    "meine nummer", "mi número", "mi numero", "su número", "mon numéro", "meu número", "meu numero", "mio numero", "mijn nummer",
)  # fmt: skip


def _read(value: str) -> Number | None:
    dialled = digits(value)
    if "+" in value[:2]:
        return abroad(dialled)
    if dialled.startswith("00"):
        return abroad(dialled[2:])
    return at_home(dialled, _TRUNK_REGIONS if dialled.startswith("0") else _REGIONS)


def _identity(value: str) -> str:
    number = _read(value)
    if number is not None:
        return number.e164
    return ("+" if "+" in value[:2] else "") + digits(value)


_SINGLE: Final = re.compile(r"(?<!\d)\d(?!\d)")
_SINGLES: Final = 2  # digits by themselves: a country's code and an area's


def _international(value: str, pattern: Pattern) -> Judged | None:
    dialled = digits(value)
    if len(dialled) < 8 or len(dialled) > 15 or len(_SINGLE.findall(value)) > _SINGLES:  # noqa: PLR2004 - E.164
        return None
    if abroad(dialled.removeprefix("00")) is not None:
        return Judged(pattern.entity, 0.75)
    if dialled[:1] == "1" and len(dialled) == 11:  # noqa: PLR2004 - fictional area codes such as 555
        return Judged(pattern.entity, 0.6)
    return Judged(pattern.entity, pattern.score)


# The country's code and what touches it, then groups, one of which may be a single digit: `+33 1 42 68 53 00`. A pattern for each number of
# groups: the last may be of something else (`+49 30 901820 12 times`).
_GROUP: Final = r"(?:\(\d{1,5}\)|\d{1,12})"
_PLUS: Final = tuple(
    Pattern(
        rf"(?:^|[^0-9A-Za-z_+.])(\+\d{{1,8}}(?:{_GAP}\(0\){_GAP}\d{{1,8}})?(?:{_SEPARATOR}{{1,2}}{_GROUP}){{{count}}}){_END}",
        "PHONE_NUMBER",
        0.5,
        1,
    )
    for count in range(1, 7)
)
# The country's code in brackets: `(+57) 310 555 01 23`, `+(370) 26018159`; a trunk zero and the rest in one: `+49(0)9139099603`.
_BRACKETS: Final = Pattern(
    rf"(?:^|[^0-9A-Za-z_+.])((?:\(\+\d{{1,3}}\)|\+\(\d{{1,3}}\))(?:{_SEPARATOR}{{0,2}}{_GROUP}){{1,6}}|\+\d{{1,3}}{_GAP}\(0\){_GAP}\d{{6,11}}){_END}",
    "PHONE_NUMBER",
    0.5,
    1,
)
_ZEROS: Final = Pattern(rf"{NUMBER_LEFT}(00[1-9]\d{{0,7}}(?:{_SEPARATOR}{{1,2}}{_GROUP}){{1,6}}){_END}", "PHONE_NUMBER", 0.35, 1)

INTERNATIONAL = Detector(
    name="phone_international",
    version=2,
    patterns=(*_PLUS, _BRACKETS, Pattern(rf"(?:^|[^0-9A-Za-z_+.])(\+\d{{8,15}}){_END}", "PHONE_NUMBER", 0.5, 1), _ZEROS),
    judge=_international,
    context=_CONTEXT,
    identity=_identity,
    examples=(
        "+1 202 555 0143",
        "call +49 30 901820 12 times",
        "+442079460958",
        "tel:+33142685300",
        "+1 (555) 123-4567",
        "WhatsApp +61 491 570 156, thanks",
        "0049 30 901820",
        "+44 7700 900123",
        "+33 1 99 00 12 34",
        "+61 2 5550 1234 or later",
        "+49 (0)30 901820",
        "(+57) 310 555 01 23",
        "+(370) 26018159",
        "+49(0)9139099603",
        "+1-437-586-5797x543",
    ),
    counterexamples=(
        "x = a +1234567",
        "UTC+01:00",
        "1+20255501434 = y",
        "+1.5e10",
        "2024-01-02T03:04:05+0200",
        "diff --git +12,7 +30,8",
        "c++17",
    ),
)


def _north_american(value: str, pattern: Pattern) -> Judged:
    valid = at_home(digits(value), ("US",)) is not None
    return Judged(pattern.entity, pattern.score if valid or "555" in value else min(pattern.score, 0.4))


_AREA: Final = r"(?:1[ .\-]{0,2})?"
NORTH_AMERICA = Detector(
    name="phone_north_america",
    version=1,
    patterns=(
        Pattern(
            rf"{NUMBER_LEFT}({_AREA}\([2-9]\d\d\)[{SPACES}{HYPHENS}.]{{0,2}}\d{{3}}[{SPACES}{HYPHENS}.]\d{{4}}){_END}",
            "PHONE_NUMBER",
            0.6,
            1,
        ),
        Pattern(rf"{NUMBER_LEFT}({_AREA}[2-9]\d\d[{HYPHENS}]\d{{3}}[{HYPHENS}]\d{{4}}){NUMBER_RIGHT}", "PHONE_NUMBER", 0.55, 1),
        Pattern(
            rf"{_ALONE_LEFT}({_AREA}[2-9]\d\d(?:\.[2-9]\d\d\.|[{SPACES}][2-9]\d\d[{SPACES}{HYPHENS}])\d{{4}}){_ALONE_RIGHT}",
            "PHONE_NUMBER",
            0.5,
            1,
        ),
        Pattern(rf"{NUMBER_LEFT}([2-9]\d\d[{HYPHENS}]\d{{4}}){NUMBER_RIGHT}", "PHONE_NUMBER", 0.2, 1),
    ),
    judge=_north_american,
    context=_CONTEXT,
    identity=_identity,
    examples=(
        "(202) 555-0143",
        "Ring 202-555-0143 after six",
        "1-800-555-0199",
        "212.555.0187",
        "phone: 555-0143",
        "415 555 2671 is hers",
        "fax (555) 123-4567.",
    ),
    counterexamples=(
        "200-2999",
        "2024-01-02",
        "100-200-3000",
        "202-555-01434",
        "1.202.555.0143.7",
        "table 202 555 0143 212",
        "0x202-555-0143a",
    ),
)


# Dates, and years from and to.
_DATE: Final = re.compile(
    r"(?:19|20)\d\d[-./ ]?(?:0?[1-9]|1[0-2])[-./ ]?(?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-./ ]?(?:0?[1-9]|1[0-2])[-./ ]?(?:19|20)\d\d"
    r"|(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./]\d\d|(?:19|20)\d\d[-./ \u2013]?(?:19|20)\d\d"
)
_THOUSANDS: Final = re.compile(r"\d{1,2}(?:[ .]\d{3})+|\d{1,3}(?:[ .]000)+")


def _national(value: str, pattern: Pattern) -> Judged | None:
    dialled = digits(value)
    if not 7 <= len(dialled) <= 14 or _DATE.fullmatch(value):  # noqa: PLR2004 - E.164, less the country code
        return None
    if pattern is _NAMED:
        return None if _THOUSANDS.fullmatch(value) else Judged(pattern.entity, pattern.score)
    if _read(value) is None and (dialled.startswith("0") or abroad(dialled) is None):
        return None
    return Judged(pattern.entity, pattern.score)


# Right behind a word and a sign that say so, whatever it looks like: fictional numbers are in no plan, and new ones not yet in ours.
_NAMED: Final = Pattern(
    r"(?i:\b(?:phone|telephone|mobile|whatsapp|telefon|téléphone|teléfono|telefono|telefone|telefoon|móvil|cellulare|celular|fax|tel\.?|tlf\.?)"
    r"(?:\s(?:number|no\.?|nr\.?|n°|nº))?[\"']?\s?[:=]\s?[\"']?|\b(?:phone|mobile|fax)\s?(?:number)?\sis\s|\b(?:call|reach|text|ring)\s(?:me|us|her|him|them)\s(?:at|on)\s|\bmy\snumber\sis\s)"
    rf"((?:\(\d{{1,5}}\)|\d{{1,13}})(?:{_SEPARATOR}{{1,2}}(?:\(\d{{2,5}}\)|\d{{2,9}})){{0,5}}){_END}",
    "PHONE_NUMBER",
    0.55,
    1,
)

NATIONAL = Detector(
    name="phone_national",
    version=3,
    patterns=(
        # A trunk zero and groups: 020 7946 0958, 030/901820, (0151) 23456789, 01 42 68 53 00.
        Pattern(
            rf"{_ALONE_LEFT}((?:\(0[1-9]\d{{0,4}}\)|0[1-9]\d{{0,4}})(?:[{SPACES}{HYPHENS}/]{{1,2}}\d{{3,8}}){{1,3}}|\(0[1-9]\d{{1,4}}\)\d{{5,8}}){_ALONE_RIGHT}",
            "PHONE_NUMBER",
            0.5,
            1,
        ),
        Pattern(rf"{_ALONE_LEFT}(0[1-9](?:[{SPACES}.]\d\d){{4}}){_ALONE_RIGHT}", "PHONE_NUMBER", 0.5, 1),
        Pattern(
            rf"{_ALONE_LEFT}((?:\(0[1-9]\d{{0,4}}\)|0[1-9]\d{{0,4}})(?:{_SEPARATOR}{{1,2}}\d{{2,8}}){{1,5}}){_END}", "PHONE_NUMBER", 0.25, 1
        ),
        Pattern(
            rf"{NUMBER_LEFT}(\([1-9][1-9]\)[{SPACES}]?9\d{{4}}[{SPACES}{HYPHENS}]\d{{4}}){_ALONE_RIGHT}", "PHONE_NUMBER", 0.5, 1
        ),  # Brazil's mobiles
        Pattern(
            rf"{_ALONE_LEFT}(8[{SPACES}]?\(?[3489]\d{{2}}\)?[{SPACES}]\d{{3}}[{HYPHENS}{SPACES}]\d{{2}}[{HYPHENS}{SPACES}]\d{{2}}){_ALONE_RIGHT}",
            "PHONE_NUMBER",
            0.5,
            1,
        ),  # Russian: an eight instead of a zero
        # Without a zero, or without separators: only beside a word that says so.
        Pattern(rf"{NUMBER_LEFT}([36]\d{{2}}{_SEPARATOR}\d{{6,7}}){_END}", "PHONE_NUMBER", 0.2, 1),
        Pattern(rf"{NUMBER_LEFT}((?:\(\d{{1,5}}\)|\d{{2,5}})(?:{_SEPARATOR}{{1,2}}\d{{2,9}}){{1,4}}){_END}", "PHONE_NUMBER", 0.2, 1),
        Pattern(rf"{NUMBER_LEFT}(\d{{9,14}}){NUMBER_RIGHT}", "PHONE_NUMBER", 0.2, 1),
        _NAMED,
    ),
    judge=_national,
    context=_CONTEXT,
    identity=_identity,
    examples=(
        "020 7946 0958",
        "Ruf mich an: 030/901820",
        "Tel. 0151 23456789",
        "01 42 68 53 00",
        "mobile 07911123456",
        "phone 2025550143",
        "teléfono 612 345 678",
        "whatsapp 491711234567",
        "contact (11) 98765-4321",
        "Figueiredo, (11) 98765-4321",
        "(0161)4960112",
        "cell. 347 1234567",
        "tlf 612 345 678",
        "tlf.: 32 12 34 56",
        "call me at 555 0142",
        '"phone": "5550142"',
        "mobile: 0999 12 34 56",
        "8 (912) 345-67-89",
    ),
    counterexamples=(
        "00 01 02 03 04 05 06 07",
        "23 01 42 68 53 00 11",
        "2025550143",
        "01.02.2024 10:00",
        "1700000000",
        "612 345 678",
        "matrix 0151 2345 6789 0123 4567",
        "id 07911123456",
        "09:30:00",
        "last_contact: 2024-06-30",
        "Contact: Ann Lee, created 2024-01-15",
        "contact_id,created\n7,20240115",
        "Contact John. Employment 2019-2023: Engineer",
        "ring buffer 1024 2048",
        "Signal strength 20 30 40 50 dB",
        "phone 10 000 units sold",
        "mobile: 1 250 000 users",
        "mobile: 2024-01-15",
        "Phone screen 1080 2400 px",
        "WhatsApp Image 2024-03-01 at 09.12.33.jpeg",
        "phone_count: 1234567",
    ),
)
