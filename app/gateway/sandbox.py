"""The sandbox provider: answers in each dialect without network by echoing what it was sent, whole or streamed.

It speaks the providers' real formats, so an SDK pointed at it works; it calls the first tool it is offered, once.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import httpx

_WORDS: Final = re.compile(r"\s*\S+\s*|\s+")
Json = dict[str, Any]


class Reply(NamedTuple):
    """What a model says: a text, and at most one call of a tool (its name, and its arguments as JSON text)."""

    text: str = ""
    call: tuple[str, str] | None = None


def dialect_of(path: str) -> str:
    """Return the dialect of a provider's path."""
    return "anthropic" if path.partition("?")[0].endswith("/messages") else "openai"


def text_of(content: Any) -> str:
    """Return the text of a message's content, string or parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str) and part["text"])


def echo(request: Json) -> Reply:
    """Return the last words of the user; as the arguments of a tool if one is offered and its result is not here yet."""
    messages = _dicts(request.get("messages"))
    users = [text for message in messages if message.get("role") == "user" and (text := text_of(message.get("content")))]
    text = users[-1] if users else "Hello from the sandbox."
    tool = next(iter(_dicts(request.get("tools"))), None)
    last = messages[-1] if messages else {}
    answered = last.get("role") == "tool" or any(part.get("type") == "tool_result" for part in _dicts(last.get("content")))
    if tool is None or answered:
        return Reply(text)
    tool = tool["function"] if isinstance(tool.get("function"), dict) else tool
    return Reply(call=(str(tool.get("name", "tool")), json.dumps(_arguments(tool.get("parameters", tool.get("input_schema")), text))))


def _dicts(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _arguments(schema: Any, text: str) -> Json:
    """Fill every string property with the echo."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    named = properties.items() if isinstance(properties, dict) else ()
    return {name: text for name, sort in named if isinstance(sort, dict) and sort.get("type") == "string"}


def _openai(request: Json, reply: Reply) -> Json:
    message: Json = {"role": "assistant", "content": reply.text or None, "refusal": None}
    if reply.call is not None:
        function = {"name": reply.call[0], "arguments": reply.call[1]}
        message["tool_calls"] = [{"id": "call_sandbox", "type": "function", "function": function}]
    words = len(reply.text.split())
    usage = {"prompt_tokens": words, "completion_tokens": words, "total_tokens": 2 * words}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if reply.call else "stop"}
    head = {"id": "chatcmpl-sandbox", "object": "chat.completion", "created": 0, "model": request.get("model", "sandbox")}
    return {**head, "choices": [choice], "usage": usage}


def _openai_events(answer: Json) -> Iterator[tuple[str, str]]:
    head = {**{key: answer[key] for key in ("id", "created", "model")}, "object": "chat.completion.chunk"}

    def event(delta: Json, finish: str | None = None) -> tuple[str, str]:
        return "", json.dumps({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    message = answer["choices"][0]["message"]
    yield event({"role": "assistant", "content": "" if message["content"] is not None else None})
    for word in _WORDS.findall(message["content"] or ""):
        for piece in _pieces(word):
            yield event({"content": piece})
    for index, call in enumerate(message.get("tool_calls", ())):
        yield event({"tool_calls": [{**call, "index": index, "function": {**call["function"], "arguments": ""}}]})
        for piece in _pieces(call["function"]["arguments"]):
            yield event({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield event({}, answer["choices"][0]["finish_reason"])
    yield "", json.dumps({**head, "choices": [], "usage": answer["usage"]})
    yield "", "[DONE]"


def _anthropic(request: Json, reply: Reply) -> Json:
    content: list[Json] = [{"type": "text", "text": reply.text}] if reply.text or reply.call is None else []
    if reply.call is not None:
        content.append({"type": "tool_use", "id": "toolu_sandbox", "name": reply.call[0], "input": json.loads(reply.call[1])})
    words = len(reply.text.split())
    stop = {"stop_reason": "tool_use" if reply.call else "end_turn", "stop_sequence": None}
    head = {"id": "msg_sandbox", "type": "message", "role": "assistant", "model": request.get("model", "sandbox")}
    return {**head, "content": content, **stop, "usage": {"input_tokens": words, "output_tokens": words}}


def _anthropic_events(answer: Json) -> Iterator[tuple[str, str]]:
    def event(sort: str, **rest: Any) -> tuple[str, str]:
        return sort, json.dumps({"type": sort, **rest})

    yield event("message_start", message={**answer, "content": [], "stop_reason": None})
    for index, block in enumerate(answer["content"]):
        if block["type"] == "text":
            yield event("content_block_start", index=index, content_block={"type": "text", "text": ""})
            words = _WORDS.findall(block["text"])
            deltas = [{"type": "text_delta", "text": piece} for word in words for piece in _pieces(word)]
        else:
            yield event("content_block_start", index=index, content_block={**block, "input": {}})
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in _pieces(json.dumps(block["input"]))]
        for delta in deltas:
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    yield event("message_delta", delta={"stop_reason": answer["stop_reason"], "stop_sequence": None}, usage=answer["usage"])
    yield event("message_stop")


def _pieces(text: str, size: int = 7) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


Events = Callable[[Json], Iterator[tuple[str, str]]]
_DIALECTS: Final[Mapping[str, tuple[Callable[[Json, Reply], Json], Events]]] = {
    "openai": (_openai, _openai_events),
    "anthropic": (_anthropic, _anthropic_events),
}


def answer(dialect: str, request: Json, reply: Reply | None = None) -> Json:
    """Return a reply, the echo unless told otherwise, as the dialect's whole answer to a request."""
    return _DIALECTS[dialect][0](request, echo(request) if reply is None else reply)


def events(dialect: str, whole: Json) -> Iterator[bytes]:
    """Return the frames of a whole answer, streamed as the dialect streams."""
    for name, data in _DIALECTS[dialect][1](whole):
        head = f"event: {name}\n" if name else ""
        yield f"{head}data: {data}\n\n".encode()


class _Frames(httpx.AsyncByteStream):
    def __init__(self, frames: Iterator[bytes]) -> None:
        self._frames = frames

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for frame in self._frames:
            yield frame


class SandboxTransport(httpx.AsyncBaseTransport):
    """A provider behind the same interface as the network."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer at once."""
        document = json.loads(await request.aread())
        dialect = dialect_of(request.url.path)
        whole = answer(dialect, document)
        if document.get("stream") is True:
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=_Frames(events(dialect, whole)))
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=_Frames(iter([json.dumps(whole).encode()])))
