"""The model at work: sure of nothing but itself, whatever it read before, in linear time."""

import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.detectors.names import NAMES
from app.names import model as names_model
from app.names.cues import introduced
from app.names.features import MARKS, marks
from app.names.model import TAGS, WEIGHTS, Model, inside
from app.names.pinyin import SURNAMES, is_name
from app.names.spans import Thresholds, spans
from app.names.words import read, split

TEXT = "Dear Maria Singh,\n\nMr Okafor of Siemens wrote from Lisbon. Please call Jean-Pierre Dubois.\n\nRegards\nAnna Schmidt\n"
SLOWEST = 4.0  # how much longer twice the text may take


@pytest.fixture(scope="module")
def model():
    return Model()


def found(text):
    return {(text[one.start : one.end], one.entity) for one in NAMES.find(text)}


def test_names_are_found_whole():
    assert {("Maria Singh", "PERSON"), ("Jean-Pierre Dubois", "PERSON"), ("Anna Schmidt", "PERSON"), ("Lisbon", "LOCATION")} <= found(TEXT)


def test_rows_are_probabilities(model):
    rows = model.probabilities(split(TEXT))
    assert rows.shape == (len(split(TEXT).surfaces), len(TAGS))
    assert np.allclose(rows.sum(axis=1), 1, atol=1e-5)
    assert model.probabilities(split("")).shape == (0, len(TAGS))
    assert model.probabilities(split("... --")).tolist() == [[1, 0, 0, 0]] * 5  # marks behind all words are no name


def test_what_was_read_before_changes_nothing(monkeypatch):
    monkeypatch.setattr(names_model, "REMEMBERED", 40)
    monkeypatch.setattr(names_model, "RUNS", 40)
    small, chance = Model(), random.Random(1)
    alone = Model().probabilities(split(TEXT))
    for _ in range(20):
        others = [f"{''.join(chance.choices(MARKS, k=2))} {chance.randrange(10**6)}" for _ in range(chance.randrange(1, 12))]
        small.probabilities(split(" ".join(others)))
        assert np.array_equal(small.probabilities(split(TEXT)), alone)


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("on 2026-11-27T03:44:10Z it", "- 11 - 27 T 03 : 44 : 10"),
        ("id 7f3a9c1e-22aa-4e1b-9c7e-0242ac120002", "f 3 a 9 c 1 e - 22 aa - 4 e 1 b - 9 c 7 e - 0242 ac"),
        ("from 192.0.2.17, twice", ". 0 . 2 ."),
        ("maria_singh1985 jo_1", ""),
        ("10 000 1,5 (2) x2", ""),
        ("a@b1.example", ""),
    ],
)
def test_of_numbers_and_codes_only_the_ends_are_read(model, text, inner):
    words = split(text)
    within = inside(words)
    assert [words.surfaces[i] for i in sorted(within)] == inner.split()
    rows = model.probabilities(words)
    assert all(rows[i].tolist() == [1, 0, 0, 0] for i in within)
    told = range(max(i for i, surface in enumerate(words.surfaces) if surface.isalnum()) + 1)  # behind it are marks only
    assert all(rows[i, 0] < 1 for i in told if i not in within)


def test_a_word_is_the_same_in_any_company(model):
    chance = random.Random(3)
    pool = ["".join(chance.choices("abcdefghijklmnoprstuvwxyzéß", k=chance.randint(1, 12))) for _ in range(150)]
    vectors = {}
    for count in (*range(1, 40), 150):
        model._places.clear()
        model._make(pool[:count])
        vectors |= {word: model._vectors[place].copy() for word, place in model._places.items() if word not in vectors}
        assert all(np.array_equal(model._vectors[place], vectors[word]) for word, place in model._places.items())


def test_the_network_sees_a_word_its_gap_and_the_marks_on_either_side(model, monkeypatch):
    monkeypatch.setattr(names_model, "RUNS", 7)
    monkeypatch.setattr(model, "_runs", {})
    for text in ("(Maria, Singh) said:", "Jean-Luc wrote 'no'; she, \"yes\"!", "a / b {c} [d] <e>, (f)", "(Maria, Singh) said:"):
        words = split(text)
        reading = read(words)
        surfaces = [words.surfaces[i] for i in reading.words]
        seen = model._inputs(surfaces, reading.gaps, reading.runs)
        ahead, after = ([model._marks[side, marks(run)].sum(axis=0) for run in reading.runs] for side in (0, 1))
        plain = [model._vectors[model._places[word]] + model._gaps[gap] for word, gap in zip(surfaces, reading.gaps, strict=True)]
        assert np.allclose(seen, np.array(plain) + ahead[:-1] + after[1:], atol=1e-6)
        assert len(model._runs) <= 7


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300) | st.text("Maria Sngh\n.,-'#_", max_size=120))
def test_spans_are_names_on_one_line(text):
    last = 0
    for one in NAMES.find(text):
        assert last <= one.start < one.end <= len(text)
        assert "\n" not in text[one.start : one.end]
        assert text[one.start].isalnum()
        assert text[one.end - 1].isalnum() or not text[one.end - 1].isascii()
        assert 0.5 <= one.score <= 1
        last = one.end


