"""What a conversation knows is found again: values as they were written, names by their words too, and nothing else."""

import time

import pytest

from app.core.finding import Finding
from app.engine.known import CONVERSATION, Known
from app.engine.overlap import Cover, reconciled

NOTHING: Cover = Cover(())
MARIA = ("Maria Singh",)


def hits(values: tuple[str, ...], text: str, entity: str = "PERSON", score: float = 0.9, *, exact: bool = False) -> list[str]:
    known = Known()
    for value in values:
        known.learn(value, Finding(0, len(value), entity, score, "test"))
    found = known.find(text, NOTHING, exact=exact)
    assert all(f.entity == entity and f.score == score and f.detector == CONVERSATION for f in found)
    return [text[f.start : f.end] for f in sorted(found)]


@pytest.mark.parametrize(
    ("names", "text", "found"),
    [
        (MARIA, "Then Maria said that Singh left.", ["Maria", "Singh"]),
        (MARIA, "Maria's and Singhs, MARIA", ["Maria", "Singh", "MARIA"]),
        (MARIA, "SINGH, Maria; maria singh; Maria\nSingh", ["SINGH, Maria", "maria singh", "Maria\nSingh"]),
        (MARIA, "ask M. Singh, R. Singh", ["M. Singh", "Singh"]),
        (MARIA, "mariachi, MariaDB, Marias_file, xMaria, maria, singh", ["Maria"]),
        (("maria singh",), "ask maria", ["maria"]),
        (("Zoë Núñez",), "zoe nunez, ZOË; Nunez", ["zoe nunez", "ZOË", "Nunez"]),
        (("Ludwig van Beethoven",), "LUDWIG VAN BEETHOVEN, a van, Van, Beethoven", ["LUDWIG VAN BEETHOVEN", "Beethoven"]),
        (("Dr. Ana Ruiz PhD",), "A Dr. and a PhD: Ana", ["Ana"]),
        (("Will May",), "Will it rain? In May, says Will. Will May come? will may", ["May", "Will", "Will May"]),
        (("Will Singh",), "Will Singh go? - Will\n* Will\nWILL will", ["Will Singh"]),
        (("Li Bo",), "Li and Bo, li bo, LI-ion", ["Li", "Bo", "li bo", "LI"]),
        (("Li",), "is Li here? li, like, Lis", ["Li", "Li"]),
        (("Rose",), "Rose rose. A rose. See Rose.", ["Rose"]),
        (("王小明",), "我问王小明了吗", ["王小明"]),
        (("김민수",), "김민수는 어제 김민수, 김민수들", ["김민수", "김민수"]),
        (("สมชาย",), "คุณสมชายมา", ["สมชาย"]),
        (("Иван Сидоров",), "спросите: Сидоров, ИВАН", ["Сидоров", "ИВАН"]),
        (("Kim Lee", "Lee Ann"), "Kim, Ann", ["Kim", "Ann"]),
        (("Maria Singh", "Raj Lopez"), "Maria Singh, Raj Lopez\nMaria Lopez", ["Maria Singh", "Raj Lopez", "Maria", "Lopez"]),
    ],
)
def test_a_name_is_found_by_its_words(names: tuple[str, ...], text: str, found: list[str]) -> None:
    assert hits(names, text) == found


def test_what_the_model_wrote_is_found_exactly_where_it_was_restored() -> None:
    assert hits(("Will",), "Will you go?", exact=True) == ["Will"]
    assert hits(("Will",), "Will you go?") == []
    assert hits(("Will Singh",), "Will you go?", exact=True) == []


def test_a_name_of_little_certainty_is_not_divided() -> None:
    assert hits(MARIA, "Maria, Maria Singh", score=0.4) == ["Maria Singh"]


@pytest.mark.parametrize(
    ("values", "text", "found"),
    [
        (("hunter2!x",), "hunter2!x (hunter2!x) hunter2!xs xhunter2!x hunter2!xy", ["hunter2!x"] * 3),
        (("!!??%%",), "a!!??%%b !!??%%", ["!!??%%"] * 2),
        (("-abcde-", "abcde"), "x-abcde-x", ["-abcde-", "abcde"]),
        (("abcd",), "abcd", []),
        (("Straße 7x",), "STRASSE 7X Straße 7x", ["Straße 7x"]),
        (("four words at most",), "four words at mostx, four words at most", ["four words at most"]),
        (("Hunter", "hunter"), "hunter HUNTER", ["hunter"]),
    ],
)
def test_any_other_value_is_found_as_it_was_written(values: tuple[str, ...], text: str, found: list[str]) -> None:
    assert hits(values, text, "PASSWORD") == found


def test_an_organisation_is_found_without_its_legal_form() -> None:
    assert hits(("Acme Robotics GmbH",), "Acme Robotics, Acme", "ORGANIZATION") == ["Acme Robotics"]
    assert hits(("Target Inc.",), "Target it. We asked Target.", "ORGANIZATION") == ["Target"]


