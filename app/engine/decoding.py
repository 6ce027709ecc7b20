r"""Decoding: what stands in a text in percent signs, HTML entities, quoted-printable, escapes, base64 or hex, as what it says.

A run of base64 or hex becomes text only if all of it is text: an image, a hash, a key or an archive says nothing here. Nothing is unpacked.
"""

import binascii
import re
from base64 import b32decode, b64decode
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import Final

from app.core.jsontext import Edit
from app.engine.reading import Rewrite

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES: Final = range(0xD800, 0xE000)
_LAST: Final = 0x10FFFF

_ESCAPE: Final = re.compile(
    r"(?<!\\)\\++(?:u([dD][89abAB][0-9a-fA-F]{2})\\++u([dD][c-fC-F][0-9a-fA-F]{2})|u\{([0-9a-fA-F]{2,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))"
)
_HEX_ESCAPE: Final = re.compile(r"(?<!\\)\\++x\{?([0-9a-fA-F]{2})\}?")
_ESCAPED_SIGN: Final = re.compile(r"(?<=[0-9A-Za-z])\\++([@._+-])(?=[0-9A-Za-z])")
_OCTAL_ESCAPE: Final = re.compile(r"(?<!\\)\\++([0-3][0-7]{2})")
_OCTALS: Final = re.compile(r"(?<!\\)(?:\\++[0-3][0-7]{2}){3,}")
_PERCENT: Final = re.compile(r"%([0-9a-fA-F]{2})")
_QUOTED: Final = re.compile(r"=([0-9A-F]{2})")
_SOFT_BREAK: Final = re.compile(r"=[ \t]*\r?\n")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,24}(?=;));?")

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PRINTED: Final = (9, 10, 13, *range(32, 127))


_FOR_URLS: Final = {62: "\\-", 63: "_"}


def _class(sextets: set[int]) -> str:
    return f"[{''.join(re.escape(_ALPHABET[sextet]) + _FOR_URLS.get(sextet, '') for sextet in sorted(sextets))}]"


# Four characters of base64 that stand for three printed characters of ASCII: one group in twelve, by chance.
_GROUP: Final = (
    _class({byte >> 2 for byte in _PRINTED})
    + _class({(one & 3) << 4 | two >> 4 for one in range(4) for two in _PRINTED})
    + _class({(two & 15) << 2 | three >> 6 for two in range(16) for three in _PRINTED})
    + _class({byte & 63 for byte in _PRINTED})
)
# Eight for three in UTF-16, as PowerShell wants them.
_WIDE: Final = f"{_class({byte >> 2 for byte in _PRINTED})}[AQgw][AB]{_class(set(range(64)))}A[A-H][AEIMQUYcgkosw048]A"
_TEXTUAL: Final = re.compile(f"(?:{_GROUP}){{3}}|(?:{_WIDE}){{2}}")
_STRETCH: Final = re.compile(f"(?:{_GROUP})+")
_RUN: Final = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}(?:\r?\n[ \t>]*[A-Za-z0-9+/_-]+)*={0,2}")
_LINE: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_SHORT, _LONG = 16, 24  # characters of base64 that are worth a look within what says nothing, and if they may say anything
_KINDS: Final = tuple(map(re.compile, ("[0-9]", "[A-Z]", "[a-z]")))
_STANDARD: Final = str.maketrans("-_", "+/")

_CAPITALS: Final = re.compile(r"(?<![0-9A-Za-z+/_-])[A-Z2-7]{16,}={0,6}(?![0-9A-Za-z+/_-])")
_CODES: Final = re.compile(r"(?<![0-9.])[0-9]{2,3}(?:(?:, ?| )[0-9]{2,3}){8,}(?![0-9])")
_CODE: Final = re.compile("[0-9]+")
_PAIRS: Final = re.compile(
    r"(?:(?<![0-9a-fA-F])|(?<=0x))(?:[0-9a-fA-F]{2}){8,}(?![0-9a-fA-F])|[0-9a-fA-F]{2}(?:(?:[ :;-]|, ?)(?:0x)?[0-9a-fA-F]{2}){7,}(?![0-9a-fA-F])"
)
_BETWEEN: Final = re.compile(r"0x|[ :;,-]+")


def _text(data: bytes) -> str | None:
    """Return what `data` says, None if it is no text."""
    wide = len(data) > 3 and not any(data[1::2])  # noqa: PLR2004 - two characters
    try:
        text = data.decode("utf-16-le" if wide and not len(data) % 2 else "utf-8")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _octets(text: str, unit: re.Pattern[str], base: int = 16) -> Iterator[Edit]:
    """Yield what runs of written bytes say in UTF-8, character by character."""
    run: list[tuple[int, int, int]] = []
    for found in unit.finditer(text):
        if run and found.start() != run[-1][1]:
            yield from _spoken(run)
            run = []
        run.append((found.start(), found.end(), int(found[1], base)))
    yield from _spoken(run)


