"""What a terminal shows: paste-ready lines at the start, one line per finished exchange after that."""

import sys
import time
from pathlib import Path

from app import __version__
from app.core.finding import LANGUAGES
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


def banner(keys: Path, role: str, base: str, admin: str, gateway_key: str, durability: str) -> None:
    """Print where the process is, and paste-ready lines: with the key on a terminal only, elsewhere with the file that holds it."""
    out = sys.stdout
    if durability == "spool":
        out.write("Without Postgres this host writes to its own disk (HUSHGATE_DURABILITY=spool): what is there is lost with the disk\n")
    if not base:
        out.write(f"Hushgate {__version__} ({role}), admin port {admin}\n")
        out.flush()
        return
    out.write(f"Hushgate {__version__} at {base}  (admin {admin})\n")
    out.write(f"Names are found in {', '.join(LANGUAGES)}; a receipt says where nobody looked. docs/policy.md changes what is done.\n")
    if not out.isatty() or not gateway_key:
        if keys.exists():
            out.write(f"Keys are in {keys}\n")
        out.flush()
        return
    body = '{"model":"sandbox","messages":[{"role":"user","content":"Write to maria@example.com about card 4111 1111 1111 1111"}]}'
    head = f"-H 'Authorization: Bearer {gateway_key}' -H 'Content-Type: application/json'"
    out.write(f"\ncurl {base}/sandbox/openai/v1/chat/completions {head} -d '{body}'\n")
    out.write(f'\nOpenAI(base_url="{base}/sandbox/openai/v1", api_key="{gateway_key}")\n')
    out.write(f'Anthropic(base_url="{base}/sandbox/anthropic", api_key="{gateway_key}")\n\n')
    out.flush()
