"""Every place in which a value may land, as data: `sinks/*.txt`, whole and split over chunks at every place."""

from collections import Counter
from pathlib import Path

import pytest

from app.core.surrogate import Original
from app.engine.restore import Lane, Originals

SURROGATE, VALUE = "PERSON_4K7Q2MX8FT", "Maria Singh"
TRUSTED = frozenset({"crm.example", "wiki.example", "shop.com", "xn--bcher-kva.example", "[::1]"})
SIGNS = str.maketrans({"⏎": "\n", "⇥": "\t"})
CASES = [
    (path.stem, line)
    for path in sorted(Path(__file__).with_name("sinks").glob("*.txt"))
    for line in path.read_text().splitlines()
    if line.strip() and not line.startswith("; ")
]


def lane(name: str) -> Lane:
    originals = Originals({SURROGATE: Original(VALUE)}, lambda: TRUSTED)
    return Lane(originals, json=name == "json", sinks=True)


def of(case: str) -> tuple[str, str]:
    """What the provider says, and what the caller must read."""
    case = case.translate(SIGNS)
    return case.replace("✗", SURROGATE).replace("✓", SURROGATE), case.replace("✗", SURROGATE).replace("✓", VALUE)


def told(case: str, expected: str, found: str) -> str:
    return f"{case}: {found.replace(VALUE, '✓').replace(SURROGATE, '✗')}" if found != expected else ""


def test_there_are_enough_cases_and_none_twice() -> None:
    assert len(CASES) >= 200
    assert [case for case, number in Counter(CASES).items() if number > 1] == []
    assert sum("✗" in case for _, case in CASES) >= 100
    assert sum("✓" in case for _, case in CASES) >= 100


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_value_lands_where_it_may_and_nowhere_else(name: str, case: str) -> None:
    source, expected = of(case)
    one = lane(name)
    assert not told(case, expected, one.finish(source))
    assert sum(one._originals.kept.values()) == case.count("✗")


@pytest.mark.parametrize(("name", "case"), CASES)
def test_however_it_is_split(name: str, case: str) -> None:
    source, expected = of(case)
    for cut in range(1, len(source)):
        one = lane(name)
        assert one.feed(source[:cut]) + one.feed(source[cut:]) + one.flush() == expected, source[:cut]
    one = lane(name)
    assert "".join(map(one.feed, source)) + one.flush() == expected
