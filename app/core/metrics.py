"""What is counted, as a table with closed label sets; counting is one addition in a cell, and text is made only when asked for.

A process has one row of cells, so no two processes ever write the same cell; whoever renders adds the rows up. A process that is
started again goes on in its predecessor's row: counters never go back.
"""

import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from types import MappingProxyType
from typing import Any, Final

from app.core.finding import ENTITIES
from app.core.policy import Mode, Verdict

OTHER: Final = "other"
OTHER_ENTITY: Final = "TERM"  # a team's own words have names that say something
CLASSES: Final = ("2xx", "3xx", "4xx", "5xx", "none")
QUICK: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Sort(StrEnum):
    """Prometheus' types. A `since` is a gauge that holds a moment (or nothing) and shows its age."""

    COUNTER = "counter"
    GAUGE = "gauge"
    SINCE = "since"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class Family:
    """One metric: its name, what it says, and which labels it has. Labels name the sets that `Metrics` is given."""

    name: str
    sort: Sort
    help: str
    labels: tuple[str, ...] = ()


REQUESTS = Family(
    "hushgate_requests_total", Sort.COUNTER, "Requests of applications, by class of the answer's status.", ("dialect", "status")
)
REFUSALS = Family("hushgate_refusals_total", Sort.COUNTER, "Requests that Hushgate itself answered with an error.", ("code",))
VERDICTS = Family("hushgate_verdicts_total", Sort.COUNTER, "Decisions over requests; monitor mode is counted apart.", ("mode", "verdict"))
ENTITIES_FOUND = Family("hushgate_entities_total", Sort.COUNTER, "Findings; a team's own terms are all TERM.", ("mode", "entity"))
UPSTREAM = Family(
    "hushgate_upstream_responses_total", Sort.COUNTER, "Answers of providers, by class of status; none: no answer.", ("dialect", "status")
)
INSPECTION = Family("hushgate_inspection_seconds", Sort.HISTOGRAM, "Time that detectors took over the new text of a request.")
CACHED = Family("hushgate_inspected_texts_total", Sort.COUNTER, "Texts to inspect; cached: the detectors had seen them.", ("cached",))
GATEWAY = Family("hushgate_gateway_seconds", Sort.HISTOGRAM, "Time from a request's head to the moment before it is sent on.")
IN_FLIGHT = Family("hushgate_requests_in_flight", Sort.GAUGE, "Requests under way.")
QUEUE = Family("hushgate_inspection_queue", Sort.GAUGE, "Inspections that wait for a process.")
REPLACED = Family("hushgate_inspection_processes_replaced_total", Sort.COUNTER, "Inspection processes that were replaced.")
LEDGER_QUEUE = Family("hushgate_ledger_queue", Sort.GAUGE, "Writes that wait for the ledger.")
LEDGER_LAG = Family("hushgate_ledger_lag_seconds", Sort.SINCE, "Age of the oldest write that is not durable yet.")
LEDGER_COMMIT = Family("hushgate_ledger_commit_seconds", Sort.HISTOGRAM, "Time of a commit of the ledger.")
LEDGER_FAILED = Family("hushgate_ledger_failures_total", Sort.COUNTER, "Commits of the ledger that failed.")
SPOOL_ENTRIES = Family("hushgate_spool_entries", Sort.GAUGE, "Writes on this host's disk that wait for Postgres to come back.")
SPOOL_BYTES = Family("hushgate_spool_bytes", Sort.GAUGE, "Size of the spool on this host's disk.")
LEDGER_LEAVES = Family("hushgate_ledger_leaves_total", Sort.COUNTER, "Records that were given their leaf.")
CHECKPOINTS = Family("hushgate_checkpoints_total", Sort.COUNTER, "Checkpoints of trees that were signed.")
CHECKPOINT_LAG = Family(
    "hushgate_checkpoint_lag_seconds", Sort.SINCE, "Age of the oldest leaf or checkpoint that is not signed and outside yet."
)
LEDGER_FORKED = Family("hushgate_ledger_forked_total", Sort.COUNTER, "Times that the database contradicted a signed checkpoint.")
DRAINING = Family("hushgate_draining", Sort.GAUGE, "Processes that are leaving.")
STARTED = Family("hushgate_worker_start_time_seconds", Sort.GAUGE, "When each process began, in Unix time.", ("worker",))
FAMILIES: Final = (
    *(REQUESTS, REFUSALS, VERDICTS, ENTITIES_FOUND, UPSTREAM, INSPECTION, CACHED, GATEWAY, IN_FLIGHT, QUEUE, REPLACED),
    *(LEDGER_QUEUE, LEDGER_LAG, LEDGER_COMMIT, LEDGER_FAILED, LEDGER_LEAVES, CHECKPOINTS, CHECKPOINT_LAG, LEDGER_FORKED),
    *(SPOOL_ENTRIES, SPOOL_BYTES, DRAINING, STARTED),
)
_FIXED: Final[Mapping[str, Sequence[str]]] = {
    "status": CLASSES,
    "mode": tuple(mode.value for mode in Mode),
    "verdict": ("clean", "reported", "transformed", "monitored", "blocked", OTHER),
    "entity": (*ENTITIES, OTHER_ENTITY),
    "cached": ("yes", "no"),
}


