"""The live line: one per finished exchange, on a terminal."""

import sys
import time

from app.gateway.request import Request
from app.gateway.respond import Responder

_CONTROL = dict.fromkeys(range(32), "?")


def line(request: Request, responder: Responder) -> None:
    """Print time, path, status, findings by kind, milliseconds and receipt: nothing that was said."""
    found = responder.findings or "nothing found"
    took = (time.perf_counter() - responder.began) * 1000
    # The path is the caller's text: only the known part of a path is shown, and no control characters.
    path = request.path[:60].translate(_CONTROL) if responder.receipt else "…"
    sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {responder.status or '---'}  {path}  {found}  {took:.0f} ms  {responder.receipt}\n")
    sys.stdout.flush()
