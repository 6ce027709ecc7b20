"""Citations of a request's documents say the same words in the caller's and in the provider's, whole, streamed and in history."""

import json
import re
from typing import Any

import pytest

from app.core.document import dump, parse
from app.engine.answer import Noted, StreamRestorer, restore_whole
from app.engine.citations import Citations
from app.engine.restore import Restorer
from laws.machine import ENDPOINTS, sse
from laws.walk import restorer_of, walk

ENDPOINT = ENDPOINTS["anthropic"]
MARIA, CARD = "maria@example.org", "4111 1111 1111 1111"
TEXTS = [
    f"Write to {MARIA}. Card {CARD}; {MARIA} again, \U0001f98a and the end.",
    "Nothing in here.",
    f"{CARD} {'-' * 30} {MARIA}",
]
RULES: dict[str, dict[str, Any]] = {
    "surrogate": {},
    "redact": {"rules": [{"entities": ["CREDIT_CARD"], "action": "transform", "with": "redact"}]},
    "mask": {"rules": [{"entities": ["*"], "action": "transform", "with": "mask"}]},
    "realistic": {"defaults": {"transform": "realistic"}},
    "monitor": {"mode": "monitor", "mode_until": "2100-01-01T00:00:00Z"},
}


def document_block(source: dict[str, Any]) -> dict[str, Any]:
    return {"type": "document", "source": source, "title": f"Of {MARIA}", "citations": {"enabled": True}}


def asked() -> dict[str, Any]:
    """Documents in a turn, of other sorts in between, in the result of a tool, and in a later turn; counted over all of them."""
    plain = [document_block({"type": "text", "media_type": "text/plain", "data": text}) for text in TEXTS]
    blocks = document_block({"type": "content", "content": [{"type": "text", "text": f"a block of {MARIA}"}]})
    result = {"type": "tool_result", "tool_use_id": "t1", "content": [plain[1]]}
    call = {"type": "tool_use", "id": "t1", "name": "f", "input": {"content": [{"type": "document", "source": f"no document, {MARIA}"}]}}
    turns = [
        {"role": "user", "content": [plain[0], {"type": "text", "text": f"I am {MARIA}"}, blocks]},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result, plain[2]]},
    ]
    return parse(json.dumps({"model": "m", "max_tokens": 9, "messages": turns}))


def texts(document: Any) -> dict[int, str]:
    """The plain documents by their number, read naively."""
    turns = document["messages"]
    return {
        0: turns[0]["content"][0]["source"]["data"],
        2: turns[2]["content"][0]["content"][0]["source"]["data"],
        3: turns[2]["content"][1]["source"]["data"],
    }


def pointed(text: str, row: dict[str, Any]) -> str:
    return text[row["start_char_index"] : row["end_char_index"]]


def rows_of(protected: dict[int, str]) -> list[dict[str, Any]]:
    """Every span of the provider's documents, in steps, and every one that begins or ends at a word."""
    rows = []
    for number, text in protected.items():
        edges = sorted({*range(0, len(text) + 1, 5), *(at for word in re.finditer(r"\S+", text) for at in word.span())})
        rows += [
            {"type": "char_location", "document_index": number, "document_title": "t", "cited_text": text[a:b]}
            | {"start_char_index": a, "end_char_index": b}
            for a in edges
            for b in edges[edges.index(a) + 1 :: 3]
        ]
    return rows


def plain(rows: Any) -> list[dict[str, Any]]:
    return json.loads(dump(rows))


