"""Sessions over real sockets: what is on the record, at the provider and at the client after each way in which one can go."""

import json
import signal
import socket
import struct
import threading
import time
from contextlib import contextmanager
from http import HTTPStatus

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.gateway_process import Answered, assert_refused, eventually, world
from tests.session_upstream import SessionUpstream, acknowledge, playing
from tests.upstream import surrogates

QUICK = {"HUSHGATE_SESSION_IDLE": "3.5", "HUSHGATE_SESSION_LONGEST": "30", "HUSHGATE_SESSION_RATE": "100000"}


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    with world(postgres, tmp_path_factory.mktemp("sessions") / "home", **QUICK) as built:
        yield built


@pytest.fixture(scope="module")
def listening(running):
    with SessionUpstream() as built:
        running.provide("openai", f"{built.url}/v1", name="live")
        yield built


@pytest.fixture
def provider(listening):
    listening.reset()
    yield listening
    listening.reset()


class Caller:
    """A client of a session, and what it was told at the door."""

    def __init__(self, connection):
        self.connection = connection
        self.headers = connection.response.headers
        self.receipt = self.headers.get("x-hushgate-receipt")

    def say(self, event):
        self.connection.send(event if isinstance(event, str | bytes) else json.dumps(event))

    def hear(self, timeout=30):
        return json.loads(self.connection.recv(timeout=timeout))

    def until(self, *sorts):
        """Everything up to an event of one of these types."""
        heard = []
        while not heard or heard[-1]["type"] not in sorts:
            heard.append(self.hear())
        return heard

    def closed(self, timeout=30):
        """Code and reason of the gateway's close."""
        try:
            while True:
                self.connection.recv(timeout=timeout)
        except ConnectionClosed as error:
            return (error.rcvd.code, error.rcvd.reason) if error.rcvd else (1006, "")


@contextmanager
def calling(gateway, path="/v1/realtime?model=gpt-realtime", key=None, provider="live", **options):
    headers = {"authorization": f"Bearer {key or gateway.key}", **options.pop("headers", {})}
    url = f"ws://127.0.0.1:{gateway.address[1]}/{provider}{path}"
    headers = {name: value for name, value in headers.items() if value is not None}
    options = {"compression": None, "max_size": None, "close_timeout": 1, "proxy": None, **options}
    with connect(url, additional_headers=headers, **options) as connection:
        yield Caller(connection)


def item(text):
    content = [{"type": "input_text", "text": text}]
    return {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content}}


def rows(gateway, receipt):
    return gateway.sql("SELECT kind, verdict, endpoint, model, entities FROM record WHERE exchange = %s ORDER BY id", receipt)


def ended(gateway, receipt):
    """The completion of a session, and its receipt as the caller sees it."""
    eventually(lambda: any(row[0] == "completion" for row in rows(gateway, receipt)), what="the record stays open")
    answer = gateway.http.get(
        f"{gateway.first['base_url']}/hushgate/v1/receipts/{receipt}", headers={"authorization": f"Bearer {gateway.key}"}
    )
    return answer.json()


def spoken(events):
    return "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")


