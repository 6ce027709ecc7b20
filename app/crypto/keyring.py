"""The keys of an installation: a KEK that never touches the database, what it wraps, and what is derived from it.

    KEK         in a 0600 file, given as text, or in a KMS; known by its fingerprint; wraps the roots and every data key
    root        32 bytes, stored wrapped, one a version; derived keys are HKDF-SHA-512(root, no salt, "hushgate/root/1/" ‖ fields), 32 bytes
    index keys  of blind indexes and credential digests, by use and team, from the newest root and, to read, from older ones
    naming keys of surrogates, by team and epoch, by team and project, or by team, narrower scope and epoch
    data keys   random, by purpose, owner, epoch and version, stored wrapped; destroying the row makes its envelopes unreadable
    signing keys  as data keys, of purpose "signing"; the epoch is their version, the secret an Ed25519 seed

Wrapped keys are envelopes (`envelope.py`) under the KEK: key id = fingerprint; the place is (owner, "data_key", (id, purpose,
epoch), 1), from version 2 on with the version as a fourth part, or ("", "installation", ("root",), 1) for the first root. A KMS
wraps in its own format (`transit.py`). A new root is used `LEAD` seconds after it was made, so that every process knows it by then.
"""

import os
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol, Self
from uuid import UUID, uuid4

from app.core.record import field as column
from app.crypto.envelope import KEY, Context, EnvelopeError, Fault, WrappingKey, expand, extract
from app.crypto.keyfile import KeyFile
from app.errors import SetupError

__all__ = ["DataKey", "KeyFile", "Keyring", "Wrapper"]

ROOT: Final = Context("", "installation", ("root",))
LEAD: Final = 5.0
MAX_AGE: Final = 300.0  # seconds that an unwrapped key is remembered; then whoever holds the KEK must agree again
_DERIVED: Final = b"hushgate/root/1/"
_CACHED: Final = 4096


class Wrapper(Protocol):
    """Port: whatever holds the key-encryption keys and wraps 32-byte keys with them."""

    @property
    def fingerprint(self) -> str:
        """Name of the KEK that wraps now, stored beside what it wraps; says nothing about the key."""

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Names of all KEKs with which something can be unwrapped."""

    @property
    def remote(self) -> bool:
        """Whether wrapping waits for another machine."""

    def use(self, fingerprint: str) -> bool:
        """Wrap with the KEK of this name from now on; False if it is not held."""

    def refresh(self) -> None:
        """Look again which KEKs there are."""

    def wrap(self, secret: bytes, context: Context) -> bytes:
        """Return `secret` wrapped for the place `context`. Raises KeysUnavailable."""

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        """Return the secret. Raises EnvelopeError if it was wrapped by another key or for another place; KeysUnavailable."""

    def rewrap(self, rows: Sequence[tuple[bytes, Context]]) -> list[bytes | None]:
        """Return what was wrapped by any KEK under the one that wraps now; None for what does not unwrap. Raises KeysUnavailable."""

    def version(self, wrapped: bytes) -> str:
        """Return the name of the KEK that wrapped this, unproved. Raises EnvelopeError."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A row of `data_key`: which key it is, and the key itself, wrapped. `owner` is a team or a subject, `epoch` e.g. a day."""

    id: UUID
    purpose: str
    owner: str
    epoch: str
    wrapped: bytes = field(repr=False)
    version: int = 1

    def place(self) -> Context:
        """Return what its wrapping binds: a row whose other columns were altered does not unwrap."""
        later = (str(self.version),) if self.version > 1 else ()
        return Context(self.owner, "data_key", (self.id, self.purpose, self.epoch, *later))


@dataclass(frozen=True, slots=True)
class Root:
    """One version of what keys are derived from. `since`: the Unix time from which on it is used; 0 always was."""

    version: int
    since: float
    prk: bytes = field(repr=False)
    revoked: bool = False


