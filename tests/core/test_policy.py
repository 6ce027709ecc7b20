"""What a policy decides: first match wins, sensitivity is the default, what cannot be replaced blocks."""

from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.finding import COVERED, Finding, count, resolve
from app.core.place import Place, spoken
from app.core.policy import Action, Mode, Policy, read_policy
from app.core.segment import Form, Segment
from app.core.table import Kind
from app.errors import BadHeader, Invalid, NotAdmitted, PolicyBlocked

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = Segment("maria@example.org", Kind.TEXT, (None, "x"))


def policy(**document: Any) -> Policy:
    return Policy(read_policy({"version": 1, **document}))


def found(entity: str = "EMAIL_ADDRESS", score: float = 0.9, *, checked: bool = False) -> Finding:
    return Finding(0, 17, entity, score, "test", checked)


def action(rules: Policy, finding: Finding, segment: Segment = TEXT) -> Action | None:
    row = rules.decide([segment], [[finding]], NOW).decisions[0]
    return row[0][1].action if row else None


@pytest.mark.parametrize(
    ("document", "entity", "expected"),
    [
        ({}, "EMAIL_ADDRESS", Action.TRANSFORM),
        ({}, "AWS_ACCESS_KEY", Action.TRANSFORM),
        ({}, "IP_ADDRESS_PRIVATE", Action.ALLOW),
        ({}, "PROJECT_FALCON", Action.TRANSFORM),
        ({"defaults": {"action": "allow"}}, "EMAIL_ADDRESS", Action.ALLOW),
        ({"defaults": {"action": "block"}}, "IP_ADDRESS_PRIVATE", Action.ALLOW),
        ({"rules": [{"entities": ["EMAIL_ADDRESS"], "action": "allow"}]}, "EMAIL_ADDRESS", Action.ALLOW),
        ({"rules": [{"entities": ["AWS_*"], "action": "block"}]}, "AWS_SECRET_KEY", Action.BLOCK),
        (
            {"rules": [{"entities": ["*"], "action": "allow"}, {"entities": ["EMAIL_ADDRESS"], "action": "block"}]},
            "EMAIL_ADDRESS",
            Action.ALLOW,
        ),
        ({"rules": [{"entities": ["US_SSN"], "action": "block"}]}, "EMAIL_ADDRESS", Action.TRANSFORM),
    ],
)
def test_the_first_rule_that_matches_wins(document: dict[str, Any], entity: str, expected: Action) -> None:
    assert action(policy(**document), found(entity)) is expected


@pytest.mark.parametrize(
    ("document", "score", "checked", "counts"),
    [
        ({}, 0.5, False, True),
        ({}, 0.49, False, False),
        ({}, 0.35, True, True),
        ({}, 0.34, True, False),
        ({"defaults": {"threshold": 0.8}}, 0.7, True, False),
        ({"rules": [{"entities": ["*"], "action": "transform", "threshold": 0.1}], "defaults": {"threshold": 0.8}}, 0.2, False, True),
    ],
)
def test_thresholds(document: dict[str, Any], score: float, checked: bool, counts: bool) -> None:
    assert (action(policy(**document), found(score=score, checked=checked)) is not None) is counts


@pytest.mark.parametrize(
    ("allowed", "excused"),
    [
        ({"text": "maria@example.org"}, True),
        ({"text": "Maria@example.org"}, False),
        ({"text": "maria@example.org", "entities": ["EMAIL_*"]}, True),
        ({"text": "maria@example.org", "entities": ["US_SSN"]}, False),
        ({"text": "maria@example.org", "until": (NOW + timedelta(1)).isoformat()}, True),
        ({"text": "maria@example.org", "until": NOW.isoformat()}, False),
    ],
)
def test_an_allowed_text_is_no_finding_while_it_is_allowed(allowed: dict[str, Any], excused: bool) -> None:
    assert (action(policy(allow=[allowed]), found()) is None) is excused