def test_a_span_needs_one_sure_word_and_takes_in_its_neighbours():
    words = split("a b c\nD")
    rows = np.array([[0.9, 0.1, 0, 0], [0.5, 0.5, 0, 0], [0.1, 0.8, 0.1, 0], [0.1, 0, 0.9, 0]])
    limits = Thresholds({"PERSON": 0.8, "LOCATION": 0.8, "ORGANIZATION": 0.8}, 0.3, 0.95, 0.9)
    assert [(one.start, one.end, one.entity) for one in spans(words, rows, limits)] == [(2, 5, "PERSON"), (6, 7, "LOCATION")]
    assert [one.entity for one in spans(words, rows[:2].repeat(2, axis=0), limits)] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("karta tal 50078A", ["karta tal"]),
        ("dr 171410810-5 nhi GJU1334 K22218608X", ["dr", "nhi"]),
        ("maria_singh1985 and jo1", ["maria_singh1985 and jo1"]),
        ("7 Eleven 12 x", ["7 Eleven", "x"]),
        ("12 345", []),
        ("key AKIAQWERTYUIOPASDFGH", ["key"]),
        ("HEIDEMARIE WIECZOREK-ZEUL", ["HEIDEMARIE WIECZOREK-ZEUL"]),
    ],
)
def test_numbers_and_codes_are_no_part_of_a_name(text, names):
    words = split(text)
    rows = np.array([[0, 1, 0, 0]] * len(words.surfaces))
    limits = Thresholds({"PERSON": 0.8}, 0.3, 0.95, 0.9)
    assert [text[one.start : one.end] for one in spans(words, rows, limits)] == names


def test_twice_the_text_takes_twice_the_time(model):
    chance = random.Random(2)
    pool = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(20_000)]
    text = " ".join(chance.choices(pool, k=8_000))
    took = []
    for size in (len(text) // 2, len(text)):
        words, tries = split(text[:size]), []
        for _ in range(3):
            model._places.clear()  # every word is new
            began = time.process_time()
            model.probabilities(words)
            tries.append(time.process_time() - began)
        took.append(min(tries))
    assert took[1] < SLOWEST * took[0]


def test_weights_are_small_and_say_how_they_decide(model):
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= 15 * 2**20
    assert model.card["thresholds"].keys() == {"begin", "go_on", "alone", "capitals", "lean", "large"}


def test_a_title_or_a_greeting_introduces_somebody(model):
    thresholds = Thresholds(**model.card["thresholds"])

    def people(text):
        words = split(text)
        return [text[one.start : one.end] for one in spans(words, model.probabilities(words), thresholds) if one.entity == "PERSON"]

    assert any("Oh" in one for one in people("The parcel for Mrs Oh arrived this morning."))
    assert people("Hello Lei, the files are ready.") == ["Lei"]
    assert people("I spoke with Haneul Won about the delivery.") == ["Haneul Won"]
    assert people("Dear Customer, your parcel is on its way.") == []
    assert people("Hello World, this is a test of the printer.") == []


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(SURNAMES)),
    st.sampled_from(["wei", "ming", "xiu", "zhi", "hao", "jun", "lei", "xin", "qing", "guo", "shu", "ting"]),
    st.data(),
)
def test_a_chinese_name_is_somebody_in_either_order_and_in_any_frame(surname, syllable, data):
    given_name = data.draw(st.sampled_from([syllable, f"{syllable}yu", f"jia{syllable}"])).capitalize()
    parts = data.draw(st.permutations([surname.capitalize(), given_name]))
    frame = data.draw(st.sampled_from(["The contract was signed by {} on behalf of the buyer.", "{} will take over.", "ask {} about it"]))
    if is_name(*parts):
        assert any(" ".join(parts) in name and entity == "PERSON" for name, entity in found(frame.format(" ".join(parts))))


