"""The statements of the writer, prepared, and their parameters as binary arrays, below psycopg's adaptation."""

import json
from collections.abc import Sequence
from typing import Final

from psycopg import pq

from app.core.record import Record, encode
from app.crypto.merkle import leaf_hash
from app.store import arrays
from app.store.database import Database
from app.store.link import Link
from app.store.rows import OBJECTS, of_keeping
from app.store.vault import Deposit
from app.store.work import Work

_RECORDS: Final = """
INSERT INTO record (team, id, exchange, kind, at, client, user_index, dialect, endpoint, model, provider, policy_version, verdict,
                    entities, sealed, leaf_hash)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::bytea[], $8::text[], $9::text[],
                     $10::text[], $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::bytea[], $16::bytea[])
"""
# Parts of one statement share a snapshot and a transaction: one round trip commits all or nothing. Rows to renew are locked in order.
_EVERYTHING: Final = f"""
WITH fresh AS (
    INSERT INTO surrogate (team, scope, epoch, text, data_key, sealed, expires)
    SELECT * FROM unnest($17::text[], $18::text[], $19::text[], $20::text[], $21::uuid[], $22::bytea[], $23::timestamptz[])
    ON CONFLICT DO NOTHING RETURNING team, text
), known AS (
    SELECT s.team, s.text, u.until FROM surrogate s
    JOIN unnest($17::text[], $20::text[], $23::timestamptz[], $24::timestamptz[]) AS u(team, text, until, renew)
    ON s.team = u.team AND s.text = u.text AND s.expires < u.renew
    ORDER BY s.team, s.text FOR UPDATE OF s
), renewed AS (
    UPDATE surrogate s SET expires = known.until FROM known WHERE s.team = known.team AND s.text = known.text
), rights AS (
    INSERT INTO restore_right (team, surrogate, client, user_index, project)
    SELECT * FROM unnest($17::text[], $20::text[], $25::text[], $26::bytea[], $27::text[]) ON CONFLICT DO NOTHING
), signed AS (
    INSERT INTO signed_block (team, digest) SELECT DISTINCT * FROM unnest($28::text[], $29::bytea[]) ON CONFLICT DO NOTHING
), written AS ({_RECORDS})
SELECT team, text FROM fresh
"""  # noqa: S608 - a constant in a constant
# From a spool something may come that is there, because only the word of it was lost. An intent of now must be new.
_AGAIN: Final = "ON CONFLICT DO NOTHING"
_STATEMENTS: Final = {
    b"hushgate_records": _RECORDS,
    b"hushgate_everything": _EVERYTHING,
    b"hushgate_records_again": _RECORDS + _AGAIN,
    b"hushgate_objects": OBJECTS,
    b"hushgate_everything_again": _EVERYTHING.replace(_RECORDS, _RECORDS + _AGAIN),
}


async def write(connection: Link, batch: Sequence[Work], *, again: bool = False) -> set[tuple[str, str]]:
    """Write all of a batch in one commit and return the vault rows that were new; `again`: it may be there. Raises psycopg.Error."""
    suffix = b"_again" if again else b""
    keeping = [work for work in batch if work.keeping]
    if keeping:
        await _keep(connection, keeping)
    records = _records([record for work in batch for record in work.records])
    deposits = [deposit for work in batch for deposit in work.deposits]
    signed = [pair for work in batch for pair in work.signed]
    if not deposits and not signed:
        await connection.run(b"hushgate_records" + suffix, records)
        return set()
    parameters = [*records, *_deposits(deposits), *_signed(signed)]
    (result,) = await connection.run(b"hushgate_everything" + suffix, parameters)
    return _pairs(result)


async def _keep(connection: Link, batch: Sequence[Work]) -> None:
    """Write what concerns objects, before the records: what goes into an object is known to before it goes."""
    (result,) = await connection.run(b"hushgate_objects", of_keeping([work.keeping for work in batch if work.keeping]))
    claimed = _pairs(result)
    for work in batch:
        if work.keeping and work.keeping.claims:
            work.claimed = {claim.name for claim in work.keeping.claims} & claimed


def _pairs(result: pq.abc.PGresult) -> set[tuple[str, str]]:
    rows = ([(result.get_value(row, column) or b"").decode() for column in range(2)] for row in range(result.ntuples))
    return {(one, other) for one, other in rows}


def _records(records: Sequence[Record]) -> list[bytes]:
    """Return the first 16 parameters of the statements."""
    return [
        arrays.texts([r.team for r in records]),
        arrays.uuids([r.id for r in records]),
        arrays.uuids([r.exchange for r in records]),
        arrays.texts([r.kind.value for r in records]),
        arrays.times([r.at for r in records]),
        arrays.texts([r.client for r in records]),
        arrays.byteas([r.user_index for r in records]),
        arrays.texts([r.dialect for r in records]),
        arrays.texts([r.endpoint for r in records]),
        arrays.texts([r.model for r in records]),
        arrays.texts([r.provider for r in records]),
        arrays.texts([r.policy_version for r in records]),
        arrays.texts([r.verdict for r in records]),
        arrays.jsonbs([json.dumps(r.entities) if r.entities else "{}" for r in records]),
        arrays.byteas([r.sealed for r in records]),
        arrays.byteas([leaf_hash(encode(r)) for r in records]),
    ]


def _deposits(deposits: Sequence[Deposit]) -> list[bytes]:
    """Return the next eleven."""
    # Sorted: two processes that insert the same surrogates in different orders would deadlock.
    rows = sorted(deposits, key=lambda d: (d.team, d.text, d.client, d.user_index))
    return [
        arrays.texts([d.team for d in rows]),
        arrays.texts([d.scope for d in rows]),
        arrays.texts([d.epoch for d in rows]),
        arrays.texts([d.text for d in rows]),
        arrays.uuids([d.data_key for d in rows]),
        arrays.byteas([d.sealed for d in rows]),
        arrays.times([d.expires for d in rows]),
        arrays.times([d.renew for d in rows]),
        arrays.texts([d.client for d in rows]),
        arrays.byteas([d.user_index for d in rows]),
        arrays.texts([d.project for d in rows]),
    ]


def _signed(pairs: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """Return the last two."""
    return [arrays.texts([team for team, _ in pairs]), arrays.byteas([digest for _, digest in pairs])]


async def prepare(database: Database) -> Link:
    """Return a connection under the writer role with the statements prepared."""
    connection = Link(await database.raw())
    try:
        await connection.query("SET ROLE hushgate_writer")
        for name, statement in _STATEMENTS.items():
            await connection.prepare(name, statement)
    except BaseException:
        await connection.close()
        raise
    return connection
