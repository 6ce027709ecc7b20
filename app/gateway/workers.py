"""Several processes on the same sockets: started, started again when one ends by itself, and taken leave of together."""

import logging
import multiprocessing
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection as Pipe
from types import FrameType
from typing import Any, Final

_LOG = logging.getLogger("hushgate")
_RETRY: Final = 1.0  # seconds before a process that ended by itself is started again


@dataclass(frozen=True)
class Sockets:
    """What a process listens on, and its end of a pipe by which the first process sees when the others have ended."""

    data: socket.socket | None
    admin: socket.socket | None
    others: Pipe | None = None

    def close(self) -> None:
        """Let go of them here; a process that was given them still has its own."""
        for bound in (self.data, self.admin, self.others):
            if bound is not None:
                bound.close()


def keep(work: Callable[[int, Sockets], None], sockets: Sockets, workers: int, longest: float) -> None:
    """Keep `workers` processes at `work` until SIGTERM or SIGINT, then give them `longest` seconds; the first also has the admin port."""
    context = multiprocessing.get_context("spawn")
    sight, sign = context.Pipe(duplex=False)
    leaving = False

    def leave(_number: int, _frame: FrameType | None) -> None:
        nonlocal leaving
        leaving = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)

    def start(index: int) -> Any:
        mine = replace(sockets, others=sight) if index == 0 else Sockets(sockets.data, None, sign)
        process = context.Process(target=_begin, args=(work, index, mine))
        process.start()
        return process

    running = [start(index) for index in range(workers)]
    while not leaving:
        for index, process in enumerate(running):
            process.join(0.2)
            if not leaving and process.exitcode is not None:
                _LOG.error("worker %d ended with %s and is started again", index, process.exitcode)
                time.sleep(_RETRY)
                running[index] = start(index)
    sockets.close()  # or the kernel would go on taking connections that nobody serves
    sign.close()
    for process in running:
        process.terminate()
    deadline = time.monotonic() + longest
    for process in running:
        process.join(max(0.0, deadline - time.monotonic()))
        if process.exitcode is None:
            _LOG.error("a worker did not leave in time and is ended")
            process.kill()
            process.join()


def _begin(work: Callable[[int, Sockets], None], index: int, sockets: Sockets) -> None:
    for bound in (sockets.data, sockets.admin):
        if bound is not None:
            bound.set_inheritable(False)
    work(index, sockets)
