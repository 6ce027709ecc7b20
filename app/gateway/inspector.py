"""The inspection process: reads texts from its parent, scans them, answers spans. Its stdin closing ends it.

Frames are a 4-byte big-endian length and JSON. The process has a memory limit; whatever goes wrong in it, the parent refuses.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from app.engine.catalogue import detectors
from app.engine.scan import Scanner
from app.errors import SetupError

MODULE: Final = "app.gateway.inspector"
_FIRST: Final = "Good morning, here is number 1234"
_QUIET: Final = {  # one core for each process, and no library that looks for a model elsewhere
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}


def encode(message: Any) -> bytes:
    """Return a frame."""
    body = json.dumps(message).encode("ascii")
    return len(body).to_bytes(4, "big") + body


def _read(stream: BinaryIO) -> Any:
    head = stream.read(4)
    return json.loads(stream.read(int.from_bytes(head, "big"))) if len(head) == 4 else None  # noqa: PLR2004


class NoConnection(PermissionError):
    """A detector wanted to reach somebody: no policy governs what would leave that way."""


def _alone(event: str, _arguments: tuple[Any, ...]) -> None:
    """Refuse what opens a connection from Python: an audit hook."""
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}:
        raise NoConnection(event)


def _confine(memory: int) -> BinaryIO:
    """Bound this process's memory, reach and threads; return the way to the parent, on which nothing that is printed can get."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold originals
    for variable, value in _QUIET.items():
        os.environ.setdefault(variable, value)
    sys.addaudithook(_alone)
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # until every detector is loaded, what it prints may say why it is not
    return sink


def main(memory: int, modules: Sequence[str]) -> None:
    """Serve until stdin closes."""
    sink = _confine(memory)
    source = sys.stdin.buffer
    try:
        scanner = Scanner(detectors(modules))
    except SetupError as error:
        sys.exit(str(error))
    scanner.scan(_FIRST)  # whoever asks first does not wait for a model to load, and one that is missing is told at the start
    gc.collect()
    gc.freeze()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for printed in (1, 2):  # what a detector prints from here on may hold text
        os.dup2(nowhere, printed)
    sink.write(encode({"version": scanner.version}))
    sink.flush()
    while (texts := _read(source)) is not None:
        answer: Any
        try:
            answer = [[(f.start, f.end, f.entity, f.score, f.detector, f.checked) for f in scanner.scan(text)] for text in texts]
        except BaseException as error:  # noqa: BLE001 - whatever a detector raises, SystemExit too, is the parent's reason to refuse
            answer = {"error": type(error).__name__}
        sink.write(encode(answer))
        sink.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
