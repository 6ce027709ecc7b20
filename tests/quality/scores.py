"""How well spans are found: leak, precision, recall and F1, per source and entity, counted so that sources can be added up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Spans = Iterable[tuple[int, int, str]]


@dataclass
class Score:
    """Counts of one entity in one source. A gold span leaks when any letter or digit of it stays uncovered."""

    gold: int = 0
    leaked: int = 0  # by whatever is found
    leaked_as_such: int = 0  # by what is found as this entity
    met: int = 0  # gold spans that a span of this entity overlaps
    exact: int = 0
    found: int = 0
    right: int = 0  # found spans that overlap a gold span of this entity

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def leak(self) -> float:
        """The share of gold spans that leak."""
        return self.leaked / self.gold if self.gold else 0.0

    @property
    def precision(self) -> float:
        """Relaxed: the share of found spans that touch a gold span of their entity."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Relaxed: the share of gold spans touched by a span of their entity."""
        return self.met / self.gold if self.gold else 0.0

    @property
    def relaxed(self) -> float:
        """F1 of relaxed precision and recall."""
        return _f1(self.precision, self.recall)

    @property
    def strict(self) -> float:
        """F1 of spans found exactly."""
        return _f1(self.exact / self.found if self.found else 0.0, self.exact / self.gold if self.gold else 0.0)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def count(row: Mapping[str, Any], found: Sequence[tuple[int, int, str]], entities: Mapping[str, str]) -> dict[str, Score]:
    """Count one text. `entities` maps the labels of the corpus to ours; what the source does not annotate has no false alarms."""
    text = row["text"]
    covered = bytearray(len(text))
    for start, end, _ in found:
        covered[start:end] = b"\1" * (end - start)
    totals: dict[str, Score] = defaultdict(Score)
    for label, entity in entities.items():
        gold = [(start, end) for start, end, name in row["spans"] if name == label]
        own = [(start, end) for start, end, name in found if name == entity]
        score = totals[entity]
        mine = bytearray(len(text))
        for start, end in own:
            mine[start:end] = b"\1" * (end - start)
        for start, end in gold:
            score.gold += 1
            score.leaked += _bare(text, covered, start, end)
            score.leaked_as_such += _bare(text, mine, start, end)
            score.met += any(a < end and start < b for a, b in own)
            score.exact += (start, end) in own
        if gold or label in row["labels"]:
            score.found += len(own)
            score.right += sum(any(a < end and start < b for a, b in gold) for start, end in own)
    return totals


def _bare(text: str, covered: bytearray, start: int, end: int) -> bool:
    return any(not covered[i] and text[i].isalnum() for i in range(start, end))
