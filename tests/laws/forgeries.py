"""Forged surrogates, read by the reader of one exchange: whatever has the form and was not issued must stay what it is."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.core.surrogate import ALPHABET, CODE, IDENTITY, Original, Reader, _check, render, well_formed

ENTITIES: Final = ("PERSON", "EMAIL_ADDRESS", "CREDIT_CARD", "API_KEY")
BATCH: Final = 1000


@dataclass
class Figures:
    """What became of the forgeries: how many pass the check character alone, how many the reader takes for issued ones."""

    forged: int = 0
    checked: int = 0
    accepted: int = 0

    def __str__(self) -> str:
        return f"{self.forged} forged surrogates: {self.checked} pass the check character alone, {self.accepted} are accepted"


def issued(count: int = 100) -> dict[str, Original]:
    """The map of a large exchange."""
    return {render(b"key", ENTITIES[i % len(ENTITIES)], f"{i}", f"{i}"): Original(f"value {i}") for i in range(count)}


def forge(rng: random.Random, known: list[str]) -> str:
    """One forgery: a random code, one with its right check character, one letter off an issued one, another name, or seven letters."""
    stem, code = rng.choice(ENTITIES), "".join(rng.choices(ALPHABET, k=CODE))
    match rng.randrange(5):
        case 0:
            return f"{stem}_{code}"
        case 1:
            return f"{stem}_{code[:-1]}{_check(stem, code[:-1])}"
        case 2:
            stem, _, code = rng.choice(known).rpartition("_")
            place = rng.randrange(CODE - 1)
            code = f"{code[:place]}{rng.choice(ALPHABET.replace(code[place], ''))}{code[place + 1 : -1]}"
            return f"{stem}_{code}{_check(stem, code)}"
        case 3:
            own, _, code = rng.choice(known).rpartition("_")
            stem = rng.choice([other for other in ENTITIES if other != own])
            return f"{stem}_{code[:-1]}{_check(stem, code[:-1])}"
        case _:
            return f"{stem}_{code[:IDENTITY]}"


def forgeries(rng: random.Random, known: list[str], count: int) -> Iterator[str]:
    """Texts of a thousand forgeries each."""
    for begin in range(0, count, BATCH):
        yield " ".join(forge(rng, known) for _ in range(min(BATCH, count - begin)))


def attacked(count: int, seed: int = 1) -> Figures:
    """Let `count` forgeries be read and count."""
    known, rng, figures = issued(), random.Random(seed), Figures()
    reader = Reader(known)
    reader.rank(known)
    for text in forgeries(rng, list(known), count):
        figures.forged += text.count(" ") + 1
        figures.checked += len(well_formed(text))
        figures.accepted += len(reader.read(text))
    return figures


def by_sort(count: int) -> Counter[int]:
    """How often random codes alone pass the check character: one in 32."""
    rng = random.Random(2)
    return Counter(len(well_formed(f"PERSON_{''.join(rng.choices(ALPHABET, k=CODE))}")) for _ in range(count))
