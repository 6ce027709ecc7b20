"""A platform engineer's morning, through the commands alone: deploy, register, two teams, policies from git, rotate, watch, drain, upgrade."""

import base64
import json
import os
import re
import secrets
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
import yaml
from typer.testing import CliRunner

from app.cli.root import root
from tests.core.test_metrics import samples
from tests.gateway.test_server import Held, free, status
from tests.gateway_process import ROOT, Canaries, ask, eventually
from tests.store.test_upgrade import CENTURY, SITES
from tests.upstream import Upstream

UNIT = (ROOT / "deploy/systemd/hushgate.service").read_text()
pytestmark = pytest.mark.timeout(600)
DASHBOARD = (ROOT / "deploy/grafana/dashboard.json").read_text()
# What a good morning leaves as it is, and what grows in its own time.
STILL = {"hushgate_ledger_failures_total", "hushgate_inspection_processes_replaced_total", "hushgate_ledger_forked_total"}
LATER = {"hushgate_ledger_leaves_total", "hushgate_checkpoints_total"}
REPOSITORY = {  # what lies in git: no secret, no original
    "hushgate.yaml": """\
version: 1
teams:
  red:
    projects:
      default: {clients: [shop]}
    policy: {file: policies/red.yaml}
  blue:
    projects:
      default: {clients: [shop]}
    policy: {file: policies/blue.yaml}
""",
    "policies/red.yaml": """\
version: 1
terms:
  - {name: project, texts: [Blue Falcon]}
""",
    "policies/blue.yaml": """\
version: 1
rules:
  - {entities: [CREDIT_CARD], action: block, reason: cards stay here}
""",
}


