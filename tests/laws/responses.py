"""OpenAI's responses as the laws drive them: a stream with every copy that the provider sends, and a naive reader of one."""

import json
from collections.abc import Iterable
from typing import Any, Final

Key = tuple[str, int, int]
_TEXTS: Final = {
    "content": ("output_text", "text"),
    "refusal": ("refusal", "refusal"),
    "summary": ("reasoning_summary_text", "text"),
    "reasoning": ("reasoning_text", "text"),
}
_CALLS: Final = {
    "arguments": ("function_call_arguments", "arguments"),
    "input": ("custom_tool_call_input", "input"),
}


def _item(key: Key, text: str) -> dict[str, Any]:
    field, one, two = key
    head = {"id": f"{field}.{one}.{two}", "status": "completed"}
    if field in {"content", "refusal"}:
        sort, name = ("output_text", "text") if field == "content" else ("refusal", "refusal")
        part = {"type": sort, name: text, **({"annotations": [], "logprobs": []} if field == "content" else {})}
        return {**head, "type": "message", "role": "assistant", "content": [part]}
    if field == "arguments":
        return {**head, "type": "function_call", "call_id": f"call_{one}_{two}", "name": "f", "arguments": text}
    if field == "input":
        return {**head, "type": "custom_tool_call", "call_id": f"call_{one}_{two}", "name": "f", "input": text}
    place = "summary" if field == "summary" else "content"
    return {**head, "type": "reasoning", "summary": [], place: [{"type": f"{field}_text", "text": text}], "encrypted_content": "ZW5j"}


def _text(item: dict[str, Any]) -> str:
    parts = item.get("content") or item.get("summary") or ()
    for part in parts:
        return part.get("text", part.get("refusal"))
    return item.get("arguments", item.get("input", ""))


def response(lanes: dict[Key, str], status: str = "completed") -> dict[str, Any]:
    output = [_item(key, text) for key, text in lanes.items()]
    return {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "status": status, "output": output, "error": None}


def responses_stream(pieces: Iterable[tuple[Key, str]]) -> bytes:
    pieces = list(pieces)
    lanes: dict[Key, str] = {}
    events: list[dict[str, Any]] = []

    def say(sort: str, **rest: Any) -> None:
        events.append({"type": sort, "sequence_number": len(events), **rest})

    say("response.created", response=response({}, "in_progress"))
    say("response.in_progress", response=response({}, "in_progress"))
    places: dict[Key, dict[str, Any]] = {}
    for key, text in pieces:
        field = key[0]
        if key not in lanes:
            lanes[key] = ""
            places[key] = {"output_index": len(places), "item_id": ".".join(map(str, key))}
            say("response.output_item.added", output_index=places[key]["output_index"], item=_item(key, ""))
            if field in _TEXTS:
                places[key] |= {"summary_index" if field == "summary" else "content_index": 0}
                kind = "reasoning_summary_part" if field == "summary" else "content_part"
                say(f"response.{kind}.added", **places[key], part={"type": _TEXTS[field][0], _TEXTS[field][1]: ""})
        lanes[key] += text
        more = {"logprobs": []} if field == "content" else {}
        say(f"response.{(_TEXTS | _CALLS)[field][0]}.delta", **places[key], delta=text, **more, obfuscation="x")
    for key, text in lanes.items():
        name, leaf = (_TEXTS | _CALLS)[key[0]]
        say(f"response.{name}.done", **places[key], **{leaf: text})
        if key[0] in _TEXTS:
            kind = "reasoning_summary_part" if key[0] == "summary" else "content_part"
            say(f"response.{kind}.done", **places[key], part={"type": name, leaf: text})
        say("response.output_item.done", output_index=places[key]["output_index"], item=_item(key, text))
    say("response.completed", response=response(lanes) | {"usage": {"total_tokens": 3}})
    return b"".join(f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode() for event in events)


def responses_read(stream: bytes) -> dict[Key, str]:
    """Read a response naively; assert that it is one a client can read, and that every copy says the same."""
    lanes: dict[Key, str] = {}
    done: set[Key] = set()
    last: dict[str, Any] = {}
    for number, event in enumerate(stream.decode().split("\n\n")[:-1]):
        head, _, data = event.partition("\n")
        last = json.loads(data.removeprefix("data: "))
        assert head == f"event: {last['type']}"
        assert last["sequence_number"] == number, "numbers run on"
        field, one, two = last.get("item_id", "..").split(".")
        key = (field, int(one or 0), int(two or 0))
        if last["type"].endswith(".delta"):
            assert key not in done, "nothing after its end"
            lanes[key] = lanes.get(key, "") + last["delta"]
        elif last["type"].endswith(".done"):
            copy = (
                _text({"content": [last["part"]]})
                if "part" in last
                else next((last[k] for k in ("text", "refusal", "arguments", "input") if k in last), None)
            )
            if copy is None:
                field, one, two = last["item"]["id"].split(".")
                key, copy = (field, int(one), int(two)), _text(last["item"])
            assert copy == lanes.get(key, ""), "a copy says what the deltas said"
            done.add(key)
    assert last["type"] == "response.completed"
    assert {text for text in map(_text, last["response"]["output"]) if text} == {text for text in lanes.values() if text}
    return {key: text for key, text in lanes.items() if text}


def responses_whole(lanes: dict[Key, str]) -> bytes:
    return json.dumps(response(lanes)).encode()


def responses_read_whole(body: bytes) -> dict[Key, str]:
    found = {}
    for item in json.loads(body)["output"]:
        field, one, two = item["id"].split(".")
        if _text(item):
            found[field, int(one), int(two)] = _text(item)
    return found
