"""The sandbox's answers in Anthropic's dialect."""

import json
from collections.abc import Iterator
from typing import Any, Final

from app.gateway.reply import Endpoints, Json, Reply, pieces, unstreamed, words


def _message(request: Json, reply: Reply) -> Json:
    content: list[Json] = [{"type": "text", "text": reply.text}] if reply.text or reply.call is None else []
    if reply.call is not None:
        content.append({"type": "tool_use", "id": "toolu_sandbox", "name": reply.call[0], "input": json.loads(reply.call[1])})
    count = len(reply.text.split())
    stop = {"stop_reason": "tool_use" if reply.call else "end_turn", "stop_sequence": None}
    head = {"id": "msg_sandbox", "type": "message", "role": "assistant", "model": request.get("model", "sandbox")}
    return {**head, "content": content, **stop, "usage": {"input_tokens": count, "output_tokens": count}}


def _message_events(answer: Json) -> Iterator[tuple[str, str]]:
    def event(sort: str, **rest: Any) -> tuple[str, str]:
        return sort, json.dumps({"type": sort, **rest})

    yield event("message_start", message={**answer, "content": [], "stop_reason": None})
    for index, block in enumerate(answer["content"]):
        if block["type"] == "text":
            yield event("content_block_start", index=index, content_block={"type": "text", "text": ""})
            deltas = [{"type": "text_delta", "text": piece} for piece in words(block["text"])]
        else:
            yield event("content_block_start", index=index, content_block={**block, "input": {}})
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces(json.dumps(block["input"]))]
        for delta in deltas:
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    yield event("message_delta", delta={"stop_reason": answer["stop_reason"], "stop_sequence": None}, usage=answer["usage"])
    yield event("message_stop")


def _count(request: Json, _reply: Reply) -> Json:
    return {"input_tokens": len(json.dumps(request.get("messages", "")).split())}


def _model(request: Json, _reply: Reply) -> Json:
    return {"type": "model", "id": request.get("model", "sandbox"), "display_name": "The sandbox", "created_at": "1970-01-01T00:00:00Z"}


def _models(request: Json, reply: Reply) -> Json:
    return {"data": [_model(request, reply)], "first_id": "sandbox", "last_id": "sandbox", "has_more": False}


ENDPOINTS: Final[Endpoints] = {
    "messages": (_message, _message_events),
    "count_tokens": (_count, unstreamed),
    "models": (_models, unstreamed),
    "model": (_model, unstreamed),
}
