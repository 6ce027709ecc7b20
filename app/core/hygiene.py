"""What a policy does about the words by which a provider would know a caller again, and about what it would keep."""

import re
from collections.abc import Sequence
from typing import Any, Final

from app.core.dialect import Endpoint
from app.core.finding import Finding
from app.core.policy_document import Hygiene
from app.core.segment import Form, Segment
from app.core.table import Kind
from app.errors import NotAdmitted

# One vocabulary for every dialect: the root keys that say who calls, or for what, and are no part of the text.
IDENTIFIERS: Final = ("user", "safety_identifier", "metadata", "client_metadata", "prompt_cache_key")
ENTITY: Final = "CALLER_IDENTIFIER"
_STORE: Final = "store"
_NAME: Final = re.compile(r"[\w-]{1,64}")  # a key that names what stands under it; a path or an address as a key is a value
_TEXTUAL: Final = frozenset({Kind.TEXT, Kind.FREE, Kind.JSON})


def cleaned(document: dict[str, Any], hygiene: Hygiene, endpoint: Endpoint) -> dict[str, Any]:
    """Return a request without what the policy drops, and with what it forces. Raises NotAdmitted if it would be kept all the same."""
    if hygiene.identifiers == "drop" and any(key in document for key in IDENTIFIERS):
        document = {key: value for key, value in document.items() if key not in IDENTIFIERS}
    return _unkept(document, endpoint) if hygiene.retention == "none" and endpoint.keeps is not None else document


def _unkept(document: dict[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    keeps = endpoint.keeps
    assert keeps is not None  # noqa: S101 - asked for where there is one
    if _STORE in keeps.asked_by:
        document = {**document, _STORE: False}
    switched = {key: False for key in keeps.switches if document.get(key)}
    document = {**document, **switched} if switched else document
    said = endpoint.document and bool(endpoint.request.entries) and keeps.content
    if said and (keeps.keeps(document) or any(document.get(key) is not None for key in keeps.into)):
        raise NotAdmitted(
            "the policy lets providers keep nothing, and this is kept", hint="Ask without it, or change hygiene in the policy"
        )
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
    if segment.kind not in _TEXTUAL or not segment.text or segment.form is Form.NUMBER:
        return False
    if segment.form is Form.KEY and _NAME.fullmatch(segment.text):
        return False
    path, root = segment.path, None
    while path is not None:
        path, root = path
    return root in IDENTIFIERS