def test_every_surname_makes_a_name_with_what_is_only_a_given_name():
    assert all(is_name(surname, given) and is_name(given, surname) for surname in SURNAMES for given in ("xiuying", "jianguo", "lihua"))


@pytest.mark.parametrize(
    "text", ["Hong Kong", "Feng Shui", "Yin Yang", "Long Song", "Sun Tan", "Santa Ana", "Long Beach", "Kong Regel", "Sing Song"]
)
def test_words_written_like_syllables_are_no_name(text):
    assert not is_name(*text.split())


@pytest.mark.parametrize("key", ["first_name=", "lastName: ", '"surname": "', "patient_name = '", "Vorname: ", "customer_name="])
@pytest.mark.parametrize("name", ["Brandi", "Diamond", "Lei", "Emer Marley", "Wood"])
def test_a_key_introduces_somebody(key, name):
    assert (name, "PERSON") in found(f"{key}{name}")
    assert introduced(split(f"colour={name}\n{key}")) == set()
    assert introduced(split(f"{key}{name.lower()}")) == set()


def test_a_hyphen_parts_no_name(model):
    limits = Thresholds({"PERSON": 0.8, "LOCATION": 0.8}, 0.3, 0.95, 0.9)
    for text, row, name in (
        ("then Kin-Wah forgot it", 3, "Kin-Wah"),
        ("then Kin-Wah forgot it", 1, "Kin-Wah"),
        ("then pre-Wah forgot it", 3, "Wah"),
        ("then Kin -Wah forgot it", 3, "Wah"),
    ):
        words = split(text)
        rows = np.array([[1.0, 0, 0, 0]] * len(words.surfaces))
        rows[row] = [0, 1, 0, 0]
        assert [text[one.start : one.end] for one in spans(words, rows, limits)] == [name]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("see #RIPJaneDoe now", ["RIPJaneDoe"]),
        ("see #Jane_Doe_ now", ["Jane_Doe"]),
        ("#VoteJane2day and #Jane", ["VoteJane2day", "Jane"]),
        ("#Jane#Jane, Jane", ["Jane", "Jane", "Jane"]),
        ("#JaneOrJane", ["JaneOrJane"]),
        ("C# Jane", ["Jane"]),
    ],
)
def test_a_hashtag_with_a_name_is_one_name(text, names):
    words = split(text)
    rows = np.array([[0, 1.0, 0, 0] if surface == "Jane" else [1.0, 0, 0, 0] for surface in words.surfaces])
    assert [text[one.start : one.end] for one in spans(words, rows, Thresholds({"PERSON": 0.8}, 0.3, 0.95, 0.9))] == names


def test_a_word_written_large_goes_on_sooner():
    rows = np.array([[0.9, 0.1, 0, 0], [0.1, 0.9, 0, 0], [0.9, 0.1, 0, 0]])
    limits = Thresholds({"PERSON": 0.8}, 0.3, 0.95, 0.9, large=0.05)
    for text, name in (("said Maria Singh", "Maria Singh"), ("Aunt Maria said", "Aunt Maria"), ("said Maria said", "Maria")):
        assert [text[one.start : one.end] for one in spans(split(text), rows, limits)] == [name]


def test_a_small_word_with_a_line_to_itself_says_too_little():
    limits = Thresholds({"PERSON": 0.2}, 0.3, 0.9, 0.9)
    for text, names in (("dahil\nakin\naming", []), ("dahil\nAkin\naming", ["Akin"]), ("x akin\ny", ["akin"]), ("x\nakin y", ["akin"])):
        words = split(text)
        rows = np.array([[0.5, 0.5, 0, 0] if surface.lower() == "akin" else [1.0, 0, 0, 0] for surface in words.surfaces])
        assert [text[one.start : one.end] for one in spans(words, rows, limits)] == names
    assert [one.entity for one in spans(split("dahil\nakin\ny"), np.array([[1, 0, 0, 0], [0.05, 0.95, 0, 0], [1, 0, 0, 0]]), limits)] == [
        "PERSON"
    ]


@pytest.mark.parametrize("key", ["AKIAHB3QHCQYGEAF35JI", "AKIADAYUKDLBVUHWUA2A", "AKIAOMNCUABPCQEDAH7O", "AKIAUR3SAOLA7QB4BXKW"])
def test_a_code_makes_no_name_of_the_word_before_it(model, key):
    words = split(f"Write to c28f6404fb4f7@canary-f43adf.com about card 4401604791840271, key {key}.")
    assert not [one for one in spans(words, model.probabilities(words), Thresholds(**model.card["thresholds"])) if one.entity == "PERSON"]
