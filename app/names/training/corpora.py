"""Annotated texts as words with what each may be: a corpus that never marks places says nothing about them.

A line of a corpus is `{"text", "spans": [[start, end, label], ...], "source", "lang", "labels"}`; `labels` are those that its source
annotates at all. What a word may be is a set of tags as bits, so that the loss asks only for what is known.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.names.words import split

TAGS: Final = ("O", "PERSON", "LOCATION", "ORGANIZATION")
ANY: Final = (1 << len(TAGS)) - 1
_BIT: Final = {tag: 1 << i for i, tag in enumerate(TAGS)}
WINDOW: Final = 128  # words

# How often a corpus is read in one pass: scanned or far-off text counts less, posts and comments more.
WEIGHTS: Final[Mapping[str, float]] = {
    "europeana": 0.3, "lener": 0.15, "meddocan": 0.2, "sgd": 0.25, "litbank": 0.6, "restaurants8k": 0.6, "multidogo": 0.5, "hwu64": 0.8,
    "uner_pt_bosque": 0.5, "btc": 2.0, "wnut17": 2.0, "uner_ewt": 2.0,
}  # fmt: skip
# Peoples stand among the places of this corpus; whether `South African` is one is left open.
_DEMONYM: Final = re.compile(r"\w+(?:an|ian|ese|ish|ch|ic|ek|iss|aqi|eli|i)s?")


class Example(NamedTuple):
    """A run of words with their gaps and, for each, the tags it may have (bits)."""

    surfaces: list[str]
    gaps: list[int]
    allowed: list[int]
    source: str
    language: str


def read(paths: Sequence[Path]) -> Iterator[Example]:
    """Yield the windows of all texts in `paths`."""
    for path in sorted(paths):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield from windows(example(json.loads(line)))


def example(row: Mapping[str, Any]) -> Example:
    """Return the words of one line."""
    words = split(row["text"])
    known = _BIT["O"] | sum(_BIT[tag] for tag in TAGS[1:] if tag not in row["labels"])
    allowed = [known] * len(words.surfaces)
    for start, end, label in sorted(row["spans"], key=lambda span: span[0] - span[1]):
        bits = _bits(label, row["text"][start:end], row["source"])
        for i, (left, right) in enumerate(zip(words.starts, words.ends, strict=True)):
            if left < end and start < right and allowed[i] == known:
                allowed[i] = bits or known
    return Example(words.surfaces, words.gaps, allowed, row["source"], row["lang"])


def _bits(label: str, text: str, source: str) -> int:
    bits = _BIT.get(label, 0)
    if label == "LOCATION" and source == "redocred" and _DEMONYM.fullmatch(text):
        bits |= _BIT["O"]
    if label == "PII":
        bits = ANY
    return bits


def windows(whole: Example) -> Iterator[Example]:
    """Cut a long text at a line or sentence end, else anywhere, into windows of at most WINDOW words."""
    start, size = 0, len(whole.surfaces)
    while start < size:
        end = min(start + WINDOW, size)
        if end < size:
            ends = [i for i in range(end, start + WINDOW // 2, -1) if whole.gaps[i] == 2 or whole.surfaces[i - 1] in ".!?"]
            end = ends[0] if ends else end
        yield whole._replace(surfaces=whole.surfaces[start:end], gaps=whole.gaps[start:end], allowed=whole.allowed[start:end])
        start = end
