"""Versions of keys: rotated with everything readable, wrapped anew in batches, and refused once revoked."""

import base64
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from app.control import admin_keys, keyring, keys, policies, providers, teams
from app.control.keyring import Sort
from app.core.caller import Caller, Reach
from app.core.surrogate import Original
from app.crypto import keyring as crypto
from app.crypto.keyfile import KeyFile
from app.crypto.keyring import Keyring
from app.errors import Conflict, Invalid, NotFound, SetupError, Unauthenticated
from app.store import tables
from app.store.keys import Keys
from app.store.vault import Vault
from app.store.writer import Work
from tests.control.parts import OWNER, composed
from tests.store.parts import store

pytestmark = pytest.mark.anyio
NOW = datetime.now(UTC)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "kek"
    KeyFile.create(path)
    return path


@pytest.fixture
async def control(database_url, file):
    ring, wrapped = Keyring.create(KeyFile.open(file))
    async with composed(database_url, ring) as made:
        async with made.database.transaction() as connection:
            await connection.execute(tables.kek.insert().values(fingerprint=ring.fingerprint))
            row = {"id": 1, "kek_fingerprint": ring.fingerprint, "root_wrapped": wrapped}
            await connection.execute(tables.installation.insert().values(row))
        await teams.create(made, OWNER, "blue")
        yield made


@pytest.fixture
def at_once(monkeypatch):
    """A new root is used without the delay in which other processes hear of it."""
    monkeypatch.setattr(crypto, "LEAD", -1.0)


async def _raw(control, query):
    async with control.database.transaction() as connection:
        return (await connection.execute(text(query))).all()


async def _other(control, file):
    """The keys of another process, as it finds them when it starts."""
    [(fingerprint, wrapped)] = await _raw(control, "SELECT kek_fingerprint, root_wrapped FROM installation")
    refused = [row[0] for row in await _raw(control, "SELECT fingerprint FROM kek WHERE revoked_at IS NOT NULL")]
    other = Keys(Keyring.open(KeyFile.open(file), fingerprint, bytes(wrapped), refused), control.database)
    await other.refresh()
    return other


async def _rotated_kek(control, file):
    fresh = KeyFile.extend(file)
    assert (await keyring.rotate(control, OWNER, Sort.KEK)).version == fresh
    await control.keys.refresh()
    return fresh


async def test_a_new_kek_wraps_and_what_the_old_one_wrapped_still_opens(control, file):
    old = control.keys.keyring.fingerprint
    await providers.put(control, OWNER, "mine", providers.Entry("openai", "https://api.example.test", credential="sk-1"))
    fresh = await _rotated_kek(control, file)
    await control.keys.data_key("vault", "blue", "1")
    assert dict(await _raw(control, "SELECT DISTINCT purpose, kek FROM data_key")) == {
        "policy": old, "admin": old, "provider": old, "vault": fresh
    }  # fmt: skip
    other = await _other(control, file)
    async with control.database.transaction() as connection:
        sealed = (await connection.execute(select(tables.provider.c.credential).where(tables.provider.c.name == "mine"))).scalar_one()
        assert await other.open_credential(connection, "mine", bytes(sealed)) == "sk-1"
    assert other.keyring.index_key("credential") == control.keys.keyring.index_key("credential")
    assert [(one.version, one.current) for one in await keyring.versions(control, OWNER) if one.sort is Sort.KEK] == [
        (fresh, True),
        (old, False),
    ]


async def test_without_a_new_kek_nothing_is_rotated(control):
    with pytest.raises(Conflict, match="no new key-encryption key"):
        await keyring.rotate(control, OWNER, Sort.KEK)


async def test_a_kek_that_a_living_process_lacks_is_not_used(control, file):
    KeyFile.extend(file)
    await _exec(control, "INSERT INTO lease (instance, host, process, keks) VALUES (1, 'h', '1:1', '{other}')")
    with pytest.raises(Conflict, match="1 processes do not hold"):
        await keyring.rotate(control, OWNER, Sort.KEK)
    assert len(await _raw(control, "SELECT 1 FROM kek")) == 1


async def _exec(control, statement):
    async with control.database.transaction() as connection:
        await connection.execute(text(statement))


