"""The private Postgres of a home: initialised once, shared by the processes that use the home, stopped by the last one."""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from app.errors import SetupError
from app.store import postmaster
from app.store.binaries import ELSEWHERE
from app.store.postmaster import NAME, Running
from app.store.site import Site, full, place

__all__ = ["Embedded", "place", "remove"]

_TICK = 0.005
_WAIT_LOCK, _WAIT_ANSWER = 300.0, 15.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass
class Embedded:
    """One process's hold on the server of a home. It ends with the process, however that dies."""

    url: str = field(repr=False)  # holds the password
    home: Path
    _site: Site = field(repr=False)
    _hold: int | None = field(repr=False)

    @classmethod
    def start(cls, home: Path) -> "Embedded":
        """Attach to the server of `home`; initialise and start it where needed. Raises SetupError, which names the fix."""
        with _explained(home):
            site = Site.of(home)
            site.settle()
            with _alone(site) as lock:
                try:
                    url, found = _serve(site, lock)
                    os.ftruncate(lock, 0)
                    os.pwrite(lock, f"{found.pid}\n{found.sockets}\n".encode(), 0)
                except BaseException:
                    if _deserted(site):
                        postmaster.halt(site)
                    raise
                return cls(url, site.home, site, _join(site))

    def stop(self) -> None:
        """Let go of the server; the last one to do so stops it. A second call does nothing."""
        hold, self._hold = self._hold, None
        if hold is None:
            return
        with _explained(self.home):
            try:
                with _alone(self._site) as lock:
                    if _flock(hold, fcntl.LOCK_EX):  # nobody else holds it
                        postmaster.halt(self._site)
                        os.ftruncate(lock, 0)
            finally:
                os.close(hold)


def remove(home: Path) -> None:
    """Stop the server of `home` and delete its database. Raises SetupError while a process uses it."""
    with _explained(home):
        site = Site.of(home)
        if not site.place.exists():
            return
        site.home.mkdir(0o700, parents=True, exist_ok=True)  # root's database survives its home
        with _alone(site) as lock:
            if not _deserted(site):
                raise SetupError(f"The database of {site.home} is in use", hint="Stop every `hushgate serve` of this home first")
            postmaster.halt(site)
            os.ftruncate(lock, 0)
            shutil.rmtree(site.place)
            site.password.unlink(missing_ok=True)


def _serve(site: Site, lock: int) -> tuple[str, Running]:
    """Return the address of a server that answers: the one that runs, else a new one."""
    if postmaster.version(site) is None:
        postmaster.initialise(site, lock)
    password = _password(site)
    found = _attach(site, password)
    if found is None:
        stuck = postmaster.running(site)
        if stuck and postmaster.alive(site, stuck.pid):
            if not _deserted(site):
                hint = f"Stop the processes that use {site.home}; the last one ends the server. {ELSEWHERE}"
                raise SetupError(f"The private Postgres (process {stuck.pid}) runs but does not answer", hint=hint)
            postmaster.halt(site)
        found = postmaster.launch(site)
        logged = site.log.stat().st_size
        if not _open(site, _url(found, password)):
            raise postmaster.failure(site, logged)
    return _url(found, password), found


def _attach(site: Site, password: str) -> Running | None:
    """Find the server that runs. What `postmaster.pid` says is proved by connecting; None when no server answers."""
    deadline = time.monotonic() + _WAIT_ANSWER
    while (found := postmaster.running(site)) and time.monotonic() < deadline:
        if found.ready and postmaster.trusted(site, found.sockets) and _open(site, _url(found, password)):
            return found
        if not postmaster.alive(site, found.pid):
            break
        time.sleep(_TICK)
    return None


def _open(site: Site, url: str) -> bool:
    """Connect, and create the database where it is missing. Whether a server answered."""
    limits = "-c statement_timeout=60000"
    try:
        with psycopg.connect(url, dbname="postgres", autocommit=True, connect_timeout=10, options=limits) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (NAME,)).fetchone() is None:
                connection.execute(f"CREATE DATABASE {NAME}")
    except psycopg.OperationalError as error:
        if error.sqlstate:  # it answered, then failed
            raise
        if "password authentication failed" not in str(error):
            return False
        hint = f"Restore the file that belongs to {site.data}, or move that folder away to start with an empty database"
        raise SetupError(f"{site.password} does not open the database", hint=hint) from None
    return True


def _url(found: Running, password: str) -> str:
    # `require_auth`: whoever answers must prove to know the password, so an impostor's socket gets nothing.
    return f"postgresql://{NAME}:{password}@/{NAME}?host={quote(str(found.sockets), safe='')}&port=5432&require_auth=scram-sha-256"


def _password(site: Site) -> str:
    try:
        return site.password.read_text().strip()
    except FileNotFoundError:
        hint = f"Restore it, or move {site.data} away to start with an empty database"
        raise SetupError(f"{site.password} is missing", hint=hint) from None


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    """Turn what system and database say into a SetupError. Texts of the database are left out: they may quote values."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise full(place(home)) from None
        what = f"The private Postgres of {home} cannot run: {error.strerror} ({error.filename})"
        raise SetupError(what, hint=f"Make that path usable for this user. {ELSEWHERE}") from None
    except psycopg.errors.DiskFull:
        raise full(place(home)) from None
    except psycopg.Error as error:
        what = f"The private Postgres of {home} failed ({error.sqlstate or type(error).__name__})"
        raise SetupError(what, hint=f"Its log is {place(home) / 'server.log'}. {ELSEWHERE}") from None


@contextmanager
def _alone(site: Site) -> Iterator[int]:
    """Hold the lock under which the server of a home starts and stops. The file tells people its pid and socket folder."""
    lock = os.open(site.home / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        deadline = time.monotonic() + _WAIT_LOCK
        while not _flock(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                hint = f"See which process holds {site.home / 'postgres.lock'} (`fuser`, `lsof`) and end it"
                raise SetupError("Another process has been starting or stopping the private Postgres for minutes", hint=hint)
            time.sleep(_TICK)
        yield lock
    finally:
        os.close(lock)


def _users(site: Site) -> int:
    return os.open(site.home / "postgres.users", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def _join(site: Site) -> int:
    """Count this process among the users, until the returned descriptor is closed or the process dies."""
    hold = _users(site)
    fcntl.flock(hold, fcntl.LOCK_SH)
    return hold


def _deserted(site: Site) -> bool:
    users = _users(site)
    try:
        return _flock(users, fcntl.LOCK_EX)
    finally:
        os.close(users)


def _flock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
