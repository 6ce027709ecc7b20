"""Spelling: values that are written character by character, in words, around a filter's corners, or over the end of a line."""

import re
from collections.abc import Iterator
from typing import Final

from app.core.jsontext import Edit
from app.engine.reading import Rewrite

_SPACED: Final = re.compile(
    r"(?<![^\s\"'(<\[{:=])(?:[0-9A-Za-z@._+()-](?:[ \t]{1,3}|[ \t]?[|*~,][ \t]?|\r?\n)){7,}[0-9A-Za-z@._+()-](?![^\s\"')>\]}.,;:!?])"
)
_FIGURES: Final = re.compile(r"(?<![0-9A-Za-z._+-])(?:[0-9][ \t]{0,2}[._/-]?[ \t]{0,2}){8,}[0-9](?![0-9A-Za-z_-])")
_GAP: Final = re.compile(r"[ \t]+|[ \t]?[|*~,][ \t]?|\r?\n")

_DIGIT: Final = {
    "zero": "0", "oh": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "plus": "+", "dash": "-", "hyphen": "-", "space": " ",
}  # fmt: skip
_TIMES: Final = {"double": 2, "triple": 3}
_SAID: Final = "|".join((*_DIGIT, *_TIMES))
_DIGITS_SAID: Final = re.compile(rf"\b(?:{_SAID})(?:(?:[ \t]*[,.\-\u2013]?[ \t]+|-|\r?\n)(?:{_SAID}))" + r"{6,}\b", re.IGNORECASE)
_WORD_SAID: Final = re.compile(rf"{_SAID}|[,.\-\u2013]", re.IGNORECASE)
_FEWEST_DIGITS: Final = 7

# Top-level domains as they are said; any other word may follow `dot`, too, as in `dot product`.
_TLD: Final = "com|org|net|edu|gov|mil|info|biz|io|co|ai|app|dev|me|example|test|invalid|uk|de|fr|es|it|nl|pt|ch|at|be|pl|se|no|dk|fi|ie|eu|us|ca|au|nz|in|jp|cn|kr|br|mx|ru|za"
_LABEL: Final = r"[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?"
_AT: Final = r"(?:[ \t]*[\[({<][ \t]*(?:at|@)[ \t]*[\])}>][ \t]*|[ \t]+(?:at|@)[ \t]+|[_-]at[_-]|[ \t]*@[ \t]*)"
_DOT: Final = r"(?:[ \t]*[\[({<][ \t]*(?:dot|\.)[ \t]*[\])}>][ \t]*|[ \t]+(?:dot|\.)[ \t]+|[_-]dot[_-]|\.)"
_SIGN: Final = re.compile(rf"@|{_AT}", re.IGNORECASE)
_LOCAL: Final = re.compile(rf"(?<![\w.+-])[A-Za-z0-9][\w+-]{{0,63}}(?:{_DOT}[\w+-]{{1,64}}){{0,4}}\Z", re.IGNORECASE)
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,6}}(?P<dot>{_DOT})(?:{_TLD})(?![\w@-])(?!\.\w)", re.IGNORECASE)
_DOTS: Final = re.compile(_DOT, re.IGNORECASE)
_SPELLED: Final = re.compile(r"[\s\[({<]|[_-]dot[_-]", re.IGNORECASE)
_REACH: Final = 160
_NO_NAME: Final = frozenset(
    [
        "us",
        "me",
        "it",
        "look",
        "is",
        "are",
        "be",
        "was",
        "were",
        "him",
        "her",
        "them",
        "you",
        "out",
        "live",
        "one",
        "more",
        "available",
        "found",
        "find",
        "stay",
        "meet",
        "visit",
        "here",
        "online",
        "hosted",
        "posted",
        "page",
        "site",
        "website",
    ]
)

