"""Commands against a real admin API: what they print, where, and what they never print."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app.cli.output import listing
from app.cli.root import root
from app.crypto import credentials

REPOSITORY = Path(__file__).parents[2]
CANARY = "sk-canary-71c0de55"


def test_a_team_is_added_and_listed(shell):
    shell("team", "add", "blue")
    assert [team["name"] for team in json.loads(shell("team", "list", "--json").stdout)] == ["blue", "default"]
    lines = shell("team", "list").stdout.splitlines()
    assert lines[0].split("\t") == ["name", "created at", "closed at"]
    assert lines[1].startswith("blue\t")
    again = shell("team", "add", "blue", status=1)
    assert again.stdout == ""
    assert again.stderr.startswith("hushgate: a team of this name exists already")
    assert len(again.stderr.splitlines()) == 1


def test_a_key_is_printed_once_alone_on_standard_output(shell):
    made = shell("key", "add", "--client", "bot", "--asserts-users", "--expires", "90d")
    key = credentials.parse(made.stdout.strip())
    assert key is not None
    assert key.secret not in made.stderr
    [listed, _first] = json.loads(shell("key", "list", "--team", "default", "--json").stdout)
    assert (listed["id"], listed["client"], listed["asserts_users"]) == (key.id, "bot", True)
    assert listed["expires_at"]
    assert key.secret not in shell("key", "list").stdout + shell("audit", "list", "--json").stdout
    shell("key", "revoke", key.id)
    assert json.loads(shell("key", "list", "--json").stdout)[0]["revoked_at"]
    assert json.loads(shell("key", "add", "--json").stdout).keys() == {"id", "key"}
    second = shell("key", "add").stdout.strip()
    shell("key", "revoke", second)  # somebody pastes the key itself
    assert json.loads(shell("key", "list", "--json").stdout)[0]["revoked_at"]
    assert "no gateway key" in shell("key", "revoke", "teams", status=1).stderr
    shell("key", "revoke", "../teams", status=1)
    shell("key", "add", "--expires", "soon", status=2)


def test_a_provider_is_set_bit_by_bit_with_its_credential_from_file_or_stdin(shell, tmp_path):
    file = tmp_path / "credential"
    file.write_text(CANARY + "\n")
    outputs = [
        shell(
            "provider", "set", "mine", "--dialect", "openai", "--base-url", "https://api.example.test/v1", "--credential-file", str(file)
        ),
        shell("provider", "set", "mine", "--base-url", "https://api.example.test/v2"),
        shell("provider", "show", "mine", "--json"),
    ]
    shown = json.loads(outputs[-1].stdout)
    assert (shown["dialect"], shown["base_url"], shown["credential_set"]) == ("openai", "https://api.example.test/v2", True)
    outputs.append(shell("provider", "set", "openai", "--credential-file", "-", stdin=CANARY + "\n"))
    outputs.append(shell("provider", "list"))
    assert [line.split("\t")[3] for line in outputs[-1].stdout.splitlines()] == ["credential set", "no", "yes", "yes"]
    outputs.append(shell("provider", "set", "openai", "--credential", CANARY + " x", status=1))
    outputs.append(shell("provider", "set", "openai", "--no-credential", "--json"))
    assert json.loads(outputs[-1].stdout)["credential_set"] is False
    assert CANARY not in "".join(output.output for output in outputs) + shell("audit", "list", "--json").stdout
    shell("provider", "set", "new", status=2)
    shell("provider", "set", "openai", "--no-credential", "--credential", "x", status=2)
    shell("provider", "set", "mine", "--credential-file", str(tmp_path / "none"), status=1)
    assert "reserved" in shell("provider", "set", "sandbox", "--dialect", "openai", "--base-url", "https://x.test", status=1).stderr


def test_a_policy_is_shown_changed_and_set_back(shell, tmp_path):
    document = shell("policy", "show", "default").stdout
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({**json.loads(document), "attachments": "pass"}))
    assert "version 2" in shell("policy", "set", "default", "-f", str(file)).stdout
    assert "unchanged" in shell("policy", "set", "default", "-f", str(file)).stdout
    assert json.loads(shell("policy", "set", "default", "-f", "-", "--json", stdin=document).stdout)["serial"] == 3
    assert [v["serial"] for v in json.loads(shell("policy", "versions", "--json").stdout)] == [3, 2, 1]
    file.write_text('{"version": 1, "rules": [], "rules": []}')
    assert "repeats an object key" in shell("policy", "set", "-f", str(file), status=1).stderr
    file.write_text('{"version": 1, "rulez": []}')
    refused = shell("policy", "set", "-f", str(file), status=1).stderr
    assert "rulez" in refused
    assert "docs/policy.md" in refused
    shell("policy", "show", "red", status=1)
    shell("policy", "set", status=2)


YAML = """\
version: 1
rules:
  - entities: [PHONE_NUMBER]   # a comment
    action: transform
    with: {mask: {keep_last: 4}}
allow:
  - text: support@example.com
    until: 2030-01-01T00:00:00Z
