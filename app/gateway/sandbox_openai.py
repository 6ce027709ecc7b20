"""The sandbox's answers in OpenAI's dialect."""

import json
import secrets
from collections.abc import Iterator
from typing import Final

from app.gateway.reply import Endpoints, Json, Reply, pieces, text_of, unstreamed, words


def _id(sort: str) -> str:
    return f"{sort}_{secrets.token_hex(12)}"  # what was said once can be asked for again, by whoever it was said to


def _chat(request: Json, reply: Reply) -> Json:
    message: Json = {"role": "assistant", "content": reply.text or None, "refusal": None}
    if reply.call is not None:
        function = {"name": reply.call[0], "arguments": reply.call[1]}
        message["tool_calls"] = [{"id": "call_sandbox", "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if reply.call else "stop"}
    head = {"id": "chatcmpl-sandbox", "object": "chat.completion", "created": 0, "model": request.get("model", "sandbox")}
    return {**head, "choices": [choice], "usage": _usage(reply)}


def _chat_events(answer: Json) -> Iterator[tuple[str, str]]:
    head = {**{key: answer[key] for key in ("id", "created", "model")}, "object": "chat.completion.chunk"}

    def event(delta: Json, finish: str | None = None) -> tuple[str, str]:
        return "", json.dumps({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    message = answer["choices"][0]["message"]
    yield event({"role": "assistant", "content": "" if message["content"] is not None else None})
    for piece in words(message["content"] or ""):
        yield event({"content": piece})
    for index, call in enumerate(message.get("tool_calls", ())):
        yield event({"tool_calls": [{**call, "index": index, "function": {**call["function"], "arguments": ""}}]})
        for piece in pieces(call["function"]["arguments"]):
            yield event({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield event({}, answer["choices"][0]["finish_reason"])
    yield "", json.dumps({**head, "choices": [], "usage": answer["usage"]})
    yield "", "[DONE]"


def _usage(reply: Reply) -> Json:
    count = len(reply.text.split())
    return {"prompt_tokens": count, "completion_tokens": count, "total_tokens": 2 * count}


def _completion(request: Json, reply: Reply) -> Json:
    choice = {"index": 0, "text": reply.text, "logprobs": None, "finish_reason": "stop"}
    head = {"id": "cmpl-sandbox", "object": "text_completion", "created": 0, "model": request.get("model", "sandbox")}
    return {**head, "choices": [choice], "usage": _usage(reply)}


def _completion_events(answer: Json) -> Iterator[tuple[str, str]]:
    head = {key: answer[key] for key in ("id", "object", "created", "model")}
    (choice,) = answer["choices"]
    for piece in words(choice["text"]):
        yield "", json.dumps({**head, "choices": [{**choice, "text": piece, "finish_reason": None}]})
    yield "", json.dumps({**head, "choices": [{**choice, "text": ""}], "usage": answer["usage"]})
    yield "", "[DONE]"


def _response(request: Json, reply: Reply) -> Json:
    item: Json
    if reply.call is None:
        part = {"type": "output_text", "text": reply.text, "annotations": [], "logprobs": []}
        item = {"id": _id("msg"), "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    else:
        name, arguments = reply.call
        item = {"id": _id("fc"), "type": "function_call", "status": "completed", "call_id": "call_sandbox", "name": name}
        item["arguments"] = arguments
    count = len(reply.text.split())
    usage: Json = {"input_tokens": count, "output_tokens": count, "total_tokens": 2 * count}
    usage |= {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    head = {"id": _id("resp"), "object": "response", "created_at": 0, "model": request.get("model", "sandbox"), "status": "completed"}
    asked: Json = {key: request.get(key) for key in ("instructions", "metadata", "text") if key in request}
    rest = {
        "error": None,
        "incomplete_details": None,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": request.get("tools", []),
    }
    return {**head, **asked, **rest, "output": [item], "usage": usage}


def _response_events(answer: Json) -> Iterator[tuple[str, str]]:
    for number, (sort, event) in enumerate(_told(answer)):
        yield sort, json.dumps({"type": sort, "sequence_number": number, **event})


def _told(answer: Json) -> Iterator[tuple[str, Json]]:
    begun = {"response": {**answer, "status": "in_progress", "output": [], "usage": None}}
    yield "response.created", begun
    yield "response.in_progress", begun
    for index, item in enumerate(answer["output"]):
        place = {"output_index": index, "item_id": item["id"]}
        empty: Json = {"content": []} if "content" in item else {"arguments": ""}
        yield "response.output_item.added", {"output_index": index, "item": {**item, **empty, "status": "in_progress"}}
        for number, part in enumerate(item.get("content", ())):
            here = {**place, "content_index": number}
            yield "response.content_part.added", {**here, "part": {**part, "text": ""}}
            for piece in words(part["text"]):
                yield "response.output_text.delta", {**here, "delta": piece, "logprobs": []}
            yield "response.output_text.done", {**here, "text": part["text"], "logprobs": []}
            yield "response.content_part.done", {**here, "part": part}
        if "arguments" in item:
            for piece in pieces(item["arguments"]):
                yield "response.function_call_arguments.delta", {**place, "delta": piece}
            yield "response.function_call_arguments.done", {**place, "name": item["name"], "arguments": item["arguments"]}
        yield "response.output_item.done", {"output_index": index, "item": item}
    yield "response.completed", {"response": answer}


def _texts(request: Json) -> list[str]:
    """Return the texts of an `input`: one, or a list of texts or parts."""
    value = request.get("input")
    return [one if isinstance(one, str) else text_of([one]) for one in (value if isinstance(value, list) else [value or ""])]


def _embeddings(request: Json, _reply: Reply) -> Json:
    """Return a vector of letter counts for each text: equal texts lie together."""
    size = int(request.get("dimensions") or 8)
    vectors = [[sum(ord(c) % size == place for c in text) / (len(text) or 1) for place in range(size)] for text in _texts(request)]
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    return {"object": "list", "data": data, "model": request.get("model", "sandbox"), "usage": {"prompt_tokens": 0, "total_tokens": 0}}


_CATEGORIES: Final = ("harassment", "hate", "illicit", "self-harm", "sexual", "violence")


def _moderations(request: Json, _reply: Reply) -> Json:
    result = {
        "flagged": False,
        "categories": dict.fromkeys(_CATEGORIES, False),
        "category_scores": dict.fromkeys(_CATEGORIES, 0.0),
        "category_applied_input_types": {category: ["text"] for category in _CATEGORIES},
    }
    return {"id": "modr-sandbox", "model": request.get("model", "sandbox"), "results": [result for _ in _texts(request)]}


def _model(request: Json, _reply: Reply) -> Json:
    return {"id": request.get("model", "sandbox"), "object": "model", "created": 0, "owned_by": "hushgate"}


def _models(request: Json, reply: Reply) -> Json:
    return {"object": "list", "data": [_model(request, reply)]}


ENDPOINTS: Final[Endpoints] = {
    "chat.completions": (_chat, _chat_events),
    "responses": (_response, _response_events),
    "completions": (_completion, _completion_events),
    "embeddings": (_embeddings, unstreamed),
    "moderations": (_moderations, unstreamed),
    "models": (_models, unstreamed),
    "model": (_model, unstreamed),
}
