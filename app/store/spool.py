"""The spool of a single host: writes that cannot go to Postgres now, sealed, in order, and on disk before anything is sent.

A file belongs to one process, which holds its lock. It is a row of frames, `length (4, big-endian) ‖ envelope`; an envelope holds one
piece of work, records *and* vault rows, and opens only in its file and at its place. A file whose process is dead is emptied by
the next that starts. What is drained twice is there once: records have their ids already.
"""

import base64
import fcntl
import json
import logging
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from app.core.record import Record, RecordKind
from app.crypto.envelope import Context, EnvelopeError, WrappingKey, seal, unseal
from app.errors import SetupError
from app.store.rows import Claim, Keeping, Source
from app.store.vault import Deposit
from app.store.work import Work

SUFFIX: Final = ".spool"
_HEAD: Final = 4
_LARGEST: Final = 64 * 1024 * 1024  # bytes of an entry: a damaged length must not ask for all memory
_LOG = logging.getLogger("hushgate.spool")


class SpoolFull(OSError):
    """The file is as large as it may be."""


class Spool:
    """One file. Its methods block; whoever calls them from the event loop does so in a thread."""

    def __init__(self, path: Path, key: WrappingKey, limit: int) -> None:
        """Open `path` and hold its lock. Raises BlockingIOError if another process does."""
        self._key = key
        self._limit = limit
        self.path = path
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "r+b")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise
        self.size = os.fstat(descriptor).st_size
        self.waiting = 0
        self._written = 0  # frames in the file
        self._offset = self._number = 0  # where reading stands

    @classmethod
    def create(cls, folder: Path, key: WrappingKey, limit: int) -> "Spool":
        """Make a file of one's own. Raises SetupError if the folder cannot be written."""
        try:
            folder.mkdir(0o700, parents=True, exist_ok=True)
            return cls(folder / f"{secrets.token_hex(8)}{SUFFIX}", key, limit)
        except OSError as error:
            hint = "Make HUSHGATE_HOME a folder that this user can write, on a disk that stays"
            raise SetupError(f"the spool {folder} cannot be written ({error.strerror})", hint=hint) from None

    @classmethod
    def left_over(cls, folder: Path, key: WrappingKey) -> Iterator["Spool"]:
        """Open the files whose processes are dead."""
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            try:
                yield cls(path, key, 0)
            except BlockingIOError:
                continue  # it lives

    def append(self, works: Sequence[Work]) -> None:
        """Put work into the file, durably: all of it, or none. Raises SpoolFull or OSError."""
        frames = [self._frame(work, self._written + number) for number, work in enumerate(works)]
        content = b"".join(frames)
        if self.size + len(content) > self._limit:
            raise SpoolFull
        try:
            self._file.seek(self.size)
            self._file.write(content)
            self._file.flush()
            os.fdatasync(self._file.fileno())
        except OSError:
            self._cut(self.size)
            raise
        self.size += len(content)
        self._written += len(works)
        self.waiting += len(works)

    def read(self, most: int) -> list[Work]:
        """Return the next work to drain, in order; nothing at the end. A damaged entry is told and left out."""
        found: list[Work] = []
        while len(found) < most and (sealed := self._next()) is not None:
            try:
                found.append(_unpacked(json.loads(unseal(self._key, sealed, self._place(self._number)))))
            except EnvelopeError as error:
                _LOG.error("entry %d of the spool %s does not open (%s) and is left out", self._number, self.path.name, error.fault)
            self._offset, self._number = self._offset + _HEAD + len(sealed), self._number + 1
        return found

    def _next(self) -> bytes | None:
        """Return the frame where reading stands. A torn tail was never acknowledged: it is told, and ends the file."""
        head = os.pread(self._file.fileno(), _HEAD, self._offset)
        length = int.from_bytes(head, "big")
        sealed = os.pread(self._file.fileno(), min(length, _LARGEST), self._offset + _HEAD)
        if len(head) == _HEAD and len(sealed) == length:
            return sealed
        if head:
            torn = os.fstat(self._file.fileno()).st_size - self._offset
            _LOG.error("the spool %s ends within an entry: its %d last bytes are left out", self.path.name, torn)
        return None

    def drained(self, number: int) -> None:
        """Note that what `read` returned is in Postgres."""
        self.waiting = max(0, self.waiting - number)

    def again(self) -> None:
        """Read from the beginning: what was read may not have been written."""
        self._offset = self._number = 0
        self.waiting = self._written

    def clear(self) -> None:
        """Empty the file: all of it is in Postgres."""
        self._cut(0)
        self.size = self.waiting = self._written = self._offset = self._number = 0

    def close(self, *, remove: bool) -> None:
        """Let the file go, and with `remove` delete it."""
        if remove:
            self.path.unlink(missing_ok=True)
        self._file.close()

    def _frame(self, work: Work, number: int) -> bytes:
        sealed = seal(self._key, json.dumps(_packed(work)).encode("ascii"), self._place(number))
        return len(sealed).to_bytes(_HEAD, "big") + sealed

    def _place(self, number: int) -> Context:
        return Context("", "spool", (self.path.name, str(number)))

    def _cut(self, size: int) -> None:
        os.ftruncate(self._file.fileno(), size)
        os.fdatasync(self._file.fileno())


def _packed(work: Work) -> dict[str, Any]:
    return {
        "records": [_row(record) for record in work.records],
        "deposits": [_row(deposit) for deposit in work.deposits],
        "signed": [[team, _plain(digest)] for team, digest in work.signed],
        "keeping": {name: [_row(one) for one in getattr(work.keeping, name)] for name in _KEEPING} if work.keeping else {},
    }


def _row(one: Record | Deposit | Claim | Source | tuple[Any, ...]) -> list[Any]:
    return [_plain(value) for value in (one if isinstance(one, tuple) else (getattr(one, field.name) for field in fields(one)))]


def _unpacked(document: dict[str, Any]) -> Work:
    records = []
    for row in document["records"]:
        record = Record(*map(_rich, row))
        records.append(record._replace(kind=RecordKind(record.kind)))
    deposits = [Deposit(*map(_rich, row)) for row in document["deposits"]]
    kept = {name: [_KEEPING[name](*map(_rich, row)) for row in rows] for name, rows in document.get("keeping", {}).items()}
    signed = [(team, _rich(digest)) for team, digest in document["signed"]]
    return Work(records, deposits, signed, keeping=Keeping(**kept) if kept else None)


def _tuple(*values: Any) -> tuple[Any, ...]:
    return values


_KEEPING: Final[dict[str, Callable[..., Any]]] = {"claims": Claim, "sources": Source, "inside": _tuple, "ended": _tuple}


_RICH: Final[dict[str, Callable[[Any], Any]]] = {"bytes": base64.b64decode, "uuid": UUID, "time": datetime.fromisoformat, "object": dict}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, UUID):
        return {"uuid": value.hex}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    return {"object": value} if isinstance(value, dict) else value


def _rich(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(sort, content)] = value.items()
    return _RICH[sort](content)
