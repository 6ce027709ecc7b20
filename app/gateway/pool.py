"""A pool of inspection processes: spawned at start, bounded in queue, time and memory, killed and replaced on overrun."""

import asyncio
import contextlib
import json
import logging
import sys
import time
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, Final

from app.config import Settings
from app.core import metrics
from app.core.finding import Finding
from app.core.metrics import Metrics
from app.engine.catalogue import entries
from app.errors import DetectorUnavailable, SetupError, TooMany
from app.gateway import inspector

RECYCLE: Final = 20_000  # inspections, after which a process is replaced
START_TIMEOUT: Final = 30.0  # seconds, at most
SLOWER: Final = 4.0  # how many times as long as the last start one may take before it passes for hung; twice as many after each that did
SOONEST: Final = 2.0  # seconds, before which none passes for hung
QUEUE: Final = 64  # inspections that may wait for one process
PIECE: Final = 16_384  # characters that go to a process at once, or one text: whoever waits is not kept by somebody's long document
_NO_START: Final = (OSError, EOFError, TimeoutError, ValueError, KeyError)
_LOG = logging.getLogger("hushgate.inspection")


class _Process:
    """One child and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - we asked for pipes
        self.process, self.stdin, self.stdout = process, process.stdin, process.stdout
        self.served = 0
        self.version = ""

    async def call(self, message: Any) -> Any:
        self.stdin.write(inspector.encode(message))
        await self.stdin.drain()
        return await self.read()

    async def read(self) -> Any:
        head = await self.stdout.readexactly(4)
        return json.loads(await self.stdout.readexactly(int.from_bytes(head, "big")))

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Pool:
    """Scans texts in child processes. A failure of any kind is a refusal: DetectorUnavailable."""

    def __init__(self, settings: Settings, count: Metrics | None = None) -> None:
        """Prepare for `settings.inspect_processes` children; `start` spawns them."""
        self._count = count or Metrics()
        self._settings = settings
        self._modules = entries(settings.detectors)
        self._idle: list[_Process] = []
        self._line: deque[asyncio.Future[_Process]] = deque()  # who waits, first come first served: an asyncio.Queue lets the quick jump it
        self._waiting = 0
        self._all: set[_Process] = set()
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.version = ""
        self._patience = START_TIMEOUT  # with a process that starts

    async def start(self) -> None:
        """Spawn the processes and wait until they answer. Raises SetupError if one cannot."""
        try:
            await asyncio.gather(*(self._spawn() for _ in range(self._settings.inspect_processes)))
        except _NO_START as error:
            raise SetupError("an inspection process does not start", hint="Its reason is on stderr; check HUSHGATE_DETECTORS") from error

    async def stop(self) -> None:
        """End every process."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(process.kill() for process in list(self._all)))

    async def scan(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return the findings of each text. Raises TooMany before work starts, DetectorUnavailable when it fails.

        Much text goes in pieces to every process that is free, and queues again for each.
        """
        if self._waiting >= QUEUE * self._settings.inspect_processes:
            raise TooMany("the inspection queue is full", hint="Try again in a moment")
        todo = deque(_pieces(texts))
        if len(todo) == 1:
            return await self._piece(texts)
        found: list[list[Finding]] = [[] for _ in texts]

        async def work() -> None:
            try:
                while todo:
                    piece = todo.popleft()
                    for index, findings in zip(piece, await self._piece([texts[index] for index in piece]), strict=True):
                        found[index] = findings
            except BaseException:
                todo.clear()  # what the others have begun they end, so that no healthy process is given up
                raise

        outcomes = await asyncio.gather(*(work() for _ in range(self._settings.inspect_processes)), return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        return found

    async def _piece(self, texts: Sequence[str]) -> list[list[Finding]]:
        deadline = self._settings.inspect_deadline + sum(map(len, texts)) / 100_000
        self._waiting += 1
        self._count.set(metrics.QUEUE, to=self._waiting)
        try:
            async with asyncio.timeout(deadline + START_TIMEOUT / 10):
                process = await self._take()
        except TimeoutError:
            raise DetectorUnavailable("no inspection process is free", hint="Try again in a moment; nothing was sent") from None
        finally:
            self._waiting -= 1
            self._count.set(metrics.QUEUE, to=self._waiting)
        return await self._run(process, texts, deadline)

    async def _take(self) -> _Process:
        """Return a process that lives, as soon as it is one's turn."""
        while self._idle:
            process = self._idle.pop()
            if process in self._all:  # else it ended while it had nothing to do, and has a successor
                return process
        turn: asyncio.Future[_Process] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give(turn.result())
            raise

    def _give(self, process: _Process) -> None:
        """Hand a process to whoever waits longest, or keep it."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(process)
                return
        self._idle.append(process)

    async def _run(self, process: _Process, texts: Sequence[str], deadline: float) -> list[list[Finding]]:
        healthy = False
        try:
            async with asyncio.timeout(deadline):
                answer = await process.call(texts)
            found = _read(answer, len(texts))
            healthy = True
        except TimeoutError:
            raise DetectorUnavailable("inspection took too long", hint="Nothing was sent. Try again, or send less text at once") from None
        except DetectorUnavailable:
            raise
        except Exception:  # noqa: BLE001 - uvloop alone has four ways to say that a pipe is gone; whatever it is, nobody has inspected
            raise DetectorUnavailable("an inspection process died", hint="Nothing was sent. Try again") from None
        else:
            return found
        finally:
            process.served += 1
            if healthy and process.served < RECYCLE:
                self._give(process)
            else:
                self._replace(process)

    def _replace(self, process: _Process) -> None:
        """Kill a process that failed, ended or served long enough, and spawn its successor in the background. Once for each."""
        if process not in self._all or self._closed:
            return
        self._count.add(metrics.REPLACED)
        self._all.discard(process)
        self._begin(self._respawn(process))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self, process: _Process) -> None:
        """Replace a process as soon as it ends, whether or not anybody waits for it."""
        await process.process.wait()
        self._replace(process)

    async def _respawn(self, process: _Process) -> None:
        await process.kill()
        while not self._closed:
            try:
                await self._spawn()
            except _NO_START as error:
                _LOG.error("an inspection process does not start (%s)", type(error).__name__)
                await asyncio.sleep(1)
            else:
                return

    async def _spawn(self) -> None:
        command = [sys.executable, "-m", inspector.MODULE, str(self._settings.inspect_memory), *self._modules]
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**26,
        )
        process = _Process(child)
        self._all.add(process)
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._patience):
                process.version = (await process.read())["version"]
        except BaseException as error:
            if isinstance(error, TimeoutError):
                self._patience = min(2 * self._patience, START_TIMEOUT)
            self._all.discard(process)
            await process.kill()
            raise
        self._patience = min(max(SLOWER * (time.monotonic() - began), SOONEST), START_TIMEOUT)
        self.version = process.version
        self._begin(self._watch(process))
        self._give(process)


def _read(answer: Any, texts: int) -> list[list[Finding]]:
    """Return the findings in an answer. Raises DetectorUnavailable if it tells of a failure, ValueError or TypeError if it is none."""
    if isinstance(answer, dict):
        _LOG.error("a detector failed (%s)", answer["error"])
        raise DetectorUnavailable("a detector failed", hint="Nothing was sent. The operator finds the reason in the log")
    if len(answer) != texts:
        raise ValueError
    return [[Finding(*row) for row in rows] for rows in answer]


def _pieces(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield runs of indices whose texts are at most PIECE characters together, or one text."""
    piece: list[int] = []
    size = 0
    for index, text in enumerate(texts):
        if piece and size + len(text) > PIECE:
            yield piece
            piece, size = [], 0
        piece.append(index)
        size += len(text)
    yield piece
