"""A text as words: nothing that can be read is lost, and every span is where it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.names import words as reading
from app.names.features import BUCKETS, MANY, MARKS, SHAPES, features, groups, marks
from app.names.model import WINDOW, windows
from app.names.words import GAPS, KINDS, LINE, NO_GAP, RUN, SPACE, is_mark, read, split

VOCABULARY = {"[UNK]": 100, "maria": 1, "sing": 2, "##h": 3, "s": 4, "o": 5, "é": 6, "e": 7}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.text("Mé\u0301aB b\n.1_李-'#", max_size=60)


@given(texts)
def test_every_letter_and_digit_is_in_a_word_and_every_word_is_where_it_says(text):
    words = split(text)
    covered = set()
    last = 0
    for surface, start, end in zip(words.surfaces, words.starts, words.ends, strict=True):
        assert last <= start < end
        assert text[start:end] == surface
        covered.update(range(start, end))
        last = end
    assert all(i in covered for i, character in enumerate(text) if character.isalnum())


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_has_the_same_words_by_the_quicker_expression(text):
    assert reading._PLAIN.findall(text) == reading._WORD.findall(text)


@pytest.mark.parametrize(
    ("text", "surfaces", "gaps"),
    [
        ("Dr. O'Brien", ["Dr", ".", "O", "'", "Brien"], [LINE, NO_GAP, SPACE, NO_GAP, NO_GAP]),
        ("a\n\n b", ["a", "b"], [LINE, LINE]),
        ("José\u0301x 12b", ["José\u0301x", "12", "b"], [LINE, SPACE, NO_GAP]),
        ("snake_case", ["snake", "_", "case"], [LINE, NO_GAP, NO_GAP]),
        ("#RIPJaneDoe aB", ["#", "RIP", "Jane", "Doe", "aB"], [LINE, NO_GAP, NO_GAP, NO_GAP, SPACE]),
        ("# JaneDoe", ["#", "JaneDoe"], [LINE, SPACE]),
        ("#jane #Jane_Doe2Roe", ["#", "jane", "#", "Jane", "_", "Doe", "2", "Roe"], [LINE, NO_GAP, SPACE, *[NO_GAP] * 5]),
        ("", [], []),
    ],
)
def test_words_and_gaps(text, surfaces, gaps):
    words = split(text)
    assert (words.surfaces, words.gaps) == (surfaces, gaps)


@given(st.text(st.characters(exclude_categories=["Cs", "Z", "C"]), min_size=1, max_size=60))
def test_rows_of_a_word_lie_within_the_tables(word):
    row = features(word, VOCABULARY)
    assert row.pieces
    assert row.groups
    assert all(0 <= bucket < BUCKETS for bucket in row.groups)
    assert 0 <= row.shape < SHAPES


PLAIN = st.text("abcXYZ019-", min_size=1, max_size=60)


@given(st.lists(st.text(min_size=1, max_size=60) | PLAIN, min_size=1, max_size=8) | st.lists(PLAIN, min_size=MANY, max_size=2 * MANY))
def test_groups_of_many_words_are_those_of_each(words):
    rows, sizes = groups([word.lower() for word in words])
    assert [list(part) for part in np.split(rows, np.cumsum(sizes)[:-1])] == [features(word, VOCABULARY).groups for word in words]


def test_pieces_are_the_longest_that_fit_and_know_no_accents():
    assert features("Singh", VOCABULARY).pieces == [2, 3]
    assert features("MARÍA", VOCABULARY).pieces == [1]
    assert features("xyz", VOCABULARY).pieces == [100]
    assert features("Maria", VOCABULARY).groups == features("maria", VOCABULARY).groups
    assert len({features(word, VOCABULARY).shape for word in ("Maria", "maria", "MARIA", "mArIa", "12345", "-")}) == 6


@given(texts, st.sets(st.integers(0, 60), max_size=5))
def test_the_network_reads_every_word_and_every_mark_once(text, skipped):
    words = split(text)
    found = read(words, skipped)
    everything = [i for i in range(len(words.surfaces)) if i not in skipped]
    assert sorted(found.words + found.marks) == everything
    assert all(is_mark(words.surfaces[i]) == (i in found.marks) for i in everything)
    for place, run in enumerate(found.runs):
        owned = [words.surfaces[i] for i, owner in zip(found.marks, found.owners, strict=True) if owner == place]
        assert run == "".join(owned[:RUN])
    assert len(found.runs) == len(found.words) + 1 == len(found.gaps) + 1
    assert all(0 <= gap < GAPS for gap in found.gaps)
    for mark, owner in zip(found.marks, found.owners, strict=True):
        assert owner == sum(word < mark for word in found.words)  # that many words stand before it


@pytest.mark.parametrize(
    ("text", "runs", "gaps"),
    [
        ("a b", ["", "", ""], [LINE, SPACE]),
        ("(a", ["(", ""], [LINE + 2 * KINDS + KINDS]),
        ("x Jean-Luc", ["", "", "-", ""], [LINE, SPACE, NO_GAP + 4 * KINDS]),
        ("x Jean - Luc", ["", "", "-", ""], [LINE, SPACE, SPACE + KINDS]),
        ("Singh, Maria.", ["", ",", "."], [LINE, SPACE + 2 * KINDS]),
        ('a",\n "b"', ["", '","', '"'], [LINE, LINE + 4 * KINDS]),
        ("...", ["..."], []),
        (f"a {'-' * 500} b", ["", "-" * RUN, ""], [LINE, SPACE + KINDS]),
    ],
)
def test_marks_stand_at_the_words_they_are_between(text, runs, gaps):
    found = read(split(text))
    assert (found.runs, found.gaps) == (runs, gaps)


def test_a_line_of_hyphens_is_a_hyphen():
    assert marks("-----") == marks("-") == [MARKS.index("-")]
    assert marks(',"☃,') == sorted([MARKS.index(","), MARKS.index('"'), len(MARKS)])


@given(st.lists(st.sampled_from(["word", "Name", ".", "\n", "12 "]), max_size=600))
def test_windows_part_the_words_in_order(pieces):
    reading = read(split(" ".join(pieces)))
    cuts = list(windows(reading))
    assert [i for start, end in cuts for i in range(start, end)] == list(range(len(reading.words)))
    assert all(0 < end - start <= WINDOW for start, end in cuts)
