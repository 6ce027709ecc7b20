"""The private Postgres of a home: real servers, real kills, real full disks."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from app.errors import SetupError
from app.store import binaries, postmaster
from app.store.embedded import Embedded, place, remove
from app.store.site import Site

REPOSITORY = Path(__file__).parents[2]
ROOT = os.geteuid() == 0
# A user of the home: says what happened, then keeps hold until its standard input ends.
USER = """
import sys
from pathlib import Path
from app.errors import SetupError
from app.store.embedded import Embedded
try:
    server = Embedded.start(Path(sys.argv[1]))
except SetupError as error:
    print(f"refused: {error}", flush=True)
    sys.exit(3)
print("started", server.url, flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture
def home(tmp_path):
    yield from _lent(tmp_path / "home")


@pytest.fixture
def long_home(tmp_path):
    yield from _lent(tmp_path / "l" / ("o" * 75) / ("n" * 75))


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A running server for tests that only look."""
    for home in _lent(tmp_path_factory.mktemp("shared") / "home"):
        held = Embedded.start(home)
        yield home, held
        held.stop()


def _lent(home):
    yield home
    postmaster.halt(Site.of(home))
    with suppress(SetupError):
        remove(home)
    shutil.rmtree(place(home), ignore_errors=True)


@pytest.fixture
def user(home):
    """Start users of the home in processes of their own."""
    processes = []

    def start(prefix="", env=None):
        command = [sys.executable, "-c", prefix + USER, str(home)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=REPOSITORY, stdin=pipe, stdout=pipe, text=True, env={**os.environ, **(env or {})})
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def ask(url, question="SELECT current_database()"):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()[0]


def server(home):
    """The pid of the living server, or None."""
    site = Site.of(home)
    found = postmaster.running(site)
    return found.pid if found and postmaster.alive(site, found.pid) else None


def sockets(home):
    return postmaster.running(Site.of(home)).sockets


def run_folders(home):
    return [*place(home).glob("run"), *postmaster.SHORT.glob(f"{Site.of(home).run_prefix}*")]


def processes_of(home):
    """Every process that works in the data folder of the home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (folder / "cwd").resolve() == place(home) / "data":
                found.append(folder)
    return found


def test_fresh_start_then_connect(home):
    held = Embedded.start(home)
    assert ask(held.url) == "hushgate"
    engine = sqlalchemy.create_engine(held.url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("SHOW synchronous_commit")).scalar() == "on"
    engine.dispose()
    assert ask(held.url, "SHOW listen_addresses") == ""
    assert (home / "postgres.lock").read_text().split() == [str(server(home)), str(sockets(home))]
    held.stop()
    held.stop()
    assert server(home) is None
    assert run_folders(home) == []
    assert (home / "postgres.lock").read_text() == ""


def test_runs_as_an_ordinary_user_in_private_folders(shared):
    home, _ = shared
    expected = pwd.getpwnam("nobody").pw_uid if ROOT else os.geteuid()
    assert Path(f"/proc/{server(home)}").stat().st_uid == expected
    assert {folder.stat().st_uid for folder in processes_of(home)} == {expected}
    assert os.getsid(server(home)) == server(home)
    assert os.getsid(server(home)) != os.getsid(0)
    for private in (home, place(home) / "data", sockets(home)):
        assert private.stat().st_mode & 0o777 == 0o700
    assert home.stat().st_uid == os.geteuid()
    assert (home / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert place(home).is_relative_to("/var/lib/hushgate" if ROOT else home)


def test_the_password_shows_nowhere(shared):
    home, held = shared
    password = (home / "postgres.password").read_text()
    assert len(password) == 64
    assert password in held.url
    assert password not in repr(held)
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            assert password.encode() not in (process / "cmdline").read_bytes()
            if process.name != str(os.getpid()):
                assert password.encode() not in (process / "environ").read_bytes()
    for file in (home / "postgres.lock", place(home) / "server.log"):
        assert password not in file.read_text()
    assert not list(place(home).glob("password*"))
    other = re.sub(":[0-9a-f]{64}@", ":guessed@", held.url)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(other)


def test_values_stay_out_of_the_server_log(shared):
    home, held = shared
    with psycopg.connect(held.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE t (a text UNIQUE)")
        for question in ("INSERT INTO t VALUES (%s)",) * 2 + ("SELECT %s::int", "SELECT %s::date, no_such"):
            with suppress(psycopg.Error):
                connection.execute(question, ("canary-7Q2",), prepare=True)
        with suppress(psycopg.Error):
            connection.execute("SELECT 'canary-7Q2'::int")
    log = (place(home) / "server.log").read_text()
    assert "ready to accept connections" in log
    assert "canary" not in log


def test_the_second_user_attaches_and_the_last_one_stops(home, user):
    first = Embedded.start(home)
    pid = server(home)
    second = user()
    assert second.stdout.readline().split() == ["started", first.url]
    third = Embedded.start(home)
    first.stop()
    third.stop()
    assert server(home) == pid
    assert ask(first.url) == "hushgate"
    second.communicate()
    assert second.returncode == 0
    assert server(home) is None


def test_killed_user_is_no_user(home, user):
    first, second = user(), None
    url = first.stdout.readline().split()[1]
    pid = server(home)
    second = user()
    second.stdout.readline()
    first.kill()
    first.wait()
    assert ask(url) == "hushgate"
    second.kill()
    second.wait()
    assert server(home) == pid  # nobody was left to stop it
    held = Embedded.start(home)
    assert (held.url, server(home)) == (url, pid)
    held.stop()
    assert server(home) is None


def test_ctrl_c_reaches_the_user_only(home, user):
    # The handler that a terminal's user has, also where the tests were started with interrupts ignored, as a script's background jobs are.
    process = user(prefix="import os, signal; os.setsid(); signal.signal(signal.SIGINT, signal.default_int_handler)\n")
    url = process.stdout.readline().split()[1]
    while process.poll() is None:  # one that comes just before a blocking read is noticed after it only
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.2)
    assert ask(url) == "hushgate"


def test_killed_server_starts_again_and_keeps_what_was_committed(home):
    first = Embedded.start(home)
    with psycopg.connect(first.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with psycopg.connect(first.url) as busy:  # an orphan at work when its server dies
        os.kill(server(home), signal.SIGKILL)
        second = Embedded.start(home)
        busy.close()
    assert ask(second.url, "SELECT answer FROM kept") == 42
    first.stop()
    assert ask(second.url) == "hushgate"
    second.stop()
    assert server(home) is None


def test_stale_files_are_proved_dead(home):
    Embedded.start(home).stop()
    site = Site.of(home)
    pid_file = site.data / "postmaster.pid"
    # As left by a power cut, the number meanwhile free, or taken by a process of the server's own user.
    with subprocess.Popen(["sleep", "60"], user=site.uid if ROOT else None) as other:
        for stale in (2**22 + 7, other.pid):
            pid_file.write_text(f"{stale}\n{site.data}\n1700000000\n5432\n{site.place}/run\n\n  5432 0\nready   \n")
            site.give(pid_file)
            (home / "postgres.lock").write_text(f"{stale}\n{site.place}/run\n")
            held = Embedded.start(home)
            assert ask(held.url) == "hushgate"
            held.stop()
        assert other.poll() is None
        other.kill()


def test_a_long_home(long_home):
    assert len(str(long_home)) > 150
    held = Embedded.start(long_home)
    path = sockets(long_home)
    assert len(f"{path}/.s.PGSQL.5432") < 100
    assert ask(held.url) == "hushgate"
    second = Embedded.start(long_home)
    second.stop()
    held.stop()
    assert not path.exists()


def test_sockets_outside_the_home_are_private_and_swept(home, user, monkeypatch):
    monkeypatch.setattr(postmaster, "_SOCKET_ROOM", 0)  # as if the path were long, for root too
    Embedded.start(home).stop()
    assert run_folders(home) == []
    held = Embedded.start(home)
    first = sockets(home)
    assert first.parent == Path("/tmp")
    assert first.stat().st_mode & 0o777 == 0o700
    assert first.stat().st_uid == Site.of(home).uid
    os.kill(server(home), signal.SIGKILL)
    again = Embedded.start(home)
    assert run_folders(home) == [sockets(home)]
    assert sockets(home) != first
    held.stop()
    again.stop()
    assert run_folders(home) == []


def test_a_squatted_socket_folder_is_replaced(home, tmp_path):
    Embedded.start(home).stop()
    run, site = place(home) / "run", Site.of(home)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()

    def open_folder():
        run.mkdir()
        run.chmod(0o777)
        (run / ".s.PGSQL.5432").write_text("")
        (run / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

    for squat in (run.touch, lambda: run.symlink_to(elsewhere), open_folder):
        squat()
        assert not postmaster.trusted(site, run)
        held = Embedded.start(home)
        assert postmaster.trusted(site, sockets(home))
        assert ask(held.url) == "hushgate"
        held.stop()
    assert (elsewhere / "kept").exists()


def test_a_full_disk_at_the_first_start(home, user):
    for room in (1 << 20, 6 << 20):  # too small for a table of the catalogue, and for a log segment
        full = user(prefix=f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n")
        answer = full.communicate()[0]
        assert full.returncode == 3
        assert "too little free space" in answer
        assert str(place(home)) in answer
        assert "HUSHGATE_DATABASE_URL" in answer
        assert not list(place(home).glob("data*"))
    held = Embedded.start(home)
    assert ask(held.url) == "hushgate"
    held.stop()


def test_a_full_disk_at_a_later_start(home, user):
    held = Embedded.start(home)
    with psycopg.connect(held.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(server(home), signal.SIGKILL)
    held.stop()
    full = user(prefix="import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))\n")
    answer = full.communicate()[0]
    assert full.returncode == 3
    assert "too little free space" in answer
    held = Embedded.start(home)
    assert ask(held.url, "SELECT answer FROM kept") == 42
    held.stop()


def test_four_first_starts_at_once_make_one_server(home, user):
    users = [user() for _ in range(4)]
    lines = {process.stdout.readline() for process in users}
    assert len(lines) == 1
    pid = server(home)
    assert pid is not None
    for process in users[:3]:
        process.communicate()
    assert server(home) == pid
    users[3].communicate()
    assert server(home) is None
    assert [process.returncode for process in users] == [0] * 4


def test_a_broken_home_names_the_fix(home):
    Embedded.start(home).stop()
    data, secret = place(home) / "data", home / "postgres.password"
    password, version = secret.read_text(), (data / "PG_VERSION").read_text()

    def refused(fix):
        with pytest.raises(SetupError, match=fix) as caught:
            Embedded.start(home)
        assert password not in str(caught.value)
        assert server(home) is None
        assert run_folders(home) == []

    (data / "PG_VERSION").write_text("13\n")
    refused(r"made by PostgreSQL 13.*Install PostgreSQL 13.*HUSHGATE_DATABASE_URL")
    (data / "PG_VERSION").unlink()
    refused(r"data is damaged.*backup")
    (data / "PG_VERSION").write_text(version)
    Site.of(home).give(data / "PG_VERSION")
    secret.unlink()
    refused(r"postgres\.password is missing. Restore it")
    secret.write_text("0" * 64)
    refused(r"postgres\.password does not open the database. Restore")
    secret.write_text(password)
    Embedded.start(home).stop()
    (data / "global" / "pg_control").write_bytes(b"")
    refused(r"did not start.*log says why: .*server\.log")


def test_a_user_without_a_passwd_entry(tmp_path, user, home, monkeypatch):
    if ROOT:
        outcome = user(prefix="import app.store.embedded, os; os.setgroups([]); os.setgid(54321); os.setuid(54321)\n")
        answer = outcome.communicate()[0]
        assert outcome.returncode == 3
    else:
        monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)
        with pytest.raises(SetupError) as caught:
            Embedded.start(home)
        answer = str(caught.value)
    assert "no passwd entry" in answer
    assert "HUSHGATE_DATABASE_URL" in answer


def test_without_the_wheel_the_system_serves(home, monkeypatch):
    monkeypatch.setattr(binaries, "find_spec", lambda _: None)
    try:
        chosen = binaries.choose(None)
    except SetupError as error:
        assert "Install PostgreSQL 15 or newer" in str(error)  # noqa: PT017 - this machine has none
        return
    held = Embedded.start(home)
    assert ask(held.url, "SHOW server_version").startswith(f"{chosen.major}.")
    held.stop()
    assert not list(place(home).glob("programs*"))
    monkeypatch.undo()
    held = Embedded.start(home)  # a database keeps its version as long as that is installed
    assert ask(held.url, "SHOW server_version").startswith(f"{chosen.major}.")
    held.stop()


def test_without_any_programs(home, monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "find_spec", lambda _: None)
    monkeypatch.setattr(binaries, "SYSTEM", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match=r"Install PostgreSQL 15 or newer.*HUSHGATE_DATABASE_URL"):
        Embedded.start(home)


def test_the_environment_does_not_reach_the_programs(home, user, tmp_path):
    hostile = {
        "PGDATA": str(tmp_path),
        "PGPORT": "1",
        "PGHOST": "192.0.2.1",
        "PGUSER": "x",
        "PGDATABASE": "y",
        "LANG": "xx_XX",
        "TZ": "Asia/Tokyo",
    }
    process = user(env=hostile | {"HUSHGATE_SECRET": "canary"})
    url = process.stdout.readline().split()[1]
    assert ask(url, "SHOW timezone") == "UTC"
    if ROOT or Path(f"/proc/{server(home)}").stat().st_uid == os.geteuid():
        environment = Path(f"/proc/{server(home)}/environ").read_bytes()
        assert b"canary" not in environment
        assert b"PGDATA" not in environment
    process.communicate()


def test_an_unusable_home_is_explained(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match=r"cannot run.*HUSHGATE_DATABASE_URL"):
        Embedded.start(tmp_path / "file" / "home")


def test_a_hanging_initdb_is_ended(home, monkeypatch):
    monkeypatch.setattr(postmaster, "_WAIT_INIT", 0.02)
    began = time.monotonic()
    with pytest.raises(SetupError, match="took more than"):
        Embedded.start(home)
    assert time.monotonic() - began < 10
    assert not list(place(home).glob("data*"))


def test_a_hanging_server_is_explained_and_replaced(home, monkeypatch):
    first = Embedded.start(home)
    monkeypatch.setattr("app.store.embedded._WAIT_ANSWER", 0.3)
    stuck = server(home)
    (sockets(home) / ".s.PGSQL.5432").unlink()
    with pytest.raises(SetupError, match=r"runs but does not answer"):
        Embedded.start(home)
    os.close(first._hold)  # as if its user had been killed
    first._hold = None
    again = Embedded.start(home)
    assert server(home) not in {stuck, None}
    assert ask(again.url) == "hushgate"
    again.stop()


def test_remove_leaves_nothing(home):
    held = Embedded.start(home)
    with pytest.raises(SetupError, match="in use"):
        remove(home)
    held.stop()
    remove(home)
    remove(home)
    assert not place(home).exists()
    assert not (home / "postgres.password").exists()
