"""What detection costs: new text on one core beside Presidio's recognizers, cached text, a conversation's turn, load and memory."""

import asyncio
import os
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psutil

from app.config import Settings
from app.core.policy import Policy, PolicyDocument
from app.core.segment import Segment
from app.core.table import Kind
from app.detectors import presidio
from app.detectors.names import NAME
from app.engine.catalogue import detectors
from app.engine.scan import Scanner
from app.gateway.inspection import Inspection
from app.gateway.pool import Pool
from tests.bench.prompts import prompts

TEXTS, TURNS, ROUNDS = 400, 20, 30
POLICY: Final = Policy(PolicyDocument(version=1))
ROOT: Final = (None, "messages")
#       what, bar, whether more is better
BARS: Final = (
    ("patterns and secrets, new text, ms per KB", 0.3, False),
    ("all detectors, new text, ms per KB", 3.0, False),
    ("cached text, MB/s", 5.0, True),
    ("20 turns, by the last turn alone", 1.2, False),
    ("load of an inspection process, s", 1.5, False),
    ("inspection process and this one, PSS MB", 350.0, False),
)


def per_kilobyte(scan: Callable[[str], Any], texts: list[str]) -> float:
    """Return milliseconds of processor time for each 1,000 characters of text that `scan` has not seen: the least disturbed quarter."""
    quarters = []
    for part in range(4):
        mine = texts[part::4]
        began = time.process_time()
        for text in mine:
            scan(text)
        quarters.append((time.process_time() - began) * 1e6 / sum(map(len, mine)))
    return min(quarters)


def theirs() -> Callable[[str], Any]:
    """Presidio's AnalyzerEngine with its predefined pattern recognizers; no model, words split by spaCy."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415 - not before this process was weighed
    from presidio_analyzer.nlp_engine import SlimSpacyNlpEngine  # noqa: PLC0415

    presidio._confine()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.recognizers = [one for one in registry.recognizers if one.name != "SpacyRecognizer"]
    engine = SlimSpacyNlpEngine()
    engine.nlp = {"en": presidio._words("en")}
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine)
    return lambda text: analyzer.analyze(text, "en")


def used(pid: int) -> float:
    """Return the seconds of processor time of another process, to the nanosecond."""
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def segments(texts: list[str]) -> list[Segment]:
    return [Segment(text, Kind.TEXT, ((ROOT, number), "content")) for number, text in enumerate(texts)]


async def conversation(figures: dict[str, float]) -> None:
    """Measure what the gateway's own inspection costs for turns it has seen, and for one that is new."""
    pool = Pool(Settings())
    began = time.perf_counter()
    await pool.start()
    figures["load of an inspection process, s"] = time.perf_counter() - began
    try:
        inspection = Inspection(Settings(inspect_inline=10**6), pool)

        async def seconds(texts: list[str]) -> float:
            """Processor time of this process and of the one that inspects."""
            began = time.process_time() + sum(used(one.process.pid) for one in pool._all)
            await inspection.findings(segments(texts), POLICY, {}, "messages")
            return time.process_time() + sum(used(one.process.pid) for one in pool._all) - began

        fresh = iter(prompts((TURNS + 1) * (ROUNDS + 5), seed=3))
        whole, alone, cached = [], [], []
        for _ in range(ROUNDS + 5):
            turns = [next(fresh) for _ in range(TURNS)]
            await seconds(turns[:-1])
            whole.append(await seconds(turns))
            cached.append(await seconds(turns) / sum(map(len, turns)))
            alone.append(await seconds([next(fresh)]))
        figures["cached text, MB/s"] = 1e-6 / statistics.median(cached[5:])
        figures["20 turns, by the last turn alone"] = statistics.median(whole[5:]) / statistics.median(alone[5:])
        figures["20 turns, ms"], figures["the last turn alone, ms"] = (statistics.median(one[5:]) * 1e3 for one in (whole, alone))
        tree = [psutil.Process(os.getpid()), *(psutil.Process(one.process.pid) for one in pool._all)]
        figures["inspection process and this one, PSS MB"] = sum(one.memory_full_info().pss for one in tree) / 1e6
    finally:
        await pool.stop()


def figures() -> dict[str, float]:
    """Return every figure by name."""
    found: dict[str, float] = {}
    asyncio.run(conversation(found))  # first, before Presidio makes this process large
    texts = prompts(TEXTS)
    everyone = detectors()
    found["patterns and secrets, new text, ms per KB"] = per_kilobyte(Scanner([d for d in everyone if d.name != NAME]).scan, texts)
    found["all detectors, new text, ms per KB"] = per_kilobyte(Scanner(everyone).scan, texts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found["Presidio's predefined patterns, new text, ms per KB"] = per_kilobyte(theirs(), texts[:120])
    return found


def report() -> bool:
    """Print the figures beside their bars; False when one misses."""
    found, good = figures(), True
    for name, bar, more in BARS:
        if name not in found:
            print(f"n/a   {name:52} (no such detector)")
            continue
        fine = found[name] >= bar if more else found[name] <= bar
        good = good and fine
        print(f"{'pass' if fine else 'MISS'}  {name:52} {found[name]:9.3f} (bar {bar})")
    for name in sorted(found.keys() - {name for name, _, _ in BARS}):
        print(f"      {name:52} {found[name]:9.3f}")
    return good


if __name__ == "__main__":
    report()
