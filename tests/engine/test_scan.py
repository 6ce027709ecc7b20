"""The scanner: offsets, context, second looks, a team's own terms, and what the prefilter must never do."""

import re

import pytest

from app.core.finding import Detector, Finding, Judged, Pattern
from app.detectors.terms import Term, term_detector
from app.engine.reading import Rewrite, Stage
from app.engine.scan import Scanner
from app.errors import Invalid

DIGITS = Detector("digits", 1, (Pattern(r"(?:^|\D)(\d{4})(?:$|\D)", "US_SSN", 0.4, 1),), context=("pin code", "pin"))


def spans(scanner, text):
    return [text[f.start : f.end] for f in scanner.scan(text)]


def test_neighbours_share_a_boundary():
    assert spans(Scanner([DIGITS]), "1111 2222 3333") == ["1111", "2222", "3333"]


@pytest.mark.parametrize("before", ["", "é", "漢字", "\U0001f600", "\ud800", "\ud83d\ude00", "a\x00b", "\ufeff"])
def test_spans_are_string_indices(before):
    text = f"{before} 1111 {before} 2222"
    assert spans(Scanner([DIGITS]), text) == ["1111", "2222"]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("pin 1111", 0.75),
        ("PIN: 1111", 0.75),
        ("my pin code is 1111", 0.75),
        ("userPin = 1111", 0.75),
        ("pin_no: 1111", 0.75),
        ("pins 1111", 0.75),
        ("spin 1111", 0.4),
        ("pint 1111", 0.4),
        ("pin" + " " * 61 + "1111", 0.4),
        ("1111 pin", 0.4),
        ("pin " + "é" * 50 + " 1111", 0.75),
    ],
)
def test_context_raises_the_score(text, score):
    assert [f.score for f in Scanner([DIGITS]).scan(text)] == [score]


def test_a_weak_pattern_needs_its_context():
    weak = Detector("weak", 1, (Pattern(r"\d{4}", "US_SSN", 0.2),), context=("pin",))
    assert spans(Scanner([weak]), "1111") == []
    assert spans(Scanner([weak]), "pin 1111") == ["1111"]


def test_a_rejected_candidate_hides_nothing_within_it():
    def judge(value, pattern):
        return Judged(pattern.entity, 0.9) if value == "12 34" else None

    pair = Detector("pair", 1, (Pattern(r"\b(\d\d \d\d)\b", "US_SSN", 0.5, 1),), judge)
    assert spans(Scanner([pair]), "99 12 34 56") == ["12 34"]


def test_a_swallowed_lookalike_is_skipped():
    detector = Detector("skip", 1, (Pattern(r"v\d+|(\d+)", "US_SSN", 0.5, 1),))
    assert spans(Scanner([detector]), "v12 34") == ["34"]


def test_finders_run():
    finder = Detector("finder", 1, find=lambda text: [Finding(0, len(text), "PERSON", 0.9, "finder")])
    assert [f.entity for f in Scanner([finder]).scan("Maria")] == ["PERSON"]


def test_version_follows_what_is_looked_for():
    again = Detector("digits", 1, DIGITS.patterns, context=DIGITS.context)
    newer = Detector("digits", 2, DIGITS.patterns, context=DIGITS.context)
    assert Scanner([DIGITS]).version == Scanner([again]).version
    versions = {Scanner([DIGITS]).version, Scanner([newer]).version, Scanner([]).version, Scanner([DIGITS], [Term("x", ("y",))]).version}
    assert len(versions) == 4
    assert Scanner([DIGITS], prefilter=False).version == Scanner([DIGITS]).version


@pytest.mark.parametrize(
    ("texts", "text", "found"),
    [
        (("falcon",), "Falcon, FALCON and falcons", ["Falcon", "FALCON"]),
        (("project falcon",), "the Project\n  Falcon", ["Project\n  Falcon"]),
        (("Müller",), "MÜLLER Müllers Mu\u0308ller xMüller", ["MÜLLER", "Mu\u0308ller"]),
        (("Oméga",), "Omégaé oméga", ["oméga"]),
        (("C++",), "C++ or C++11 or xC++", ["C++", "C++"]),
        (("a.b",), "a.b axb", ["a.b"]),
        (("ana",), "banana ana", ["ana"]),
        (("secret", "secret plan"), "the secret plan", ["secret plan"]),
        (("漢字",), "これは 漢字 です", ["漢字"]),
    ],
)
def test_literal_terms(texts, text, found):
    assert spans(Scanner([], [Term("x", texts)]), text) == found