def status_class(status: int) -> str:
    """Return the class of an HTTP status; 0 and nonsense are `none`."""
    return CLASSES[status // 100 - 2] if 200 <= status < 600 else CLASSES[-1]  # noqa: PLR2004 - HTTP's own numbers


class Metrics:
    """The cells of one process among `workers`, and the way to read all of them."""

    def __init__(
        self,
        sets: Mapping[str, Sequence[str]] = MappingProxyType({}),
        cells: MutableSequence[float] | None = None,
        worker: int = 0,
        workers: int = 1,
    ) -> None:
        """Count into row `worker` of `cells`. `sets` are the closed label sets that are known above only: dialects and error codes."""
        self._sets = {**_FIXED, **sets, "worker": tuple(map(str, range(workers)))}
        self._at: dict[tuple[Any, ...], int] = {}
        size = 0
        for family in FAMILIES:
            for values in product(*(self._sets.get(label, ()) for label in family.labels)):
                self._at[family.name, *values] = size
                size += len(QUICK) + 2 if family.sort is Sort.HISTOGRAM else 1
        self.size = size
        self._workers = workers
        self._cells: MutableSequence[float] = [0.0] * (size * workers) if cells is None else cells
        self._base = worker * size

    def add(self, family: Family, *values: str, by: float = 1) -> None:
        """Count. A value outside its closed set is a fault of the code, and raises KeyError."""
        self._cells[self._base + self._at[(family.name, *values)]] += by

    def set(self, family: Family, *values: str, to: float) -> None:
        """Set a gauge."""
        self._cells[self._base + self._at[family.name, *values]] = to

    def observe(self, family: Family, *values: str, seconds: float) -> None:
        """Put one time into a histogram: its bucket, and the sum."""
        first = self._base + self._at[family.name, *values]
        self._cells[first + bisect_left(QUICK, seconds)] += 1
        self._cells[first + len(QUICK) + 1] += seconds

    def decided(self, verdict: Verdict) -> None:
        """Count a verdict and its findings."""
        mode = verdict.mode.value
        word = verdict.word
        self.add(VERDICTS, mode, word if word in _FIXED["verdict"] else OTHER)
        for entity, number in verdict.counts.items():
            self.add(ENTITIES_FOUND, mode, entity if entity in ENTITIES else OTHER_ENTITY, by=number)

    def begin(self) -> None:
        """Empty this row's gauges: what a predecessor had open is not open any more."""
        for family in FAMILIES:
            if family.sort in {Sort.GAUGE, Sort.SINCE} and not family.labels:
                self.set(family, to=0)
        self.set(STARTED, str(self._base // self.size), to=time.time())

    def render(self, now: float) -> str:
        """Return Prometheus' text format. `now` is the monotonic time that moments are measured against."""
        return "\n".join(line for family in FAMILIES for line in self._lines(family, now)) + "\n"

    def _lines(self, family: Family, now: float) -> Iterator[str]:
        yield f"# HELP {family.name} {family.help}"
        yield f"# TYPE {family.name} {'gauge' if family.sort is Sort.SINCE else family.sort.value}"
        for values in product(*(self._sets.get(label, ()) for label in family.labels)):
            pairs = tuple(zip(family.labels, values, strict=True))
            first = self._at[family.name, *values]
            if family.sort is Sort.HISTOGRAM:
                yield from self._histogram(family.name, pairs, first)
            elif family.sort is Sort.SINCE:
                oldest = [moment for moment in self._column(first) if moment]
                yield f"{family.name}{_labels(pairs)} {max(0.0, now - min(oldest)) if oldest else 0:.3f}"
            else:
                yield f"{family.name}{_labels(pairs)} {sum(self._column(first)):.15g}"

    def _histogram(self, name: str, pairs: tuple[tuple[str, str], ...], first: int) -> Iterator[str]:
        total = 0.0
        for place, limit in enumerate((*map(str, QUICK), "+Inf")):
            total += sum(self._column(first + place))
            yield f"{name}_bucket{_labels((*pairs, ('le', limit)))} {total:.15g}"
        yield f"{name}_sum{_labels(pairs)} {sum(self._column(first + len(QUICK) + 1)):.9g}"
        yield f"{name}_count{_labels(pairs)} {total:.15g}"

    def _column(self, at: int) -> list[float]:
        return [self._cells[worker * self.size + at] for worker in range(self._workers)]


def _labels(pairs: Sequence[tuple[str, str]]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in pairs) + "}" if pairs else ""
