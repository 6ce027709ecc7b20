"""The pure half of a request's walk, with a few plain detectors of its own: document in, protected document and originals out."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.core.dialect import Endpoint
from app.core.finding import Finding
from app.core.naming import Names, Outbound
from app.core.policy import Policy, Verdict, read_policy
from app.core.segment import segments
from app.core.surrogate import Original
from app.engine.inspect import assemble, check_grammar, neighbours, view
from app.engine.protect import protect
from app.engine.restore import Originals, Restorer

NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
KEY: Final = b"naming key of the tests, 32 byte"
_PATTERNS: Final = (
    ("EMAIL_ADDRESS", re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}")),
    ("CREDIT_CARD", re.compile(r"\b4\d{3}(?:[ -]?\d{4}){3}\b")),
    ("PHONE_NUMBER", re.compile(r"\b\d{11}\b")),
    ("PASSWORD", re.compile(r"(?i)\bpassword\W{1,4}([^\s\"',;]{5,})")),
    ("PROJECT", re.compile(r"Falcon \"Ærø\"\\7|Falcon-\d")),
)


def scan(text: str) -> list[Finding]:
    return [
        Finding(*match.span(match.lastindex or 0), entity, 0.9, "plain", True)
        for entity, pattern in _PATTERNS
        for match in pattern.finditer(text)
    ]


def decide(
    document: Any,
    endpoint: Endpoint,
    policy: Policy,
    recalled: Mapping[str, tuple[str, Original]] | None = None,
    see: Callable[[str], list[Finding]] = scan,
) -> tuple[list[Any], Verdict]:
    found = segments(document, endpoint.request)
    for segment in found:
        check_grammar(segment)
    texts = {view(segment)[0] for segment in found} | {joined for _, joined in neighbours(found, endpoint.conversation)}
    findings = assemble(found, {text: see(text) for text in texts}, recalled or {}, endpoint.conversation)
    return found, policy.decide(found, findings, NOW)


def walk(
    document: Any,
    endpoint: Endpoint,
    rules: Mapping[str, Any] | None = None,
    recalled: Mapping[str, tuple[str, Original]] | None = None,
    names: Names | None = None,
    see: Callable[[str], list[Finding]] = scan,
) -> Outbound:
    found, verdict = decide(document, endpoint, Policy(read_policy({"version": 1, **(rules or {})})), recalled, see)
    verdict.enforce()
    return protect(document, endpoint.request, found, verdict, names or naming(), recalled, endpoint.conversation, endpoint.offsets)


def naming(key: bytes = KEY) -> Names:
    return Names(key, lambda _entity, value: re.sub(r"\W", "", value.casefold()))


def restorer_of(outbound: Outbound, recalled: Mapping[str, tuple[str, Original]] | None = None) -> Restorer:
    values = {text: original for text, (_, original) in (recalled or {}).items()}
    values.update({issued.text: issued.original for issued in outbound.issued if issued.restore})
    return Restorer(Originals(values, frozenset), json_text=False)


def stand_in(outbound: Outbound, value: str) -> str:
    """The surrogate that stands for `value`."""
    return next(issued.text for issued in outbound.issued if issued.original.text == value)
