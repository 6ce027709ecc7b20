"""Whose is an object that the provider keeps: two teams, one credential of the provider, and every place where an id may stand."""

import json
import secrets

import pytest
from laws.ids import names, places, planted

from app.core.presets import PRESETS
from app.gateway.routes import DIALECTS
from tests.gateway_process import Answered, eventually
from tests.upstream import sse_stream, surrogates, whole

PLACES = {name: list(places(dialect)) for name, dialect in DIALECTS.items()}
MAKERS = {"openai": "/v1/threads"}


def fresh(sort="thread"):
    return f"{sort}_{secrets.token_hex(8)}"


@pytest.fixture(scope="module")
def other(running):
    """The gateway key of a second team."""
    running.admin("POST", "teams", {"name": "rivals"})
    return running.admin("POST", "keys", {"team": "rivals"})["key"]


def made(gateway, key=None):
    """Have the provider make something for a team; return its id."""
    one = fresh()
    gateway.upstream.once.append(whole(json.dumps({"id": one, "object": "thread", "metadata": {}}).encode()))
    answer = gateway.post("openai", {}, path="/v1/threads", headers={"authorization": f"Bearer {key or gateway.key}"})
    assert answer.status == 200, answer.body
    return one


def flat(value, name=""):
    """A document as the fields of a form."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from flat(child, f"{name}[{key}]" if name else key)
    elif isinstance(value, list):
        yield from flat(value[0], f"{name}[]")
    else:
        yield name, value


def asked(gateway, place, value, own, key=None):
    """Send a request with `value` at one place, and a team's own id wherever else one must stand."""
    path = place.endpoint.paths[-1]
    for name in names(place.endpoint):
        path = path.replace(f"{{{name}}}", value if (place.part, place.name) == ("path", name) else own if name.endswith("_id") else "m")
    document = planted(place.steps, value) if place.part == "document" else {}
    if place.endpoint.modelled:
        document = {"model": "m", **document}
    content = document if place.endpoint.document else b""
    headers = {"authorization": f"Bearer {key or gateway.key}", **({} if place.endpoint.document else {"content-type": None})}
    params = {place.name: value} if place.part == "query" else None
    if place.endpoint.form is not None and place.endpoint.form.required:
        fields = {name: (None, one) for name, one in flat({"a": "b", **document})}
        sent = gateway.http.post(gateway.url("openai", path), files=fields, headers={"authorization": headers["authorization"]})
        return Answered(sent.status_code, sent.headers, sent.content)
    return gateway.post("openai", content, path=path, method=place.endpoint.method, headers=headers, params=params)


@pytest.mark.parametrize("place", PLACES["openai"], ids=str)
def test_an_id_of_another_team_or_of_nobody_is_not_found_and_nothing_is_sent(gateway, other, place):
    theirs, own = made(gateway), made(gateway, other)
    before = len(gateway.upstream.received)
    for value in (theirs, fresh()):
        answer = asked(gateway, place, value, own, other)
        assert (answer.status, answer.json["error"]["code"]) == (404, "hushgate_not_found"), answer.body
        assert value.encode() not in answer.body
    assert len(gateway.upstream.received) == before
    gateway.upstream.once.append(whole(b'{"object":"x","data":[]}'))
    answer = asked(gateway, place, own, own, other)  # the control: what is refused above is the id alone
    assert answer.status == 200, answer.body
    assert own.encode() in gateway.upstream.received[-1].raw
    gateway.upstream.reset()


