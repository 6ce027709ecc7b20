"""Applying a verdict: every span, every form, nothing else."""

from laws.walk import NOW

from app.core.document import dump, parse
from app.core.finding import Finding
from app.core.naming import Names
from app.core.policy import Policy, read_policy
from app.core.segment import Form, segments
from app.core.table import Kind, Table
from app.engine.protect import protect

TABLE = Table({"free": Kind.FREE})


def outbound(document: str, values: dict[str, str], **policy: object) -> tuple[bytes, dict[str, tuple[str, bool, bool]]]:
    body = parse(document)
    found = segments(body, TABLE)
    rows = [
        [Finding(s.text.index(v), s.text.index(v) + len(v), entity, 0.9, "test") for v, entity in values.items() if v in s.text]
        for s in found
    ]
    verdict = Policy(read_policy({"version": 1, **policy})).decide(found, rows, NOW)
    out = protect(body, TABLE, found, verdict, Names(b"k" * 32, lambda _entity, value: value))
    sent = dump(out.document)
    for issued in out.issued:
        sent = sent.replace(issued.text.encode(), f"<{issued.entity}:{issued.original.text}>".encode())
    return sent, {issued.entity: (issued.original.text, issued.original.number, issued.restore) for issued in out.issued}


def test_several_values_in_one_text_are_each_replaced() -> None:
    sent, issued = outbound('{"x":"a 1@b c 2@d e"}', {"1@b": "A", "2@d": "B"})
    assert sent == b'{"x":"a <A:1@b> c <B:2@d> e"}'
    assert issued == {"A": ("1@b", False, True), "B": ("2@d", False, True)}


def test_of_overlapping_findings_the_longer_is_replaced() -> None:
    sent, _ = outbound('{"x":"pw=hunter2"}', {"pw=hunter2": "LONG", "hunter2": "SHORT"})
    assert sent == b'{"x":"<LONG:pw=hunter2>"}'


def test_a_number_is_replaced_as_a_whole_and_becomes_a_string() -> None:
    sent, issued = outbound('{"free":{"n":4155550123.0}}', {"4155550123": "PHONE"})
    assert sent == b'{"free":{"n":"<PHONE:4155550123.0>"}}'
    assert issued == {"PHONE": ("4155550123.0", True, True)}


def test_a_key_is_replaced_in_its_place() -> None:
    assert outbound('{"free":{"a":1,"1@b":2,"c":3}}', {"1@b": "MAIL"})[0] == b'{"free":{"a":1,"<MAIL:1@b>":2,"c":3}}'


def test_what_is_allowed_stays_and_what_is_redacted_is_not_issued() -> None:
    rules = [{"entities": ["A"], "action": "allow"}, {"entities": ["B"], "action": "transform", "with": "redact"}]
    assert outbound('{"x":"1@b 2@d 3@e"}', {"1@b": "A", "2@d": "B", "3@e": "C"}, rules=rules) == (
        b'{"x":"1@b [B] <C:3@e>"}',
        {"C": ("3@e", False, True)},
    )


def test_never_restored_is_issued_without_that_right() -> None:
    assert outbound('{"x":"1@b"}', {"1@b": "A"}, defaults={"restore": "never"})[1] == {"A": ("1@b", False, False)}


def test_nothing_found_is_the_document_itself() -> None:
    body = parse('{"x":"y"}')
    found = segments(body, TABLE)
    verdict = Policy(read_policy({"version": 1})).decide(found, [[] for _ in found], NOW)
    assert protect(body, TABLE, found, verdict, Names(b"", lambda _e, v: v)).document is body
    assert Form.STRING in {segment.form for segment in found}
