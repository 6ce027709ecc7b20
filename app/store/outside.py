"""Checkpoints outside the database: an append-only file, flushed to the disk, and a webhook; what a database is held against.

A line of the file is a JSON object, `{"at": time, "note": signed checkpoint}`; a batch ends with the directory's.
"""

import json
import logging
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from app.errors import SetupError

_TAIL: Final = 1 << 16  # bytes: many times what one line has
_KEPT: Final = 1000  # lines that wait for a webhook which does not answer
_PATIENCE: Final = 5.0
_LOG = logging.getLogger("hushgate.ledger")


class Outside:
    """One file and, if there is one, the address that is told of every checkpoint, too."""

    def __init__(self, path: Path, webhook: str | None = None) -> None:
        """Write to `path`, made with its folder when first needed."""
        self.path = path
        self._webhook = webhook
        self._unsent: list[str] = []

    def last(self) -> str | None:
        """Return the last note that is whole: the directory's. Raises SetupError if the file cannot be read."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SetupError(f"{self.path} cannot be read ({error.strerror})", hint="Check HUSHGATE_CHECKPOINTS") from None
        for line in reversed(lines[:-1]):  # after the last line break stands at most what a crash cut off
            try:
                return str(json.loads(line)["note"])
            except (ValueError, KeyError, TypeError):
                continue
        return None

    def append(self, notes: Sequence[str], now: datetime) -> None:
        """Add notes, on the disk when this returns. Raises OSError; then nothing counts as written."""
        lines = [json.dumps({"at": now.isoformat(), "note": note}, ensure_ascii=False) + "\n" for note in notes]
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            whole = (("\n" if torn else "") + "".join(lines)).encode()
            if os.write(descriptor, whole) != len(whole):
                raise OSError("the disk took a part only")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if self._webhook is not None:
            self._unsent = [*self._unsent, *lines][-_KEPT:]

    async def tell(self) -> None:
        """Send what was not sent yet. A webhook that does not answer is told again with the next checkpoint."""
        if self._webhook is None or not self._unsent:
            return
        import httpx  # noqa: PLC0415 - few have a webhook

        sending, body = len(self._unsent), "".join(self._unsent)
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE) as client:
                answer = await client.post(self._webhook, content=body, headers={"content-type": "application/x-ndjson"})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            _LOG.warning("the webhook for checkpoints does not answer (%s)", type(error).__name__)
            return
        if answer.is_success:
            del self._unsent[:sending]
        else:
            _LOG.warning("the webhook for checkpoints answers %d", answer.status_code)
