"""The sandbox's sessions: realtime and responses over a WebSocket, answered by echo, without network."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from app.core.dialect import SESSION
from app.gateway.line import Call, Hung, Line
from app.gateway.reply import Json, Reply, echo, pieces, words
from app.gateway.routes import match
from app.gateway.sandbox import answer, events

_ITEM: Final = "conversation.item.create"


class SandboxLines:
    """A provider of sessions behind the same interface as the network, at `http://sandbox/{dialect}`."""

    async def open(self, call: Call) -> Line:
        """Answer at once."""
        dialect, _, path = urlsplit(call.url).path.removeprefix("/").partition("/")
        endpoint, _ = match(dialect, SESSION, "/" + path)
        assert endpoint is not None  # noqa: S101 - only what a route was found for is called
        line = _Echo(endpoint.name, call.protocols)
        if endpoint.name == "realtime":
            line.say({"type": "session.created", "session": {"object": "realtime.session", "type": "realtime"}})
        return line


class _Echo:
    """One session. Items of a realtime conversation are kept, and a response is the echo of the last."""

    def __init__(self, endpoint: str, protocols: Sequence[str]) -> None:
        self.protocol: str | None = next(iter(protocols), None)
        self._endpoint = endpoint
        self._items: list[Json] = []
        self._session: Json = {}
        self._waiting: asyncio.Queue[Json | None] = asyncio.Queue()
        self._number = 0

    def say(self, event: Json) -> None:
        """Let the other side hear an event."""
        self._number += 1
        self._waiting.put_nowait({**event, "event_id": f"event_{self._number}"} if self._endpoint == "realtime" else event)

    async def send(self, text: str) -> None:
        """Take an event of the client and answer it."""
        event = json.loads(text)
        for reply in self.realtime(event) if self._endpoint == "realtime" else self.responses(event):
            self.say(reply)

    async def receive(self) -> str:
        """Return the next event. Raises Hung."""
        event = await self._waiting.get()
        if event is None:
            raise Hung(1000)
        return json.dumps(event)

    async def close(self, code: int) -> None:  # noqa: ARG002 - there is nobody to tell
        """Hang up."""
        self._waiting.put_nowait(None)

    def responses(self, event: Json) -> Iterator[Json]:
        """Answer `response.create` with the events of a stream."""
        if event.get("type") != "response.create":
            return
        name = {"stream_id": event["stream_id"]} if "stream_id" in event else {}
        for frame in events("openai", "responses", answer("openai", "responses", event)):
            yield {**json.loads(frame.partition(b"data: ")[2]), **name}

    def realtime(self, event: Json) -> Iterator[Json]:
        """Answer an event of a realtime session."""
        sort = event.get("type")
        if sort == "session.update":
            self._session = {**self._session, **event.get("session", {})}
            yield {"type": "session.updated", "session": self._session}
        elif sort == _ITEM:
            item = {"id": f"item_{len(self._items)}", "status": "completed", "object": "realtime.item", **event.get("item", {})}
            self._items.append(item)
            yield {"type": "conversation.item.added", "item": item, "previous_item_id": None}
            yield {"type": "conversation.item.done", "item": item, "previous_item_id": None}
        elif sort == "response.create":
            asked = event.get("response") or {}
            said = {"input": asked.get("input") or self._items, "tools": asked.get("tools") or self._session.get("tools")}
            yield from _response(f"resp_{self._number}", echo(said))


def _response(name: str, reply: Reply) -> Iterator[Json]:
    """Return the events of one realtime response."""
    response: Json = {"id": name, "object": "realtime.response", "status": "in_progress", "output": [], "metadata": None}
    place: Json = {"response_id": name, "output_index": 0}
    head: Json = {"id": f"item_{name}", "object": "realtime.item", "status": "completed"}
    yield {"type": "response.created", "response": response}
    if reply.call is None:
        item = {**head, "type": "message", "role": "assistant", "content": [{"type": "output_text", "text": reply.text}]}
        told, text, ended = "output_text", words(reply.text), {"text": reply.text}
        place_of_text = {**place, "item_id": item["id"], "content_index": 0}
    else:
        item = {**head, "type": "function_call", "call_id": "call_sandbox", "name": reply.call[0], "arguments": reply.call[1]}
        told, text, ended = "function_call_arguments", pieces(reply.call[1]), {"arguments": reply.call[1]}
        place_of_text = {**place, "item_id": item["id"], "call_id": "call_sandbox"}
    yield {"type": "response.output_item.added", **place, "item": {**item, "status": "in_progress", "content": [], "arguments": ""}}
    for piece in text:
        yield {"type": f"response.{told}.delta", **place_of_text, "delta": piece}
    yield {"type": f"response.{told}.done", **place_of_text, **ended}
    yield {"type": "response.output_item.done", **place, "item": item}
    yield {"type": "response.done", "response": {**response, "status": "completed", "output": [item]}}
