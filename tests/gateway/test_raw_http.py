"""Ambiguous HTTP over a raw socket: refused or read in one way only, and nothing of it reaches the provider uninspected."""

import json
import socket

import pytest

from tests.gateway_process import ask


def talk(gateway, data, *, limit=5.0, more=False):
    """Send bytes, say that no more come unless `more`, and return everything that comes back until the other side closes."""
    got = b""
    with socket.create_connection(gateway.address, timeout=limit) as connection:
        try:
            connection.sendall(data)
            if not more:
                connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                got += piece
        except OSError:
            pass
    return got


def request(gateway, text, *, host=b"Host: x\r\n", extra=b"", line=None, length=None, body=None):
    body = json.dumps(ask("openai", text)).encode() if body is None else body
    line = line or b"POST /openai/chat/completions HTTP/1.1\r\n"
    length = b"Content-Length: %d\r\n" % len(body) if length is None else length
    key = f"Authorization: Bearer {gateway.key}\r\n".encode()
    return line + host + key + b"Content-Type: application/json\r\n" + length + extra + b"\r\n" + body


def chunked(body):
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


CASES = {
    "no-host": lambda g, t: request(g, t, host=b""),
    "two-hosts": lambda g, t: request(g, t, host=b"Host: a\r\nHost: b\r\n"),
    "two-hosts-alike": lambda g, t: request(g, t, host=b"Host: a\r\nHost: a\r\n"),
    "one-big-header": lambda g, t: request(g, t, extra=b"X-Big: " + b"a" * 200_000 + b"\r\n"),
    "many-headers": lambda g, t: request(g, t, extra=b"".join(b"X-%d: y\r\n" % n for n in range(200))),
    "long-line": lambda g, t: request(g, t, line=b"POST /openai/chat/completions?" + b"a" * 200_000 + b" HTTP/1.1\r\n"),
    "length-and-chunks": lambda g, t: request(g, t, extra=b"Transfer-Encoding: chunked\r\n"),
    "two-lengths": lambda g, t: request(g, t, extra=b"Content-Length: 5\r\n"),
    "negative-length": lambda g, t: request(g, t, length=b"Content-Length: -5\r\n"),
    "odd-length": lambda g, t: request(g, t, length=b"Content-Length: +5\r\n"),
    "bare-lf": lambda g, t: request(g, t).replace(b"\r\n", b"\n"),
    "folded": lambda g, t: request(g, t, extra=b"X-Fold: a\r\n b\r\n"),
    "space-before-colon": lambda g, t: request(g, t, extra=b"X-Odd : a\r\n"),
    "null": lambda g, t: request(g, t, extra=b"X-Null: a\x00b\r\n"),
    "two-keys": lambda g, t: request(g, t, extra=f"Authorization: Bearer {g.key}\r\n".encode()),
    "two-types": lambda g, t: request(g, t, extra=b"Content-Type: text/plain\r\n"),
    "unknown-coding": lambda g, t: request(g, t, length=b"Transfer-Encoding: gzip, chunked\r\n", body=chunked(b"{}")),
    "bad-chunk": lambda g, t: request(g, t, length=b"Transfer-Encoding: chunked\r\n", body=b"zz\r\n{}\r\n0\r\n\r\n"),
    "half-a-body": lambda g, t: request(g, t, length=b"Content-Length: 5000\r\n"),
    "http-0.9": lambda _g, _t: b"GET /openai/chat/completions\r\n\r\n",
    "http-2": lambda _g, _t: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "connect": lambda g, t: request(g, t, line=b"CONNECT api.openai.com:443 HTTP/1.1\r\n"),
    "tls": lambda _g, _t: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "absolute-elsewhere": lambda g, t: request(g, t, line=b"POST http://evil.example/nobody/chat/completions HTTP/1.1\r\n"),
    "garbage": lambda _g, t: t.encode() + b"\r\n\r\n",
    "nothing": lambda _g, _t: b"",
}


@pytest.mark.parametrize("case", CASES)
def test_an_ambiguous_request_is_not_served(gateway, canaries, case):
    before = len(gateway.upstream.received)
    answer = talk(gateway, CASES[case](gateway, canaries.text))
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:200]
    assert b"Traceback" not in answer
    assert len(gateway.upstream.received) == before
    gateway.assert_invariants(canaries, answer)


@pytest.mark.parametrize(
    ("case", "where"), [("no-host", "host"), ("two-hosts", "host"), ("two-keys", "authorization"), ("two-types", "content-type")]
)
def test_a_repeated_or_missing_header_is_refused_in_the_dialects_shape(gateway, canaries, case, where):
    answer = talk(gateway, CASES[case](gateway, canaries.text))
    document = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert document["error"]["code"] == "hushgate_bad_header"
    assert document["error"]["param"] == where
    assert b"x-should-retry: false" in answer


def test_the_absolute_form_names_no_other_host(gateway, canaries):
    line = b"POST http://evil.example/openai/chat/completions HTTP/1.1\r\n"
    answer = talk(gateway, request(gateway, canaries.text, line=line, extra=b"Connection: close\r\n"), more=True)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"evil.example" not in gateway.upstream.record
    gateway.assert_invariants(canaries)


def test_a_chunked_body_is_read_whole(gateway, canaries):
    body = json.dumps(ask("openai", canaries.text)).encode()
    pieces = (
        b"".join(b"%x\r\n%b\r\n" % (len(body[n : n + 7]), body[n : n + 7]) for n in range(0, len(body), 7)) + b"0\r\nX-Trailer: y\r\n\r\n"
    )
    data = request(gateway, "", length=b"Transfer-Encoding: chunked\r\n", body=pieces)
    with socket.create_connection(gateway.address, timeout=20) as connection:
        connection.sendall(data)
        got = b""
        while canaries.key.encode() not in got:
            piece = connection.recv(65536)
            assert piece, got
            got += piece
    gateway.assert_invariants(canaries)


def test_what_follows_a_refused_request_on_its_connection_is_judged_by_itself(gateway, canaries):
    smuggled = request(gateway, canaries.text, line=b"POST /openai/v1/unheard-of HTTP/1.1\r\n")
    before = len(gateway.upstream.received)
    with socket.create_connection(gateway.address, timeout=20) as connection:
        connection.sendall(request(gateway, canaries.text, body=smuggled) + smuggled)
        got = b""
        while got.count(b"HTTP/1.1 4") < 2:
            piece = connection.recv(65536)
            assert piece, got
            got += piece
    assert b"HTTP/1.1 2" not in got
    assert len(gateway.upstream.received) == before
    gateway.assert_invariants(canaries, got)