@pytest.mark.parametrize(
    ("kind", "form", "blocks"),
    [
        (Kind.TEXT, Form.STRING, False),
        (Kind.JSON, Form.STRING, False),
        (Kind.FREE, Form.KEY, False),
        (Kind.FREE, Form.NUMBER, False),
        (Kind.FUNCTIONAL, Form.STRING, True),
        (Kind.FUNCTIONAL, Form.KEY, True),
        (Kind.FUNCTIONAL, Form.NUMBER, True),
        (Kind.ENUM, Form.STRING, True),
        (Kind.SIGNED, Form.STRING, True),
    ],
)
def test_what_cannot_be_replaced_blocks_and_never_prints(kind: Kind, form: Form, blocks: bool) -> None:
    segment = Segment("maria@example.org", kind, (None, "x"), form)
    verdict = policy().decide([segment], [[found()]], NOW)
    assert (verdict.blocked is not None) is blocks
    if verdict.blocked is None:
        verdict.enforce()
    else:
        assert verdict.word == "blocked"
        with pytest.raises(PolicyBlocked) as caught:
            verdict.enforce()
        assert "maria" not in str(caught.value)
    allowing = policy(rules=[{"entities": ["*"], "action": "allow"}]).decide([segment], [[found()]], NOW)
    assert allowing.blocked is None


def test_a_blocking_rule_says_its_reason() -> None:
    rules = policy(rules=[{"entities": ["EMAIL_ADDRESS"], "action": "block", "reason": "ask legal"}])
    with pytest.raises(PolicyBlocked, match="ask legal"):
        rules.decide([TEXT], [[found()]], NOW).enforce()


def test_monitor_blocks_nothing_and_expires() -> None:
    rules = policy(mode="monitor", mode_until=NOW.isoformat(), rules=[{"entities": ["*"], "action": "block"}])
    before, after = (rules.decide([TEXT], [[found()]], NOW + timedelta(seconds=s)) for s in (-1, 0))
    assert (before.mode, before.word, before.blocked) == (Mode.MONITOR, "monitored", None)
    assert (after.mode, after.word) == (Mode.ENFORCE, "blocked")


def test_the_word_on_the_record() -> None:
    assert policy().decide([TEXT], [[]], NOW).word == "clean"
    assert policy().decide([TEXT], [[found()]], NOW).word == "transformed"
    assert policy().decide([TEXT], [[found("IP_ADDRESS_PRIVATE")]], NOW).word == "reported"