def test_a_list_holds_what_is_the_teams_own_and_its_cursors_too(gateway, other):
    ours, theirs = [made(gateway) for _ in range(3)], [made(gateway, other) for _ in range(3)]
    every = [one for pair in zip(theirs, ours, strict=True) for one in pair]

    def listed(ids, *, more):
        page = {"object": "list", "data": [{"id": one} for one in ids], "first_id": ids[0], "last_id": ids[-1], "has_more": more}
        return whole(json.dumps(page).encode())

    gateway.upstream.once += [listed(every[:3], more=True), listed(every[3:], more=False)]
    before = len(gateway.upstream.received)
    answer = gateway.post("openai", b"", path="/v1/assistants", method="GET", params={"limit": "2"})
    assert [row["id"] for row in answer.json["data"]] == ours[:2]
    assert (answer.json["first_id"], answer.json["last_id"], answer.json["has_more"]) == (ours[0], ours[1], True)
    assert len(gateway.upstream.received) == before + 2
    assert f"after={every[2]}" in gateway.upstream.received[-1].line
    assert not [one for one in theirs if one.encode() in answer.body]


def test_what_was_made_without_the_gateway_is_nobodys_and_in_no_list(gateway):
    page = {"object": "list", "data": [{"id": fresh()}], "first_id": "x", "last_id": "y", "has_more": False}
    gateway.upstream.once.append(whole(json.dumps(page).encode()))
    answer = gateway.post("openai", b"", path="/v1/assistants", method="GET")
    assert answer.json == {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}


def test_what_is_deleted_is_not_found_from_then_on_and_the_record_says_so(gateway, other):
    one = made(gateway)
    gateway.upstream.once.append(whole(json.dumps({"id": one, "object": "thread.deleted", "deleted": True}).encode()))
    answer = gateway.post("openai", b"", path=f"/v1/threads/{one}", method="DELETE")
    assert answer.status == 200
    before = len(gateway.upstream.received)
    assert gateway.post("openai", b"", path=f"/v1/threads/{one}", method="GET").status == 404
    assert len(gateway.upstream.received) == before
    exchange = answer.headers["x-hushgate-receipt"]
    eventually(lambda: gateway.sql("SELECT 1 FROM record WHERE exchange = %s AND kind = 'completion'", exchange), what="no completion")
    assert gateway.sql("SELECT endpoint FROM record WHERE exchange = %s", exchange)[0] == ("threads.delete",)
    eventually(lambda: not gateway.sql("SELECT 1 FROM object WHERE id = %s", one), what="the object is still somebody's")


def test_a_foreign_id_in_an_answer_stays_with_whoever_had_it_first(gateway, other):
    theirs = made(gateway)
    gateway.upstream.once.append(whole(json.dumps({"id": theirs, "object": "thread"}).encode()))
    gateway.post("openai", {}, path="/v1/threads", headers={"authorization": f"Bearer {other}"})
    assert asked(gateway, PLACES["openai"][0]._replace(), theirs, made(gateway, other), other).status == 404


