"""What the provider does wrong: a clear error or a cleanly ended stream, a closed record, and the next request works."""

import json
import re
import socket
import time

import pytest

from app.gateway.reply import Reply
from tests import upstream as scripts
from tests.gateway_process import DIALECTS, ask, assert_refused, eventually, world
from tests.upstream import begun, bomb, dribble, endless, miscounted, redirect, silent, stream, whole

each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
each_way = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
QUICK = {"HUSHGATE_READ_TIMEOUT": "1.5", "HUSHGATE_CONNECT_TIMEOUT": "1.5"}
FAILED, SLOW = (502, "hushgate_upstream_failed"), (504, "hushgate_upstream_slow")


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    with world(postgres, tmp_path_factory.mktemp("gateway") / "home", **QUICK) as built:
        yield built


def garbage(talk):
    talk.send(b"\x00\x01\x02 this is no HTTP at all\r\n\r\n")
    talk.close()


def old_http(talk):
    talk.send(b"HTTP/0.9 200 OK\r\n\r\n{}")
    talk.close()


def bare_reset(talk):
    talk.reset()


def half_a_head(then):
    def script(talk):
        talk.send(b"HTTP/1.1 200 OK\r\ncontent-ty")
        then(talk)

    return script


def lying_chunks(talk):
    talk.head(content_type="application/json", transfer_encoding="chunked")
    talk.send(b"zz\r\n{}\r\n0\r\n\r\n")
    talk.close()


def two_lengths(talk):
    talk.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\ncontent-length: 40\r\n\r\n{}")
    talk.close()