# Digits before the end of a line and after it, with what stands between the digits of a number; no column of numbers.
_BREAK_HERE: Final = re.compile(r"(?<=[0-9 ).-])\r?\n[ \t>|]{0,16}(?=[0-9(-])")
_DIGITS_BEFORE: Final = re.compile(r"(?<![\w.+-])\(?\+?[0-9][0-9 ().-]{0,30}\Z")
_DIGITS_AFTER: Final = re.compile(r"[0-9(-][0-9 ().-]{0,30}(?![\w-])(?![ \t]*\r?\n[ \t>|]*[0-9])")
_COLUMN: Final = re.compile(r"[0-9][ \t]*\r?\n[ \t>|]*\Z")
_CARD_SHAPE: Final = re.compile(r"[0-9](?:[ -]{0,2}[0-9]){12,18}")
_NUMBER_SHAPE: Final = re.compile(
    r"[0-9]{3}-[0-9]{2}-[0-9]{4}|\+[0-9](?:[ ().-]{0,2}[0-9]){7,14}|(?:\+?1[ .-]?)?(?:\([2-9][0-9]{2}\)[ .-]?|[2-9][0-9]{2}[.-])[0-9]{3}[ .-][0-9]{4}"
)
_CARD: Final = range(13, 20)
_NO_DIGITS: Final = re.compile("[^0-9]+")
_ACCOUNT_SPLIT: Final = re.compile(
    r"(?<![\w.+-])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){1,30}(?P<gap>[ -]?\r?\n[ \t>|-]{0,16})[A-Z0-9](?:[ -]?[A-Z0-9]){0,30}(?![\w-])"
)
_ADDRESS_SPLIT: Final = re.compile(
    rf"(?<![\w.+-])[A-Za-z0-9][\w.+-]{{0,63}}(?:@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]?(?:[A-Za-z0-9-]*(?<!\.[A-Za-z0-9]{{2}}))?(?P<gap>\r?\n[ \t>|]{{0,16}})(?:[A-Za-z0-9-]*\.)*(?:{_TLD})"
    rf"|(?P<open>\r?\n[ \t>|]{{0,16}})@(?:[A-Za-z0-9-]+\.)+(?:{_TLD}))(?![\w@-])"
)
_PREFIX: Final = r"(?:AKIA|ASIA|ABIA|ACCA|gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|sk-|[rs]k_(?:live|test)_|AIza|ya29\.|GOCSPX-|eyJ|hf_|npm_|pypi-|SG\.|dop_v1_|shp|whsec_|hg_)"
_KEY_SPLIT: Final = re.compile(
    rf"(?<![A-Za-z0-9]){_PREFIX}[A-Za-z0-9_.+/=-]{{2,512}}(?P<gap>\r?\n[ \t>|]{{0,16}})(?=[A-Za-z0-9_.+/=-]{{2,}})"
)


def _spaced_out(text: str) -> Iterator[Edit]:
    """Close up what is spaced out; a wider gap than the first is a space."""
    for run in _SPACED.finditer(text):
        gaps = list(_GAP.finditer(text, *run.span()))
        narrow = min((len(gap[0]) for gap in gaps), default=1)
        yield from ((gap.start(), gap.end(), " " if gap[0].isspace() and len(gap[0]) > narrow else "") for gap in gaps)
    for run in _FIGURES.finditer(text):
        digits = re.sub("[^0-9]", "", run[0])
        if len(digits) in _CARD and len(run[0]) - len(digits) > len(digits) // 2:
            yield from ((run.start() + gap.start(), run.start() + gap.end(), "") for gap in re.finditer("[^0-9]+", run[0]))


def _said(text: str) -> Iterator[Edit]:
    for run in _DIGITS_SAID.finditer(text):
        out: list[str] = []
        times = 1
        for word in _WORD_SAID.findall(run[0].lower()):
            if word in _TIMES:
                times = _TIMES[word]
                continue
            out.append(_DIGIT.get(word, "-") * times)
            times = 1
        figures = "".join(out)
        if sum(map(str.isdigit, figures)) >= _FEWEST_DIGITS:
            yield run.start(), run.end(), figures


def _addresses(text: str) -> Iterator[Edit]:
    for sign in _SIGN.finditer(text):
        local = _LOCAL.search(text, max(0, sign.start() - _REACH), sign.start())
        domain = _DOMAIN.match(text, sign.end(), sign.end() + _REACH) if local else None
        if local is None or domain is None:
            continue
        at, dot, whole = sign[0].strip(), domain["dot"].strip(), text[local.start() : domain.end()]
        word = at.lower() == "at"
        if "@" in sign[0] and not _SPELLED.search(whole):
            continue  # an address as it should be
        if word and ((dot == "." and at != "AT") or local[0].lower() in _NO_NAME):
            continue  # somebody looks at example.com
        yield local.start(), domain.end(), f"{_DOTS.sub('.', local[0])}@{_DOTS.sub('.', domain[0])}"


