"""Cells read beside the names of their columns."""

import itertools
import random
import re

import pytest

from app.cli.inspection import Inspector
from app.core.finding import ENTITIES
from app.core.finding import ORDINARY as ORDINARY_ONE
from app.core.jsontext import Edited
from app.core.matcher import Matcher
from app.engine.columns import _PERSONAL, COLUMNS, _columns
from tests.laws.test_hostile import assert_linear

TRIGGER = Matcher(COLUMNS.trigger)
DELIMITERS = (",", ";", "\t", "|")
# A column's name, and what only that name makes personal.
CELLS = {
    "phone": "0612345678",
    "Telefon": "030123456",
    "dob": "1.2.70",
    "account": "9988776655",
    "pin": "4471",
    "policy number": "88231145",
    "plate": "KX21 ABC",
    "zip": "62704",
}
ORDINARY = {"city": "Leeds", "room": "4.12", "amount": "120", "notes": "paid in full"}


def read(text: str) -> str:
    return Edited.of(text, sorted(_columns(text)))


def table(delimiter: str, names: list[str], rows: list[list[str]], *, quoted: bool = False) -> str:
    def line(cells: list[str]) -> str:
        inner = [f'"{cell}"' if quoted else cell for cell in cells]
        return f"| {' | '.join(inner)} |" if delimiter == "|" else delimiter.join(inner)

    return "\n".join(map(line, [names, *rows])) + "\n"


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector("")


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_found_that_only_its_column_makes_personal_wherever_the_column_stands(inspector, delimiter, quoted, name):
    assert not [f for f in inspector.findings(f"{CELLS[name]} is here\n") if ENTITIES[f.entity].sensitivity != ORDINARY_ONE]
    for place in range(len(ORDINARY) + 1):
        names, cells = list(ORDINARY), list(ORDINARY.values())
        names.insert(place, name)
        cells.insert(place, CELLS[name])
        text = table(delimiter, names, [cells] * 3, quoted=quoted and delimiter != "|")
        found = {i for f in inspector.findings(text) for i in range(f.start, f.end)}
        for at in re.finditer(re.escape(CELLS[name]), text):
            assert found.issuperset(range(*at.span())), (text, at)


@pytest.mark.parametrize("name", CELLS)
def test_so_is_one_that_a_statement_inserts(inspector, name):
    text = f"INSERT INTO t (id, {name.replace(' ', '_')}, city) VALUES (1, '{CELLS[name]}', 'Hull'), (2,'{CELLS[name]}','O''Hara');"
    found = {i for f in inspector.findings(text) for i in range(f.start, f.end)}
    assert all(found.issuperset(range(*at.span())) for at in re.finditer(re.escape(CELLS[name]), text))


def test_what_is_read_twice_says_nothing_new():
    text = table(",", [*CELLS, *ORDINARY], [[*CELLS.values(), *ORDINARY.values()]] * 2)
    once = read(text)
    assert once != text
    assert list(_columns(once)) == []


def spelled(expression: str) -> list[str]:
    """Return a word for each of a list of alternatives, with what may be left out and with the first of what may be chosen."""
    words = re.split(r"\|(?![^(]*\))", expression)
    words = [re.sub(r"\\w\*", "x", re.sub(r"\[(.)[^]]*\]", r"\1", word)) for word in words]
    return [re.sub(r"\((?:\?:)?([^()|]*)[^()]*\)", r"\1", word).replace("?", "") for word in words]


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_trigger_stands_wherever_a_column_tells_something(delimiter):
    words = spelled(_PERSONAL)
    assert len(words) > 80
    for word, form, before in itertools.product(
        words, ("{}", "customer_{}", "home {}", "{} number", "{}_id", '"{}"', "my{}"), (True, False)
    ):
        for name in (form.format(word), form.format(word.upper()), form.format(word.title())):
            text = table(delimiter, [name, "city"] if before else ["city", name], [["x1", "Leeds"]] * 2)
            if list(_columns(text)):
                assert TRIGGER.search(text.encode()) is not None, text
            else:
                assert name.startswith("my"), text  # a word within a word


@pytest.mark.parametrize(
    "text",
    [
        "name,price\nDowny,3.99\nLenor,2.99\n",
        "requests,2.31.0\nphone,1.0\n",
        "Please send name, phone and address.\nThank you, Ana\n",
        "import user, token, address\nfrom x import y\n",
        "phone,city\n",
        "def login(user, password):\n    check(user, password)\n",
        "INSERT INTO t (a, b) VALUES (1, 'x');",
    ],
)
def test_no_table_no_reading(text):
    assert read(text) == text


def test_a_table_ends_where_lines_have_other_cells():
    assert read("phone,city,x\n061,Hull,1\nphone 061\n061,Hull,1\n") == "phone,city,x\nphone: 061, Hull,1\nphone 061\n061,Hull,1\n"


def test_edits_are_in_place_and_lose_nothing():
    chance = random.Random(5)
    for _ in range(300):
        names = chance.sample([*CELLS, *ORDINARY, "name"], chance.randint(2, 6))
        rows = [["".join(chance.choices("ab1 ,;|\t\"'é漢", k=chance.randint(0, 9))) for _ in names] for _ in range(3)]
        text = table(chance.choice(DELIMITERS), names, rows, quoted=chance.random() < 0.3)
        edits, last = sorted(_columns(text)), 0
        for start, end, new in edits:
            assert last <= start < end == start + 1
            assert new.endswith(f": {text[start]}") or (text[start], new) == (",", ", ")
            last = end


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda n: "name,phone,dob,notes,user\n" + 'Ana,0612345678,1.2.70,"a ""b""",\'\n' * n, 2_000),
        (lambda n: 'name,phone\n"' + '""' * n + "\n" + '"a' * n, 4_000),
        (lambda n: "phone,b\n" * n, 4_000),
        (lambda n: "insert into t (phone, b) values " + "('061', 'x'), " * n, 2_000),
        (lambda n: "insert into t (phone, b) values ('" + "''" * n, 4_000),
        (lambda n: "insert into t (" * n, 4_000),
    ],
)
def test_a_table_is_read_in_linear_time(make, size):
    assert_linear(lambda text: list(_columns(text)), make, size)
