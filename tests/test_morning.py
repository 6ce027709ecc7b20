"""A platform engineer's morning, through the commands alone: deploy, register, two teams, policies from git, rotate, watch, drain, upgrade."""

import base64
import json
import os
import re
import secrets
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import psycopg
import pytest
from typer.testing import CliRunner

from app.cli.root import root
from tests.core.test_metrics import samples
from tests.gateway.test_server import Held, free, status
from tests.gateway_process import ROOT, Canaries, ask, eventually
from tests.upstream import Upstream

UNIT = (ROOT / "deploy/systemd/hushgate.service").read_text()
pytestmark = pytest.mark.timeout(600)
POLICIES = {
    "red": {"version": 1, "terms": [{"name": "project", "texts": ["Blue Falcon"]}]},
    "blue": {"version": 1, "rules": [{"entities": ["CREDIT_CARD"], "action": "block", "reason": "cards stay here"}]},
}


class Machine:
    """A host as the unit file describes it: an environment file, credentials that systemd hands over, and the command."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.credentials, self.home = folder / "credentials", folder / "state"
        self.credentials.mkdir()
        (self.credentials / "database_url").write_text(database_url + "\n")
        (self.credentials / "kek").write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
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


@pytest.fixture
def machine(postgres, tmp_path):
    name = f"d{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    head, _, query = postgres.partition("?")
    built = Machine(tmp_path, f"{head.rpartition('/')[0]}/{name}?{query}")
    yield built
    if getattr(built, "process", None) is not None and built.process.poll() is None:
        built.process.kill()
        built.process.wait()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def deploy(machine: Machine) -> None:
    machine("init")
    machine.start()


def register(machine: Machine, provider: Upstream) -> None:
    machine(
        "provider", "set", "openai", "--base-url", f"{provider.url}/v1", "--allow-private", "--credential-file", "-", stdin="sk-provider"
    )


def policies_from_git(machine: Machine) -> None:
    """The declarative way of a company: files under version control, published by a command."""
    repository = machine.folder / "policies"
    repository.mkdir()
    for team, document in POLICIES.items():
        machine("team", "add", team)
        file = repository / f"{team}.json"
        file.write_text(json.dumps(document))
        machine("policy", "set", team, "-f", str(file))
        assert "unchanged" in machine("policy", "set", team, "-f", str(file))  # a second run of the pipeline makes no version


def rotate(machine: Machine, old: str) -> str:
    """A new key beside the old one, then the old one ends; in between both work."""
    new = machine("key", "add", "--team", "red", "--client", "shop").strip()
    assert [machine.say(key, "both work").status_code for key in (old, new)] == [200, 200]
    machine("key", "revoke", old.split("_")[1])
    eventually(lambda: machine.say(old, "ended").status_code == 401, 20)
    assert machine.say(new, "goes on").status_code == 200
    return new


def watch(machine: Machine, before: dict[tuple[str, tuple[tuple[str, str], ...]], float]) -> None:
    """What the dashboard would have shown."""
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


def drain(machine: Machine, provider: Upstream, key: str, text: str) -> None:
    """Stopping in the middle of a stream costs nobody anything."""
    held, answers = Held(), []
    provider.script = held
    thread = threading.Thread(target=lambda: answers.append(machine.say(key, text, stream=True)))
    thread.start()
    assert held.begun.wait(60)
    machine.process.terminate()
    eventually(lambda: status(f"http://127.0.0.1:{machine.port}/readyz") == 0, 60)
    held.go.set()
    thread.join()
    assert machine.process.wait(60) == 0
    assert "data: [DONE]" in answers[0].text
    provider.reset()


def upgrade(machine: Machine) -> None:
    """A new release: `init` brings the schema along, keys and policies stay."""
    before = (machine.home / "first-run.json").read_text()
    machine("init")
    assert json.loads((machine.home / "first-run.json").read_text())["admin_key"] == json.loads(before)["admin_key"]
    machine.start()


def test_a_morning(machine):
    canaries = Canaries.fresh()
    with Upstream() as provider:
        deploy(machine)
        register(machine, provider)
        policies_from_git(machine)
        red, blue = (machine("key", "add", "--team", team, "--client", "shop").strip() for team in POLICIES)
        before = machine.metrics()
        first = machine.say(red, f"Blue Falcon: write to {canaries.email}")
        assert first.json()["choices"][0]["message"]["content"] == f"Blue Falcon: write to {canaries.email}"
        assert machine.say(blue, f"Blue Falcon: write to {canaries.email}").status_code == 200  # not this team's word
        refused = machine.say(blue, f"card {canaries.card}")
        assert (refused.status_code, "cards stay here" in refused.text) == (400, True)
        watch(machine, before)
        red = rotate(machine, red)
        drain(machine, provider, red, canaries.text)
        upgrade(machine)
        again = machine.say(red, f"and again {canaries.email}")
        assert again.json()["choices"][0]["message"]["content"].endswith(canaries.email)
        receipt = json.loads(machine("receipt", first.headers["x-hushgate-receipt"], "--json"))
        assert receipt["entities"] == {"EMAIL_ADDRESS": 1, "PROJECT": 1}
        assert not canaries.within(provider.record)
        assert not canaries.within((machine.folder / "journal").read_bytes())
        machine.process.terminate()
        assert machine.process.wait(60) == 0
