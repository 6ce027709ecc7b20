"""Receipts that prove themselves: pending, included, witnessed; and nothing in them can be altered."""

import base64
import copy
import json
from contextlib import asynccontextmanager

import pytest

from app.control import proofs, receipts, teams
from app.control.actor import Actor, Role
from app.crypto.evidence import Pins, Refuted, verify_receipt
from app.crypto.note import Signer
from app.errors import NotAdmitted, NotFound
from app.store.outside import Outside
from app.store.sequencer import Sequencer
from tests import outsider
from tests.control.parts import OWNER
from tests.control.test_audit_and_receipts import _exchange

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def sequenced(control, path):
    sequencer = Sequencer(control.database, control.ledger.signing, Outside(path / "checkpoints.jsonl"))
    try:
        await sequencer.lead()
        yield sequencer
    finally:
        await sequencer.stop()


async def grow(sequencer):
    await sequencer.sequence()
    await sequencer.publish(at_once=True)


async def issued(control, exchange):
    return json.loads(json.dumps(await receipts.receipt(control, "blue", exchange)))


async def proved(control):
    """Return an exchange whose leaf hashes are those of its rows, as the writer's are."""
    from sqlalchemy import select, update  # noqa: PLC0415

    from app.core.record import Record, RecordKind, encode  # noqa: PLC0415
    from app.crypto.merkle import leaf_hash  # noqa: PLC0415
    from app.store import tables  # noqa: PLC0415

    exchange = await _exchange(control, ended="completed")
    async with control.database.transaction() as connection:
        for row in (await connection.execute(select(tables.record).where(tables.record.c.exchange == exchange))).mappings().all():
            columns = {name: row[name] for name in Record._fields}
            value = leaf_hash(encode(Record(**{**columns, "kind": RecordKind(row["kind"])})))
            await connection.execute(update(tables.record).where(tables.record.c.id == row["id"]).values(leaf_hash=value))
            await connection.execute(update(tables.pending).where(tables.pending.c.record == row["id"]).values(hash=value))
    return exchange


async def test_a_receipt_is_pending_then_included(control, tmp_path):
    exchange = await proved(control)
    first = await issued(control, exchange)
    assert first["proof"]["state"] == "pending"
    assert verify_receipt(first, Pins()).state == "pending"
    async with sequenced(control, tmp_path) as sequencer:
        await grow(sequencer)
        for _ in range(3):
            await proved(control)
        await grow(sequencer)
    second = await issued(control, exchange)
    key = await proofs.key(control, OWNER)
    outside = (tmp_path / "checkpoints.jsonl").read_text()
    for pins in (Pins(), Pins.read([key.fingerprint]), Pins.read([key.vkey]), Pins.read([key.public], (), [outside])):
        found = verify_receipt(second, pins)
        assert (found.state, found.keys) == ("included", (key.fingerprint,))
    with pytest.raises(Refuted, match="pinned"):
        verify_receipt(second, Pins.read(["0" * 64]))
    with pytest.raises(Refuted, match="not among"):
        verify_receipt(second, Pins.read((), (), [outside.splitlines()[0]]))


async def test_an_outsider_comes_to_the_same_roots(control, tmp_path):
    exchange = await proved(control)
    async with sequenced(control, tmp_path) as sequencer:
        for _ in range(5):
            await proved(control)
        await grow(sequencer)
    receipt = await issued(control, exchange)
    public = base64.b64decode(receipt["keys"][0])
    text, _ = outsider.opened(receipt["proof"]["checkpoint"], [(f"{receipt['log']}/team/blue", public)])
    _, size, root = outsider.checkpoint(text)
    for row in receipt["records"]:
        from app.core.portable import record_of  # noqa: PLC0415
        from app.core.record import encode  # noqa: PLC0415

        leaf = outsider.leaf(encode(record_of(row)))
        assert outsider.included(leaf, row["index"], size, [base64.b64decode(step) for step in row["path"]]) == root
    below = receipt["proof"]["directory"]
    head, _ = outsider.opened(below["checkpoint"], [(f"{receipt['log']}/directory", public)])
    _, count, top = outsider.checkpoint(head)
    path = [base64.b64decode(step) for step in below["path"]]
    assert outsider.included(outsider.leaf(text.encode()), below["index"], count, path) == top


