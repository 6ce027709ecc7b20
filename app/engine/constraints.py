"""Schemas that a provider enforces: refuse a request whose values may stand in an answer where their surrogates may not.

A schema says what the model can write at all. If a value of the request fits a string of it and the surrogate in its place
does not (`format: email`, a pattern, a length), the model could only invent one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import re2

from app.core.dialect import Endpoint, Enforced
from app.core.document import Number
from app.core.policy import Mode, Verdict
from app.core.segment import Path, Segment, Unlisted, address
from app.core.surrogate import example
from app.errors import PolicyBlocked
from app.transforms.realistic import GENERATORS

_FORMATS: Final = {"email": "EMAIL_ADDRESS", "idn-email": "EMAIL_ADDRESS", "ipv4": "IP_ADDRESS", "ipv6": "IP_ADDRESS"}
_LIMITS: Final = ("format", "pattern", "maxLength")


def check(endpoint: Endpoint, document: Mapping[str, Any], segments: Sequence[Segment], verdict: Verdict) -> None:
    """Raise PolicyBlocked where an enforced schema admits a value of the document and excludes its surrogate."""
    if not endpoint.schemas or verdict.mode is not Mode.ENFORCE or not any(verdict.decisions):
        return
    values = {
        (finding.entity, segment.text[finding.start : finding.end])
        for segment, row in zip(segments, verdict.decisions, strict=True)
        for finding, ruling in row
        if ruling.transforms and _shaped(ruling.transform, finding.entity)
    }
    if not values:
        return
    for schema, path in _enforced(endpoint.schemas, document):
        for node, at in _strings(schema, path):
            for entity, value in values:
                if _excludes(node, entity, value):
                    raise PolicyBlocked(
                        f"this schema admits a value of the request but not the surrogate of its {entity}",
                        where=address(at),
                        hint="Drop `format`, `pattern` or `maxLength` there, do not ask for `strict`, or make the entity `realistic` in the policy",
                    )


def _shaped(transform: str, entity: str) -> bool:
    """Whether what stands for the value has a surrogate's form: a realistic stand-in fits where the value did."""
    return transform == "surrogate" or (transform == "realistic" and entity not in GENERATORS)


def _enforced(schemas: Sequence[Enforced], document: Mapping[str, Any]) -> Iterator[tuple[Any, Path]]:
    for one in schemas:
        for holder, path in _reached(document, one.path.split("."), None):
            schema = holder.get(one.key)
            if isinstance(schema, dict) and (not one.flag or holder.get(one.flag, one.default) is True):
                yield schema, (path, one.key)


def _reached(value: Any, steps: Sequence[str], path: Path) -> Iterator[tuple[Mapping[str, Any], Path]]:
    if not isinstance(value, dict):
        return
    if not steps:
        yield value, path
        return
    name = steps[0].removesuffix("[]")
    child = value.get(name)
    if isinstance(child, list):
        for index, one in enumerate(child):
            yield from _reached(one, steps[1:], ((path, name), index))
    else:
        yield from _reached(child, steps[1:], (path, name))


def _strings(node: Any, path: Path) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Yield the parts of a schema that limit a string."""
    if isinstance(node, dict):
        if any(isinstance(node.get(name), str | Number) for name in _LIMITS):
            yield node, path
        for key, child in node.items():
            yield from _strings(child, (path, Unlisted(key)))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _strings(child, (path, index))


def _excludes(node: Mapping[str, Any], entity: str, value: str) -> bool:
    members = node.get("enum")
    if isinstance(members, list) and value not in members:
        return False  # if it is one, it becomes the surrogate there, too
    stand_in = example(entity)
    verdicts = [(True, True)]
    form, pattern, longest = node.get("format"), node.get("pattern"), node.get("maxLength")
    if isinstance(form, str):
        verdicts.append((_FORMATS.get(form) == entity, False))
    if isinstance(pattern, str):
        verdicts.append(_matched(pattern, value, stand_in))
    if isinstance(longest, Number) and longest.whole is not None:
        verdicts.append((len(value) <= longest.whole, len(stand_in) <= longest.whole))
    return all(fits for fits, _ in verdicts) and not all(fits for _, fits in verdicts)


def _matched(pattern: str, value: str, stand_in: str) -> tuple[bool, bool]:
    """Say whether a value and its stand-in match; a pattern that RE2 does not read is left to the provider."""
    options = re2.Options()
    options.log_errors, options.max_mem = False, 1 << 20
    try:
        compiled = re2.compile(pattern, options)
        return compiled.search(value) is not None, compiled.search(stand_in) is not None
    except (re2.error, UnicodeEncodeError):
        return True, True
