"""A schema that admits a value and excludes its surrogate: refused where it is enforced, with its place and never the value."""

import json
from typing import Any

import pytest
from laws.machine import ENDPOINTS
from laws.walk import decide

from app.core.document import parse
from app.core.policy import Policy, read_policy
from app.engine.constraints import check
from app.errors import PolicyBlocked

MAIL = "maria@example.org"
EXCLUDING = {
    "format": {"type": "string", "format": "email"},
    "pattern": {"type": "string", "pattern": "^[^@]+@[^@]+$"},
    "length": {"type": "string", "maxLength": 20},
    "enum and format": {"enum": [MAIL, "x"], "format": "email"},
}
ADMITTING = {
    "plain": {"type": "string"},
    "another format": {"type": "string", "format": "date"},
    "neither matches": {"type": "string", "pattern": "^x$"},
    "both match": {"type": "string", "pattern": "^[^ ]+$"},
    "too short for both": {"type": "string", "maxLength": 5},
    "long enough": {"type": "string", "maxLength": 80},
    "enum": {"enum": [MAIL, "x"]},
    "enum of others": {"enum": ["x"], "format": "email"},
    "pattern that RE2 does not read": {"type": "string", "pattern": "(?=x)y"},
    "property of that name": {"properties": {"format": {"type": "string"}, "pattern": {"type": "string"}}},
}


def request(name: str, schema: Any, *, strict: bool | None) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"to": {"anyOf": [schema]}}}
    flag = {} if strict is None else {"strict": strict}
    if name == "anthropic":
        turns = {"messages": [{"role": "user", "content": MAIL}]}
        return {**turns, "tools": [{"name": "f", "input_schema": schema, **flag}]}
    if name == "responses":
        return {"input": MAIL, "tools": [{"type": "function", "name": "f", "parameters": schema, **flag}]}
    turns = {"messages": [{"role": "user", "content": MAIL}]}
    return {**turns, "response_format": {"type": "json_schema", "json_schema": {"name": "f", "schema": schema, **flag}}}


def judge(name: str, document: dict[str, Any], **rules: Any) -> None:
    parsed, endpoint = parse(json.dumps({"model": "m", **document})), ENDPOINTS[name]
    found, verdict = decide(parsed, endpoint, Policy(read_policy({"version": 1, **rules})))
    check(endpoint, parsed, found, verdict)


@pytest.mark.parametrize("name", ["openai", "responses", "anthropic"])
@pytest.mark.parametrize("case", EXCLUDING)
def test_a_schema_that_excludes_a_surrogate_is_refused_where_it_is_enforced(name: str, case: str) -> None:
    with pytest.raises(PolicyBlocked, match="surrogate of its EMAIL_ADDRESS") as caught:
        judge(name, request(name, EXCLUDING[case], strict=True))
    assert MAIL not in str(caught.value)
    assert caught.value.where.endswith(".*.*.*[0]")
    judge(name, request(name, EXCLUDING[case], strict=False))


@pytest.mark.parametrize("name", ["openai", "responses", "anthropic"])
@pytest.mark.parametrize("case", ADMITTING)
def test_a_schema_that_admits_the_surrogate_or_not_even_the_value_passes(name: str, case: str) -> None:
    judge(name, request(name, ADMITTING[case], strict=True))


def test_what_holds_where_nobody_says_strict_is_what_the_provider_does() -> None:
    for name in ("openai", "anthropic"):
        judge(name, request(name, EXCLUDING["format"], strict=None))
    with pytest.raises(PolicyBlocked):
        judge("responses", request("responses", EXCLUDING["format"], strict=None))
    with pytest.raises(PolicyBlocked):
        judge(
            "anthropic",
            {"messages": [{"role": "user", "content": MAIL}], "output_format": {"type": "json_schema", "schema": EXCLUDING["format"]}},
        )


def test_a_value_that_is_allowed_redacted_or_only_watched_is_nobodys_surrogate() -> None:
    document = request("openai", EXCLUDING["format"], strict=True)
    judge("openai", document, allow=[{"text": MAIL}])
    judge("openai", document, mode="monitor")
    judge("openai", document, defaults={"transform": "redact"})
