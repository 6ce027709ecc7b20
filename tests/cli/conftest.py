import asyncio
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from typer.testing import CliRunner, Result

from app.api.application import create_app
from app.cli.root import root
from app.config import Settings
from app.control.install import FirstRun, ensure
from tests.control.parts import composed


@contextmanager
def _serving(url: str, home: Path):
    """The admin API on a real port, in a thread of its own; yields its first run."""
    bound = socket.create_server(("127.0.0.1", 0))
    admin_url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    started: list[tuple[uvicorn.Server, FirstRun]] = []

    async def ready() -> bool:
        return True

    async def work():
        async with composed(url) as control:
            run = await ensure(control, Settings(home=home), "http://127.0.0.1:8080", admin_url)
            server = uvicorn.Server(uvicorn.Config(create_app(control, ready), log_config=None, access_log=False, lifespan="off"))
            started.append((server, run))
            await server.serve(sockets=[bound])

    thread = threading.Thread(target=asyncio.run, args=(work(),))
    thread.start()
    while not (started and started[0][0].started):
        assert thread.is_alive()
        time.sleep(0.01)
    server, run = started[0]
    yield run
    server.should_exit = True
    thread.join()
    bound.close()


@dataclass
class Shell:
    """The command, in a home of its own."""

    run: FirstRun
    runner: CliRunner = field(default_factory=CliRunner)

    def __call__(self, *arguments: str, stdin: str | bytes | None = None, status: int = 0) -> Result:
        result = self.runner.invoke(root, list(arguments), input=stdin)
        assert result.exit_code == status, (arguments, result.output, result.exception)
        return result


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = tmp_path / "home"
    for name in ("HUSHGATE_ADMIN_URL", "HUSHGATE_ADMIN_KEY", "HUSHGATE_DATABASE_URL", "HUSHGATE_DETECTORS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HUSHGATE_HOME", str(home))
    return home


@pytest.fixture
def shell(database_url, home):
    with _serving(database_url, home) as run:
        yield Shell(run)


@pytest.fixture
def offline(home):
    """The command with nothing to talk to."""
    return Shell(FirstRun("", "", "", ""))
