"""Metrics of a real gateway: what was done is what is counted, summed over workers, and every page about them is true."""

import json
import re

import pytest

from app.core.metrics import FAMILIES, Metrics, Sort
from app.main import _SETS
from tests.core.test_metrics import samples
from tests.gateway_process import ROOT, Canaries, ask, eventually, world
from tests.upstream import whole

DASHBOARD = json.loads((ROOT / "deploy/grafana/dashboard.json").read_text())
ALERTS = (ROOT / "deploy/prometheus/alerts.yml").read_text()
NAMES = {name for name, _ in samples(Metrics(_SETS).render(0))}
LABELS = {family.name: set(family.labels) | {"job", "le"} for family in FAMILIES}


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    with world(postgres, tmp_path_factory.mktemp("metrics") / "home", ("--workers", "2"), HUSHGATE_LEDGER_TIMEOUT="1.5") as built:
        yield built


def scrape(running):
    answer = running.http.get(f"{running.first['admin_url']}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return samples(answer.text)


def grown(before, after):
    """What counters grew by, labels in words."""
    return {
        (name.removeprefix("hushgate_"), *(value for _, value in labels)): after[name, labels] - before[name, labels]
        for name, labels in after
        if name.endswith("_total") and after[name, labels] != before[name, labels]
    }


def test_what_was_done_is_what_is_counted(running):
    canaries = Canaries.fresh()
    before = scrape(running)
    for _ in range(6):
        fresh = running.http.__class__(trust_env=False, timeout=20)  # a connection of its own may reach the other worker
        running.http.close()
        running.http = fresh
        assert running.post("openai", ask("openai", canaries.text)).status == 200
    assert running.post("anthropic", ask("anthropic", "nothing here")).status == 200
    assert running.post("openai", b"{").status == 400
    assert running.post("openai", ask("openai", "x"), headers={"authorization": "Bearer wrong"}).status == 401
    running.upstream.once.append(whole(b'{"error":{"message":"no"}}', 429))
    assert running.post("openai", ask("openai", "x")).status == 429
    running.admin("PUT", "policies/default", {"version": 1, "mode": "monitor", "terms": [{"name": "merger", "texts": ["merger plan"]}]})
    eventually(lambda: running.post("openai", ask("openai", "merger plan")).headers.get("x-hushgate-mode") == "monitor")
    running.admin("PUT", "policies/default", {"version": 1})
    change = eventually(lambda: (found := grown(before, scrape(running))).get(("refusals_total", "hushgate_unauthenticated")) and found)
    monitored = change.pop(("verdicts_total", "monitor", "monitored"))
    assert monitored >= 1
    assert change.pop(("entities_total", "monitor", "TERM")) == monitored
    clean = change.pop(("verdicts_total", "enforce", "clean"))  # what was asked before the change reached the worker is among them
    asked = 6 + 2 + 2 + clean + monitored - 2
    assert change.pop(("requests_total", "openai", "2xx")) == asked - 4
    assert change.pop(("upstream_responses_total", "openai", "2xx")) == asked - 4
    for name in ("ledger_leaves_total", "checkpoints_total"):  # in their own time
        change.pop((name,), None)
    assert change.pop(("inspected_texts_total", "no")) > 0
    assert change.pop(("inspected_texts_total", "yes")) > 0
    assert change == {
        ("requests_total", "openai", "4xx"): 3,
        ("requests_total", "anthropic", "2xx"): 1,
        ("upstream_responses_total", "openai", "4xx"): 1,
        ("upstream_responses_total", "anthropic", "2xx"): 1,
        ("refusals_total", "hushgate_bad_document"): 1,
        ("refusals_total", "hushgate_unauthenticated"): 1,
        ("verdicts_total", "enforce", "transformed"): 6,
        ("entities_total", "enforce", "EMAIL_ADDRESS"): 6,
        ("entities_total", "enforce", "CREDIT_CARD"): 6,
        ("entities_total", "enforce", "AWS_ACCESS_KEY"): 6,
    }


def test_gauges_come_to_rest_and_times_are_counted(running):
    running.post("openai", ask("openai", "x"))
    still = ("requests_in_flight", "inspection_queue", "ledger_queue", "ledger_lag_seconds", "draining")
    now = eventually(lambda: (found := scrape(running)) and not any(found[f"hushgate_{name}", ()] for name in still) and found)
    assert now["hushgate_gateway_seconds_count", ()] > 0
    assert now["hushgate_ledger_commit_seconds_count", ()] > 0
    assert {labels for name, labels in now if name == "hushgate_worker_start_time_seconds"} == {(("worker", "0"),), (("worker", "1"),)}
    assert all(now["hushgate_worker_start_time_seconds", (("worker", str(worker)),)] > 1e9 for worker in range(2))


def test_a_failing_ledger_shows(running):
    running.proxy.stall()
    try:
        assert running.post("openai", ask("openai", "x")).status == 503
        eventually(lambda: scrape(running)["hushgate_ledger_failures_total", ()] > 0)
    finally:
        running.proxy.up()
    eventually(lambda: running.post("openai", ask("openai", "x")).status == 200)


def expressions():
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    yield "variables", DASHBOARD["templating"]["list"][1]["query"]
    for rule in re.findall(r"expr: (.+)", ALERTS):
        yield "alert", rule


@pytest.mark.parametrize(("title", "expression"), list(expressions()))
def test_every_metric_of_the_dashboard_and_the_alerts_exists_with_its_labels(title, expression):
    named = re.findall(r"hushgate_[a-z_]+", re.sub(r'"[^"]*"', "", expression))
    assert named
    assert set(named) <= NAMES
    family = re.sub(r"_(bucket|sum|count)$", "", named[0])
    used = {label for group in re.findall(r"by \(([^)]*)\)", expression) for label in re.split(r",\s*", group)}
    used |= set(re.findall(r"([a-z]+)=~?\"", expression))
    assert used <= LABELS[family]
    for label, value in re.findall(r"([a-z]+)=\"([^\"$]+)\"", expression):
        assert any((label, value) in labels for name, labels in samples(Metrics(_SETS).render(0)) if name in named), (label, value)


def test_the_dashboard_shows_every_family():
    shown = " ".join(expression for title, expression in expressions() if title != "alert")
    assert {family.name for family in FAMILIES if family.name not in shown} == set()
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_the_page_lists_every_family():
    page = (ROOT / "docs/metrics.md").read_text()
    rows = re.findall(r"^\| `(hushgate_\w+)` \| (\w+) \| (.*?) \| (.*) \|$", page, re.MULTILINE)
    assert rows == [
        (
            family.name,
            "gauge" if family.sort is Sort.SINCE else family.sort.value,
            " ".join(f"`{label}`" for label in family.labels) or "-",
            family.help,
        )
        for family in FAMILIES
    ]
