"""Roles of one image, and leaving: not ready first, then deaf, then done, with every record closed."""

import json
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress

import httpx
import psutil
import pytest

from tests.gateway_process import ROOT, Canaries, ask, eventually, world
from tests.upstream import Talk, frames

LONG = "20"


@pytest.fixture
def start(postgres, tmp_path):
    """Start worlds with options of `serve` and settings of the environment."""
    with ExitStack() as stack:
        yield lambda *options, **environment: stack.enter_context(world(postgres, tmp_path / "home", options, **environment))


class Held:
    """A provider that begins a stream and goes on when it is told to."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, talk: Talk) -> None:
        pieces = frames(talk)
        talk.head(content_type="text/event-stream", transfer_encoding="chunked")
        for piece in pieces[:3]:
            talk.chunk(piece)
        self.begun.set()
        self.go.wait(60)
        for piece in pieces[3:]:
            talk.chunk(piece)
        talk.send(b"0\r\n\r\n")


def status(url: str) -> int:
    """Ask on a connection of its own; 0 if nobody takes it."""
    with suppress(httpx.TransportError):
        return httpx.get(url, trust_env=False, timeout=20).status_code
    return 0


def post(running, document, errors):
    try:
        running.post("openai", document)
    except httpx.TransportError as error:
        errors.append(error)


def in_flight(running, document):
    """Begin an exchange whose stream stays open."""
    held, answers = Held(), []
    running.upstream.script = held
    thread = threading.Thread(target=lambda: answers.append(running.post("openai", document)))
    thread.start()
    assert held.begun.wait(60)
    return held, thread, answers


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_stream_in_flight_is_finished_and_its_record_closed(start, workers):
    running = start("--workers", workers, HUSHGATE_DRAIN=LONG, HUSHGATE_READ_TIMEOUT="60")
    canaries = Canaries.fresh()
    document = ask("openai", canaries.text, stream=True)
    held, thread, answers = in_flight(running, document)
    running.process.terminate()
    eventually(lambda: status(running.url("openai")) == 0, 30, "new connections are still taken")
    held.go.set()
    thread.join()
    assert answers[0].text == canaries.text
    assert running.process.wait(60) == 0
    assert running.outcomes(document["model"])[1:] == [("completion", "completed")]


def test_not_ready_comes_before_deaf_and_the_admin_port_tells_until_the_end(start):
    running = start(HUSHGATE_DRAIN=LONG, HUSHGATE_DRAIN_NOTICE="4", HUSHGATE_READ_TIMEOUT="60")
    document = ask("openai", "nothing", stream=True)
    held, thread, answers = in_flight(running, document)
    base, admin = running.first["base_url"], running.first["admin_url"]
    running.process.terminate()
    assert eventually(lambda: status(f"{base}/readyz") == 503, 3, "it is still ready")
    running.upstream.reset()
    assert running.post("openai", ask("openai", "while load balancers have not noticed yet")).status == 200
    eventually(lambda: status(f"{base}/readyz") == 0, 30, "new connections are still taken")
    assert status(f"{admin}/readyz") == 503
    assert status(f"{admin}/healthz") == 200
    held.go.set()
    thread.join()
    assert answers[0].status == 200
    assert running.process.wait(60) == 0


def test_the_admin_port_tells_until_the_last_process_has_drained(start):
    running = start("--workers", "2", HUSHGATE_DRAIN=LONG, HUSHGATE_READ_TIMEOUT="60")
    admin = httpx.URL(running.first["admin_url"])
    for one in psutil.Process(running.process.pid).children():
        if admin.port in {connection.laddr.port for connection in one.net_connections()}:
            teller = one
    running.http.close()  # its connections may be the teller's
    running.http = httpx.Client(trust_env=False, timeout=60)
    teller.suspend()  # so that the other takes what comes
    try:
        held, thread, answers = in_flight(running, ask("openai", "nothing", stream=True))
    finally:
        teller.resume()
    running.process.terminate()
    eventually(lambda: status(running.url("openai")) == 0, 30, "new connections are still taken")
    for _ in range(20):
        assert status(f"{admin}/readyz") == 503
        time.sleep(0.05)
    held.go.set()
    thread.join()
    assert answers[0].status == 200
    assert running.process.wait(60) == 0


def test_what_is_open_past_the_limit_is_cut_and_closed_as_aborted(start):
    running = start(HUSHGATE_DRAIN="0.5", HUSHGATE_READ_TIMEOUT="60")
    document = ask("openai", "nothing", stream=True)
    held, errors = Held(), []
    running.upstream.script = held
    thread = threading.Thread(target=post, args=(running, document, errors))
    thread.start()
    assert held.begun.wait(60)
    running.process.terminate()
    assert running.process.wait(60) == 0
    held.go.set()
    thread.join()
    assert errors
    assert running.outcomes(document["model"])[1:] == [("completion", "aborted")]


class Beside:
    """A process of one role on the database of a world."""

    def __init__(self, running, role):
        self.port, self.admin = free(), free()
        command = [sys.executable, "-m", "app", "serve", "--role", role, "--port", str(self.port), "--admin-port", str(self.admin)]
        with (running.home / f"{role}.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=dict(running.environment), stdout=log, stderr=log)

    def __enter__(self):
        eventually(lambda: status(f"http://127.0.0.1:{self.admin}/readyz") == 200, 60, "it did not start")
        return self

    def __exit__(self, *_error):
        self.process.terminate()
        assert self.process.wait(60) == 0


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return bound.getsockname()[1]


@pytest.fixture(scope="module")
def stopped(postgres, tmp_path_factory):
    """A world whose own process has left, for processes of other roles."""
    with world(postgres, tmp_path_factory.mktemp("roles") / "home") as running:
        running.stop()
        yield running


@pytest.mark.parametrize(("role", "data", "api"), [("proxy", 200, 404), ("admin", 0, 401), ("worker", 0, 404)])
def test_each_role_serves_what_it_is_for(stopped, role, data, api):
    running = stopped
    before = json.loads((running.home / "first-run.json").read_text())
    with Beside(running, role) as process:
        assert status(f"http://127.0.0.1:{process.port}/readyz") == data
        assert status(f"http://127.0.0.1:{process.admin}/healthz") == 200
        assert status(f"http://127.0.0.1:{process.admin}/api/v1/teams") == api
        if data:
            running.first["base_url"] = f"http://127.0.0.1:{process.port}"
            with httpx.Client(trust_env=False, timeout=20) as running.http:
                canaries = Canaries.fresh()
                assert running.post("openai", ask("openai", canaries.text)).text == canaries.text
    now = {"admin_url": f"http://127.0.0.1:{process.admin}"} if role == "admin" else {}  # only this one has what the file names
    assert json.loads((running.home / "first-run.json").read_text()) == before | now


def test_a_worker_closes_what_a_dead_proxy_left_open(start):
    running = start()
    document = ask("openai", "nothing", stream=True)
    held, errors = Held(), []
    running.upstream.script = held
    thread = threading.Thread(target=post, args=(running, document, errors))
    thread.start()
    assert held.begun.wait(60)
    running.kill()
    held.go.set()
    thread.join()
    assert running.outcomes(document["model"])[1:] == []
    with Beside(running, "worker"):
        assert running.outcomes(document["model"])[1:] == [("completion", "aborted")]