def _spoken(run: list[tuple[int, int, int]]) -> Iterator[Edit]:
    place = 0
    while place < len(run):
        lead = run[place][2]
        size = 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4  # noqa: PLR2004 - UTF-8's lead bytes
        piece = run[place : place + size]
        character = _text(bytes(byte for _, _, byte in piece))
        if character is None:
            place += 1
        else:
            yield piece[0][0], piece[-1][1], character
            place += size


def _escapes(text: str) -> Iterator[Edit]:
    for found in _ESCAPE.finditer(text):
        high, low, *others = found.groups()
        code = 0x10000 + ((int(high, 16) & 0x3FF) << 10 | int(low, 16) & 0x3FF) if high else int(next(filter(None, others)), 16)
        if code not in _SURROGATES and code <= _LAST and not _CONTROL.match(chr(code)):
            yield found.start(), found.end(), chr(code)
    yield from _octets(text, _HEX_ESCAPE)
    yield from ((found.start(), found.end(), found[1]) for found in _ESCAPED_SIGN.finditer(text))


def _octals(text: str) -> Iterator[Edit]:
    for run in _OCTALS.finditer(text):
        units = [(found.start(), found.end(), int(found[1], 8)) for found in _OCTAL_ESCAPE.finditer(text, *run.span())]
        yield from _spoken(units)


def _percent(text: str) -> Iterator[Edit]:
    return _octets(text, _PERCENT)


def _quoted(text: str) -> Iterator[Edit]:
    begin = 0
    for found in _SOFT_BREAK.finditer(text):
        line = _LINE.match(text, text.rfind("\n", begin, found.start()) + 1)
        padded = line is not None and line.end() == found.start() + 1
        if line is None or not padded or (_unfolded(line[0], strictly=True) is None and _unbased32(line[0]) is None):
            yield found.start(), found.end(), ""
        begin = found.start()
    yield from _octets(text, _QUOTED)


def _entities(text: str) -> Iterator[Edit]:
    for found in _ENTITY.finditer(text):
        plain = unescape(found[0])
        if plain != found[0] and not _CONTROL.search(plain):
            yield found.start(), found.end(), plain


def _ascii(run: str) -> int | None:
    """Return where a run of base64 begins to say three groups of ASCII, None if nowhere."""
    textual = _TEXTUAL.search(run)
    return textual.start() if textual else None


def _mixed(run: str) -> int | None:
    """A run that may say anything: long, and no name of a program."""
    return 0 if len(run) >= _LONG and all(kind.search(run) for kind in _KINDS) else None


def _base64(text: str, worth: Callable[[str], int | None] = _ascii) -> Iterator[Edit]:
    for run in _RUN.finditer(text):
        lines = list(_LINE.finditer(text, *run.span())) if "\n" in run[0] else [run]
        for count in (len(lines), len(lines) - 1):  # a word below may look like one line more
            folded = "".join(line[0] for line in lines[:count])
            if count > 1 and worth(folded) is not None and (plain := _unfolded(folded)) is not None:
                yield run.start(), lines[count - 1].end(), plain
                break
        else:
            for line in lines:
                start = worth(line[0])
                if start is not None:
                    yield from _decoded(line[0], line.start(), start)


def _decoded(run: str, begin: int, textual: int) -> Iterator[Edit]:
    """Yield what one line of base64 says: all of it, or all from where its groups fall into step, or the stretch that is ASCII."""
    for step in sorted({0, textual % 4}):
        plain = _unfolded(run[step:])
        if plain is not None:
            yield begin + step, begin + len(run), plain
            return
    for stretch in _STRETCH.finditer(run, textual):
        if len(stretch[0]) >= _SHORT and (plain := _unfolded(stretch[0])) is not None:
            yield begin + stretch.start(), begin + stretch.end(), plain


def _unfolded(run: str, *, strictly: bool = False) -> str | None:
    """Return what a run of base64 says, padded or, unless `strictly`, not; None if it is no text."""
    if strictly and len(run) % 4:
        return None
    bare = run.rstrip("=").translate(_STANDARD)
    bare = bare[:-1] if len(bare) % 4 == 1 else bare
    try:
        return _text(b64decode(bare + "=" * (-len(bare) % 4)))
    except binascii.Error:  # pragma: no cover - the alphabet and the length are right
        return None


