"""Counting: closed label sets, one row a process, sums that add up, and nothing that a caller could put into a label."""

import re
import time
from multiprocessing import RawArray

import pytest

from app.core import metrics
from app.core.metrics import FAMILIES, QUICK, Metrics, Sort, status_class
from app.core.policy import Mode, Policy, Verdict, read_policy
from app.errors import HushgateError, Refused
from app.main import _SETS

LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="[^"]*",?)*)\})? (\S+)')


def samples(text):
    """Read the text format as Prometheus does: {(name, labels): value}."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP|TYPE) [a-z_]+ \S.*", line)
            continue
        name, labels, value = LINE.fullmatch(line).groups()
        key = name, tuple(re.findall(r'([a-z]+)="([^"]*)"', labels or ""))
        assert key not in found, line
        found[key] = float(value)
    return found


def read(count, name, **labels):
    return samples(count.render(time.monotonic()))[name, tuple(labels.items())]


def test_every_cell_of_every_family_has_a_place_of_its_own():
    count = Metrics(_SETS)
    for family in FAMILIES:
        for values in [key[1:] for key in count._at if key[0] == family.name]:
            if family.sort is Sort.HISTOGRAM:
                count.observe(family, *values, seconds=1e9)
            else:
                count.add(family, *values, by=1)
    rendered = samples(count.render(0))
    for (name, labels), value in rendered.items():
        wanted = {"_sum": 1e9, "_bucket": float(dict(labels).get("le") == "+Inf")}
        assert value == next((number for end, number in wanted.items() if name.endswith(end)), 0 if name.endswith("lag_seconds") else 1), (
            name
        )


def test_rows_of_processes_add_up_and_never_touch_each_other():
    cells = RawArray("d", Metrics(_SETS, workers=3).size * 3)
    rows = [Metrics(_SETS, cells, worker, 3) for worker in range(3)]
    for number, row in enumerate(rows):
        row.begin()
        row.add(metrics.REQUESTS, "openai", "2xx", by=10**number)
        row.set(metrics.IN_FLIGHT, to=number)
        row.observe(metrics.GATEWAY, seconds=0.003)
    rows[1].begin()  # it was started again: what it counted stays, what it had open is gone
    for row in rows:
        assert read(row, "hushgate_requests_total", dialect="openai", status="2xx") == 111
        assert read(row, "hushgate_requests_in_flight") == 2
        assert read(row, "hushgate_gateway_seconds_count") == 3
        assert read(row, "hushgate_gateway_seconds_sum") == pytest.approx(0.009)


@pytest.mark.parametrize("seconds", [0, *QUICK, *(limit + 1e-9 for limit in QUICK), 1000])
def test_a_time_is_in_every_bucket_whose_limit_it_does_not_pass(seconds):
    count = Metrics(_SETS)
    count.observe(metrics.GATEWAY, seconds=seconds)
    for limit in (*map(str, QUICK), "+Inf"):
        assert read(count, "hushgate_gateway_seconds_bucket", le=limit) == (seconds <= float(limit))


def test_the_lag_is_the_age_of_the_oldest_of_all_rows():
    cells = RawArray("d", Metrics(_SETS, workers=2).size * 2)
    one, other = (Metrics(_SETS, cells, worker, 2) for worker in range(2))
    one.set(metrics.LEDGER_LAG, to=90)
    other.set(metrics.LEDGER_LAG, to=97)
    assert samples(one.render(100))["hushgate_ledger_lag_seconds", ()] == 10
    one.set(metrics.LEDGER_LAG, to=0)
    assert samples(one.render(100))["hushgate_ledger_lag_seconds", ()] == 3


def test_what_a_team_names_itself_is_no_label():
    count = Metrics(_SETS)
    for mode in Mode:
        count.decided(Verdict(mode, (), {"PROJECT_BLUE_FALCON": 2, "EMAIL_ADDRESS": 1, "MERGER": 1}, None))
        assert read(count, "hushgate_entities_total", mode=mode.value, entity="TERM") == 3
        assert read(count, "hushgate_entities_total", mode=mode.value, entity="EMAIL_ADDRESS") == 1
    text = count.render(0)
    assert "FALCON" not in text
    assert "MERGER" not in text


def test_every_word_of_a_verdict_and_every_code_has_its_cell():
    count = Metrics(_SETS)
    count.decided(Policy(read_policy({"version": 1})).decide([], [], None))
    assert read(count, "hushgate_verdicts_total", mode="enforce", verdict="clean") == 1
    waiting = [Refused]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not Refused:
            count.add(metrics.REFUSALS, kind.code)
    count.add(metrics.REFUSALS, HushgateError.code)


def test_a_value_outside_its_set_is_refused():
    with pytest.raises(KeyError):
        Metrics(_SETS).add(metrics.REFUSALS, "something a caller said")


@pytest.mark.parametrize(
    ("status", "word"), [(200, "2xx"), (302, "3xx"), (404, "4xx"), (599, "5xx"), (0, "none"), (100, "none"), (999, "none")]
)
def test_a_status_has_its_class(status, word):
    assert status_class(status) == word
