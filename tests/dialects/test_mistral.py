"""What Mistral has that OpenAI has not: addresses as strings, thinking as content, errors without an envelope."""

import json

import pytest
from laws.machine import PERSON, restorer, sse

from app.core.document import parse
from app.core.segment import segments
from app.core.table import Kind
from app.dialects.mistral import MISTRAL
from app.engine.answer import Noted, StreamRestorer, restore_whole

CHAT = next(endpoint for endpoint in MISTRAL.endpoints if endpoint.name == "chat.completions")
THINKING = [{"type": "thinking", "thinking": [{"type": "text", "text": f"It is {PERSON}."}]}, {"type": "text", "text": f"Hello {PERSON}"}]


@pytest.mark.parametrize("part", ["image_url", "document_url", "input_audio", "file_id"])
def test_an_address_that_stands_as_a_string_is_a_file(part):
    document = parse(json.dumps({"messages": [{"role": "user", "content": [{"type": part, part: "https://a.example/x.pdf"}]}]}))
    assert Kind.FILE in {segment.kind for segment in segments(document, CHAT.request) if segment.text.startswith("https")}


def test_thinking_and_text_come_back_whole():
    body = json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": THINKING}}]}).encode()
    told = json.loads(restore_whole(body, CHAT, restorer(), Noted()))["choices"][0]["message"]["content"]
    assert told[0]["thinking"][0]["text"] == "It is Maria Singh."
    assert told[1]["text"] == "Hello Maria Singh"


@pytest.mark.parametrize("cut", range(1, len(PERSON)))
def test_thinking_and_text_come_back_streamed_however_they_are_cut(cut):
    def piece(content, finish=None):
        return sse("", {"id": "x", "choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}]})

    thought = [[{"type": "thinking", "thinking": [{"type": "text", "text": text}]}] for text in (PERSON[:cut], PERSON[cut:])]
    said = [[{"type": "text", "text": text}] for text in (" Hello " + PERSON[:cut], PERSON[cut:])]
    assert CHAT.stream is not None
    stream = StreamRestorer(CHAT, CHAT.stream, restorer())
    out = stream.feed(b"".join([*map(piece, [*thought, *said]), piece("", "stop"), b"data: [DONE]\n\n"])) + stream.finish()
    parts = [json.loads(line[6:])["choices"][0]["delta"]["content"] for line in out.decode().split("\n\n") if line.startswith("data: {")]
    told = [part for content in parts if isinstance(content, list) for part in content]
    assert "".join(text["text"] for part in told if part["type"] == "thinking" for text in part["thinking"]) == "Maria Singh"
    assert "".join(part["text"] for part in told if part["type"] == "text") == " Hello Maria Singh"


def test_an_error_comes_back_restored():
    body = json.dumps({"object": "error", "message": f"no {PERSON}", "type": "invalid_request_error"}).encode()
    assert json.loads(restore_whole(body, CHAT, restorer(), Noted()))["message"] == "no Maria Singh"


def test_it_serves_what_mistral_serves_where_mistral_serves_it():
    served = {(endpoint.method, endpoint.paths[0]) for endpoint in MISTRAL.endpoints}
    assert served == {
        ("POST", "/chat/completions"),
        ("POST", "/embeddings"),
        ("POST", "/moderations"),
        ("GET", "/models"),
        ("GET", "/models/{model}"),
    }
    assert (MISTRAL.home, MISTRAL.credential) == ("https://api.mistral.ai/v1", ("authorization", "Bearer "))
