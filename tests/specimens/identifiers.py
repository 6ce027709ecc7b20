"""Identifiers that countries, banks and insurers give out.

Values come from the published format and from python-stdnum's own published examples, whose check digits its modules prove; near
misses are the same values with a wrong check digit, or with no word beside them.
"""

import importlib
import random
import re
import string
from functools import cache
from typing import Final

from app.detectors.identifiers.row import Row
from app.detectors.identifiers.search import ROWS
from app.detectors.identifiers.words import FAMILIES
from tests.specimens import FRAMES, Specimen

_UNIT: Final = re.compile(r"(\[[^\]]+\]|.)(?:\{(\d+)(?:,(\d+))?\}|(\?))?")
_QUOTED: Final = re.compile(r"(?:validate|is_valid|compact|format)\('([^']+)'\)")
_TRIES: Final = 20_000


@cache
def _alphabet(unit: str) -> str:
    known = {"9": string.digits, "A": string.ascii_uppercase, "X": string.digits + string.ascii_uppercase}
    if unit in known:
        return known[unit]
    return "".join(c for c in map(chr, range(33, 1000)) if re.fullmatch(unit, c)) if unit.startswith("[") else unit


def _written(shape: str, rng: random.Random) -> str:
    """A value of a shape, with or without its separators."""
    value, gap = "", rng.choice(("", " ", "-"))
    for unit, least, most, optional in _UNIT.findall(rng.choice(shape.split("|"))):
        if unit == "_":
            value += gap if value else ""
        elif unit == "#":
            value += gap or " "
        else:
            times = rng.randint(0, 1) if optional else rng.randint(int(least or 1), int(most or least or 1))
            value += "".join(rng.choice(_alphabet(unit)) for _ in range(times))
    return value.strip(" -")


@cache
def _published(module: str) -> tuple[str, ...]:
    """What the documentation of a module of python-stdnum calls valid."""
    loaded = importlib.import_module(f"stdnum.{module}")
    return tuple(value for value in dict.fromkeys(_QUOTED.findall(loaded.__doc__ or "")) if loaded.is_valid(value))


def _varied(value: str, rng: random.Random) -> str:
    """The value with two digits of its serial number and its last character drawn anew, separators where they stood."""
    characters = list(value)
    digits = [i for i, c in enumerate(characters) if c.isdigit()]
    for place in (*rng.sample(digits[len(digits) // 3 :], 3), *digits[-2:]):
        characters[place] = rng.choice(string.digits)
    if characters[-1].isalpha():
        characters[-1] = rng.choice(string.ascii_uppercase)
    return "".join(characters)


def _fits(row: Row, value: str) -> bool:
    from app.detectors.identifiers.shape import compiled  # noqa: PLC0415

    return compiled(row.shape).fullmatch(value) is not None and len(set(filter(str.isdigit, value))) > 2


def _right(row: Row, rng: random.Random) -> str:
    seeds = _published(row.check) if isinstance(row.check, str) and row.check else ()
    seeds = tuple(seed for seed in seeds if _fits(row, seed))
    for _ in range(_TRIES):
        value = _varied(rng.choice(seeds), rng) if seeds else _written(row.shape, rng)
        if _fits(row, value) and (not row.check or row.proves(value)):
            return value
    raise AssertionError(row.kind)


def _wrong(row: Row, rng: random.Random) -> str:
    """Written alike, with a wrong check digit where there is one."""
    if row.entity == "PHONE_NUMBER":
        return str(rng.randint(10**7, 10**8))
    for _ in range(50):
        value = _right(row, rng) if not row.alone else _varied(_right(row, rng), rng)
        if not row.alone or not row.proves(value):
            return value
    return _right(row, rng) + rng.choice("79") * rng.randint(7, 20)  # no check but a structure: too long


def _frames(row: Row) -> tuple[str, ...]:
    words = row.words.split("|")
    beside = tuple(
        frame.replace("WORD", word)
        for word in (words[0], words[-1])
        for frame in ("WORD: {}", "Her WORD is {}, as far as I know.", '{"WORD": "{}", "ok": true}', "WORD {}\nnext line")
    )
    return beside if len(words[0]) > 1 else beside[4:]


def _shared(row: Row, other: Row) -> bool:
    """Whether a word that the frames use names the other kind, too."""
    words = row.words.split("|")
    return any(f" {its} " in f" {word} " for word in (words[0], words[-1]) for its in (*other.words.split("|"), *_kin(other)))


def _kin(row: Row) -> list[str]:
    """What any kind of the row's family is called, if its check digit is right."""
    return FAMILIES[row.family].split("|") if row.family and row.check else []


_OPEN: Final = re.compile(r"[_#]")


def _specimen(row: Row) -> Specimen:
    alike = sorted({other.entity for other in ROWS if other is not row and _shared(row, other)} - {row.entity})
    source = f"python-stdnum, {row.check}" if isinstance(row.check, str) and row.check else "the issuer's description"
    check = "check digits" if row.check else "shape and word"
    return Specimen(
        kind=row.kind,
        entity=row.entity,
        format=f"`{_OPEN.sub(' ', row.shape.split('|')[0])}`, beside {', '.join(row.words.split('|')[:3])} ({source})",
        positive=lambda rng: _right(row, rng),
        near=lambda rng: _wrong(row, rng),
        frames=_frames(row),
        around=FRAMES,
        check=check,
        equal=tuple(alike),
    )


SPECIMENS: Final = tuple(_specimen(row) for row in ROWS)
