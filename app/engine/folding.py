"""Folding: characters that only look different, or that nobody sees, become what they are read as."""

import re
import unicodedata
from collections.abc import Iterator
from string import ascii_uppercase
from typing import Final

from app.core.jsontext import Edit
from app.engine.reading import Rewrite

_LONGEST: Final = 4  # characters that one may become: a few of Unicode become eighteen

# Ranges as pairs of code points; both engines are told of them.
_HIDDEN: Final = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0xE0100, 0xE01EF),
)  # fmt: skip
_MARKS: Final = ((0x300, 0x36F), (0x483, 0x489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
# Of those, what no writing puts on a Latin letter: strokes, lines above and below, heaps.
_DRAWN: Final = ((0x305, 0x305), (0x30D, 0x30E), (0x310, 0x312), (0x315, 0x322), (0x329, 0x330), (0x332, 0x362), (0x20D0, 0x20FF))
# What NFKC makes letters, digits and signs of ASCII, where it stands for them: fullwidth, mathematical, circled, superscript, ligatures.
_COMPATIBLE: Final = (
    (0xAA, 0xAA), (0xB2, 0xB3), (0xB9, 0xBA), (0x2B0, 0x2B8), (0x2E0, 0x2E4), (0x1D2C, 0x1D6A), (0x1D9B, 0x1DBF), (0x2070, 0x209C), (0x2100, 0x2149), (0x2460, 0x249B),
    (0x24B6, 0x24EA), (0xFB00, 0xFB06), (0xFE50, 0xFE6B), (0xFF01, 0xFF5E), (0x1D400, 0x1D7FF), (0x1F100, 0x1F10A), (0x1F110, 0x1F169),
    (0x1F170, 0x1F189), (0x1FBF0, 0x1FBF9), (0x3002, 0x3002),
)  # fmt: skip
# Of those, what no text of another language is full of: fullwidth punctuation is.
_TELLING: Final = (
    (0x2070, 0x2071), (0x2074, 0x2079), (0x2080, 0x2089), (0x2460, 0x2468), (0x24B6, 0x24EA), (0xFB00, 0xFB06), (0xFE60, 0xFE6B),
    (0xFF10, 0xFF19), (0xFF20, 0xFF3A), (0xFF41, 0xFF5A), (0x1D400, 0x1D7FF), (0x1F110, 0x1F169), (0x1F170, 0x1F189), (0x1FBF0, 0x1FBF9),
)  # fmt: skip
_SPACES: Final = ((0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x2800, 0x2800), (0x3000, 0x3000))  # fmt: skip
_DASHES: Final = (
    (0xB7, 0xB7), (0x58A, 0x58A), (0x5BE, 0x5BE), (0x2010, 0x2015), (0x2022, 0x2022), (0x2027, 0x2027), (0x2043, 0x2043), (0x2212, 0x2212),
    (0x2219, 0x2219), (0x22C5, 0x22C5), (0x2E3A, 0x2E3B), (0x30FB, 0x30FB), (0x30FC, 0x30FC), (0xFE31, 0xFE32), (0xFE58, 0xFE58),
    (0xFE63, 0xFE63), (0xFF0D, 0xFF0D), (0xFF65, 0xFF65),
)  # fmt: skip
# Stops between the labels of a domain, and letters in black circles and squares, which Unicode does not count as letters.
_SPECIAL: Final = {"\u3002": ".", "\uff61": "."} | {
    chr(first + place): letter for first in (0x1F150, 0x1F170) for place, letter in enumerate(ascii_uppercase)
}
# Handled by the detectors themselves, and frequent.
_NATIVE: Final = "\u00a0\u2009\u202f\u2010\u2011\u2012\u2013"
_ALIKE: Final = dict(
    zip(
        "аАВвсСԁеЕёЁғҒԌɡһНіІїЇјЈкКӏӀмМнпоОрРԛѕЅТтиυԝхХуУүҮΑαΒΕεΖΗΙιΚκΜΝνΟοΡρΤτΥΧχγηωѡ",
        "aABbcCdeEeEfFGghHiIiIjJkKlImMhnoOpPqsSTtuuwxXyYyYAaBEeZHIiKkMNvOoPpTtYXxynww",
        strict=True,
    )
)
_FOREIGN: Final = ((0x370, 0x3FF), (0x400, 0x52F))
_WIDE: Final = range(0xFF00, 0x1D800)  # compatible ones
_DIGITS: Final = tuple((c, c + 9) for c in range(0x660, 0x1E960) if unicodedata.decimal(chr(c), -1) == 0 and c not in _WIDE)


def _ours(*ranges: tuple[tuple[int, int], ...]) -> str:
    """Return the inside of a character class of Python's."""
    return "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for pairs in ranges for low, high in pairs)


def _theirs(*ranges: tuple[tuple[int, int], ...]) -> str:
    """Return the inside of a character class of RE2's."""
    return "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for pairs in ranges for low, high in pairs)


_LETTER: Final = r"0-9A-Za-z@._+\x{c0}-\x{24f}"
_NOT_SEEN: Final = re.compile(f"[{_ours(_HIDDEN)}]+")
_CLUSTER: Final = re.compile(f"([\n -~])([{_ours(_HIDDEN, _MARKS)}]*[{_ours(_MARKS)}][{_ours(_HIDDEN, _MARKS)}]*)")
_COMPATIBILITY: Final = re.compile(f"[{_ours(_COMPATIBLE)}]")
_ANY_DIGIT: Final = re.compile(f"[{_ours(_DIGITS)}]")
_WORD: Final = re.compile(f"[0-9A-Za-z@._+{_ours(_FOREIGN)}\\-]+")
_FIGURE: Final = re.compile(r"[0-9][ -]\Z")
_STRANGE: Final = re.compile(f"[{_ours(_FOREIGN)}]")
_WITHIN: Final = re.compile(f"(?<=[0-9A-Za-z])[{_ours(_SPACES, _DASHES)} \\-]{{1,3}}(?=[0-9A-Za-z])")
_DASH: Final = re.compile(f"[{_ours(_DASHES)}\\-]")
_TAGS: Final = re.compile("[\U000e0020-\U000e007e]")
_REVERSED: Final = re.compile("\u202e([^\u202a-\u202e\u2066-\u2069\n]{1,256})\u202c?")


def _hidden(text: str) -> Iterator[Edit]:
    return ((found.start(), found.end(), "") for found in _NOT_SEEN.finditer(text))


def _marked(text: str) -> Iterator[Edit]:
    """Strip what is stacked on letters and digits, unless it makes a letter that people write, with others beside it that have nothing."""
    end = row = 0
    clusters = list(_CLUSTER.finditer(text))
    for place, found in enumerate(clusters):
        row = row + 1 if found.start() == end else 1
        end = found.end()
        goes_on = place + 1 < len(clusters) and clusters[place + 1].start() == end
        whole = unicodedata.normalize("NFC", found[1] + _NOT_SEEN.sub("", found[2]))
        alone = row == 1 and not goes_on
        yield found.start(), found.end(), whole if len(whole) == 1 and alone else found[1]


def _compatible(text: str) -> Iterator[Edit]:
    for found in _COMPATIBILITY.finditer(text):
        plain = _SPECIAL.get(found[0]) or unicodedata.normalize("NFKC", found[0])
        if plain != found[0] and len(plain) <= _LONGEST:
            yield found.start(), found.end(), plain


def _numeric(text: str) -> Iterator[Edit]:
    return ((found.start(), found.end(), str(unicodedata.decimal(found[0]))) for found in _ANY_DIGIT.finditer(text))


def _alike(text: str) -> Iterator[Edit]:
    """Words of ASCII in which every letter of another script could be taken for a Latin one."""
    for word in _WORD.finditer(text):
        strange = [(found.start(), _ALIKE.get(found[0])) for found in _STRANGE.finditer(word[0])]
        ours = len(strange) < len(word[0]) or _FIGURE.search(text, max(0, word.start() - 2), word.start())
        if strange and ours and all(latin for _, latin in strange):
            for place, latin in strange:
                yield word.start() + place, word.start() + place + 1, latin or ""


def _spaced(text: str) -> Iterator[Edit]:
    for found in _WITHIN.finditer(text):
        if not found[0].isascii():
            yield found.start(), found.end(), "-" if _DASH.search(found[0]) else " "


def _tagged(text: str) -> Iterator[Edit]:
    return ((found.start(), found.end(), chr(ord(found[0]) - 0xE0000)) for found in _TAGS.finditer(text))


def _reversed(text: str) -> Iterator[Edit]:
    return ((found.start(), found.end(), found[1][::-1]) for found in _REVERSED.finditer(text))


_EXOTIC: Final = "".join(sorted({chr(c) for low, high in (*_SPACES, *_DASHES) for c in range(low, high + 1)} - set(_NATIVE)))
_APART: Final = "".join(f"\\x{{{ord(c):x}}}" for c in _EXOTIC)

FOLDS: Final = (
    Rewrite("read from right to left", r"\x{202e}[^\n]{4}", _reversed, readable=True),
    Rewrite("without hidden characters", f"[{_LETTER}][\\- ]?[{_theirs(_HIDDEN)}]+[\\- ]?[{_LETTER}]", _hidden, readable=True),
    Rewrite(
        "without combining marks",
        f"[0-9@._+\\-][{_theirs(_HIDDEN)}]?[{_theirs(_MARKS)}]|[A-Za-z](?:[{_theirs(_DRAWN)}]|[{_theirs(_MARKS)}]{{2}})|(?:[A-Za-z][{_theirs(_MARKS)}]){{3}}",
        _marked,
        readable=True,
    ),
    Rewrite(
        "compatible characters as plain ones",
        f"[{_theirs(_TELLING)}]|[\\x{{2b0}}-\\x{{2b8}}\\x{{2e0}}-\\x{{2e4}}\\x{{1d2c}}-\\x{{1d6a}}\\x{{1d9b}}-\\x{{1dbf}}]{{2}}",
        _compatible,
        readable=True,
    ),
    Rewrite(
        "digits of another script as ours",
        f"(?:[{_theirs(_DIGITS)}][^\\n]{{0,3}}){{7}}|[A-Za-z_][{_theirs(_DIGITS)}]|[{_theirs(_DIGITS)}][A-Za-z_]",
        _numeric,
        readable=True,
    ),
    Rewrite("tag characters as letters", r"[\x{e0020}-\x{e007e}]{7}", _tagged, readable=True),
    Rewrite(
        "letters of another script as Latin ones",
        f"[A-Za-z][{_theirs(_FOREIGN)}]|[{_theirs(_FOREIGN)}][A-Za-z]|[{_theirs(_FOREIGN)}][0-9]{{2}}|[0-9][ \\-][{_theirs(_FOREIGN)}]{{2,8}}[ \\-]?[0-9]",
        _alike,
        readable=True,
    ),
    Rewrite("foreign spaces and dashes as plain ones", f"[0-9][{_APART}]|[{_APART}][0-9]", _spaced),
)