def machine(sent: Any, outbound: Any) -> tuple[Citations, Restorer]:
    citations = Citations(sent, outbound, ENDPOINT)
    return citations, Restorer(restorer_of(outbound).originals, json_text=False, citations=citations)


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_a_citation_says_the_same_words_on_either_side_and_goes_back_as_it_came(rules: dict[str, Any]) -> None:
    sent = asked()
    outbound = walk(sent, ENDPOINT, rules)
    citations, restorer = machine(sent, outbound)
    assert citations.sent(outbound.document) is outbound.document  # no citation in it
    protected, own = texts(outbound.document), texts(sent)
    assert (protected == own) is (rules.get("mode") == "monitor")
    stands = [stand_in for _, stand_in in outbound.replaced]
    inside = {
        n: {at for s in stands for m in re.finditer(re.escape(s), text) for at in range(m.start() + 1, m.end())}
        for n, text in protected.items()
    }
    rows = rows_of(protected)
    block = {"type": "text", "text": "So it says.", "citations": rows}
    answer = parse(restore_whole(json.dumps({"content": [block]}).encode(), ENDPOINT, restorer, Noted()))
    restored = plain(answer["content"][0]["citations"])
    clean = 0
    for row, back in zip(rows, restored, strict=True):
        number = row["document_index"]
        assert 0 <= back["start_char_index"] <= back["end_char_index"] <= len(own[number])
        if not inside[number] & {row["start_char_index"], row["end_char_index"]}:
            words = row["cited_text"]
            for value, stand_in in outbound.replaced:
                words = words.replace(stand_in, value)
            assert pointed(own[number], back) == words
            clean += 1
    assert clean > 100
    # The answer, sent back as history, is what the provider sent; whatever offset cut a stand-in takes its edge.
    history = {**sent, "messages": [*sent["messages"], {"role": "assistant", "content": answer["content"]}]}
    again = walk(history, ENDPOINT, rules)
    whole = Citations(history, again, ENDPOINT).sent(again.document)
    assert texts(whole) == protected
    for row, back in zip(rows, plain(whole["messages"][3]["content"][0]["citations"]), strict=True):
        if not inside[row["document_index"]] & {row["start_char_index"], row["end_char_index"]}:
            assert {key: back[key] for key in ENDPOINT.cited.keys} == {key: row[key] for key in ENDPOINT.cited.keys}
    assert history["messages"][3]["content"] == answer["content"]  # what the caller sent is his


def test_a_streamed_citation_is_the_whole_one() -> None:
    sent = asked()
    outbound = walk(sent, ENDPOINT)
    rows = rows_of(texts(outbound.document))
    _, restorer = machine(sent, outbound)
    block = {"type": "text", "text": "", "citations": rows}
    whole = plain(parse(restore_whole(json.dumps({"content": [block]}).encode(), ENDPOINT, restorer, Noted()))["content"][0]["citations"])
    _, restorer = machine(sent, outbound)
    stream = StreamRestorer(ENDPOINT, ENDPOINT.stream, restorer)
    out = b""
    for row in rows:
        event = {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": row}}
        out += stream.feed(sse("content_block_delta", event))
    out += stream.finish()
    assert [json.loads(event.partition(b"data: ")[2])["delta"]["citation"] for event in out.split(b"\n\n")[:-1]] == whole


ODD = (
    {"document_index": 9},
    {"document_index": -1},
    {"document_index": "0"},
    {"document_index": 0, "start_char_index": "0", "end_char_index": None},
    {"document_index": 1, "start_block_index": 3, "end_block_index": 40},
    {"document_index": 0, "start_page_number": 30, "end_page_number": 60},
)


@pytest.mark.parametrize("row", [*ODD, None, "x", []], ids=repr)
def test_what_points_nowhere_stays_as_it_is(row: Any) -> None:
    sent = asked()
    citations, _ = machine(sent, walk(sent, ENDPOINT))
    for document in (
        {"content": [{"citations": [row]}]},
        {"delta": {"citation": row}},
        {"content": "x"},
        {"content": [{"citations": None}]},
    ):
        parsed = parse(json.dumps(document))
        assert dump(citations.given(parsed)) == dump(parse(json.dumps(document)))


def test_with_restoring_off_offsets_are_the_providers() -> None:
    sent = asked()
    outbound = walk(sent, ENDPOINT)
    rows = rows_of(texts(outbound.document))
    body = json.dumps({"content": [{"type": "text", "text": "x", "citations": rows}]}).encode()
    restorer = Restorer(restorer_of(outbound).originals, json_text=False, citations=Citations(sent, outbound, ENDPOINT), on=False)
    assert restore_whole(body, ENDPOINT, restorer, Noted()) == body
