"""What each JSON route costs beside chat: processor time for each KB that is inspected, protected and restored, in one process."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import Any, Final, NamedTuple

from app.cli.selftest.planting import merged
from app.core.dialect import Endpoint
from app.core.document import dump, parse
from app.core.naming import Names
from app.core.place import Place
from app.core.policy import Policy, read_policy
from app.core.segment import segments
from app.core.surrogate import Original
from app.core.table import Kind
from app.engine.answer import Noted, restore_whole
from app.engine.catalogue import detectors
from app.engine.inspect import assemble, neighbours, own_surrogates, view
from app.engine.protect import INSTEAD, protect
from app.engine.restore import Originals, Restorer
from app.engine.scan import Scanner
from app.gateway.routes import DIALECTS
from tests.laws.positions.read import positions

BAR: Final = 1.3
SIZE, PARTS, ROUNDS = 16_000, 16, 5
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
_PLAIN: Final = Policy(read_policy({"version": 1}))
_SAID: Final = (
    "The report is due on Thursday, and the numbers of the second quarter still lack the two regional offices; please ask again. "
)
_ISSUED: Final = "EMAIL_ADDRESS_9ZBV3N0C1K"
_VALUE: Final = Original("maria.lopez@initech.com")
_TEXTUAL: Final = frozenset({Kind.TEXT, Kind.PROSE, Kind.JSON, Kind.FREE, Kind.INPUT})


class Cost(NamedTuple):
    """Milliseconds a KB of one route: with detection, and what the machine takes without it."""

    dialect: str
    name: str
    parts: int
    whole: float
    machine: float


def texts(count: int) -> list[str]:
    """SIZE characters of prose in `count` pieces, each with an address of its own."""
    return [f"Write to part{number}@initech.com. {_SAID * (SIZE // len(_SAID) + 1)}"[: SIZE // count] for number in range(count)]


def filled(dialect: str, endpoint: Endpoint, side: str, wanted: list[str]) -> Any:
    """A document of the route with these texts in as many of its places for text as go together; None if it has none."""
    table = endpoint.request if side == "request" else endpoint.answer
    places = []
    for position in positions(dialect, endpoint.name, side):
        found = segments(parse(json.dumps(position.document("canary words"))), table) if position.sort == "string" else []
        if any(segment.kind in _TEXTUAL and "canary" in segment.text for segment in found):
            places.append(position)
    document, used = None, []
    for number, position in enumerate(places):
        both = position.document(f"canary words {number}")  # different ones, so that two ways to one place are not taken for two
        both = both if document is None else merged(document, both)
        if both is not None and len(used) < PARTS:
            document = both
            used.append(position)
    if not used:
        return None
    # What has fewer places than there are pieces gets longer ones.
    pieces = cycle(wanted if len(used) >= len(wanted) else texts(len(used)))
    document = None
    for position in used:
        own = position.document(next(pieces))
        document = own if document is None else merged(document, own)
    return document


class Path(NamedTuple):
    """What is done to one request and one answer of a route."""

    endpoint: Endpoint
    body: bytes
    answer: bytes
    scan: Callable[[str], list[Any]]

    def __call__(self) -> float:
        """Go it once; return the seconds of processor time."""
        endpoint = self.endpoint
        began = time.process_time()
        document = parse(self.body)
        found = segments(document, endpoint.request)
        own_surrogates(found)
        seen = {view(segment)[0] for segment in found} | {joined for _, joined in neighbours(found, endpoint.conversation)}
        findings = assemble(found, {text: self.scan(text) for text in seen}, {}, endpoint.conversation)
        place = Place("openai", endpoint.name, "m")
        verdict = _PLAIN.decide(found, findings, NOW, place, document, instead=INSTEAD.get(endpoint.stand_in))
        names = Names(b"naming key of the bench, 32 byte", lambda _entity, value: value.casefold())
        outbound = protect(document, endpoint.request, found, verdict, names, {}, endpoint.conversation)
        dump(outbound.document)
        if self.answer:
            restore_whole(self.answer, endpoint, Restorer(Originals({_ISSUED: _VALUE}, frozenset), json_text=False), Noted())
        return time.process_time() - began


def paths(scan: Callable[[str], list[Any]]) -> Iterator[tuple[str, Path, int]]:
    """Every route that takes JSON with text in it; dialects made of another one's tables are that one."""
    for dialect in ("openai", "anthropic"):
        for endpoint in DIALECTS[dialect].endpoints:
            if endpoint.document and not (endpoint.form and endpoint.form.required):
                document = filled(dialect, endpoint, "request", texts(PARTS))
                if document is None:
                    continue
                answer = filled(dialect, endpoint, "answer", [text.replace("part", f"{_ISSUED} part") for text in texts(PARTS)])
                parts = sum("initech" in segment.text for segment in segments(parse(json.dumps(document)), endpoint.request))
                yield dialect, Path(endpoint, json.dumps(document).encode(), json.dumps(answer).encode() if answer else b"", scan), parts


