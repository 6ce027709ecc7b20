"""Columns: cells of a table read beside the name of their column, as whoever made the table reads them.

`0612345678` says little by itself, and `phone: 0612345678` says all: so a name of a column that tells something stands before each of its
cells. Tables are lines of as many cells as the line above them names (CSV, tabs, Markdown), and rows that SQL inserts.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from app.core.jsontext import Edit
from app.engine.reading import Rewrite

MOST: Final = 64  # columns
_LABEL: Final = r"[^\W\d_][\w .#/()'-]{0,30}"

# What is somebody's, whatever else the table holds; a `name` may be a product's, so it tells only beside one of these.
_PERSONAL: Final = (
    r"phone|tel|telefon\w*|tel[ée]fono|t[ée]l[ée]phone|telefoon\w*|telefone|mobile?|handy\w*|cell\w*|fax|whatsapp|dob|bday|birth\w*|geburt\w*|geb|nacimiento|"
    r"naissance|nascita|nascimento|geboortedatum|ssn|passport\w*|reisepass|pasaporte|tax|tin|steuer\w*|nino|nhs|mrn|nhc|dni|nie|nif|cpf|bsn|pesel|aadhaar|policy|"
    r"licen[cs]e[ _](?:no|nr|number|plate)|driv\w*[ _]licen[cs]e|iban|account|acct|konto\w*|cuenta|compte|conto|rekening\w*|card|karte\w*|cvv|cvc|sort|routing|address|street|adresse|stra(?:ss|ß)e|direcci[óo]n|"
    r"indirizzo|adres|endere[çc]o|zip|post(?:al)?(?:code)?|plz|cp|passw\w*|pwd|secret|token|pin|user|username|login|vin|plate|kennzeichen|imei|"
    r"surname|lastname|firstname|fullname|vorname|nachname|familienname|apellidos?|pr[ée]nom|cognome|achternaam|voornaam|sobrenome|"
    r"employee|patient|mitarbeiter\w*|empleado|salari[ée]|dipendente|werknemer|manager|spouse|guardian|salary|gehalt"
)
_NAMED: Final = (
    r"name|nombre|nom|naam|nome|customer|client|contact|person|kunde|owner|author|applicant|member|student|guest|tenant|ansprechpartner"
)
# What may stand behind such a word at the end of a column's name.
_OF_IT: Final = r"(?:[ _]?(?:number|no|nr|num|id|code|name|nummer|#))?[.]?"
_TELLS: Final = re.compile(rf"(?<![^\W_])(?:{_PERSONAL}){_OF_IT}$", re.IGNORECASE)
_NAMES: Final = re.compile(rf"(?<![^\W_])(?:{_NAMED})(?:[ _]?name)?$", re.IGNORECASE)
_TOLD: Final = re.compile(rf"(?:{_PERSONAL}){_OF_IT}\"? ?(?:[,;\t|]|$)", re.IGNORECASE)
_WHOLLY: Final = re.compile(rf"{_LABEL}")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")

_LINE: Final = re.compile(r"[^\r\n]++")
_RULE: Final = re.compile(r"[\s|:+=-]+")  # what parts a Markdown table's head from its rows
_CELLS: Final = {
    delimiter: re.compile(rf"(?:^|{delimiter}) *+(?:\"((?:[^\"]|\"\")*+)\" *+(?={delimiter}|$)|([^{delimiter}]*+))")
    for delimiter in (",", ";", "\t", r"\|")
}
_INSERT: Final = re.compile(r"\binsert\s+into\s+[\w.\"`\[\]]{1,80}\s*\(([^()]{1,2000})\)\s*values\s*", re.IGNORECASE)
_TUPLE: Final = re.compile(r"\s*,?\s*\(((?:'(?:[^'\\]|''|\\.)*+'|[^()'])*+)\)")
_VALUE: Final = re.compile(r"'((?:[^'\\]|''|\\.)*+)'|([^,'\s][^,']*+)")


class _Cell(NamedTuple):
    """Where a cell's content begins, and the content."""

    start: int
    content: str


def _columns(text: str) -> Iterator[Edit]:
    """Put the names of telling columns before their cells."""
    yield from _lines(text)
    for insert in _INSERT.finditer(text):
        labels = _labels([name.strip(' \t\r\n"`[]') for name in insert[1].split(",")])
        place = insert.end()
        while any(labels) and (row := _TUPLE.match(text, place)) is not None:
            place = row.end()
            cells = [_Cell(row.start(1) + at.start(at.lastindex or 0), at[at.lastindex or 0]) for at in _VALUE.finditer(row[1])]
            yield from _labelled(text, labels, cells)


def _lines(text: str) -> Iterator[Edit]:
    labels: Sequence[str] = ()
    delimiter, size, rows = "", 0, 0
    first: list[Edit] = []  # of two cells, which a sentence may have, and the next one, too: nothing is said before a second row
    for line in _LINE.finditer(text):
        if labels and _RULE.fullmatch(line[0]):
            continue
        if labels and len(cells := _cells(line, delimiter)) == size:
            rows += 1
            if size > 2 or rows > 1:  # noqa: PLR2004 - as said above
                yield from first
                yield from _labelled(text, labels, cells)
                first = []
            else:
                first = list(_labelled(text, labels, cells))
            continue
        labels, rows, first = (), 0, []
        if not _TOLD.search(line[0]):
            continue
        for delimiter in _CELLS:
            names = [cell.content.strip() for cell in _cells(line, delimiter)]
            if 1 < len(names) <= MOST and all(map(_WHOLLY.fullmatch, names)):
                labels, size = _labels(names), len(names)
                break


def _cells(line: "re.Match[str]", delimiter: str) -> list[_Cell]:
    """Return the cells of a line; what frames a Markdown row is none."""
    row, start = line[0], line.start()
    if delimiter == r"\|":
        inner = row.strip()
        start += row.find(inner) + inner.startswith("|")
        row = inner.removeprefix("|").removesuffix("|")
    return [_Cell(start + at.start(at.lastindex or 0), at[at.lastindex or 0]) for at in _CELLS[delimiter].finditer(row)]


def _labels(names: Sequence[str]) -> Sequence[str]:
    """Return what each column is called if that tells something of its cells, else nothing; of no column if none is personal."""
    plain = [_HUMP.sub("_", name) for name in names]
    if len(names) > MOST or not any(map(_TELLS.search, plain)):
        return ()
    return [name if _TELLS.search(told) or _NAMES.search(told) else "" for name, told in zip(names, plain, strict=True)]


def _labelled(text: str, labels: Sequence[str], cells: Sequence[_Cell]) -> Iterator[Edit]:
    for label, (start, content) in zip(labels, cells, strict=False):
        value = content.lstrip()
        if label and value and not value.startswith(f"{label}: "):
            place, end = start + len(content) - len(value), start + len(content)
            yield place, place + 1, f"{label}: {value[0]}"
            if text[end : end + 1] == ",":  # a comma between digits would make one number of two cells
                yield end, end + 1, ", "


COLUMNS: Final = Rewrite(
    name="columns",
    trigger=rf"(?i:\binsert\s+into\b|(?:{_PERSONAL}){_OF_IT}\"? ?(?:[,;\t|\r\n]|$))",
    edits=_columns,
    readable=True,
)
