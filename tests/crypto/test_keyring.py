"""The keyring: what it derives is frozen, what it wraps opens for its own KEK and row only, and the key file is guarded."""

import base64
import os
import stat
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.crypto import keyring
from app.crypto.envelope import Context, EnvelopeError, Fault, WrappingKey, key_id, seal, unseal
from app.crypto.keyring import DataKey, KeyFile, Keyring
from app.errors import SetupError

KEK = bytes(range(32))
ROOT = bytes(range(50, 82))
WRAPPED = (
    "0101f8f7454536d4cb20de247113f570d733d1a0034412fa48c86196d3ebe31511adff4df77a773b47d0c3bdbdc9c7a2ce5f4dcfa7dcaf47e61339805f835c9a"
    "03e776aadc7b5f738e4cad6a3e18e87655ad32b729b56013612ee800aeede77bd6f723ffa87edcbcf27b0147216baf0ea5cfb7aa60da966985b1dd4fbd1a87a4"
    "b071831e1114927e5db4b98c0e67d91817080f9c6d3c4630804eee8d4db0d1055c0983612443d522ca9876f930640c3d766ac9faaefb4f8aa9cf80c4914f"
)
HERE = Context("team", "surrogate", ("PERSON_4K7Q2MX8FT",))


@pytest.fixture
def kek() -> KeyFile:
    return KeyFile(KEK)


@pytest.fixture
def ring(kek) -> Keyring:
    return Keyring(kek, ROOT)


# --- derived keys


def test_derived_keys_are_frozen(ring, kek):
    assert kek.fingerprint == "f8f7454536d4cb20de247113f570d733"
    assert ring.index_key("credential").hex() == "0e0f214bbd2102addbcc3aa47914e47454e2f5ce8f7e192dc27b187b1d1e428c"
    assert ring.epoch_naming_key("team", "2026-11").hex() == "2ae031f3f108c6f587e2bf26ccf3b19bbe285bb5dd798fef258a1b90bf205798"
    assert ring.project_naming_key("team", "default").hex() == "401cd66f49a358c2e0aff50a3f2fe16aa747312efda656f4d8f2d0d6bd0b18b4"


def test_what_a_kek_has_wrapped_stays_readable(kek):
    assert kek.unwrap(bytes.fromhex(WRAPPED), Context("", "installation", ("root",))) == ROOT
    name = HKDF(SHA512(), 16, None, b"hushgate/kek/1/fingerprint").derive(KEK)
    wrapping = WrappingKey(UUID(bytes=name), HKDF(SHA512(), 32, None, b"hushgate/kek/1/wrap").derive(KEK))
    assert unseal(wrapping, bytes.fromhex(WRAPPED), Context("", "installation", ("root",))) == ROOT


def test_derived_keys_are_those_of_the_description(ring):
    def field(text: str) -> bytes:
        return b"\x01" + len(text).to_bytes(4, "big") + text.encode()

    info = b"hushgate/root/1/" + field("naming/epoch") + field("team") + field("2026-11")
    assert ring.epoch_naming_key("team", "2026-11") == HKDF(SHA512(), 32, None, info).derive(ROOT)


def test_derived_keys_differ_by_every_name(ring):
    keys = [
        ring.index_key("credential"),
        ring.index_key("user"),
        ring.index_key("user", "team"),
        ring.index_key("userteam"),
        ring.epoch_naming_key("a", "bc"),
        ring.epoch_naming_key("ab", "c"),
        ring.project_naming_key("a", "bc"),
        ring.project_naming_key("ab", "c"),
        ring.scope_naming_key("a", "b", "c"),
        ring.scope_naming_key("a", "bc", ""),
        ring.scope_naming_key("ab", "", "c"),
        Keyring(KeyFile(KEK), bytes(32)).index_key("credential"),
        ROOT,
    ]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


# --- installation


def test_an_installation_opens_again(kek):
    ring, wrapped = Keyring.create(kek)
    again = Keyring.open(KeyFile(KEK), ring.fingerprint, wrapped)
    assert again.index_key("credential") == ring.index_key("credential")
    assert again.unwrap(ring.new_data_key("vault", "team", "2026-11"))


def test_two_installations_differ(kek):
    assert Keyring.create(kek)[0].index_key("credential") != Keyring.create(kek)[0].index_key("credential")


def test_a_foreign_kek_does_not_start(kek):
    ring, wrapped = Keyring.create(kek)
    with pytest.raises(SetupError, match="is not that of this database") as caught:
        Keyring.open(KeyFile(bytes(32)), ring.fingerprint, wrapped)
    assert ring.fingerprint in str(caught.value)


@pytest.mark.parametrize("damage", [b"", b"\x01", bytes(190)])
def test_a_damaged_root_does_not_start(kek, damage):
    with pytest.raises(SetupError, match="does not open"):
        Keyring.open(kek, kek.fingerprint, damage)


