"""`hushgate apply` and `hushgate export`: files in git, secrets elsewhere, faults by line and column."""

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.cli.manifest import Manifest, write
from app.errors import SetupError

CANARY = "sk-canary-5e1f77aa"
FILE = """\
version: 1
providers:
  mine:
    dialect: openai
    base_url: https://api.example.test/v1
    credential: {env: MINE_KEY}
  other:
    dialect: anthropic
    base_url: https://other.example.test
    credential: {file: other.key}
teams:
  blue:
    projects:
      search: {clients: [web, bot]}
    policy: {file: blue.yaml}
"""
POLICY = """\
version: 1
rules:
  - entities: [CREDIT_CARD]
    action: block
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("MINE_KEY", CANARY)
    (tmp_path / "other.key").write_text(f"{CANARY}-other\n")
    (tmp_path / "blue.yaml").write_text(POLICY)
    path = tmp_path / "hushgate.yaml"
    path.write_text(FILE)
    return path


def test_a_morning_from_git(shell, file):
    planned = shell("apply", "-f", str(file), "--dry-run")
    assert "nothing was done" in planned.stderr
    assert "blue" not in shell("team", "list").stdout
    made = shell("apply", "-f", str(file))
    assert made.stdout == planned.stdout
    assert [line.split()[0] for line in made.stdout.splitlines()] == [
        *["provider.set"] * 2,
        "team.create",
        "project.create",
        *["client.create"] * 2,
        "policy.set",
    ]
    assert "Nothing to change" in shell("apply", "-f", str(file)).stderr
    exported = shell("export")
    assert json.loads(shell("apply", "-f", "-", "--json", stdin=exported.stdout).stdout)["changes"] == []
    assert yaml.safe_load(exported.stdout) == json.loads(shell("export", "--json").stdout)
    assert CANARY not in made.output + planned.output + exported.output + shell("audit", "list", "--json").stdout
    listed = {provider["name"]: provider["credential_set"] for provider in json.loads(shell("provider", "list", "--json").stdout)}
    assert listed == {"anthropic": False, "mine": True, "openai": False, "other": True}


FAULTS = (
    ("credential: {env: MINE_KEY}", f"credential: {CANARY}", "6:5", "a credential stands here"),
    ("{env: MINE_KEY}", "{env: UNSET_KEY}", "6:18", "not set"),
    ("dialect: openai", "dialect: klingon", "4:5", "no such dialect"),
    ("    dialect: openai\n", "    dialekt: openai\n", "4:5", "dialekt"),
    ("version: 1\n", "version: 1\nversion: 1\n", "2:1", "twice"),
    ("clients: [web, bot]", "clients: [web, Bot]", "14:31", "clients"),
    ("clients: [web, bot]", "clients: [web, no]", "14:31", "two ways"),
    ("clients: [web, bot]", "clients: [web, bot", "14:34", "not YAML"),
    ("  mine:\n", "  mine: &a\n", None, None),
    ("credential: {file: other.key}", "credential: {file: none.key}", "", "cannot be read"),
    ("teams:", "teems:", "11:1", "teems"),
)


@pytest.mark.parametrize(("old", "new", "place", "text"), FAULTS, ids=[fault[1].strip()[:30] for fault in FAULTS])
def test_a_fault_is_named_by_line_and_column(shell, file, monkeypatch, old, new, place, text):
    monkeypatch.delenv("UNSET_KEY", raising=False)
    assert FILE.count(old) == 1
    file.write_text(FILE.replace(old, new))
    if place is None:
        shell("apply", "-f", str(file))
        return
    refused = shell("apply", "-f", str(file), status=1)
    assert len(refused.stderr.splitlines()) == 1
    assert refused.stdout == ""
    assert text in refused.stderr
    assert f"hushgate.yaml:{place}" in refused.stderr if place else True
    assert CANARY not in refused.output
    assert "blue" not in shell("team", "list").stdout


def test_a_fault_in_a_policy_is_named_in_its_own_file(shell, file):
    (file.parent / "blue.yaml").write_text(POLICY.replace("block", "shred"))
    assert re.search(r"blue\.yaml:4:\d+: ", shell("apply", "-f", str(file), status=1).stderr)


def test_aliases_and_depth_are_refused(tmp_path):
    bombs = [
        "a: &a [x]\nb: [*a, *a]\n",
        "[" * 5000,
        "- " * 3000 + "x",
        "a: !!python/object:os.system x\n",
        "? [a]\n: b\n",
        "a: 0x1F\n",
        "a: 12:30\n",
    ]
    for bomb in bombs:
        path = tmp_path / "bomb.yaml"
        path.write_text(bomb)
        with pytest.raises(SetupError) as error:
            Manifest(str(path))
        assert re.search(r"bomb\.yaml:\d+:\d+: ", str(error.value))


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
PLAIN = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
PLAIN |= st.sampled_from(["no", "on", "~", "null", "1e3", "0x1F", "12:30", "2031-01-01", "=", "<<", "010", "1_000", ".5", "- x", "#", "'"])
DOCUMENT = st.dictionaries(TEXT, st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)))


@given(DOCUMENT)
def test_what_is_written_reads_back_as_the_same(tmp_path_factory, document):
    path = tmp_path_factory.mktemp("m") / "x.yaml"
    path.write_bytes(write(document).encode())
    assert Manifest(str(path)).document == document
