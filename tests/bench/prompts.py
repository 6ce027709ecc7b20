"""Prompts in the manner of real ones, from seeded templates: prose, code, logs and JSON, each with a value here and there."""

import json
import random

SENTENCES = (
    "Could you look at the attached draft and tell me whether the second part still reads well?",
    "We moved the meeting to {day} because nobody from the northern office could come.",
    "The invoice was sent to {mail} last week, and they have not answered yet.",
    "Please keep it short, friendly and without any words that only engineers understand.",
    "I called {phone} twice, and both times somebody else picked up.",
    "As far as I remember, the contract says thirty days, but please check that again.",
    "Their order {number} arrived broken; they would like the money back, not another one.",
    "It would help to have three variants, from very polite to quite direct.",
)
CODE = (
    "def total(orders: list[Order], rate: float = 0.19) -> float:",
    "    return sum(order.price * order.count for order in orders) * (1 + rate)",
    "    # orders from before {date} have no currency, so we assume the one of the shop",
    'class Client:\n    def __init__(self, host: str = "{ip}", port: int = 8443, timeout: float = 2.5) -> None:',
    "        self._session, self._cache = Session(retries=3), {{}}",
    "import {{ useMemo, useState }} from 'react';  // v18.3.1, sha 9f86d081884c7d65",
    "const url = `https://api.example.com/v2/items/${{id}}?limit=50&cursor=${{next}}`;",
    "    if response.status_code >= 400:\n        raise UpstreamError(response.status_code, response.headers.get('x-request-id'))",
)
LOGS = (
    "{date}T{time}Z INFO  worker-3 request_id=7f3a9c1e-22aa-4e1b-9c7e-0242ac120002 method=GET path=/v1/items/{number} status=200 ms=13",
    "{date}T{time}Z WARN  pool size 20 reached, 3 waiting, oldest 118 ms",
    "{date} {time},117 ERROR [http-nio-8080-exec-4] c.e.s.OrderService - cannot reserve {number}: java.net.SocketTimeoutException",
    '{ip} - - [{date}:{time} +0000] "POST /login HTTP/1.1" 302 481 "-" "Mozilla/5.0 (X11; Linux x86_64)"',
    "    at com.example.shop.OrderService.reserve(OrderService.java:{line})",
)


def values(dice: random.Random) -> dict[str, object]:
    """Return fresh values of reserved ranges."""
    return {
        "day": dice.choice(("Monday", "Tuesday", "Friday")),
        "mail": f"{dice.choice(('info', 'billing', 'a.kim', 'team'))}{dice.randrange(1000)}@example.com",
        "phone": f"+44 20 7946 {dice.randrange(10_000):04}",
        "number": dice.randrange(10**7, 10**8),
        "date": f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        "time": f"{dice.randrange(24):02}:{dice.randrange(60):02}:{dice.randrange(60):02}",
        "ip": f"192.0.2.{dice.randrange(256)}",
        "line": dice.randint(10, 900),
    }


def lines(dice: random.Random, templates: tuple[str, ...], size: int, joint: str) -> str:
    """Return about `size` characters of filled templates."""
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        parts.append(dice.choice(templates).format(**values(dice)))
    return joint.join(parts)[:size]


def prompt(dice: random.Random, size: int = 1000) -> str:
    """Return one prompt of about `size` characters."""
    match dice.randrange(4):
        case 0:
            return lines(dice, SENTENCES, size, " ")
        case 1:
            return "Why does this fail?\n\n" + lines(dice, CODE, size, "\n")
        case 2:
            return lines(dice, LOGS, size, "\n")
        case _:
            rows = [
                {**values(dice), "id": index, "tags": ["new", "b2b"], "note": dice.choice(SENTENCES)} for index in range(size // 150 + 1)
            ]
            return json.dumps(rows, indent=1)[:size]


def prompts(count: int, seed: int = 1) -> list[str]:
    """Return `count` different prompts of 1 KB."""
    dice = random.Random(seed)
    return [prompt(dice) for _ in range(count)]
