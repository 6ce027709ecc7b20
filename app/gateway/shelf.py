"""Where a file lies while it is inspected: in memory while it is small, then in an unlinked file, encrypted under a key that is nowhere else."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from typing import IO, Final, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BLOCK: Final = 1 << 20  # bytes that are encrypted at once; less stays in memory
_NONCE: Final = 12
_TAG: Final = 16


class Shelf:
    """A file that is written once, in pieces, and read as often as needed. Whoever takes one closes it."""

    def __init__(self) -> None:
        """Begin empty."""
        self.size = 0
        self._head: list[bytes] = []  # what has not filled a block yet
        self._pending = 0
        self._blocks = 0
        self._file: IO[bytes] | None = None
        self._box = AESGCM(AESGCM.generate_key(256))

    async def write(self, data: bytes) -> None:
        """Append."""
        self.size += len(data)
        self._head.append(data)
        self._pending += len(data)
        while self._pending >= BLOCK:
            whole = b"".join(self._head)
            block, rest = whole[:BLOCK], whole[BLOCK:]
            await asyncio.to_thread(self._put, block)
            self._head, self._pending = [rest], len(rest)

    def _put(self, block: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the shelf; without a name, readable by nobody else
        nonce = self._blocks.to_bytes(_NONCE)
        self._blocks += 1
        self._file.seek(0, os.SEEK_END)
        self._file.write(self._box.encrypt(nonce, block, None))

    def _take(self, number: int) -> bytes:
        assert self._file is not None  # noqa: S101 - blocks are there
        self._file.seek(number * (BLOCK + _TAG))
        return self._box.decrypt(number.to_bytes(_NONCE), self._file.read(BLOCK + _TAG), None)

    async def read(self) -> AsyncIterator[bytes]:
        """Yield everything from the start."""
        for number in range(self._blocks):
            yield await asyncio.to_thread(self._take, number)
        if self._pending:
            yield b"".join(self._head)

    async def lines(self, longest: int) -> AsyncIterator[bytes]:
        """Yield line by line, without their ends. Raises ValueError for a line longer than that."""
        rest = b""
        async for block in self.read():
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                yield line
            if len(rest) > longest:
                raise ValueError
        if rest:
            yield rest

    def close(self) -> None:
        """Let go of it: the key with the file."""
        if self._file is not None:
            self._file.close()
        self._file, self._head, self._blocks, self._pending = None, [], 0, 0

    def __repr__(self) -> str:
        return f"Shelf({self.size})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
