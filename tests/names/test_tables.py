"""Tables are read by their columns: no name leaves its cell, and most cells of a column say what the others are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detectors.names import NAMES
from app.names.model import TAGS
from app.names.tables import probabilities
from app.names.words import LINE, split
from tests.laws.test_hostile import assert_linear

NOTHING, PERSON, PLACE, FIRM = np.eye(len(TAGS), dtype=np.float32) * 0.88 + 0.03  # 0.91 of one


class Judge:
    """Says of each word what it was told to, and remembers what it read."""

    def __init__(self, **known):
        self.known, self.read = known, []

    def __call__(self, words):
        self.read.append(words)
        return np.array([self.known.get(word, NOTHING) for word in words.surfaces], dtype=np.float32).reshape(-1, len(TAGS))


def told(text, judge):
    words, shares = probabilities(text, split(text), judge)
    return dict(zip(words.surfaces, shares.argmax(axis=1), strict=True))


def found(text):
    return [(text[one.start : one.end], one.entity) for one in NAMES.find(text)]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", ","])
def test_a_table_is_read_by_its_columns_without_what_parts_them(delimiter):
    rows = [("7", "Ann Lee", "Leeds"), ("9", "Bo Ek", "Hull"), ("12", "Cy Orr", "Bath")]
    text = "Before that.\n" + "\n".join(map(delimiter.join, rows)) + "\nBehind it."
    judge = Judge()
    probabilities(text, split(text), judge)
    *_, read = judge.read
    assert read.surfaces == "Before that . 7 9 12 Ann Lee Bo Ek Cy Orr Leeds Hull Bath Behind it .".split()  # noqa: SIM905
    assert [word for word, gap in zip(read.surfaces, read.gaps, strict=True) if gap == LINE] == [
        *["Before", "7", "9", "12", "Ann", "Bo", "Cy", "Leeds", "Hull", "Bath", "Behind"]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "One line, two, three.",
        "a,b\nc,d",  # two rows are no table
        "a,b\nc,d,e\nf,g",
        "Ann, Leeds\nBo, Hull\nCy, Bath",
        "The first line says a lot, and so on;\nthe second one says as much as it; \nthe third one says no less than it;",
        'first: "Ann",\nlast: "Lee",\ntown: "Leeds",',
        "let a = 1;\nlet b = 2;\nlet c = 3;\r\n",
        "this cell says five words\tand so does this one\n" * 3,
        "a;b;\nc;d\ne;f;",
        "",
    ],
)
def test_what_is_no_table_is_read_as_it_stands(text):
    judge, words = Judge(), split(text)
    assert probabilities(text, words, judge)[0] is words
    assert judge.read == [words]


@given(st.text(st.sampled_from("ab1,;|\t\n \r\"'é"), max_size=60))
def test_every_word_is_read_once_or_parts_cells(text):
    judge, words = Judge(), split(text)
    celled, shares = probabilities(text, words, judge)
    *_, read = judge.read
    assert celled._replace(gaps=[]) == words._replace(gaps=[])
    assert len(shares) == len(words.surfaces)
    places = list(zip(read.surfaces, read.starts, read.ends, read.gaps, strict=True))
    known = list(zip(*celled, strict=True))
    assert len(set(places)) == len(places)
    assert {word for word in known if word not in set(places)} <= {word for word in known if word[0] in ",;|"}
    assert set(places) <= set(known)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)


def test_what_most_cells_of_a_column_are_the_others_are_too():
    text = "1\tAnn\tLeeds\n2\tYork\tHull\n3\tBo\tBath\n4\tCy\tann"
    judge = Judge(Ann=PERSON, York=PLACE, Bo=PERSON, Cy=PERSON * 0.5 + NOTHING * 0.5, Leeds=PLACE, Hull=PLACE, Bath=PLACE, ann=PERSON)
    assert told(text, judge) == {
        **dict.fromkeys("1234", 0),
        "Ann": 1,
        "York": 1,
        "Bo": 1,
        "Cy": 1,
        "Leeds": 2,
        "Hull": 2,
        "Bath": 2,
        "ann": 1,
    }


def test_a_town_among_people_is_somebody_and_a_person_among_towns_stays_one():
    judge = Judge(A=PERSON, B=PERSON, C=PLACE, D=PLACE, E=PLACE, F=PERSON)
    assert told("A,D\nB,E\nC,F", judge) == {"A": 1, "B": 1, "C": 1, "D": 2, "E": 2, "F": 1, ",": 0}


def test_words_written_small_are_what_machines_are_called():
    assert told("a,1\nb,2\nc,3", Judge(a=PERSON, b=PERSON, c=PLACE))["c"] == 2


def test_nobody_is_less_of_a_person_for_the_firms_around():
    """However sure the network is of it: the odds of a column are those of its firms."""
    for somebody in (PERSON * 0.8 + NOTHING * 0.2, PERSON * 0.6 + FIRM * 0.4, PERSON * 0.45 + FIRM * 0.55):
        text = "Shell,1\nSaab,2\nEricsson,3\nLee,4"
        words, shares = probabilities(text, split(text), Judge(Shell=FIRM, Saab=FIRM, Ericsson=FIRM, Lee=somebody))
        assert shares[words.surfaces.index("Lee"), 1] >= somebody[1]


def test_what_a_row_says_of_somebody_holds_where_its_column_knows_less():
    """`Name;Ann Lee`: read by its column the value is without its key."""

    def judge(words):
        said = words.surfaces
        return np.array([PERSON if said[max(0, i - 2) : i] == ["Name", ";"] else NOTHING for i in range(len(said))], dtype=np.float32)

    assert told("Name;Lee\nTown;Leeds\nFirm;Shell", judge) == {
        **dict.fromkeys(("Name", ";", "Town", "Leeds", "Firm", "Shell"), 0),
        "Lee": 1,
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Name\tAustin Kelly\nDate of birth\t1980-05-02\nCity\tHamburg\nEmployer\tVodafone\nStatus\tactive", "Austin Kelly"),
        ("Kunde;Sofia London\nOrt;Lyon\nFirma;Vodafone\nBetrag;120", "Sofia London"),
        ("customer,revenue\nSiemens AG,1200\nBMW,3000\nJohn Smith,20\nBosch GmbH,1000\nAllianz,333", "John Smith"),
    ],
)
def test_people_in_forms_and_among_firms(text, name):
    assert (name, "PERSON") in found(text)


def test_thousands_of_tables_take_linear_time():
    assert_linear(lambda text: list(NAMES.find(text)), lambda size: "a,b\na,b\na,b\n\n" * size, 800)


def test_a_column_of_other_things_says_nothing_of_the_name_in_it():
    text = "x,1\nann,2\ny,3\nz,4"
    words, shares = probabilities(text, split(text), Judge(ann=PERSON))
    np.testing.assert_array_equal(shares[words.surfaces.index("ann")], PERSON)


def test_what_a_column_is_called_is_no_name_because_the_column_is_one():
    half = NOTHING * 0.9 + PERSON * 0.1
    assert told("Name;1\nAnn;2\nBo;3\nCy;4", Judge(Name=half, Ann=PERSON, Bo=PERSON, Cy=PERSON))["Name"] == 0
    assert told("Dee;1\nAnn;2\nBo;3\nCy;4", Judge(Dee=PLACE, Ann=PERSON, Bo=PERSON, Cy=PERSON))["Dee"] == 1
    assert told("Ann;1\nBo;2\nName;3\nCy;4", Judge(Name=half, Ann=PERSON, Bo=PERSON, Cy=PERSON))["Name"] == 1


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", ","])
def test_no_name_goes_on_from_cell_to_cell(delimiter):
    rows = [("7", "Kelly King", "Bristol"), ("9", "Sara Hill", "Lisbon"), ("12", "Omar Haddad", "Cologne")]
    names = [(row[1], "PERSON") for row in rows]
    text = "\n".join(map(delimiter.join, rows))
    assert [one for one in found(text) if one in names] == names
    assert not [name for name, _ in found(text) if delimiter in name]


def test_surname_and_first_name_may_have_a_column_each():
    text = "7,Callahan,Michael\n9,York,Shannon\n12,Okafor,Carolyn\n15,Schneider,David"
    assert found(text) == [(word, "PERSON") for row in text.split("\n") for word in row.split(",")[1:]]


def weighed(text, **known):
    words, shares = probabilities(text, split(text), Judge(**known))
    return dict(zip(words.surfaces, shares, strict=True))


def test_four_words_a_cell_are_a_table():
    judge, text = Judge(), "a cell of four\tas has this one\n" * 3
    probabilities(text, split(text), judge)
    assert len(judge.read) == 2


def test_odds_multiply_tenfold_at_most():
    shy = NOTHING * 0.5 + PLACE * 0.5
    share = (PERSON * 3 + shy) / 4
    expected = shy * np.minimum(share / [0.85, 0.05, 0.05, 0.05], 10)
    expected /= expected.sum()
    found = weighed("1\tAnn\n2\tBo\n3\tCy\n4\tDee", Ann=PERSON, Bo=PERSON, Cy=PERSON, Dee=shy)["Dee"]
    np.testing.assert_allclose(found, [expected[0], expected[1:].sum(), 0, 0], rtol=1e-4)


def test_half_of_a_column_must_be_names():
    half, less = PERSON * 0.58 + NOTHING * 0.42, PERSON * 0.45 + NOTHING * 0.55
    text = "1\tAnn\n2\tBo\n3\tCy"
    assert weighed(text, Ann=half, Bo=half, Cy=half)["Bo"][1] > half[1]
    np.testing.assert_array_equal(weighed(text, Ann=less, Bo=less, Cy=less)["Bo"], less)


@pytest.mark.parametrize("text", ["1\t12\n2\tAnn\n3\t15\n4\tBo", "1\t\n2\tAnn\n3\tBo"])
def test_a_column_of_figures_and_one_of_two_cells_say_nothing(text):
    shy = PERSON * 0.9 + NOTHING * 0.1
    np.testing.assert_array_equal(weighed(text, Ann=shy, Bo=shy)["Bo"], shy)


def test_people_must_be_more_than_all_others_together():
    known = (
        dict.fromkeys(("Ann", "Bo", "Cy", "Dee"), PERSON)
        | dict.fromkeys(("Ulm", "Hull", "Bath"), PLACE)
        | dict.fromkeys(("Saab", "Fiat", "Ikea"), FIRM)
    )
    text = "\n".join(f"{number}\t{word}" for number, word in enumerate(known))
    assert told(text, Judge(**known))["Hull"] == 2