def responded(one, text, **more):
    part = {"type": "output_text", "text": text, "annotations": []}
    item = {"id": fresh("msg"), "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    return {"id": one, "object": "response", "model": "m", "status": "completed", "output": [item], **more}


def test_an_answer_is_restored_whenever_it_is_fetched_and_by_whoever_may_have_it(gateway, canaries, other):
    one, sent = fresh("resp"), []

    def script(talk):
        sent.extend(surrogates(talk.request.raw))
        whole(json.dumps(responded(one, f"Dear {sent[0]}")).encode())(talk)

    gateway.upstream.once.append(script)
    first = gateway.post("openai", {"model": "m", "input": f"Write to {canaries.email}"}, path="/v1/responses")
    assert canaries.email in first.body.decode()
    gateway.upstream.once.append(whole(json.dumps(responded(one, f"Dear {sent[0]}")).encode()))
    again = gateway.post("openai", b"", path=f"/v1/responses/{one}", method="GET")
    assert f"Dear {canaries.email}" in again.body.decode()
    # A client of the same team that did not supply the value gets the object, as the provider has it.
    key = gateway.admin("POST", "keys", {"team": "default", "client": "elsewhere"})["key"]
    gateway.upstream.once.append(whole(json.dumps(responded(one, f"Dear {sent[0]}")).encode()))
    third = gateway.post("openai", b"", path=f"/v1/responses/{one}", method="GET", headers={"authorization": f"Bearer {key}"})
    assert third.status == 200
    assert sent[0] in third.body.decode()
    assert not canaries.within(third.body)


def test_an_object_holds_no_surrogate_of_another(gateway, canaries):
    """Retrieval looks up what went into that object, and nothing else that the caller might have."""
    sent = []
    for one in (fresh("resp"), other_one := fresh("resp")):
        gateway.upstream.once.append(
            lambda talk, one=one: (sent.append(surrogates(talk.request.raw)), whole(json.dumps(responded(one, "ok")).encode())(talk))
        )
        gateway.post(
            "openai", {"model": "m", "input": f"About {canaries.email if one is not other_one else 'nobody'}"}, path="/v1/responses"
        )
    gateway.upstream.once.append(whole(json.dumps(responded(other_one, sent[0][0])).encode()))
    answer = gateway.post("openai", b"", path=f"/v1/responses/{other_one}", method="GET")
    assert not canaries.within(answer.body)
    assert sent[0][0] in answer.body.decode()


def test_a_response_goes_on_where_another_ended_and_what_was_hidden_stays_hidden(gateway, canaries):
    one, two = fresh("resp"), fresh("resp")
    sent = []

    def script(talk):
        sent.append(talk.request.raw)
        whole(json.dumps(responded(one if len(sent) == 1 else two, "of " + (surrogates(sent[0]) or ["nobody"])[0])).encode())(talk)

    gateway.upstream.script = script
    gateway.post("openai", {"model": "m", "input": f"password: {canaries.card}x!Q"}, path="/v1/responses")
    assert surrogates(sent[0])
    # Said without its context, only what went before tells that it is a secret.
    answer = gateway.post("openai", {"model": "m", "input": f"say {canaries.card}x!Q", "previous_response_id": one}, path="/v1/responses")
    assert surrogates(sent[1]) == surrogates(sent[0])
    assert f"of {canaries.card}x!Q" in answer.body.decode()
    gateway.upstream.script = script
    later = gateway.post("openai", b"", path=f"/v1/responses/{two}", method="GET")
    assert f"of {canaries.card}x!Q" in later.body.decode()
    gateway.upstream.reset()


def test_a_streamed_response_is_the_teams_before_its_first_event_is(gateway, other):
    one = fresh("resp")
    created = {"type": "response.created", "sequence_number": 0, "response": responded(one, "", output=[])}
    done = {"type": "response.completed", "sequence_number": 1, "response": responded(one, "fine")}
    gateway.upstream.once.append(sse_stream(created, done))
    answer = gateway.post("openai", {"model": "m", "input": "hello", "stream": True}, path="/v1/responses")
    assert answer.status == 200
    assert gateway.sql("SELECT team, sort FROM object WHERE id = %s", one) == [("default", "responses")]


def test_a_stream_that_is_asked_for_again_goes_on_where_the_client_stopped_reading(gateway, canaries):
    one, played = fresh("resp"), []

    def script(talk):
        name = next(iter(surrogates(talk.request.raw)), "")
        if not played:
            place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
            pieces = ["Dear ", name[:5], name[5:], " and ", name[:7]]
            deltas = [{"type": "response.output_text.delta", **place, "delta": piece} for piece in pieces]
            events = [{"type": "response.created", "response": responded(one, "", output=[])}, *deltas]
            events.append({"type": "response.output_text.done", **place, "text": "".join(pieces)})
            events.append({"type": "response.completed", "response": responded(one, "".join(pieces))})
            played.extend({**event, "sequence_number": number} for number, event in enumerate(events))
        sse_stream(*played)(talk)

    gateway.upstream.script = script
    first = gateway.post("openai", {"model": "m", "input": f"Write to {canaries.email}", "stream": True}, path="/v1/responses")
    heard = [event for _, event in first.events]
    assert len(heard) == len(played) + 1  # what was held at the end of the text went out in an event that the provider does not know of
    assert canaries.email in first.body.decode()
    for number in range(len(heard)):
        params = {"stream": "true", "starting_after": str(number)}
        rest = gateway.post("openai", b"", path=f"/v1/responses/{one}", method="GET", params=params)
        assert [event for _, event in rest.events] == heard[number + 1 :], number
        assert "starting_after" not in gateway.upstream.received[-1].line
        assert "stream=true" in gateway.upstream.received[-1].line
    gateway.upstream.reset()


def test_what_is_not_stored_is_nobodys(gateway):
    one = fresh("resp")
    gateway.upstream.once.append(whole(json.dumps(responded(one, "fine")).encode()))
    assert gateway.post("openai", {"model": "m", "input": "hello", "store": False}, path="/v1/responses").status == 200
    assert gateway.post("openai", b"", path=f"/v1/responses/{one}", method="GET").status == 404


def test_originals_live_as_long_as_an_object_that_holds_their_surrogates(gateway, canaries):
    one = fresh("resp")
    gateway.upstream.once.append(lambda talk: whole(json.dumps(responded(one, surrogates(talk.request.raw)[0])).encode())(talk))
    gateway.post("openai", {"model": "m", "input": f"Write to {canaries.email}"}, path="/v1/responses")
    gateway.database.execute("UPDATE surrogate SET expires = now() - interval '1 hour'")
    gateway.restart()  # a process sweeps when it starts
    (living,) = gateway.sql("SELECT count(*) FROM surrogate WHERE expires > now()")
    assert living[0] >= 1
    gateway.upstream.once.append(whole(json.dumps(responded(one, "x")).encode()))
    assert gateway.post("openai", b"", path=f"/v1/responses/{one}", method="GET").status == 200


@pytest.fixture
def hygiene(gateway):
    def use(**options):
        gateway.admin("PUT", "policies/default", {"version": 1, "hygiene": options})

    yield use
    gateway.admin("PUT", "policies/default", {"version": 1})


TOLD = {
    "user": "u-17",
    "safety_identifier": "s-17",
    "prompt_cache_key": "k-17",
    "metadata": {"ticket": "t-17"},
    "client_metadata": {"git": "g-17"},
}


def test_what_names_the_caller_is_dropped_or_becomes_a_name_of_ours_that_comes_back(gateway, hygiene):
    hygiene(identifiers="drop")
    assert gateway.post("openai", {"model": "m", "input": "hello", **TOLD}, path="/v1/responses").status == 200
    assert not {*TOLD} & {*gateway.upstream.received[-1].document}
    hygiene(identifiers="pseudonymise")
    answer = gateway.post("openai", {"model": "m", "input": "hello", **TOLD}, path="/v1/responses")
    sent = gateway.upstream.received[-1].document
    assert b"-17" not in json.dumps(sent).encode()
    assert {*TOLD} <= {*sent}
    assert answer.json["metadata"] == TOLD["metadata"]
    gateway.post("openai", {"model": "m", "input": "again", **TOLD}, path="/v1/responses")
    assert gateway.upstream.received[-1].document["user"] == sent["user"]


def test_nothing_is_stored_where_the_policy_says_so(gateway, hygiene):
    hygiene(retention="none")
    for document, path in (({"input": "hello", "store": True}, "/v1/responses"), ({"messages": [{"role": "user", "content": "x"}]}, None)):
        answer = gateway.post("openai", {"model": "m", **document}, path=path)
        assert answer.status == 200
        assert gateway.upstream.received[-1].document["store"] is False
        assert not gateway.sql("SELECT 1 FROM object WHERE id = %s", answer.json["id"])


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/v1/threads", {}),
        ("/v1/conversations", {"items": [{"type": "message", "role": "user", "content": "hello"}]}),
        ("/v1/vector_stores", {"name": "notes"}),
        ("/v1/responses", {"model": "m", "input": "hello", "conversation": "own"}),
        ("/v1/chat/completions", {"model": "m", "messages": [{"role": "user", "content": "x"}], "audio": {"voice": "x", "format": "wav"}}),
    ],
)
def test_what_a_provider_keeps_all_the_same_is_refused_where_nothing_may_be_kept(gateway, hygiene, path, document):
    document = {key: made(gateway) if value == "own" else value for key, value in document.items()}
    hygiene(retention="none")
    before = len(gateway.upstream.received)
    answer = gateway.post("openai", document, path=path)
    assert (answer.status, answer.json["error"]["code"]) == (403, "hushgate_not_admitted"), answer.body
    assert len(gateway.upstream.received) == before


