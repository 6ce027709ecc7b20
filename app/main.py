"""The composition root: settings become keys, stores, detectors and transports, and those become the applications of a role."""

import asyncio
import contextlib
import gc
import multiprocessing
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from socket import socket
from typing import Any, Final

from app.api.operations import Operations
from app.config import Settings
from app.control import Control
from app.control.install import FirstRun
from app.control.installation import complete, database, open_keyring
from app.control.receipts import evidence
from app.control.upkeep import Upkeep
from app.core import metrics
from app.core.metrics import Metrics
from app.crypto.keyring import Keyring
from app.errors import HushgateError, Refused
from app.gateway.inspection import Inspection
from app.gateway.line import PinnedLines
from app.gateway.logs import configure_logging
from app.gateway.message import Gateway
from app.gateway.plane import DataPlane
from app.gateway.pool import Pool
from app.gateway.routes import DIALECTS, NO_DIALECT
from app.gateway.sandbox import SandboxTransport
from app.gateway.sandbox_sessions import SandboxLines
from app.gateway.server import Life, address, listen, run
from app.gateway.terminal import banner, line
from app.gateway.traces import traces
from app.gateway.transport import PinnedTransport
from app.gateway.upstream import Upstream, Way
from app.gateway.workers import Sockets, keep
from app.store.aside import Aside, ready_with
from app.store.database import Database
from app.store.directory import Directory
from app.store.keys import Keys
from app.store.leases import Leases
from app.store.ledger import Ledger
from app.store.objects import Objects
from app.store.outside import Outside
from app.store.sequencer import Sequencer
from app.store.sweeper import Sweeper
from app.store.vault import Vault
from app.store.witness import Witness, Witnesses
from app.store.writer import Writer

_SETS: Final = {  # the closed label sets that only whoever knows every part can name
    "dialect": (*DIALECTS, NO_DIALECT),
    "code": (HushgateError.code, *sorted({error.code for error in Refused.__subclasses__()} - {HushgateError.code})),
}


class Role(StrEnum):
    """What a process serves. Every role answers health on its admin port, and sweeps: what is left behind must not wait for a worker."""

    ALL = "all"
    PROXY = "proxy"
    ADMIN = "admin"
    WORKER = "worker"

    @property
    def carries(self) -> bool:
        """Whether applications talk to it."""
        return self in {Role.ALL, Role.PROXY}

    @property
    def administers(self) -> bool:
        """Whether it serves the admin API."""
        return self in {Role.ALL, Role.ADMIN}

    @property
    def sequences(self) -> bool:
        """Whether it gives leaves and signs: not beside the applications alone, where nobody would keep the file of checkpoints."""
        return self is not Role.PROXY


@dataclass(frozen=True)
class Planes:
    """One process's applications: the data plane if its role has one, and what the admin port answers, made by whoever has that."""

    data: DataPlane | None
    admin: Callable[[], Operations]


@asynccontextmanager
async def compose(settings: Settings, role: Role, url: str, keyring: Keyring, life: Life, count: Metrics) -> AsyncIterator[Planes]:
    """Build one process's parts and take them down again, in order."""
    store = Database(url, settings.ledger_timeout)
    keys = Keys(keyring, store)
    vault = Vault(store, keys, settings.surrogate_days)
    aside = Aside.of(settings, store, keys, count)
    writer = Writer(store, settings.ledger_timeout, count, aside)
    ledger = Ledger(store, vault, writer)
    directory = Directory(store, keys)
    sweeper = Sweeper(store, keys, Leases(store, ledger.instance, lambda: keyring.wrapper.fingerprints), ledger.is_open)
    control = Control(store, ledger, keys, directory.forget)
    ready = partial(_ready, store, life, aside)
    parts: list[Any] = [keys, writer, sweeper, directory]
    ends = [directory.stop, writer.stop, sweeper.stop, store.close]
    if role.sequences:
        witnesses = Witnesses(store, Witness.read(settings.witnesses))
        parts.append(sequencer := Sequencer(store, ledger.signing, Outside(*settings.outside), count, witnesses))
        parts.append(upkeep := Upkeep(control, settings.surrogate_days))
        ends[:] = [upkeep.stop, *ends[:-1], sequencer.stop, ends[-1]]
    data = None
    if role.carries:
        pool = Pool(settings, count)
        objects = Objects(store, keys.generation, writer)
        upstream = Upstream(settings, Way(PinnedTransport(), PinnedLines()), Way(SandboxTransport(), SandboxLines()), count)
        gateway = Gateway(settings, directory, Inspection(settings, pool, count), vault, ledger, objects, upstream, count)
        tracing = traces(settings)
        data = DataPlane(gateway, partial(evidence, control), ready, line if sys.stdout.isatty() else None, tracing)
        late = [partial(asyncio.to_thread, tracing.close)] if tracing is not None else []  # it waits for its collector
        parts.insert(0, pool)
        ends = [upstream.close, *ends[:-1], pool.stop, store.close, *late]
    try:
        for part in parts:
            await part.start()
        administration = partial(_administration, control, ready) if role.administers else lambda: None
        yield Planes(data, lambda: Operations(ready, partial(_scraped, count, life), administration()))
    finally:
        for end in ends:
            with contextlib.suppress(Exception):
                await end()


