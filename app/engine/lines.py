"""Lines: values that go over the end of one line, as mail programs, terminals and quotations break them."""

import re
from collections.abc import Iterator
from typing import Final

from app.core.jsontext import Edit
from app.engine.reading import Rewrite
from app.engine.spelling import TLD

_WIDTH, _INDENT = 160, 24  # characters of a line that matter before its end, and before a number

# Digits before the end of a line and after it, with what stands between the digits of a number; no column of numbers.
_BREAK_HERE: Final = re.compile(r"(?<=[0-9 ).-])\r?\n[ \t>|]{0,16}(?=[0-9(-])")
_DIGITS_BEFORE: Final = re.compile(r"(?<![\w.+-])\(?\+?[0-9][0-9 ().-]{0,30}\Z")
_DIGITS_AFTER: Final = re.compile(r"[0-9(-][0-9 ().-]{0,30}(?![\w-])(?![ \t]*\r?\n[ \t>|]*[0-9])")
_COLUMN: Final = re.compile(r"[0-9][ \t]*\r?\n[ \t>|]*\Z")
_CARD_SHAPE: Final = re.compile(r"[0-9](?:[ -]{0,2}[0-9]){12,18}")
_NUMBER_SHAPE: Final = re.compile(
    r"[0-9]{3}-[0-9]{2}-[0-9]{4}|\+[0-9](?:[ ().-]{0,2}[0-9]){7,14}|(?:\+?1[ .-]?)?(?:\([2-9][0-9]{2}\)[ .-]?|[2-9][0-9]{2}[.-])[0-9]{3}[ .-][0-9]{4}"
)
_NO_DIGITS: Final = re.compile("[^0-9]+")
_ACCOUNT_SPLIT: Final = re.compile(
    r"(?<![\w.+-])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){1,30}(?P<gap>[ -]?\r?\n[ \t>|-]{0,16})[A-Z0-9](?:[ -]?[A-Z0-9]){0,30}(?![\w-])"
)
_ADDRESS_SPLIT: Final = re.compile(
    rf"(?<![\w.+-])[A-Za-z0-9][\w.+-]{{0,63}}(?:@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]?(?:[A-Za-z0-9-]*(?<!\.[A-Za-z0-9]{{2}}))?(?P<gap>\r?\n[ \t>|]{{0,16}})(?:[A-Za-z0-9-]*\.)*(?:{TLD})"
    rf"|(?P<open>\r?\n[ \t>|]{{0,16}})@(?:[A-Za-z0-9-]+\.)+(?:{TLD}))(?![\w@-])"
)
_PREFIX: Final = r"(?:AKIA|ASIA|ABIA|ACCA|gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|sk-|[rs]k_(?:live|test)_|AIza|ya29\.|GOCSPX-|eyJ|hf_|npm_|pypi-|SG\.|dop_v1_|shp|whsec_|hg_)"
# What goes on behind the end of a line may be a key that begins in it, or in a line before that is as wide.
_RUN: Final = re.compile(
    r"(?<![A-Za-z0-9_.+/=-])[A-Za-z0-9_.+/=-]{2,}+(?P<gap>\r?\n[ \t>|]{0,16})(?=[A-Za-z0-9_]|[.+/=-][A-Za-z0-9_.+/=-])"
)
_KEY: Final = re.compile(rf"(?<![A-Za-z0-9]){_PREFIX}[A-Za-z0-9_.+/=-]{{2}}")
_BREAK: Final = r"\r?\n[ \t>|\-]{0,16}"
_TWO_LINES: Final = (
    rf"(?:[0-9][ \-]?){{7}}{_BREAK}[0-9]|[0-9][ \-]?{_BREAK}(?:(?:[0-9] ?){{7}}|[0-9]{{0,4}}(?:-[0-9]{{4}}){{2}})"
    rf"|[A-Z]{{2}}[0-9]{{2}}[A-Z0-9 \-]{{1,40}}{_BREAK}[A-Z0-9]|@[A-Za-z0-9.\-]{{0,64}}{_BREAK}[A-Za-z0-9.\-]|\w{_BREAK}@(?:[A-Za-z0-9-]+\.)+(?:{TLD})(?:$|[^A-Za-z0-9_\-])"
    rf"|(?:^|[^A-Za-z0-9]){_PREFIX}[A-Za-z0-9_.+/\-]{{2,}}{_BREAK}[A-Za-z0-9_.+/\-]"
)


def _broken(text: str) -> Iterator[tuple[int, tuple[int, int], int, str]]:
    """Yield (start, its line break, end, digits and what parts them) of every number that goes over the end of one line."""
    for gap in _BREAK_HERE.finditer(text):
        before = _DIGITS_BEFORE.search(text, max(0, gap.start() - _WIDTH), gap.start())
        after = _DIGITS_AFTER.match(text, gap.end()) if before else None
        if before and after and not _COLUMN.search(text, max(0, before.start() - _INDENT), before.start()):
            right = after[0].rstrip(" (.-")
            yield before.start(), gap.span(), gap.end() + len(right), before[0] + right


def _numbers(text: str) -> Iterator[Edit]:
    return ((*gap, "") for _, gap, _, run in _broken(text) if _NUMBER_SHAPE.fullmatch(run))


def _joined(text: str) -> Iterator[Edit]:
    """Close up what goes over the end of a line: digits as many as a card has, outside a column of numbers, and what else begins like a value."""
    for begin, _gap, end, run in _broken(text):
        if _CARD_SHAPE.fullmatch(run):
            yield from ((apart.start(), apart.end(), "") for apart in _NO_DIGITS.finditer(text, begin, end))
    for pattern in (_ACCOUNT_SPLIT, _ADDRESS_SPLIT):
        for cut in pattern.finditer(text):
            name = "gap" if cut["gap"] is not None else "open"
            yield cut.start(name), cut.end(name), ""
    yield from _wrapped(text)


def _wrapped(text: str) -> Iterator[Edit]:
    """Close up the lines of a key: the one in which it begins with the next, and with those behind it while each is as wide as the first."""
    goes_on, width = -1, 0
    for run in _RUN.finditer(text):
        start, end = run.span("gap")
        wide = start - (text.rfind("\n", 0, start) + 1)
        begins = _KEY.search(text, run.start(), start) is not None
        if begins or (run.start() == goes_on and wide == width):
            goes_on, width = end, wide
            yield start, end, ""


LINES: Final = (
    Rewrite(
        "numbers joined over two lines",
        rf"\+[0-9][0-9 ().\-]{{2,}}{_BREAK}[0-9(]|(?:\([0-9]{{3}}\) ?|[0-9]{{3}}[.\-])[0-9]{{0,3}}[ .\-]?[0-9]{{0,3}}{_BREAK}[0-9\-.]",
        _numbers,
        ("\n",),
    ),
    Rewrite("joined over two lines", _TWO_LINES, _joined, ("\n",), bar=0.9),
)
