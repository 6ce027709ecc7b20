"""What Groq has that OpenAI has not: reasoning in a field of its own, documents beside the messages, paths under /openai."""

import json

from laws.machine import PERSON, restorer, sse

from app.core.document import parse
from app.core.segment import Form, segments
from app.core.table import Kind
from app.dialects.groq import GROQ
from app.engine.answer import Noted, StreamRestorer, restore_whole
from app.gateway.routes import match

CHAT = next(endpoint for endpoint in GROQ.endpoints if endpoint.name == "chat.completions")


def test_reasoning_comes_back_whole_and_streamed():
    body = json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": "", "reasoning": f"of {PERSON}"}}]}).encode()
    assert json.loads(restore_whole(body, CHAT, restorer(), Noted()))["choices"][0]["message"]["reasoning"] == "of Maria Singh"
    assert CHAT.stream is not None
    stream = StreamRestorer(CHAT, CHAT.stream, restorer())
    pieces = [sse("", {"choices": [{"index": 0, "delta": {"reasoning": text}}]}) for text in (PERSON[:9], PERSON[9:])]
    out = stream.feed(b"".join([*pieces, b"data: [DONE]\n\n"])) + stream.finish()
    deltas = [json.loads(line[6:])["choices"][0]["delta"] for line in out.decode().split("\n\n") if line.startswith("data: {")]
    assert "".join(delta.get("reasoning", "") for delta in deltas) == "Maria Singh"


def test_documents_beside_the_messages_are_text():
    document = parse(
        json.dumps({"documents": [{"source": {"type": "text", "text": "about maria@example.org"}}], "reasoning_format": "parsed"})
    )
    kinds = {segment.text: segment.kind for segment in segments(document, CHAT.request) if segment.form is Form.STRING}
    assert (kinds["about maria@example.org"], kinds["parsed"], kinds["text"]) == (Kind.TEXT, Kind.ENUM, Kind.ENUM)


def test_its_own_sdk_finds_its_paths():
    for path in ("/openai/v1/chat/completions", "/v1/chat/completions", "/chat/completions"):
        assert match("groq", "POST", path)[0] is CHAT
    assert match("groq", "GET", "/openai/v1/models/llama")[1] == {"model": "llama"}
    assert match("groq", "POST", "/openai/v1/embeddings")[0] is None
    assert GROQ.home == "https://api.groq.com/openai/v1"