def _hex(text: str) -> Iterator[Edit]:
    for run in _PAIRS.finditer(text):
        if (plain := _text(bytes.fromhex(_BETWEEN.sub("", run[0])))) is not None:
            yield run.start(), run.end(), plain


def _base32(text: str) -> Iterator[Edit]:
    for run in _CAPITALS.finditer(text):
        plain = _unbased32(run[0])
        if plain is not None:
            yield run.start(), run.end(), plain


def _unbased32(run: str) -> str | None:
    bare = run.rstrip("=")
    try:
        return _text(b32decode(bare + "=" * (-len(bare) % 8)))
    except binascii.Error:
        return None


def _codes(text: str) -> Iterator[Edit]:
    for run in _CODES.finditer(text):
        codes = [int(code) for code in _CODE.findall(run[0])]
        plain = "".join(chr(code) for code in codes if code in _PRINTED)
        if len(plain) == len(codes) and 2 * sum(map(str.isalnum, plain)) > len(plain):  # else hexadecimal, or numbers
            yield run.start(), run.end(), plain


_NUMBERED: Final = "4[3568-9]|5[0-7]|6[4-9]|[78][0-9]|9[057-9]|1[0-9]{2}|[2-9][0-9]{2}|[1-9][0-9]{3}"  # signs, digits, letters
_NUMBERED_HEX: Final = "2[bBdDeE]|[346][0-9a-fA-F]|5[0-9aAfF]|7[0-9aA]|[89a-fA-F][0-9a-fA-F]|[1-9a-fA-F][0-9a-fA-F]{2}"
_OCTET: Final = "2[bBdDeE]|3[0-9]|4[0-9a-fA-F]|5[0-9aAfF]|6[0-9a-fA-F]|7[0-9aA]"

# Piece by piece: what is around a decoded piece is as it was.
WRITTEN: Final = (
    Rewrite(
        "decoded from escapes",
        rf"\\(?:x(?:{_OCTET}|[c-fC-F])|u(?:00(?:{_OCTET}|[a-fA-F])|0[1-9a-fA-F]|[1-9a-fA-F]|\{{)|U000|@[0-9A-Za-z])",
        _escapes,
        ("\\",),
        readable=True,
    ),
    Rewrite(
        "decoded from octal escapes",
        r"\\[0-3][0-7]{2}\\+[0-3][0-7]{2}\\+[0-3][0-7]{2}",
        _octals,
        ("\\",),
        readable=True,
    ),
    Rewrite(
        "decoded from percent signs", rf"%(?:25|{_OCTET}|[c-fC-F][0-9a-fA-F]%)|[0-9]%20[0-9]|[a-z]%20[A-Z]", _percent, ("%",), readable=True
    ),
    Rewrite(
        "decoded from HTML entities",
        rf"&#(?:0{{0,5}}(?:{_NUMBERED})|[xX]0{{0,4}}(?:{_NUMBERED_HEX}))|[0-9]&nbsp;|&(?:commat|period|lowbar|hyphen|dash|plus|num|shy|zw|[A-Za-z](?:acute|grave|uml|circ|tilde|cedil|caron|slash|ring);|szlig;)",
        _entities,
        ("&",),
        readable=True,
    ),
    Rewrite(
        "decoded from quoted-printable",
        r"=(?:40|2E|2D|5F|2B)[A-Za-z0-9=]|=[2-7][0-9A-F]=[2-7][0-9A-F]|[A-Za-z0-9@. \-]=[ \t]*\r?\n[A-Za-z0-9@. \-]|=[C-F][0-9A-F]=[89AB]",
        _quoted,
        ("=",),
        readable=True,
    ),
)
# Runs that stand for their text as a whole.
ENCODED: Final = (
    Rewrite("decoded from base32", "[A-Z2-7]{8}[A-Z2-7]{8}", _base32),
    Rewrite("decoded from character codes", "(?:[0-9]{2,3}(?:, ?| )){8}", _codes),
    Rewrite("decoded from base64", f"(?:{_GROUP}){{3}}|(?:{_WIDE}){{2}}", _base64),
    Rewrite("decoded from base64 beyond ASCII", "[A-Za-z0-9+]{8}[0-9][A-Za-z0-9+]{8}", partial(_base64, worth=_mixed)),
    Rewrite("decoded from hex", r"(?:[2-7][0-9a-fA-F]){8}|(?:[0-9a-fA-F]{8}){3}|(?:[0-9a-fA-F]{2}(?:[ :;-]|, ?)(?:0x)?){7}", _hex),
)