def huge_head(talk):
    talk.send(b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: %b\r\n" % (n, b"y" * 1000) for n in range(200)) + b"\r\n")
    talk.close()


BEFORE = {  # nothing was answered yet, so the caller gets a whole error, streamed or not
    "closed": (lambda talk: talk.close(), FAILED),
    "reset": (bare_reset, FAILED),
    "reset-in-head": (half_a_head(bare_reset), FAILED),
    "closed-in-head": (half_a_head(lambda talk: talk.close()), FAILED),
    "silent": (silent, SLOW),
    "silent-in-head": (half_a_head(silent), SLOW),
    "slow-head": (dribble, FAILED),
    "garbage": (garbage, FAILED),
    "http-0.9": (old_http, FAILED),
    "two-lengths": (two_lengths, FAILED),
    "huge-head": (huge_head, FAILED),
    "redirect": (redirect, FAILED),
    "html": (whole(b"<html><body>It works!</body></html>", sort="text/html"), FAILED),
    "no-type": (whole(b"hello", sort=""), FAILED),
    "garbage-json": (whole(b'{"choices": [oops'), FAILED),
    "empty": (whole(b""), FAILED),
    "deep-json": (whole(b"[" * 100_000 + b"]" * 100_000), FAILED),
    "bad-chunks": (lying_chunks, FAILED),
    "gzip-bomb": (bomb(50_000_000), FAILED),
    "deflate-lie": (bomb(10, "deflate"), FAILED),
    "unknown-encoding": (bomb(10, "br"), FAILED),
    "oversized": (whole(b'"' + b"x" * 400_000 + b'"'), FAILED),
}


@each_dialect
@each_way
@pytest.mark.parametrize("case", BEFORE)
def test_a_provider_that_answers_nothing_usable_is_an_error(gateway, canaries, dialect, streamed, case):
    script, (status, code) = BEFORE[case]
    gateway.upstream.script = script
    request = ask(dialect, canaries.text, stream=streamed)
    answer = gateway.post(dialect, request)
    assert_refused(answer, dialect, status, code)
    assert eventually(lambda: gateway.outcomes(request["model"])[1:]) == [("completion", "upstream_failed")]
    assert sum(received.document.get("model") == request["model"] for received in gateway.upstream.received) == 1
    gateway.assert_invariants(canaries, answer)


@each_dialect
@each_way
def test_a_provider_that_refuses_connections_is_an_error(gateway, canaries, dialect, streamed):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        gateway.provide(dialect, f"http://127.0.0.1:{unused.getsockname()[1]}", name="closed")
    request = ask(dialect, canaries.text, stream=streamed)
    answer = eventually(lambda: (got := gateway.post(dialect, request, provider="closed")).status == 502 and got)
    assert_refused(answer, dialect, *FAILED)
    gateway.assert_invariants(canaries, answer)


@each_dialect
@each_way
def test_a_provider_that_accepts_nothing_in_time_is_an_error(gateway, canaries, dialect, streamed):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        crowd = []
        for _ in range(3):  # whoever comes after these gets no answer to its SYN
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(full.getsockname())
            crowd.append(one)
        gateway.provide(dialect, f"http://127.0.0.1:{full.getsockname()[1]}", name=f"full-{streamed}".lower())
        answer = gateway.post(dialect, ask(dialect, canaries.text, stream=streamed), provider=f"full-{streamed}".lower())
        for one in crowd:
            one.close()
    assert_refused(answer, dialect, *SLOW)
    gateway.assert_invariants(canaries, answer)


@each_dialect
def test_a_whole_answer_that_breaks_off_is_an_error(gateway, canaries, dialect):
    for then in (bare_reset, lambda talk: talk.close(), silent):
        gateway.upstream.script = begun(0, then)
        answer = gateway.post(dialect, ask(dialect, canaries.text))
        assert_refused(answer, dialect, *(SLOW if then is silent else FAILED))
    gateway.assert_invariants(canaries, answer)


ENDS = {
    "reset": (bare_reset, "hushgate_upstream_failed"),
    "closed": (lambda talk: talk.close(), "hushgate_upstream_failed"),
    "silent": (silent, "hushgate_upstream_slow"),
    "bad-chunk": (lambda talk: (talk.send(b"zz\r\n"), talk.close()), "hushgate_upstream_failed"),
}


@each_dialect
@pytest.mark.parametrize(("case", "count"), [(case, count) for case in ENDS for count in ((0, 3) if case == "silent" else (0, 1, 2, 4, 7))])
def test_a_stream_that_breaks_ends_with_the_dialects_error(gateway, canaries, dialect, count, case):
    then, code = ENDS[case]
    gateway.upstream.script = begun(count, then)
    request = ask(dialect, canaries.text, stream=True)
    answer = gateway.post(dialect, request)
    assert answer.status == 200
    name, last = answer.events[-1]
    assert last["error"]["code"] == code
    assert f"Receipt: {answer.headers['x-hushgate-receipt']}." in last["error"]["message"]
    assert name == ("error" if dialect == "anthropic" else "")
    assert b"[DONE]" not in answer.body
    assert canaries.text.startswith(re.sub(r"[A-Z_]+$", "", answer.text))  # what was cut inside a surrogate stands as it came
    assert eventually(lambda: gateway.outcomes(request["model"])[1:]) == [("completion", "upstream_failed")]
    gateway.assert_invariants(canaries)


@each_dialect
@pytest.mark.parametrize("count", [0, 1, 2, 4, 7])
def test_a_stream_that_ends_without_its_last_event_is_passed_on_and_recorded_as_truncated(gateway, canaries, dialect, count):
    gateway.upstream.script = lambda talk: stream(scripts.frames(talk)[:count])(talk)
    request = ask(dialect, canaries.text, stream=True)
    answer = gateway.post(dialect, request)
    assert answer.status == 200
    assert b"[DONE]" not in answer.body
    assert eventually(lambda: gateway.outcomes(request["model"])[1:]) == [("completion", "truncated")]
    gateway.assert_invariants(canaries)


@each_dialect
def test_a_stream_cut_anywhere_is_the_same_stream(gateway, canaries, dialect):
    for position in (1, 30, 77, 150, 151, 152, 260, 400, 555):
        gateway.upstream.script = scripts.cut_at(position)
        assert gateway.post(dialect, ask(dialect, canaries.text, stream=True)).text == canaries.text
    gateway.assert_invariants(canaries)


GARBAGE = [
    b"data: {not json\n\n",
    b"\xff\xfe\x00\n\n",
    b"event: \n\n",
    b": comment\n\n",
    b"data: []\n\n",
    b"data: 7\n\n",
    b"data: null\n\n",
]


@each_dialect
def test_garbage_between_events_passes_and_hurts_nothing(gateway, canaries, dialect):
    def script(talk):
        pieces = []
        for number, frame in enumerate(scripts.frames(talk)):
            pieces += [GARBAGE[number % len(GARBAGE)], frame]
        stream(pieces)(talk)

    gateway.upstream.script = script
    request = ask(dialect, canaries.text, stream=True)
    answer = gateway.post(dialect, request)
    assert answer.status == 200
    assert b": comment\n\n" in answer.body
    clean = answer.body
    for piece in GARBAGE:
        clean = clean.replace(piece, b"")
    assert type(answer)(200, answer.headers, clean).text == canaries.text
    assert eventually(lambda: gateway.outcomes(request["model"])[1:]) == [("completion", "completed")]
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
@pytest.mark.parametrize("difference", [7, -7], ids=["short", "long"])
def test_a_body_of_another_length_than_announced_never_reaches_the_next_request(gateway, canaries, dialect, streamed, difference):
    gateway.upstream.script = miscounted(difference)
    answer = gateway.post(dialect, ask(dialect, canaries.text, stream=streamed))
    if not streamed:
        assert_refused(answer, dialect, *FAILED)
    elif difference > 0:
        assert answer.events[-1][1]["error"]["code"] == "hushgate_upstream_failed"
    gateway.assert_invariants(canaries, *([] if streamed else [answer]))


@each_dialect
def test_an_answer_without_end_is_stopped(gateway, canaries, dialect):
    gateway.upstream.script = endless
    assert_refused(gateway.post(dialect, ask(dialect, canaries.text)), dialect, *FAILED)
    answer = gateway.post(dialect, ask(dialect, canaries.text, stream=True))
    assert answer.events[-1][1]["error"]["code"] == "hushgate_upstream_failed"
    assert len(answer.body) < 400_000
    gateway.assert_invariants(canaries, answer)


def failing(dialect, text):
    error = {"message": text, "type": "t", "code": "c"}
    return {"error": error} if dialect == "openai" else {"type": "error", "error": error}


@each_dialect
@each_way
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 529])
def test_an_error_of_the_provider_keeps_its_status_and_body_restored(gateway, canaries, dialect, streamed, status):
    def script(talk):
        text = talk.request.document["messages"][0]["content"]
        body = json.dumps(failing(dialect, f"cannot read {text}")).encode()
        head = f"HTTP/1.1 {status} No\r\ncontent-type: application/json\r\nretry-after: 7\r\nset-cookie: a=b\r\ncontent-length: {len(body)}\r\n\r\n"
        talk.send(head.encode() + body)

    gateway.upstream.script = script
    request = ask(dialect, canaries.text, stream=streamed)
    answer = gateway.post(dialect, request)
    assert answer.status == status
    assert answer.json == failing(dialect, f"cannot read {canaries.text}")
    assert answer.headers["retry-after"] == "7"
    assert "set-cookie" not in answer.headers
    assert "x-hushgate-receipt" in answer.headers
    assert eventually(lambda: gateway.outcomes(request["model"])[1:]) == [("completion", "provider_error")]
    gateway.assert_invariants(canaries)


