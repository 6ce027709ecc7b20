"""The laws of streams in sessions: every cut of what is said over deltas, answers side by side, numbers, and messages however they are cut."""

import json

import pytest

from app.dialects.openai_sessions import REALTIME, RESPONSES_SESSION
from app.engine.answer import StreamRestorer
from app.engine.framing import MAX_EVENT, Messages
from app.errors import UpstreamFailed
from laws.machine import DOCTOR, NASTY, PERSON, VALUES, cuts, restorer

ENDPOINTS = {"realtime": REALTIME, "responses.session": RESPONSES_SESSION}
each = pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=ENDPOINTS)
TEXT = f"Ask {PERSON}, or {DOCTOR}."
SAID = f"Ask {VALUES[PERSON].text}, or {VALUES[DOCTOR].text}."
ARGUMENTS = json.dumps({"to": NASTY, "n": PERSON})


def head(endpoint, answer, item=0):
    """What says of which answer and item an event is."""
    if endpoint is REALTIME:
        return {"event_id": "e", "response_id": answer, "output_index": item, "item_id": f"{answer}-{item}", "content_index": 0}
    return {"sequence_number": 0, "stream_id": answer, "output_index": item, "item_id": "same", "content_index": 0}


def told(endpoint, answer, pieces, item=0, *, arguments=False):
    """One item's text, or arguments, over deltas; then what ends it and repeats it."""
    sort = "response.function_call_arguments" if arguments else "response.output_text"
    place = head(endpoint, answer, item)
    whole = {"arguments" if arguments else "text": "".join(pieces)}
    return [*({"type": f"{sort}.delta", **place, "delta": piece} for piece in pieces), {"type": f"{sort}.done", **place, **whole}]


def through(endpoint, events, ours=None):
    """What the client hears of the provider's events."""
    stream = StreamRestorer(endpoint, endpoint.stream, ours or restorer())
    out = b"".join([*(stream.feed(json.dumps(event).encode() + Messages.END) for event in events), stream.finish()])
    return [json.loads(message) for message in out.split(Messages.END)[:-1]]


def heard(events):
    """The text of each answer and item, read naively from its deltas, and its finished copy."""
    deltas, copies = {}, {}
    for event in events:
        key = (event.get("response_id", event.get("stream_id")), event.get("output_index"))
        if event["type"].endswith(".delta"):
            assert key not in copies, "nothing after its end"
            deltas[key] = deltas.get(key, "") + event["delta"]
        elif event["type"].endswith(".done"):
            copies[key] = event.get("text", event.get("arguments"))
    return deltas, copies


@each
def test_every_cut_of_a_text_over_deltas_says_the_same(endpoint):
    for pieces in cuts(TEXT, 3):
        deltas, copies = heard(through(endpoint, told(endpoint, "a", pieces)))
        assert deltas == copies == {("a", 0): SAID}, pieces
    deltas, _ = heard(through(endpoint, told(endpoint, "a", list(TEXT))))
    assert deltas == {("a", 0): SAID}


@each
def test_every_cut_of_arguments_stays_json_with_the_original(endpoint):
    wanted = {"to": VALUES[NASTY].text, "n": VALUES[PERSON].text}
    for pieces in cuts(ARGUMENTS, 2):
        deltas, copies = heard(through(endpoint, told(endpoint, "a", pieces, arguments=True)))
        assert json.loads(deltas["a", 0]) == json.loads(copies["a", 0]) == wanted, pieces


@each
def test_answers_side_by_side_do_not_mix(endpoint):
    for at in range(1, len(TEXT)):
        one, two, three = (told(endpoint, name, [TEXT[:at], TEXT[at:]], item) for name, item in (("a", 0), ("b", 0), ("a", 1)))
        events = [event for row in zip(one, two, three, strict=True) for event in row]
        deltas, copies = heard(through(endpoint, events))
        assert deltas == copies == {("a", 0): SAID, ("b", 0): SAID, ("a", 1): SAID}, at


@each
def test_an_answer_that_is_cut_off_leaves_nothing_to_the_next(endpoint):
    half = PERSON[:-5]
    ends = {
        "realtime": {"type": "response.done", "response": {"id": "a", "object": "realtime.response", "status": "cancelled", "output": []}},
        "responses.session": {"type": "response.created", "stream_id": "a", "sequence_number": 0, "response": {"id": "r2", "output": []}},
    }[endpoint.name]
    cut = told(endpoint, "a", [f"to {half}"])[:1]
    out = through(
        endpoint,
        [*cut, told(endpoint, "b", [PERSON[:5]])[0], ends, *told(endpoint, "a", ["well"], 1), told(endpoint, "b", [PERSON[5:]])[0]],
    )
    said = "".join(event.get("delta", "") for event in out if event.get("response_id", event.get("stream_id")) == "a")
    assert said == f"to {half}well"
    other = "".join(event.get("delta", "") for event in out if event.get("response_id", event.get("stream_id")) == "b")
    assert other == VALUES[PERSON].text  # the end of one answer does not flush another


def test_numbers_are_the_streams_own_and_begin_anew_with_each_answer():
    def answer(name):
        events = [
            {"type": "response.created", "response": {"id": name}},
            *told(RESPONSES_SESSION, name, ["to ", PERSON[:6], PERSON[6:-2]])[:3],
        ]
        events.append({"type": "response.completed", "response": {"id": name, "output": []}})
        return [{**event, "stream_id": name, "sequence_number": number} for number, event in enumerate(events)]

    one, two = answer("a"), answer("b")
    out = through(RESPONSES_SESSION, [event for row in zip(one, two, strict=True) for event in row] + answer("a"))
    for name, times in (("a", 2), ("b", 1)):
        numbers = [event["sequence_number"] for event in out if event["stream_id"] == name]
        assert numbers == list(range(len(numbers) // times)) * times
        assert len(numbers) > 4 * times  # what was held came in an event of our own


@each
def test_what_is_learned_while_an_answer_is_under_way_is_restored_in_it(endpoint):
    ours = restorer({})
    stream = StreamRestorer(endpoint, endpoint.stream, ours)
    events = told(endpoint, "a", ["so ", PERSON[:8], PERSON[8:], "."])
    out = []
    for number, event in enumerate(events):
        if number == 1:
            ours.learn({PERSON: VALUES[PERSON]})
        out.append(stream.feed(json.dumps(event).encode() + Messages.END))
    said = [json.loads(message) for message in b"".join(out).split(Messages.END)[:-1]]
    assert "".join(event.get("delta", "") for event in said) == f"so {VALUES[PERSON].text}."


@each
def test_untouched_messages_are_the_bytes_that_came_however_they_are_cut(endpoint):
    messages = ['{ "type": "x",\n "y": "ü" }', "not json", "[]", '{"type":"response.output_text.delta"}']
    data = b"".join(message.encode() + Messages.END for message in messages)
    for at in range(len(data) + 1):
        stream = StreamRestorer(endpoint, endpoint.stream, restorer())
        assert stream.feed(data[:at]) + stream.feed(data[at:]) + stream.finish() == data
    with pytest.raises(UpstreamFailed):
        Messages().decode(b"x" * (MAX_EVENT + 1))
