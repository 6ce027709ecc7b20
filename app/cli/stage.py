"""A gateway of one's own for a while: real processes in a temporary home, a recording provider beside them, nothing left behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import app
from app.cli.remote import FILE, Remote
from app.errors import SetupError
from app.gateway.recorder import Recorder
from app.gateway.routes import DIALECTS
from app.store import embedded

_START, _STOP = 60.0, 40.0  # seconds


@dataclass(frozen=True)
class Stage:
    """What stands on it: the gateway's addresses and keys, and the provider that all dialects lead to."""

    home: Path
    base_url: str
    admin: Remote
    gateway_key: str = field(repr=False)
    recorder: Recorder

    def base(self, dialect: str) -> str:
        """Return what an SDK of this dialect takes as its base URL."""
        return f"{self.base_url}/demo-{dialect}{_version(dialect)}"


def _version(dialect: str) -> str:
    """Return how an SDK's base URL ends: most hold the API's version, unless every path begins with it."""
    return "" if DIALECTS[dialect].endpoints[0].paths[0].startswith("/v1/") else "/v1"


@contextmanager
def stage(provider: Recorder, policy: Mapping[str, Any] | None = None, **settings: str) -> Iterator[Stage]:
    """Start a gateway on free ports, with the recording provider registered in every dialect; take everything down again.

    `settings` are those of the gateway, as its environment names them. Raises SetupError, which says what the gateway said if it did not start.
    """
    home = Path(tempfile.mkdtemp(prefix="hushgate-demo-"))
    log = home / "serve.log"
    process: subprocess.Popen[bytes] | None = None
    try:
        with provider as recorder, log.open("wb") as sink:
            process = _start(home, sink, settings)
            first = _wait(home, process)
            built = Stage(home, first["base_url"], Remote(first["admin_url"], first["admin_key"]), first["gateway_key"], recorder)
            _register(built, policy)
            yield built
    finally:
        if process is not None:
            _end(process)
        embedded.remove(home)
        shutil.rmtree(home, ignore_errors=True)


def _start(home: Path, log: Any, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HUSHGATE_", "PG"))}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", "0", "--admin-port", "0"],
        cwd=Path(app.__file__).parents[1],
        env={**inherited, **settings, "HUSHGATE_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )


def _wait(home: Path, process: "subprocess.Popen[bytes]") -> dict[str, str]:
    """Return the file that the gateway writes when its ports are known, once both of them answer."""
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = (home / "serve.log").read_text(errors="replace").strip().splitlines()
            raise SetupError(said[-1].removeprefix("hushgate: ") if said else "the gateway ended as it started")
        with suppress(OSError, ValueError):
            found: dict[str, str] = json.loads((home / FILE).read_text(encoding="utf-8"))
            for name in ("base_url", "admin_url"):
                url = urlsplit(found[name])
                socket.create_connection((url.hostname or "", url.port or 0), timeout=5).close()
            return found
        time.sleep(0.02)
    raise SetupError(f"the gateway did not start within {_START:.0f} seconds", hint="Try again when the machine is less busy")


def _register(built: Stage, policy: Mapping[str, Any] | None) -> None:
    for dialect in DIALECTS:
        url = built.recorder.url + _version(dialect)
        entry = {"dialect": dialect, "base_url": url, "credential": f"demo-{dialect}", "allow_private": True}
        built.admin.put(f"providers/demo-{dialect}", entry)
    if policy is not None:
        built.admin.put("policies/default", policy)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end what is on stage as Ctrl-C does, so that nothing of it stays behind."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(143)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