def test_files_are_refused_where_nothing_may_be_kept_and_reading_and_deleting_are_not(gateway, hygiene):
    one = made(gateway)
    hygiene(retention="none")
    before = len(gateway.upstream.received)
    files = {"purpose": (None, "batch"), "file": ("a.jsonl", b'{"custom_id": "a"}', "application/jsonl")}
    sent = gateway.http.post(gateway.url("openai", "/v1/files"), files=files, headers={"authorization": f"Bearer {gateway.key}"})
    assert sent.status_code == 403
    assert len(gateway.upstream.received) == before
    gateway.upstream.once.append(whole(json.dumps({"id": one, "object": "thread.deleted", "deleted": True}).encode()))
    assert gateway.post("openai", b"", path=f"/v1/threads/{one}", method="DELETE").status == 200


def test_an_answer_in_the_background_is_one_in_the_foreground_where_nothing_may_be_kept(gateway, hygiene):
    hygiene(retention="none")
    gateway.post("openai", {"model": "m", "input": "hello", "background": True}, path="/v1/responses")
    sent = gateway.upstream.received[-1].document
    assert (sent["background"], sent["store"]) == (False, False)
    gateway.post("openai", {"model": "m", "input": "hello"}, path="/v1/responses")
    assert "background" not in gateway.upstream.received[-1].document


