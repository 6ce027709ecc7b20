"""What standards reserve for examples, by entity: no person, account or machine can be behind it."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final

_DOMAIN: Final = re.compile(
    r"(?:.*[@.])?(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:test|example|invalid)|(?:test|example|invalid|localhost))"
)
_NETWORKS: Final = tuple(
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"))
)  # RFC 5737, RFC 3849, RFC 9637
# Numbers that card processors publish for testing.
_CARDS: Final = frozenset(
    """4111111111111111 4242424242424242 4012888888881881 4000056655665556 4222222222222 5555555555554444 5105105105105100
    2223003122003222 378282246310005 371449635398431 6011111111111117 6011000990139424 3530111333300000 3566002020360505
    30569309025904 38520000023237""".split()  # noqa: SIM905 - a table
)
# The examples of the IBAN registry.
_IBANS: Final = frozenset(
    """AT611904300234573201 BE68539007547034 CH9300762011623852957 DE89370400440532013000 DK5000400440116243 ES9121000418450200051332
    FR1420041010050500013M02606 GB29NWBK60161331926819 IT60X0542811101000000123456 NL91ABNA0417164300 NO9386011117947
    PL61109010140000071219812874 SE4550000000058398257466""".split()  # noqa: SIM905 - a table
)
_SSNS: Final = re.compile(r"078051120|219099999|98765432\d|000\d{6}|666\d{6}")  # printed on sample cards, or never issued
# Numbers set aside for fiction: North America's, and Ofcom's of London, of no area, and of mobile telephones.
_FICTION: Final = re.compile(r"1?[2-9]\d\d55501\d\d|55501\d\d|(?:44|0|440)(?:2079460\d{3}|1632960\d{3}|7700900\d{3})")
_HARDWARE: Final = re.compile(r"00005e0053[0-9a-f]{2}|01005e9010[0-9a-f]{2}")  # RFC 9542
_HEALTH: Final = re.compile(r"999\d{7}")  # NHS numbers of tests


def _digits(value: str) -> str:
    return "".join(c for c in value if c.isdigit())


def _address(value: str) -> bool:
    try:
        address = ipaddress.ip_address(value.partition("%")[0])
    except ValueError:
        return False
    return any(address.version == network.version and address in network for network in _NETWORKS)


RESERVED: Final[Mapping[str, Callable[[str], bool]]] = {
    "EMAIL_ADDRESS": lambda value: _DOMAIN.fullmatch(value.replace("%40", "@").rpartition("@")[2].lower()) is not None,
    "IP_ADDRESS": _address,
    "CREDIT_CARD": lambda value: _digits(value) in _CARDS,
    "IBAN_CODE": lambda value: "".join(filter(str.isalnum, value)).upper() in _IBANS,
    "US_SSN": lambda value: _SSNS.fullmatch(_digits(value)) is not None,
    "MAC_ADDRESS": lambda value: _HARDWARE.fullmatch(re.sub(r"[^0-9a-f]", "", value.lower())) is not None,
    "URL": lambda value: _DOMAIN.fullmatch(re.sub(r"^\w+://|[/:?#].*$", "", value).lower()) is not None,
    "UK_NHS": lambda value: _HEALTH.fullmatch(_digits(value)) is not None,
    "PHONE_NUMBER": lambda value: _FICTION.fullmatch(_digits(value)) is not None,
}


def is_reserved(entity: str, value: str) -> bool:
    """Say whether a value of an entity is one that standards set aside for examples."""
    judge = RESERVED.get(entity)
    return judge is not None and judge(value)
