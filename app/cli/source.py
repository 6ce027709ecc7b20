"""Where commands read from: a file, or standard input for `-`."""

import sys
from pathlib import Path

from app.errors import SetupError


def text_of(name: str) -> str:
    """Read a file whole as UTF-8. Raises SetupError."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise SetupError(f"{name} cannot be read ({error.strerror})", hint="Check the path and its permissions") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SetupError(f"{'standard input' if name == '-' else name} is not UTF-8 text", hint="Convert it first") from None
