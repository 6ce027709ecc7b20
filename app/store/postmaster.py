"""The server process of a home: made, started, found again and ended. Its callers hold the lock of the home."""

import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.errors import SetupError
from app.store.binaries import ELSEWHERE, ENVIRONMENT, Binaries, choose, lend
from app.store.site import Site, clear, full, sync, write_private

NAME = "hushgate"  # of the superuser and of the database
SHORT = Path("/tmp")  # noqa: S108 - mkdtemp makes a folder there that is ours alone

_SOCKET_ROOM = 99 - len("/.s.PGSQL.5432.lock")  # bytes; the kernel's own limit is 107, elsewhere 103
_LOG_ROOM = 1 << 20  # bytes
_PRIVATE_FOLDER = stat.S_IFDIR | 0o700
_TICK = 0.005
_WAIT_INIT, _WAIT_START, _WAIT_ORPHANS = 120.0, 120.0, 15.0
_STOPS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))
_NO_PROCESS = 2**31 - 1
_FULL_TEXTS = (b"No space left on device", b"Disk quota exceeded", b"File too large", b"File size limit exceeded")
_FULL_BYTES = 32 << 20  # with less free space than this a failure is blamed on it: a full disk cannot even log why

# On the command line, so that no ALTER SYSTEM can weaken them. The log is for starts and crashes: errors quote
# values, so neither they nor details or statements are written.
_SETTINGS = """
listen_addresses= port=5432 unix_socket_permissions=0700 password_encryption=scram-sha-256
fsync=on full_page_writes=on synchronous_commit=on wal_level=minimal max_wal_senders=0 min_wal_size=32MB max_wal_size=256MB
shared_buffers=32MB max_connections=60 huge_pages=off jit=off max_parallel_workers_per_gather=0 max_logical_replication_workers=0
logging_collector=off log_destination=stderr log_min_messages=log log_min_error_statement=panic log_error_verbosity=terse
log_statement=none log_min_duration_statement=-1 log_parameter_max_length=0 log_parameter_max_length_on_error=0 log_checkpoints=off
timezone=UTC log_timezone=UTC
"""


@dataclass(frozen=True)
class Running:
    """What `postmaster.pid` says. It may be out of date."""

    pid: int
    sockets: Path
    ready: bool


def running(site: Site) -> Running | None:
    """Read `postmaster.pid`; None where it is absent or still being written."""
    try:
        lines = (site.data / "postmaster.pid").read_text().splitlines()
        return Running(int(lines[0]), Path(lines[4]), ready=lines[7].strip() == "ready")
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None


