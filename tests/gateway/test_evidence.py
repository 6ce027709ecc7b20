"""A gateway process and what it gives out as evidence: receipts and exports that the command verifies when the gateway is gone."""

import json
import os
import subprocess
import sys
import time

import httpx
import pytest

from tests.gateway_process import ROOT, Canaries, ask, eventually, world


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    with world(postgres, tmp_path_factory.mktemp("evidence")) as running:
        entry = {"dialect": "openai", "base_url": running.upstream.url + "/v1", "credential": "x", "allow_private": True}
        running.admin("PUT", "providers/openai", entry | {"terms": {"region": "eu", "training": False}})
        yield running


def hushgate(running, *arguments):
    environment = {"PATH": os.environ["PATH"], "HUSHGATE_HOME": str(running.home)}
    command = [sys.executable, "-m", "app", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)


def own(running, path, key=None):
    headers = {"authorization": f"Bearer {key or running.key}"}
    return running.http.get(f"{running.first['base_url']}/hushgate/v1/{path}", headers=headers)


def sent(running, text="hello"):
    return running.post("openai", ask("openai", text)).headers["x-hushgate-receipt"]


def included(running, receipt):
    def look():
        found = own(running, f"receipts/{receipt}").json()
        return found if found["proof"]["state"] == "included" and found["state"] != "open" else None

    return eventually(look)


def test_a_receipt_is_included_soon_and_verifies_when_the_gateway_knows_nothing_of_it(running, tmp_path):
    canaries = Canaries.fresh()
    receipt = sent(running, canaries.text)
    first = own(running, f"receipts/{receipt}").json()
    assert first["proof"]["state"] in {"pending", "included"}
    began = time.monotonic()
    whole = included(running, receipt)
    took = time.monotonic() - began
    assert whole["destination"] == {"host": "127.0.0.1", "terms": {"region": "eu", "training": False}}
    assert whole["outcome"]["restored"] == 3
    assert whole["detectors"]
    assert whole["actions"] == {"transform": 3}
    assert not canaries.within(json.dumps(whole).encode())
    assert took < 10
    key = json.loads(hushgate(running, "audit", "key", "--json").stdout)
    file = tmp_path / "receipt.json"
    file.write_text(hushgate(running, "receipt", receipt, "--json").stdout)
    offline = {"PATH": os.environ["PATH"], "HUSHGATE_HOME": str(tmp_path / "nothing")}
    command = [sys.executable, "-m", "app", "audit", "verify", file, "--json", "--key", key["fingerprint"]]
    command += ["--checkpoint", running.home / "checkpoints.jsonl"]
    result = subprocess.run(command, cwd=ROOT, env=offline, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {"state": "included", "keys": [key["fingerprint"]], "told": []}
    file.write_text(file.read_text().replace('"CREDIT_CARD": 1', '"CREDIT_CARD": 2'))
    result = subprocess.run(command, cwd=ROOT, env=offline, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("hushgate: ")


def test_an_application_sees_its_own_tree_only(running):
    included(running, sent(running))
    head = own(running, "checkpoint").json()
    assert head["tree"] == "default"
    assert head["checkpoint"].split("\n")[0].endswith("/team/default")
    proof = own(running, f"consistency/1/{head['size']}").json()
    assert (proof["old"], proof["new"]) == (1, head["size"])
    for path in ("checkpoint/red", "consistency/0/1", "consistency/1/999999", "consistency/1", "x", "", "consistency/a/b"):
        assert own(running, path).status_code == 404, path
    assert own(running, "checkpoint", "hg_x_y").status_code == 401


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_command_exports_and_verifies(running, tmp_path, form):
    included(running, sent(running))
    file = tmp_path / f"audit.{form}"
    result = hushgate(running, "audit", "export", "--format", form, "-o", file)
    assert result.returncode == 0, result.stderr
    checked = hushgate(running, "audit", "verify", file, "--checkpoint", running.home / "checkpoints.jsonl")
    assert checked.returncode == 0, checked.stderr
    assert "included" in checked.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_the_command_goes_on_where_it_was_interrupted(running, tmp_path):
    included(running, sent(running))
    file, part = tmp_path / "a.jsonl", tmp_path / "a.jsonl.part"
    hushgate(running, "audit", "export", "-o", file)
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    mark = max(at for at, line in enumerate(lines[:-2]) if line.startswith(b'{"mark":'))
    part.write_bytes(b"".join(lines[: mark + 1]) + lines[mark + 1][:20])
    file.unlink()
    result = hushgate(running, "audit", "export", "-o", file)
    assert result.returncode == 0, result.stderr
    assert "going on" in result.stderr
    assert file.read_bytes() == whole
    part.write_bytes(b"".join(lines[: mark + 1]))
    result = hushgate(running, "audit", "export", "--model", "other", "-o", file)
    assert (result.returncode, "of another export" in result.stderr) == (1, True)


def test_after_kill_9_every_record_has_one_leaf_and_the_log_goes_on(postgres, tmp_path):
    with world(postgres, tmp_path / "home") as running:
        running.provide("openai", running.upstream.url + "/v1")
        receipts = []
        for _ in range(2):
            receipts += [sent(running) for _ in range(5)]
            running.kill()
            running.start()
        for receipt in receipts:
            included(running, receipt)
        gaps = "SELECT count(*), max(index) + 1, count(DISTINCT record) FROM leaf GROUP BY team"
        assert all(count == size == different for count, size, different in running.sql(gaps))
        [(without,)] = running.sql("SELECT count(*) FROM record WHERE id NOT IN (SELECT record FROM leaf)")
        assert without == 0
        file = tmp_path / "audit.jsonl"
        assert hushgate(running, "audit", "export", "-o", file).returncode == 0
        checked = hushgate(running, "audit", "verify", file, "--checkpoint", running.home / "checkpoints.jsonl")
        assert checked.returncode == 0, checked.stderr


def test_metrics_tell_of_the_leaves(running):
    included(running, sent(running))
    text = httpx.get(f"{running.first['admin_url']}/metrics", trust_env=False).text
    leaves = next(line for line in text.splitlines() if line.startswith("hushgate_ledger_leaves_total"))
    assert float(leaves.split()[1]) >= 2
