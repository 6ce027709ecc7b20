"""What a policy decides: first match wins, sensitivity is the default, what cannot be replaced blocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.finding import Finding, count, resolve
from app.core.policy import Action, Mode, Policy, read_policy
from app.core.segment import Form, Segment
from app.core.table import Kind
from app.errors import AttachmentRefused, Invalid, NotAdmitted, PolicyBlocked

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = Segment("maria@example.org", Kind.TEXT, (None, "x"))


def policy(**document: Any) -> Policy:
    return Policy(read_policy({"version": 1, **document}))


def found(entity: str = "EMAIL_ADDRESS", score: float = 0.9, *, checked: bool = False) -> Finding:
    return Finding(0, 17, entity, score, "test", checked)


def action(rules: Policy, finding: Finding, segment: Segment = TEXT) -> Action | None:
    row = rules.decide([segment], [[finding]], NOW).decisions[0]
    return row[0].action if row else None


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


@pytest.mark.parametrize("text", ["data:image/png;base64,AAAA", "https://x.example/secret.png", "file-secret"])
def test_attachments_are_refused_unless_passed(text: str) -> None:
    segment = Segment(text, Kind.FILE, (None, "url"))
    with pytest.raises(AttachmentRefused, match="attachments: pass") as caught:
        policy().attachment(segment)
    assert "secret" not in str(caught.value)
    policy(attachments="pass").attachment(segment)


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


def test_a_version_is_the_address_of_its_content() -> None:
    assert policy().version == policy().version != policy(models=["x"]).version


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
