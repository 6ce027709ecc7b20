"""The sandbox provider: answers in each dialect without network by echoing what it was sent, whole or streamed.

It speaks the providers' real formats, so an SDK pointed at it works; it calls the first tool it is offered, once.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Final

import httpx

_WORDS: Final = re.compile(r"\S+\s*")
Json = dict[str, Any]


def _text(content: Any) -> str:
    """Return the text of a message's content, string or parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, dict) and part.get("text"))


def _echo(request: Json) -> str:
    """Return what the provider says: the last words it was sent."""
    messages = [message for message in request.get("messages", ()) if isinstance(message, dict)]
    users = [message for message in messages if message.get("role") == "user" and _text(message.get("content"))]
    return _text(users[-1].get("content")) if users else "Hello from the sandbox."


def _wants_tool(request: Json) -> bool:
    """Whether a tool is offered and the conversation has not called one yet."""
    last = (request.get("messages") or [{}])[-1]
    answered = last.get("role") == "tool" or (
        isinstance(last.get("content"), list) and any(p.get("type") == "tool_result" for p in last["content"])
    )
    return bool(request.get("tools")) and not answered


def _arguments(schema: Any, text: str) -> Json:
    """Fill every string property with the echo."""
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    return {name: text for name, sort in properties.items() if isinstance(sort, dict) and sort.get("type") == "string"}


def _openai(request: Json) -> Json:
    text = _echo(request)
    message: Json = {"role": "assistant", "content": text, "refusal": None}
    finish = "stop"
    if _wants_tool(request):
        function = request["tools"][0].get("function", {})
        arguments = json.dumps(_arguments(function.get("parameters"), text))
        call = {"id": "call_sandbox", "type": "function", "function": {"name": function.get("name", "tool"), "arguments": arguments}}
        message |= {"content": None, "tool_calls": [call]}
        finish = "tool_calls"
    usage = {"prompt_tokens": len(text.split()), "completion_tokens": len(text.split()), "total_tokens": 2 * len(text.split())}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    head = {"id": "chatcmpl-sandbox", "object": "chat.completion", "created": 0, "model": request.get("model", "sandbox")}
    return {**head, "choices": [choice], "usage": usage}


def _openai_events(answer: Json) -> Iterator[tuple[str, str]]:
    head = {**{key: answer[key] for key in ("id", "created", "model")}, "object": "chat.completion.chunk"}

    def event(delta: Json, finish: str | None = None) -> tuple[str, str]:
        return "", json.dumps({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    message = answer["choices"][0]["message"]
    yield event({"role": "assistant", "content": "" if message["content"] is not None else None})
    for word in _WORDS.findall(message["content"] or ""):
        yield event({"content": word})
    for index, call in enumerate(message.get("tool_calls", ())):
        yield event({"tool_calls": [{**call, "index": index, "function": {**call["function"], "arguments": ""}}]})
        for piece in _pieces(call["function"]["arguments"]):
            yield event({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield event({}, answer["choices"][0]["finish_reason"])
    yield "", json.dumps({**head, "choices": [], "usage": answer["usage"]})
    yield "", "[DONE]"


def _anthropic(request: Json) -> Json:
    text = _echo(request)
    content: list[Json] = [{"type": "text", "text": text}]
    stop = "end_turn"
    if _wants_tool(request):
        tool = request["tools"][0]
        content = [
            {
                "type": "tool_use",
                "id": "toolu_sandbox",
                "name": tool.get("name", "tool"),
                "input": _arguments(tool.get("input_schema"), text),
            }
        ]
        stop = "tool_use"
    usage = {"input_tokens": len(text.split()), "output_tokens": len(text.split())}
    head = {"id": "msg_sandbox", "type": "message", "role": "assistant", "model": request.get("model", "sandbox")}
    return {**head, "content": content, "stop_reason": stop, "stop_sequence": None, "usage": usage}


def _anthropic_events(answer: Json) -> Iterator[tuple[str, str]]:
    def event(sort: str, **rest: Any) -> tuple[str, str]:
        return sort, json.dumps({"type": sort, **rest})

    yield event("message_start", message={**answer, "content": [], "stop_reason": None})
    for index, block in enumerate(answer["content"]):
        if block["type"] == "text":
            yield event("content_block_start", index=index, content_block={"type": "text", "text": ""})
            deltas = [{"type": "text_delta", "text": word} for word in _WORDS.findall(block["text"])]
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
_DIALECTS: Final[Mapping[str, tuple[Callable[[Json], Json], Events]]] = {
    "openai": (_openai, _openai_events),
    "anthropic": (_anthropic, _anthropic_events),
}


def answer(dialect: str, request: Json) -> Json:
    """Return the whole answer of a dialect's sandbox."""
    return _DIALECTS[dialect][0](request)


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
        dialect = "anthropic" if request.url.path.endswith("/messages") else "openai"
        whole = answer(dialect, document)
        if document.get("stream") is True:
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=_Frames(events(dialect, whole)))
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=_Frames(iter([json.dumps(whole).encode()])))
