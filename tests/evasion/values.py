"""Fresh values, each in one of the forms in which people write it, made here without the product's own code."""

import base64
import json
import string
from collections.abc import Callable
from random import Random
from typing import Final

ALPHANUMERIC: Final = string.ascii_letters + string.digits
_NAMES: Final = ("maria", "lee", "okafor", "anna", "dubois", "kowalski", "singh", "tanaka", "ivanov", "castillo", "novak", "schmidt")
_GIVEN: Final = ("Maria", "Daniel", "Anna", "Thomas", "Laura", "James", "Sofia", "Peter")
_FAMILY: Final = ("Schmidt", "Johnson", "Kowalski", "Martinez", "Okafor", "Williams", "Dubois", "Fischer")


def _some(dice: Random, count: int, alphabet: str = ALPHANUMERIC) -> str:
    return "".join(dice.choices(alphabet, k=count))


def _grouped(text: str, gap: str, size: int = 4) -> str:
    return gap.join(text[place : place + size] for place in range(0, len(text), size))


def email(dice: Random) -> str:
    domain = dice.choice(("example.com", "mail.example.org", "example.co.uk", "firma-nord.de", "example.net"))
    return f"{dice.choice(_NAMES)}{dice.choice(('.', '_', ''))}{dice.choice(_NAMES)}{dice.choice(('', str(dice.randrange(100))))}@{domain}"


def card(dice: Random) -> str:
    digits = dice.choice(("4", "51", "55", "2221", "6011")) + _some(dice, 14, string.digits)
    digits = digits[:15]
    total = sum(int(d) if place % 2 else sum(divmod(2 * int(d), 10)) for place, d in enumerate(digits))
    return _grouped(digits + str(-total % 10), dice.choice((" ", "-", "")))


def key(dice: Random) -> str:
    return dice.choice(
        (
            "AKIA" + _some(dice, 16, string.ascii_uppercase + "234567"),
            "ghp_" + _some(dice, 36),
            "glpat-" + _some(dice, 20),
            "sk_live_" + _some(dice, 24),
            "AIza" + _some(dice, 35),
            "sk-ant-api03-" + _some(dice, 60),
        )
    )


def iban(dice: Random) -> str:
    country, length, letters = dice.choice((("DE", 22, 0), ("GB", 22, 4), ("FR", 27, 0), ("ES", 24, 0), ("NL", 18, 4), ("CH", 21, 0)))
    account = _some(dice, letters, string.ascii_uppercase) + _some(dice, length - 4 - letters, string.digits)
    check = 98 - int("".join(str(int(c, 36)) for c in f"{account}{country}00")) % 97
    return _grouped(f"{country}{check:02}{account}", dice.choice((" ", "")))


def phone(dice: Random) -> str:
    return dice.choice(
        (
            f"+44 7700 900{dice.randrange(1000):03}",
            f"+1 202 555 {dice.randrange(100, 200):04}",
            f"+49 30 {dice.randrange(10**6, 10**7)}",
            f"202-555-{dice.randrange(100, 200):04}",
            f"(202) 555-{dice.randrange(100, 200):04}",
        )
    )


def ssn(dice: Random) -> str:
    return f"{dice.randint(101, 665)}-{dice.randint(10, 99)}-{dice.randint(1000, 9999)}"


def jwt(dice: Random) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": _some(dice, 8), "iat": dice.randrange(10**9)})
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    return f"{head}.{body}.{_some(dice, 43, ALPHANUMERIC + '-_')}"


def private_key(dice: Random) -> str:
    body = "\n".join(base64.b64encode(dice.randbytes(48)).decode() for _ in range(4))
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"


def person(dice: Random) -> str:
    return f"{dice.choice(_GIVEN)} {dice.choice(_FAMILY)}"


VALUES: Final[dict[str, Callable[[Random], str]]] = {
    "EMAIL_ADDRESS": email,
    "CREDIT_CARD": card,
    "key": key,
    "IBAN_CODE": iban,
    "PHONE_NUMBER": phone,
    "US_SSN": ssn,
    "JWT": jwt,
    "PRIVATE_KEY": private_key,
    "PERSON": person,
}
ASSERTED: Final = ("EMAIL_ADDRESS", "CREDIT_CARD", "key", "IBAN_CODE")
KEYS: Final = ("AWS_ACCESS_KEY", "GITHUB_TOKEN", "GITLAB_TOKEN", "STRIPE_KEY", "GCP_API_KEY", "ANTHROPIC_KEY", "OPENAI_KEY", "API_KEY")
