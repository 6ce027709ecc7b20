"""A provider that costs next to nothing: canned OpenAI chat completions, whole or streamed, from a handwritten protocol."""

import argparse
import asyncio
import json
import re

import uvloop

DELTAS = 60
SURROGATE = re.compile(rb"[A-Z_]+_[0-9A-HJKMNP-TV-Z]{10}")
STREAM = re.compile(rb'"stream"\s*:\s*true')
LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
BASE = {
    "id": "chatcmpl-bench00000000000000000000",
    "created": 1_700_000_000,
    "model": "gpt-4o-mini-2024-07-18",
    "system_fingerprint": "fp_bench",
}
USAGE = {"prompt_tokens": 512, "completion_tokens": DELTAS, "total_tokens": 512 + DELTAS}
TEXT = " ".join(["The quick brown fox jumps over the lazy dog near the river bank."] * 8)


def whole(text: str) -> bytes:
    """One HTTP answer with a chat completion of about 1 KB."""
    message = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    body = json.dumps({**BASE, "object": "chat.completion", "choices": [choice], "usage": USAGE}).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


def streamed(text: str) -> list[bytes]:
    """The writes of one streamed answer: the head with the first delta, the other deltas, finish, usage and [DONE]."""
    size = max(1, -(-len(text) // DELTAS))
    pieces = [text[i * size : (i + 1) * size] for i in range(DELTAS)]
    choices = [[{"index": 0, "delta": {"content": piece}, "finish_reason": None}] for piece in pieces]
    choices[0][0]["delta"] = {"role": "assistant", "content": pieces[0]}
    choices.append([{"index": 0, "delta": {}, "finish_reason": "stop"}])
    head = {**BASE, "object": "chat.completion.chunk"}
    events = [json.dumps({**head, "choices": c, "usage": None}).encode() for c in choices]
    events += [json.dumps({**head, "choices": [], "usage": USAGE}).encode(), b"[DONE]"]
    data = [b"data: %b\n\n" % event for event in events]
    writes = [b"%x\r\n%b\r\n" % (len(datum), datum) for datum in data]
    writes[0] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n" + writes[0]
    writes[-1] += b"0\r\n\r\n"
    return writes


WHOLE, STREAMED = whole(TEXT), streamed(TEXT)


class Provider(asyncio.Protocol):
    """One connection; answers any request whose body has a Content-Length."""

    def __init__(self, pace: float, echo: bool) -> None:
        self.pace, self.echo, self.buffer = pace, echo, b""
        self.loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = LENGTH.search(self.buffer, 0, end)
        total = end + 4 + (int(length[1]) if length else 0)
        if len(self.buffer) < total:
            return
        body, self.buffer = self.buffer[end + 4 : total], self.buffer[total:]
        text = " ".join(found.decode() for found in SURROGATE.findall(body)) if self.echo else ""
        if STREAM.search(body):
            self.send(iter(streamed(text) if self.echo else STREAMED))
        else:
            self.transport.write(whole(text) if self.echo else WHOLE)

    def send(self, writes) -> None:
        """Write one event, then come back for the next after the pace: one packet an event."""
        chunk = next(writes, None)
        if chunk is not None and not self.transport.is_closing():
            self.transport.write(chunk)
            self.loop.call_later(self.pace, self.send, writes)


async def serve(port: int, pace: float, echo: bool) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Provider(pace, echo), "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pace", type=float, default=0.002, help="seconds between two streamed events")
    parser.add_argument("--echo", action="store_true", help="answer with the surrogates found in the request")
    arguments = parser.parse_args()
    uvloop.run(serve(arguments.port, arguments.pace, arguments.echo))