def _broken(text: str) -> Iterator[tuple[int, tuple[int, int], int, str]]:
    """Yield (start, its line break, end, digits and what parts them) of every number that goes over the end of one line."""
    for gap in _BREAK_HERE.finditer(text):
        before = _DIGITS_BEFORE.search(text, max(0, gap.start() - _REACH), gap.start())
        after = _DIGITS_AFTER.match(text, gap.end()) if before else None
        if before and after and not _COLUMN.search(text, max(0, before.start() - 24), before.start()):
            left, right = before[0], after[0].rstrip(" (.-")
            yield before.start(), gap.span(), gap.end() + len(right), left + right


def _numbers(text: str) -> Iterator[Edit]:
    return ((*gap, "") for _, gap, _, run in _broken(text) if _NUMBER_SHAPE.fullmatch(run))


def _joined(text: str) -> Iterator[Edit]:
    """Close up what goes over the end of a line: digits as many as a card has, outside a column of numbers, and what else begins like a value."""
    for begin, _gap, end, run in _broken(text):
        if _CARD_SHAPE.fullmatch(run):
            yield from ((apart.start(), apart.end(), "") for apart in _NO_DIGITS.finditer(text, begin, end))
    for pattern in (_ACCOUNT_SPLIT, _ADDRESS_SPLIT, _KEY_SPLIT):
        for run in pattern.finditer(text):
            name = "gap" if run["gap"] is not None else "open"
            yield run.start(name), run.end(name), ""


_BREAK: Final = r"\r?\n[ \t>|\-]{0,16}"
_CLOSED: Final = r"(?:[0-9A-Za-z@._+()\-](?:[ \t]{1,3}|[ \t]?[|*~,][ \t]?|\r?\n)){8}"
_APART: Final = r"(?:[0-9][ \t]{0,2}[._/\-][ \t]{0,2}){8}|(?:[0-9] [0-9._/\- ]){6}"
_BRACKETED: Final = r"\w[ \t]*[\[({<][ \t]*(?:at|@|dot|\.)[ \t]*[\])}>][ \t]*\w"
_WORDED: Final = r"[ _\-]at[ _\-].{1,64}?[ _\-\[({]dot[ _\-\])}]|\w@[ \t]+\w|\w[ \t]+@[ \t]*\w|_at_[a-z0-9-]+\.[a-z]"
_TWO_LINES: Final = (
    rf"(?:[0-9][ \-]?){{7}}{_BREAK}[0-9]|[0-9][ \-]?{_BREAK}(?:(?:[0-9] ?){{7}}|[0-9]{{0,4}}(?:-[0-9]{{4}}){{2}})"
    rf"|[A-Z]{{2}}[0-9]{{2}}[A-Z0-9 \-]{{1,40}}{_BREAK}[A-Z0-9]|@[A-Za-z0-9.\-]{{0,64}}{_BREAK}[A-Za-z0-9.\-]|\w{_BREAK}@(?:[A-Za-z0-9-]+\.)+(?:{_TLD})(?:$|[^A-Za-z0-9_\-])"
    rf"|(?:^|[^A-Za-z0-9]){_PREFIX}[A-Za-z0-9_.+/\-]{{2,}}{_BREAK}[A-Za-z0-9_.+/\-]"
)

SPELLINGS: Final = (
    Rewrite("closed up", f"{_CLOSED}|{_APART}", _spaced_out, readable=True),
    Rewrite("digits from words", rf"(?i:(?:{_SAID})(?:[^a-z]{{1,4}}(?:{_SAID})){{6}})", _said),
    Rewrite("at and dot as signs", rf"(?i:{_BRACKETED}|{_WORDED})|[a-z0-9] AT [a-z0-9]", _addresses, bar=0.6),
    Rewrite(
        "numbers joined over two lines",
        rf"\+[0-9][0-9 ().\-]{{2,}}{_BREAK}[0-9(]|[0-9]{{3}}(?:\) ?|[.\-])[0-9 .\-]{{0,8}}{_BREAK}[0-9\-.]",
        _numbers,
        ("\n",),
    ),
    Rewrite("joined over two lines", _TWO_LINES, _joined, ("\n",), bar=0.9),
)