terms:
  - {name: project, texts: [Blue Falcon]}
"""


def test_a_policy_in_yaml_its_faults_what_changed_and_the_way_back(shell, tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text(YAML)
    first = json.loads(shell("policy", "set", "-f", str(file), "--json").stdout)
    assert first["document"]["rules"][0]["with"] == {"mask": {"keep_first": 0, "keep_last": 4, "character": "*"}}
    file.write_text(YAML.replace("transform", CANARY).replace("Blue", "").replace("[Falcon]", f"[{CANARY}]").replace("text:", "txt:"))
    refused = shell("policy", "set", "-f", str(file), status=1)
    for place in ("rules.0.action (line 4, column 5)", "allow.0.txt (line 7, column 5)"):
        assert place in refused.stderr
    assert CANARY not in refused.output
    for text, place in (
        ("version: 1\nmode: enforce\nmode: monitor\n", "line 3, column 1"),
        ("version: [1", "line 1, column 12"),
        ("a: &a [*a]", ""),
    ):
        file.write_text(text)
        assert place in shell("policy", "set", "-f", str(file), status=1).stderr
    file.write_text(YAML.replace("Blue Falcon", CANARY).replace("keep_last: 4", "keep_last: 2"))
    shell("policy", "set", "-f", str(file))
    told = shell("policy", "diff", "default").stdout
    assert told.splitlines() == ["~ rules.0.with.mask.keep_last 4 → 2", '~ terms.0.texts.0 "(hidden)" → "(hidden)"']
    assert CANARY in shell("policy", "diff", "default", "2", "3", "--texts").stdout
    back = json.loads(shell("policy", "rollback", "default", first["version"], "--json").stdout)
    assert (back["serial"], back["version"], back["document"]) == (4, first["version"], first["document"])
    shell("policy", "rollback", "default", "99", status=1)
    shell("policy", "diff", "default", "nope", status=1)
    [entry] = json.loads(shell("audit", "list", "--team", "default", "--limit", "1", "--json").stdout)
    assert entry["details"]["details"]["rollback_to"] == 2


def test_presets_are_printed_and_published(shell):
    names = [one["name"] for one in json.loads(shell("policy", "preset", "--json").stdout)]
    assert set(names) == {"default", "coding", "strict", "monitor-first"}
    for name in names:
        document = json.loads(shell("policy", "preset", name).stdout)
        extra = ("--for", "1d") if document.get("mode") == "monitor" else ()
        published = json.loads(shell("policy", "set", "default", "--preset", name, *extra, "--json").stdout)["document"]
        assert [rule["entities"] for rule in published["rules"]] == [rule["entities"] for rule in document.get("rules", [])]
        assert ("mode_until" in published) is bool(extra)
    shell("policy", "set", "default", "--preset", "monitor-first", status=2)  # never off for good
    shell("policy", "preset", "lax", status=1)
    shell("policy", "set", "default", "--preset", "strict", "-f", "-", status=2)
    assert json.loads(shell("policy", "schema").stdout)["title"] == "PolicyDocument"


def test_the_off_switch_expires_and_is_on_the_record(shell):
    switched = shell("policy", "set", "default", "--mode", "monitor", "--for", "2h")
    assert "Monitoring until" in switched.stderr
    document = json.loads(shell("policy", "show", "--json").stdout)["document"]
    assert document["mode"] == "monitor"
    assert document["mode_until"]
    [entry] = json.loads(shell("audit", "list", "--team", "default", "--limit", "1", "--json").stdout)
    assert (entry["verdict"], entry["details"]["details"]["mode"]) == ("policy.set", "monitor")
    shell("policy", "set", "default", "--mode", "enforce")
    document = json.loads(shell("policy", "show", "--json").stdout)["document"]
    assert document["mode"] == "enforce"
    assert "mode_until" not in document
    shell("policy", "set", "default", "--mode", "monitor", status=2)  # never off for good
    shell("policy", "set", "default", "--for", "2h", status=2)
    shell("policy", "set", "default", "--mode", "monitor", "--for", "0h", status=2)


def test_terms_are_added_to_each_other(shell):
    shell("policy", "term", "default", "project", "Blue Falcon")
    shell("policy", "term", "default", "Project", stdin="Red Kite\n\nBlue Falcon\n")
    shell("policy", "term", "default", "ticket", "--pattern", "TCK-[0-9]{6}")
    terms = json.loads(shell("policy", "show", "--json").stdout)["document"]["terms"]
    assert terms == [
        {"name": "project", "texts": ["Blue Falcon", "Red Kite"]},
        {"name": "ticket", "texts": [], "pattern": "TCK-[0-9]{6}"},
    ]
    assert "RE2" in shell("policy", "term", "default", "bad", "--pattern", "(?=x)", status=1).stderr


def test_the_audit_list_follows_its_pages(shell, monkeypatch):
    monkeypatch.setattr("app.cli.audit._PAGE", 2)
    for name in ("a", "b", "c"):
        shell("team", "add", name)
    assert [entry["team"] for entry in json.loads(shell("audit", "list", "--json").stdout)] == ["c", "b", "a", ""]
    assert len(shell("audit", "list", "--limit", "3").stdout.splitlines()) == 4


def test_an_unknown_receipt_is_one_line(shell):
    refused = shell("receipt", "0190a0b0-0000-7000-8000-000000000000", status=1)
    assert refused.stderr.startswith("hushgate: no receipt of this id")


def test_the_environment_comes_before_the_file(shell, monkeypatch):
    other = credentials.mint(credentials.Prefix.ADMIN).text
    monkeypatch.setenv("HUSHGATE_ADMIN_KEY", other)
    refused = shell("team", "list", status=1)
    assert "unknown here or revoked" in refused.stderr
    assert other not in refused.output
    monkeypatch.setenv("HUSHGATE_ADMIN_KEY", shell.run.admin_key)
    monkeypatch.setenv("HUSHGATE_HOME", "/nonexistent")
    monkeypatch.setenv("HUSHGATE_ADMIN_URL", shell.run.admin_url)
    shell("team", "list")


def test_no_command_prints_the_keys_of_the_first_run(shell):
    printed = "".join(shell(noun, "list", *more).output for noun in ("team", "key", "provider", "audit") for more in ((), ("--json",)))
    for key in (shell.run.admin_key, shell.run.gateway_key):
        assert credentials.parse(key).secret not in printed


def _one_line(result, *parts):
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    for part in ("hushgate: ", *parts):
        assert part in result.stderr


def test_without_a_gateway_one_line_names_the_fix(offline, home, monkeypatch):
    _one_line(offline("team", "list", status=1), "first-run.json", "hushgate serve")
    home.mkdir()
    (home / "first-run.json").write_text("{")
    _one_line(offline("team", "list", status=1), "cannot be read", "hushgate serve")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    (home / "first-run.json").write_text(json.dumps({"admin_key": f"hga_{CANARY}", "admin_url": f"http://127.0.0.1:{port}"}))
    _one_line(offline("team", "list", status=1), "no gateway answers", "hushgate serve")
    for url in ("127.0.0.1:8081", "http://", "nonsense", f"http://me:{CANARY}@127.0.0.1:{port}", "http://[::1"):
        monkeypatch.setenv("HUSHGATE_ADMIN_URL", url)
        refused = offline("team", "list", status=1)
        _one_line(refused)
        assert CANARY not in refused.output
    monkeypatch.setenv("HUSHGATE_ADMIN_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("HUSHGATE_ADMIN_KEY", "hga_ä\n")
    _one_line(offline("team", "list", status=1))


class _Stranger(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_):
        pass


def test_something_else_on_the_port_is_recognised(offline, monkeypatch):
    with HTTPServer(("127.0.0.1", 0), _Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("HUSHGATE_ADMIN_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("HUSHGATE_ADMIN_KEY", "hga_x")
        _one_line(offline("team", "list", status=1), "no admin API of Hushgate")
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("command", ["team", "key", "provider", "policy", "audit"])
def test_a_noun_alone_shows_its_commands(offline, command):
    assert "Commands" in offline.runner.invoke(root, [command]).output


def _on_a_terminal(home, width, *arguments):
    ours, theirs = os.openpty()
    environment = {"PATH": os.environ["PATH"], "HUSHGATE_HOME": str(home), "COLUMNS": str(width), "TERM": "xterm"}
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments], cwd=REPOSITORY, stdout=theirs, env=environment, timeout=60, check=False
    )
    os.close(theirs)
    printed = re.sub(r"\x1b\[[0-9;]*m", "", os.read(ours, 65536).decode())
    os.close(ours)
    assert done.returncode == 0
    return printed


def test_a_terminal_gets_a_table_that_loses_nothing(shell, home):
    [entry] = json.loads(shell("audit", "list", "--json").stdout)
    head, row = _on_a_terminal(home, 100, "audit", "list").splitlines()
    assert head.split() == ["at", "team", "verdict", "entities", "exchange"]
    assert row.split() == [*entry["at"][:19].split("T"), "-", "install", "-", entry["exchange"]]


def test_on_eighty_columns_details_stand_beneath_their_row(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    exchange = "0190a0b0-0000-7000-8000-000000000000"
    found = {"CREDIT_CARD": 2, "EMAIL_ADDRESS": 1, "PHONE_NUMBER": 3}
    item = {"at": "2030-01-01T00:00:00Z", "team": "default", "verdict": "transformed", "entities": found, "exchange": exchange}
    listing([item, {**item, "entities": {}}], ("at", "team", "verdict", "entities", "exchange"), as_json=False)
    head, first, beneath, second = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()
    assert head.split() == ["at", "team", "verdict", "exchange"]
    assert first.split() == second.split() == ["2030-01-01", "00:00:00", "default", "transformed", exchange]
    assert beneath.strip() == "entities: CREDIT_CARD=2 EMAIL_ADDRESS=1 PHONE_NUMBER=3"
    assert max(map(len, (head, first, beneath, second))) <= 80