def chat(scan: Callable[[str], list[Any]], pieces: list[str], runs: list[int]) -> Path:
    """The yardstick: as many texts, those side by side (`runs` of them) as the parts of one message, and an answer as long.

    What stands side by side is read once more as one text, since a value may be cut between: in chat as anywhere.
    """
    endpoint = next(one for one in DIALECTS["openai"].endpoints if one.name == "chat.completions")
    rest = list(pieces)
    sides = [[{"type": "text", "text": rest.pop()} for _ in range(min(size, len(rest)))] for size in runs]
    messages = [{"role": "user", "content": parts} for parts in sides]
    body = {"model": "m", "messages": [*messages, *({"role": "user", "content": text} for text in rest)]}
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": f"{_ISSUED} {text}"}} for text in pieces]}
    return Path(endpoint, json.dumps(body).encode(), json.dumps(answer).encode(), scan)


def costs() -> Iterator[tuple[str, str, int, float, float]]:
    """Yield each route's dialect, name and number of texts, and its cost beside chat's: with detection, and of the machine alone."""
    scanner = Scanner(detectors())
    bare, seen = {}, scanner.scan

    def known(text: str) -> list[Any]:
        if text not in bare:
            bare[text] = seen(text)
        return bare[text]

    for (dialect, full, parts), (_, machine, _) in zip(paths(seen), paths(known), strict=True):
        size = (len(full.body) + len(full.answer)) / 1000
        said = segments(parse(full.body), full.endpoint.request)
        runs = [len([i for i in run if "initech" in said[i].text]) for run, _ in neighbours(said, full.endpoint.conversation)]
        beside = chat(seen, texts(parts), [size for size in runs if size > 1])
        if not full.answer:  # an answer without text costs nothing: so must the yardstick's
            beside = beside._replace(answer=b"")
        ratios = []
        for path, yardstick in ((full, beside), (machine, beside._replace(scan=known))):
            mine, other = [], []
            for _ in range(ROUNDS):
                mine.append(path())
                other.append(yardstick())
            chats = (len(yardstick.body) + len(yardstick.answer)) / 1000
            ratios.append((min(mine) / size) / (min(other) / chats))
        yield dialect, full.endpoint.name, parts, ratios[0], ratios[1]


def report() -> bool:
    """Print what costs most beside the bar; False when one misses it."""
    found = sorted(costs(), key=lambda one: -one[3])
    for dialect, name, parts, whole, machine in found:
        mark = "pass" if whole <= BAR else "MISS"
        print(f"{mark}  {dialect} {name:32} {parts:3} texts: {whole:5.2f} x chat per KB, {machine:5.2f} x without detection (bar {BAR})")
    return all(one[3] <= BAR for one in found)


if __name__ == "__main__":
    report()
