"""Position law over the providers' own schemas: what a request holds anywhere is hidden or refused, what an answer holds comes back or is listed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.answer import Noted, restore_whole
from laws.machine import ENDPOINTS, PERSON, restored_stream, restorer, sse
from laws.positions.read import Position, positions
from tests.gateway_process import Canaries, world
from tests.upstream import whole

WORDS = (".type", ".id", ".role", ".status", ".object", "_id", ".caller")
KEPT = Path(__file__).parents[1] / "golden" / "kept"
DIALECT = {name: "anthropic" if name in {"anthropic", "count_tokens"} else "openai" for name in ENDPOINTS}
PLACES = [pytest.param(name, DIALECT[name], endpoint, id=name) for name, endpoint in ENDPOINTS.items()]
STREAMED = [place for place in PLACES if place.values[2].stream]
MODEL = {"model": "m"}


@pytest.fixture(scope="module")
def gateway(postgres, tmp_path_factory):
    with world(postgres, tmp_path_factory.mktemp("every") / "home") as built:
        built.upstream.script = whole(b"{}")
        yield built


def planted(position: Position, canaries: Canaries) -> Iterator[Any]:
    """What is put in a position: text with an address and a key, a card as a number, JSON of any shape."""
    text = f"{canaries.email} {canaries.key}"
    if position.sort == "number":
        yield int(canaries.card)
    elif position.sort == "free":
        yield {"a": [text, {canaries.key: int(canaries.card)}]}
    else:
        yield text


def holders(found: list[Position]) -> Iterator[Position]:
    """The objects of all positions, each once: where a key may stand that nobody foresaw."""
    seen = {re.sub(r"(?:^|\.)[^.\[\]{}]+(?:\[\])*$", "", re.sub(r"\{[^{}]*\}$", "", one.path)) for one in found}
    yield from (Position(path, "key") for path in sorted(seen))


def told_apart(found: list[Position]) -> list[Position]:
    """Of positions that look alike from their innermost variant on, the first two: a table is one wherever it hangs."""
    alike: dict[str, list[Position]] = {}
    for one in found:
        alike.setdefault(f"{'{'.join(one.path.rsplit('{', 1)[1:])} {one.sort}" if "{" in one.path else one.path, []).append(one)
    return [one for several in alike.values() for one in several[:2]]


@pytest.mark.parametrize(("name", "dialect", "endpoint"), PLACES)
def test_a_canary_in_every_position_of_a_request_is_hidden_or_refused(gateway, name, dialect, endpoint):
    canaries = Canaries.fresh()
    found = [*positions(dialect, endpoint.name, "request")]
    if name == "count_tokens":  # it takes what messages take, by the same table
        assert endpoint.request is ENDPOINTS["anthropic"].request
        known = {one.path for one in positions(dialect, "messages", "request")}
        found = [one for one in found if one.path not in known or one.path.startswith("system")]
    path = endpoint.paths[0]
    refused = passed = 0
    found = told_apart(found)
    for position in [*found, *holders(found)]:
        values = [{canaries.email: 1}, {canaries.key: "x"}] if position.sort == "key" else planted(position, canaries)
        for value in values:
            document = position.document(value)
            answer = gateway.post(dialect, {**MODEL, **document} if isinstance(document, dict) else {**MODEL, "x": document}, path=path)
            assert answer.status in {200, 400, 403, 404}, (position, answer.body)
            assert not canaries.within(answer.body), position
            refused, passed = refused + (answer.status != 200), passed + (answer.status == 200)
    assert not canaries.within(gateway.upstream.record)
    assert passed > 1
    assert refused > 1
    print(f"\n{name}: {refused + passed} positions, {refused} refused, {passed} hidden, 0 at the provider")
    gateway.assert_invariants(canaries, good=False, settle=30)


def fate(before: bytes, after: bytes, kept: int) -> str:
    """What became of a surrogate in an answer."""
    if b"Maria Singh" in after:
        assert PERSON.encode() not in after
        return "restored"
    assert PERSON.encode() in after
    return "kept" if kept or before == after else "lost"


def fates(name: str, dialect: str, side: str) -> dict[str, str]:
    endpoint, found = ENDPOINTS[name], {}
    for position in positions(dialect, endpoint.name, side):
        if position.sort == "number":
            continue
        document = position.document({"a": PERSON} if position.sort == "free" else PERSON)
        ours = restorer()
        if side == "answer":
            body = json.dumps(document).encode()
            after = restore_whole(body, endpoint, ours, Noted())
        else:
            body = sse(document.get("type", ""), document)
            after = restored_stream(name, [body])
        found[position.path] = fate(body, after, sum(ours.originals.kept.values()))
        if side == "answer" and found[position.path] == "kept" and not ours.originals.kept:
            found[position.path] = "signed"
    return found


def listed(fates: dict[str, str]) -> str:
    """What became of every place, told by where it begins and the innermost variant around it; words of the protocol go without saying."""
    rows = set()
    for path, one in fates.items():
        if one == "kept" and path.endswith(WORDS):
            continue
        root, inner = re.match(r"(?:\{[^}]*\}\.?)?([^.\[{]*)", path)[0], path.rpartition("{")
        tail = f"{{{inner[2]}" if inner[1] else path
        rows.add(f"{one:8} {tail if path.startswith(tail) else f'{root} … {tail}'}\n")
    return "".join(sorted(rows))


@pytest.mark.parametrize(("name", "dialect", "endpoint"), PLACES)
def test_a_surrogate_in_every_position_of_an_answer_is_restored_or_listed(name, dialect, endpoint):
    assert listed(fates(name, dialect, "answer")) == (KEPT / f"{name}.txt").read_text()


@pytest.mark.parametrize(("name", "dialect", "endpoint"), STREAMED)
def test_a_surrogate_in_every_position_of_an_event_is_restored_or_listed(name, dialect, endpoint):
    told = fates(name, dialect, "event")
    whole_answer = fates(name, dialect, "answer")
    own = {}
    for path, one in told.items():
        inner = re.sub(r"^\{[^}]*\}\.response\.?", "", path)
        if inner in whole_answer:
            assert one == whole_answer[inner].replace("signed", "kept"), path  # an event that repeats the answer treats it alike
        else:
            own[path] = one
    assert listed(own) == (KEPT / f"{name}_events.txt").read_text()