def test_the_surest_source_counts_whatever_the_order() -> None:
    sources = [Finding(0, 5, "A", 0.4, "x"), Finding(0, 5, "B", 0.9, "y"), Finding(0, 5, "C", 0.6, "z")]
    for order in (sources, sources[::-1]):
        known = Known()
        for source in order:
            known.learn("value", source)
        assert [(f.entity, f.score) for f in known.find("a value", NOTHING)] == [("B", 0.9)]


def reconcile(text: str, found: dict[str, str], known: dict[str, str], *, exact: bool = False) -> list[tuple[str, str]]:
    rows = [
        [Finding(text.index(v), text.index(v) + len(v), entity, 0.9, "test") for v, entity in values.items()] for values in (found, known)
    ]
    return [(text[f.start : f.end], f.entity) for f in reconciled(text, rows[0], rows[1], exact=exact)]


@pytest.mark.parametrize(
    ("text", "found", "known", "exact", "left"),
    [
        ("Dr. Maria Singh", {"Dr. Maria Singh": "PERSON"}, {"Maria Singh": "PERSON"}, False, [("Maria Singh", "PERSON")]),
        ("Maria Lopez", {"Maria Lopez": "PERSON"}, {"Maria": "PERSON"}, False, [("Maria", "PERSON"), ("Maria Lopez", "PERSON")]),
        ("Maria Lopez", {"Maria Lopez": "PERSON"}, {"Maria": "PERSON"}, True, [("Maria", "PERSON"), ("Lopez", "PERSON")]),
        ("Maria Singh Said", {"Singh Said": "PERSON"}, {"Maria Singh": "PERSON"}, False, [("Maria Singh", "PERSON"), ("Said", "PERSON")]),
        ("Singh Consulting", {"Singh Consulting": "ORGANIZATION"}, {"Singh": "PERSON"}, False, [("Singh", "PERSON"), ("Consulting", "ORGANIZATION")]),
        ("see Jordan", {"Jordan": "LOCATION"}, {"Jordan": "PERSON"}, False, [("Jordan", "PERSON")]),
        ("Paris Hilton", {"Paris Hilton": "PERSON"}, {"Paris": "LOCATION"}, False, [("Paris Hilton", "PERSON")]),
        ("x@Singh.example", {"x@Singh.example": "EMAIL_ADDRESS"}, {"Singh": "PERSON"}, False, [("x@Singh.example", "EMAIL_ADDRESS"), ("Singh", "PERSON")]),
    ],
)  # fmt: skip
def test_no_name_hides_a_known_one_that_matters_more(
    text: str, found: dict[str, str], known: dict[str, str], exact: bool, left: list[tuple[str, str]]
) -> None:
    assert reconcile(text, found, known, exact=exact) == left


def test_a_weak_known_name_hides_no_finding() -> None:
    weak, sure = Finding(0, 5, "PERSON", 0.3, CONVERSATION), Finding(0, 5, "PERSON", 0.8, "test")
    assert sure in reconciled("Maria", [sure], [weak], exact=False)
    assert Finding(0, 5, "ORGANIZATION", 0.8, "test") in reconciled(
        "Maria", [sure.at(0, 5), Finding(0, 5, "ORGANIZATION", 0.8, "test")], [weak], exact=False
    )


def test_a_text_is_read_once_however_many_values_are_known() -> None:
    text = "the quick brown fox, and 17 lazy dogs; " * 2500

    def seconds(count: int) -> float:
        known = Known()
        for number in range(count):
            known.learn(f"Xavi{number} Quo{number}", Finding(0, 9, "PERSON", 0.9, "test"))
        best = 9.0
        for _ in range(5):
            began = time.process_time()
            assert known.find(text, NOTHING) == []
            best = min(best, time.process_time() - began)
        return best

    assert seconds(2000) < 4 * seconds(20)


def test_values_that_share_words_and_texts_full_of_them_cost_no_square() -> None:
    def seconds(count: int) -> float:
        known = Known()
        for number in range(count):
            known.learn(f"password {number:05}", Finding(0, 9, "PASSWORD", 0.9, "test"))
        text = "password 00001, " * count
        best = 9.0
        for _ in range(5):
            began = time.process_time()
            assert len(known.find(text, NOTHING)) == count
            best = min(best, time.process_time() - began)
        return best

    assert seconds(8000) < 24 * seconds(1000)


@pytest.mark.parametrize("start", range(6))
def test_a_cover_says_what_looking_at_every_span_says(start: int) -> None:
    spans = [Finding(a, b, "X", 1, "x") for a, b in ((0, 2), (1, 5), (3, 4), (7, 9), (7, 8), (12, 20), (13, 14))]
    cover = Cover(spans[start:])
    for a in range(22):
        for b in range(a + 1, 23):
            touching = {s for s in spans[start:] if s.start < b and a < s.end}
            assert set(cover.touching(a, b)) == touching
            assert cover.touches(a, b) == bool(touching)
            assert cover.holds(a, b) == any(s.start <= a and b <= s.end for s in spans[start:])
