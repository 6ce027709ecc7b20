"""The composition root: settings become keys, stores, detectors and transports, and those become two ASGI applications."""

import asyncio
import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Final

import uvicorn
from sqlalchemy import create_engine, select, text

from app.api import create_app
from app.config import Settings
from app.control import Control
from app.control.install import ensure
from app.control.receipts import receipt
from app.crypto.keyring import KeyFile, Keyring
from app.errors import LedgerUnavailable, SetupError
from app.gateway.exchange import Gateway
from app.gateway.inspection import Inspection
from app.gateway.logs import configure_logging
from app.gateway.plane import DataPlane
from app.gateway.pool import Pool
from app.gateway.sandbox import SandboxTransport
from app.gateway.terminal import banner, line
from app.gateway.transport import PinnedTransport
from app.gateway.upstream import Upstream
from app.store import tables
from app.store.database import Database, migrate, sqlalchemy_url
from app.store.directory import Directory
from app.store.embedded import Embedded
from app.store.ledger import Ledger
from app.store.sweeper import Sweeper
from app.store.vault import Keys, Vault
from app.store.writer import Writer

DRAIN: Final = 30  # seconds that open streams have to end after SIGTERM
_LOG = logging.getLogger("hushgate")


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Yield the URL of a migrated database: the one configured, else the private server of the home."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        migrate(url)
        yield url
        return
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]  # libpq would let them override the private server's address
    server = Embedded.start(settings.home)
    try:
        migrate(server.url)
        yield server.url
    finally:
        server.stop()


def open_keyring(settings: Settings, url: str) -> Keyring:
    """Open the installation's keyring; a new installation gets one. Raises SetupError if KEK and database do not belong together."""
    path = settings.home / "kek"
    engine = create_engine(sqlalchemy_url(url), hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(1213550418)"))  # one process makes the installation
            row = connection.execute(select(tables.installation)).first()
            wrapper = _wrapper(settings, path, new=row is None)
            if row is not None:
                return Keyring.open(wrapper, row.kek_fingerprint, bytes(row.root_wrapped))
            keyring, wrapped = Keyring.create(wrapper)
            connection.execute(tables.installation.insert().values(id=1, kek_fingerprint=keyring.fingerprint, root_wrapped=wrapped))
            return keyring
    finally:
        engine.dispose()


def _wrapper(settings: Settings, path: Path, *, new: bool) -> KeyFile:
    if settings.kek is not None:
        return KeyFile.of_text(settings.kek.get_secret_value())
    if path.exists():
        return KeyFile.open(path)
    if new and settings.database_url is None:
        return KeyFile.create(path)
    raise SetupError(
        "the key-encryption key is missing", hint=f"Set HUSHGATE_KEK_FILE, or put the key that belongs to this database at {path}"
    )


@dataclass(frozen=True)
class Planes:
    """One worker's two applications, and what they are made of."""

    data: DataPlane
    admin: Any
    control: Control


@asynccontextmanager
async def compose(settings: Settings, url: str, keyring: Keyring) -> AsyncIterator[Planes]:
    """Build one worker and take it down again, in order."""
    store = Database(url, settings.ledger_timeout)
    keys = Keys(keyring, store)
    vault = Vault(store, keys, settings.surrogate_days)
    writer = Writer(store, settings.ledger_timeout)
    ledger = Ledger(store, vault, writer)
    directory = Directory(store, keys)
    pool = Pool(settings)
    sweeper = Sweeper(store, keys, ledger.instance, ledger.is_open)
    upstream = Upstream(settings, PinnedTransport(), SandboxTransport())
    gateway = Gateway(settings, directory, Inspection(settings, pool), vault, ledger, upstream)

    async def probe() -> None:
        async with store.transaction() as connection:
            await connection.execute(text("SELECT 1"))

    async def ready() -> bool:
        try:
            await store.within(probe())
        except LedgerUnavailable:
            return False
        return True

    parts: list[Any] = [pool, writer, sweeper, directory]
    try:
        for part in parts:
            await part.start()
        control = Control(store, ledger, keys, directory.forget)
        live = line if sys.stdout.isatty() else None
        yield Planes(DataPlane(gateway, partial(receipt, control), ready, live), create_app(control, ready), control)
    finally:
        for part in (upstream.close, directory.stop, writer.stop, sweeper.stop, pool.stop, store.close):
            with contextlib.suppress(Exception):
                await part()


class _Server(uvicorn.Server):
    """A uvicorn server whose signals the worker handles, since there are two of them in one process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the worker."""
        yield


def _server(application: Any) -> _Server:
    config = uvicorn.Config(
        application,
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=DRAIN,
    )
    return _Server(config)


async def _work(settings: Settings, url: str, data: socket.socket, admin: socket.socket | None) -> None:
    """Run one worker until SIGTERM or SIGINT; open streams drain first."""
    keyring = await asyncio.to_thread(open_keyring, settings, url)
    async with compose(settings, url, keyring) as planes:
        servers = [(_server(planes.data), data)]
        if admin is not None:
            first = await ensure(planes.control, settings, f"http://{_address(data)}", f"http://{_address(admin)}")
            servers.append((_server(planes.admin), admin))
            banner(settings.home / "first-run.json", first.base_url, first.admin_url, first.gateway_key)
        gc.collect()
        gc.freeze()  # what start-up built lives as long as the process: no collection need look at it again
        gc.set_threshold(50_000, 20, 50)
        loop = asyncio.get_running_loop()

        def leave() -> None:
            for server, _ in servers:
                server.should_exit = True

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, leave)
        await asyncio.gather(*(server.serve(sockets=[bound]) for server, bound in servers))


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what listens everywhere is called on loopback here
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise SetupError(
            f"port {port} of {host} cannot be used ({error.strerror})", hint="Choose others with --port and --admin-port"
        ) from None
    bound.setblocking(False)
    return bound


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int = 8080, admin_port: int = 8081, workers: int = 1) -> None:
    """Run the gateway until it is told to stop. Raises SetupError, which names the fix, if it cannot start."""
    configure_logging(settings.log)
    data, admin = _listen(host, port), _listen(host, admin_port)
    with database(settings) as url:
        if workers == 1:
            _run(settings, url, data, admin)
            return
        open_keyring(settings, url)
        _supervise(settings, url, data, admin, workers)


def _run(settings: Settings, url: str, data: socket.socket, admin: socket.socket | None) -> None:
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_work(settings, url, data, admin))


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415 - not on Windows

    return uvloop.new_event_loop()


def _worker(settings: Settings, url: str, data: socket.socket, admin: socket.socket | None) -> None:
    configure_logging(settings.log)
    _run(settings, url, data, admin)


def _supervise(settings: Settings, url: str, data: socket.socket, admin: socket.socket, workers: int) -> None:
    """Keep `workers` processes alive on the same sockets; the first one also serves the admin plane."""
    context = multiprocessing.get_context("spawn")
    leaving = False

    def leave(_number: int, _frame: FrameType | None) -> None:
        nonlocal leaving
        leaving = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)

    def start(index: int) -> Any:
        process = context.Process(target=_worker, args=(settings, url, data, admin if index == 0 else None))
        process.start()
        return process

    running = [start(index) for index in range(workers)]
    while not leaving:
        for index, process in enumerate(running):
            process.join(0.2)
            if not leaving and process.exitcode is not None:
                _LOG.error("worker %d ended with %s and is started again", index, process.exitcode)
                running[index] = start(index)
    for process in running:
        process.terminate()
    for process in running:
        process.join(DRAIN + 5)
