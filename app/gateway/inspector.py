"""The inspection process: reads texts from its parent, scans them, answers spans. Its stdin closing ends it.

Frames are a 4-byte big-endian length and JSON. The process has a memory limit; whatever goes wrong in it, the parent refuses.
"""

import importlib
import json
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import app.detectors
from app.core.finding import Detector
from app.core.registry import instances, load
from app.engine.scan import Scanner

MODULE: Final = "app.gateway.inspector"


def detectors(modules: Sequence[str]) -> list[Detector]:
    """Return the built-in detectors and those of `modules`."""
    found = load(app.detectors, Detector)
    for name in modules:
        found.extend(instances(importlib.import_module(name), Detector))
    return found


def encode(message: Any) -> bytes:
    """Return a frame."""
    body = json.dumps(message).encode("ascii")
    return len(body).to_bytes(4, "big") + body


def _read(stream: BinaryIO) -> Any:
    head = stream.read(4)
    return json.loads(stream.read(int.from_bytes(head, "big"))) if len(head) == 4 else None  # noqa: PLR2004


def main(memory: int, modules: Sequence[str]) -> None:
    """Serve until stdin closes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold originals
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    scanner = Scanner(detectors(modules))
    # What a detector prints may hold text, and stdout is the way to the parent.
    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the process
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
