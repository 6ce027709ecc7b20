"""Offsets point at the same words before and after, whole and streamed, to the caller and back to the provider."""

import json
from typing import Any

import pytest
from laws.machine import ENDPOINTS, PERSON, VALUES, cuts, restored_stream, restorer, sse
from laws.walk import walk

from app.core.document import dump, parse
from app.engine.answer import Noted, restore_whole
from app.engine.offsets import moved, replaced

TEXT = f"See {PERSON}: **{PERSON.lower()}** says PERSON, and \U0001f98a {PERSON}'s end."
SPANS = [(a, b) for a in range(0, len(TEXT), 3) for b in range(a, len(TEXT), 5)]
MARIA = VALUES[PERSON].text


def cited(text: str, spans: list[tuple[int, int]]) -> list[dict[str, Any]]:
    return [{"type": "url_citation", "url": "u", "title": "t", "start_index": a, "end_index": b} for a, b in spans]


def pointed(text: str, row: dict[str, Any]) -> str:
    return text[row["start_index"] : row["end_index"]]


def restored_words(span: tuple[int, int]) -> str:
    """What a span that cuts no surrogate says to the caller."""
    return TEXT[slice(*span)].replace(PERSON, MARIA).replace(PERSON.lower(), MARIA)


def cuts_nothing(span: tuple[int, int]) -> bool:
    starts = [at for at in range(len(TEXT)) if TEXT[at:].upper().startswith(PERSON)]
    return not any(at < edge < at + len(PERSON) for at in starts for edge in span)


@pytest.mark.parametrize("name", ["openai", "responses"])
def test_every_span_of_a_whole_answer_points_at_the_same_words(name: str) -> None:
    rows = cited(TEXT, SPANS)
    if name == "openai":
        rows = [{"type": row.pop("type"), "url_citation": row} for row in rows]
        document: Any = {"choices": [{"index": 0, "message": {"content": TEXT, "annotations": rows}}]}
    else:
        document = {"output": [{"type": "message", "content": [{"type": "output_text", "annotations": rows, "text": TEXT}]}]}
    answer = json.loads(restore_whole(json.dumps(document).encode(), ENDPOINTS[name], restorer(), Noted()))
    part = answer["choices"][0]["message"] if name == "openai" else answer["output"][0]["content"][0]
    text = part.get("content", part.get("text"))
    for span, holder in zip(SPANS, part["annotations"], strict=True):
        row = holder.get("url_citation", holder)
        assert 0 <= row["start_index"] <= row["end_index"] <= len(text)
        if cuts_nothing(span):
            assert pointed(text, row) == restored_words(span)
        elif span[1] > span[0]:
            assert MARIA in pointed(text, row)


def test_an_annotation_that_comes_by_itself_points_at_the_same_words() -> None:
    place = {"output_index": 0, "content_index": 0, "item_id": "m"}
    text = f"See {PERSON} and {PERSON}"
    for pieces in cuts(text, 2):
        events = [sse("response.output_text.delta", {"type": "response.output_text.delta", **place, "delta": piece}) for piece in pieces]
        start = text.rindex(PERSON)
        row = cited(text, [(start, len(text))])[0]
        added = {"type": "response.output_text.annotation.added", **place, "annotation_index": 0, "annotation": row}
        done = {"type": "response.output_text.done", **place, "text": text}
        part = {"type": "response.content_part.done", **place, "part": {"type": "output_text", "text": text, "annotations": [row]}}
        for order in ([added, done, part], [done, added, part]):
            out = restored_stream("responses", [*events, *(sse(one["type"], one) for one in order)])
            said = [json.loads(event.partition(b"data: ")[2]) for event in out.split(b"\n\n")[:-1]]
            whole = next(one["text"] for one in said if "text" in one)
            assert whole == f"See {MARIA} and {MARIA}"
            rows = [one["annotation"] for one in said if "annotation" in one] + [
                one["part"]["annotations"][0] for one in said if "part" in one
            ]
            assert [(row["start_index"], row["end_index"]) for row in rows] == [(len(whole) - len(MARIA), len(whole))] * 2


def test_annotations_that_come_back_in_history_are_what_the_provider_sent() -> None:
    text = "I am maria@example.org, so maria@example.org it is."
    spans = [(0, 4), (5, 22), (5, len(text)), (27, 44), (45, len(text))]
    parts = [{"type": "output_text", "text": text, "annotations": cited(text, spans)}]
    document = parse(json.dumps({"model": "m", "input": [{"type": "message", "role": "assistant", "content": parts}]}))
    before = dump(document)
    outbound = walk(document, ENDPOINTS["responses"])
    assert dump(document) == before
    sent = json.loads(dump(outbound.document))["input"][0]["content"][0]
    name = outbound.issued[0].text
    said = [pointed(sent["text"], row) for row in sent["annotations"]]
    assert said == [text[a:b].replace("maria@example.org", name) for a, b in spans]


def test_where_the_words_went_is_not_guessed() -> None:
    assert replaced({("Maria", "PERSON_1")})("Maria and Bob", "PERSON_1 and [gone]") == []
    assert replaced({("Maria", "PERSON_1")})("PERSON_1 Maria", "PERSON_1 PERSON_1") == [(9, 14, 8)]
    pairs = [("4111", "[CARD]"), ("4111 1111", "[CARD]")]  # a piece of a value, which has the same stand-in
    assert [replaced(order)("a 4111 1111, 4111", "a [CARD], [CARD]") for order in (pairs, pairs[::-1])] == [[(2, 11, 6), (13, 17, 6)]] * 2
    assert [moved(5, [(2, 4, 10), (6, 7, 0)], end=end) for end in (False, True)] == [13, 13]
