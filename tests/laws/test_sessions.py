"""The laws of requests in sessions: a canary, and a foreign id, in every position of every event of the client."""

import json

import pytest

from app.core.segment import rewrite
from app.dialects.openai_sessions import REALTIME, RESPONSES_SESSION
from laws import ids
from laws.positions.read import positions
from laws.test_session_streams import each
from tests.gateway.test_sessions import calling
from tests.gateway_process import Canaries, world
from tests.session_upstream import SessionUpstream, acknowledge


@each
def test_rewriting_nothing_changes_nothing(endpoint):
    for one in positions("openai", endpoint.name, "request"):
        document = one.document("words")
        assert rewrite(document, endpoint.request, lambda segment: segment.text) == document


@pytest.fixture(scope="module")
def gateway(postgres, tmp_path_factory):
    home = tmp_path_factory.mktemp("events") / "home"
    with world(postgres, home, HUSHGATE_SESSION_RATE="1000000") as built, SessionUpstream() as provider:
        provider.script = acknowledge
        built.provide("openai", f"{provider.url}/v1", name="live")
        yield built, provider


def test_an_id_of_somebody_else_is_not_found_in_any_position_of_any_event(gateway):
    running, provider = gateway
    provider.calls.clear()
    places = list(ids.named_in(RESPONSES_SESSION))
    with calling(running, "/v1/responses") as caller:
        for place in places:
            foreign = "resp_0123456789abcdef"
            caller.say({"type": "response.create", "model": "m", **ids.planted(place.steps, foreign)})
            told = caller.hear()
            assert told["type"] == "error", place
            assert told["error"]["code"] == "hushgate_not_found", (place, told)
    assert b"resp_0123456789abcdef" not in provider.record
    assert len(places) > 10


def planted(position, canaries):
    if position.sort == "free":
        yield {"a": [f"{canaries.email} {canaries.key}", {canaries.key: int(canaries.card)}]}
    elif position.sort == "number":
        yield int(canaries.card)
    else:
        yield f"{canaries.email} {canaries.key}"


@each
def test_a_canary_in_every_position_of_every_event_is_hidden_or_refused(gateway, endpoint):
    running, provider = gateway
    provider.calls.clear()
    canaries = Canaries.fresh()
    refused = passed = 0
    heads = {"model": "m"} if endpoint is RESPONSES_SESSION else {}
    with calling(running, f"{endpoint.paths[-1]}{'?model=m' if endpoint is REALTIME else ''}") as caller:
        for position in positions("openai", endpoint.name, "request"):
            for value in planted(position, canaries):
                caller.say({**heads, **position.document(value)})
                answer = caller.connection.recv(timeout=10)
                assert not canaries.within(answer.encode()), position
                sort = json.loads(answer)["type"]
                assert sort in {"heard", "error"}, position
                refused, passed = refused + (sort == "error"), passed + (sort == "heard")
    assert not canaries.within(provider.record)
    assert sum(len(call.messages) for call in provider.calls) == passed
    assert passed > 20
    assert refused > 100
    print(f"\n{endpoint.name}: {refused + passed} positions, {refused} refused, {passed} hidden, 0 at the provider")
    running.assert_invariants(canaries, good=False, settle=30)
