"""Key-encryption keys (KEKs) held by this process itself: 32 bytes each, in a 0600 file of its own user or given as text.

A file holds one KEK or several, one a line in base64, in any order: the database says which of them wraps, and the others
go on opening what they wrapped. So a new KEK is laid on every host first, and then used. A file that has changed is read
again when a KEK is asked for that was not in it.
"""

import base64
import binascii
import errno
import os
import secrets
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self
from uuid import UUID

from app.crypto.envelope import KEY, Context, EnvelopeError, Fault, WrappingKey, expand, extract, key_id, seal, unseal
from app.errors import HushgateError, SetupError

_ELSEWHERE: Final = "Give the key as HUSHGATE_KEK, or another path"
_LONGEST: Final = 4096  # bytes of a key file


class KeyFile:
    """Adapter of `Wrapper`. The first KEK wraps unless `use` names another."""

    __slots__ = ("_keys", "_source", "fingerprint")
    remote: Final = False

    def __init__(self, *keks: bytes, source: Callable[[], bytes] | None = None) -> None:
        """Derive fingerprints and wrapping keys; `source` returns the text of the keys anew."""
        self._source: Final = source
        self._keys: dict[str, WrappingKey] = dict(map(_wrapping, keks))
        self.fingerprint = next(iter(self._keys))

    def __repr__(self) -> str:
        return f"KeyFile({self.fingerprint})"

    @classmethod
    def create(cls, path: Path) -> Self:
        """Write a new random KEK to `path`, whole or not at all, and never over anything. Raises SetupError."""
        kek = os.urandom(KEY)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            try:
                _write(draft, base64.b64encode(kek) + b"\n")
                os.link(draft, path)  # unlike rename, refuses to replace
            finally:
                with suppress(FileNotFoundError):
                    draft.unlink()
            _sync(path.parent)
        except FileExistsError:
            raise SetupError(f"The key file {path} exists already", hint="It is never overwritten: what it wrapped would be lost") from None
        except OSError as error:
            raise SetupError(f"The key file {path} cannot be created ({error.strerror})", hint=_ELSEWHERE) from None
        return cls(kek, source=lambda: _read(path))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the KEKs in `path`. Raises SetupError if it is not a regular file, not ours, open to others, or holds no keys."""
        return cls(*_decoded(_read(path), f"The key file {path}"), source=lambda: _read(path))

    @classmethod
    def of_text(cls, text: str, source: Callable[[], bytes] | None = None) -> Self:
        """Take KEKs from base64 `text`, parted by white space. Raises SetupError if one is not 32 bytes."""
        return cls(*_decoded(text.encode("utf-8", "replace"), "The given key-encryption key"), source=source)

    @staticmethod
    def extend(path: Path) -> str:
        """Add a new random KEK to the key file at `path`, whole or not at all, and return its fingerprint. Raises SetupError."""
        held, kek = _read(path), os.urandom(KEY)
        _decoded(held, f"The key file {path}")
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            try:
                _write(draft, held.rstrip() + b"\n" + base64.b64encode(kek) + b"\n")
                draft.replace(path)
            finally:
                with suppress(FileNotFoundError):
                    draft.unlink()
            _sync(path.parent)
        except OSError as error:
            raise SetupError(f"The key file {path} cannot be written ({error.strerror})", hint="Nothing was changed") from None
        return _wrapping(kek)[0]

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Every KEK that is held."""
        return tuple(self._keys)

    def refresh(self) -> None:
        """Read the source again. What cannot be read leaves the keys as they are: they are still true."""
        if self._source is not None:
            with suppress(HushgateError, OSError):
                self._keys = {**self._keys, **dict(map(_wrapping, _decoded(self._source(), "The key file")))}

    def use(self, fingerprint: str) -> bool:
        """Wrap with the KEK of this fingerprint from now on; False if it is not held."""
        if fingerprint not in self._keys:
            self.refresh()
        if fingerprint in self._keys:
            self.fingerprint = fingerprint
        return fingerprint in self._keys

    def wrap(self, secret: bytes, context: Context) -> bytes:
        """Return `secret` in an envelope under the KEK in use."""
        return seal(self._keys[self.fingerprint], secret, context)

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        """Return the secret in an envelope under any of the KEKs. Raises EnvelopeError."""
        name = key_id(wrapped).hex
        if name not in self._keys:
            self.refresh()
        if name not in self._keys:
            raise EnvelopeError(Fault.KEY)
        return unseal(self._keys[name], wrapped, context)

    def rewrap(self, rows: Sequence[tuple[bytes, Context]]) -> list[bytes | None]:
        """Return what any of the KEKs wrapped in envelopes under the KEK in use; None for what does not open."""
        return [self._again(wrapped, context) for wrapped, context in rows]

    def _again(self, wrapped: bytes, context: Context) -> bytes | None:
        try:
            return self.wrap(self.unwrap(wrapped, context), context)
        except EnvelopeError:
            return None

    def version(self, wrapped: bytes) -> str:
        """Return the fingerprint of the KEK that an envelope names. Raises EnvelopeError."""
        return key_id(wrapped).hex


def _wrapping(kek: bytes) -> tuple[str, WrappingKey]:
    """Return fingerprint and wrapping key of a KEK."""
    prk = extract(b"", kek)
    name = expand(prk, b"hushgate/kek/1/fingerprint", 16)
    return name.hex(), WrappingKey(UUID(bytes=name), expand(prk, b"hushgate/kek/1/wrap", KEY))


def _read(path: Path) -> bytes:
    try:
        # Non-blocking: a named pipe must be refused, not waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            _guard(path, os.fstat(descriptor))
            return os.read(descriptor, _LONGEST)
        finally:
            os.close(descriptor)
    except OSError as error:
        missing = "Restore it from a backup, or give the key as HUSHGATE_KEK" if error.errno == errno.ENOENT else _ELSEWHERE
        raise SetupError(f"The key file {path} cannot be read ({error.strerror})", hint=missing) from None


def _decoded(text: bytes, what: str) -> list[bytes]:
    keys = [_key(word, what) for word in text.split() or [b""]]
    return list(dict.fromkeys(keys))


def _key(word: bytes, what: str) -> bytes:
    try:
        kek = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        kek = b""
    if len(kek) != KEY:
        raise SetupError(f"{what} is not a key", hint="It must be 32 bytes in base64, such as `openssl rand -base64 32` prints")
    return kek


def _guard(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise SetupError(f"The key file {path} is not a regular file", hint=_ELSEWHERE)
    if found.st_uid != os.geteuid():
        raise SetupError(f"The key file {path} belongs to another user", hint=f"Run as its owner, or chown it to uid {os.geteuid()}")
    if found.st_mode & 0o077:
        raise SetupError(f"The key file {path} is open to other users", hint=f"chmod 600 {path}, and consider the key known to them")


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)  # a umask may have taken even the owner's bits
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)  # without it a power cut could keep the database and lose the key
    finally:
        os.close(descriptor)
