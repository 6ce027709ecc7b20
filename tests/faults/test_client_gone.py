"""The caller leaves: the provider's connection is closed within a second, and the record says so."""

import json
import socket
import struct
import time

import pytest

from tests.gateway_process import DIALECTS, PATHS, ask, eventually, promptly
from tests.upstream import begun, silent

each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
each_way = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
each_leave = pytest.mark.parametrize("leave", ["close", "reset"])


def head(gateway, dialect, length):
    rows = {"host": "x", "authorization": f"Bearer {gateway.key}", "content-type": "application/json", "content-length": length}
    lines = "".join(f"{name}: {value}\r\n" for name, value in rows.items())
    return f"POST /{dialect}{PATHS[dialect]} HTTP/1.1\r\n{lines}\r\n".encode()


def opened(gateway, dialect, document, sent=None):
    connection = socket.create_connection(gateway.address, timeout=5)
    body = json.dumps(document).encode()
    connection.sendall(head(gateway, dialect, len(body)) + body[:sent])
    return connection


def gone(connection, leave):
    if leave == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@each_dialect
@each_leave
def test_before_the_body_ends_nothing_is_sent(gateway, canaries, dialect, leave):
    document = ask(dialect, canaries.text)
    before = len(gateway.upstream.received)
    connection = opened(gateway, dialect, document, sent=-5)
    time.sleep(0.05)
    gone(connection, leave)
    time.sleep(0.1)
    assert len(gateway.upstream.received) == before
    assert not gateway.outcomes(document["model"])
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
@each_leave
def test_while_the_provider_thinks_its_connection_is_closed(gateway, canaries, dialect, streamed, leave):
    gateway.upstream.script = silent
    documents = []

    def left():
        documents.append(ask(dialect, canaries.text, stream=streamed))
        before = len(gateway.upstream.received)
        connection = opened(gateway, dialect, documents[-1])
        eventually(lambda: len(gateway.upstream.received) > before)
        request = gateway.upstream.received[-1]
        gone(connection, leave)
        return lambda: request.gone_after is not None

    promptly(left)
    for document in documents:
        assert eventually(lambda document=document: gateway.outcomes(document["model"])[1:]) == [("completion", "client_gone")]
    gateway.assert_invariants(canaries)


@each_dialect
@each_leave
@pytest.mark.parametrize("count", [1, 3, 6])
def test_in_the_middle_of_a_stream_the_providers_connection_is_closed(gateway, canaries, dialect, leave, count):
    gateway.upstream.script = begun(count, silent)
    documents = []

    def left():
        documents.append(ask(dialect, canaries.text, stream=True))
        connection = opened(gateway, dialect, documents[-1])
        assert b"HTTP/1.1 200" in connection.recv(65536)
        request = gateway.upstream.received[-1]
        gone(connection, leave)
        return lambda: request.gone_after is not None

    promptly(left)
    for document in documents:
        assert eventually(lambda document=document: gateway.outcomes(document["model"])[1:]) == [("completion", "client_gone")]
    gateway.assert_invariants(canaries)


@each_dialect
def test_a_caller_who_does_not_read_holds_the_provider_back_and_then_leaves(gateway, canaries, dialect):
    document = ask(dialect, canaries.text, stream=True)
    written = []

    def flood(talk):
        talk.head(content_type="text/event-stream", transfer_encoding="chunked")
        talk.over = True
        talk.connection.settimeout(5)
        while len(written) < 200:
            talk.chunk(b": " + b"x" * 1300 + b"\n\n")
            written.append(1)
        talk.wait_until_gone()

    gateway.upstream.script = flood
    connection = opened(gateway, dialect, document)
    eventually(lambda: len(written) == 200)
    gone(connection, "reset")
    assert eventually(lambda: gateway.outcomes(document["model"])[1:])[0][1] in {"client_gone", "upstream_failed", "upstream_slow"}
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
def test_who_half_closes_still_gets_the_answer_or_a_closed_record(gateway, canaries, dialect, streamed):
    document = ask(dialect, canaries.text, stream=streamed)
    connection = opened(gateway, dialect, document)
    connection.shutdown(socket.SHUT_WR)
    with connection:
        while connection.recv(65536):
            pass
    time.sleep(0.2)  # whether the body was still read is a race; what follows is not
    assert [row for row in gateway.outcomes(document["model"]) if row[0] == "completion"] in (
        [],
        [("completion", "completed")],
        [("completion", "client_gone")],
    )
    gateway.assert_invariants(canaries)


@each_dialect
def test_after_the_answer_the_record_says_completed(gateway, canaries, dialect):
    document = ask(dialect, canaries.text)
    connection = opened(gateway, dialect, document)
    data = b""
    while canaries.key.encode() not in data:
        data += connection.recv(65536)
    gone(connection, "reset")
    assert eventually(lambda: gateway.outcomes(document["model"])[1:]) == [("completion", "completed")]
    gateway.assert_invariants(canaries)


@each_dialect
def test_two_requests_at_once_on_one_connection_are_both_answered(gateway, canaries, dialect):
    first, second = ask(dialect, canaries.text), ask(dialect, canaries.text)
    bodies = [json.dumps(document).encode() for document in (first, second)]
    with socket.create_connection(gateway.address, timeout=5) as connection:
        connection.sendall(b"".join(head(gateway, dialect, len(body)) + body for body in bodies))
        data = b""
        while data.count(canaries.key.encode()) < 2:
            got = connection.recv(65536)
            assert got
            data += got
    for document in (first, second):
        assert eventually(lambda document=document: gateway.outcomes(document["model"])[1:]) == [("completion", "completed")]
    gateway.assert_invariants(canaries)
