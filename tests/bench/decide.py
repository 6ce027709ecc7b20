"""What one decision costs: 100 findings under 200 rules, in one process, without I/O."""

import time
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Final

from app.core.finding import ENTITIES, Finding
from app.core.place import Place
from app.core.policy import Policy, read_policy
from app.core.segment import Segment
from app.core.table import Kind

FINDINGS, RULES, BAR_US = 100, 200, 50.0
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
HERE: Final = Place("openai", "chat.completions", "gpt-9")
SPREADS: Final = {"one segment": 1, "ten segments": 10, "a segment each": 100}


def policy(*, local: bool = False) -> Policy:
    """200 rules, a quarter of them limited to a provider or model, and none that names what is found before the last."""
    rules = [
        {
            "entities": [f"NOBODY_{number}_*"],
            "action": "allow",
            **({"where": {"provider": ["o*"], "model": ["gpt-*"]}} if number % 4 == 0 else {}),
        }
        for number in range(RULES - 1)
    ]
    if local:
        rules[0]["where"] = {"role": ["user"]}
    return Policy(read_policy({"version": 1, "rules": [*rules, {"entities": ["*"], "action": "transform", "with": "redact"}]}))


def request(parts: int) -> tuple[list[Segment], list[list[Finding]], dict[str, list[dict[str, str]]]]:
    """Return `parts` segments that hold 100 findings between them, and their document."""
    size = FINDINGS // parts
    names = cycle(ENTITIES)
    text = "x" * (20 * size)
    segments = [Segment(text, Kind.TEXT, (((None, "messages"), index), "content")) for index in range(parts)]
    findings = [
        [Finding(20 * place, 20 * place + 12, name, 0.9, "bench") for place, name in enumerate(islice(names, size))] for _ in range(parts)
    ]
    return segments, findings, {"messages": [{"role": "user", "content": text}] * parts}


def cost(rules: Policy, parts: int, rounds: int = 400) -> float:
    """Return microseconds a decision, of the least disturbed of 15 blocks."""
    segments, findings, document = request(parts)
    samples = []
    for _ in range(15):
        began = time.process_time()
        for _ in range(rounds):
            rules.decide(segments, findings, NOW, HERE, document)
        samples.append((time.process_time() - began) / rounds * 1e6)
    return min(samples)


def figures() -> dict[str, float]:
    """Return microseconds a decision, by how the findings lie."""
    plain, local = policy(), policy(local=True)
    return {name: cost(plain, parts) for name, parts in SPREADS.items()} | {"ten segments, rules by role": cost(local, 10)}


def report() -> bool:
    """Print the figures beside their bar; False when one misses it."""
    found = figures()
    for name, microseconds in found.items():
        mark = "pass" if microseconds <= BAR_US else "MISS"
        print(f"{mark}  decide, {FINDINGS} findings, {RULES} rules, us: {name:30} {microseconds:8.1f} (bar {BAR_US:.0f})")
    return all(microseconds <= BAR_US for microseconds in found.values())


if __name__ == "__main__":
    report()
