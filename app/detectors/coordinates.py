"""Geographic coordinates: pairs of decimals, degrees with minutes, `geo:` URIs, links to maps, plus codes."""
# ruff: noqa: RUF001 - words and signs of many scripts

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern

_LATITUDE: Final = r"[-+]?(?:[1-8]?\d|90)\.\d{4,15}"
_LONGITUDE: Final = r"[-+]?(?:1[0-7]\d|\d?\d|180)\.\d{4,15}"
_PAIR: Final = Pattern(
    rf"(?:^|[^0-9.,+\-\s][\s(\[]{{0,3}}|\n)({_LATITUDE}°?(?: ?[NS])?(?:,\s?|;\s?|\s){_LONGITUDE}°?(?: ?[EWO])?)(?:$|[^0-9.,\s\pL]|[)\].]?(?:$|[\s\])])(?:$|[^0-9\-+])|,\s?(?:$|[^0-9\-\s]))",
    "COORDINATES",
    0.5,
    1,
)
_GEO: Final = Pattern(r"\b(?i:geo:)([-+]?\d{1,2}(?:\.\d+)?,[-+]?\d{1,3}(?:\.\d+)?)", "COORDINATES", 0.9, 1)
_MAP: Final = Pattern(
    r"(?:/@|[?&](?i:q|ll|center|daddr|saddr|sll|query|mlat)=(?:loc:)?)([-+]?\d{1,2}\.\d{2,}(?:,|%2C)[-+]?\d{1,3}\.\d{2,})",
    "COORDINATES",
    0.8,
    1,
)
_NAMED: Final = Pattern(
    r"(?i:\b(?:lat|latitude|lon|lng|long|longitude|breitengrad|längengrad|latitud|longitud|latitudine|longitudine)\b|(?:_lat|_lon|_lng))[\"']?(?:\s?[:=]\s?|\s(?:is\s)?)[\"']?([-+]?\d{1,3}\.\d{2,15})(?:$|[^0-9.])",
    "COORDINATES",
    0.6,
    1,
)
_MINUTES: Final = r"\d{1,3} ?[°º] ?\d{1,2}(?:[.,]\d+)? ?['’′](?: ?\d{1,2}(?:[.,]\d+)? ?(?:\"|”|″|''|’’))?"
_DEGREES: Final = Pattern(
    rf"((?:[NS] ?{_MINUTES}[,;]? {{0,2}}[EWO] ?{_MINUTES})|(?:{_MINUTES} ?[NS][,;]? {{0,2}}(?:{_MINUTES} ?[EWO])?))", "COORDINATES", 0.8, 1
)
_SIGNED: Final = Pattern(r"(\d{1,2}\.\d{2,}° ?[NS][,;]? ?\d{1,3}\.\d{2,}° ?[EWO])", "COORDINATES", 0.8, 1)
_PLUS: Final = Pattern(
    r"(?:^|[^0-9A-Za-z+])([23456789C][23456789CFGHJMPQRV][23456789CFGHJMPQRVWX]{6}\+[23456789CFGHJMPQRVWX]{2,3})(?:$|[^0-9A-Za-z+])",
    "COORDINATES",
    0.6,
    1,
)
_WORDS: Final = Pattern(r"(?i:what3words|w3w)\W{1,12}(?:/{3})?([a-z]{3,20}\.[a-z]{3,20}\.[a-z]{3,20})\b", "COORDINATES", 0.7, 1)


def _check(value: str, pattern: Pattern) -> Judged | None:
    if pattern is _PAIR:
        parts = re.findall(r"[-+]?\d+\.\d+", value)
        if all(abs(float(part)) < 1 for part in parts) or len({len(part.partition(".")[2]) for part in parts}) > 2:  # noqa: PLR2004
            return None  # `0.1234, 0.5678`: shares and colours
    if pattern is _PLUS and (value[:8].isdigit() or value[:8].isalpha()):
        return None
    return Judged(pattern.entity, pattern.score)


COORDINATES = Detector(
    name="coordinates",
    version=1,
    patterns=(_PAIR, _GEO, _MAP, _NAMED, _DEGREES, _SIGNED, _PLUS, _WORDS),
    judge=_check,
    context=("gps", "coordinates", "coords", "location", "koordinaten", "coordenadas", "coordonnées", "coordinate", "position", "meet"),
    identity=lambda value: re.sub(r"\s+", "", value),
    examples=(
        "48.858370, 2.294481",
        "gps: (-33.8567844,151.2152967)",
        "geo:48.8584,2.2945",
        "https://www.google.com/maps/@48.8583701,2.2944813,17z",
        "48°51'29\"N 2°17'40\"E",
        "N 48° 51.5' E 2° 17.6'",
        '"latitude": 48.8584',
        "8FW4V75V+8Q is the place",
        "what3words: ///filled.count.soap",
    ),
    counterexamples=(
        "[0.1234, 0.5678]",
        "1.2345, 2.3456, 3.4567",
        "version 48.8, 2.2",
        "matrix(1.0000, 0.0000, 0.0000, 1.0000)",
        "98.6° is a fever",
        "latency: 12.345",
        "12345678+90",
        "x=120.1234, 95.1234, 12.1234",
    ),
)
