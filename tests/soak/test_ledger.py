"""The ledger at length: every falsification, and a million records (`SIZE=1000000`) sequenced, exported and verified; figures are printed."""

import os
import resource
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import psutil
import psycopg
import pytest

from app.core.record import RecordKind, encode
from app.crypto.merkle import leaf_hash
from tests.gateway_process import ROOT, eventually, world
from tests.store.parts import record
from tests.tampering import SEED, falsify

SIZE = int(os.environ.get("SIZE", "200000"))
TIMES = int(os.environ.get("MUTATIONS", "1020"))
SECONDS = int(os.environ.get("SECONDS", "300"))
COLUMNS = "team, id, exchange, kind, at, client, user_index, dialect, endpoint, model, provider, policy_version, verdict, entities, sealed, leaf_hash"
EXPORT, VERIFY, MEMORY, RATE = 90e-6, 60e-6, 300, 5000  # seconds a record, seconds a record, MB, records a second


@pytest.mark.anyio
@pytest.mark.timeout(7200)
async def test_every_falsification_is_found(database_url, tmp_path):
    tried, missed, seconds = await falsify(database_url, tmp_path, TIMES)
    print(f"\nfalsifications: {sum(tried.values())} in {len(tried)} ways, {len(missed)} not found, seed {SEED}, {seconds:.0f} s")
    for name, count in sorted(tried.items()):
        print(f"  {name.replace('_', ' '):<50} {count}")
    assert missed == []


def fill(running, size):
    """Write records past the gateway, as its own writer would: the trigger sees them like any other."""
    began, sealed = datetime.now(UTC) - timedelta(seconds=60), os.urandom(420)
    with running.database.cursor() as cursor, cursor.copy(f"COPY record ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(
            [
                "text",
                "uuid",
                "uuid",
                "text",
                "timestamptz",
                "text",
                "bytea",
                "text",
                "text",
                "text",
                "text",
                "text",
                "text",
                "jsonb",
                "bytea",
                "bytea",
            ]
        )
        for number in range(size):
            kind = RecordKind.COMPLETION if number % 2 else RecordKind.INTENT
            at = began + timedelta(microseconds=number)
            one = record(kind, exchange=uuid4(), at=at, team="default", entities={"EMAIL_ADDRESS": 1}, sealed=sealed)
            row = [getattr(one, name.strip()) for name in COLUMNS.split(",")[:-1]]
            copy.write_row([*row[:3], kind.value, *row[4:13], psycopg.types.json.Jsonb(one.entities), one.sealed, leaf_hash(encode(one))])


