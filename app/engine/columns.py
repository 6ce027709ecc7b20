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
LONGEST: Final = 4000  # characters of a line that names columns
LONG: Final = 40  # characters of a column's name
GROWTH: Final = 2  # times as long as the text: what all labels of it may be together
ASIDE: Final = 3  # lines of other cells that a table goes on after: a cell may hold a line's end

# What is somebody's, whatever else the table holds. No word's end is left open: whoever repeats one must not make us look for it.
PERSONAL: Final = (
    r"phone|tel|telefon(?:nummer)?|tel[ée]fono|t[ée]l[ée]phone|telefoon(?:nummer)?|telefone|tlf|telf|gsm|m[óo]vil|mobile?|handy(?:nummer)?|"
    r"fax|whatsapp|e-?mail|dob|bday|birth(?:day|date|[ _]date)?|date[ _]of[ _]birth|geburtsdatum|geburtstag|nacimiento|naissance|nascita|nascimento|"
    r"geboortedatum|ssn|passport|reisepass|pasaporte|nino|nhs|mrn|nhc|dni|nie|nif|cpf|bsn|pesel|aadhaar|iban|kontonummer|rekeningnummer|"
    r"(?:account|acct|card|policy|licen[cs]e)[ _](?:number|no|nr|num|plate)|driv(?:ing|ers|er)[ _]licen[cs]e|cvv|cvc|street|stra(?:ss|ß)e|direcci[óo]n|"
    r"indirizzo|endere[çc]o|zip[ _]?code|post(?:al)?[ _]?code|plz|password|passwd|passwort|passwoord|pwd|username|kennzeichen|imei|"
    r"surname|(?:first|last|full|given|family)[ _]?name|vorname|nachname|familienname|apellidos?|pr[ée]nom|cognome|achternaam|voornaam|sobrenome|"
    r"employee|patient|mitarbeiter(?:in)?|empleado|salari[ée]|dipendente|werknemer|salary|gehalt"
)
# What is somebody's beside one of those, and anything elsewhere: a product's name, a chip's pin, a memory address.
_BESIDE: Final = (
    r"name|nombre|nom|naam|nome|customer|client|contact|person|kunde|owner|author|applicant|member|student|guest|tenant|manager|spouse|guardian|"
    r"account|acct|konto|cuenta|compte|conto|rekening|card|karte|address|adresse|adres|zip|tax|tin|policy|cell|sort|routing|pin|token|secret|user|login|vin|plate"
)
_OF_IT: Final = r"(?:[ _]?(?:number|no|nr|num|id|code|name|nummer|#))?[.]?"  # what may stand behind at the end of a column's name
_FRAME: Final = "*`_\"'"  # how Markdown and CSV mark one
_TELLS: Final = re.compile(rf"(?<![^\W_])(?:{PERSONAL}){_OF_IT}$", re.IGNORECASE)
_TELLS_BESIDE: Final = re.compile(rf"(?<![^\W_])(?:{_BESIDE}){_OF_IT}$", re.IGNORECASE)
_NAMED: Final = re.compile(rf"(?:{PERSONAL}){_OF_IT}[{_FRAME}]*+ *+(?:[,;\t|]|$)", re.IGNORECASE)
_LABEL: Final = re.compile(rf"[^\W\d_][\w .#/()'-]{{0,{LONG - 1}}}")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
# A sentence or a statement that enumerates names no columns.
_SAYS: Final = re.compile(
    r"(?:select|from|where|insert|import|return|def|class|const|let|var|using|please|and|or|for|if|with|the|your|my|send|enter)\b",
    re.IGNORECASE,
)

_LINE: Final = re.compile(r"[^\r\n]++")
_RULE: Final = re.compile(r"[\s|:+=-]+")  # what parts a Markdown table's head from its rows
_CELLS: Final = {
    delimiter: re.compile(rf"(?:^|{delimiter}) *+(?:\"((?:[^\"]|\"\")*+)\" *+(?={delimiter}|$)|([^{delimiter}]*+))")
    for delimiter in (",", ";", "\t", r"\|")
}
_BEGINS: Final = re.compile(r"[\w+(]")
_OPENS: Final = 4  # marks before what a cell says: `**8932**`
_STRING: Final = r"'(?:[^'\\]|''|\\.)*+'"
_INSERT: Final = re.compile(
    r"\b(?:insert|replace)[ \t\r\n]+(?:(?:ignore|or[ \t]+replace|or[ \t]+ignore)[ \t\r\n]+)?into[ \t\r\n]+[\w.\"`\[\]]{1,80}[ \t\r\n]*+"
    r"\(([^()]{1,2000})\)[ \t\r\n]*+values[ \t\r\n]*+",
    re.IGNORECASE,
)
_ROW: Final = re.compile(rf"\s*+(?:,\s*+)?\(((?:{_STRING}|\((?:{_STRING}|[^()'\\])*+\)|[^()'\\])*+)\)")
_VALUE: Final = re.compile(rf"((?:{_STRING}|\((?:{_STRING}|[^()'\\])*+\)|[^,()'\\])++)(?:,|$)")
_TEXT: Final = re.compile(_STRING)


