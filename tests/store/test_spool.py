"""The spool: what it holds comes back as it was and in order, sealed on disk; torn, damaged, moved and full files."""

import json
import logging
import os
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.config import Settings
from app.core.metrics import Metrics
from app.core.record import RecordKind
from app.crypto.envelope import WrappingKey
from app.crypto.keyring import Keyring
from app.errors import SetupError
from app.store import spool
from app.store.aside import Aside
from app.store.database import Database
from app.store.keys import Keys
from app.store.spool import Spool, SpoolFull
from app.store.vault import Deposit
from app.store.work import Work
from tests.store.parts import record

KEY = WrappingKey(uuid4(), bytes(range(32)))
NOW = datetime.now(UTC)


def work(number=0):
    row = record(RecordKind.INTENT, team=f"t{number}", user_index=b"u" * 32, entities={"EMAIL_ADDRESS": 2, "uuid": 1}, client=None)
    deposit = Deposit("red", "team", "1", f"X_{number}", uuid4(), b"canary", NOW, NOW, "default", "app", b"")
    return Work([row], [deposit], [("red", b"d" * 32)])


def same(found, put):
    return [(w.records, w.deposits, w.signed) for w in found] == [(list(w.records), list(w.deposits), list(w.signed)) for w in put]


@pytest.fixture
def made(tmp_path):
    one = Spool.create(tmp_path / "spool", KEY, 1_000_000)
    yield one
    one.close(remove=True)


def reopened(one):
    one.close(remove=False)
    [again] = Spool.left_over(one.path.parent, KEY)
    return again


def test_work_comes_back_as_it_was_and_in_order(made):
    put = [work(number) for number in range(5)]
    made.append(put[:2])
    made.append(put[2:])
    assert made.waiting == 5
    assert same(made.read(3), put[:3])
    late = work(9)
    made.append([late])
    assert same(made.read(9), [*put[3:], late])
    assert made.read(9) == []
    made.again()
    assert same(made.read(9), [*put, late])
    made.clear()
    assert (made.read(9), made.size, made.waiting) == ([], 0, 0)
    made.append(put[:1])
    assert same(made.read(9), put[:1])


def test_it_is_sealed_private_and_held(made):
    made.append([work()])
    content = made.path.read_bytes()
    assert b"canary" not in content
    assert json.dumps("X_0").encode() not in content
    assert (made.path.stat().st_mode & 0o777, made.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(Spool.left_over(made.path.parent, KEY)) == []  # its process lives


def test_it_is_on_disk_before_anybody_is_told(made, monkeypatch):
    synced = []
    monkeypatch.setattr(spool.os, "fdatasync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    made.append([work(), work(1)])
    assert synced == [made.size]


def test_what_a_dead_process_left_is_found(made):
    put = [work(), work(1)]
    made.append(put)
    again = reopened(made)
    assert same(again.read(9), put)
    again.close(remove=True)
    assert not made.path.exists()


@pytest.mark.parametrize("torn", [1, 4, 100])
def test_a_torn_tail_is_told_and_what_comes_before_it_kept(made, torn, caplog):
    made.append([work()])
    made.append([work(1)])
    size = made.path.stat().st_size
    os.truncate(made.path, size - torn)
    again = reopened(made)
    with caplog.at_level(logging.ERROR):
        assert len(again.read(9)) == 1
    assert "ends within an entry" in caplog.text
    again.close(remove=True)


def test_a_damaged_entry_is_told_and_left_out(made, caplog):
    put = [work(number) for number in range(3)]
    made.append(put)
    with made.path.open("r+b") as file:
        file.seek(made.size // 2)
        byte = file.read(1)
        file.seek(made.size // 2)
        file.write(bytes([byte[0] ^ 1]))
    again = reopened(made)
    assert same(again.read(9), [put[0], put[2]])
    assert "does not open" in caplog.text
    again.close(remove=True)


def test_an_absurd_length_asks_for_no_memory(made):
    made.append([work()])
    with made.path.open("r+b") as file:
        file.write(b"\xff\xff\xff\xff")
    again = reopened(made)
    assert again.read(9) == []
    again.close(remove=True)


def test_entries_open_at_their_place_only(made, caplog):
    made.append([work()])
    first = made.path.read_bytes()
    made.append([work(1)])
    with made.path.open("r+b") as file:
        file.write(made.path.read_bytes()[len(first) :] + first)
    again = reopened(made)
    assert again.read(9) == []
    again.close(remove=True)


def test_a_full_one_takes_nothing_and_loses_nothing(tmp_path):
    put = work()
    small = Spool.create(tmp_path, KEY, 3000)
    small.append([put])
    with pytest.raises(SpoolFull):
        small.append([work(1), work(2), work(3)])
    assert same(small.read(9), [put])
    small.close(remove=True)


def test_a_full_disk_leaves_no_half_entry(made, monkeypatch):
    made.append([work()])
    before = made.path.read_bytes()

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(spool.os, "fdatasync", full)
        with pytest.raises(OSError, match="No space"):
            made.append([work(1)])
    assert made.path.read_bytes() == before
    late = work(2)
    made.append([late])
    assert same(made.read(9)[1:], [late])


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(SetupError, match="cannot be written"):
        Spool.create(tmp_path / "spool", KEY, 1)


class Far:
    """A wrapper elsewhere."""

    remote = True
    fingerprint = "far"


@pytest.mark.anyio
async def test_a_spool_and_a_kms_exclude_each_other_and_strict_has_none():
    database = Database("postgresql:///nowhere")
    keys = Keys(Keyring(Far(), bytes(32)), database)
    assert Aside.of(Settings(), database, keys, Metrics()) is None
    with pytest.raises(SetupError, match="do not go together"):
        Aside.of(Settings(durability="spool"), database, keys, Metrics())
    assert keys.generation.keeps is False
    await database.close()


def test_the_key_of_a_spool_is_the_installations_and_outlives_a_rotation():
    one, other = Keyring(Far(), bytes(32)), Keyring(Far(), b"x" * 32)
    assert one.spool_key().id == Keyring(Far(), bytes(32)).spool_key().id != other.spool_key().id
