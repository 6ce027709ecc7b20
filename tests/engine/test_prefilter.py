"""The prefilter: what it must never do, whatever memory it has, and what a synthetic set of a realistic size costs."""

import random
import time

import pytest
import re2

from app.core.finding import Detector, Pattern
from app.engine import prefilter
from app.engine.prefilter import Shards, relaxed
from app.engine.scan import Scanner

PATTERNS = [f"key{number}_[a-z0-9]{{8,40}}" for number in range(300)]


class Exhausted:
    """A Set whose automaton ran out of memory: it says that nothing matches."""

    def Match(self, data):  # noqa: N802 - RE2's name
        return None


def test_an_exhausted_set_matches_everything():
    shards = Shards(PATTERNS)
    assert shards(b"key7_abcdefghij") == [7]
    first, size, _matcher = shards._shards[0]
    shards._shards[0] = (first, size, Exhausted())
    assert shards(b"") == list(range(size))


@pytest.mark.parametrize("memory", [1 << 12, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 16 << 20])
def test_no_memory_is_too_small_to_be_right(memory):
    shards = Shards(PATTERNS, memory)
    assert sum(size for _, size, _ in shards._shards) == len(PATTERNS)
    for number in (0, 7, 150, 299):
        assert number in shards(b"a key%d_abcdefghij here" % number)


def test_enough_memory_decides():
    assert Shards(PATTERNS)(b"nothing here") == []
    assert all(matcher is not None for _, _, matcher in Shards(PATTERNS)._shards)


@pytest.mark.parametrize(
    ("regex", "relaxation"),
    [
        (r"a{40}b{2,}c{0,60}?d{3}", r"a{8,}b{2,}c{0,}?d{3}"),
        (r"\x{2009}\p{L}{2,24}\pL{9}", r"\x{2009}\p{L}{2,}\pL{8,}"),
        (r"\{30}\Qa{30}\Eb{30}", r"\{30}\Qa{30}\Eb{8,}"),
        (r"[x{12}][]{20}][^]{20}][\]{20}][[:alpha:]{20}]c{20}", r"[x{12}][]{20}][^]{20}][\]{20}][[:alpha:]{20}]c{8,}"),
    ],
)
def test_counters_relax_upwards_only(regex, relaxation):
    assert relaxed(regex) == relaxation
    re2.compile(regex)
    re2.compile(relaxation)


def synthetic(secrets=200, identifiers=100):
    """Detectors like those that a full catalogue has: prefixed tokens, named tokens, grouped numbers with and without context."""
    dice = random.Random(7)
    left, right = r"(?:^|\\[nrt]|[^A-Za-z0-9_.])", r"(?:$|[^A-Za-z0-9_])"
    for number in range(secrets):
        prefix = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(2, 5))) + dice.choice("_-.")
        count = dice.choice((20, 32, 36, 40, 43, 48, 64, 86))
        named = rf"(?i:{prefix[:-1]}[a-z_\-]{{0,20}}(?:key|token|secret))[\"'\]]{{0,2}}\s{{0,3}}(?:=>|:=|=|:)\s{{0,3}}[\"'`]?([\w/+\-]{{{count}}}){right}"
        plain = rf"{left}({prefix}[A-Za-z0-9_\-]{{{count}}}){right}"
        yield Detector(f"secret{number}", 1, (Pattern(named if number % 5 == 0 else plain, "API_KEY", 0.8, 1),))
    for number in range(identifiers):
        a, b, c = dice.randint(2, 4), dice.randint(2, 4), dice.randint(2, 6)
        gap = r"[ \x{a0}\x{202f}.\-/]"
        shapes = (
            rf"\d{{{a}}}{gap}?\d{{{b}}}{gap}?\d{{{c}}}",
            rf"[A-Z]{{1,3}}\d{{{5 + a}}}",
            rf"\d{{{a}}}{gap}\d{{{b}}}{gap}\d{{{c}}}[A-Z0-9]",
        )
        words = tuple("".join(dice.choices("abcdefghijklmnopqrstuvwxyzáéü", k=dice.randint(4, 9))) for _ in range(8))
        score = 0.4 if number % 5 == 0 else 0.2
        yield Detector(f"identifier{number}", 1, (Pattern(left + f"({shapes[number % 3]})" + right, "US_SSN", score, 1),), context=words)


def test_three_hundred_patterns_cost_little():
    scanner = Scanner(list(synthetic()))
    dice = random.Random(8)
    words = [
        "the",
        "order",
        "of",
        "2024-11-02",
        "user_id:",
        "10.0.0.17",
        '{"a": 1}',
        "größer",
        "GET /v1/items",
        "x = f(y)\n",
        "token",
        "18:30",
    ]
    texts = [" ".join(dice.choices(words, k=400))[:1000].encode() for _ in range(50)]
    assert len(scanner._rules) == 300

    def microseconds():
        began = time.process_time()
        for data in texts:
            scanner._gate._patterns(data)
        return (time.process_time() - began) / len(texts) * 1e6

    microseconds()
    assert min(microseconds() for _ in range(5)) <= 100


def test_a_shard_is_as_large_as_agreed():
    assert all(size <= prefilter.SHARD for _, size, _ in Shards(PATTERNS)._shards)