def mutations(value, path=()):
    """Yield (path, a changed copy of the leaf) for every leaf of a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from mutations(inner, (*path, key))
        yield (*path, "added"), "x"
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from mutations(inner, (*path, at))
    elif isinstance(value, bool) or value is None:
        yield path, "x"
    elif isinstance(value, int | float):
        yield path, value + 1
    else:
        yield path, value[:-1] + ("A" if value[-1:] != "A" else "B") if value else "x"
        if value.swapcase() != value:
            yield path, value.swapcase()  # readers of ids, for one, would take it for the same
        yield (
            path,
            value[: len(value) // 2] + ("b" if value[len(value) // 2 : len(value) // 2 + 1] != "b" else "c") + value[len(value) // 2 + 1 :],
        )


@pytest.mark.parametrize("state", ["pending", "included"])
async def test_nothing_in_a_receipt_can_be_altered(control, tmp_path, state):
    exchange = await proved(control)
    if state == "included":
        async with sequenced(control, tmp_path) as sequencer:
            await grow(sequencer)
    receipt = await issued(control, exchange)
    pins = Pins.read([(await proofs.key(control, OWNER)).fingerprint])
    assert verify_receipt(receipt, pins).state == state
    tried, passed = 0, []
    for path, changed in mutations(receipt):
        altered = copy.deepcopy(receipt)
        inner = altered
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = changed
        tried += 1
        try:
            verify_receipt(altered, pins)
            passed.append(path)
        except Refuted:
            pass
    # A promise's time is signed; what no statement of the receipt rests on may be added beside a record or the proof.
    assert [path for path in passed if path[-1] != "added" and path[0] != "keys"] == []
    assert tried > 60


async def test_a_record_taken_out_of_a_receipt_is_missed(control, tmp_path):
    exchange = await proved(control)
    async with sequenced(control, tmp_path) as sequencer:
        await grow(sequencer)
    receipt = await issued(control, exchange)
    receipt["records"].pop()
    with pytest.raises(Refuted, match="something else"):
        verify_receipt(receipt, Pins())


async def test_a_receipt_whose_contents_were_destroyed_says_so(control, tmp_path):
    from app.store import tables  # noqa: PLC0415

    exchange = await proved(control)
    async with sequenced(control, tmp_path) as sequencer:
        await grow(sequencer)
    async with control.database.transaction() as connection:
        await connection.execute(tables.data_key.update().where(tables.data_key.c.purpose == "record").values(wrapped=None))
    control.keys.keyring.forget()
    receipt = await issued(control, exchange)
    found = verify_receipt(receipt, Pins())
    assert (found.state, len(found.told)) == ("included", 2)


async def test_heads_and_consistency_by_the_admin_api(control, tmp_path):
    await teams.create(control, OWNER, "blue")
    async with sequenced(control, tmp_path) as sequencer:
        sizes = []
        for _ in range(4):
            await proved(control)
            await grow(sequencer)
            head = await proofs.head(control, OWNER, "blue")
            sizes.append((head.size, outsider.checkpoint(head.checkpoint.rpartition("\n\n")[0] + "\n")[2]))
    for old, old_root in sizes:
        for new, new_root in sizes:
            if old <= new:
                found = await proofs.consistency(control, OWNER, "blue", old, new)
                assert outsider.consistent(old, new, [base64.b64decode(step) for step in found.path], old_root) == (old_root, new_root)
    with pytest.raises(NotFound):
        await proofs.consistency(control, OWNER, "blue", 1, 10_000)
    with pytest.raises(NotFound):
        await proofs.head(control, OWNER, "nobody")
    bound = Actor("k", "k", Role.TEAM_ADMIN, frozenset({"red"}))
    with pytest.raises(NotAdmitted):
        await proofs.head(control, bound, "blue")


async def test_a_rotated_key_signs_and_the_old_one_still_vouches(control, tmp_path):
    before = await proved(control)
    async with sequenced(control, tmp_path) as sequencer:
        await grow(sequencer)
        old = await proofs.key(control, OWNER)
        first = await issued(control, before)
        async with control.database.transaction() as connection:
            await control.ledger.signing.rotate(connection)
        after = await proved(control)
        await grow(sequencer)
    new = await proofs.key(control, OWNER)
    assert new.fingerprint != old.fingerprint
    assert (new.log, new.earlier) == (old.log, [old.fingerprint])
    assert verify_receipt(first, Pins.read([old.fingerprint])).state == "included"
    second = await issued(control, after)
    assert verify_receipt(second, Pins.read([new.fingerprint])).state == "included"
    with pytest.raises(Refuted):
        verify_receipt(second, Pins.read([old.fingerprint]))


async def test_a_witness_is_believed_if_it_signed(control, tmp_path):
    from sqlalchemy import insert, select  # noqa: PLC0415

    from app.crypto.note import COSIGNATURE, Key  # noqa: PLC0415
    from app.store import tables  # noqa: PLC0415

    exchange = await proved(control)
    async with sequenced(control, tmp_path) as sequencer:
        await grow(sequencer)
    witness = Signer(b"w" * 32)
    key = Key("witness.example/w1", witness.public, COSIGNATURE)
    async with control.database.transaction() as connection:
        [(size, note)] = (
            await connection.execute(select(tables.checkpoint.c.size, tables.checkpoint.c.note).where(tables.checkpoint.c.team == "*"))
        ).all()
        text = note.rpartition("\n\n")[0] + "\n"
        line = witness.cosignature(key.name, text, 1_700_000_000)
        await connection.execute(insert(tables.cosignature).values(size=size, witness=key.vkey, line=line))
    receipt = await issued(control, exchange)
    assert verify_receipt(receipt, Pins.read((), [key.vkey])).state == "witnessed"
    assert verify_receipt(receipt, Pins.read((), ["1" * 64])).state == "included"
    assert outsider.opened(receipt["proof"]["directory"]["checkpoint"], [(key.name, key.public)], sort=4) == (text, 1_700_000_000)
    receipt["proof"]["directory"]["checkpoint"] = receipt["proof"]["directory"]["checkpoint"].replace(
        line, witness.cosignature(key.name, "other\n", 5)
    )
    with pytest.raises(Refuted, match="wrong"):
        verify_receipt(receipt, Pins())