def test_the_lines_of_a_batch_are_cleaned_as_requests_are(gateway, hygiene):
    hygiene(identifiers="drop")
    line = {"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": {"model": "m", "input": "hello", **TOLD}}
    files = {"purpose": (None, "batch"), "file": ("a.jsonl", json.dumps(line).encode(), "application/jsonl")}
    gateway.upstream.once.append(whole(json.dumps({"id": fresh("file"), "object": "file"}).encode()))
    sent = gateway.http.post(gateway.url("openai", "/v1/files"), files=files, headers={"authorization": f"Bearer {gateway.key}"})
    assert sent.status_code == 200, sent.text
    assert b"-17" not in gateway.upstream.received[-1].raw
    assert b'"input":"hello"' in gateway.upstream.received[-1].raw


# As a coding agent sends it: a remote, a folder of somebody's home as a key, and a commit, in JSON within a string.
WORKSPACE = "/home/mlopez/src/ledger"
REMOTE = "ssh://git.initech.example/payroll/ledger.git"
TURN = json.dumps(
    {"turn_id": "t-1", "workspaces": {WORKSPACE: {"associated_remote_urls": {"origin": REMOTE}, "latest_git_commit_hash": "0a1b2c3d4e"}}}
)


@pytest.mark.parametrize("preset", ["coding", "strict"])
def test_what_a_coding_agent_tells_of_the_repository_beside_its_prompt_is_hidden(gateway, hygiene, preset):
    gateway.admin("PUT", "policies/default", PRESETS[preset].document)
    for told in (TURN, json.loads(TURN)):
        asking = {"model": "m", "input": "hello", "client_metadata": {"x-turn": told}}
        assert gateway.post("openai", asking, path="/v1/responses").status == 200
        raw = gateway.upstream.received[-1].raw
        for value in ("mlopez", "initech", "payroll", "0a1b2c3d4e"):
            assert value.encode() not in raw, value
        assert b"latest_git_commit_hash" in raw
    hygiene()  # and by default it is text as any other is
    secret = TURN.replace("ssh://", "https://deploy:hunter2hunter2@")
    assert (
        gateway.post("openai", {"model": "m", "input": "hello", "client_metadata": {"x-turn": secret}}, path="/v1/responses").status == 200
    )
    assert b"hunter2hunter2" not in gateway.upstream.received[-1].raw
