"""False alarms: what the default policy would hide in real code, configuration and lists of packages, beside what is truly there.

`python -m tests.quality.alarms` prints the figure and every false alarm; `--all` true values, too, in the form of `true_values.csv`,
for whoever checks them by hand.
"""

import argparse
import csv
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from app.cli.inspection import Inspector
from app.core.finding import ENTITIES, ORDINARY
from tests.quality.corpus import File, files

TRUE: Final = Path(__file__).with_name("true_values.csv")
BAR: Final = 1.0  # in 10 kilobytes
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


class Alarm(NamedTuple):
    """One value that would be hidden, where it stands, and whether it is one to hide."""

    file: File
    start: int
    entity: str
    detector: str
    value: str
    true: bool


def known() -> set[tuple[str, str]]:
    """Return the checked values: entity, and a hash. Of a person it is each word of the name, so that half of it counts as true."""
    with TRUE.open(encoding="utf-8", newline="") as lines:
        return {(entity, hashed) for entity, hashed, *_ in csv.reader(lines)}


def hashes(entity: str, value: str) -> list[str]:
    """Return what the list of true values holds for a value."""
    parts = _WORD.findall(value) if entity == "PERSON" else [value]
    return [hashlib.sha256(f"hushgate {part}".encode()).hexdigest()[:16] for part in parts]


def alarms(chosen: Sequence[File]) -> tuple[list[Alarm], int]:
    """Return what is found in the files, and how many characters they have."""
    inspector, checked, found, size = Inspector(""), known(), [], 0
    for file in chosen:
        text = file.text()
        size += len(text)
        for one in inspector.findings(text):
            if ENTITIES[one.entity].sensitivity != ORDINARY:
                value = text[one.start : one.end]
                true = all((one.entity, each) in checked for each in hashes(one.entity, value))
                found.append(Alarm(file, one.start, one.entity, one.detector, value, true))
    return found, size


def per_ten_kilobytes(found: Sequence[Alarm], size: int) -> float:
    """Return how many false alarms stand in 10,000 characters."""
    return sum(not alarm.true for alarm in found) * 1e4 / size


def report(*, everything: bool = False) -> int:
    """Print the figures; 1 where the bar is missed."""
    chosen = files()
    found, size = alarms(chosen)
    for alarm in found:
        if not alarm.true:
            print(f"false  {alarm.entity:16} {alarm.detector:16} {alarm.file.path}:{alarm.start}  {alarm.value!r}")
    if everything:
        for one in {(a.entity, a.value): a for a in found}.values():
            print(*(f"{one.entity},{each},{one.file.path}" for each in hashes(one.entity, one.value)), repr(one.value), sep="\n")
    rate = per_ten_kilobytes(found, size)
    kinds = Counter(alarm.file.kind for alarm in found if not alarm.true)
    print(
        f"{len(chosen)} files, {size / 1000:.0f} KB: {sum(a.true for a in found)} true values, {sum(not a.true for a in found)} false alarms,"
    )
    print(f"{rate:.2f} in 10 KB (bar {BAR}): {'pass' if rate <= BAR else 'MISS'}  {dict(kinds)}")
    return int(rate > BAR)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.quality.alarms", description="Count false alarms in code and configuration.")
    parser.add_argument("--all", action="store_true", help="print every distinct value, for checking by hand")
    raise SystemExit(report(everything=parser.parse_args().all))
