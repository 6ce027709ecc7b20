"""A batch of a gigabyte goes through in constant memory. What is new in it costs its inspection, as anywhere; what repeats is known."""

import json
import os
import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway_process import Canaries, world

pytestmark = pytest.mark.timeout(3600)
SIZE = int(os.environ.get("SIZE_MB", "1024")) << 20
MORE = 96 << 20  # bytes by which no process may grow


class Sink(socketserver.ThreadingTCPServer):
    """A provider that counts what it gets, looks for canaries in it, and forgets it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, canaries: Canaries) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.canaries, self.taken, self.leaks = canaries, 0, 0
        self.answer = b""


class Taking(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.rfile.readline()
        length = int(next((row.split(b":")[1] for row in head.lower().split(b"\r\n") if row.startswith(b"content-length")), b"0"))
        before = b""
        while length:
            piece = self.rfile.read(min(length, 1 << 20))
            length -= len(piece)
            self.server.taken += len(piece)
            self.server.leaks += len(self.server.canaries.within(before + piece))
            before = piece[-64:]
        answer = b'{"id": "file-big", "object": "file"}'
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
            % (len(answer), answer)
        )


def lines(canaries: Canaries, whole: int, *, new: bool) -> Iterator[bytes]:
    """A form with about `whole` bytes of requests, each of 64 KiB: one text in all of them, or a new one in each."""
    told = f" Write to {canaries.email}. " + "The quick brown fox jumps over the lazy dog. " * 1400
    yield b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.jsonl"\r\n\r\n'
    sent = number = 0
    while sent < whole:
        text = f"{number}.{told}" if new else told
        body = {"model": "m", "messages": [{"role": "user", "content": text}]}
        row = json.dumps({"custom_id": f"row-{number}", "method": "POST", "url": "/v1/chat/completions", "body": body}).encode() + b"\n"
        yield row
        sent, number = sent + len(row), number + 1
    yield b"\r\n--b--\r\n"


def resident(pid: int) -> int:
    """The most memory that a process has had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(row.split()[1]) << 10 for row in status.splitlines() if row.startswith("VmHWM"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc, which is Linux's")
@pytest.mark.parametrize(("whole", "new"), [(SIZE, False), (SIZE // 32, True)], ids=["one text", "new texts"])
def test_a_gigabyte_of_requests_takes_constant_memory(postgres, tmp_path, whole, new):
    canaries = Canaries.fresh()
    with world(postgres, tmp_path / "home") as gateway, Sink(canaries) as sink:
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        gateway.provide("openai", f"http://127.0.0.1:{sink.server_address[1]}/v1")
        gateway.http.timeout = 3600
        before, began = resident(gateway.process.pid), time.monotonic()
        headers = {"authorization": f"Bearer {gateway.key}", "content-type": "multipart/form-data; boundary=b"}
        answer = gateway.http.post(gateway.url("openai", "/v1/files"), content=lines(canaries, whole, new=new), headers=headers)
        seconds, grown = time.monotonic() - began, resident(gateway.process.pid) - before
        sink.shutdown()
        told = "of a new text each" if new else "of one text"
        print(f"\n{whole >> 20} MB of requests {told}: {seconds:.0f} s, {whole / seconds / 1e6:.1f} MB/s, {grown >> 20} MB more memory")
        assert answer.status_code == 200, answer.text
        assert sink.taken > whole * 0.99  # a surrogate is shorter than what it stands for
        assert sink.leaks == 0
        assert grown < MORE
