"""IP addresses: public ones are personal, private, loopback and link-local ones are ordinary; versions and OIDs are neither."""

import ipaddress
import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern

# What reads `1.2.3.4` as a version or a chapter: the word before it, a product name, a requirement's operator.
_NO_ADDRESS: Final = (
    r"(?i:\b(?:version|versions|ver|release|rev|revision|build|firmware|driver|upgrade(?:d)?\s+to|section|sec|chapter|clause|appendix|oid)"
    r"""[\\"'\s:=>_()-]{1,6}v?|§\s?|\b(?:chrome|chromium|safari|firefox|edge|edg|opr|applewebkit|version|crios)/|[a-z0-9\])](?:==|~=|!=|>=|<=)|[~^])"""
    r"\d+(?:\.\d+){3,}"
)
_LEFT: Final = r"(?:^|[^0-9A-Za-z._\-]_?|[0-9]-|\\[nrt])"
_RIGHT: Final = r"(?:$|[^0-9A-Za-z.\-]|\.(?:$|[^0-9A-Za-z])|-(?:$|[^A-Za-z]))"
_DOTTED: Final = r"\d{1,3}(?:\.\d{1,3}){3}"
_DOTS: Final = re.compile(_DOTTED, re.ASCII)
_HEX: Final = r"[0-9A-Fa-f]{1,4}"

_FOUR: Final = Pattern(rf"{_NO_ADDRESS}|{_LEFT}({_DOTTED}){_RIGHT}", "IP_ADDRESS", 0.6, 1)
_FILTER: Final = Pattern(rf"(?i:addr|address|src|dst|host|ip|peer|remote|client)==({_DOTTED}){_RIGHT}", "IP_ADDRESS", 0.6, 1)
_SIX: Final = Pattern(
    r"(?:^|[^0-9A-Za-z:._\-]|\\[nrt])("
    rf"(?:{_HEX}:){{7}}{_HEX}|(?:{_HEX}:){{6}}{_DOTTED}"
    rf"|(?:{_HEX}(?::{_HEX}){{0,6}})::(?:{_HEX}:){{0,5}}(?:{_DOTTED}|{_HEX})|::(?:{_HEX}:){{0,6}}(?:{_DOTTED}|{_HEX})"
    rf"|(?:{_HEX}(?::{_HEX}){{0,6}})::"
    r"(?:%[0-9A-Za-z]{1,15})?)(?:$|[^0-9A-Za-z:]|:(?:$|[^0-9A-Za-z:]))",
    "IP_ADDRESS",
    0.6,
    1,
)

_Range = tuple[int, int, int]  # version, first and last address


def _ranges(*networks: str) -> tuple[_Range, ...]:
    """Return networks as numbers: asking `ipaddress` for membership costs ten times as much."""
    return tuple((n.version, int(n.network_address), int(n.broadcast_address)) for n in map(ipaddress.ip_network, networks))


_DOCUMENTATION: Final = _ranges("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
# Where addresses live (RFC 4291); slices such as `1::2` and scopes such as `dead::beef` fall outside. Written in full one is nothing else.
_ASSIGNED: Final = _ranges("2000::/3", "fc00::/7", "fe80::/10", "ff00::/8", "::1/128", "::ffff:0:0/96", "64:ff9b::/96")
_OID: Final = re.compile(r"2\.5\.(?:4|29)\.\d+|1\.3\.6\.1|1\.2\.840\..*|0\.9\..*|\d+\.0\.0\.0|[0-4]\.0\.\d\.\d|0\..*")


# IPv4 that is not reachable from everywhere (IANA's registry of special purposes), multicast and reserved.
_SPECIAL: Final = _ranges(
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3",
)  # fmt: skip


def _four(value: str) -> tuple[int, str] | None:
    """Return a dotted address as a number, and as it is written without leading zeros."""
    parts = list(map(int, value.split(".")))
    if max(parts) > 255:  # noqa: PLR2004 - a byte
        return None
    first, second, third, fourth = parts
    return (first << 24) + (second << 16) + (third << 8) + fourth, f"{first}.{second}.{third}.{fourth}"


def _six(value: str) -> ipaddress.IPv6Address | None:
    try:
        return ipaddress.IPv6Address(value.partition("%")[0])
    except ValueError:
        return None


def _check(value: str, pattern: Pattern) -> Judged | None:
    if ":" in value:
        address = _six(value)
        if address is None or ("::" in value and not _within(6, int(address), _ASSIGNED)):
            return None
        if address.ipv4_mapped is None:
            public = _within(6, int(address), _DOCUMENTATION) or (address.is_global and not (address.is_multicast or address.is_reserved))
            return Judged("IP_ADDRESS" if public else "IP_ADDRESS_PRIVATE", pattern.score)
        value = str(address.ipv4_mapped)
    read = _four(value)
    if read is None:
        return None
    number, plain = read
    public = _within(4, number, _DOCUMENTATION) or not _within(4, number, _SPECIAL)
    if _OID.fullmatch(plain) and number:
        return Judged(pattern.entity, 0.3) if public else None
    return Judged("IP_ADDRESS" if public else "IP_ADDRESS_PRIVATE", pattern.score)


def _within(version: int, number: int, ranges: tuple[_Range, ...]) -> bool:
    return any(version == its and first <= number <= last for its, first, last in ranges)


def _identity(value: str) -> str:
    if ":" in value:
        address = _six(value)
        return value.casefold() if address is None else str(address)
    read = _four(value) if _DOTS.fullmatch(value) else None
    return value.casefold() if read is None else read[1]


IP = Detector(
    name="ip",
    version=2,
    patterns=(_FOUR, _FILTER, _SIX),
    judge=_check,
    context=(
        "ip",
        "ips",
        "ip address",
        "ipv4",
        "ipv6",
        "address",
        "addr",
        "host",
        "server",
        "client",
        "gateway",
        "dns",
        "ping",
        "ssh",
        "nameserver",
        "subnet",
        "remote",
    ),
    identity=_identity,
    examples=(
        "203.0.113.7",
        "connect to 8.8.8.8:53 now",
        "http://198.51.100.23/login",
        "from 10.0.0.1-10.0.0.20 in the office",
        "127.0.0.1 and 0.0.0.0",
        "2001:db8::1",
        "http://[2001:db8:85a3::8a2e:370:7334]:8080/",
        "fe80::1%eth0",
        "::ffff:203.0.113.9 mapped",
        "ip.addr==192.0.2.1 && tcp",
        "host 1.2.3.4",
        "2a00:1450:4001:81b:0:0:0:200e",
        "e54c:5de6:c381:3ce6:b5a2:9062:6cd9:e62a",
    ),
    counterexamples=(
        "version 1.2.3.4",
        "v1.2.3.4",
        'version="4.8.1.78"',
        "opencv-python==4.8.1.78",
        "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36",
        "OID 1.3.6.1.4.1.311 and 2.5.29.17",
        "at 12:34:56 on 2024-01-02T03:04:05",
        "items[1::2] and rows[::2] and std::vector",
        "00:1a:2b:3c:4d:5e",
        "lib-1.2.3.4.tar.gz",
        "999.1.1.1",
        "dead::beef",
        "Section 4.2.1.3 says",
    ),
)
