"""Readings: where what they say comes from, what triggers them, and that nothing makes them slow or uncertain."""
# ruff: noqa: RUF001 - characters that look alike are the matter here

import base64
import gc
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.reading import REACH, ROUNDS, Reader, Reading, Rewrite, Stage
from app.engine.views import STAGES, undisguised
from tests.laws.test_detectors import EXAMPLES, scanner
from tests.laws.test_hostile import assert_linear

REWRITES = [rewrite for stage in STAGES for rewrite in stage.rewrites]
READ = Reader(STAGES)
PLAIN = Rewrite("plain", "x", lambda _text: ())


@pytest.fixture(autouse=True)
def still():
    """Time what is read, not what is thrown away."""
    gc.disable()
    yield
    gc.enable()


edits = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4), st.text("xyz", max_size=3)), max_size=6)


def readings(text):
    return list(READ(text, text.encode(errors="replace")))


def made(text, steps):
    """A reading of `text` by edits at growing places, and which characters of it stand for which of the text."""
    kept, place = [], 0
    for skip, size, new in steps:
        start, end = place + skip, place + skip + size
        if end > len(text) or (not size and not new):
            break
        kept.append(((start, end, new), PLAIN))
        place = end
    out, sources, done = [], [], 0
    for (start, end, new), _ in kept:
        out += [text[done:start], new]
        sources += [(i, i + 1) for i in range(done, start)] + [(start, end)] * len(new)
        done = end
    sources += [(i, i + 1) for i in range(done, len(text))]
    return "".join([*out, text[done:]]), kept, sources


@given(st.text("abc", min_size=1, max_size=20), edits, edits)
def test_every_span_goes_back_to_what_it_stands_for(text, first, second):
    once, kept, sources = made(text, first)
    reading = Reading(Reading(None, text), once, kept)
    for start in range(len(once)):
        for end in range(start + 1, len(once) + 1):
            assert reading.origin(start, end) == (sources[start][0], sources[end - 1][1])
    twice, kept, above = made(once, second)
    top = Reading(reading, twice, kept)
    for place in range(len(twice)):
        low, high = above[place]
        if low < high:
            assert top.origin(place, place + 1) == (sources[low][0], sources[high - 1][1])


@given(st.text("abc", min_size=1, max_size=20), edits)
def test_what_rests_on_no_edit_is_said_by_the_text_itself(text, steps):
    once, kept, _ = made(text, steps)
    reading = Reading(Reading(None, text), once, kept)
    for start in range(len(once)):
        for end in range(start + 1, len(once) + 1):
            if not reading.rests_on(start, end):
                assert once[start:end] == text[slice(*reading.origin(start, end))]


