"""The law of the detectors' folder: whatever is registered there finds its examples, exactly, anywhere, in linear time."""

import random
import site
from functools import cache
from pathlib import Path

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

import app.detectors
from app.core import registry
from app.core.finding import ENTITIES, Detector, Finding
from app.engine.scan import Scanner
from tests.laws.test_hostile import assert_linear

DETECTORS = registry.load(app.detectors, Detector)
PATTERNED = [detector for detector in DETECTORS if detector.patterns or detector.search]
NAMES = [detector.name for detector in PATTERNED]
EXAMPLES = [example for detector in PATTERNED for example in detector.examples]
SETTINGS = [
    ("", ""),
    ("Look at this: ", " and tell me more."),
    ("(", ")"),
    ("<p>", "</p>"),
    ('["', '", 1]'),
    ("first line\n", "\nlast line"),
    ("Größe: 5 € \u2013 ", " \u2013 danke schön"),
    ("\U0001f600", "\U0001f44d"),
    ("こちらは「", "」です"),
    ("e\u0301 \u200b", ", or"),
]


@cache
def scanner(prefilter: bool = True) -> Scanner:
    return Scanner(PATTERNED, prefilter=prefilter)  # models have laws of their own, and are slow


def accepted(finding: Finding) -> bool:
    return finding.score >= (0.35 if finding.checked else 0.5)


def values(text: str, detector: Detector) -> set[tuple[str, str]]:
    find = detector.search.find if detector.search else detector.find or scanner().scan
    return {(f.entity, text[f.start : f.end]) for f in find(text) if f.detector == detector.name and accepted(f)}


def test_there_are_detectors_and_names_are_unique():
    assert len({d.name for d in DETECTORS}) == len(DETECTORS) >= 11


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.name)
def test_is_well_formed(detector):
    assert len(detector.examples) >= 6
    assert len(detector.counterexamples) >= 6
    for pattern in detector.patterns:
        assert pattern.entity in ENTITIES
        compiled = re2.compile(pattern.regex.encode())
        assert compiled.groups >= pattern.group
        assert compiled.search(b"") is None
        assert 0 < pattern.score <= 1


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.name)
def test_examples_are_found_anywhere_with_the_same_value(detector):
    for example in detector.examples:
        alone = values(example, detector)
        assert alone, example
        for before, after in SETTINGS:
            text = before + example + after
            found = values(text, detector)
            # A model may take in a title beside a name: what counts is that nothing of the name stays.
            whole = alone <= found if detector.patterns else all(any(e == f and v in w for f, w in found) for e, v in alone)
            assert whole, (example, before, alone, found)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.name)
def test_counterexamples_are_not_found(detector):
    for text in detector.counterexamples:
        for before, after in (("", ""), ("see ", " there")):
            assert values(before + text + after, detector) == set(), text


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.name)
def test_findings_are_sound(detector):
    for text in (*detector.examples, *detector.counterexamples, "\ud800\U0001f600 " + " | ".join(detector.examples)):
        findings = scanner().scan(text)
        assert findings == scanner().scan(text) == sorted(findings)
        for finding in findings:
            assert 0 <= finding.start < finding.end <= len(text)
            assert 0 < finding.score <= 1
            assert finding.entity in ENTITIES
            assert detector.identity(text[finding.start : finding.end]) is not None


def test_prefilter_changes_nothing_on_examples():
    for text in (*EXAMPLES, *(c for d in DETECTORS for c in d.counterexamples), "\n".join(EXAMPLES)):
        assert scanner().scan(text) == scanner(prefilter=False).scan(text)


junk = st.text(st.sampled_from("0123456789abcfkxEAISKT ._-+:/@=\"'\\\n,;()<>{}[]%~äß漢\U0001f600\ud800"), max_size=60)


@settings(max_examples=150)
@given(st.lists(st.one_of(junk, st.sampled_from(EXAMPLES), st.text(max_size=20)), max_size=5).map("".join))
def test_prefilter_changes_nothing_on_junk(text):
    assert scanner().scan(text) == scanner(prefilter=False).scan(text)


def installed(size):
    """A piece of every sort of file that installed packages hold, `size` characters in all, the same wherever the packages are."""
    suffixes = {".py", ".pyi", ".json", ".md", ".txt", ".toml", ".js", ".html", ".yml", ".c", ".h", ".sql", ".csv", ".css", ".po", ""}
    found = [path for path in Path(site.getsitepackages()[0]).rglob("*") if path.suffix in suffixes and path.is_file()]
    random.Random(0).shuffle(found)
    for path in found:
        text = path.read_bytes()[:8000].decode(errors="replace")
        yield text
        size -= len(text)
        if size < 0:
            return


def test_prefilter_changes_nothing_on_the_code_of_others():
    for text in installed(600_000):
        mixed = text[:4000] + EXAMPLES[len(text) % len(EXAMPLES)] + text[4000:]
        assert scanner().scan(mixed) == scanner(prefilter=False).scan(mixed)


HOSTILE = [
    "1", "1 ", "1.", "1-", "+1 ", "0 1", "a", "a@", "a@b.", "a.", "A", "::", "1:", "a:", "-", "://a:", "://:@", '"', "\\", "='", "[", " ",
    "password=", 'password="', "token = ", "Bearer ", "curl -u a", "aws secret ", "azure ", "?sv=2022-11-02&", "eyJhbGciOiJIUzI1NiJ9.",
    "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nA", "PuTTY-User-Key-File-2:", "card 4111 ", "phone 0", "ssn ", "DE89 ", "é@", "漢",
    "a,b\na,b\na,b\n\n", "a\tb\n", "|\n", "vat 1234567 ", "tin 1 ", "phone: 1 ",
]  # fmt: skip


@pytest.mark.parametrize("seed", HOSTILE)
def test_hostile_input_takes_linear_time(seed):
    size = 40_000
    text = seed * (2 * size // len(seed) + 1)
    assert_linear(scanner().scan, lambda size: text[:size], size)


@pytest.mark.parametrize("detector", PATTERNED, ids=lambda d: d.name)
def test_repeated_examples_take_linear_time(detector):
    text = " ".join(detector.examples) + " "
    text *= 40_000 // len(text) + 1
    assert_linear(scanner().scan, lambda times: text * times, 1)
