"""The document: every fault with its place and never its value, both spellings of a transform, the published schema, what changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.policy_diff import differences
from app.core.policy_document import PolicyDocument, located, read_policy, schema
from app.core.position import positions
from app.core.presets import PRESETS
from app.core.transform import PARAMETERS
from app.errors import Invalid

SECRET = "s3cretWord"
FAULTY = f"""{{
  "version": 1,
  "rules": [
    {{"entities": ["*"], "action": "{SECRET}"}},
    {{"entities": ["*"], "action": "allow",
      "where": {{"role": []}}, "with": {{"mask": {{"keep_last": "{SECRET}"}}}}}}
  ],
  "allow": [{{"text": "a\\u0022}}]\\n", "pattern": "{SECRET}"}}, {{"pattern": "({SECRET}"}}],
  "{SECRET}!": true,
  "terms": [{{"name": "x", "texts": ["fine"], "pattern": "(?={SECRET})"}}]
}}"""
NEEDLES = {  # path → its key, in the line in which it stands
    "rules.0.action": (4, '"action"'),
    "rules.1.where.role": (6, '"role"'),
    "rules.1.with.mask.keep_last": (6, '"keep_last"'),
    "allow.0": (8, '{"text"'),
    "allow.1.pattern": (8, '"pattern": "('),
    "?": (9, f'"{SECRET}!"'),
    "terms.0.pattern": (10, '"pattern"'),
}
PLACES = {path: (line, FAULTY.splitlines()[line - 1].index(needle) + 1) for path, (line, needle) in NEEDLES.items()}


def test_every_fault_is_told_with_its_place_and_never_its_value() -> None:
    with pytest.raises(Invalid) as caught:
        read_policy(json.loads(FAULTY))
    error = located(caught.value, positions(FAULTY))
    assert {fault.where: (fault.line, fault.column) for fault in error.faults} == PLACES
    for text in (str(caught.value), str(error), *(fault.message for fault in error.faults)):
        assert SECRET not in text
    assert all(f"line {line}, column {column}" in str(error) for line, column in PLACES.values())


def test_positions_are_those_of_a_naive_search() -> None:
    text = '\t{"a": [10, {"b":\r\n "x]\\"}", "c": []}, null],\n\n "dé": {"a": -1.5e3}}'
    assert positions(text) == {
        (): (1, 2),
        ("a",): (1, 3),
        ("a", 0): (1, 9),
        ("a", 1): (1, 13),
        ("a", 1, "b"): (1, 14),
        ("a", 1, "c"): (2, 11),
        ("a", 2): (2, 21),
        ("dé",): (4, 2),
        ("dé", "a"): (4, 9),
    }


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_transform_is_a_name_or_a_name_with_parameters_and_means_the_same_when_read_back(name: str) -> None:
    def read(using: Any) -> PolicyDocument:
        return read_policy({"version": 1, "rules": [{"entities": ["*"], "action": "transform", "with": using}]})

    short, long = read(name), read({name: {}})
    assert short == long == read_policy(short.whole())
    assert short.rules[0].transform is not None
    assert short.rules[0].transform.name == name


@pytest.mark.parametrize("using", ["rot13", {}, {"mask": {}, "hash": {}}, {"rot13": {}}, {"mask": {"keep": 1}}, 4, None, ["mask"]])
def test_what_is_no_transform_is_refused(using: Any) -> None:
    document = {"version": 1, "defaults": {"transform": using}}
    with pytest.raises(Invalid) as caught:
        read_policy(document)
    assert caught.value.where.startswith("defaults.transform")


@pytest.mark.parametrize("pattern", ["(a", "(?=a)", r"(a)\1", "a*", "(((a{1,100}){1,100}){1,100})", "x" * 1001])
def test_patterns_are_those_of_re2_and_of_bounded_size(pattern: str) -> None:
    for document in ({"allow": [{"pattern": pattern}]}, {"terms": [{"name": "x", "pattern": pattern}]}):
        with pytest.raises(Invalid) as caught:
            read_policy({"version": 1, **document})
        assert caught.value.where in {"allow.0.pattern", "terms.0.pattern"}


@pytest.mark.parametrize("entry", ["monitor", "allow", "allow:*", "allow:AWS_*"])
def test_what_callers_may(entry: str) -> None:
    assert read_policy({"version": 1, "caller_may": [entry]}).caller_may == (entry,)


@pytest.mark.parametrize("entry", ["", "restore", "allow:", "allow:aws", "monitor ", "allow:A,B"])
def test_what_callers_never_may(entry: str) -> None:
    with pytest.raises(Invalid):
        read_policy({"version": 1, "caller_may": [entry]})


def test_the_committed_schema_is_the_one_published() -> None:
    committed = (Path(__file__).parents[2] / "docs/policy.schema.json").read_text()
    assert json.loads(committed) == schema(), "run `hushgate policy schema > docs/policy.schema.json`"


def test_the_schema_knows_every_key_and_refuses_others() -> None:
    made = schema()
    assert set(made["properties"]) == set(PolicyDocument.model_fields)
    objects = [made, *(one for one in made["$defs"].values() if one.get("type") == "object")]
    assert all(one["additionalProperties"] is False for one in objects)
    assert "with" in made["$defs"]["Rule"]["properties"]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_policy(name: str) -> None:
    assert {"default", "coding", "strict", "monitor-first"} == set(PRESETS)
    read_policy(PRESETS[name].document)


RULES = [{"entities": [name], "action": "allow"} for name in "ABC"]
OLD = {"version": 1, "mode": "enforce", "rules": RULES, "terms": [{"name": "p", "texts": [SECRET, "two"]}]}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"mode": "monitor"}, ['~ mode "enforce" → "monitor"']),
        ({"rules": [{"entities": ["Z"], "action": "block"}, *RULES]}, ['+ rules.0 {"entities": ["Z"], "action": "block"}']),
        ({"rules": RULES[1:]}, ['- rules.0 {"entities": ["A"], "action": "allow"}']),
        ({"rules": [RULES[0], {**RULES[1], "action": "block"}, RULES[2]]}, ['~ rules.1.action "allow" → "block"']),
        ({"rules": []}, [f"- rules.{i} {json.dumps(rule)}" for i, rule in enumerate(RULES)]),
        ({"terms": [{"name": "p", "texts": [SECRET, "three"]}]}, ['~ terms.0.texts.1 "(hidden)" → "(hidden)"']),
        ({"terms": []}, ['- terms.0 {"name": "p", "texts": ["(hidden)", "(hidden)"]}']),
        ({"allow": [{"text": SECRET, "entities": ["*"]}]}, ['+ allow [{"text": "(hidden)", "entities": ["*"]}]']),
    ],
)
def test_a_difference_is_told_by_rule_and_keeps_the_words_of_terms(changes: dict[str, Any], told: list[str]) -> None:
    assert [str(one) for one in differences(OLD, {**OLD, **changes})] == told


def test_the_words_of_terms_are_shown_on_demand() -> None:
    [one] = differences(OLD, {**OLD, "terms": []}, texts=True)
    assert SECRET in str(one)
