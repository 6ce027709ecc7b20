"""Cells read beside the names of their columns."""

import itertools
import random
import re

import pytest

from app.cli.inspection import Inspector
from app.core.finding import ENTITIES, ORDINARY
from app.core.jsontext import Edited
from app.core.matcher import Matcher
from app.engine.columns import COLUMNS, GROWTH, PERSONAL, _columns
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
BESIDE = {"email": "none", "city": "Leeds", "room": "4.12", "price ($)": "120", "notes": "paid in full"}
ROWS = 10  # so many that no word of the first line stands near the last


def read(text: str) -> str:
    return Edited.of(text, sorted(_columns(text)))


def table(delimiter: str, names: list[str], rows: list[list[str]], *, quoted: bool = False, wide: int = 0) -> str:
    def line(cells: list[str]) -> str:
        inner = [(f'"{cell}"' if quoted else cell).ljust(wide) for cell in cells]
        return f"| {' | '.join(inner)} |" if delimiter == "|" else delimiter.join(inner)

    return "\n".join(map(line, [names, *rows])) + "\n"


def hidden(inspector: Inspector, text: str, value: str) -> bool:
    """Say whether the last of the values is found whole as something personal."""
    last = text.rindex(value)
    spans = [(f.start, f.end) for f in inspector.findings(text) if ENTITIES[f.entity].sensitivity != ORDINARY]
    return any(start <= last and last + len(value) <= end for start, end in spans)


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector("")


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("form", [{}, {"quoted": True}, {"wide": 16}])
@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_hidden_that_only_its_column_makes_personal_wherever_the_column_stands(inspector, delimiter, form, name):
    value = CELLS[name]
    assert not hidden(inspector, f"{value} is here\n", value)
    for place in range(len(BESIDE) + 1):
        names, cells = list(BESIDE), list(BESIDE.values())
        names.insert(place, name)
        cells.insert(place, value)
        text = table(delimiter, names, [cells] * ROWS, **(form if delimiter != "|" else {**form, "quoted": False}))
        assert hidden(inspector, text, value), text


@pytest.mark.parametrize("name", CELLS)
def test_so_is_one_that_a_statement_inserts(inspector, name):
    rows = ", ".join(f"(1, now(), '{CELLS[name]}', N'O''Hara', 'a'::text)" for _ in range(ROWS))
    text = f"INSERT INTO t (id, at, {name.replace(' ', '_')}, email, city) VALUES {rows};"
    assert hidden(inspector, text, CELLS[name])


@pytest.mark.parametrize("form", ["{}", "\ufeff{}", ",{}", "**id**,{}", "> {}"])
def test_a_table_may_begin_oddly(form):
    text = form.format("phone,email\n") + form.replace("**id**", "1").replace("\ufeff", "").format("061,none\n") * 2
    assert "phone: 061" in read(text), text


def test_lines_that_a_cell_holds_do_not_end_a_table():
    rows = ["phone,email,notes", "061,none,x", '062,none,"first', 'second"', "063,none,x", "064,none,x"]
    assert [f"phone: {number}" in read("\n".join(rows)) for number in ("061", "062", "063", "064")] == [True, True, True, True]


def test_what_is_read_twice_says_nothing_new():
    for delimiter in DELIMITERS:
        text = table(delimiter, [*CELLS, *BESIDE], [["`4471`", *list(CELLS.values())[1:], *BESIDE.values()]] * 2)
        once = read(text)
        assert once != text
        assert list(_columns(once)) == []


def test_no_reading_is_much_longer():
    for text in (
        f"insert into t ({'a' * 1980} phone) values " + "(1)," * 2000,
        ",".join(["a" * 30 + " phone"] * 64) + "\n" + (",".join("1" * 64) + "\n") * 40,
        "phone,email\n" + "1,2\n" * 500,
    ):
        assert len(read(text)) <= (1 + GROWTH) * len(text)


def spelled(expression: str) -> list[str]:
    """Return a word for each of a list of alternatives, with what may be left out and with the first of what may be chosen."""
    words = re.split(r"\|(?![^(]*\))", expression)
    words = [re.sub(r"\[(.)[^]]*\]", r"\1", word) for word in words]
    return [re.sub(r"\((?:\?:)?([^()|]*)[^()]*\)", r"\1", word).replace("?", "") for word in words]


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_trigger_stands_wherever_a_column_tells_something(delimiter):
    words = spelled(PERSONAL)
    assert len(words) > 80
    for word, form, before in itertools.product(
        words, ("{}", "customer_{}", "home {}", "{} number", "{}_id", '"{}"', "my{}"), (True, False)
    ):
        for name in (form.format(word), form.format(word.upper()), form.format(word.title())):
            for wide in (0, 30):
                text = table(delimiter, [name, "city"] if before else ["city", name], [["x1", "Leeds"]] * 2, wide=wide)
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
        "SELECT name, phone, address\nFROM People, Orders, Items\nWHERE Alpha, Beta, Gamma\n",
        "import user, token, address\nfrom x import y\n",
        "| Pin | Name | Function |\n|---|---|---|\n| 1023 | Clock | SPI |\n",
        "epoch,train,pin\n1,2,4471\n2,3,4472\n",
        "| Name | Address | Size |\n|---|---|---|\n| Boot | 0x8000 | 16 |\n",
        "phone,city\n",
        "def login(user, password):\n    check(user, password)\n",
        "INSERT INTO t (a, b) VALUES (1, 'x');",
        "INSERT INTO t (email, pin) VALUES (:email, @pin), (?, $1);",
    ],
)
def test_no_table_no_reading(text):
    assert read(text) == text


def test_a_table_ends_where_lines_go_on_otherwise():
    text = "phone,city,x\n061,Hull,1\n062,Hull,1\n" + "a line\n" * 4 + "063,Hull,1\n"
    assert read(text).count("phone: ") == 2


def test_edits_are_in_place_and_lose_nothing():
    chance, said = random.Random(5), 0
    for _ in range(300):
        names = ["phone", *chance.sample([*list(CELLS)[1:], *BESIDE, "name"], chance.randint(1, 5))]
        rows = [["".join(chance.choices("ab1 ,;|\t\"'é漢", k=chance.randint(0, 9))) for _ in names] for _ in range(3)]
        text = table(chance.choice(DELIMITERS), names, rows, quoted=chance.random() < 0.3)
        edits, last = sorted(_columns(text)), 0
        said += len(edits)
        for start, end, new in edits:
            assert last <= start < end == start + 1
            assert new.endswith(f": {text[start]}") or (text[start], new) == (",", ", ")
            last = end
    assert said > 500


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda n: "name,phone,dob,notes,user\n" + 'Ana,0612345678,1.2.70,"a ""b""",\'\n' * n, 2_000),
        (lambda n: 'name,phone\n"' + '""' * n + "\n" + '"a' * n, 4_000),
        (lambda n: "phone,b\n" * n, 4_000),
        (lambda n: "insert into t (phone, b) values " + "('061', 'x'), " * n, 2_000),
        (lambda n: "insert into t (phone, b) values ('" + "''" * n, 4_000),
        (lambda n: "insert into t (" * n, 4_000),
        (lambda n: "phone,city\n" + "handy" * n + "!\n", 4_000),
        (lambda n: "insert into t (phone) values (1)" + " " * n + "x", 8_000),
        (lambda n: "insert into t(phone) values (\\'x " * n, 1_000),
        (lambda n: "phone" + " " * n, 8_000),
    ],
)
def test_a_table_is_read_in_linear_time(make, size):
    assert_linear(lambda text: list(_columns(text)), make, size)