def test_models_are_admitted_by_pattern() -> None:
    rules = policy(models=["gpt-*", "claude-9"])
    rules.admit("gpt-9")
    rules.admit("claude-9")
    with pytest.raises(NotAdmitted):
        rules.admit("claude-91")


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({}, "version"),
        ({"version": 2}, "version"),
        ({"version": 1, "modes": "x"}, "modes"),
        ({"version": 1, "rules": [{"entities": [], "action": "allow"}]}, "rules.0.entities"),
        ({"version": 1, "rules": [{"entities": ["X"], "action": "hide"}]}, "rules.0.action"),
        ({"version": 1, "rules": [{"entities": ["X"], "action": "allow", "colour": "s3cret"}]}, "rules.0.colour"),
        ({"version": 1, "terms": [{"name": "1", "texts": ["s3cret"]}]}, "terms.0.name"),
        ([], "document"),
    ],
)
def test_a_fault_is_named_by_its_path_and_never_by_its_value(document: Any, where: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_policy(document)
    assert caught.value.where == where
    assert "s3cret" not in str(caught.value)


def test_overlaps_resolve_alike_in_any_order() -> None:
    findings = [
        Finding(0, 10, "A", 0.5, "x"),
        Finding(5, 20, "B", 0.4, "x"),
        Finding(20, 25, "C", 0.9, "x"),
        Finding(0, 10, "D", 0.9, "x", True),
    ]
    for turn in range(4):
        assert [f.entity for f in resolve(findings[turn:] + findings[:turn])] == ["B", "C"]
    assert count(resolve(findings[:1] + findings[3:])) == {"D": 1}


OPENAI = {
    "messages": [
        {"role": "system", "content": "x"},
        {"role": "user", "content": [{"type": "text", "text": "x"}]},
        {"role": "assistant", "tool_calls": [{"function": {"name": "send_mail", "arguments": "x"}}]},
        {"role": "tool", "content": "x"},
    ]
}
ANTHROPIC = {
    "system": [{"type": "text", "text": "x"}],
    "messages": [
        {"role": "assistant", "content": [{"type": "tool_use", "name": "send_mail", "input": {"role": "boss", "to": "x"}}]},
        {"role": "user", "content": [{"type": "tool_result", "content": [{"type": "text", "text": "x"}]}, {"type": "text", "text": "x"}]},
    ],
    "metadata": {"x": "x"},
}
PLACES = [
    (OPENAI, ("messages", 0, "content"), "system", ""),
    (OPENAI, ("messages", 1, "content", 0, "text"), "user", ""),
    (OPENAI, ("messages", 2, "tool_calls", 0, "function", "arguments"), "assistant", "send_mail"),
    (OPENAI, ("messages", 3, "content"), "tool", ""),
    (ANTHROPIC, ("system", 0, "text"), "system", ""),
    (ANTHROPIC, ("messages", 0, "content", 0, "input", "to"), "assistant", "send_mail"),
    (ANTHROPIC, ("messages", 1, "content", 0, "content", 0, "text"), "tool", ""),
    (ANTHROPIC, ("messages", 1, "content", 1, "text"), "user", ""),
    (ANTHROPIC, ("metadata", "x"), "", ""),
    (ANTHROPIC, ("x-header",), "", ""),
]


def linked(parts: tuple[str | int, ...]) -> Any:
    path: Any = None
    for part in parts:
        path = (path, part)
    return path


@pytest.mark.parametrize(("document", "parts", "role", "tool"), PLACES)
def test_who_speaks_and_which_tool_is_called(document: Any, parts: tuple[str | int, ...], role: str, tool: str) -> None:
    assert spoken(document, linked(parts)) == (role, tool)


HERE = Place("local", "chat.completions", "gpt-9")


@pytest.mark.parametrize(("document", "parts", "role", "tool"), PLACES)
@pytest.mark.parametrize(
    "where",
    [
        {"provider": ["local"]},
        {"provider": ["open*", "az*"]},
        {"endpoint": ["chat.*"]},
        {"model": ["claude-*"]},
        {"model": ["gpt-*"], "role": ["user", "system"]},
        {"role": ["tool"]},
        {"tool": ["send_*"]},
        {"tool": ["*"]},
        {"tool": ["read_*"], "role": ["assistant"]},
        {"role": ["assistant"], "provider": ["local"], "tool": ["send_mail"]},
    ],
)
def test_a_rule_holds_where_all_its_selectors_match(document: Any, parts: Any, role: str, tool: str, where: dict[str, list[str]]) -> None:
    rules = policy(rules=[{"entities": ["*"], "where": where, "action": "allow"}, {"entities": ["*"], "action": "block"}])
    segment = Segment("maria@example.org", Kind.TEXT, linked(parts))
    facts = {**HERE._asdict(), "role": role, "tool": tool}
    holds = all(any(fnmatchcase(facts[name], pattern) for pattern in patterns) for name, patterns in where.items())
    for _ in range(2):  # compiled, then remembered
        [[(_, ruling)]] = rules.decide([segment], [[found()]], NOW, HERE, document).decisions
        assert (ruling.action is Action.ALLOW) is holds


def test_an_allowed_pattern_must_match_the_whole_value() -> None:
    assert action(policy(allow=[{"pattern": "[a-z]+@example\\.org"}]), found()) is None
    assert action(policy(allow=[{"pattern": "[a-z]+@example"}]), found()) is Action.TRANSFORM
    expired = {"pattern": ".+", "until": NOW.isoformat()}
    assert action(policy(allow=[expired]), found()) is Action.TRANSFORM


@pytest.mark.parametrize(
    ("entity", "value", "reserved"),
    [
        ("EMAIL_ADDRESS", "maria@example.org", True),
        ("EMAIL_ADDRESS", "maria@mail.example.com", True),
        ("EMAIL_ADDRESS", "ci@host.test", True),
        ("EMAIL_ADDRESS", "maria@notexample.org", False),
        ("EMAIL_ADDRESS", "example.org@mail.net", False),
        ("CREDIT_CARD", "4111-1111 11111111", True),
        ("CREDIT_CARD", "4111 1111 1111 1112", False),
        ("IBAN_CODE", "de89 3704 0044 0532 0130 00", True),
        ("IP_ADDRESS", "192.0.2.200", True),
        ("IP_ADDRESS", "192.0.3.200", False),
        ("IP_ADDRESS", "2001:db8::1", True),
        ("US_SSN", "078-05-1120", True),
        ("US_SSN", "536-90-4399", False),
        ("PHONE_NUMBER", "+1 (202) 555-0143", True),
        ("PHONE_NUMBER", "+1 202 555 0243", False),
        ("PASSWORD", "example.com", False),
    ],
)
def test_what_standards_reserve_is_excused_only_where_the_policy_says_so(entity: str, value: str, reserved: bool) -> None:
    segment = Segment(value, Kind.TEXT, (None, "x"))
    finding = Finding(0, len(value), entity, 1.0, "test")
    assert action(policy(), finding, segment) is Action.TRANSFORM
    assert (action(policy(reserved="allow"), finding, segment) is None) is reserved


GRANTED = {
    ("x-hushgate-mode", "enforce"): [],
    ("x-hushgate-mode", "monitor"): ["monitor"],
    ("x-hushgate-allow", "EMAIL_ADDRESS"): ["allow", "allow:EMAIL_ADDRESS", "allow:EMAIL_*", "allow:*"],
    ("x-hushgate-allow", "AWS_SECRET_KEY, EMAIL_ADDRESS"): ["allow", "allow:*"],
    ("x-hushgate-restore", "off"): [],
}
ENTRIES = ["monitor", "allow", "allow:EMAIL_ADDRESS", "allow:EMAIL_*", "allow:*", "allow:AWS_*"]
TIGHTENING = {("x-hushgate-mode", "enforce"), ("x-hushgate-restore", "off")}


@pytest.mark.parametrize("header", GRANTED)
@pytest.mark.parametrize("entry", [None, *ENTRIES])
def test_headers_loosen_only_what_callers_may(header: tuple[str, str], entry: str | None) -> None:
    rules = policy(caller_may=[entry] if entry else [], rules=[{"entities": ["*"], "action": "block"}])
    headers = dict([header])
    if header not in TIGHTENING and entry not in GRANTED[header]:
        with pytest.raises(NotAdmitted):
            rules.wished(headers)
        return
    wish = rules.wished(headers)
    verdict = rules.decide([TEXT], [[found()]], NOW, wish=wish)
    assert verdict.used == wish.used
    assert len(wish.used) == len(header[1].split(","))
    loosened = header not in TIGHTENING
    assert (verdict.blocked is None) is loosened
    assert rules.decide([TEXT], [[found()]], NOW).blocked is not None  # for this request alone


def test_a_caller_may_always_end_monitoring() -> None:
    rules = policy(mode="monitor")
    assert rules.decide([TEXT], [[found()]], NOW).mode is Mode.MONITOR
    assert rules.decide([TEXT], [[found()]], NOW, wish=rules.wished({"x-hushgate-mode": "enforce"})).word == "transformed"


@pytest.mark.parametrize(
    "header", [("x-hushgate-mode", "off"), ("x-hushgate-allow", "Maria_Singh"), ("x-hushgate-allow", "MARIA"), ("x-hushgate-allow", "")]
)
def test_a_header_that_says_nothing_we_know_is_refused_and_stands_on_no_record(header: tuple[str, str]) -> None:
    with pytest.raises(BadHeader) as caught:
        policy(caller_may=["monitor", "allow"]).wished(dict([header]))
    assert "aria" not in str(caught.value).lower()


def test_monitored_findings_count_what_would_have_been_done() -> None:
    rules = policy(mode="monitor", rules=[{"entities": ["US_SSN"], "action": "block"}])
    verdict = rules.decide([TEXT, TEXT], [[found()], [found("US_SSN")]], NOW)
    assert (verdict.word, verdict.actions, verdict.blocked) == ("monitored", {"block": 1, "transform": 1}, None)


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from("ABC"), st.sampled_from([0.4, 0.9]), st.booleans()), max_size=14
    )
)
def test_overlaps_resolve_as_by_the_plain_rule(raw: list[tuple[int, int, str, float, bool]]) -> None:
    findings = [Finding(start, start + size, entity, score, "x", checked) for start, size, entity, score, checked in raw]
    plain: list[Finding] = []
    for one in sorted(findings, key=lambda f: (f.start - f.end, not f.checked, -f.score, f.start, f.entity, f.detector)):
        if not any(one.start < other.end and other.start < one.end for other in plain):
            plain.append(one)
    assert resolve(findings) == sorted(plain)