def test_a_session_hides_what_is_said_and_gives_it_back(running, provider, canaries):
    with calling(running) as caller:
        caller.say(item(canaries.text))
        added = caller.until("conversation.item.done")
        caller.say({"type": "response.create"})
        heard = caller.until("response.done")
    assert added[-1]["item"]["content"][0]["text"] == canaries.text
    assert spoken(heard) == canaries.text
    assert heard[-1]["response"]["output"][0]["content"][0]["text"] == canaries.text
    call = provider.call
    assert not canaries.within(provider.record)
    assert running.key.encode() not in provider.record
    assert call.headers["authorization"] == "Bearer provider-secret"
    assert len(set(surrogates(provider.record))) == 3
    told = ended(running, caller.receipt)
    assert told["state"] == "closed"
    assert told["entities"] == {"AWS_ACCESS_KEY": 1, "CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}
    assert told["verdict"] == "transformed"
    assert told["outcome"] | {"milliseconds": 0, "events": 0} == {
        "result": "completed",
        "status": 101,
        "milliseconds": 0,
        "unrestored": {},
        "events": 0,
        "unread": 0,
        "sent": 2,
        "intents": 1,
        "ended": "client",
    }
    kinds = [row[:4] for row in rows(running, caller.receipt)]
    assert kinds == [
        ("intent", "clean", "realtime", "gpt-realtime"),
        ("intent", "transformed", "realtime", "gpt-realtime"),
        ("completion", "completed", "realtime", "gpt-realtime"),
    ]
    listed = running.admin("GET", "receipts?limit=100")["items"]
    assert [one["id"] for one in listed].count(caller.receipt) == 1
    running.assert_invariants(canaries)


def test_the_intent_is_on_disk_before_the_event_is_at_the_provider(running, provider, canaries):
    seen = []

    def script(call):
        while True:
            call.hear()
            seen.append(running.sql("SELECT count(*) FROM record WHERE kind = 'intent' AND endpoint = 'realtime'")[0][0])
            call.say({"type": "heard"})

    provider.script = script
    with calling(running) as caller:
        before = running.sql("SELECT count(*) FROM record WHERE kind = 'intent' AND endpoint = 'realtime'")[0][0]
        for number in range(5):
            caller.say(item(f"{number}: {canaries.text}"))
            caller.hear()
    assert seen == [before + number for number in range(1, 6)]


def test_what_says_nothing_that_is_hidden_is_an_intent_of_its_own_and_words_of_the_protocol_are_not(running, provider):
    provider.script = acknowledge
    with calling(running) as caller:
        for event in (item("Nothing of note"), {"type": "response.cancel", "response_id": "resp_1"}, item("Nor here")):
            caller.say(event)
            caller.hear()
        assert [row[0] for row in rows(running, caller.receipt)] == ["intent"] * 3  # that of the handshake among them


def test_what_goes_out_is_what_was_inspected_and_not_the_bytes_that_came(running, provider):
    provider.script = acknowledge
    with calling(running) as caller:
        caller.say('{ "type" : "response.create",\n "response": {"temperature": 0.70, "seed": 12345678901234567890123}}')
        caller.hear()
        caller.say('{"type": "response.create", "type": "response.cancel"}')
        assert "repeats an object key" in caller.hear()["error"]["message"]
        caller.say("[1]")
        assert caller.hear()["error"]["code"] == "hushgate_bad_document"
        caller.say("{")
        assert caller.hear()["error"]["code"] == "hushgate_bad_document"
    assert provider.call.messages == ['{"type":"response.create","response":{"temperature":0.70,"seed":12345678901234567890123}}']


def test_a_value_hidden_once_stays_hidden_and_has_one_name(running, provider):
    provider.script = acknowledge
    with calling(running) as caller:
        caller.say(item("My password is hunter2-Xy7!Zq"))
        caller.hear()
        caller.say(item("so hunter2-Xy7!Zq it is"))
        caller.hear()
    first, second = (surrogates(message) for message in provider.call.messages)
    assert first
    assert first == second
    assert b"hunter2" not in provider.record


def test_a_blocked_event_is_refused_and_the_session_goes_on(running, provider, canaries):
    provider.script = acknowledge
    name = running.admin("POST", "teams", {"name": "session-blocks"})["name"]
    running.admin(
        "PUT", f"policies/{name}", {"version": 1, "rules": [{"entities": ["CREDIT_CARD"], "action": "block", "reason": "no cards"}]}
    )
    key = running.admin("POST", "keys", {"team": name})["key"]
    with calling(running, key=key) as caller:
        caller.say({**item(canaries.text), "event_id": "mine"})
        refused = caller.hear()
        caller.say(item("fine"))
        assert caller.hear() == {"type": "heard"}
    assert refused["type"] == "error"
    assert refused["error"]["code"] == "hushgate_policy_blocked"
    assert refused["error"]["event_id"] == "mine"
    assert "no cards at item.content[0].text" in refused["error"]["message"]
    assert caller.receipt in refused["error"]["message"]
    assert len(provider.call.messages) == 1
    eventually(lambda: [row[0] for row in rows(running, caller.receipt)] == ["intent", "refusal", "intent", "completion"])
    running.assert_invariants(canaries)


def test_sound_is_refused_or_passed_on_record(running, provider):
    provider.script = acknowledge
    sound = {"type": "input_audio_buffer.append", "audio": "UklGRiQAAABXQVZF"}
    with calling(running) as caller:
        caller.say(sound)
        assert caller.hear()["error"]["code"] == "hushgate_attachment_refused"
    name = running.admin("POST", "teams", {"name": "session-sound"})["name"]
    running.admin("PUT", f"policies/{name}", {"version": 1, "attachments": "pass"})
    key = running.admin("POST", "keys", {"team": name})["key"]
    with calling(running, key=key) as caller:
        for _ in range(5):
            caller.say(sound)
            assert caller.hear() == {"type": "heard"}
    assert len(provider.calls[1].messages) == 5
    eventually(lambda: len(rows(running, caller.receipt)) == 3)  # the handshake, the first piece of sound, the end
    assert not provider.call.messages


@pytest.mark.parametrize("path", ["session.model", "session.audio.input.transcription.model", "response.model"])
def test_no_event_changes_to_a_model_that_is_not_admitted(running, provider, path):
    provider.script = acknowledge
    name = running.admin("POST", "teams", {"name": f"session-{path.replace('.', '-')}"})["name"]
    running.admin("PUT", f"policies/{name}", {"version": 1, "models": ["gpt-realtime"]})
    key = running.admin("POST", "keys", {"team": name})["key"]
    head, *rest = path.split(".")
    value = "gpt-other"
    for part in reversed(rest):
        value = {part: value}
    with calling(running, key=key) as caller:
        caller.say({"type": "session.update" if head == "session" else "response.create", head: value})
        assert caller.hear()["error"]["code"] == "hushgate_not_admitted"
    assert not provider.call.messages
    with pytest.raises(InvalidStatus) as refused, calling(running, "/v1/realtime", key=key):
        pass
    assert refused.value.response.status_code == 403
    with calling(running, "/v1/responses", key=key) as caller:
        caller.say({"type": "response.create", "input": "hello"})
        assert caller.hear()["error"]["code"] == "hushgate_not_admitted"


def denied(error):
    response = error.value.response
    return Answered(response.status_code, httpx.Headers(list(response.headers.raw_items())), bytes(response.body))


@pytest.mark.parametrize(("path", "status", "code"), [
    ("/v1/realtime?model=m&call_id=rtc_1", 400, "hushgate_bad_header"), ("/v1/other", 404, "hushgate_not_found"),
    ("/v1/chat/completions", 404, "hushgate_not_found"), ("/v1/realtime/client_secrets", 404, "hushgate_not_found"),
    ("/v1/realtime/translations?model=m", 404, "hushgate_not_found"), ("/v1/realtime?model=%20", 400, "hushgate_bad_document"),
])  # fmt: skip
def test_a_handshake_is_refused_in_the_dialects_shape(running, provider, path, status, code):
    with pytest.raises(InvalidStatus) as error, calling(running, path):
        pass
    assert_refused(denied(error), "openai", status, code, receipt=status != 404)
    assert not provider.calls


@pytest.mark.parametrize("path", ["/v1/realtime/client_secrets", "/v1/realtime/sessions", "/v1/realtime/transcription_sessions",
                                  "/v1/realtime/calls", "/v1/realtime/calls/x/accept", "/v1/realtime/translations/client_secrets"])  # fmt: skip
def test_whatever_hands_out_a_direct_way_is_refused_with_the_way_to_go(running, path):
    answer = running.post("openai", {"session": {"type": "realtime"}}, path=path)
    assert_refused(answer, "openai", 404, "hushgate_not_found", receipt=False)
    assert "WebSocket" in answer.json["error"]["message"]


def test_without_a_key_nothing_is_opened(running, provider):
    with pytest.raises(InvalidStatus) as error, calling(running, headers={"authorization": None}):
        pass
    assert_refused(denied(error), "openai", 401, "hushgate_unauthenticated", receipt=False)
    assert not provider.calls


def test_a_browsers_key_comes_as_a_sub_protocol_and_stays_here(running, provider):
    names = ["realtime", f"openai-insecure-api-key.{running.key}", "openai-organization.org-canary"]
    with calling(running, headers={"authorization": None}, subprotocols=names) as caller:
        caller.say(item("hello"))
        caller.until("conversation.item.done")
        assert caller.connection.subprotocol == "realtime"
    head = provider.call.headers
    assert head["sec-websocket-protocol"] == "realtime"
    assert head["authorization"] == "Bearer provider-secret"
    assert running.key.encode() not in provider.record
    assert b"org-canary" not in provider.record


def test_a_callers_own_credential_is_passed_on(running, provider):
    with calling(running, headers={"authorization": "Bearer sk-their-own", "x-hushgate-key": running.key}) as caller:
        caller.say(item("hello"))
        caller.until("conversation.item.done")
    assert provider.call.headers["authorization"] == "Bearer sk-their-own"


def test_no_header_goes_on_that_is_not_listed(running, provider, canaries):
    sent = {
        "cookie": canaries.email,
        "x-forwarded-for": canaries.card,
        "origin": f"https://{canaries.key}.example",
        "user-agent": canaries.key,
    }
    with calling(running, headers={**sent, "openai-beta": "realtime=v1"}, user_agent_header=None) as caller:
        caller.say(item("hello"))
        caller.until("conversation.item.done")
    assert provider.call.headers["openai-beta"] == "realtime=v1"
    assert not canaries.within(provider.record)
    with pytest.raises(InvalidStatus) as error, calling(running, headers={"openai-beta": canaries.email}):
        pass
    assert_refused(denied(error), "openai", 400, "hushgate_policy_blocked")


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_a_providers_refusal_of_the_handshake_goes_back_as_it_is(running, provider, status):
    def refuse(connection, _request):
        response = connection.respond(HTTPStatus(status), '{"error": {"message": "not you"}}')
        response.headers["x-request-id"], response.headers["set-cookie"] = "req_1", "a=b"
        return response

    provider.refusing = refuse
    with pytest.raises(InvalidStatus) as error, calling(running):
        pass
    answer = denied(error)
    assert answer.status == status
    assert answer.json == {"error": {"message": "not you"}}
    assert answer.headers["x-request-id"] == "req_1"
    assert "set-cookie" not in answer.headers
    told = ended(running, answer.headers["x-hushgate-receipt"])
    assert told["outcome"]["result"] == "provider_error"
    assert told["outcome"]["status"] == status


def test_a_provider_that_is_not_there_or_speaks_something_else_is_502(running, provider):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    running.provide("openai", f"http://127.0.0.1:{port}/v1", name="gone")
    with pytest.raises(InvalidStatus) as error, calling(running, provider="gone"):
        pass
    answer = denied(error)
    assert_refused(answer, "openai", 502, "hushgate_upstream_failed")
    assert ended(running, answer.headers["x-hushgate-receipt"])["state"] == "failed"
    for said in (
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        b"220 mail.example ESMTP\r\n",
        b"",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ):
        with socket.create_server(("127.0.0.1", 0)) as odd:
            running.provide("openai", f"http://127.0.0.1:{odd.getsockname()[1]}/v1", name="odd")
            threading.Thread(target=_saying, args=(odd, said), daemon=True).start()
            with pytest.raises(InvalidStatus) as error, calling(running, provider="odd"):
                pass
            assert_refused(denied(error), "openai", 502, "hushgate_upstream_failed")


def _saying(server, words):
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(words)


def test_a_redirect_of_the_handshake_is_not_followed(running, provider):
    def redirect(connection, _request):
        response = connection.respond(HTTPStatus.FOUND, "")
        response.headers["location"] = "https://elsewhere.example/v1/realtime"
        return response

    provider.refusing = redirect
    with pytest.raises(InvalidStatus) as error, calling(running):
        pass
    assert_refused(denied(error), "openai", 502, "hushgate_upstream_failed")


def test_a_private_address_is_not_called_unless_the_entry_allows_it(running, provider):
    entry = {"dialect": "openai", "base_url": f"{provider.url.replace('http', 'https')}/v1", "credential": "x", "allow_private": False}
    running.admin("PUT", "providers/private", entry)
    with pytest.raises(InvalidStatus) as error, calling(running, provider="private"):
        pass
    assert_refused(denied(error), "openai", 502, "hushgate_upstream_failed")
    assert not provider.calls


@pytest.mark.parametrize(("code", "told", "result"), [
    (1000, 1000, "completed"), (1001, 1001, "completed"), (1011, 1011, "provider_error"), (4003, 4003, "provider_error"),
])  # fmt: skip
def test_a_providers_close_reaches_the_client(running, provider, code, told, result):
    def script(call):
        call.hear()
        call.connection.close(code, "session expired")

    provider.script = script
    with calling(running) as caller:
        caller.say(item("hello"))
        assert caller.closed() == (told, "session expired")
    assert ended(running, caller.receipt)["outcome"]["result"] == result


def test_a_provider_that_breaks_off_is_an_error_and_a_close(running, provider, canaries):
    def script(call):
        call.hear()
        place = {"response_id": "r", "output_index": 0, "item_id": "i", "content_index": 0}
        held = surrogates(call.messages[-1])[0]
        call.say({"type": "response.output_text.delta", **place, "delta": f"about {held[:-5]}"})
        time.sleep(0.1)
        call.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        call.connection.socket.close()

    provider.script = script
    with calling(running) as caller:
        caller.say(item(canaries.email))
        heard = caller.until("error")
        assert caller.closed() == (1011, "")
    assert spoken(heard).startswith("about EMAIL_ADDRESS_")  # cut inside a surrogate: it goes out as it stands
    assert heard[-1]["error"]["code"] == "hushgate_upstream_failed"
    assert ended(running, caller.receipt)["state"] == "failed"
    running.assert_invariants(canaries)


def test_a_client_that_vanishes_ends_both_sides(running, provider, canaries):
    provider.script = acknowledge
    with calling(running) as caller:
        caller.say({"type": "response.create", "response": {"instructions": canaries.text}})
        caller.hear()
        caller.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        caller.connection.socket.close()
    assert ended(running, caller.receipt)["state"] == "aborted"
    eventually(lambda: provider.call.closed is not None)
    assert not canaries.within(provider.record)


def test_a_clients_reason_for_leaving_does_not_reach_the_provider(running, provider, canaries):
    provider.script = acknowledge
    with calling(running) as caller:
        caller.say(item("hello"))
        caller.hear()
        caller.connection.close(1000, canaries.email)
    eventually(lambda: provider.call.closed == (1000, ""))
    assert not canaries.within(provider.record)
    assert ended(running, caller.receipt)["state"] == "closed"


def test_binary_messages_are_refused_on_either_side(running, provider):
    provider.script = acknowledge
    with calling(running) as caller:
        caller.say(b"\x00\x01")
        assert caller.hear()["error"]["code"] == "hushgate_content_type"
        assert caller.closed() == (1003, "")
    provider.script = playing(b"\x00\x01")
    with calling(running) as caller:
        caller.say(item("hello"))
        assert caller.hear()["error"]["code"] == "hushgate_upstream_failed"
        assert caller.closed()[0] == 1011
    assert not provider.call.messages


def test_a_message_in_fragments_is_one_and_one_that_is_too_large_ends_the_session(running, provider, canaries):
    provider.script = acknowledge
    whole = json.dumps(item(canaries.text))
    with calling(running) as caller:
        caller.connection.send(whole[at : at + 7] for at in range(0, len(whole), 7))
        assert caller.hear() == {"type": "heard"}
        caller.say(item("x" * 250_000))  # HUSHGATE_MAX_BODY is 200,000 here
        assert caller.closed()[0] == 1009
    assert ended(running, caller.receipt)["state"] in {"closed", "aborted"}
    assert len(provider.call.messages) == 1
    assert not canaries.within(provider.record)


def test_a_frame_that_never_ends_closes_the_record(running, provider):
    provider.script = acknowledge
    with calling(running) as caller:
        caller.say(item("hello"))
        caller.hear()
        caller.connection.socket.sendall(b"\x81\xfe\x10\x00\x00\x00\x00\x00half a frame")
        caller.connection.socket.shutdown(socket.SHUT_WR)
        caller.connection.socket.close()
    assert ended(running, caller.receipt)["state"] in {"closed", "aborted"}
    assert len(provider.call.messages) == 1


def test_a_providers_message_without_end_is_an_error(running, provider):
    provider.script = playing({"type": "x", "text": "y" * (17 << 20)})
    with calling(running) as caller:
        caller.say(item("hello"))
        assert caller.hear()["error"]["code"] == "hushgate_upstream_failed"
        assert caller.closed()[0] == 1011


def test_unknown_events_and_what_is_no_json_pass_and_are_counted(running, provider, canaries):
    odd = ['{"type": "tomorrow.event",  "text": "spaced  out"}', "not json", '{"type": "response.output_text.delta"}', "[]", '"x"', "{}"]
    provider.script = playing(*odd)
    with calling(running) as caller:
        caller.say(item(canaries.text))
        assert [caller.connection.recv(timeout=10) for _ in odd] == odd
    told = ended(running, caller.receipt)["outcome"]
    assert told["events"] == len(odd)
    assert told["unread"] == 1


def test_postgres_gone_between_two_events_stops_the_next_one_and_no_more(running, provider, canaries):
    provider.script = acknowledge
    with calling(running) as caller:
        caller.say(item("before"))
        caller.hear()
        running.proxy.down()
        caller.say(item(canaries.text))
        refused = caller.hear()
        running.proxy.up()

        def through():
            caller.say(item("after"))
            return caller.hear()["type"] == "heard"

        eventually(through)
    assert refused["error"]["code"] == "hushgate_ledger_unavailable"
    assert not any("canary" in message for message in provider.call.messages)
    assert not surrogates(provider.record)
    ended(running, caller.receipt)
    running.assert_invariants(canaries)


def test_a_revoked_key_ends_its_sessions_within_seconds(running, provider):
    provider.script = acknowledge
    made = running.admin("POST", "keys", {"team": "default"})
    with calling(running, key=made["key"]) as caller:
        caller.say(item("hello"))
        caller.hear()
        running.admin("DELETE", f"keys/{made['id']}")
        began = time.monotonic()
        told = caller.until("error")[-1]
        assert caller.closed()[0] == 1008
        assert time.monotonic() - began < 3
    assert told["error"]["code"] == "hushgate_unauthenticated"
    assert ended(running, caller.receipt)["outcome"]["ended"] == "revoked"


def test_a_new_policy_holds_from_the_next_event_on(running, provider):
    provider.script = acknowledge
    name = running.admin("POST", "teams", {"name": "session-live"})["name"]
    key = running.admin("POST", "keys", {"team": name})["key"]
    with calling(running, key=key) as caller:
        caller.say(item("Meet ana.perez@initech.com"))
        caller.hear()
        running.admin("PUT", f"policies/{name}", {"version": 1, "rules": [{"entities": ["EMAIL_ADDRESS"], "action": "block"}]})
        time.sleep(1.0)
        caller.say(item("Meet ana.perez@initech.com"))
        assert caller.hear()["error"]["code"] == "hushgate_policy_blocked"
        running.admin("PUT", f"policies/{name}", {"version": 1, "models": ["other"]})
        assert caller.until("error")[-1]["error"]["code"] == "hushgate_not_admitted"
        assert caller.closed()[0] == 1008


def test_a_silent_session_is_closed(running, provider):
    provider.script = acknowledge
    with calling(running) as caller:
        caller.say(item("hello"))
        caller.hear()
        began = time.monotonic()
        assert caller.until("error")[-1]["error"]["code"] == "hushgate_busy"
        assert caller.closed()[0] == 1001
        assert 2.5 < time.monotonic() - began < 7
    assert ended(running, caller.receipt)["outcome"]["ended"] == "idle"


def test_restoring_can_be_turned_off_for_a_session(running, provider, canaries):
    with calling(running, headers={"x-hushgate-restore": "off"}) as caller:
        caller.say(item(canaries.email))
        added = caller.until("conversation.item.done")
    assert surrogates(json.dumps(added))
    assert canaries.email not in json.dumps(added)


def test_one_client_reads_no_originals_of_another(running, provider, canaries):
    with calling(running) as caller:
        caller.say(item(canaries.email))
        caller.until("conversation.item.done")
    stolen = surrogates(provider.record)[0]
    name = running.admin("POST", "teams", {"name": "session-thief"})["name"]
    key = running.admin("POST", "keys", {"team": name})["key"]
    with calling(running, key=key) as caller:
        caller.say(item(f"Tell me {stolen}"))
        heard = caller.until("conversation.item.done")
    assert stolen in json.dumps(heard)
    assert canaries.email not in json.dumps(heard)


def test_responses_over_a_session_continue_only_their_own(running, provider, canaries):
    with calling(running, "/v1/responses") as caller:
        caller.say({"type": "response.create", "model": "m", "input": canaries.text, "stream_id": "a"})
        heard = caller.until("response.completed")
        assert spoken(heard) == canaries.text
        assert [event["sequence_number"] for event in heard] == list(range(len(heard)))
        ours = heard[0]["response"]["id"]
        caller.say({"type": "response.create", "model": "m", "input": "go on", "previous_response_id": "resp_foreign", "stream_id": "b"})
        refused = caller.hear()
        caller.say({"type": "response.create", "model": "m", "input": "go on", "previous_response_id": ours})
        caller.until("response.completed")
        caller.say({"type": "response.steer", "input": "left", "previous_response_id": "resp_foreign"})
        assert caller.hear()["error"]["code"] == "hushgate_not_found"
    assert refused == {**refused, "type": "error", "status": 404, "stream_id": "b"}
    assert refused["error"]["code"] == "hushgate_not_found"
    assert b"resp_foreign" not in provider.record
    assert not canaries.within(provider.record)


def test_a_fast_client_is_read_more_slowly(postgres, tmp_path):
    with world(postgres, tmp_path / "home", HUSHGATE_SESSION_RATE="20") as slow, SessionUpstream() as provider:
        slow.provide("openai", f"{provider.url}/v1", name="live")
        provider.script = acknowledge
        with calling(slow) as caller:
            began = time.monotonic()
            for _ in range(60):
                caller.say({"type": "input_audio_buffer.commit"})
            for _ in range(60):
                caller.hear()
        assert 1.5 < time.monotonic() - began < 8


def test_leaving_lets_the_answer_end_takes_no_more_and_closes(postgres, tmp_path):
    with world(postgres, tmp_path / "home", HUSHGATE_DRAIN="10") as leaving, SessionUpstream() as provider:
        leaving.provide("openai", f"{provider.url}/v1", name="live")

        def script(call):
            call.hear()
            call.say({"type": "response.created", "response": {"id": "r"}})
            time.sleep(1.5)
            call.say({"type": "response.done", "response": {"id": "r", "object": "realtime.response", "output": []}})
            call.hear()

        provider.script = script
        with calling(leaving) as quiet, calling(leaving) as busy:
            busy.say({"type": "response.create"})
            busy.hear()
            leaving.process.send_signal(signal.SIGTERM)
            assert quiet.closed()[0] == 1012
            time.sleep(0.3)
            busy.say(item("more"))
            heard = busy.until("response.done")
            assert [event["type"] for event in heard] == ["error", "response.done"]
            assert heard[0]["error"]["code"] == "hushgate_busy"
            assert busy.closed()[0] == 1012
        leaving.process.wait(10)
        assert sorted(len(call.messages) for call in provider.calls) == [0, 1]
        leaving.restart()
        pending = "SELECT exchange FROM record GROUP BY exchange HAVING bool_or(kind = 'intent') AND NOT bool_or(kind = 'completion')"
        assert not leaving.sql(pending)