@each_dialect
@pytest.mark.parametrize("sort", ["text/html", "text/plain; charset=utf-8", "application/problem+json"])
def test_an_error_page_of_the_provider_keeps_its_body_restored(gateway, canaries, dialect, sort):
    def script(talk):
        text = talk.request.document["messages"][0]["content"]
        whole(f"<h1>Bad gateway</h1> while reading {text}".encode(), 502, sort)(talk)

    gateway.upstream.script = script
    answer = gateway.post(dialect, ask(dialect, canaries.text))
    assert answer.status == 502
    assert canaries.card.encode() in answer.body
    assert answer.headers["content-type"] == sort.partition(";")[0]
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
def test_an_idle_connection_that_the_provider_closed_is_not_used_again(gateway, canaries, dialect, streamed):
    gateway.assert_good(dialect)
    gateway.upstream.drop()
    time.sleep(0.05)
    assert gateway.post(dialect, ask(dialect, canaries.text, stream=streamed)).text == canaries.text
    gateway.assert_invariants(canaries)


@each_dialect
@each_way
def test_what_a_model_says_in_a_tool_call_or_about_nothing_comes_back(gateway, canaries, dialect, streamed):
    for reply in (Reply(""), Reply("x" * 5000), Reply(call=("mail", "{}"))):
        gateway.upstream.script = scripts.speaking(reply)
        answer = gateway.post(dialect, ask(dialect, canaries.text, stream=streamed))
        assert answer.status == 200
    gateway.assert_invariants(canaries)