@given(
    st.lists(
        st.builds(
            lambda start, size, entity, score: Finding(start, start + size, entity, score, "test"),
            st.integers(0, 30),
            st.integers(1, 12),
            st.sampled_from(["EMAIL_ADDRESS", "IP_ADDRESS_PRIVATE", "US_SSN"]),
            st.sampled_from([0.5, 0.9]),
        ),
        max_size=8,
    )
)
def test_what_is_allowed_never_hides_what_is_not(findings: list[Finding]) -> None:
    """Overlaps are resolved among what is acted on as if nothing else had been found; nothing of that is left bare, or twice covered."""
    rules = policy()
    text = "x- " * 15
    row = rules.decide([Segment(text, Kind.TEXT, (None, "x"))], [sorted(findings)], NOW).decisions[0]
    acted = [finding for finding, ruling in row if ruling.transforms]
    wanted = [finding for finding in findings if finding.entity != "IP_ADDRESS_PRIVATE"]
    assert set(resolve(wanted)) <= set(acted)
    letters = {i for finding in wanted for i in range(finding.start, finding.end) if text[i] == "x"}
    assert letters == {i for finding in acted for i in range(finding.start, finding.end) if text[i] == "x"}
    assert all(text[f.start] == text[f.end - 1] == "x" for f in acted if f not in wanted)
    assert all(one.end <= other.start for (one, _), (other, _) in pairwise(row))


