"""A single host with a spool: Postgres goes, exchanges go on, and what they wrote is in Postgres soon after it is back, once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.gateway_process import DIALECTS, Canaries, ask, assert_refused, eventually, world

LIMIT = 400_000


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    home = tmp_path_factory.mktemp("spool") / "home"
    with world(postgres, home, HUSHGATE_DURABILITY="spool", HUSHGATE_SPOOL_LIMIT=str(LIMIT), HUSHGATE_LEDGER_TIMEOUT="1.5") as built:
        built.upstream.witness = lambda _request: None  # the intent is on this host's disk, not in Postgres
        yield built


@pytest.fixture
def gateway(running):
    running.proxy.up()
    running.upstream.reset()
    back(running)
    for dialect in DIALECTS:
        assert running.post(dialect, ask(dialect, Canaries.fresh().text)).status == 200  # what it knows from now on
    time.sleep(0.3)
    yield running
    running.proxy.up()


def metric(running, name):
    lines = running.http.get(f"{running.first['admin_url']}/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])


def ready(running):
    answer = running.http.get(f"{running.first['base_url']}/readyz")
    return answer.status_code, answer.json()["status"]


def back(running):
    eventually(lambda: ready(running) == (200, "ok"))


@pytest.mark.parametrize("end", ["down", "stall"])
def test_exchanges_go_on_and_what_they_wrote_is_there_once_afterwards(gateway, canaries, end):
    getattr(gateway.proxy, end)()
    documents = [ask(DIALECTS[number % 2], canaries.text, stream=number % 3 == 0) for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda pair: gateway.post(DIALECTS[pair[0] % 2], pair[1]), enumerate(documents)))
    assert {answer.status for answer in answers} == {200}
    assert {answer.text for answer in answers} == {canaries.text}
    assert ready(gateway) == (200, "spooling")
    assert metric(gateway, "hushgate_spool_entries") >= 12
    assert not gateway.sql("SELECT 1 FROM record WHERE model = ANY(%s)", [document["model"] for document in documents])
    for path, content in gateway.files():
        assert not canaries.within(content), path
    gateway.proxy.up()
    back(gateway)
    for document in documents:
        assert eventually(lambda model=document["model"]: gateway.outcomes(model)[1:]) == [("completion", "completed")]
    order = [
        model
        for (model,) in gateway.sql(
            "SELECT model FROM record WHERE kind = 'intent' AND model = ANY(%s) ORDER BY id", [d["model"] for d in documents]
        )
    ]
    assert len(order) == len(set(order)) == 12
    assert metric(gateway, "hushgate_spool_entries") == metric(gateway, "hushgate_spool_bytes") == 0
    # The originals went into the vault with the intents: another process restores them.
    told = gateway.post("openai", ask("openai", canaries.text), headers={"x-hushgate-restore": "off"}).text
    gateway.restart()
    assert gateway.post("openai", ask("openai", told)).text == canaries.text
    gateway.assert_invariants(canaries)


def test_what_a_killed_process_left_is_drained_by_the_next_and_its_open_exchange_closed(gateway, canaries):
    gateway.proxy.down()
    documents = [ask("openai", canaries.text) for _ in range(3)]
    for document in documents:
        assert gateway.post("openai", document).status == 200
    gateway.kill()
    left = list((gateway.home / "spool").glob("*.spool"))
    assert len(left) == 1
    with left[0].open("ab") as file:
        file.write(b"\x00\x00\x01\x00torn")  # it was writing when it died
    gateway.proxy.up()
    gateway.start()
    assert b"ends within an entry" in gateway.log
    assert not left[0].exists()
    for document in documents:
        assert [
            kind for kind, _ in eventually(lambda model=document["model"]: len(gateway.outcomes(model)) == 2 and gateway.outcomes(model))
        ] == ["intent", "completion"]
    gateway.assert_invariants(canaries)


def test_a_full_spool_refuses_and_nothing_is_sent(gateway, canaries):
    gateway.proxy.down()
    before = len(gateway.upstream.received)
    sent = 0
    while True:
        document = ask("openai", canaries.text)
        answer = gateway.post("openai", document)
        if answer.status != 200:
            break
        sent += 1
        assert sent < 400
    assert sent > 3
    assert_refused(answer, "openai", 503, "hushgate_ledger_unavailable", receipt=False)
    assert len(gateway.upstream.received) == before + sent
    assert ready(gateway)[0] == 503
    gateway.proxy.up()
    back(gateway)
    gateway.assert_invariants(canaries, answer)


def test_a_stranger_is_refused_all_the_same_and_a_revoked_key_once_it_can_be_known(gateway, canaries):
    made = gateway.admin("POST", "keys", {"team": "default"})
    headers = {"authorization": f"Bearer {made['key']}"}
    gateway.proxy.down()
    answer = gateway.post("openai", ask("openai", canaries.text), headers=headers)  # nobody here ever saw this key
    assert answer.status == 503
    gateway.database.execute("UPDATE gateway_key SET revoked_at = now() WHERE id = %s", [made["id"]])
    gateway.proxy.up()
    back(gateway)
    assert gateway.post("openai", ask("openai", canaries.text), headers=headers).status == 401
    gateway.assert_invariants(canaries, answer)


def test_the_banner_and_the_log_say_so(running):
    assert b"HUSHGATE_DURABILITY=spool" in running.log