def test_a_data_key_is_no_root(kek, ring):
    with pytest.raises(SetupError, match="wrong context"):
        Keyring.open(kek, kek.fingerprint, ring.new_data_key("vault", "team", "2026-11").wrapped)


# --- data keys


def test_a_data_key_seals_and_opens(ring):
    data_key = ring.new_data_key("vault", "team", "2026-11")
    assert (data_key.purpose, data_key.owner, data_key.epoch) == ("vault", "team", "2026-11")
    assert key_id(data_key.wrapped) == UUID(ring.fingerprint)
    key = ring.unwrap(data_key)
    assert key.id == data_key.id
    sealed = seal(key, b"Maria", HERE)
    assert unseal(Keyring(KeyFile(KEK), ROOT).unwrap(data_key), sealed, HERE) == b"Maria"
    assert key_id(sealed) == data_key.id


def test_data_keys_are_random(ring):
    one, other = ring.new_data_key("vault", "team", "1"), ring.new_data_key("vault", "team", "1")
    assert one.id != other.id
    secrets = {ring._wrapper.unwrap(each.wrapped, each.place()) for each in (one, other)}
    assert len(secrets) == 2


@pytest.mark.parametrize("cached", [False, True])
@pytest.mark.parametrize(
    "change", [{"id": UUID(int=1)}, {"purpose": "ledger"}, {"owner": "other"}, {"epoch": "2"}, {"wrapped": b"\x01"}], ids=str
)
def test_an_altered_row_does_not_unwrap(ring, change, cached):
    data_key = ring.new_data_key("vault", "team", "1")
    if cached:
        ring.unwrap(data_key)
    with pytest.raises(EnvelopeError):
        ring.unwrap(replace(data_key, **change))


def test_two_rows_do_not_swap_their_keys(ring):
    one, other = ring.new_data_key("vault", "team", "1"), ring.new_data_key("vault", "team", "1")
    with pytest.raises(EnvelopeError) as caught:
        ring.unwrap(replace(one, wrapped=other.wrapped))
    assert caught.value.fault == Fault.CONTEXT


def test_a_data_key_of_another_kek_does_not_unwrap(ring):
    with pytest.raises(EnvelopeError) as caught:
        Keyring(KeyFile(bytes(32)), ROOT).unwrap(ring.new_data_key("vault", "team", "1"))
    assert caught.value.fault == Fault.KEY


def test_unwrapped_keys_are_remembered_until_forgotten(ring):
    one, other = ring.new_data_key("vault", "team", "1"), ring.new_data_key("vault", "team", "2")
    first, second = ring.unwrap(one), ring.unwrap(other)
    assert ring.unwrap(one) is first
    ring.forget(one.id, UUID(int=1))
    assert ring.unwrap(one) is not first
    assert ring.unwrap(other) is second
    ring.forget()
    assert ring.unwrap(other) is not second


def test_an_unwrapped_key_is_remembered_for_five_minutes():
    now = [0.0]
    ring = Keyring(KeyFile(KEK), ROOT, clock=lambda: now[0])
    row = ring.new_data_key("vault", "team", "1")
    first = ring.unwrap(row)
    now[0] = keyring.MAX_AGE - 0.001
    assert ring.unwrap(row) is first
    now[0] = keyring.MAX_AGE
    second = ring.unwrap(row)
    assert second is not first
    now[0] *= 1.5
    assert ring.unwrap(row) is second  # its age counts from when it was unwrapped


def test_the_cache_is_bounded(ring, monkeypatch):
    monkeypatch.setattr(keyring, "_CACHED", 3)
    rows = [ring.new_data_key("vault", "team", str(epoch)) for epoch in range(5)]
    keys = [ring.unwrap(row) for row in rows]
    assert list(ring._cache) == [row.id for row in rows[2:]]
    assert ring.unwrap(rows[4]) is keys[4]


# --- the key file


