"""The short way to RE2 gives what its module gives."""

import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.matcher import Matcher

EXPRESSIONS = ("a+", "(a)|(b+)c", "", "^x", "x$", r"(\pL+)[0-9]", "(?:a|ab)(c|bcd)?", r"\bab")
CASES = [(Matcher(one), re2.compile(one.encode())) for one in EXPRESSIONS]


@settings(max_examples=200, deadline=None)
@given(st.text("abcdx1é \n", max_size=30), st.integers(0, 40))
def test_the_same_spans(text, position):
    data = text.encode()
    for ours, theirs in CASES:
        expected = theirs.search(data, position) if position <= len(data) else None
        found = ours.search(data, position)
        assert (found is None) == (expected is None)
        if expected is not None:
            assert [tuple(span) for span in found] == [expected.span(group) for group in range(theirs.groups + 1)]
        here, there = ours.match(data), theirs.match(data)
        assert (here is None) == (there is None)
        assert here is None or tuple(here[0]) == there.span()


def test_the_longest_if_asked():
    assert Matcher("a|ab").search(b"ab")[0] == (0, 1)
    assert Matcher("a|ab", longest=True).search(b"ab")[0] == (0, 2)