def alive(site: Site, pid: int) -> bool:
    """Whether `pid` is the postmaster of this home, not a zombie nor a later owner of the number.

    The command line is what everyone may read: for a process of another user, root in a container sees no `cwd`.
    """
    if not Path("/proc/self").exists():
        with suppress(OSError):
            os.kill(pid, 0)
            return True
        return False
    try:
        return os.fsencode(site.data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def trusted(site: Site, folder: Path) -> bool:
    """Whether nobody but the server's user can have put a socket into `folder`."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return found.st_uid == site.uid and found.st_mode == _PRIVATE_FOLDER


def version(site: Site) -> int | None:
    """Return the major version that made the database, None where there is none yet."""
    if not site.data.exists():
        return None
    try:
        return int((site.data / "PG_VERSION").read_text().split(".")[0])
    except (OSError, ValueError):
        hint = f"Restore it from a backup, or move it away to start with an empty database. {ELSEWHERE}"
        raise SetupError(f"{site.data} is damaged: it holds no PG_VERSION", hint=hint) from None


def initialise(site: Site, lock: int) -> None:
    """Make the database folder. It appears whole under its name or not at all."""
    programs = lend(choose(None), site.place) if site.switch else choose(None)
    password = secrets.token_hex(32)
    write_private(site.password, password)
    staging, handed = site.place / "data.new", site.place / "password.new"
    clear(staging)
    try:
        staging.mkdir(0o700)
        site.give(staging)
        write_private(handed, password)
        site.give(handed)
        options = [f"--username={NAME}", "--auth=scram-sha-256", f"--pwfile={handed}", "--encoding=UTF8", "--no-locale"]
        # It keeps the lock of the home for as long as it runs, even if we are killed meanwhile.
        process = _spawn(site, [programs.initdb, "-D", staging, "--data-checksums", "--no-instructions", *options], keep=(lock,))
        try:
            process.wait(_WAIT_INIT)
        finally:
            _kill(process)
        if process.returncode != 0:
            raise failure(site, 0)
        staging.rename(site.data)
        sync(site.place)
    except subprocess.TimeoutExpired:
        hint = f"Check the disk that holds it. {ELSEWHERE}"
        raise SetupError(f"Making the database in {site.place} took more than {_WAIT_INIT:.0f} s", hint=hint) from None
    finally:
        handed.unlink(missing_ok=True)
        clear(staging)


def launch(site: Site) -> Running:
    """Start the server, which no live one hinders, and wait until it answers."""
    programs = choose(version(site))
    if site.switch:
        programs = lend(programs, site.place)
    deadline = time.monotonic() + _WAIT_ORPHANS
    while True:
        _disown(site)
        sweep(site)
        written = site.log.stat().st_size if site.log.exists() else 0
        if written > _LOG_ROOM:
            os.truncate(site.log, written := 0)
        found = _start(site, programs)
        if found:
            return found
        # What a killed postmaster leaves behind takes a moment to notice its death.
        if b"pre-existing shared memory block" not in _tail(site, written) or time.monotonic() > deadline:
            raise failure(site, written)
        time.sleep(0.1)


def halt(site: Site) -> None:
    """End the server of the home, gently at first. Does nothing where none runs."""
    found = running(site)
    for number, patience in _STOPS:
        if found is None or not alive(site, found.pid):
            break
        os.kill(found.pid, number)
        deadline = time.monotonic() + patience
        while alive(site, found.pid) and time.monotonic() < deadline:
            time.sleep(_TICK)
    sweep(site)


def sweep(site: Site) -> None:
    """Remove the socket folders of servers that are gone."""
    clear(site.place / "run")
    for folder in SHORT.glob(f"{site.run_prefix}*"):
        if trusted(site, folder):
            shutil.rmtree(folder, ignore_errors=True)


def _start(site: Site, programs: Binaries) -> Running | None:
    """Run the server; None when it ends by itself. Being killed leaves a server that the next start finds."""
    settings = [word for setting in _SETTINGS.split() for word in ("-c", setting)]
    process = _spawn(site, [programs.postgres, "-D", site.data, "-k", _sockets(site), *settings])
    # The server outlives us when others use it, so nobody waits for it: this thread reaps it should it end first.
    threading.Thread(target=process.wait, name="postmaster", daemon=True).start()
    try:
        deadline = time.monotonic() + _WAIT_START
        while process.poll() is None:
            found = running(site)
            if found and found.ready and found.pid == process.pid:
                return found
            if time.monotonic() > deadline:
                break
            time.sleep(_TICK)
        else:
            return None
    except BaseException:
        _kill(process)
        raise
    _kill(process)
    hint = f"Its log is {site.log}. {ELSEWHERE}"
    raise SetupError(f"The private Postgres was not ready within {_WAIT_START:.0f} s", hint=hint)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _spawn(site: Site, command: list[str | Path], keep: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    """Start a program as the server's user, in a session of its own: Ctrl-C on the gateway is not meant for it."""
    user, group, groups = (site.uid, site.gid, ()) if site.switch else (None, None, None)
    log = os.open(site.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603 - our own programs and arguments, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=site.place,
            env=ENVIRONMENT,
            start_new_session=True,
            user=user,
            group=group,
            extra_groups=groups,
            umask=0o077,
            pass_fds=keep,
        )
    finally:
        os.close(log)


def _sockets(site: Site) -> Path:
    """Make the folder for the socket, which only the server's user can enter and whose path is short enough for a socket."""
    folder = site.place / "run"
    if len(os.fsencode(folder)) <= _SOCKET_ROOM:
        folder.mkdir(0o700)
    if not folder.exists() or not _holds_sockets(folder):
        folder = Path(tempfile.mkdtemp(prefix=site.run_prefix, dir=SHORT))
    site.give(folder)
    return folder


def _holds_sockets(folder: Path) -> bool:
    """Whether the file system can hold a socket: some that are mounted into containers cannot."""
    probe = folder / "probe"
    with socket.socket(socket.AF_UNIX) as made, suppress(OSError):
        made.bind(str(probe))
        probe.unlink()
        return True
    return False


def _disown(site: Site) -> None:
    """Take a dead server's number out of `postmaster.pid`, since another process may have it now.

    After a restart of a container that is likely, and PostgreSQL would refuse to start. The rest of the file stays:
    by it PostgreSQL finds orphans of that server still at work on the same memory.
    """
    found, file = running(site), site.data / "postmaster.pid"
    if found is None or alive(site, found.pid):
        return
    rest = file.read_text().partition("\n")[2]
    file.unlink()
    write_private(file, f"{_NO_PROCESS}\n{rest}")
    site.give(file)


def failure(site: Site, offset: int) -> SetupError:
    """Say why a program ended, from what it logged since `offset`; the log itself is named, never quoted."""
    logged = _tail(site, offset)
    if any(text in logged for text in _FULL_TEXTS) or shutil.disk_usage(site.place).free < _FULL_BYTES:
        return full(site.place)
    hint = f"Its log says why: {site.log}. If the database is damaged, restore it from a backup. {ELSEWHERE}"
    return SetupError(f"The private Postgres of {site.home} did not start", hint=hint)


def _tail(site: Site, offset: int) -> bytes:
    with suppress(OSError), site.log.open("rb") as log:
        log.seek(offset)
        return log.read(_LOG_ROOM)
    return b""