def test_windows_hold_every_edit_with_its_neighbourhood_and_nothing_twice():
    text = " ".join(["word"] * 1000)
    places = [0, 7, 2000, 2001, 2400, 4990]
    kept = [((place, place + 1, "!"), PLAIN) for place in places]
    reading = Reading(Reading(None, text), text, kept)
    windows = list(reading.windows())
    assert len(windows) == 3
    assert all(after[0] >= before[1] for before, after in pairwise(windows))
    for place in places:
        assert any(low <= max(0, place - REACH // 2) and min(len(text), place + REACH // 2) <= high for low, high, _ in windows)


def test_what_was_left_out_at_an_edge_is_no_part_of_it():
    reading = Reading(Reading(None, "ab-cd"), "abcd", [((2, 3, ""), PLAIN)])
    assert reading.rests_on(0, 2) == reading.rests_on(2, 4) == []
    assert reading.rests_on(1, 3) == [PLAIN]


@pytest.mark.parametrize(
    "text", ["6d61726961006d61726961", "0001020304050607 08090a0b", "41111111\n11111111\n11111111", "11111111\n41111111\n11111111 x"]
)
def test_what_says_nothing_is_not_read(text):
    assert readings(text) == []


def test_plain_text_has_no_reading():
    for text in ("", "a", "Please summarise the report.", "x = f(y)\n" * 40, "l’été, où ? – là", "привет, мир", "日本語、です。", "\ud800"):
        assert readings(text) == []
        assert undisguised(text) == text


def test_rounds_are_bounded():
    text = "maria@example.com"
    for depth in range(1, 6):
        text = base64.b64encode(text.encode()).decode()
        assert (undisguised(text) == "maria@example.com") == (depth <= ROUNDS)
        assert len(readings(text)) <= ROUNDS


def test_a_stage_that_is_foreign_asks_nothing_of_ascii():
    asked = []
    rewrite = Rewrite("spy", "a", lambda text: asked.append(text) or ())
    reader = Reader([Stage((rewrite,), foreign=True)])
    assert list(reader("aaa", b"aaa")) == []
    assert asked == []
    assert list(reader("aaä", "aaä".encode())) == []
    assert asked == ["aaä"]


def test_where_two_rewrites_meet_the_first_and_longest_holds():
    one, two = (
        Rewrite("one", "a", lambda _: [(0, 3, "X"), (5, 6, "")]),
        Rewrite("two", "a", lambda _: [(0, 2, "Y"), (2, 4, "Z"), (5, 7, "V")]),
    )
    (first, *_) = Reader([Stage((one, two))])("abcdefg", b"abcdefg")
    assert first.text == "XdeV"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("aGVsbG8gd29ybGQhIQ==", "hello world!!"),
        ("key:aGVsbG8gd29ybGQhIQ", "key:hello world!!"),
        ("x/aGVsbG8gd29ybGQhIQ==", "x/hello world!!"),
        ("aABlAGwAbABvACAAdwBvAHIAbABkACEAIQA=", "hello world!!"),
        ("68656c6c6f20776f726c642121", "hello world!!"),
        ("0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x20, 0x77, 0x6f", "0xhello wo"),
        ("caf%C3%A9 %61%62", "café ab"),
        (r"caf\u00e9 \x61\\x62 \u{1F98A} \ud83e\udd8a \141\142\143", "café ab 🦊 🦊 abc"),
        ("&#97;&#x62; caf&eacute; &amp;", "ab café &"),
        ("a=62=63 long=\nline", "abc longline"),
        ("p\u200ba\u00ads\u2060s", "pass"),
        ("\uff41\uff42\uff43 \U0001d41a\U0001d41b\U0001f170", "abc abA"),
        ("раss рор", "pass рор"),
        ("e\u0301te\u0301 4\u03361\u0336", "été 41"),
        ("٤١١١ ٢٢٢٢ ٣", "4111 2222 3"),
        ("\u202eolleh\u202c", "hello"),
        ("a (at) b (dot) com", "a@b.com"),
        ("m a r i a   s m i t h", "maria smith"),
        ("four one double two, five dash six seven eight", "4122-5-678"),
        ("4111 1111\n1111 1111", "4111111111111111"),
    ],
)
def test_what_is_read(text, said):
    assert undisguised(text) == said


junk = st.text(st.sampled_from("0123456789abcfxAEKI%&#;=\\ux._-+@ \n\u200b\u0336аеѕ４ａ\U0001d41a٤\u2003"), max_size=40)
disguised = st.sampled_from(EXAMPLES).map(lambda text: base64.b64encode(text.encode()).decode()) | st.sampled_from(EXAMPLES).map(
    "\u200b".join
)


@settings(max_examples=120)
@given(st.lists(junk | disguised | st.text(max_size=20), max_size=4).map(" ".join))
def test_findings_in_views_are_sound_and_the_same_without_prefilter(text):
    found = scanner().scan(text)
    assert found == scanner().scan(text) == scanner(prefilter=False).scan(text)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)