class Machine:
    """A host as the unit file describes it: an environment file, credentials that systemd hands over, and the command."""

    def __init__(self, folder: Path, database_url: str, kek: str) -> None:
        self.folder = folder
        self.credentials, self.home = folder / "credentials", folder / "state"
        self.credentials.mkdir(parents=True)
        (self.credentials / "database_url").write_text(database_url + "\n")
        (self.credentials / "kek").write_text(kek + "\n")
        unit = dict(re.findall(r"^Environment=(\w+)=(.*)$", UNIT, re.MULTILINE))
        paths = {"%d": str(self.credentials), "/var/lib/hushgate": str(self.home)}
        self.environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        for name, value in unit.items():
            for old, new in paths.items():
                value = value.replace(old, new)  # noqa: PLW2901
            self.environment[name] = value
        self.environment["HUSHGATE_READ_TIMEOUT"] = "60"  # what the environment file adds
        self.port, self.admin = free(), free()
        self.process: subprocess.Popen[bytes]

    def __call__(self, *words: str, stdin: str = "", fails: bool = False) -> str:
        done = CliRunner().invoke(root, words, env=self.environment, input=stdin)
        assert (done.exit_code != 0) is fails, (words, done.output)
        return done.stderr if fails else done.stdout

    def start(self) -> None:
        words = re.search(r"^ExecStart=\S+/hushgate (.*)$", UNIT, re.MULTILINE)[1].split()
        command = [sys.executable, "-m", "app", *words, "--port", str(self.port), "--admin-port", str(self.admin)]
        with (self.folder / "journal").open("ab") as journal:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=journal, stderr=journal)
        eventually(lambda: status(f"http://127.0.0.1:{self.port}/readyz") == 200, 90, "it did not start")
        eventually(lambda: status(f"http://127.0.0.1:{self.admin}/readyz") == 200, 90, "it did not start")
        eventually(lambda: json.loads((self.home / "first-run.json").read_text())["admin_url"].endswith(str(self.admin)), 90)

    def say(self, key: str, text: str, **more: object) -> httpx.Response:
        url = f"http://127.0.0.1:{self.port}/openai/chat/completions"
        headers = {"authorization": f"Bearer {key}"}
        return httpx.post(url, json=ask("openai", text, **more), headers=headers, trust_env=False, timeout=60)

    def metrics(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        return samples(httpx.get(f"http://127.0.0.1:{self.admin}/metrics", trust_env=False, timeout=20).text)

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(60) == 0


@contextmanager
def host(postgres, folder, kek, content=""):
    """A machine with a database of its own, empty or as a dump has it."""
    name = f"d{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    head, _, query = postgres.partition("?")
    url = f"{head.rpartition('/')[0]}/{name}?{query}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(content)
    built = Machine(folder, url, kek)
    yield built
    if getattr(built, "process", None) is not None and built.process.poll() is None:
        built.process.kill()
        built.process.wait()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def machine(postgres, tmp_path):
    with host(postgres, tmp_path / "new", base64.b64encode(secrets.token_bytes(32)).decode()) as built:
        yield built


@pytest.fixture
def yesterdays(postgres, tmp_path):
    """A machine that ran the release before this one: its schema, its keys, and what applications sent through it."""
    dump = max(SITES.glob("*.sql"))
    known = json.loads(dump.with_suffix(".json").read_text())
    with host(postgres, tmp_path / "old", known["kek"], dump.read_text()) as built:
        built.environment["HUSHGATE_SURROGATE_DAYS"] = CENTURY  # a dump grows older than vaults are meant to
        built.home.mkdir()
        keys = {name: known[name] for name in ("gateway_key", "admin_key")}
        (built.home / "first-run.json").write_text(json.dumps({**keys, "base_url": "", "admin_url": ""}))
        yield built, known


def deploy(machine: Machine) -> None:
    machine("init")
    machine.start()


def register(machine: Machine, provider: Upstream) -> None:
    words = ("--base-url", f"{provider.url}/v1", "--allow-private", "--credential-file", "-")
    machine("provider", "set", "openai", *words, stdin="sk-provider")
    assert json.loads(machine("provider", "show", "openai", "--json"))["credential_set"] is True


def policies_from_git(machine: Machine) -> None:
    """The declarative way of a company: files under version control, looked at, then applied by the pipeline, again and again."""
    repository = machine.folder / "repository"
    for name, content in REPOSITORY.items():
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(content)
    file = str(repository / "hushgate.yaml")
    before = machine("export")
    planned = machine("apply", "-f", file, "--dry-run")
    made = ["team.create", "client.create", "policy.set"]
    assert [line.split()[0] for line in planned.splitlines()] == [*made, *made]
    assert machine("export") == before
    assert machine("apply", "-f", file) == planned
    assert machine("apply", "-f", file) == ""
    published = yaml.safe_load(machine("export"))["teams"]
    assert published["red"]["policy"]["terms"][0]["texts"] == ["Blue Falcon"]
    assert published["blue"]["policy"]["rules"][0]["entities"] == ["CREDIT_CARD"]


def rotate(machine: Machine, old: str) -> str:
    """A new key in the place of the old one: both work until the overlap is over, then the new one alone."""
    made = json.loads(machine("key", "rotate", old.split("_")[1], "--overlap", "8s", "--json"))
    ends, new = datetime.fromisoformat(made["ends_at"]), made["key"]
    assert [machine.say(key, "both work").status_code for key in (old, new)] == [200, 200]
    eventually(lambda: machine.say(old, "ended").status_code == 401, 30)
    assert datetime.now(UTC) >= ends
    assert machine.say(new, "goes on").status_code == 200
    shown = json.loads(machine("key", "show", made["id"], "--json"))
    assert (shown["team"], shown["client"], shown["revoked_at"]) == ("red", "shop", None)
    return new


def watch(machine: Machine, before: dict[tuple[str, tuple[tuple[str, str], ...]], float]) -> None:
    """What the dashboard would have shown: everything it counts has moved, but for what counts failures."""
    after = machine.metrics()

    def grew(name: str, **labels: str) -> float:
        key = name, tuple(labels.items())
        return after[key] - before[key]

    assert grew("hushgate_entities_total", mode="enforce", entity="EMAIL_ADDRESS") == 2
    assert grew("hushgate_entities_total", mode="enforce", entity="TERM") == 1
    assert grew("hushgate_verdicts_total", mode="enforce", verdict="blocked") == 1
    assert grew("hushgate_refusals_total", code="hushgate_policy_blocked") == 1
    assert grew("hushgate_upstream_responses_total", dialect="openai", status="2xx") == 2
    assert grew("hushgate_gateway_seconds_count") == 2
    shown = set(re.findall(r"hushgate_[a-z_]+", DASHBOARD)) & {name for name, _ in after}
    counted = {name for name in shown if name.endswith(("_total", "_bucket"))}
    assert {name for name in counted if any(after[key] > before[key] for key in after if key[0] == name)} - LATER == counted - STILL - LATER
    assert {name for name, _ in after if name in shown - counted} == {  # gauges, for both workers
        f"hushgate_{name}"
        for name in (
            "requests_in_flight",
            "inspection_queue",
            "ledger_queue",
            "ledger_lag_seconds",
            "checkpoint_lag_seconds",
            "spool_entries",
            "spool_bytes",
            "draining",
            "worker_start_time_seconds",
        )
    }
    assert sum(name == "hushgate_worker_start_time_seconds" and value > 0 for (name, _), value in after.items()) == 2


def drain(machine: Machine, provider: Upstream, key: str, text: str) -> None:
    """Stopping in the middle of a stream costs nobody anything."""
    held, answers = Held(), []
    provider.script = held
    thread = threading.Thread(target=lambda: answers.append(machine.say(key, text, stream=True)))
    thread.start()
    assert held.begun.wait(60)
    machine.process.terminate()
    eventually(lambda: status(f"http://127.0.0.1:{machine.port}/readyz") == 0, 60)
    assert machine.metrics()["hushgate_draining", ()] >= 1
    held.go.set()
    thread.join()
    assert machine.process.wait(60) == 0
    assert "data: [DONE]" in answers[0].text
    provider.reset()


def restart(machine: Machine) -> None:
    """A release with the same schema: `init` changes nothing, keys and policies stay."""
    before = json.loads((machine.home / "first-run.json").read_text())
    machine("init")
    assert json.loads((machine.home / "first-run.json").read_text())["admin_key"] == before["admin_key"]
    machine.start()


def upgrade(machine: Machine, known: dict[str, dict[str, str]], provider: Upstream) -> None:
    """A release with a newer schema: it says so, `init` brings the data along, and what was hidden before comes back after."""
    assert "hushgate init" in machine("serve", fails=True)
    deploy(machine)
    register(machine, provider)
    again = machine.say(known["gateway_key"], f"Again: {known['surrogates']['openai']}")
    assert known["said"]["openai"] in again.text
    receipt = json.loads(machine("receipt", known["receipts"]["openai"], "--json"))
    assert {part: receipt[part] for part in known["receipt"]["openai"]} == known["receipt"]["openai"]
    machine.stop()


def test_a_morning(machine, yesterdays):
    canaries = Canaries.fresh()
    with Upstream() as provider:
        deploy(machine)
        register(machine, provider)
        policies_from_git(machine)
        red, blue = (machine("key", "add", "--team", team, "--client", "shop").strip() for team in ("red", "blue"))
        before = machine.metrics()
        first = machine.say(red, f"Blue Falcon: write to {canaries.email}")
        assert first.json()["choices"][0]["message"]["content"] == f"Blue Falcon: write to {canaries.email}"
        assert machine.say(blue, f"Blue Falcon: write to {canaries.email}").status_code == 200  # not this team's word
        refused = machine.say(blue, f"card {canaries.card}")
        assert (refused.status_code, "cards stay here" in refused.text) == (400, True)
        watch(machine, before)
        red = rotate(machine, red)
        drain(machine, provider, red, canaries.text)
        restart(machine)
        again = machine.say(red, f"and again {canaries.email}")
        assert again.json()["choices"][0]["message"]["content"].endswith(canaries.email)
        receipt = json.loads(machine("receipt", first.headers["x-hushgate-receipt"], "--json"))
        assert receipt["entities"] == {"EMAIL_ADDRESS": 1, "PROJECT": 1}
        machine.stop()
        upgrade(*yesterdays, provider)
        assert not canaries.within(provider.record)
        assert not canaries.within((machine.folder / "journal").read_bytes())
