"""How fast keys are wrapped anew (`ROWS=100000`): as one process does it, in batches, through Postgres."""

import os
import time
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.control import keyring
from app.control.keyring import Sort
from app.crypto.keyfile import KeyFile
from app.crypto.keyring import Keyring
from app.store import tables
from tests.control.parts import OWNER, composed

ROWS = int(os.environ.get("ROWS", "20000"))
RATE = 5000


@pytest.mark.anyio
@pytest.mark.timeout(3600)
async def test_keys_are_wrapped_anew_at_five_thousand_a_second(database_url, tmp_path):
    file = tmp_path / "kek"
    KeyFile.create(file)
    ring, wrapped = Keyring.create(KeyFile.open(file))
    async with composed(database_url, ring) as control:
        async with control.database.transaction() as connection:
            await connection.execute(tables.kek.insert().values(fingerprint=ring.fingerprint))
            row = {"id": 1, "kek_fingerprint": ring.fingerprint, "root_wrapped": wrapped}
            await connection.execute(tables.installation.insert().values(row))
            keys = [ring.new_data_key("record", f"t{number}", str(uuid4())) for number in range(ROWS)]
            values = [
                {"id": k.id, "purpose": k.purpose, "owner": k.owner, "epoch": k.epoch, "wrapped": k.wrapped, "kek": ring.fingerprint}
                for k in keys
            ]
            await connection.execute(tables.data_key.insert(), values)
        fresh = KeyFile.extend(file)
        await keyring.rotate(control, OWNER, Sort.KEK)
        began, used, steps = time.monotonic(), time.process_time(), 0
        while (await keyring.rewrap(control, OWNER)).done:
            steps += 1
        seconds, used = time.monotonic() - began, time.process_time() - used
        async with control.database.transaction() as connection:
            assert (await connection.execute(text("SELECT DISTINCT kek FROM data_key"))).scalars().all() == [fresh]
    print(
        f"\n{ROWS} keys wrapped anew in {seconds:.1f} s, {ROWS / seconds:.0f} a second, {steps} transactions, {used:.1f} s of this process"
    )
    assert ROWS / seconds >= RATE
