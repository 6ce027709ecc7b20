"""The drill: inspection processes are killed, stopped and starved at random while requests with canaries run through a real gateway."""

import os
import random
import resource
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from app.gateway import inspector
from tests.gateway_process import DIALECTS, Canaries, World, ask, assert_refused, eventually, world

CALLERS = 6
PATIENCE = 20.0  # seconds in which a request that was refused must succeed
TORMENT = (
    5.0  # of them, after which the processes are left alone until it has: how long one lives is chance, how long it starts the machine's
)
CODES = {429: "hushgate_busy", 503: "hushgate_detector_unavailable"}
QUICK = {
    "HUSHGATE_DETECTORS": "tests.gateway.finders",  # a detector that reads the text itself: everything goes to the processes
    "HUSHGATE_INSPECT_DEADLINE": "0.4",
    "HUSHGATE_INSPECT_PROCESSES": "2",
    "HUSHGATE_MAX_ANSWER": "30000000",
}


@dataclass
class Figures:
    """What happened."""

    requests: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0  # seconds until a refused request succeeded
    wrong: list[str] = field(default_factory=list)  # what is neither protected nor refused as its dialect refuses
    upstream: int = 0  # requests that the provider received
    leaked: int = 0  # canaries that stand in them


class Drill:
    """A gateway of its own, and what torments its inspection processes."""

    def __init__(self, built: World, seed: int = 0) -> None:
        self.world, self.dice, self.over = built, random.Random(seed), threading.Event()
        self.figures, self._lock = Figures(), threading.Lock()
        self._refused: dict[int, float] = {}  # request → since when

    def inspectors(self) -> list[psutil.Process]:
        found = []
        for process in psutil.Process(self.world.process.pid).children(recursive=True):
            with suppress(psutil.Error):
                if inspector.MODULE in process.cmdline():
                    found.append(process)
        return found

    def torment(self) -> None:
        """Do something to one process, again and again; leave them alone while somebody was refused for long."""
        deeds = {"kill": self._kill, "stop": self._stop, "pause": self._pause, "memory": self._memory, "processor": self._processor}
        while not self.over.wait(self.dice.uniform(0.05, 0.4)):
            if min(list(self._refused.values()), default=time.monotonic()) < time.monotonic() - TORMENT:
                continue
            name = self.dice.choice(sorted(deeds))
            with suppress(psutil.Error, OSError, IndexError):
                deeds[name](self.dice.choice(self.inspectors()))
                self.figures.faults[name] += 1

    def _kill(self, process: psutil.Process) -> None:
        process.send_signal(signal.SIGKILL)

    def _stop(self, process: psutil.Process) -> None:
        process.send_signal(signal.SIGSTOP)

    def _pause(self, process: psutil.Process) -> None:
        process.send_signal(signal.SIGSTOP)
        time.sleep(self.dice.uniform(0.01, 0.3))
        process.send_signal(signal.SIGCONT)

    def _memory(self, process: psutil.Process) -> None:
        """Leave it the memory that it has: the next long text does not fit."""
        process.rlimit(resource.RLIMIT_AS, (process.memory_info().vms,) * 2)

    def _processor(self, process: psutil.Process) -> None:
        """Leave it a second of processor time."""
        times = process.cpu_times()
        process.rlimit(resource.RLIMIT_CPU, (int(times.user + times.system) + 1,) * 2)

    def _one(self, number: int) -> Canaries:
        canaries, dialect = Canaries.fresh(), DIALECTS[number % 2]
        slowly = "WAIT " if number % 2 else ""  # a fifth of a second, in which a process can be met at work
        text = f"{slowly}{canaries.text} {'lorem ipsum dolor ' * (number % 5) ** 6}"  # up to 74 kB
        while True:
            answer = self.world.post(dialect, ask(dialect, text, stream=number % 3 == 0))
            with self._lock:
                self.figures.answers[answer.status] += 1
                self._judge(number, dialect, answer, text)
            refused = self._refused.setdefault(number, time.monotonic())
            waited = time.monotonic() - refused
            if answer.status == 200 or waited > PATIENCE:
                del self._refused[number]
                if answer.status == 200:
                    self.figures.slowest = max(self.figures.slowest, waited)
                else:
                    self.figures.wrong.append(f"{number} does not heal")
                return canaries
            time.sleep(0.05)

    def _judge(self, number: int, dialect: str, answer: Any, text: str) -> None:
        try:
            if answer.status == 200:
                assert answer.text == text, "not restored"
            else:
                assert_refused(answer, dialect, answer.status, CODES[answer.status], receipt=False)
        except (AssertionError, KeyError) as error:
            self.figures.wrong.append(f"{number}: {answer.status} {type(error).__name__}")

    def run(self, requests: int) -> Figures:
        """Send `requests`, each until it succeeds, and look for every canary in what the provider received."""
        tormentor = threading.Thread(target=self.torment)
        tormentor.start()
        try:
            with ThreadPoolExecutor(CALLERS) as callers:
                canaries = list(callers.map(self._one, range(requests)))
        finally:
            self.over.set()
            tormentor.join()
        figures, record = self.figures, self.world.upstream.record.lower()
        figures.requests, figures.upstream = requests, len(self.world.upstream.received)
        figures.leaked = sum(value.lower() in record for one in canaries for value in one.values)
        figures.wrong += [line for line in self.world.log.decode().splitlines() if "internal error" in line]
        for dialect in DIALECTS * 2:  # who was stopped last is met by whoever comes next
            eventually(lambda dialect=dialect: self.world.post(dialect, ask(dialect, Canaries.fresh().text)).status == 200, PATIENCE)
        self.world.assert_invariants(canaries[-1])
        return figures


@contextmanager
def drill(postgres: str, home: Path) -> Iterator[Drill]:
    """A gateway for the drill."""
    with world(postgres, home, **QUICK) as built:
        yield Drill(built, int(os.environ.get("DRILL_SEED", "0")))
