"""The keys of an installation: a KEK that never touches the database, what it wraps, and what is derived from it.

    KEK         32 bytes in a 0600 file or given as base64; known by its fingerprint; wraps the root and every data key
    root        32 bytes, stored wrapped; all derived keys are HKDF-SHA-512(root, no salt, "hushgate/root/1/" ‖ fields), 32 bytes
    index keys  of blind indexes and credential digests, by use and team
    naming keys of surrogates, by team and epoch, by team and project, or by team, narrower scope and epoch
    data keys   random, one for each purpose, owner and epoch, stored wrapped; destroying the row makes its envelopes unreadable
    signing keys  as data keys, of purpose "signing"; the epoch is their version, the secret an Ed25519 seed

Wrapped keys are envelopes (`envelope.py`) under the KEK: key id = fingerprint; the place is (owner, "data_key", (id, purpose,
epoch), 1) or ("", "installation", ("root",), 1).
"""

import base64
import binascii
import errno
import os
import secrets
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, Self
from uuid import UUID, uuid4

from app.core.record import field as column
from app.crypto.envelope import KEY, Context, EnvelopeError, WrappingKey, expand, extract, seal, unseal
from app.errors import SetupError

_ROOT: Final = Context("", "installation", ("root",))
_DERIVED: Final = b"hushgate/root/1/"
_CACHED: Final = 4096
MAX_AGE: Final = 300.0  # seconds that an unwrapped key is remembered; then whoever holds the KEK must agree again
_ELSEWHERE: Final = "Give the key as HUSHGATE_KEK, or another path"


class Wrapper(Protocol):
    """Port: whatever holds the key-encryption key and wraps 32-byte keys with it."""

    @property
    def fingerprint(self) -> str:
        """Name of the KEK, stored beside what it wraps; says nothing about the key."""

    def wrap(self, secret: bytes, context: Context) -> bytes:
        """Return `secret` wrapped for the place `context`."""

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        """Return the secret. Raises EnvelopeError if it was wrapped by another key or for another place."""


class KeyFile:
    """The KEK as 32 bytes in base64, in a file of the gateway's own user (0600) or given as text."""

    __slots__ = ("_key", "fingerprint")

    def __init__(self, kek: bytes) -> None:
        """Derive fingerprint and wrapping key from the 32 bytes `kek`."""
        prk = extract(b"", kek)
        name = expand(prk, b"hushgate/kek/1/fingerprint", 16)
        self.fingerprint: Final = name.hex()
        self._key: Final = WrappingKey(UUID(bytes=name), expand(prk, b"hushgate/kek/1/wrap", KEY))

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
        return cls(kek)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the KEK from `path`. Raises SetupError if it is not a regular file, not ours, open to others, or not a key."""
        try:
            # Non-blocking: a named pipe must be refused, not waited for.
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            try:
                _guard(path, os.fstat(descriptor))
                text = os.read(descriptor, 1024)
            finally:
                os.close(descriptor)
        except OSError as error:
            missing = "Restore it from a backup, or give the key as HUSHGATE_KEK" if error.errno == errno.ENOENT else _ELSEWHERE
            raise SetupError(f"The key file {path} cannot be read ({error.strerror})", hint=missing) from None
        return cls(_decoded(text, f"The key file {path}"))

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Take the KEK from base64 `text`. Raises SetupError if it is not 32 bytes."""
        return cls(_decoded(text.encode("utf-8", "replace"), "The given key-encryption key"))

    def wrap(self, secret: bytes, context: Context) -> bytes:
        """Return `secret` in an envelope under the KEK."""
        return seal(self._key, secret, context)

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        """Return the secret in an envelope under the KEK. Raises EnvelopeError."""
        return unseal(self._key, wrapped, context)


@dataclass(frozen=True, slots=True)
class DataKey:
    """A row of `data_key`: which key it is, and the key itself, wrapped. `owner` is a team or a subject, `epoch` e.g. a day."""

    id: UUID
    purpose: str
    owner: str
    epoch: str
    wrapped: bytes = field(repr=False)

    def place(self) -> Context:
        """Return what its wrapping binds: a row whose other columns were altered does not unwrap."""
        return Context(self.owner, "data_key", (self.id, self.purpose, self.epoch))


