"""The machine as the laws drive it: fixed originals, streams built from pieces, and a second, naive reading of what came out."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any, Final

from app.core.dialect import Endpoint
from app.core.document import Number
from app.core.surrogate import Original
from app.core.table import Kind, Table
from app.dialects.anthropic import ANTHROPIC
from app.dialects.openai import OPENAI
from app.dialects.openai_assistants import MESSAGE, STEP
from app.engine.answer import Noted, StreamRestorer, restore_whole
from app.engine.restore import Lane, Originals, Restorer
from laws import responses, streamed

PERSON: Final = "PERSON_4K7Q2MX8FT"
DOCTOR: Final = "PERSON_4K7Q2MXD30"  # the fullest form of the same identity
NASTY: Final = "EMAIL_ADDRESS_9ZBV3N0C1K"
PHONE: Final = "PHONE_NUMBER_7HHQ2MX8FS"  # was a JSON number
SECRET: Final = "PASSWORD_S5S5S5SSS2"  # its eighth character is the plural ending of its bare seven
TERM: Final = "PROJECT_FALCON_PPPPPPPPPP"
MIRROR: Final = "API_KEY_0123456789"  # its original looks like a surrogate
VALUES: Final = {
    PERSON: Original("Maria Singh"),
    DOCTOR: Original("Dr. Maria Singh"),
    NASTY: Original('o"neil\\n\nñ🦊@x.org'),
    PHONE: Original("41555501230e0", number=True),
    SECRET: Original("p\\u0041\t'"),
    TERM: Original("Ærø — 7"),
    MIRROR: Original(PERSON),
}
SPOKEN: Final = (
    "chat.completions",
    "responses",
    "completions",
    "embeddings",
    "moderations",
    "messages",
    "count_tokens",
)  # with golden files
_ALL: Final = {endpoint.name: endpoint for dialect in (OPENAI, ANTHROPIC) for endpoint in dialect.endpoints if endpoint.name in SPOKEN}
ENDPOINTS: Final[dict[str, Endpoint]] = {"openai": _ALL.pop("chat.completions"), "anthropic": _ALL.pop("messages"), **_ALL}
_STREAMS: Final = {endpoint.name: endpoint for endpoint in OPENAI.endpoints if endpoint.stream is not None}
STREAMED: Final[dict[str, Endpoint]] = {
    **ENDPOINTS,
    # what a run streams is read again as a message and a step: here both are one document
    "assistants": replace(_STREAMS["threads.runs"], answer=Table({**MESSAGE.entries, **STEP.entries}, default=Kind.KEEP, nested=False)),
    "transcriptions": _STREAMS["audio.transcriptions"],
    "images": _STREAMS["images"],
    "speech": _STREAMS["audio.speech"],
}
Pieces = Iterable[tuple[tuple[str, int, int], str]]  # ((field, choice or block, tool call), text)


def restorer(values: dict[str, Original] | None = None, *, json_text: bool = False, hosts: Sequence[str] = ()) -> Restorer:
    return Restorer(Originals(VALUES if values is None else values, lambda: frozenset(hosts)), json_text=json_text)


def lane(*, json: bool | None = False, sinks: bool = False, values: dict[str, Original] | None = None) -> Lane:
    return Lane(restorer(values).originals, json=json, sinks=sinks)


def cuts(text: str, most: int) -> Iterator[list[str]]:
    """Every way to cut `text` into 1..most pieces."""
    for pieces in range(1, most + 1):
        for places in combinations(range(1, len(text)), pieces - 1):
            edges = [0, *places, len(text)]
            yield [text[a:b] for a, b in pairwise(edges)]


def fed(one: Lane, pieces: Iterable[str]) -> str:
    return "".join([*(one.feed(piece) for piece in pieces), one.flush()])


def sse(name: str, document: Any) -> bytes:
    head = f"event: {name}\n" if name else ""
    data = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    return f"{head}data: {data}\n\n".encode()


_HEAD: Final = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "system_fingerprint": "fp"}


def openai_stream(pieces: Pieces, *, finish_with_text: bool = False) -> bytes:
    """A chat completion: role chunks, the pieces, finish chunks, usage, [DONE]."""
    pieces = list(pieces)
    choices = sorted({key[1] for key, _ in pieces})
    out = [
        sse("", {**_HEAD, "choices": [{"index": c, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]}) for c in choices
    ]
    last = {key[1]: place for place, (key, _) in enumerate(pieces)}
    for place, ((field, choice, call), text) in enumerate(pieces):
        delta: dict[str, Any] = {field: text}
        if field == "arguments":
            delta = {"tool_calls": [{"index": call, "function": {"arguments": text}}]}
        done = finish_with_text and last[choice] == place
        out.append(
            sse("", {**_HEAD, "choices": [{"index": choice, "delta": delta, "logprobs": None, "finish_reason": "stop" if done else None}]})
        )
    if not finish_with_text:
        out += [sse("", {**_HEAD, "choices": [{"index": c, "delta": {}, "finish_reason": "stop"}]}) for c in choices]
    out.append(sse("", {**_HEAD, "choices": [], "usage": {"total_tokens": 3}}))
    return b"".join([*out, sse("", "[DONE]")])


def openai_read(stream: bytes) -> dict[tuple[str, int, int], str]:
    """Read a chat completion naively; assert that it is one a client can read."""
    lanes: dict[tuple[str, int, int], str] = {}
    finished: set[int] = set()
    usage = 0
    events = stream.decode().split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""], "[DONE] is the last event"
    for event in events[:-2]:
        document = json.loads(event.removeprefix("data: "))
        usage += "usage" in document
        assert list(document)[:3] == ["id", "object", "created"]
        for choice in document["choices"]:
            number, delta = choice["index"], choice["delta"]
            assert number not in finished, "nothing after its end"
            for field in ("content", "refusal"):
                if delta.get(field):
                    lanes[field, number, 0] = lanes.get((field, number, 0), "") + delta[field]
            for call in delta.get("tool_calls", ()):
                key = ("arguments", number, call["index"])
                lanes[key] = lanes.get(key, "") + call["function"]["arguments"]
            if choice.get("finish_reason"):
                finished.add(number)
    assert usage == 1, "usage is not copied"
    assert finished == {key[1] for key in lanes} | finished
    return lanes


def openai_whole(lanes: dict[tuple[str, int, int], str]) -> bytes:
    choices = []
    for number in sorted({key[1] for key in lanes}):
        message: dict[str, Any] = {"role": "assistant", "content": None}
        for (field, choice, call), text in lanes.items():
            if choice == number and field == "arguments":
                message.setdefault("tool_calls", []).append(
                    {"index": call, "id": f"call_{call}", "function": {"name": "f", "arguments": text}}
                )
            elif choice == number:
                message[field] = text
        choices.append({"index": number, "message": message, "finish_reason": "stop"})
    return json.dumps({"id": "chatcmpl-1", "choices": choices}).encode()


def openai_read_whole(body: bytes) -> dict[tuple[str, int, int], str]:
    lanes = {}
    for choice in json.loads(body)["choices"]:
        message = choice["message"]
        for field in ("content", "refusal"):
            if message.get(field):
                lanes[field, choice["index"], 0] = message[field]
        for call in message.get("tool_calls", ()):
            lanes["arguments", choice["index"], call["index"]] = call["function"]["arguments"]
    return lanes


_CMPL: Final = {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m"}


def completions_stream(pieces: Pieces, *, finish_with_text: bool = False) -> bytes:
    """A legacy completion: the pieces, finish chunks, usage, [DONE]."""
    pieces = list(pieces)
    last = {key[1]: place for place, (key, _) in enumerate(pieces)}

    def chunk(choice: int, text: str, finish: str | None) -> bytes:
        return sse("", {**_CMPL, "choices": [{"text": text, "index": choice, "logprobs": None, "finish_reason": finish}]})

    out = [chunk(key[1], text, "stop" if finish_with_text and last[key[1]] == place else None) for place, (key, text) in enumerate(pieces)]
    if not finish_with_text:
        out += [chunk(choice, "", "stop") for choice in sorted(last)]
    return b"".join([*out, sse("", {**_CMPL, "choices": [], "usage": {"total_tokens": 3}}), sse("", "[DONE]")])


def completions_read(stream: bytes) -> dict[tuple[str, int, int], str]:
    lanes: dict[tuple[str, int, int], str] = {}
    finished: set[int] = set()
    events = stream.decode().split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""], "[DONE] is the last event"
    documents = [json.loads(event.removeprefix("data: ")) for event in events[:-2]]
    assert sum("usage" in document for document in documents) == 1, "usage is not copied"
    for document in documents:
        assert list(document)[:4] == list(_CMPL)
        for choice in document["choices"]:
            number = choice["index"]
            assert number not in finished, "nothing after its end"
            lanes["content", number, 0] = lanes.get(("content", number, 0), "") + choice["text"]
            if choice.get("finish_reason"):
                finished.add(number)
    assert finished == {key[1] for key in lanes}
    return lanes


def completions_whole(lanes: dict[tuple[str, int, int], str]) -> bytes:
    return json.dumps({**_CMPL, "choices": [{"text": text, "index": key[1]} for key, text in lanes.items()]}).encode()


def completions_read_whole(body: bytes) -> dict[tuple[str, int, int], str]:
    return {("content", choice["index"], 0): choice["text"] for choice in json.loads(body)["choices"]}


_DELTAS: Final = {"content": ("text_delta", "text"), "arguments": ("input_json_delta", "partial_json")}


def anthropic_stream(pieces: Pieces, *, opens_with_text: bool = False) -> bytes:
    """A message: message_start, blocks one after the other or interleaved, message_delta, message_stop."""
    pieces = list(pieces)
    out = [sse("message_start", {"type": "message_start", "message": {"id": "msg_1", "content": [], "usage": {"input_tokens": 3}}})]
    opened: set[int] = set()
    for (field, block, _), text in pieces:
        kind, name = _DELTAS[field]
        if block not in opened:
            opened.add(block)
            content = (
                {"type": "text", "text": ""} if field == "content" else {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}
            )
            if opens_with_text and field == "content":
                out.append(
                    sse("content_block_start", {"type": "content_block_start", "index": block, "content_block": {**content, "text": text}})
                )
                continue
            out.append(sse("content_block_start", {"type": "content_block_start", "index": block, "content_block": content}))
        out.append(sse("content_block_delta", {"type": "content_block_delta", "index": block, "delta": {"type": kind, name: text}}))
        out.append(sse("ping", {"type": "ping"}))
    out += [sse("content_block_stop", {"type": "content_block_stop", "index": block}) for block in sorted(opened)]
    out.append(sse("message_delta", {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}}))
    return b"".join([*out, sse("message_stop", {"type": "message_stop"})])


def anthropic_read(stream: bytes) -> dict[tuple[str, int, int], str]:
    """Read a message naively; assert that it is one a client can read."""
    lanes: dict[tuple[str, int, int], str] = {}
    sorts: dict[int, str] = {}
    closed: set[int] = set()
    names = []
    for event in stream.decode().split("\n\n")[:-1]:
        head, _, data = event.partition("\n")
        document = json.loads(data.removeprefix("data: "))
        names.append(document["type"])
        assert head == f"event: {document['type']}"
        block = document.get("index")
        if document["type"] == "content_block_start":
            assert block not in sorts, "a block opens once"
            sorts[block] = "content" if document["content_block"]["type"] == "text" else "arguments"
            lanes[sorts[block], block, 0] = document["content_block"].get("text", "")
        elif document["type"] == "content_block_delta":
            assert block in sorts
            assert block not in closed, "nothing after its end"
            lanes[sorts[block], block, 0] += document["delta"][_DELTAS[sorts[block]][1]]
            assert set(document) == {"type", "index", "delta"}
        elif document["type"] == "content_block_stop":
            closed.add(block)
    assert names[-2:] == ["message_delta", "message_stop"]
    assert names.count("message_delta") == 1
    return lanes


def anthropic_whole(lanes: dict[tuple[str, int, int], str]) -> bytes:
    content = []
    for (field, _, _), text in sorted(lanes.items(), key=lambda item: item[0][1]):
        content.append(
            {"type": "text", "text": text}
            if field == "content"
            else {"type": "tool_use", "id": "t", "name": "f", "input": json.loads(text)}
        )
    return json.dumps({"type": "message", "content": content}).encode()


def anthropic_read_whole(body: bytes) -> dict[tuple[str, int, int], Any]:
    blocks = json.loads(body)["content"]
    return {
        ("content" if block["type"] == "text" else "arguments", number, 0): block["text"] if block["type"] == "text" else block["input"]
        for number, block in enumerate(blocks)
    }


STREAM: Final[dict[str, Any]] = {
    "openai": openai_stream,
    "anthropic": anthropic_stream,
    "completions": completions_stream,
    "responses": responses.responses_stream,
    "assistants": streamed.assistants_stream,
    "transcriptions": streamed.transcriptions_stream,
}
READ: Final = {
    "openai": openai_read,
    "anthropic": anthropic_read,
    "completions": completions_read,
    "responses": responses.responses_read,
    "assistants": streamed.assistants_read,
    "transcriptions": streamed.transcriptions_read,
}
WHOLE: Final = {
    "openai": (openai_whole, openai_read_whole),
    "anthropic": (anthropic_whole, anthropic_read_whole),
    "completions": (completions_whole, completions_read_whole),
    "responses": (responses.responses_whole, responses.responses_read_whole),
    "assistants": (streamed.assistants_whole, streamed.assistants_read_whole),
    "transcriptions": (streamed.transcriptions_whole, streamed.transcriptions_read_whole),
}


def restored_stream(dialect: str, chunks: Iterable[bytes], values: dict[str, Original] | None = None) -> bytes:
    endpoint = STREAMED[dialect]
    assert endpoint.stream is not None
    machine = StreamRestorer(endpoint, endpoint.stream, restorer(values))
    return b"".join([*(machine.feed(chunk) for chunk in chunks), machine.finish()])


def whole_lanes(dialect: str, lanes: dict[tuple[str, int, int], str]) -> dict[tuple[str, int, int], Any]:
    """What the same answer says when it comes whole."""
    write, read = WHOLE[dialect]
    return read(restore_whole(write(lanes), STREAMED[dialect], restorer(), Noted()))


def same(dialect: str, streamed: dict[tuple[str, int, int], str], whole: dict[tuple[str, int, int], Any]) -> bool:
    """Stream equals whole; a tool's input comes whole as an object where it is streamed as text."""
    if dialect != "anthropic":
        return streamed == whole
    return {key: json.loads(text) if key[0] == "arguments" else text for key, text in streamed.items()} == whole


def plain(document: Any) -> Any:
    """A parsed document as the standard library would have parsed it, numbers as their lexemes."""
    if isinstance(document, Number):
        return f"#{document.lexeme}"
    if isinstance(document, dict):
        return {key: plain(value) for key, value in document.items()}
    return [plain(value) for value in document] if isinstance(document, list) else document
