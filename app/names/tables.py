"""Tables: read row by row and column by column, as lists of like things. A name ends with its cell, and what most of a column is all of it is.

`Kelly King` may be a town between two numbers, and is somebody below other people. No column need have a name for that (what their names
tell is read by `app.engine.columns`).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby
from typing import Any, Final

import numpy as np

from app.names.model import TAGS
from app.names.words import LINE, Words

ROWS: Final = 3  # lines of as many cells that make a table
WORDY: Final = 5.0  # words a cell, from which on it is no table, or a column of sentences
SURE: Final = 0.2  # how little of nothing a word of the first line may be, so that it is a name all the same
PERSON: Final = TAGS.index("PERSON")
NAMES: Final = 0.5  # how much of a column must be names, so that it tells of its cells
USUAL: Final = np.array([0.85, 0.05, 0.05, 0.05])  # how much of any text is no name, a person, a place, an organisation
MOST: Final = 10.0  # times as likely as without its column: what may become of a word
_DELIMITERS: Final = "\t|;,"

Columns = Sequence[Sequence[range]]  # the cells of each column, as the words in them


def probabilities(text: str, words: Words, judge: Callable[[Words], Any]) -> tuple[Words, Any]:
    """Return what `judge` makes of the words of a text, and the words, of which a new cell begins as a new line does."""
    tables = [_columns(text, words, lines, delimiter) for lines, delimiter in _tables(text)]
    tables = [columns for columns in tables if sum(map(len, chain(*columns))) < WORDY * sum(map(len, columns))]
    if not tables:
        return words, judge(words)
    rows = judge(words)
    words = _celled(words, tables)
    order = _order(words, tables)
    told = np.zeros((len(words.surfaces), len(TAGS)), dtype=np.float32)
    told[:, 0] = 1.0
    surfaces, starts, ends, gaps = words
    told[order] = judge(Words([surfaces[i] for i in order], *([part[i] for i in order] for part in (starts, ends, gaps))))
    for column in chain(*tables):
        _tell(told, words, column)
    people = (rows[:, PERSON] > NAMES) & (rows[:, PERSON] > told[:, PERSON])  # `Name;Ann Lee`: there the row knows better
    told[people] = rows[people]
    return words, told


def _tables(text: str) -> Iterator[tuple[Sequence[tuple[int, int]], str]]:
    """Yield the lines of each table, and what parts their cells."""
    if text.count("\n") < ROWS - 1 or not any(map(text.__contains__, _DELIMITERS)):
        return
    start, lines = 0, []
    for line in text.split("\n"):
        lines.append((start, start + len(line), _parted(line)))
        start += len(line) + 1
    for (delimiter, _), rows in groupby(lines, key=lambda line: line[2]):
        table = [(start, end) for start, end, _ in rows] if delimiter else []
        if len(table) >= ROWS:
            yield table, delimiter


def _parted(line: str) -> tuple[str, int]:
    """Return what parts the cells of a line, and how often; commas that a space follows part a sentence, and one behind all ends it."""
    cells = line.rstrip(" ,;\r")
    for delimiter in _DELIMITERS:
        if delimiter in cells and (delimiter != "," or ", " not in cells):
            return delimiter, line.count(delimiter)
    return "", 0


def _columns(text: str, words: Words, lines: Sequence[tuple[int, int]], delimiter: str) -> Columns:
    """Return the cells of each column; those without a word left out."""
    columns: list[list[range]] = [[] for _ in range(text.count(delimiter, *lines[0]) + 1)]
    for start, end in lines:
        place = start
        for column in columns:
            stop = text.find(delimiter, place, end)
            stop = end if stop < 0 else stop
            cell = range(bisect_left(words.starts, place), bisect_left(words.starts, stop))
            if cell:
                column.append(cell)
            place = stop + 1
    return columns


def _celled(words: Words, tables: Sequence[Columns]) -> Words:
    gaps = list(words.gaps)
    for cell in chain(*chain(*tables)):
        gaps[cell.start] = LINE
    return words._replace(gaps=gaps)


def _order(words: Words, tables: Sequence[Columns]) -> list[int]:
    """Return the words as they are read: those of a table by its columns, without what parts them."""
    order: list[int] = []
    done = 0
    for columns in tables:
        cells = list(chain(*columns))
        first, last = min(cell.start for cell in cells), max(cell.stop for cell in cells)
        order.extend(range(done, first))
        order.extend(chain(*cells))
        done = last
    order.extend(range(done, len(words.surfaces)))
    return order


def _tell(told: Any, words: Words, column: Sequence[range]) -> None:
    """Weigh each word of a column of names by what the column is: odds multiply."""
    named = [i for cell in column for i in cell if words.surfaces[i].isalpha() and not words.surfaces[i].islower()]
    if len(column) < ROWS or not len(column) <= len(named) < WORDY * len(column):
        return  # too few, sentences, or what machines and files are called
    share = told[named].mean(axis=0)
    if share[0] > 1 - NAMES:
        return
    named = [i for i in named if i >= column[0].stop or told[i, 0] < SURE]  # what stands above may be what the column is called
    if not named:
        return
    weighed = told[named] * np.minimum(share / USUAL, MOST)
    weighed /= weighed.sum(axis=1, keepdims=True)
    if share[PERSON] > share[PERSON + 1 :].sum():  # most are people: a leak is worse than a town taken for somebody
        weighed[:, PERSON], weighed[:, PERSON + 1 :] = weighed[:, 1:].sum(axis=1), 0.0
    kept = weighed[:, PERSON] < told[named][:, PERSON]  # nobody is less of a person for the firms around
    weighed[kept] = told[named][kept]
    told[named] = weighed
