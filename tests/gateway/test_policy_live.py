"""Policies on a running gateway: a change reaches every process while a stream goes on, headers are on the record, stand-ins come back."""

import copy
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.core.surrogate import well_formed
from app.main import initialise
from tests.gateway_process import SOON, Canaries, World, ask, eventually, world
from tests.upstream import frames, surrogates

PUBLISHED = 20  # changes in a row


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    with world(postgres, tmp_path_factory.mktemp("gateway") / "home") as built:
        yield built


@pytest.fixture(scope="module")
def second(running, tmp_path_factory):
    """Another process of the same installation: its own home, the same database and key-encryption key."""
    home = tmp_path_factory.mktemp("second")
    (home / "tmp").mkdir()
    other = World(home, running.database, running.upstream, running.proxy, {**running.environment, "HUSHGATE_HOME": str(home)})
    initialise(Settings.read(other.environment), mint=True, base_url="", admin_url="")
    other.start()
    yield other
    other.stop()


@pytest.fixture
def gateway(running):
    running.upstream.reset()
    yield running
    running.admin("PUT", "policies/default", {"version": 1})
    running.upstream.reset()


@pytest.fixture
def canaries():
    return Canaries.fresh()


def versions(gateway):
    return [version["version"] for version in gateway.admin("GET", "policies/default/versions")["items"]]


def seen(gateway, client, news):
    """Ask a process again and again; return after how many seconds it answered under the version that `news` will hold."""
    mine, deadline = copy.copy(gateway), time.monotonic() + 20
    mine.http = client
    while time.monotonic() < deadline:
        version = mine.post("openai", ask("openai", "hello")).headers["x-hushgate-policy"].partition("@")[2]
        if news and news[0] == version:
            return max(0.0, time.monotonic() - news[1])  # the version may be seen before its publisher has its answer
    pytest.fail("the change did not arrive")


