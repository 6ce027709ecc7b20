"""Where a name ends and another begins, by probabilities that are given, and by the words around."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.names.cues import CLOSINGS, introduced
from app.names.model import TAGS, inside
from app.names.spans import _PARTS, Thresholds, spans
from app.names.words import NO_GAP, split

THRESHOLDS = Thresholds(begin=dict.fromkeys(TAGS[1:], 0.3), go_on=0.05, alone=0.9, capitals=0.9, lean=1.5, large=0.03)
KINDS = TAGS[1:]


def found(text: str, kinds: dict[str, str], sure: float = 0.9) -> list[tuple[str, str]]:
    """Return spans and entities; `kinds`: what each word is, marks being whatever may be part of any name."""
    words = split(text)
    rows = []
    for surface in words.surfaces:
        row = dict.fromkeys(TAGS, 0.0)
        if surface in kinds:
            row[kinds[surface]] = sure
        elif not surface.isalnum():
            row |= dict.fromkeys(KINDS, 0.3)
        rows.append([1 - sum(row.values()), *(row[tag] for tag in KINDS)])
    return [(text[span.start : span.end], span.entity) for span in spans(words, np.array(rows), THRESHOLDS)]


@pytest.mark.parametrize("mark", sorted(_PARTS))
@pytest.mark.parametrize(("one", "other"), list(itertools.product(KINDS, repeat=2)))
def test_a_mark_parts_names_of_two_kinds_and_joins_those_of_one(mark, one, other):
    text = f"then Ann Lee{mark} Upper Leeds came by"
    here = found(text, {"Ann": one, "Lee": one, "Upper": other, "Leeds": other})
    assert here == ([(f"Ann Lee{mark} Upper Leeds", one)] if one == other else [("Ann Lee", one), ("Upper Leeds", other)])


@pytest.mark.parametrize("kind", KINDS[1:])
def test_what_is_hardly_a_name_goes_with_what_it_stands_beside(kind):
    words = split("then Ann Lee, Jr came by")
    rows = [
        [1.0, 0, 0, 0],
        *([[0.1, 0.9, 0, 0]] * 2),
        [0.1, 0.3, 0.3, 0.3],
        [0.8, *(0.2 * (tag == kind) for tag in KINDS)],
        *([[1.0, 0, 0, 0]] * 2),
    ]
    assert [span.entity for span in spans(words, np.array(rows), THRESHOLDS)] == ["PERSON"]


def test_a_name_before_a_mark_must_be_as_sure_as_alone():
    kinds = {"JSON": "PERSON", "Leeds": "LOCATION"}
    assert found("then JSON came by Leeds", kinds, 0.7) == [("Leeds", "LOCATION")]
    assert found("then JSON, Leeds came by", kinds, 0.7) == [("Leeds", "LOCATION")]


@pytest.mark.parametrize("closing", sorted(CLOSINGS))
@pytest.mark.parametrize(("between", "behind"), [(", ", ""), (",\n", "\nManager"), ("\n", "\n\nPS: more"), (", ", ", DNI 12345678Z")])
def test_who_signs_a_letter_is_introduced(closing, between, behind):
    for text in (f"text. {closing}{between}Ana Ruiz{behind}", f"text. {closing.title()}{between}Ana Ruiz Soto{behind}"):
        words = split(text)
        assert {"Ana", "Ruiz"} <= {words.surfaces[i] for i in introduced(words)}, text


@pytest.mark.parametrize(
    "text",
    [
        "cheers! This Works now",
        "Cheers,\nIt works now.",
        "Saludos! Gracias Por",
        "Regards,\nSupport",
        "Best regards\n\nFeatures\n- dark mode",
        "Viele Grüße\nIhr Serviceteam",
        "Best regards, Your Team",
        "with regards to Ana Ruiz",
        "Regards, Ana Ruiz said that",
    ],
)
def test_what_else_stands_behind_is_not(text):
    assert introduced(split(text)) == set()


@given(st.text("12a B-./,#\n", max_size=24))
def test_inside_a_code_is_all_but_its_ends(text):
    words = split(text)
    codes, expected = [[]], set()
    for i, surface in enumerate(words.surfaces):
        if not (surface.isalnum() or surface in "-_.:/+") or (codes[-1] and words.gaps[i] != NO_GAP):
            codes.append([])
        if surface.isalnum() or surface in "-_.:/+":
            codes[-1].append(i)
    for code in codes:
        whole = "".join(words.surfaces[i] for i in code)
        if any(words.surfaces[i][0].isdigit() for i in code) and sum(map(str.isalpha, whole)) <= sum(map(str.isdigit, whole)):
            expected |= set(code[1:-1])
    assert inside(words) == expected
