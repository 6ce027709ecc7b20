"""What a policy does about the words by which a provider would know a caller again, and about what it would keep."""

from collections.abc import Sequence
from typing import Any, Final

from app.core.dialect import Endpoint
from app.core.finding import Finding
from app.core.policy_document import Hygiene
from app.core.segment import Form, Segment
from app.core.table import Kind

# One vocabulary for every dialect: the root keys that say who calls, or for what, and are no part of the text.
IDENTIFIERS: Final = ("user", "safety_identifier", "metadata", "client_metadata", "prompt_cache_key")
ENTITY: Final = "CALLER_IDENTIFIER"
_STORE: Final = "store"
_TEXTUAL: Final = frozenset({Kind.TEXT, Kind.FREE, Kind.JSON})


def cleaned(document: dict[str, Any], hygiene: Hygiene, endpoint: Endpoint) -> dict[str, Any]:
    """Return a request without what the policy drops, and with what it forces."""
    if hygiene.identifiers == "drop" and any(key in document for key in IDENTIFIERS):
        document = {key: value for key, value in document.items() if key not in IDENTIFIERS}
    if hygiene.retention == "none" and endpoint.keeps is not None and _STORE in endpoint.keeps.asked_by:
        document = {**document, _STORE: False}
    return document


def named(segments: Sequence[Segment], findings: list[list[Finding]], hygiene: Hygiene) -> list[list[Finding]]:
    """Return the findings with every such word found whole, where the policy hides them: whatever stands in it, the same word stays the same."""
    if hygiene.identifiers != "pseudonymise":
        return findings
    return [
        [Finding(0, len(segment.text), ENTITY, 1.0, "hygiene", checked=True)] if _identifies(segment) else found
        for segment, found in zip(segments, findings, strict=True)
    ]


def _identifies(segment: Segment) -> bool:
    if segment.kind not in _TEXTUAL or segment.form is not Form.STRING or not segment.text:
        return False
    path, root = segment.path, None
    while path is not None:
        path, root = path
    return root in IDENTIFIERS