def test_a_change_reaches_every_process_within_a_second_while_streams_go_on(gateway, second, canaries):
    """Again and again, asked at once: the one who published knows, the other is told. What began before ends whole, as it began."""
    both, took = (gateway, second), []
    for one in both:  # both have a version in their cache
        assert one.post("openai", ask("openai", "hello")).status == 200
    before = gateway.admin("GET", "policies/default")["version"]
    go_on = threading.Event()

    def halting(talk):
        pieces = frames(talk)
        talk.head(200, content_type="text/event-stream", transfer_encoding="chunked")
        talk.chunk(b"".join(pieces[: len(pieces) // 2]))
        while not go_on.wait(0.1):
            talk.chunk(b": still here\n\n")
        talk.chunk(b"".join(pieces[len(pieces) // 2 :]))
        talk.send(b"0\r\n\r\n")

    connected = httpx.Client(trust_env=False, timeout=20)
    with connected, ThreadPoolExecutor(4) as threads:
        streams = []
        for count, one in enumerate(both, 1):
            gateway.upstream.once.append(halting)
            streams.append(threads.submit(one.post, "openai", ask("openai", canaries.text, stream=True), timeout=60))
            eventually(lambda count=count: sum(r.streamed for r in gateway.upstream.received) == count)
        for change in range(PUBLISHED):
            news: list[Any] = []
            waiting = [threads.submit(seen, one, connected, news) for one in both]
            published = gateway.admin("PUT", "policies/default", {"version": 1, "models": ["*", f"m-{change}"]})
            news += [published["version"], time.monotonic()]
            took += [future.result(30) for future in waiting]
        gateway.admin("PUT", "policies/default", {"version": 1, "rules": [{"entities": ["*"], "action": "block"}]})
        eventually(lambda: all(one.post("openai", ask("openai", canaries.text)).status == 400 for one in both), SOON)
        go_on.set()
        for one, stream in zip(both, streams, strict=True):
            assert one.process.poll() is None
            assert stream.result(30).headers["x-hushgate-policy"] == f"default@{before}"
            assert stream.result().text == canaries.text
    here, there = took[::2], took[1::2]
    print(
        f"{PUBLISHED} changes: seen after {max(here) * 1000:.0f} ms at most where published, {max(there) * 1000:.0f} ms in the other process"
    )
    assert max(took) <= 1.0


def test_an_expired_switch_ends_by_itself_and_was_on_the_record(gateway, canaries):
    until = datetime.now(UTC) + timedelta(seconds=3)
    gateway.admin("PUT", "policies/default", {"version": 1, "mode": "monitor", "mode_until": until.isoformat()})
    watched = gateway.post("openai", ask("openai", canaries.text))
    if datetime.now(UTC) < until:
        assert watched.headers["x-hushgate-mode"] == "monitor"
        assert surrogates(gateway.upstream.received[-1].raw) == []
        receipt = gateway.admin("GET", f"receipts/{watched.headers['x-hushgate-receipt']}")
        assert (receipt["verdict"], receipt["mode"], receipt["entities"]) == ("monitored", "monitor", {})
        assert sum(receipt["monitored"].values()) == receipt["actions"]["transform"] == 3
    gateway.upstream.reset()
    eventually(lambda: datetime.now(UTC) > until)
    enforced = gateway.post("openai", ask("openai", canaries.text))
    assert "x-hushgate-mode" not in enforced.headers
    assert not canaries.within(gateway.upstream.received[-1].raw)
    receipt = gateway.admin("GET", f"receipts/{enforced.headers['x-hushgate-receipt']}")
    assert (receipt["verdict"], receipt["monitored"]) == ("transformed", {})
    assert sum(receipt["entities"].values()) == 3
    audit = gateway.admin("GET", "audit?team=default&limit=50")["items"]
    [entry] = [entry for entry in audit if entry["verdict"] == "policy.set" and entry["details"]["details"].get("mode_until")]
    assert entry["details"]["details"]["mode"] == "monitor"


def test_what_a_header_changed_is_on_the_receipt(gateway, canaries):
    gateway.admin("PUT", "policies/default", {"version": 1, "caller_may": ["allow:EMAIL_*", "monitor"]})
    for headers, used, sent in (
        ({"x-hushgate-allow": "EMAIL_ADDRESS"}, ["allow=EMAIL_ADDRESS"], [canaries.email]),
        ({"x-hushgate-mode": "monitor"}, ["mode=monitor"], [canaries.email, canaries.card, canaries.key]),
        ({"x-hushgate-restore": "off", "x-hushgate-mode": "enforce"}, ["mode=enforce", "restore=off"], []),
    ):
        answer = gateway.post("openai", ask("openai", canaries.text), headers=headers)
        assert gateway.admin("GET", f"receipts/{answer.headers['x-hushgate-receipt']}")["headers"] == used
        raw = gateway.upstream.received[-1].raw.lower()
        assert [value for value in (canaries.email, canaries.card, canaries.key) if value.lower().encode() in raw] == sent
        gateway.upstream.reset()


def test_a_rule_knows_where_a_request_goes(gateway, canaries):
    rule = {"entities": ["*"], "where": {"provider": ["inhouse"], "model": ["m-*"]}, "action": "allow"}
    gateway.admin("PUT", "policies/default", {"version": 1, "rules": [rule]})
    gateway.provide("openai", gateway.upstream.url + "/v1", name="inhouse")
    gateway.post("openai", ask("openai", "x"), provider="inhouse")
    for provider, hidden in (("inhouse", False), ("openai", True)):
        gateway.post("openai", ask("openai", canaries.text), provider=provider)
        assert (canaries.within(gateway.upstream.received[-1].raw) == []) is hidden
    gateway.upstream.reset()


def test_realistic_stand_ins_are_restored_recalled_by_the_other_process_and_sent_as_they_were(gateway, second):
    gateway.admin("PUT", "policies/default", {"version": 1, "defaults": {"transform": "realistic"}})
    version = gateway.admin("GET", "policies/default")["version"]
    eventually(lambda: second.post("openai", ask("openai", "hello")).headers["x-hushgate-policy"].endswith(version))
    text = f"Write to maria{secrets.randbelow(10**6)}@corp.io about card 5105105105105100"
    answer = gateway.post("openai", ask("openai", text))
    assert answer.text == text
    sent = gateway.upstream.received[-1].document["messages"][0]["content"]
    assert "corp.io" not in sent
    assert not well_formed(sent)
    # A history that was never restored, at another process, with the first one's key: nothing is hidden twice, and all comes back.
    other = replace(second)
    other.first, other.http, other.process = {**second.first, "gateway_key": gateway.key}, second.http, second.process
    turns = [{"role": "user", "content": text}, {"role": "assistant", "content": sent}, {"role": "user", "content": f"Again: {sent}"}]
    answer = other.post("openai", {"model": "m-again", "messages": turns})
    assert [turn["content"] for turn in gateway.upstream.received[-1].document["messages"]] == [sent, sent, f"Again: {sent}"]
    assert answer.text == f"Again: {text}"
    streamed = other.post("openai", {"model": "m-again", "messages": turns, "stream": True})
    assert streamed.text == f"Again: {text}"


def test_a_rollback_publishes_an_earlier_version_again(gateway):
    first = gateway.admin("PUT", "policies/default", {"version": 1, "models": [f"m-{secrets.token_hex(4)}", "*"]})
    gateway.admin("PUT", "policies/default", {"version": 1})
    back = gateway.admin("POST", "policies/default/rollback", {"version": first["version"]})
    assert (back["version"], back["document"]) == (first["version"], first["document"])
    assert back["serial"] == first["serial"] + 2
    told = gateway.admin("GET", f"policies/default/diff?before={first['serial']}&after={first['serial'] + 1}")["differences"]
    assert [(one["sign"], one["path"]) for one in told] == [("-", "models.0")]
    assert versions(gateway)[:3] == [first["version"], versions(gateway)[1], first["version"]]
