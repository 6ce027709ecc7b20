"""The cache by content: equal to no cache, bounded by memory, silent about texts, and cheap for conversations."""

import asyncio
import time
import tracemalloc
from functools import partial
from itertools import chain, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.config import Settings
from app.core.finding import Detector, Finding
from app.core.policy import Policy, read_policy
from app.core.segment import Segment
from app.core.surrogate import Original, render
from app.core.table import Kind
from app.engine.languages import languages
from app.engine.scan import Scanner
from app.gateway.cache import SpanCache, TurnCache
from app.gateway.inspection import Inspection
from app.gateway.pool import Pool

PLAIN = Policy(read_policy({"version": 1}))
ROOT = (None, "messages")


@pytest.fixture(scope="module")
def runner():
    with asyncio.Runner() as loop:
        yield loop


@pytest.fixture(scope="module")
def pool(runner):
    pool = Pool(Settings(inspect_processes=1))
    runner.run(pool.start())
    yield pool
    runner.run(pool.stop())


@pytest.fixture(scope="module")
def inspection(pool):
    """Make an inspection whose cache is empty; all share the processes."""
    return lambda: Inspection(Settings(inspect_inline=10**7), pool)


@pytest.fixture(scope="module")
def inspected(runner):
    return partial(_inspected, runner)


def _inspected(runner, one, texts, policy=PLAIN):
    segments = [Segment(text, Kind.TEXT, ((ROOT, number), "content")) for number, text in enumerate(texts)]
    return runner.run(one.findings(segments, policy, {}, "messages"))


def falcons(word):
    return Policy(read_policy({"version": 1, "terms": [{"name": "falcon", "texts": [word]}]}), word)


pieces = st.sampled_from(
    ["to a@example.com", "AKIAQWERTYUIOPASDFGH", "blue falcon", "red kite", "nothing", "", " ", "é\ud800", "4111 1111 1111 1111"]
)
texts = st.lists(st.lists(pieces, max_size=3).map(" ".join), min_size=1, max_size=4)
policies = st.sampled_from([PLAIN, falcons("blue falcon"), falcons("red kite")])


@settings(max_examples=25)
@given(requests=st.lists(st.tuples(texts, policies), min_size=1, max_size=6))
def test_a_cache_changes_nothing(inspection, inspected, requests):
    kept = inspection()
    for asked, policy in requests:
        assert inspected(kept, asked, policy) == inspected(inspection(), asked, policy)


SAID = [
    ("I am Maria Singh.", ""),
    ("say maria singh now", ""),
    ("singh", ""),
    ("the blue falcon", ""),
    ("to maria@example.com", ""),
    ("hunter2sSecret", "password"),
    ("hunter2sSecret", "note"),
]


def test_turns_that_were_said_before_are_what_they_were(inspection, runner):
    """Every conversation of up to three turns, after all that came before it, under every policy."""
    kept, fresh = inspection(), inspection()
    turns = [(role, *said) for said in SAID for role in ("user", "assistant")]
    differ = set()
    for document in chain.from_iterable(product(turns, repeat=length) for length in (1, 2, 3)):
        segments = []
        for number, (role, text, label) in enumerate(document):
            segments.append(Segment(role, Kind.ENUM, ((ROOT, number), "role")))
            segments.append(Segment(text, Kind.FREE if label else Kind.TEXT, ((ROOT, number), "content"), label=label))
        for policy in (PLAIN, falcons("blue falcon")):
            fresh._turns = TurnCache()
            found = runner.run(fresh.findings(segments, policy, {}, "messages"))
            assert runner.run(kept.findings(segments, policy, {}, "messages")) == found
            differ.add(str(found[-1]))
    assert len(differ) > len(SAID)  # what a turn holds depends on what was said before it, and by whom