async def test_keys_are_wrapped_anew_in_batches_that_may_be_stopped_anywhere(control, file):
    for number in range(25):
        await control.keys.data_key("vault", "blue", str(number))
    before = {row.id: control.keys.keyring.unwrap(_key(row)) for row in await _rows(control)}
    old = control.keys.keyring.fingerprint
    fresh = await _rotated_kek(control, file)
    first = await keyring.rewrap(control, OWNER, 10)
    assert (first.done, first.failed) == (10, 0)
    other = await _other(control, file)  # another process goes on where this one stopped
    control = type(control)(control.database, control.ledger, other)
    while (step := await keyring.rewrap(control, OWNER, 10)).done:
        pass
    assert step.left == 0
    assert {row.kek for row in await _rows(control)} == {fresh}
    assert {row.id: other.keyring.secret(_key(row)) for row in await _rows(control)}.keys() >= before.keys()
    only = KeyFile.of_text(base64.b64encode(base64.b64decode(file.read_text().split()[1])).decode())
    ring = Keyring(only, bytes(32))
    assert only.fingerprint == fresh != old
    assert all(ring.unwrap(_key(row)) for row in await _rows(control))  # the old KEK is not needed any more


async def _rows(control):
    async with control.database.transaction() as connection:
        return (await connection.execute(select(tables.data_key))).all()


def _key(row):
    return crypto.DataKey(row.id, row.purpose, row.owner, row.epoch, bytes(row.wrapped), row.version)


async def test_a_key_that_does_not_open_stops_nothing_and_is_told(control, file, caplog):
    await control.keys.data_key("vault", "blue", "1")
    await _exec(control, "UPDATE data_key SET epoch = '2' WHERE purpose = 'vault'")
    await _rotated_kek(control, file)
    assert (await keyring.rewrap(control, OWNER)).failed == 1
    step = await keyring.rewrap(control, OWNER)
    assert (step.done, step.left) == (0, 1)
    assert "do not open" in caplog.text


async def test_a_revoked_kek_opens_nothing_even_where_it_still_lies(control, file):
    old = control.keys.keyring.fingerprint
    await control.keys.data_key("vault", "blue", "1")
    stolen = [row for row in await _rows(control) if row.purpose == "vault"]
    with pytest.raises(Conflict, match="in use"):
        await keyring.revoke(control, OWNER, Sort.KEK, old)
    await _rotated_kek(control, file)
    with pytest.raises(Conflict, match="still need"):
        await keyring.revoke(control, OWNER, Sort.KEK, old)
    while (await keyring.rewrap(control, OWNER)).done:
        pass
    await keyring.revoke(control, OWNER, Sort.KEK, old)
    other = await _other(control, file)
    assert other.keyring.wrapper.use(old)
    other.keyring.wrapper.use(control.keys.keyring.fingerprint)
    with pytest.raises(crypto.EnvelopeError):
        other.keyring.unwrap(_key(stolen[0]))  # put back from a backup, for instance
    with pytest.raises(NotFound):
        await keyring.revoke(control, OWNER, Sort.KEK, "nobody")


async def test_a_root_under_a_revoked_kek_does_not_start(control, file):
    [(fingerprint, wrapped)] = await _raw(control, "SELECT kek_fingerprint, root_wrapped FROM installation")
    with pytest.raises(SetupError, match="does not open"):
        Keyring.open(KeyFile.open(file), fingerprint, bytes(wrapped), {fingerprint})


async def test_credentials_work_across_a_new_index_key_and_get_its_digest_when_they_are_used(control, at_once):
    made = await keys.create(control, OWNER, "blue", now=NOW)
    admin = await admin_keys.create(control, OWNER, "ops", admin_keys.Role.OWNER, now=NOW)
    assert (await keyring.rotate(control, OWNER, Sort.INDEX)).version == "2"
    await control.keys.refresh()
    later = await keys.create(control, OWNER, "blue", now=NOW)
    stamped = dict(await _raw(control, "SELECT id, length(digest) FROM gateway_key"))
    assert (stamped[made.id], stamped[later.id]) == (32, 34)
    assert (await admin_keys.authenticate(control, admin.key)).name == "ops"
    assert (await _raw(control, "SELECT length(digest) FROM admin_key"))[0][0] == 34
    assert (await admin_keys.authenticate(control, admin.key)).name == "ops"
    uses = {one.version: one.uses for one in await keyring.versions(control, OWNER) if one.sort is Sort.INDEX}
    assert uses == {"2": 2, "1": 1}


async def test_a_revoked_index_key_proves_nobody(control, at_once):
    admin = await admin_keys.create(control, OWNER, "ops", admin_keys.Role.OWNER, now=NOW)
    await keyring.rotate(control, OWNER, Sort.INDEX)
    with pytest.raises(Conflict, match="still need"):
        await keyring.revoke(control, OWNER, Sort.INDEX, "1")
    await keyring.revoke(control, OWNER, Sort.INDEX, "1", force=True)
    await control.keys.refresh()
    with pytest.raises(Unauthenticated):
        await admin_keys.authenticate(control, admin.key)
    await keyring.rotate(control, OWNER, Sort.INDEX)
    await keyring.revoke(control, OWNER, Sort.INDEX, "2")
    await control.keys.refresh()
    assert [version for version, _ in control.keys.keyring.index_keys("credential")] == [3]


