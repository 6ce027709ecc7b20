"""Spelling: values that are written character by character, in words, or around a filter's corners."""

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

_GROUPS: Final = re.compile(
    r"(?<![\w.,|;:*~#/\\-])[0-9]{4}(?P<mark>[|;:*~#\t\\]|\r?\n)[0-9]{4}(?:(?P=mark)[0-9]{4}){2}(?!(?P=mark)?[0-9A-Za-z])"
    r"|(?<![\w.+-])[A-Z]{2}[0-9]{2}(?P<sign>[._/|*:;~\t])[A-Z0-9]{4}(?:(?P=sign)[A-Z0-9]{4}){1,6}(?:(?P=sign)[A-Z0-9]{1,3})?(?![\w-])"
)
_CONCATENATED: Final = re.compile(r"[\"'`][ \t]{0,3}\+[ \t]{0,3}(?:\r?\n[ \t]{0,32})?[\"'`](?=[\w@.+ (-])")

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
TLD: Final = "com|org|net|edu|gov|mil|info|biz|io|co|ai|app|dev|me|example|test|invalid|uk|de|fr|es|it|nl|pt|ch|at|be|pl|se|no|dk|fi|ie|eu|us|ca|au|nz|in|jp|cn|kr|br|mx|ru|za"
_LABEL: Final = r"[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?"
_AT: Final = (
    r"(?:[ \t]{0,3}[\[({<][ \t]{0,3}(?:at|@)[ \t]{0,3}[\])}>][ \t]{0,3}|[ \t]{1,3}(?:at|@)[ \t]{1,3}|[_-]at[_-]|[ \t]{0,3}@[ \t]{0,3})"
)
_DOT: Final = r"(?:[ \t]{0,3}[\[({<][ \t]{0,3}(?:dot|\.)[ \t]{0,3}[\])}>][ \t]{0,3}|[ \t]{1,3}(?:dot|\.)[ \t]{1,3}|[_-]dot[_-]|\.)"
_SIGN: Final = re.compile(rf"@|{_AT}", re.IGNORECASE)
_LOCAL: Final = re.compile(rf"(?<![\w.+-])[A-Za-z0-9][\w+-]{{0,63}}(?:{_DOT}[\w+-]{{1,64}}){{0,4}}\Z", re.IGNORECASE)
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,6}}(?P<dot>{_DOT})(?:{TLD})(?![\w@-])(?!\.\w)", re.IGNORECASE)
_DOTS: Final = re.compile(_DOT, re.IGNORECASE)
_SPELLED: Final = re.compile(r"[\s\[({<]|[_-]dot[_-]", re.IGNORECASE)
_REACH: Final = 160
_NO_NAME: Final = frozenset(
    """us me it look is are be was were him her them you out live one more available found find stay meet visit here online hosted posted page
    site website""".split()  # noqa: SIM905 - a table of words
)

_CARD: Final = range(13, 20)
_LETTER: Final = re.compile("[A-Za-z+@]")
_NO_DIGITS: Final = re.compile("[^0-9]+")


def _spaced_out(text: str) -> Iterator[Edit]:
    """Close up what is spaced out; a wider gap than the first is a space."""
    for run in _SPACED.finditer(text):
        gaps = list(_GAP.finditer(text, *run.span()))
        card = len(_NO_DIGITS.sub("", run[0])) in _CARD and not _LETTER.search(run[0])
        narrow = min((len(gap[0]) for gap in gaps), default=1)
        yield from ((gap.start(), gap.end(), " " if gap[0].isspace() and len(gap[0]) > narrow and not card else "") for gap in gaps)
    for run in _FIGURES.finditer(text):
        digits = _NO_DIGITS.sub("", run[0])
        if len(digits) in _CARD and len(run[0]) - len(digits) > len(digits) // 2:
            yield from ((gap.start(), gap.end(), "") for gap in _NO_DIGITS.finditer(text, *run.span()))


def _grouped(text: str) -> Iterator[Edit]:
    """Put spaces between groups of digits or of an IBAN that something else parts, the same everywhere."""
    for run in _GROUPS.finditer(text):
        mark = run["mark"] or run["sign"]
        yield from ((gap.start(), gap.end(), " ") for gap in re.compile(re.escape(mark)).finditer(text, *run.span()))


def _pieces(text: str) -> Iterator[Edit]:
    return ((join.start(), join.end(), "") for join in _CONCATENATED.finditer(text))


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


_CLOSED: Final = r"(?:[0-9A-Za-z@._+()\-](?:[ \t]{1,3}|[ \t]?[|*~,][ \t]?|\r?\n)){8}"
_APART: Final = r"(?:[0-9][ \t]{0,2}[._/\-][ \t]{0,2}){8}|(?:[0-9] [0-9._/\- ]){6}"
_BRACKETED: Final = r"\w[ \t]*[\[({<][ \t]*(?:at|@|dot|\.)[ \t]*[\])}>][ \t]*\w"
_WORDED: Final = r"[ _\-]at[ _\-].{1,64}?[ _\-\[({]dot[ _\-\])}]|\w@[ \t]+\w|\w[ \t]+@[ \t]*\w|_at_[a-z0-9-]+\.[a-z]"
SPELLINGS: Final = (
    Rewrite("closed up", f"{_CLOSED}|{_APART}", _spaced_out, readable=True),
    Rewrite(
        "groups as people write them",
        r"[0-9]{4}(?:[|;:*~#\t\\]|\r?\n)[0-9]{4}(?:[|;:*~#\t\\]|\r?\n)[0-9]{4}|[A-Z]{2}[0-9]{2}[._/|*:;~\t][A-Z0-9]{4}[._/|*:;~\t]",
        _grouped,
        bar=0.9,
    ),
    Rewrite("strings joined", r"[\"'`][ \t]*\+[ \t]*(?:\r?\n[ \t]*)?[\"'`][\w@.+ (\-]", _pieces, ("+",)),
    Rewrite("digits from words", rf"(?i:(?:{_SAID})(?:[^a-z]{{1,4}}(?:{_SAID})){{6}})", _said),
    Rewrite("at and dot as signs", rf"(?i:{_BRACKETED}|{_WORDED})|[a-z0-9] AT [a-z0-9]", _addresses, bar=0.6),
)