class Keyring:
    """The open keys of a process. `repr` shows the KEK's fingerprint."""

    __slots__ = ("_cache", "_clock", "_now", "_roots", "_wrapper", "max_age", "refused")

    def __init__(
        self,
        wrapper: Wrapper,
        root: bytes,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        max_age: float = MAX_AGE,
    ) -> None:
        """Hold what `create` or `open` made ready; unwrapped keys are remembered for `max_age` seconds."""
        self.max_age = max_age
        self._clock: Final = clock
        self._now: Final = now
        self._wrapper: Final = wrapper
        self._roots: tuple[Root, ...] = (Root(1, 0.0, extract(b"", root)),)  # newest first
        self._cache: Final[dict[UUID, tuple[DataKey, WrappingKey, float]]] = {}
        self.refused: frozenset[str] = frozenset()  # KEKs that are revoked: what they wrapped opens no more

    def __repr__(self) -> str:
        return f"Keyring({self.fingerprint})"

    @classmethod
    def create(cls, wrapper: Wrapper) -> tuple[Self, bytes]:
        """Make the keyring of a new installation; return it with the wrapped root to store."""
        root = os.urandom(KEY)
        return cls(wrapper, root), wrapper.wrap(root, ROOT)

    @classmethod
    def open(cls, wrapper: Wrapper, fingerprint: str, root_wrapped: bytes, refused: Collection[str] = ()) -> Self:
        """Open the keyring of an installation from what is stored. Raises SetupError if the KEK is not its own, or revoked."""
        if not wrapper.use(fingerprint):
            raise SetupError(
                f"The key-encryption key {wrapper.fingerprint} is not that of this database ({fingerprint})",
                hint="Give the key file or HUSHGATE_KEK that the database was initialised with",
            )
        try:
            ring = cls(wrapper, _unwrapped(wrapper, frozenset(refused), root_wrapped, ROOT))
        except EnvelopeError as error:
            raise SetupError(
                f"The root key in the database does not open ({error.fault})", hint="Restore the database from a backup"
            ) from None
        ring.refused = frozenset(refused)
        return ring

    @property
    def wrapper(self) -> Wrapper:
        """Who holds the KEKs."""
        return self._wrapper

    @property
    def fingerprint(self) -> str:
        """The KEK's fingerprint, stored with the installation."""
        return self._wrapper.fingerprint

    def adopt(self, roots: Iterable[tuple[DataKey, float, bool]]) -> None:
        """Take over later versions of the root: row, Unix time of its making, whether it is revoked. The first version stays."""
        first = self._roots[-1]
        known = {root.version: root.prk for root in self._roots}
        later = [
            Root(row.version, made + LEAD, known.get(row.version) or extract(b"", self._secret(row)), revoked)
            for row, made, revoked in roots
            if row.version > 1
        ]
        self._roots = (*sorted(later, key=lambda root: -root.version), first)

    def revoke_first(self, *, revoked: bool) -> None:
        """Say whether the first version of the root is still to be read with."""
        *later, first = self._roots
        self._roots = (*later, Root(first.version, first.since, first.prk, revoked))

    def index_keys(self, use: str, team: str = "") -> tuple[tuple[int, bytes], ...]:
        """Return versions and HMAC keys of one index: first the one to write with, then all others to read with."""
        now = self._now()
        live = [root for root in self._roots if not root.revoked]
        used = [root for root in live if root.since <= now]
        ahead = [root for root in live if root.since > now]
        return tuple((root.version, _derived(root, "index", use, team)) for root in (*used, *ahead))

    def index_key(self, use: str, team: str = "") -> bytes:
        """Return the HMAC key to write one index with, e.g. `credential` of the installation or `user` of a team."""
        return self.index_keys(use, team)[0][1]

    def lasting_index_key(self, use: str) -> bytes:
        """Return the HMAC key of an index whose entries never change: it comes from the first root, whatever comes after."""
        return _derived(self._roots[-1], "index", use, "")

    def spool_key(self) -> WrappingKey:
        """Return the key of what waits on this host's disk for Postgres. It comes from the first root: a spool may outlive a rotation."""
        return WrappingKey(UUID(bytes=_derived(self._roots[-1], "spool", "id")[:16]), _derived(self._roots[-1], "spool", "key"))

    def epoch_naming_key(self, team: str, epoch: str, begins: float = 0.0) -> bytes:
        """Return the key of the surrogates that a team shares during an epoch, from the root in use when that `begins`."""
        return _derived(self._at(begins), "naming/epoch", team, epoch)

    def project_naming_key(self, team: str, project: str) -> bytes:
        """Return the key of the surrogates that a project keeps for good."""
        return _derived(self._roots[-1], "naming/project", team, project)

    def scope_naming_key(self, team: str, scope: str, epoch: str, begins: float = 0.0) -> bytes:
        """Return the key of the surrogates that a part of a team shares during an epoch, or for good where `epoch` is empty."""
        return _derived(self._at(begins) if epoch else self._roots[-1], "naming/scope", team, scope, epoch)

    def new_data_key(self, purpose: str, owner: str, epoch: str, version: int = 1) -> DataKey:
        """Return a fresh random key, wrapped, ready to be stored. Raises KeysUnavailable."""
        draft = DataKey(uuid4(), purpose, owner, epoch, b"", version)
        return DataKey(draft.id, purpose, owner, epoch, self._wrapper.wrap(os.urandom(KEY), draft.place()), version)

    def remembered(self, data_key: DataKey) -> WrappingKey | None:
        """Return the key of a stored row if it was unwrapped lately."""
        cached = self._cache.get(data_key.id)
        return cached[1] if cached and cached[0] == data_key and self._clock() - cached[2] < self.max_age else None

    def unwrap(self, data_key: DataKey) -> WrappingKey:
        """Return the key of a stored row, remembered for a while. Raises EnvelopeError if the row was altered; KeysUnavailable."""
        known = self.remembered(data_key)
        if known is not None:
            return known
        key, now = WrappingKey(data_key.id, self._secret(data_key)), self._clock()
        if len(self._cache) >= _CACHED:
            del self._cache[next(iter(self._cache))]
        self._cache[data_key.id] = (data_key, key, now)
        return key

    def rewrap(self, rows: Sequence[DataKey]) -> list[bytes | None]:
        """Return keys as the KEK in use wraps them; None for one whose row was altered, or whose KEK is revoked. Raises KeysUnavailable."""
        refused = {row.id for row in rows if self.refused and self._wrapper.version(row.wrapped) in self.refused}
        again = self._wrapper.rewrap([(row.wrapped, row.place()) for row in rows])
        return [None if row.id in refused else wrapped for row, wrapped in zip(rows, again, strict=True)]

    def rewrap_root(self, wrapped: bytes) -> bytes:
        """Return the installation's wrapped root under the KEK in use. Raises EnvelopeError; KeysUnavailable."""
        return self._wrapper.wrap(self._wrapper.unwrap(wrapped, ROOT), ROOT)

    def secret(self, data_key: DataKey) -> bytes:
        """Return the 32 bytes of a stored row themselves, for keys that do not wrap: signing seeds. Raises EnvelopeError; KeysUnavailable."""
        return self._secret(data_key)

    def forget(self, *ids: UUID) -> None:
        """Drop remembered data keys: those named, or all. Erasure must call this in every process."""
        for key_id in ids or tuple(self._cache):
            self._cache.pop(key_id, None)

    def _secret(self, data_key: DataKey) -> bytes:
        return _unwrapped(self._wrapper, self.refused, data_key.wrapped, data_key.place())

    def _at(self, begins: float) -> Root:
        """Return the root in use at a Unix time. Names go on by a revoked one until their epoch ends: a name is no proof of anything."""
        return next((root for root in self._roots if root.since <= begins), self._roots[-1])


def _unwrapped(wrapper: Wrapper, refused: frozenset[str], wrapped: bytes, place: Context) -> bytes:
    """Unwrap, unless by a KEK that is revoked: then it is as good as unknown."""
    if refused and wrapper.version(wrapped) in refused:
        raise EnvelopeError(Fault.KEY)
    return wrapper.unwrap(wrapped, place)


@lru_cache(maxsize=_CACHED)  # the same few for every request
def _derived(root: Root, *parts: str) -> bytes:
    return expand(root.prk, _DERIVED + b"".join(map(column, parts)), KEY)