async def test_a_new_root_is_known_before_it_is_used(control):
    ring = control.keys.keyring
    before = ring.index_key("user", "blue")
    await keyring.rotate(control, OWNER, Sort.INDEX)
    await control.keys.refresh()
    assert ring.index_key("user", "blue") == before
    assert [version for version, _ in ring.index_keys("user", "blue")] == [1, 2]
    ring._now = lambda: time.time() + crypto.LEAD + 1
    assert [version for version, _ in ring.index_keys("user", "blue")] == [2, 1]
    assert ring.index_key("user", "blue") != before


async def test_names_change_with_the_next_epoch_only_and_lasting_ones_never(control, at_once):
    ring, vault = control.keys.keyring, Vault(control.database, control.keys, 30)
    soon = datetime.fromtimestamp(time.time() + 40 * 86_400, UTC)
    before = {scope: vault.naming_key("blue", scope, NOW) for scope in ("team", "*project/p", "client/c")}
    first, lasting = vault.naming_key("blue", "team", soon), ring.project_naming_key("blue", "p")
    await keyring.rotate(control, OWNER, Sort.INDEX)
    await control.keys.refresh()
    assert {scope: vault.naming_key("blue", scope, NOW) for scope in before} == before
    assert vault.naming_key("blue", "team", soon) != first
    assert ring.project_naming_key("blue", "p") == lasting


async def test_a_users_right_is_found_under_every_version(database_url, monkeypatch):
    monkeypatch.setattr(crypto, "LEAD", -1.0)
    async with store(database_url) as built:
        built.run("INSERT INTO installation (id, kek_fingerprint, root_wrapped) VALUES (1, %s, 'x')", built.keys.keyring.fingerprint)
        caller, text_ = Caller("red", "default", "app", "k", "maria"), "EMAIL_ADDRESS_0123456789"
        deposit = await built.vault.deposit(caller, "team", text_, Original("a@x.org"), built.vault.user_index(caller), NOW)
        await built.writer.now(Work([], [deposit]))
        async with built.database.transaction() as connection:
            await built.keys.add(connection, ("root", "", ""), 2)
        try:
            await built.keys.refresh()
            built.keys.generation.bump()
            assert deposit.user_index != built.vault.user_index(caller)
            found = await built.vault.recall(caller, [text_], NOW, Reach.OWN)
            assert found[text_] == ("EMAIL_ADDRESS", Original("a@x.org"))
        finally:
            built.keys.keyring.adopt([])


async def test_data_keys_get_a_next_version_and_what_older_ones_sealed_opens(control):
    document = (await policies.current(control, OWNER, "blue")).document
    await control.keys.data_key("vault", "blue", "7")
    old = await control.keys.data_key("vault", "blue", "7")
    done = await keyring.rotate(control, OWNER, Sort.DATA, "blue")
    control.keys.generation.bump()
    assert done.version == "3 keys"  # admin, policy, vault
    new = await control.keys.data_key("vault", "blue", "7")
    assert new.id != old.id
    async with control.database.transaction() as connection:
        assert (await control.keys.by_id(connection, old.id)).id == old.id
    assert (await policies.current(control, OWNER, "blue")).document == document
    with pytest.raises(Invalid):
        await keyring.rotate(control, OWNER, Sort.INDEX, "blue")


async def test_a_version_that_was_changed_in_the_database_does_not_unwrap(control):
    await keyring.rotate(control, OWNER, Sort.DATA, "blue")
    row = next(row for row in await _rows(control) if row.version == 2)
    assert control.keys.keyring.unwrap(_key(row))
    forged = crypto.DataKey(row.id, row.purpose, row.owner, row.epoch, bytes(row.wrapped), 3)
    with pytest.raises(crypto.EnvelopeError):
        control.keys.keyring.unwrap(forged)


async def test_every_step_is_on_the_record(control, file):
    await _rotated_kek(control, file)
    await keyring.rewrap(control, OWNER)
    verbs = [row[0] for row in await _raw(control, "SELECT verdict FROM record WHERE team = '' ORDER BY at")]
    assert verbs == ["keyring.rotate", "keyring.rewrap"]


async def test_a_process_reads_its_key_file_again(file):
    held = KeyFile.open(file)
    fresh = KeyFile.extend(file)
    assert held.fingerprints == (held.fingerprint,)
    assert held.use(fresh)
    assert KeyFile.open(file).fingerprints[-1] == fresh
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("not a key")
    held.refresh()
    assert fresh in held.fingerprints
