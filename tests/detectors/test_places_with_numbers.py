"""Places with numbers are addresses, and go out as little as those that have a shape."""

import pytest

from app.core.finding import Finding
from app.detectors.places_with_numbers import with_addresses


def found(text, entity="LOCATION"):
    return [(text[one.start : one.end], one.entity) for one in with_addresses(text, [Finding(0, len(text), entity, 0.9, "names")])]


@pytest.mark.parametrize(
    "text",
    [
        "Flat 302, Lotus Apartments, MG Road",
        "Alicante, 03001",
        "Bengaluru 560001, India",
        "Carrera 7 # 71",
        "7 Harbour View, Flat 2B",
        "221B Baker Street, London",
        "Block 123\nAng Mo Kio",
        "Lower Hutt 5012, New Zealand",
        "Rome, 1960, 12 Via Sacra",
    ],
)
def test_a_number_and_another_part_make_an_address(text):
    assert found(text) == [(text, "ADDRESS")]


@pytest.mark.parametrize(
    "text",
    [
        "Leeds",
        "Route 66",
        "Terminal 3",
        "Rome, 1960",
        "Paris, France",
        "Brazil 2, Chile 1",
        "Peru 1, Chile 10, Cuba 3",
        "Ulm, 3.5",
        "Ulm, 3%",
        "Area 51, Nevada",
        "Route 66, Arizona",
        "Paris #1, London #2",
        "Chicago 105, Boston 98",
        "Paris, 12°C",
        "Delhi, 29,399,141",
        "Mexico City, 2240 m",
    ],
)
def test_a_place_and_a_number_alone_stay_a_place(text):
    assert found(text) == [(text, "LOCATION")]


def test_names_of_other_kinds_stay_what_they_are():
    for entity in ("PERSON", "ORGANIZATION"):
        assert found("Flat 302, Lotus Apartments", entity) == [("Flat 302, Lotus Apartments", entity)]


def test_an_address_ends_with_its_cell():
    assert found("3 | 14 High Row, Leeds | Hull") == [("14 High Row, Leeds", "ADDRESS"), ("Hull", "LOCATION")]
    assert found("Hull | Leeds, Bath") == [("Hull | Leeds, Bath", "LOCATION")]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("New York 8,804,190, Los Angeles 3", ("New York 8,804,190, Los Angeles 3", "LOCATION")),
        ("12 High Row, Hull 3", ("12 High Row, Hull", "ADDRESS")),
    ],
)
def test_the_beginning_of_a_number_is_no_house(said, named):
    text = f"{said},898,747"
    (one,) = with_addresses(text, [Finding(0, len(said), "LOCATION", 0.9, "names")])
    assert (text[one.start : one.end], one.entity) == named
