"""Policies on a running gateway: a change reaches every process while a stream goes on, headers are on the record, stand-ins come back."""

import secrets
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.config import Settings
from app.core.surrogate import well_formed
from app.main import initialise
from tests.gateway_process import Canaries, World, ask, eventually, world
from tests.upstream import frames, surrogates


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


def test_a_change_reaches_both_processes_within_a_second_while_a_stream_goes_on(gateway, second, canaries):
    """The one who published knows at once; the other is told. The stream that began before ends whole, under its own version."""
    before = gateway.admin("GET", "policies/default")["version"]
    go_on = threading.Event()

    def halting(talk):
        pieces = frames(talk)
        talk.head(200, content_type="text/event-stream", transfer_encoding="chunked")
        talk.chunk(b"".join(pieces[: len(pieces) // 2]))
        assert go_on.wait(30)
        talk.chunk(b"".join(pieces[len(pieces) // 2 :]))
        talk.send(b"0\r\n\r\n")

    for one in (gateway, second):  # both have the old version in their cache
        assert one.post("openai", ask("openai", "hello")).headers["x-hushgate-policy"] == f"default@{before}"
    streams, done = {}, []
    for count, one in enumerate((gateway, second), 1):
        gateway.upstream.once.append(halting)
        thread = threading.Thread(
            target=lambda one=one: streams.update({one.home: one.post("openai", ask("openai", canaries.text, stream=True))})
        )
        thread.start()
        done.append(thread)
        eventually(lambda count=count: sum(r.streamed for r in gateway.upstream.received) == count, 20)

    published = gateway.admin("PUT", "policies/default", {"version": 1, "rules": [{"entities": ["*"], "action": "block"}]})
    began, took = time.monotonic(), {}
    for one in (gateway, second):
        eventually(lambda one=one: one.post("openai", ask("openai", canaries.text)).status == 400, 10, "the change did not arrive")
        took[one.home] = time.monotonic() - began
    answer = second.post("openai", ask("openai", canaries.text))
    assert answer.headers["x-hushgate-policy"] == f"default@{published['version']}"
    go_on.set()
    for thread in done:
        thread.join(30)
    for one in (gateway, second):
        assert one.process.poll() is None
        assert streams[one.home].headers["x-hushgate-policy"] == f"default@{before}"
        assert streams[one.home].text == canaries.text
    print(f"a change is seen after {took[gateway.home] * 1000:.0f} ms here and {took[second.home] * 1000:.0f} ms in the other process")
    assert min(took.values()) < 1.0


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
    eventually(lambda: datetime.now(UTC) > until, 10)
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
    eventually(lambda: second.post("openai", ask("openai", "hello")).headers["x-hushgate-policy"].endswith(version), 20)
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