def test_a_term_is_a_detector_with_its_own_entity():
    detector = term_detector("project falcon", ("falcon",), r"FX-\d{4}")
    found = Scanner([detector]).scan("falcon FX-1234")
    assert [(f.entity, f.score) for f in found] == [("PROJECT_FALCON", 1.0)] * 2


def test_braces_in_a_teams_pattern_stay_literal():
    assert spans(Scanner([], [Term("x", (), r"a\{12}")]), "a{12}") == ["a{12}"]
    assert spans(Scanner([], [Term("x", (), r"[x{12}]9")]), "19") == ["19"]


@pytest.mark.parametrize(
    ("name", "texts", "pattern"),
    [
        ("x", (), None),
        ("x", ("",), None),
        ("x", (" ",), None),
        ("", ("a",), None),
        ("!", ("a",), None),
        ("1st", ("a",), None),
        ("x", (), "a*"),
        ("x", (), "(?=a)"),
        ("x", (), r"(a)\1"),
        ("x", (), "("),
        ("x", (), r"\b"),
        ("x", (), "a{1001}"),
        ("x", (), "\ud800"),
    ],
)
def test_bad_terms_are_refused(name, texts, pattern):
    with pytest.raises(Invalid):
        term_detector(name, texts, pattern)


def upper(readable, bar=0.5):
    """A view of a text in which `[x]` stands for `X`."""
    rewrite = Rewrite("upper", r"\[[a-z0-9]+\]", lambda text: ((m.start(), m.end(), m[1].upper()) for m in re.finditer(r"\[([a-z0-9]+)\]", text)), bar=bar, readable=readable)  # fmt: skip
    return (Stage((rewrite,)),)


def told(detector, text, **kind):
    return [(text[r.finding.start : r.finding.end], r.views) for r in Scanner([detector], views=upper(**kind)).explain(text)]


def test_a_guess_counts_only_in_a_view_that_people_read():
    guess = Detector(
        "guess", 1, find=lambda text: [Finding(m.start(), m.end(), "PERSON", 0.9, "guess") for m in re.finditer("MARIA", text)]
    )
    assert told(guess, "hello [maria] there", readable=True) == [("[maria]", ("upper",))]
    assert told(guess, "hello [maria] there", readable=False) == []


def test_what_rests_on_a_view_must_reach_its_bar_or_be_proved():
    def judge(value, pattern):
        return Judged(pattern.entity, 0.4 if value == "AA11" else 0.6, checked=value == "AA11")

    code = Detector("code", 1, (Pattern(r"[A-Z]{2}\d\d", "API_KEY", 0.6),), judge)
    assert told(code, "[ab12] and CD34", readable=False, bar=0.5) == [("CD34", ()), ("[ab12]", ("upper",))]
    assert told(code, "[ab12]", readable=False, bar=0.7) == []
    assert told(code, "[aa11]", readable=False, bar=0.7) == [("[aa11]", ("upper",))]


def test_of_two_findings_in_one_encoded_run_the_better_one_stands_for_it():
    long = Detector("long", 1, (Pattern(r"[A-Z]{2}\d{4}", "IBAN_CODE", 0.6),))
    short = Detector("short", 1, (Pattern(r"[A-Z]\d{4}", "CREDIT_CARD", 0.9),))
    found = Scanner([long, short], views=upper(readable=False)).scan("[ab1234]")
    assert [(f.entity, f.start, f.end) for f in found] == [("IBAN_CODE", 0, 8)]


def test_a_guess_that_rests_on_both_kinds_of_view_does_not_count():
    guess = Detector(
        "guess", 1, find=lambda text: [Finding(m.start(), m.end(), "PERSON", 0.9, "guess") for m in re.finditer("MARIA", text)]
    )
    clear = Rewrite("clear", "~", lambda text: ((m.start(), m.end(), "") for m in re.finditer("~", text)), readable=True)
    stages = (Stage((clear, *upper(readable=False)[0].rewrites)),)
    assert Scanner([guess], views=stages).scan("a~b [maria]") == []
