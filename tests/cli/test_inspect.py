"""`hushgate inspect` and the command as a process: offline, light, line for line, and never a traceback."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import __version__

REPOSITORY = Path(__file__).parents[2]
TEXT = "Überweisung 😀\nmail bob@example.com, card 4111 1111 1111 1111\n"


def _run(*arguments, stdin=b"", env=None):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **(env or {})}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        input=stdin,
        capture_output=True,
        cwd=REPOSITORY,
        env=environment,
        timeout=60,
        check=False,
    )


def test_spans_are_string_indices_one_line_for_each(offline):
    lines = [json.dumps({"text": TEXT, "language": "de"}), json.dumps({"text": ""}), json.dumps({"text": "nothing here"})]
    result = offline("inspect", "--jsonl", stdin="\n".join(lines) + "\n")
    first, *rest = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(TEXT[start:end], entity) for start, end, entity, _ in first["spans"]] == [
        ("bob@example.com", "EMAIL_ADDRESS"),
        ("4111 1111 1111 1111", "CREDIT_CARD"),
    ]
    assert all(0.35 <= score <= 1 for *_, score in first["spans"])
    assert rest == [{"spans": []}, {"spans": []}]


@pytest.mark.parametrize("bad", [b"{", b"", b"[]", b'{"text": 7}', b'{"txt": "x"}', b'{"text": "x", "more": 1}', b"\xff", b"[" * 5000])
def test_a_malformed_line_is_answered_in_its_place(offline, bad):
    result = offline("inspect", "--jsonl", stdin=b'{"text": "a"}\n' + bad + b'\n{"text": "bob@example.com"}\n', status=1)
    first, second, third = [json.loads(line) for line in result.stdout.splitlines()]
    assert first == {"spans": []}
    assert second.keys() == {"error", "line"}
    assert second["line"] == 2
    assert third["spans"]
    assert "Traceback" not in result.stderr


def test_lone_surrogates_do_not_stop_the_line(offline):
    result = offline("inspect", "--jsonl", stdin='{"text": "\\ud83d bob@example.com"}\n')
    assert json.loads(result.stdout)["spans"][0][:2] == [2, 17]


def test_a_file_is_inspected_without_printing_its_values(offline, tmp_path):
    file = tmp_path / "prompt.txt"
    file.write_text(TEXT, encoding="utf-8")
    result = offline("inspect", str(file))
    assert [line.split("\t")[:4] for line in result.stdout.splitlines()[1:]] == [
        ["2", "6", "15", "EMAIL_ADDRESS"],
        ["2", "28", "19", "CREDIT_CARD"],
    ]
    assert not result.stderr
    assert "bob" not in result.output
    found = json.loads(offline("inspect", "-", "--json", stdin=TEXT).stdout)
    assert found["entities"] == {"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}
    assert found["not_inspected"] == []
    assert "bob" not in json.dumps(found)


def test_what_cannot_be_read_is_one_line(offline, tmp_path):
    (tmp_path / "latin").write_bytes("ä".encode("latin-1"))
    for arguments in (("inspect", str(tmp_path / "none")), ("inspect", str(tmp_path)), ("inspect", str(tmp_path / "latin"))):
        result = offline(*arguments, status=1)
        assert result.stderr.startswith("hushgate: ")
        assert len(result.stderr.splitlines()) == 1
    offline("inspect", status=2)
    offline("inspect", "-", "--jsonl", status=2)


def test_detectors_of_your_own_are_loaded_or_named(offline, tmp_path, monkeypatch):
    (tmp_path / "my_detectors.py").write_text(
        "from app.core.finding import Detector, Pattern\nBADGE = Detector('badge', 1, (Pattern('BDG-[0-9]{4}', 'BADGE', 0.9),))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("HUSHGATE_DETECTORS", "my_detectors")
    assert "BADGE" in offline("inspect", "-", stdin="BDG-1234").stdout
    monkeypatch.setenv("HUSHGATE_DETECTORS", "no_such_module")
    assert "no_such_module" in offline("inspect", "-", stdin="x", status=1).stderr


def test_a_line_is_answered_before_the_next_is_sent():
    with subprocess.Popen(
        [sys.executable, "-m", "app", "inspect", "--jsonl"], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for _ in range(3):
            process.stdin.write(b'{"text": "bob@example.com"}\n')
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["spans"]
        process.stdin.close()
        assert process.wait(30) == 0


def test_inspecting_loads_no_server_database_or_heavy_library():
    code = (
        "import sys; from app.cli.root import root\n"
        "try: root(['inspect', '--jsonl'])\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'sqlalchemy', 'psycopg', 'fastapi', 'uvicorn', 'aiohttp', 'httpx', 'app.main', 'app.store', 'spacy', 'presidio_analyzer', 'torch'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, input=b"", capture_output=True, timeout=60, check=True)
    assert done.stdout.strip() == b"[]"


def test_the_command_as_a_process():
    began = time.monotonic()
    version = _run("--version")
    assert (version.returncode, version.stdout.decode().strip()) == (0, f"hushgate {__version__}")
    assert time.monotonic() - began < 10
    refused = _run("team", "list")
    assert refused.returncode == 1
    assert refused.stderr.startswith(b"hushgate: ")
    assert b"Traceback" not in refused.stderr
    invalid = _run("team", "list", env={"HUSHGATE_MAX_BODY": "canary"})
    assert invalid.returncode == 1
    assert b"HUSHGATE_MAX_BODY" in invalid.stderr
    assert b"canary" not in invalid.stderr
    assert _run("nonsense").returncode == 2
    assert _run("inspect", "--jsonl", stdin=b"{\n").returncode == 1


def test_a_fault_of_ours_is_one_line_without_values():
    code = (
        "import sys, app.cli, app.cli.inspection as inspection\n"
        "def broken(*_): raise RuntimeError('canary')\n"
        "inspection.Inspector.findings = broken\n"
        "sys.argv = ['hushgate', 'inspect', '-']\n"
        "app.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, input=b"x", capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    assert b"internal error (RuntimeError in broken:2)" in done.stderr
    assert b"canary" not in done.stderr + done.stdout


EXPLAINED = "mail bob@example.com, password is hunter2! card number: 4111 1111 1111 1111, phone (she said) is 07911123456, from 10.1.2.3"


def test_explain_says_why_and_prints_no_value(offline, tmp_path):
    file = tmp_path / "prompt.txt"
    file.write_text(EXPLAINED)
    rows = json.loads(offline("inspect", str(file), "--explain", "--json").stdout)["findings"]
    plain = json.loads(offline("inspect", str(file), "--json").stdout)["findings"]
    keys = {"pattern", "base", "check", "context", "view", "rule", "action"}
    assert [{key: value for key, value in row.items() if key not in keys} for row in rows] == plain
    why = {row["entity"]: row for row in rows}
    assert all(keys <= row.keys() for row in rows)
    assert (why["CREDIT_CARD"]["check"], why["CREDIT_CARD"]["context"], why["CREDIT_CARD"]["score"]) == ("proved", True, 1.0)
    assert (why["PHONE_NUMBER"]["base"], why["PHONE_NUMBER"]["context"]) == (0.2, True)
    assert why["PHONE_NUMBER"]["score"] == 0.55
    assert (why["EMAIL_ADDRESS"]["context"], why["EMAIL_ADDRESS"]["rule"]) == (False, "default: personal")
    assert (why["IP_ADDRESS_PRIVATE"]["rule"], why["IP_ADDRESS_PRIVATE"]["action"]) == ("default: ordinary", "allow")
    assert (why["PASSWORD"]["rule"], why["PASSWORD"]["action"]) == ("default: secret", "transform")
    table = offline("inspect", str(file), "--explain").stdout
    assert "proved" in table
    for row in rows:
        assert EXPLAINED[row["start"] : row["end"]] not in table


def test_explain_names_the_view_and_prints_no_value(offline, tmp_path):
    file = tmp_path / "prompt.txt"
    file.write_text("bob@example.com, Ym9iQGV4YW1wbGUuY29t and b\u200bob@exam\u200bple.com", encoding="utf-8")
    rows = json.loads(offline("inspect", str(file), "--explain", "--json").stdout)["findings"]
    assert [row["view"] for row in rows] == ["", "decoded from base64", "without hidden characters"]
    table = offline("inspect", str(file), "--explain").stdout
    assert "decoded from base64" in table
    assert "bob" not in table
    assert "Ym9i" not in table


def test_explain_is_for_whole_texts(offline):
    assert "--explain" in offline("inspect", "--jsonl", "--explain", stdin="", status=2).stderr
