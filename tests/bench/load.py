"""A bounded keep-alive load generator on raw sockets; prints one JSON object with rates, latencies and errors."""

import argparse
import asyncio
import json
import re
import sys
from string import ascii_lowercase
from time import perf_counter

import uvloop

MARK = b"qqqqqqqq"  # eight letters in a body that every request replaces by its own
LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
GRACE = 10.0  # seconds that open answers may take after the end


def letters(number: int) -> bytes:
    """Eight lower-case letters unique to `number`."""
    text = ""
    for _ in MARK:
        number, digit = divmod(number, 26)
        text = ascii_lowercase[digit] + text
    return text.encode()


class Run:
    """What one run sends and what it has measured."""

    def __init__(self, head: bytes, body: bytes, seconds: float, requests: int, start: int) -> None:
        self.message = head + b"content-length: %d\r\n\r\n%b" % (len(body), body)
        self.unique = MARK in body
        self.start = self.sent = start
        self.last = start + requests if requests else sys.maxsize
        self.began = perf_counter()
        self.until = self.began + seconds
        self.latencies: list[float] = []
        self.first_bytes: list[float] = []
        self.first_tokens: list[float] = []
        self.events = self.received = 0
        self.errors: dict[str, int] = {}

    def next(self) -> bytes | None:
        """The next request, or None when the run is over."""
        if perf_counter() >= self.until or self.sent >= self.last:
            return None
        self.sent += 1
        return self.message.replace(MARK, letters(self.sent)) if self.unique else self.message

    def error(self, name: str) -> None:
        self.errors[name] = self.errors.get(name, 0) + 1


class Caller(asyncio.Protocol):
    """One keep-alive connection that sends the next request as soon as an answer is whole."""

    def __init__(self, run: Run) -> None:
        self.run, self.done = run, asyncio.get_running_loop().create_future()
        self.busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        message = self.run.next()
        self.head, self.left, self.tail, self.token = b"", -1, b"", False
        self.busy = message is not None
        if message is None:
            self.transport.close()
            return
        self.at = perf_counter()
        self.transport.write(message)

    def data_received(self, data: bytes) -> None:
        now, run = perf_counter() - self.at, self.run
        run.received += len(data)
        if self.left == -1:
            if not self.head:
                run.first_bytes.append(now)
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self.head.startswith(b"HTTP/1.1 200"):
                run.error(f"status {self.head[9:12].decode(errors='replace')}")
            length = LENGTH.search(self.head, 0, end)
            self.left = int(length[1]) if length else -2  # -2: chunked
            data = self.head[end + 4 :]
        if self.left == -2:
            events = data.count(b"data: ")
            if events and not self.token:
                run.first_tokens.append(now)
                self.token = True
            run.events += events
            self.tail = (self.tail + data)[-5:]
            whole = self.tail == b"0\r\n\r\n"
        else:
            self.left -= len(data)
            whole = self.left <= 0
        if whole:
            run.latencies.append(now)
            self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.busy:
            self.run.error(type(exc).__name__ if exc else "closed")
        if not self.done.done():
            self.done.set_result(None)


def quantile(values: list[float], q: float) -> float:
    """Milliseconds; 0 when nothing was measured."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(q * len(ordered)))] * 1e3, 3) if ordered else 0.0


async def generate(run: Run, host: str, port: int, connections: int) -> dict:
    """Drive the run on that many connections; a lost connection is an error and is opened again."""

    async def one() -> None:
        while (left := run.until - perf_counter()) > 0 and run.sent < run.last:
            try:
                _, caller = await asyncio.get_running_loop().create_connection(lambda: Caller(run), host, port)
            except OSError as error:
                run.error(type(error).__name__)
                await asyncio.sleep(0.05)
                continue
            try:
                await asyncio.wait_for(caller.done, left + GRACE)
            except TimeoutError:
                run.error("hung")
                caller.busy = False
                caller.transport.abort()

    await asyncio.gather(*(one() for _ in range(connections)))
    took = perf_counter() - run.began
    finished = len(run.latencies)
    return {
        "requests": finished,
        "sent": run.sent - run.start,
        "seconds": round(took, 3),
        "requests_per_s": round(finished / took, 1),
        "p50_ms": quantile(run.latencies, 0.5),
        "p95_ms": quantile(run.latencies, 0.95),
        "p99_ms": quantile(run.latencies, 0.99),
        "first_byte_p50_ms": quantile(run.first_bytes, 0.5),
        "first_token_p50_ms": quantile(run.first_tokens, 0.5),
        "events": run.events,
        "bytes": run.received,
        "errors": run.errors,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/v1/chat/completions")
    parser.add_argument("--header", action="append", default=[], help="name: value")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--requests", type=int, default=0, help="stop after this many; 0 = by time alone")
    parser.add_argument("--start", type=int, default=0, help="serial before the first request's, so that runs stay unique")
    given = parser.parse_args()
    lines = [f"POST {given.path} HTTP/1.1", f"host: {given.host}:{given.port}", "content-type: application/json", *given.header]
    head = "".join(f"{line}\r\n" for line in lines).encode()
    run = Run(head, sys.stdin.buffer.read(), given.seconds, given.requests, given.start)
    print(json.dumps(uvloop.run(generate(run, given.host, given.port, given.connections))))


if __name__ == "__main__":
    main()