def base64_of(size, rounds):
    text = "maria@example.com, " * (size // 19)
    for _ in range(rounds):
        text = base64.b64encode(text.encode()).decode()
    return text[:size]


SWOLLEN = {
    "base64": lambda size: base64_of(size, 1),
    "base64 in base64": lambda size: base64_of(size, 3),
    "lines of base64": lambda size: "bWFyaWFAZXhhbXBsZS5j\n" * (size // 21),
    "letters that could be base64": lambda size: "Zm9vZm9v" * (size // 8),
    "short runs": lambda size: "Zm9vZm9vZm9v " * (size // 13),
    "hex": lambda size: "6d" * (size // 2),
    "hex in pairs": lambda size: "6d " * (size // 3),
    "escapes of escapes": lambda size: "\\" * (size // 2) + "u0061" * (size // 10),
    "percent": lambda size: "%2525252540" * (size // 11),
    "entities": lambda size: "&amp;#38;#64;" * (size // 13),
    "quoted": lambda size: "=3D40=\n" * (size // 7),
    "zalgo": lambda size: ("a" + "\u0336\u0301" * 20) * (size // 41),
    "marks alone": lambda size: "4" + "\u0336\u200b" * (size // 2),
    "hidden": lambda size: "a\u200b" * (size // 2),
    "overrides": lambda size: "\u202eabcd" * (size // 5),
    "look-alikes": lambda size: "аa" * (size // 2),
    "spaced": lambda size: "a " * (size // 2),
    "spaced digits": lambda size: "4 - " * (size // 4),
    "column": lambda size: "4\n" * (size // 2),
    "columns": lambda size: "4111 1111\n" * (size // 10),
    "words": lambda size: "four one double " * (size // 16),
    "at": lambda size: "a at " * (size // 5),
    "at and dot": lambda size: "a at b dot " * (size // 11),
    "brackets": lambda size: "a[at]" * (size // 5),
    "keys": lambda size: "AKIA2222\n" * (size // 9),
    "accounts": lambda size: "DE89 3704\n" * (size // 10),
    "addresses": lambda size: "a@b\n" * (size // 4),
    "fullwidth": lambda size: "ａ" * size,
    "dashes": lambda size: "4" + "\u2003" * size,
    "tags": lambda size: "\U000e0061" * size,
}


@pytest.mark.parametrize("name", SWOLLEN)
def test_hostile_text_is_read_in_linear_time(name):
    def read(text):
        for reading in READ(text, text.encode()):
            list(reading.windows())
            assert len(reading.text) <= 4 * len(text)

    assert_linear(read, SWOLLEN[name], 20_000, name)


@pytest.mark.parametrize("name", ["base64 in base64", "zalgo", "hidden", "spaced", "percent"])
def test_hostile_text_is_scanned_in_linear_time(name):
    assert_linear(scanner().scan, SWOLLEN[name], 10_000, name)


SEEDS = [
    "a", "A", "4", "-", " ", "\n", "@", "=", "%", "&", "\\", "(", "[at]", "4-", "a.", "a-", "A4", "a@", "a (", "one ", "@a.", "a.com ", "\u200b", "\u0336",
    "\u0430", "0x", "4,", " 4\n", "a\n", "+4 ", "x1Y2", "DE12 ", "=\n", "-----", "(4) ", "zero\n", "a b. c", "\\0", "\\u00", "&#", "_at_", " dot ", "sk-a", "eyJ", "@\n",
]  # fmt: skip


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.name)
def test_edits_are_in_bounds_and_take_linear_time(rewrite):
    """Whether or not its trigger would let it see such a text."""
    for make in [*SWOLLEN.values(), *(lambda size, seed=seed: seed * (size // len(seed)) for seed in SEEDS)]:
        text = make(2000)
        assert all(0 <= start <= end <= len(text) and isinstance(new, str) for start, end, new in rewrite.edits(text))
        assert_linear(lambda text: list(rewrite.edits(text)), make, 2000, rewrite.name)


@pytest.mark.parametrize("value", ["Ab%41c9\ud800%42!x", "phone,email\n1,\ud800\n3,4", "\ud800%41%2541"])
def test_half_a_character_is_read_past(value):
    assert undisguised(value) != value
