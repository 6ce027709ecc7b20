"""OpenAI's runs of assistants and its transcriptions as the laws drive them: streams with every copy, and naive readers of them."""

import json
from collections.abc import Iterable
from typing import Any, Final

Key = tuple[str, int, int]
_MESSAGE: Final = {"id": "msg_1", "object": "thread.message", "role": "assistant", "completed_at": None, "content": []}
_STEP: Final = {"id": "step_1", "object": "thread.run.step", "type": "tool_calls", "completed_at": None}
_RUN: Final = {"id": "run_1", "object": "thread.run", "status": "in_progress", "completed_at": None, "required_action": None}


def _part(key: Key, text: str) -> dict[str, Any]:
    if key[0] == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "text", "text": {"value": text, "annotations": []}}


def _call(key: Key, text: str) -> dict[str, Any]:
    return {"id": f"call_{key[2]}", "type": "function", "function": {"name": "f", "arguments": text, "output": None}}


def _said(lanes: dict[Key, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A message and a step, finished."""
    content = [_part(key, text) for key, text in sorted(lanes.items(), key=lambda one: one[0][1]) if key[0] != "arguments"]
    calls = [_call(key, text) for key, text in sorted(lanes.items()) if key[0] == "arguments"]
    message = {**_MESSAGE, "completed_at": 2, "content": content}
    return message, {**_STEP, "completed_at": 2, "step_details": {"type": "tool_calls", "tool_calls": calls}}


def assistants_stream(pieces: Iterable[tuple[Key, str]]) -> bytes:
    """A run: its message and its step begin, their pieces in whatever order, then each of them whole."""
    events: list[tuple[str, Any]] = [("thread.run.created", _RUN), ("thread.run.step.created", _STEP), ("thread.message.created", _MESSAGE)]
    lanes: dict[Key, str] = {}
    for key, text in pieces:
        if key[0] == "arguments":
            call = _call(key, text) if key not in lanes else {"type": "function", "function": {"arguments": text}}
            delta: dict[str, Any] = {"step_details": {"type": "tool_calls", "tool_calls": [{"index": key[2], **call}]}}
            events.append(("thread.run.step.delta", {"id": "step_1", "object": "thread.run.step.delta", "delta": delta}))
        else:
            part = {"type": "refusal", "refusal": text} if key[0] == "refusal" else {"type": "text", "text": {"value": text}}
            delta = {"content": [{"index": key[1], **part}]}
            events.append(("thread.message.delta", {"id": "msg_1", "object": "thread.message.delta", "delta": delta}))
        lanes[key] = lanes.get(key, "") + text
    message, step = _said(lanes)
    events += [("thread.message.completed", message), ("thread.run.step.completed", step)]
    events.append(("thread.run.completed", {**_RUN, "status": "completed", "completed_at": 3, "usage": {"total_tokens": 3}}))
    out = [f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n" for name, data in events]
    return "".join([*out, "event: done\ndata: [DONE]\n\n"]).encode()


def assistants_read(stream: bytes) -> dict[Key, str]:
    """Read a run naively; assert that it is one a client can read, and that what is finished says what its pieces said."""
    lanes: dict[Key, str] = {}
    done: set[str] = set()
    *events, last, end = stream.decode().split("\n\n")
    assert (last, end) == ("event: done\ndata: [DONE]", "")
    for event in events:
        head, _, data = event.partition("\n")
        name, document = head.removeprefix("event: "), json.loads(data.removeprefix("data: "))
        assert name.startswith(document["object"]), "an event is of its name"
        if name.endswith(".delta"):
            assert document["id"] not in done, "nothing after its end"
            for part in document["delta"].get("content", ()):
                key = ("refusal" if part["type"] == "refusal" else "content", part["index"], 0)
                lanes[key] = lanes.get(key, "") + (part["refusal"] if part["type"] == "refusal" else part["text"]["value"])
            for call in document["delta"].get("step_details", {}).get("tool_calls", ()):
                assert call["type"] == document["delta"]["step_details"]["type"].replace("tool_calls", "function")
                key = ("arguments", 0, call["index"])
                lanes[key] = lanes.get(key, "") + call["function"]["arguments"]
        elif name.endswith(".completed"):
            done.add(document["id"])
            if "content" in document:
                assert [_text(part) for part in document["content"]] == [
                    lanes[key] for key in sorted(lanes, key=_place) if key[0] != "arguments"
                ]
            if "step_details" in document:
                calls = [call["function"]["arguments"] for call in document["step_details"]["tool_calls"]]
                assert calls == [lanes[key] for key in sorted(lanes) if key[0] == "arguments"]
    assert done == {"msg_1", "step_1", "run_1"}
    return {key: text for key, text in lanes.items() if text}


def _place(key: Key) -> int:
    return key[1]


def _text(part: dict[str, Any]) -> str:
    return part["refusal"] if part["type"] == "refusal" else part["text"]["value"]


def assistants_whole(lanes: dict[Key, str]) -> bytes:
    message, step = _said(lanes)
    return json.dumps({**step, **message}).encode()


def assistants_read_whole(body: bytes) -> dict[Key, str]:
    document = json.loads(body)
    found: dict[Key, str] = {
        ("refusal" if "refusal" in part else "content", n, 0): _text(part) for n, part in enumerate(document["content"])
    }
    calls = document["step_details"]["tool_calls"]
    return found | {("arguments", 0, int(call["id"].removeprefix("call_"))): call["function"]["arguments"] for call in calls}


def transcriptions_stream(pieces: Iterable[tuple[Key, str]]) -> bytes:
    """A transcription with speakers: pieces of its segments, each segment whole, then all of it."""
    lanes: dict[Key, str] = {}
    events: list[dict[str, Any]] = []
    for key, text in pieces:
        lanes[key] = lanes.get(key, "") + text
        events.append({"type": "transcript.text.delta", "delta": text, "segment_id": f"seg_{key[1]}", "logprobs": []})
    for key, text in sorted(lanes.items()):
        events.append({"type": "transcript.text.segment", "id": f"seg_{key[1]}", "start": 0.0, "end": 1.5, "text": text, "speaker": "A"})
    events.append({"type": "transcript.text.done", "text": " ".join(lanes[key] for key in sorted(lanes)), "logprobs": []})
    return "".join(f"data: {json.dumps(event, ensure_ascii=False)}\n\n" for event in events).encode()


def transcriptions_read(stream: bytes) -> dict[Key, str]:
    lanes: dict[Key, str] = {}
    done: set[Key] = set()
    last: dict[str, Any] = {}
    for event in stream.decode().split("\n\n")[:-1]:
        last = json.loads(event.removeprefix("data: "))
        key = ("content", int(last.get("segment_id", last.get("id", "seg_0")).removeprefix("seg_")), 0)
        if last["type"] == "transcript.text.delta":
            assert key not in done, "nothing after its end"
            lanes[key] = lanes.get(key, "") + last["delta"]
        elif last["type"] == "transcript.text.segment":
            assert last["text"] == lanes[key], "a segment says what its pieces said"
            done.add(key)
    assert last["type"] == "transcript.text.done"
    assert last["text"] == " ".join(lanes[key] for key in sorted(lanes))
    return lanes


def transcriptions_whole(lanes: dict[Key, str]) -> bytes:
    segments = [{"id": f"seg_{key[1]}", "text": text, "speaker": "A"} for key, text in lanes.items()]
    return json.dumps({"text": " ".join(lanes.values()), "segments": segments}).encode()


def transcriptions_read_whole(body: bytes) -> dict[Key, str]:
    return {("content", int(one["id"].removeprefix("seg_")), 0): one["text"] for one in json.loads(body)["segments"]}
