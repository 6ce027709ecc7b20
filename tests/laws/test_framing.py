"""Events are the same however the network cut them, and an untouched stream goes out as the bytes that came."""

import json
from pathlib import Path

import pytest

from app.engine.framing import FRAMINGS, MAX_EVENT, Event, ServerSentEvents
from app.errors import UpstreamFailed
from laws.toys import LengthPrefixed

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = json.loads((GOLDEN / "framing.json").read_text())
STREAMS = {
    **{case["name"]: case["stream"].encode() for case in CASES},
    **{path.stem: path.read_text().split("=====\n")[1].encode() for path in sorted((GOLDEN / "restore").glob("*.txt"))},
}
ENDS = {"lf": b"\n", "crlf": b"\r\n", "cr": b"\r"}


def decoded(pieces: list[bytes]) -> list[Event]:
    decoder = ServerSentEvents()
    return [event for piece in pieces for event in decoder.decode(piece)] + decoder.flush()


def check(stream: bytes, *, three: bool) -> None:
    whole = decoded([stream])
    assert b"".join(event.raw for event in whole) == stream
    size = len(stream)
    for first in range(size + 1):
        assert decoded([stream[:first], stream[first:]]) == whole, first
    if three:
        for first in range(size + 1):
            for second in range(first, size + 1):
                assert decoded([stream[:first], stream[first:second], stream[second:]]) == whole, (first, second)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", STREAMS)
def test_events_are_the_same_for_every_cut(name: str, end: str) -> None:
    stream = STREAMS[name].replace(b"\n", ENDS[end])
    check(stream, three=len(stream) <= 200)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_comes_byte_by_byte_is_the_same(name: str, end: str) -> None:
    stream = STREAMS[name].replace(b"\n", ENDS[end])
    assert decoded([stream[at : at + 1] for at in range(len(stream))]) == decoded([stream])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_events(case: dict[str, object]) -> None:
    stream = str(case["stream"]).encode()
    events = [[event.data, event.name] for event in decoded([stream]) if event.data is not None]
    assert events == case["events"]


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_line_ends_do_not_change_what_is_said(end: bytes) -> None:
    for case in CASES:
        if "\r" not in case["stream"]:
            events = decoded([case["stream"].encode().replace(b"\n", end)])
            assert [[event.data, event.name] for event in events if event.data is not None] == case["events"]


def test_a_third_line_end_belongs_to_the_next_event_wherever_it_is_cut() -> None:
    for end in (b"\n", b"\r\n", b"\r"):
        stream = b"data: a" + end * 5 + b"data: b" + end * 3
        check(stream, three=True)
        assert [event.data for event in decoded([stream]) if event.data] == ["a", "b"]


def test_an_event_goes_out_as_soon_as_its_blank_line_is_whole() -> None:
    for end in (b"\n", b"\r\n"):
        decoder = ServerSentEvents()
        stream = b"data: a" + end + end
        for at in range(len(stream) - 1):
            assert decoder.decode(stream[at : at + 1]) == []
        assert [event.data for event in decoder.decode(stream[-1:])] == ["a"]


@pytest.mark.parametrize("data", ["{}", "a\nb", "", "[DONE]", "ñ🦊", "\ud800"])
@pytest.mark.parametrize("name", ["", "message_stop"])
def test_what_is_rendered_reads_back(data: str, name: str) -> None:
    raw = ServerSentEvents().render(data, name)
    (event,) = decoded([raw])
    assert (event.data, event.name) == (data if data != "\ud800" else "\\ud800", name)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_event_with_other_data_keeps_what_else_it_carried(end: bytes) -> None:
    stream = end.join([b": a comment", b"id: 7", b"data: {}", b"retry: 10", b"event: delta", b"data: x", b"tomorrow", b"id", b"", b""])
    (event,) = decoded([stream])
    again = ServerSentEvents().again(event, "new")
    assert again == b": a comment\nid: 7\nretry: 10\ntomorrow\nid\nevent: delta\ndata: new\n\n"
    (read,) = decoded([again])
    assert (read.data, read.name, read.others) == ("new", "delta", event.others)


def test_an_event_without_end_is_refused() -> None:
    decoder = ServerSentEvents()
    assert decoder.decode(b"x" * MAX_EVENT) == []
    with pytest.raises(UpstreamFailed, match="event without end"):
        decoder.decode(b"x")


def test_a_flushed_decoder_is_empty() -> None:
    decoder = ServerSentEvents()
    assert decoder.decode(b"data: a") == []
    assert [event.data for event in decoder.flush()] == ["a"]
    assert decoder.flush() == []


def test_another_framing_obeys_the_same_law() -> None:
    frames = FRAMINGS["toy-frames"]()
    stream = b"".join(frames.render(data, name) for data, name in [("{}", ""), ("ñ🦊", "delta"), ("", "stop")])

    def toy(pieces: list[bytes]) -> list[Event]:
        decoder = LengthPrefixed()
        return [event for piece in pieces for event in decoder.decode(piece)] + decoder.flush()

    whole = toy([stream])
    assert [(event.data, event.name) for event in whole] == [("{}", ""), ("ñ🦊", "delta"), ("", "stop")]
    for first in range(len(stream)):
        for second in range(first, len(stream)):
            assert toy([stream[:first], stream[first:second], stream[second:]]) == whole