def test_what_more_than_the_segments_decide_is_put_together_anew(inspection, runner):
    """The same turns, beside surrogates of the vault, behind what an object holds, and as parts of one text: each after each."""
    mail, name, other = "maria@example.com", render(b"k" * 32, "PERSON", "zebra", "zebra"), render(b"k" * 32, "PROJECT", "zebra", "zebra")
    texts = [f"write to {name}", f"{mail} again", "zebra stripes"]
    turns = [Segment(text, Kind.TEXT, ((ROOT, number), "content")) for number, text in enumerate(texts)]
    holder = ((ROOT, 0), "content")
    parts = [Segment(text, Kind.TEXT, ((holder, number), "text")) for number, text in enumerate(["to maria@exam", "ple.com", *texts])]
    known = {name: ("PERSON", Original("zebra stripes"))}
    zebra = {other: ("PROJECT", Original("zebra stripes"))}
    asked = [(turns, {}, {}), (turns, known, {}), (turns, {}, zebra), (parts, {}, {}), (parts[:1], {}, {}), ([parts[0], parts[2]], {}, {})]
    kept, results = inspection(), set()
    for before, after in product(asked, repeat=2):
        for segments, recalled, said in (before, after):
            found = runner.run(kept.findings(segments, PLAIN, recalled, "messages", said))
            assert found == runner.run(inspection().findings(segments, PLAIN, recalled, "messages", said))
            results.add(str(found))
    assert len(results) == len(asked)


def test_languages_are_the_same_when_they_are_known(inspection):
    one = inspection()
    texts = ["Czy możesz mi pomóc?", "Меня зовут Карл", "Can you help me with this?", "Меня зовут Карл"]
    for count in (1, 4, 2, 4):
        segments = [Segment(text, Kind.TEXT, (None, "x")) for text in texts[:count]]
        assert one.spoken(segments) == frozenset().union(*map(languages, texts[:count]))


def test_what_was_seen_is_not_scanned_again(inspection, inspected, monkeypatch):
    one, scanned = inspection(), []
    scan, scan_all = Scanner.scan, Pool.scan
    monkeypatch.setattr(Scanner, "scan", lambda self, text: scanned.append(text) or scan(self, text))  # a team's terms
    monkeypatch.setattr(Pool, "scan", lambda self, texts: scanned.extend(texts) or scan_all(self, texts))  # everything else
    turns = [f"turn {number}: to a{number}@example.com, blue falcon" for number in range(20)]
    for policy in (PLAIN, falcons("blue falcon"), falcons("red kite")):  # each new term is looked for once in every text, alone
        for count in range(1, 21):
            scanned.clear()
            inspected(one, turns[:count], policy)
            assert scanned == turns[count - 1 : count]
        scanned.clear()
        inspected(one, turns, policy)
        assert scanned == []


def test_the_address_depends_on_text_detectors_and_process():
    cache, other = SpanCache(), SpanCache()
    versions = [Scanner([Detector("x", number)]).version for number in range(3)]
    addresses = {cache.address(version.encode(), text) for version in versions for text in ("a", "b", "a\x00", "\ud800")}
    assert len(addresses) == 12
    assert not addresses & {other.address(version.encode(), text) for version in versions for text in ("a", "b")}


def findings(count):
    return [Finding(1000 + 7 * i, 1012 + 7 * i, f"ENTITY_{i % 9}", 0.5 + i % 7 / 100, f"detector_{i % 5}") for i in range(count)]


def test_memory_is_bounded():
    limit = 1 << 20
    for spans in (0, 1, 30, 400):
        cache = SpanCache(limit)
        tracemalloc.start()
        began = tracemalloc.get_traced_memory()[0]
        for number in range(10_000 // (spans + 1) + 200):
            cache.put(number.to_bytes(20, "big"), findings(spans))
        held = tracemalloc.get_traced_memory()[0] - began
        tracemalloc.stop()
        assert held <= 1.15 * limit, spans
        assert len(cache._values) > 8
    cache.put(b"x" * 20, findings(10_000))
    assert cache.get(b"x" * 20) is None


def test_the_least_recently_used_goes_first():
    cache = SpanCache(10_000)
    for number in range(100):
        cache.put(number.to_bytes(20, "big"), [])
        assert cache.get(bytes(20)) == ()
    assert cache.get((1).to_bytes(20, "big")) is None


def test_it_holds_no_text(inspection, inspected):
    one = inspection()
    inspected(one, ["to somebody@example.com"])
    assert "somebody" not in repr(one._cache.__dict__)


def test_cached_text_costs_little(inspection, inspected):
    """5 MB/s is asked for; the sentences have no finding, so that it is the cache that is measured."""
    one = inspection()
    turns = [f"turn {number}: " + "nothing is to be found in here, " * 31 for number in range(200)]
    inspected(one, turns)
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        inspected(one, turns)
        best = min(best, time.process_time() - began)
    assert sum(map(len, turns)) / best >= 5e6


def test_two_keys_that_differ_in_case_are_two(inspection):
    key = "ghp_Example0Example0Example0Example01234"
    assert inspection().identity("GITHUB_TOKEN", key) != inspection().identity("GITHUB_TOKEN", key.swapcase())