def test_a_guess_yields_to_what_has_a_shape_and_keeps_what_lies_beside_it() -> None:
    text = "Maria Singh AHN 481270, Ulm"
    name, identity, place = (
        Finding(0, 15, "PERSON", 1.0, "n"),
        Finding(12, 22, "PL_ID_CARD", 0.6, "p"),
        Finding(12, 27, "LOCATION", 1.0, "n"),
    )
    row = policy().decide([Segment(text, Kind.TEXT, (None, "x"))], [[name, identity, place]], NOW).decisions[0]
    assert [(text[f.start : f.end], f.entity) for f, _ in row] == [
        ("Maria Singh", "PERSON"),
        ("AHN 481270", "PL_ID_CARD"),
        ("Ulm", "LOCATION"),
    ]


@pytest.mark.parametrize("wider", ["LOCATION", "ORGANIZATION"])
@pytest.mark.parametrize(("start", "end", "shape"), [(0, 8, "NRP"), (18, 23, "NRP"), (9, 17, "DATE_TIME")])
def test_a_word_with_a_shape_takes_no_name_apart_that_holds_it(wider: str, start: int, end: int, shape: str) -> None:
    row = [Finding(0, 23, wider, 0.7, "n"), Finding(start, end, shape, 1.0, "p", checked=True)]
    assert resolve(row) == row[:1]
    assert [f.entity for f in resolve([Finding(0, 8, wider, 1.0, "n"), Finding(0, 8, shape, 0.6, "p")])] == [shape]


@given(
    st.lists(
        st.builds(
            lambda start, size, entity, score: Finding(start, start + size, entity, score, "test"),
            st.integers(0, 30),
            st.integers(1, 12),
            st.sampled_from(["PERSON", "LOCATION", "ORGANIZATION", "NRP", "URL", "ADDRESS", "EMAIL_ADDRESS"]),
            st.sampled_from([0.5, 0.9]),
        ),
        max_size=8,
    )
)
def test_no_letter_of_a_name_is_lost_to_what_overlaps_it(findings: list[Finding]) -> None:
    """Who loses, loses what another covers: the rest of a name is reported as what it is, whatever acts on the other."""
    text = "x- " * 15
    row = [f for f, _ in policy().decide([Segment(text, Kind.TEXT, (None, "x"))], [sorted(findings)], NOW).decisions[0]]
    names = [f for f in findings if f.entity in COVERED]
    assert {i for f in names for i in range(f.start, f.end) if text[i] == "x"} <= {i for f in row for i in range(f.start, f.end)}
    assert all(one.end <= other.start for one, other in pairwise(row))
    assert all(f in findings or f.entity in {"PERSON", "LOCATION", "ORGANIZATION", "ADDRESS", "EMAIL_ADDRESS"} for f in row)


def test_parts_of_an_allowed_value_are_allowed_with_it():
    segment = Segment("card 4111 1111 1111 1111", Kind.TEXT, (None, "x"))
    row = [Finding(5, 24, "CREDIT_CARD", 1.0, "card", checked=True), Finding(5, 9, "CREDIT_CARD", 0.55, "identifiers")]
    assert [f for f, _ in policy(reserved="allow").decide([segment], [row], NOW).decisions[0]] == []
    assert [f for f, _ in policy().decide([segment], [row], NOW).decisions[0]] == row[:1]
    assert len(policy(reserved="allow").decide([segment], [[row[1]]], NOW).decisions[0]) == 1