class _Cell(NamedTuple):
    """Where a cell's content begins, and the content."""

    start: int
    content: str


def _columns(text: str) -> Iterator[Edit]:
    """Put the names of telling columns before their cells."""
    room = GROWTH * len(text)
    for edits in (_tables(text), _statements(text)):
        for start, end, new in edits:
            room -= len(new) - (end - start)
            if room < 0:
                return
            yield start, end, new


def _tables(text: str) -> Iterator[Edit]:
    labels: Sequence[str] = ()
    delimiter, size, aside, rows = "", 0, 0, 0
    held: list[Edit] = []  # of a first row, which may be a sentence below another: said once a second row comes
    for line in _LINE.finditer(text):
        if labels and _RULE.fullmatch(line[0]):
            rows += 1
            continue
        if labels and len(cells := _cells(line, delimiter)) == size:
            held.extend(_labelled(text, labels, cells))
            rows, aside = rows + 1, 0
            if rows > 1:
                yield from held
                held = []
            continue
        head = _head(line)
        if head is not None:
            delimiter, names = head
            labels, size, aside, rows, held = _labels(names), len(names), 0, 0, []
            if sum(_TELLS.search(_HUMP.sub("_", name)) is not None for name in names) > 1:
                rows = 1  # no sentence enumerates two such names and goes on with as many words
        elif labels:
            aside += 1
            if aside > ASIDE:
                labels, held = (), []


def _head(line: "re.Match[str]") -> tuple[str, list[str]] | None:
    """Return what parts the cells of a line that names columns, and the names."""
    if len(line[0]) > LONGEST or not _NAMED.search(line[0]):
        return None
    for delimiter in _CELLS:
        names = [cell.content.strip(f" \t\ufeff>{_FRAME}") for cell in _cells(line, delimiter)]
        if 1 < len(names) <= MOST and all(len(name) <= LONG for name in names) and _labels(names) and not _SAYS.match(names[0]):
            return delimiter, names
    return None


def _cells(line: "re.Match[str]", delimiter: str) -> list[_Cell]:
    """Return the cells of a line; what frames a Markdown row is none."""
    row, start = line[0], line.start()
    if delimiter == r"\|":
        inner = row.strip(" \t>")
        start += row.find(inner) + inner.startswith("|")
        row = inner.removeprefix("|").removesuffix("|")
    return [_Cell(start + at.start(at.lastindex or 0), at[at.lastindex or 0]) for at in _CELLS[delimiter].finditer(row)]


def _statements(text: str) -> Iterator[Edit]:
    for insert in _INSERT.finditer(text):
        labels = _labels([name.strip(' \t\r\n"`[]') for name in insert[1].split(",")])
        place = insert.end()
        while labels and (row := _ROW.match(text, place)) is not None:
            place = row.end()
            cells = [_value(at, row.start(1)) for at in _VALUE.finditer(row[1])]
            if len(cells) == len(labels):
                yield from _labelled(text, labels, cells)


def _value(at: "re.Match[str]", offset: int) -> _Cell:
    """Return what a value says: the text in quotes if there is one, nothing if it stands for what is filled in later."""
    text = _TEXT.search(at[1])
    if text is not None:
        return _Cell(offset + at.start(1) + text.start() + 1, text[0][1:-1])
    return _Cell(offset + at.start(1), "" if at[1].lstrip()[:1] in {":", "@", "$", "?", "%"} else at[1])


def _labels(names: Sequence[str]) -> Sequence[str]:
    """Return what each column is called if that tells something of its cells, else nothing; of no column if none is personal."""
    plain = [_HUMP.sub("_", name) if _LABEL.fullmatch(name) else "" for name in names]
    if len(names) > MOST or not any(map(_TELLS.search, plain)):
        return ()
    return [name if _TELLS.search(told) or _TELLS_BESIDE.search(told) else "" for name, told in zip(names, plain, strict=True)]


def _labelled(text: str, labels: Sequence[str], cells: Sequence[_Cell]) -> Iterator[Edit]:
    for label, (start, content) in zip(labels, cells, strict=True):
        begins = _BEGINS.search(content.lstrip()[: _OPENS + 1]) if label else None
        if begins is None:
            continue
        place, end = start + len(content) - len(content.lstrip()) + begins.start(), start + len(content)
        if text.startswith(f"{label}: ", place):
            continue  # read before
        yield place, place + 1, f"{label}: {text[place]}"
        if text[end : end + 1] == ",":  # a comma between digits would make one number of two cells
            yield end, end + 1, ", "


COLUMNS: Final = Rewrite(
    name="columns",
    trigger=rf"(?i:\b(?:insert|replace)[ \t\r\n]+[a-z \t\r\n]*into\b|(?:{PERSONAL}){_OF_IT}[{_FRAME}]* *(?:[,;\t|\r\n]|$))",
    edits=_columns,
    readable=True,
)