class Keyring:
    """The open keys of a process. `repr` shows the KEK's fingerprint."""

    __slots__ = ("_cache", "_clock", "_prk", "_wrapper")

    def __init__(self, wrapper: Wrapper, root: bytes, clock: Callable[[], float] = time.monotonic) -> None:
        """Hold what `create` or `open` made ready."""
        self._clock: Final = clock
        self._wrapper: Final = wrapper
        self._prk: Final = extract(b"", root)
        self._cache: Final[dict[UUID, tuple[DataKey, WrappingKey, float]]] = {}

    def __repr__(self) -> str:
        return f"Keyring({self.fingerprint})"

    @classmethod
    def create(cls, wrapper: Wrapper) -> tuple[Self, bytes]:
        """Make the keyring of a new installation; return it with the wrapped root to store."""
        root = os.urandom(KEY)
        return cls(wrapper, root), wrapper.wrap(root, _ROOT)

    @classmethod
    def open(cls, wrapper: Wrapper, fingerprint: str, root_wrapped: bytes) -> Self:
        """Open the keyring of an installation from the two stored values. Raises SetupError if the KEK is not its own."""
        if wrapper.fingerprint != fingerprint:
            raise SetupError(
                f"The key-encryption key {wrapper.fingerprint} is not that of this database ({fingerprint})",
                hint="Give the key file or HUSHGATE_KEK that the database was initialised with",
            )
        try:
            return cls(wrapper, wrapper.unwrap(root_wrapped, _ROOT))
        except EnvelopeError as error:
            raise SetupError(
                f"The root key in the database does not open ({error.fault})", hint="Restore the database from a backup"
            ) from None

    @property
    def fingerprint(self) -> str:
        """The KEK's fingerprint, stored with the installation."""
        return self._wrapper.fingerprint

    def index_key(self, use: str, team: str = "") -> bytes:
        """Return the HMAC key of one index, e.g. `credential` of the installation or `user` of a team."""
        return self._derived("index", use, team)

    def epoch_naming_key(self, team: str, epoch: str) -> bytes:
        """Return the key of the surrogates that a team shares during an epoch."""
        return self._derived("naming/epoch", team, epoch)

    def project_naming_key(self, team: str, project: str) -> bytes:
        """Return the key of the surrogates that a project keeps for good."""
        return self._derived("naming/project", team, project)

    def scope_naming_key(self, team: str, scope: str, epoch: str) -> bytes:
        """Return the key of the surrogates that a part of a team shares during an epoch, or for good where `epoch` is empty."""
        return self._derived("naming/scope", team, scope, epoch)

    def new_data_key(self, purpose: str, owner: str, epoch: str) -> DataKey:
        """Return a fresh random key, wrapped, ready to be stored."""
        draft = DataKey(uuid4(), purpose, owner, epoch, b"")
        return DataKey(draft.id, purpose, owner, epoch, self._wrapper.wrap(os.urandom(KEY), draft.place()))

    def unwrap(self, data_key: DataKey) -> WrappingKey:
        """Return the key of a stored row, remembered for a while. Raises EnvelopeError if the row was altered."""
        cached, now = self._cache.get(data_key.id), self._clock()
        if cached and cached[0] == data_key and now - cached[2] < MAX_AGE:
            return cached[1]
        key = WrappingKey(data_key.id, self._wrapper.unwrap(data_key.wrapped, data_key.place()))
        if len(self._cache) >= _CACHED:
            del self._cache[next(iter(self._cache))]
        self._cache[data_key.id] = (data_key, key, now)
        return key

    def secret(self, data_key: DataKey) -> bytes:
        """Return the 32 bytes of a stored row themselves, for keys that do not wrap: signing seeds. Raises EnvelopeError."""
        return self._wrapper.unwrap(data_key.wrapped, data_key.place())

    def forget(self, *ids: UUID) -> None:
        """Drop remembered data keys: those named, or all. Erasure must call this in every process."""
        for key_id in ids or tuple(self._cache):
            self._cache.pop(key_id, None)

    def _derived(self, *parts: str) -> bytes:
        return expand(self._prk, _DERIVED + b"".join(map(column, parts)), KEY)


def _decoded(text: bytes, what: str) -> bytes:
    try:
        kek = base64.b64decode(text.strip(), validate=True)
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