def _administration(control: Control, ready: Callable[[], Awaitable[bool | str]]) -> Any:
    from app.api.application import create_app  # noqa: PLC0415 - its framework takes 12 MB

    return create_app(control, ready)


def _scraped(count: Metrics, life: Life) -> str:
    count.set(metrics.DRAINING, to=life.leaving)
    return count.render(time.monotonic())


async def _ready(store: Database, life: Life, aside: Aside | None) -> bool | str:
    return False if life.leaving else await ready_with(store, aside)


@dataclass(frozen=True)
class Board:
    """The cells that all processes of one `serve` count in, each in its own row."""

    cells: Any
    worker: int = 0
    workers: int = 1

    @classmethod
    def shared(cls, workers: int) -> "Board":
        """Lay out cells in memory that spawned processes can be given."""
        return cls(multiprocessing.RawArray("d", Metrics(_SETS, workers=workers).size * workers), 0, workers)

    def row(self) -> Metrics:
        """Return this process's way to count."""
        count = Metrics(_SETS, self.cells, self.worker, self.workers)
        count.begin()
        return count


async def _work(settings: Settings, role: Role, url: str, sockets: Sockets, board: Board) -> None:
    """Run one process until SIGTERM or SIGINT; open streams drain first."""
    life = Life(settings.drain_notice, settings.drain, settings.max_body)
    keyring = await asyncio.to_thread(open_keyring, settings, url, create=False)
    async with compose(settings, role, url, keyring, life, board.row()) as planes:
        served: list[tuple[Any, socket]] = []
        if planes.data is not None and sockets.data is not None:
            served.append((planes.data, sockets.data))
        if sockets.admin is not None:
            served.append((planes.admin(), sockets.admin))
            await _introduce(settings, role, url, keyring, sockets)
        gc.collect()
        gc.freeze()  # what start-up built lives as long as the process: no collection need look at it again
        gc.set_threshold(50_000, 20, 50)
        await run(served, life, sockets.others)


async def _introduce(settings: Settings, role: Role, url: str, keyring: Keyring, sockets: Sockets) -> None:
    """Say where the process is; one with the admin API also completes the installation, and tells in `first-run.json` where it is."""
    assert sockets.admin is not None  # noqa: S101 - only who has one is introduced
    base = address(sockets.data) if sockets.data is not None else ""
    admin = address(sockets.admin)
    first = FirstRun("", "", base, admin)
    if role.administers:
        first = await complete(settings, url, keyring, base, admin, mint=settings.database_url is None)
    banner(settings.home / "first-run.json", role, first.base_url, first.admin_url, first.gateway_key, settings.durability)


def initialise(settings: Settings, *, mint: bool, base_url: str, admin_url: str) -> FirstRun:
    """Prepare the database of `settings` for `serve`, whatever its state: schema, roles, keys, first team. Raises SetupError."""
    with database(settings, prepare=True) as url:
        keyring = open_keyring(settings, url, create=True)
        return asyncio.run(complete(settings, url, keyring, base_url, admin_url, mint=mint))


def serve(
    settings: Settings,
    *,
    role: Role = Role.ALL,
    host: str = "127.0.0.1",
    port: int = 8080,
    admin_host: str = "127.0.0.1",
    admin_port: int = 8081,
    workers: int = 1,
) -> None:
    """Run the gateway until it is told to stop. Raises SetupError, which names the fix, if it cannot start."""
    configure_logging(settings.log)
    sockets = Sockets(listen(host, port) if role.carries else None, listen(admin_host, admin_port))
    with contextlib.closing(sockets), database(settings, prepare=False) as url:
        open_keyring(settings, url, create=settings.database_url is None)
        if workers == 1 or not role.carries:
            _run(settings, role, url, sockets, Board(None))
        else:
            life = Life(settings.drain_notice, settings.drain)
            keep(partial(_worker, settings, role, url, Board.shared(workers)), sockets, workers, life.longest)


def _run(settings: Settings, role: Role, url: str, sockets: Sockets, board: Board) -> None:
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_work(settings, role, url, sockets, board))


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415 - not on Windows

    return uvloop.new_event_loop()


def _worker(settings: Settings, role: Role, url: str, board: Board, index: int, sockets: Sockets) -> None:
    configure_logging(settings.log)
    _run(settings, role, url, sockets, replace(board, worker=index))
