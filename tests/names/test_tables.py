"""Tables are read by their columns: no name leaves its cell, and most cells of a column say what the others are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detectors.names import NAMES
from app.names.model import TAGS
from app.names.tables import probabilities
from app.names.words import LINE, split

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
    (read,) = judge.read
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
    (read,) = judge.read
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
    judge = Judge(a=PERSON, b=PERSON, c=PLACE, d=PLACE, e=PLACE, f=PERSON)
    assert told("a,d\nb,e\nc,f", judge) == {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 1, ",": 0}


def test_a_column_of_other_things_says_nothing_of_the_name_in_it():
    text = "x,1\nann,2\ny,3\nz,4"
    words, shares = probabilities(text, split(text), Judge(ann=PERSON))
    np.testing.assert_array_equal(shares[words.surfaces.index("ann")], PERSON)


def test_what_a_column_is_called_is_no_name_because_the_column_is_one():
    half = NOTHING * 0.9 + PERSON * 0.1
    assert told("name;1\nann;2\nbo;3\ncy;4", Judge(name=half, ann=PERSON, bo=PERSON, cy=PERSON))["name"] == 0
    assert told("dee;1\nann;2\nbo;3\ncy;4", Judge(dee=PLACE, ann=PERSON, bo=PERSON, cy=PERSON))["dee"] == 1
    assert told("ann;1\nbo;2\nname;3\ncy;4", Judge(name=half, ann=PERSON, bo=PERSON, cy=PERSON))["name"] == 1


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
