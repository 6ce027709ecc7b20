"""docs/audit.md is enough: a verifier written from it alone agrees with ours, on sound exports and on falsified ones."""

import ast
import asyncio
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from app.control import proofs
from app.control.wanted import Filter, Request
from app.core import export as lines
from app.core.export import Format
from tests import audit_page, tampering
from tests.control.parts import OWNER

pytestmark = pytest.mark.anyio
PAGE = Path(__file__).parents[2] / "docs/audit.md"


def test_the_verifier_of_the_page_has_nothing_of_ours_in_it():
    found = {
        (node.names[0].name if isinstance(node, ast.Import) else node.module).partition(".")[0]
        for node in ast.walk(ast.parse(Path(audit_page.__file__).read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert found - sys.stdlib_module_names == {"cryptography"}


def test_the_page_names_every_line_and_column_of_an_export():
    page = PAGE.read_text()
    for word in (*lines.COLUMNS, lines.HEADER, lines.TREE, lines.SKIP, lines.MISSING, lines.MARK, lines.MANIFEST, "opening", "contents"):
        assert f"`{word}`" in page, word


async def run(arguments):
    return await asyncio.to_thread(subprocess.run, arguments, capture_output=True, text=True, check=False)


async def test_an_outsider_verifies_an_export_as_the_page_says(database_url, tmp_path):
    async with tampering.ledger(database_url, tmp_path) as control:
        key = (await proofs.key(control, OWNER)).fingerprint
        target = tmp_path / "audit.jsonl"
        target.write_bytes(b"".join(await tampering.exported(control)))
        arguments = [sys.executable, audit_page.__file__, target, key, tmp_path / "checkpoints.jsonl"]
        told = await run(arguments)
        assert (told.returncode, told.stdout) == (0, "400 records hold\n"), told.stderr
        filtered = await tampering.exported(control, Request(Format.JSONL, Filter(entity="EMAIL_ADDRESS")))
        assert 0 < audit_page.verify(filtered, key, []) < 400
        target.write_bytes(target.read_bytes().replace(b'"client":"app"', b'"client":"apq"', 1))
        assert (await run(arguments)).returncode == 1
        with psycopg.connect(database_url, autocommit=True) as connection:
            tampering.restore(connection, "old")
        target.write_bytes(b"".join(await tampering.exported(control)))
        assert "smaller than it was" in (await run(arguments)).stderr
