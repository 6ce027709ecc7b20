"""No forged surrogate is taken for one that was issued. The check character alone stops 31 of 32; the issued map stops the rest."""

from app.core.surrogate import Reader
from laws.forgeries import attacked, by_sort, issued


def test_no_forgery_is_accepted() -> None:
    figures = attacked(100_000)
    assert figures.forged == 100_000
    assert figures.accepted == 0
    assert figures.checked > 50_000  # most are made to pass the check character


def test_the_check_character_alone_stops_most_random_codes() -> None:
    passed = by_sort(32_000)[1]
    assert 800 < passed < 1200


def test_what_was_issued_is_accepted() -> None:
    known = issued()
    assert [found.text for found in Reader(known).read(" ".join(known))] == list(known)
