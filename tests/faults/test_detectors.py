"""A detector that fails in whatever way blocks: 503, nothing upstream, and the next request works."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.gateway_process import DIALECTS, ask, assert_refused, eventually, world

UNAVAILABLE = (503, "hushgate_detector_unavailable")
each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
each_way = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    faulty = {
        "HUSHGATE_DETECTORS": "tests.faults.detectors",
        "HUSHGATE_INSPECT_DEADLINE": "1.5",
        "HUSHGATE_INSPECT_MEMORY": str(700 * 1024 * 1024),
        "HUSHGATE_MAX_IN_FLIGHT": "80",
    }
    with world(postgres, tmp_path_factory.mktemp("gateway") / "home", **faulty) as built:
        yield built


@pytest.fixture
def healed(gateway):
    """The gateway, once a new process inspects."""
    eventually(lambda: gateway.post("openai", ask("openai", "hello")).status == 200)
    return gateway


@each_dialect
@each_way
@pytest.mark.parametrize("fault", ["hang", "spin", "raise", "exit", "crash", "memory", "recurse", "interrupt", "gibberish"])
def test_a_detector_that_fails_blocks(healed, canaries, dialect, streamed, fault):
    before = len(healed.upstream.received)
    document = ask(dialect, f"{canaries.text} FAULT-{fault}", stream=streamed)
    answer = healed.post(dialect, document)
    assert_refused(answer, dialect, *UNAVAILABLE)
    assert len(healed.upstream.received) == before
    receipt = answer.headers["x-hushgate-receipt"]
    assert healed.sql("SELECT kind, verdict FROM record WHERE exchange = %s", receipt) == [("refusal", UNAVAILABLE[1])]
    eventually(lambda: healed.post(dialect, ask(dialect, f"hello {canaries.text}")).status == 200)
    healed.assert_invariants(canaries, answer)


@each_dialect
def test_what_a_detector_prints_goes_nowhere(healed, canaries, dialect):
    answer = healed.post(dialect, ask(dialect, f"{canaries.text} FAULT-noise"))
    assert answer.status == 200
    assert answer.text == f"{canaries.text} FAULT-noise"
    healed.assert_invariants(canaries)


def test_a_full_queue_is_refused_at_once_and_empties_again(healed, canaries):
    documents = [ask(DIALECTS[number % 2], f"{number} {canaries.text} FAULT-slow") for number in range(100)]
    with ThreadPoolExecutor(100) as threads:
        began = time.monotonic()
        answers = list(threads.map(lambda pair: healed.post(DIALECTS[pair[0] % 2], pair[1]), enumerate(documents)))
        assert time.monotonic() - began < 10
    for number, answer in enumerate(answers):
        assert answer.status in {200, 429, 503}
        if answer.status != 200:
            codes = {429: "hushgate_busy", 503: "hushgate_detector_unavailable"}
            assert_refused(answer, DIALECTS[number % 2], answer.status, codes[answer.status], receipt=False)
    assert {200, 429} <= {answer.status for answer in answers}
    sent = {request.document["model"] for request in healed.upstream.received}
    assert {document["model"] for document, answer in zip(documents, answers, strict=True) if answer.status == 200} == {
        document["model"] for document in documents if document["model"] in sent
    }
    healed.assert_invariants(canaries, *(answer for answer in answers if answer.status != 200))
