"""Keys and tokens that services issue, by the form that each service publishes."""

import hashlib
import random
import re
import zlib
from collections.abc import Callable
from functools import cache
from typing import Final

from app.detectors.secrets.row import Row
from app.detectors.secrets.search import OPENING, ROWS, WORDED
from app.detectors.secrets.shape import LONG, Unit, fixed, forms, head
from tests.specimens import FRAMES, Specimen

_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Without a length of its own a value may go on over the end of its line.
OPEN_ENDED: Final = tuple(frame.replace("{}\n", "{}\n\n") for frame in FRAMES)
_NAMED: Final = (
    'export WORD_API_KEY="{}"',
    "WORD token: {}",
    '{"WORDSecretKey": "{}", "ok": true}',
    "My WORD api key is {} and it is refused.",
    "next=1\nWORD.access.token={}",
    "const WORDKey = '{}';",
)


@cache
def _alphabet(of: str) -> str:
    return "".join(c for c in map(chr, range(33, 127)) if re.fullmatch(f"[{of}]", c))


def _drawn(unit: Unit, rng: random.Random, share: float = 1.0) -> str:
    if unit.literal:
        return unit.literal
    count = rng.randint(unit.least, unit.most or unit.least + 40)
    letters = "".join(rng.choices(_alphabet(unit.of), k=int(count * share) if unit.least >= LONG else count))
    if count < LONG:
        return letters
    return (letters[:-3] + "a1b" if {"a", "1"} <= set(_alphabet(unit.of)) else letters)[
        :count
    ]  # a body of one class of letters only is none


def _written(row: Row, rng: random.Random, share: float = 1.0) -> str:
    form = rng.choice(forms(row.shape))
    value = "".join(_drawn(unit, rng, share) for unit in form)
    end = form[-1]
    return (
        value[:-1] + rng.choice([c for c in _alphabet(end.of) if c.isalnum()])
        if end.of and not value[-1].isalnum() and value[-1] != "="
        else value
    )


def _with_crc32(row: Row, rng: random.Random) -> str:
    """GitHub, 2021: the last six base-62 digits are the CRC-32 of the body."""
    value = _written(row, rng)
    body = value.rpartition("_")[2][:-6]
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    return value[:-6] + digits


def _base58check(payload: bytes) -> str:
    data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return text


_PROVED: Final[dict[str, Callable[[Row, random.Random], str]]] = {
    "crc32": _with_crc32,
    "wif": lambda _row, rng: _base58check(b"\x80" + rng.randbytes(32) + rng.choice((b"", b"\x01"))),
    "extended_key": lambda _row, rng: _base58check(bytes.fromhex("0488ade4") + rng.randbytes(41) + b"\0" + rng.randbytes(32)),
}


def _right(row: Row, rng: random.Random) -> str:
    return _PROVED[row.proves.__name__](row, rng) if row.proves else _written(row, rng)


_WORDS: Final = ("list", "of", "the", "value", "name", "from", "index", "default", "report", "current", "handler", "for", "user", "page")


def _wrong(row: Row, rng: random.Random) -> str:
    """What looks alike: cut off after a few characters, a name of a program's that opens alike, or a filling for a body."""
    first = forms(row.shape)[0]
    match rng.randrange(3):
        case 0:
            opening = len(head(first))
            whole = "".join(_drawn(unit, rng) for unit in first)
            return whole[: opening + rng.randint(4, 11)] if opening else _written(row, rng, 0.3)
        case 1:
            return (head(first) or rng.choice("bd")) + "_".join(rng.choices(_WORDS, k=rng.randint(4, 9)))
        case _:
            filling = rng.choice("xX*")
            return "".join(unit.literal or filling * unit.least for unit in first) + filling * rng.randint(0, 300)


def _frames(row: Row) -> tuple[str, ...]:
    words = row.words.split("|")
    return tuple(frame.replace("WORD", word) for word in {words[0]: 0, words[-1]: 0} for frame in _NAMED)


def _specimen(row: Row) -> Specimen:
    check = (
        "opening, alphabet, length"
        if row in OPENING
        else "word, alphabet, length, entropy"
        if row in WORDED
        else "letters within, alphabet, length"
    )
    alike = sorted({other.entity for other in ROWS} - {row.entity})
    return Specimen(
        kind=row.kind,
        entity=row.entity,
        format=f"`{row.shape.split('|')[0]}`{', beside ' + row.words.split('|')[0] if row.words else ''} ({row.source})",
        positive=lambda rng: _right(row, rng),
        near=lambda rng: _written(row, rng) if row.words else _wrong(row, rng),
        frames=_frames(row) if row.words else FRAMES if fixed(row.shape) else OPEN_ENDED,
        around=FRAMES,
        check=check + (", checksum" if row.proves else ""),
        equal=tuple(alike) if row.words else tuple(one for one in alike if _opens_alike(row, one)),
    )


def _opens_alike(row: Row, entity: str) -> bool:
    """Whether a kind of that entity opens with the same letters, so that the two cannot be told apart."""
    mine = {head(form) for form in forms(row.shape)}
    theirs = {head(form) for other in ROWS if other.entity == entity and not other.words for form in forms(other.shape)}
    return any(a.startswith(b) or b.startswith(a) for a in mine for b in theirs if a and b)


SPECIMENS: Final = tuple(_specimen(row) for row in ROWS)