@pytest.mark.parametrize("umask", [0, 0o777])
def test_a_key_file_is_created_private_and_opens(tmp_path, umask):
    path = tmp_path / "kek"
    before = os.umask(umask)
    try:
        made = KeyFile.create(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o7777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert KeyFile.open(path).fingerprint == made.fingerprint
    assert KeyFile.of_text(path.read_text()).fingerprint == made.fingerprint
    sealed = made.wrap(ROOT, HERE)
    assert KeyFile.open(path).unwrap(sealed, HERE) == ROOT


def test_a_key_file_is_private_from_its_first_moment_and_its_name_durable(tmp_path, monkeypatch):
    modes, synced = [], []
    monkeypatch.setattr(keyring.os, "fchmod", lambda descriptor, _: modes.append(os.fstat(descriptor).st_mode & 0o7777))
    monkeypatch.setattr(keyring.os, "fsync", lambda descriptor: synced.append(stat.S_IFMT(os.fstat(descriptor).st_mode)))
    before = os.umask(0)
    try:
        KeyFile.create(tmp_path / "kek")
    finally:
        os.umask(before)
    assert modes == [0o600]
    assert synced == [stat.S_IFREG, stat.S_IFDIR]


def test_two_key_files_differ(tmp_path):
    assert KeyFile.create(tmp_path / "a").fingerprint != KeyFile.create(tmp_path / "b").fingerprint


@pytest.mark.parametrize("there", ["file", "folder", "dangling link"])
def test_a_key_file_is_never_written_over(tmp_path, there):
    path = tmp_path / "kek"
    {"file": lambda: path.write_text("mine"), "folder": path.mkdir, "dangling link": lambda: path.symlink_to(tmp_path / "away")}[there]()
    with pytest.raises(SetupError, match="exists already"):
        KeyFile.create(path)
    assert list(tmp_path.iterdir()) == [path]
    assert there != "file" or path.read_text() == "mine"


def test_a_key_file_that_cannot_be_created_says_so(tmp_path):
    with pytest.raises(SetupError, match="cannot be created"):
        KeyFile.create(tmp_path / "none" / "kek")


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyring.os, "fsync", full)
    with pytest.raises(SetupError, match="No space left"):
        KeyFile.create(tmp_path / "kek")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o660])
def test_a_key_file_open_to_others_is_refused(tmp_path, mode):
    path = tmp_path / "kek"
    KeyFile.create(path)
    path.chmod(mode)
    with pytest.raises(SetupError, match=r"open to other users.*chmod 600"):
        KeyFile.open(path)


def test_a_read_only_key_file_is_fine(tmp_path):
    path = tmp_path / "kek"
    made = KeyFile.create(path)
    path.chmod(0o400)
    assert KeyFile.open(path).fingerprint == made.fingerprint


def test_a_key_file_of_another_user_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "kek"
    KeyFile.create(path)
    owner = path.stat().st_uid
    monkeypatch.setattr(keyring.os, "geteuid", lambda: owner + 1)
    with pytest.raises(SetupError, match="belongs to another user"):
        KeyFile.open(path)


def test_what_is_not_a_regular_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(SetupError, match="not a regular file"):
            KeyFile.open(path)


def test_a_missing_key_file_names_the_fix(tmp_path):
    with pytest.raises(SetupError, match=r"cannot be read.*HUSHGATE_KEK"):
        KeyFile.open(tmp_path / "kek")


TEXT = base64.b64encode(KEK).decode()


@pytest.mark.parametrize(
    "text", ["", "\n", TEXT[:-2], TEXT[:20] + " " + TEXT[20:], TEXT + "AAAA", "*" + TEXT, KEK.hex(), "ключ", "A" * 5000, "\ud800"]
)
def test_what_is_not_a_key_is_refused_without_showing_it(tmp_path, text):
    path = tmp_path / "kek"
    path.touch(0o600)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    for make in (lambda: KeyFile.open(path), lambda: KeyFile.of_text(text)):
        with pytest.raises(SetupError, match="is not a key") as caught:
            make()
        assert len(text.strip()) < 4 or text.strip() not in str(caught.value)


def test_a_key_given_as_text_may_end_in_white_space(kek):
    assert KeyFile.of_text(f"{TEXT}\r\n").fingerprint == kek.fingerprint


# --- what does not show


def shown(thing: object) -> str:
    return f"{thing} {thing!r} {[thing]} {vars(type(thing)).get('__doc__')}"


def test_no_key_material_shows(ring, kek):
    data_key = ring.new_data_key("vault", "team", "1")
    key = ring.unwrap(data_key)
    raw = ring._wrapper.unwrap(data_key.wrapped, data_key.place())
    secrets = [KEK, ROOT, ring._roots[0].prk, data_key.wrapped, raw]
    for thing in (ring, kek, data_key, key):
        for secret in secrets:
            text = shown(thing)
            assert secret.hex() not in text
            assert base64.b64encode(secret).decode() not in text
            assert repr(secret)[2:-1] not in text
    assert repr(ring) == f"Keyring({kek.fingerprint})"
    assert repr(kek) == f"KeyFile({kek.fingerprint})"
    assert isinstance(key, WrappingKey)
    assert isinstance(data_key, DataKey)
    assert str(data_key.id) in repr(data_key)


def test_the_fingerprint_says_nothing_about_the_key(kek):
    assert kek.fingerprint not in KEK.hex()
    assert Path(kek.fingerprint).name == kek.fingerprint
    assert len(kek.fingerprint) == 32