@pytest.mark.timeout(7200)
def test_five_thousand_records_a_second_are_given_their_leaf_as_they_come(postgres, tmp_path):
    """What waits for its leaf does not grow: it is counted every second, and gone soon after the last write."""
    tick, waiting, late = 0.2, [], [0.0]
    with world(postgres, tmp_path / "home") as running:
        began = time.monotonic()

        def feed():
            for number in range(round(SECONDS / tick)):
                fill(running, round(RATE * tick))
                ahead = began + (number + 1) * tick - time.monotonic()
                late[0] = max(late[0], -ahead)
                time.sleep(max(0.0, ahead))

        writer = threading.Thread(target=feed)
        writer.start()
        with psycopg.connect(running.database.info.dsn, password=running.database.info.password, autocommit=True) as looking:
            before = looking.execute("SELECT count(*) FROM leaf").fetchone()[0]
            while writer.is_alive():
                waiting.append(looking.execute("SELECT count(*) FROM pending").fetchone()[0])
                time.sleep(1)
            writer.join()
            fed = time.monotonic() - began
            eventually(lambda: looking.execute("SELECT NOT EXISTS (SELECT FROM pending)").fetchone()[0], 30)
            took = time.monotonic() - began
            leaves = looking.execute("SELECT count(*) FROM leaf").fetchone()[0] - before
        halves = [max(waiting[: len(waiting) // 2]), max(waiting[len(waiting) // 2 :])]
        print(
            f"\n{leaves} records in {fed:.0f} s, {leaves / took:.0f} a second with their leaf; waiting at most {halves[0]} in the first half,"
            f" {halves[1]} in the second; the last leaf {took - fed:.1f} s after the last record; the writer at most {late[0]:.1f} s late"
        )
        assert leaves >= RATE * SECONDS
        assert leaves / took >= 0.99 * RATE
        assert max(halves) <= 3 * RATE


@contextmanager
def memory(pid):
    """Watch a process and those it started; yields a list whose only item is the peak of their resident memory, in MB."""
    peak, over = [0.0], threading.Event()

    def watch():
        while not over.wait(0.2):
            try:
                process = psutil.Process(pid)
                peak[0] = max(peak[0], sum(one.memory_info().rss for one in [process, *process.children()][:1]) / 1e6)
            except psutil.Error:
                continue

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


class Cost(NamedTuple):
    """What a command took: seconds, seconds of CPU, MB."""

    seconds: float
    cpu: float
    memory: float


def hushgate(running, *arguments):
    environment = {"PATH": os.environ["PATH"], "HUSHGATE_HOME": str(running.home)}
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, before = time.monotonic(), used.ru_utime + used.ru_stime
    process = subprocess.Popen([sys.executable, "-m", "app", *map(str, arguments)], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    with memory(process.pid) as peak:
        _, error = process.communicate(timeout=3000)
    assert process.returncode == 0, error.decode()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime - before, peak[0])


@pytest.mark.timeout(7200)
def test_many_records_are_sequenced_exported_and_verified(postgres, tmp_path):
    with world(postgres, tmp_path / "home") as running:
        before = running.sql("SELECT count(*) FROM leaf")[0][0]
        began = time.monotonic()
        writer = threading.Thread(target=fill, args=(running, SIZE))
        writer.start()
        writer.join()
        filled = time.monotonic() - began
        with psycopg.connect(running.database.info.dsn, password=running.database.info.password, autocommit=True) as looking:
            began = time.monotonic()
            eventually(lambda: looking.execute("SELECT NOT EXISTS (SELECT FROM pending)").fetchone()[0], 3000)
            sequenced = time.monotonic() - began
            size = looking.execute("SELECT count(*) FROM leaf").fetchone()[0] - before
        assert size >= SIZE
        time.sleep(6)
        file, kept = tmp_path / "audit.jsonl", tmp_path / "checkpoints.jsonl"
        kept.write_bytes((running.home / "checkpoints.jsonl").read_bytes())  # as an auditor does: first the checkpoints, then the export
        gateway = psutil.Process(running.process.pid)
        spent = sum(gateway.cpu_times()[:2])
        with memory(running.process.pid) as server:
            exported = hushgate(running, "audit", "export", "-o", file)
        spent = sum(gateway.cpu_times()[:2]) - spent
        verified = hushgate(running, "audit", "verify", file, "--checkpoint", kept)
        spread = hushgate(running, "audit", "export", "--format", "csv", "-o", tmp_path / "audit.csv")
        print(f"\n{SIZE} records, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {file.stat().st_size / 1e6:.0f} MB of JSONL")
        print(f"  written past the gateway   {filled:7.1f} s")
        print(
            f"  sequenced                  {sequenced:7.1f} s  {size / (sequenced + filled):9.0f} records/s from the first write   (bar {RATE})"
        )
        print(
            f"  exported to JSONL          {exported.seconds:7.1f} s  CPU: gateway {spent:.1f} s, command {exported.cpu:.1f} s   (bar {EXPORT * SIZE:.0f} s)"
        )
        print(f"  exported to CSV            {spread.seconds:7.1f} s")
        print(f"  verified                   {verified.seconds:7.1f} s  CPU: {verified.cpu:.1f} s   (bar {VERIFY * SIZE:.0f} s)")
        print(
            f"  memory                     gateway {server[0]:.0f} MB, export {exported.memory:.0f} MB, verify {verified.memory:.0f} MB   (bar {MEMORY})"
        )
        assert max(server[0], exported.memory, verified.memory) <= MEMORY
        assert verified.cpu <= VERIFY * SIZE + 2  # two seconds to start
