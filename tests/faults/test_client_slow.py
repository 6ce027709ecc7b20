"""The caller falls silent without leaving: its place is given back, and the record says what happened."""

import time
from contextlib import suppress

import pytest

from tests.faults.test_client_gone import opened
from tests.gateway_process import DIALECTS, ask, eventually, world
from tests.upstream import EVENTS, begun

each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def flood(talk):
    """More than all the buffers between us hold."""
    talk.over = True
    talk.head(content_type=EVENTS, transfer_encoding="chunked")
    with suppress(OSError):
        for _ in range(1000):
            talk.chunk(b'data: {"x": "%b"}\n\n' % (b"a" * 65_000))


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    with world(
        postgres,
        tmp_path_factory.mktemp("slow") / "home",
        HUSHGATE_CLIENT_TIMEOUT="1",
        HUSHGATE_MAX_IN_FLIGHT="1",
        HUSHGATE_MAX_ANSWER=str(10**9),
        HUSHGATE_READ_TIMEOUT="30",
    ) as built:
        yield built


@each_dialect
def test_a_body_that_does_not_end_is_refused_on_record(gateway, canaries, dialect):
    before = len(gateway.upstream.received)
    with opened(gateway, dialect, ask(dialect, canaries.text), sent=-5) as connection:
        answer = b""
        while not answer.endswith(b"}"):
            answer += connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"hushgate_client_slow" in answer
    assert not canaries.within(answer)
    assert len(gateway.upstream.received) == before
    assert gateway.sql("SELECT verdict FROM record WHERE kind = 'refusal' ORDER BY at DESC LIMIT 1") == [("hushgate_client_slow",)]
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_an_answer_that_nobody_takes_gives_its_place_back(gateway, canaries, dialect):
    gateway.upstream.script = flood
    document = ask(dialect, canaries.text, stream=True)
    with opened(gateway, dialect, document):
        assert eventually(lambda: gateway.outcomes(document["model"])[1:], 15) == [("completion", "client_gone")]
        gateway.upstream.reset()
        assert gateway.post(dialect, ask(dialect, "the one place is free")).status == 200
    gateway.assert_invariants(canaries)


@each_dialect
def test_who_is_slow_but_reads_is_left_alone(gateway, canaries, dialect):
    """Half of an answer, then three times the patience of silence from the provider: it is not the client who is slow."""
    gateway.upstream.script = begun(3, lambda talk: (time.sleep(3), talk.reset()))
    document = ask(dialect, canaries.text, stream=True)
    with opened(gateway, dialect, document) as connection:
        connection.settimeout(10)
        taken = b""
        while not taken.endswith(b"\r\n0\r\n\r\n"):
            taken += connection.recv(65536)
            time.sleep(0.3)
    assert b"hushgate_upstream_failed" in taken
    assert eventually(lambda: gateway.outcomes(document["model"])[1:]) == [("completion", "upstream_failed")]
