"""Anthropic beyond messages: every block passes as it is, batches come back line by line, files, and what is not served says why."""

import json
import secrets

import anthropic
import pytest

from tests.gateway_process import assert_refused, eventually
from tests.upstream import surrogates, whole

ENCRYPTED = "RW5jcnlwdGVk"
BLOCKS = {
    "user": [
        {"type": "document", "title": "the figures", "context": "from the wiki", "source": {"type": "text", "media_type": "text/plain", "data": "plain"}},
        {"type": "document", "source": {"type": "content", "content": "one text"}, "citations": {"enabled": True}},
        {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "inner"}]}},
        {"type": "search_result", "source": "intranet", "title": "t", "content": [{"type": "text", "text": "found"}]},
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "tool_reference", "tool_name": "send"}]},
        {"type": "tool_result", "tool_use_id": "toolu_2", "content": [{"type": "search_result", "source": "s", "title": "t", "content": []}]},
        {"type": "text", "text": "And?", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
    ],
    "assistant": [
        {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "b3BhcXVl"},
        {"type": "compaction", "content": "so far", "encrypted_content": ENCRYPTED},
        {
            "type": "text",
            "text": "One",
            "citations": [
                {"type": "char_location", "cited_text": "c", "document_index": 0, "start_char_index": 0, "end_char_index": 1, "file_id": None},
                {"type": "web_search_result_location", "cited_text": "c", "url": "https://a.example", "title": "t", "encrypted_index": ENCRYPTED},
                {"type": "page_location", "cited_text": "c", "document_index": 0, "start_page_number": 1, "end_page_number": 2},
            ],
        },
        {"type": "tool_use", "id": "toolu_1", "name": "send", "input": {"to": "x"}, "caller": {"type": "direct"}},
        {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "q"}},
        {
            "type": "web_search_tool_result",
            "tool_use_id": "srv_1",
            "content": [{"type": "web_search_result", "url": "https://a.example", "title": "t", "encrypted_content": ENCRYPTED, "page_age": "2 days"}],
        },
        {"type": "web_search_tool_result", "tool_use_id": "srv_2", "content": {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}},
        {
            "type": "web_fetch_tool_result",
            "tool_use_id": "srv_3",
            "content": {
                "type": "web_fetch_result",
                "url": "https://a.example",
                "retrieved_at": "2026-01-01T00:00:00Z",
                "content": {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "page"}, "title": "t"},
            },
        },
        {
            "type": "code_execution_tool_result",
            "tool_use_id": "srv_4",
            "content": {"type": "code_execution_result", "stdout": "out", "stderr": "", "return_code": 0, "content": []},
        },
        {
            "type": "code_execution_tool_result",
            "tool_use_id": "srv_5",
            "content": {"type": "encrypted_code_execution_result", "encrypted_stdout": ENCRYPTED, "stderr": "", "return_code": 0, "content": []},
        },
        {
            "type": "bash_code_execution_tool_result",
            "tool_use_id": "srv_6",
            "content": {"type": "bash_code_execution_result", "stdout": "ls", "stderr": "", "return_code": 0, "content": []},
        },
        {
            "type": "text_editor_code_execution_tool_result",
            "tool_use_id": "srv_7",
            "content": {"type": "text_editor_code_execution_view_result", "file_type": "text", "content": "lines", "num_lines": 1},
        },
        {"type": "tool_search_tool_result", "tool_use_id": "srv_8", "content": {"type": "tool_search_tool_search_result", "tool_references": [{"type": "tool_reference", "tool_name": "send"}]}},
        {"type": "mcp_tool_use", "id": "mcp_1", "name": "look", "server_name": "tools", "input": {"at": "x"}},
        {"type": "mcp_tool_result", "tool_use_id": "mcp_1", "is_error": False, "content": [{"type": "text", "text": "seen"}]},
    ],
}  # fmt: skip
TOOLS = [
    {"name": "send", "description": "sends", "input_schema": {"type": "object"}, "input_examples": [{"to": "y"}], "allowed_callers": ["direct"], "defer_loading": True},
    {"type": "web_search_20250305", "name": "web_search", "max_uses": 3, "allowed_domains": ["a.example"], "user_location": {"type": "approximate", "city": "Amsterdam"}},
    {"type": "web_fetch_20250910", "name": "web_fetch", "citations": {"enabled": True}},
    {"type": "memory_20250818", "name": "memory"},
    {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"},
    {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"},
    {"type": "mcp_toolset", "mcp_server_name": "tools", "default_config": {"enabled": True}},
]  # fmt: skip
RICH = {
    "model": "claude-5",
    "max_tokens": 100,
    "messages": [{"role": role, "content": blocks} for role, blocks in (*BLOCKS.items(), ("user", [{"type": "text", "text": "go on"}]))],
    "tools": TOOLS,
    "mcp_servers": [{"type": "url", "url": "https://mcp.example", "name": "tools", "tool_configuration": {"allowed_tools": ["look"]}}],
    "context_management": {
        "edits": [
            {"type": "clear_tool_uses_20250919", "trigger": {"type": "input_tokens", "value": 5000}, "keep": {"type": "tool_uses", "value": 3}},
            {"type": "compact_20260112", "instructions": "Be brief"},
        ]
    },
    "thinking": {"type": "adaptive", "display": "summarized"},
    "output_config": {"effort": "high"},
    "fallbacks": [{"model": "claude-4"}],
    "diagnostics": {"previous_message_id": None},
    "speed": "fast",
}  # fmt: skip


def fresh(sort):
    return f"{sort}_{secrets.token_hex(8)}"


@pytest.fixture(scope="module")
def rivals(running):
    running.admin("POST", "teams", {"name": "anthropic-rivals"})
    return running.admin("POST", "keys", {"team": "anthropic-rivals"})["key"]


@pytest.fixture
def client(gateway):
    with anthropic.Anthropic(base_url=gateway.url("anthropic", ""), api_key=gateway.key, max_retries=0) as built:
        yield built


@pytest.mark.parametrize("path", ["/v1/messages?beta=true", "/v1/messages/count_tokens?beta=true"])
def test_a_message_of_every_block_passes_unchanged(gateway, path):
    # On a busy machine the inspection of a document that nobody has seen yet may need a second try.
    answer = eventually(lambda: (got := gateway.post("anthropic", RICH, path=path)).status != 503 and got, 60)
    assert answer.status == 200, answer.body
    sent = gateway.upstream.received[-1].document
    assert {key: sent.get(key) for key in RICH if sent.get(key) != RICH[key]} == {}
    assert sent == RICH


def test_compaction_goes_out_and_comes_back_as_the_provider_made_it(gateway, canaries):
    held = []

    def script(talk):
        held.append(surrogates(talk.request.raw)[0])
        block = {"type": "compaction", "content": f"They asked about {held[0]}.", "encrypted_content": ENCRYPTED}
        message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [block, {"type": "text", "text": f"I know {held[0]}"}]}
        whole(json.dumps(message).encode())(talk)

    gateway.upstream.script = script
    first = {"role": "user", "content": f"Who is {canaries.email}?"}
    content = gateway.post("anthropic", {"model": "m", "max_tokens": 9, "messages": [first]}).json["content"]
    assert content[0]["content"] == f"They asked about {held[0]}."  # byte-exact, for it goes back
    assert content[1]["text"] == f"I know {canaries.email}"
    again = [first, {"role": "assistant", "content": content}, {"role": "user", "content": "and?"}]
    answer = gateway.post("anthropic", {"model": "m", "max_tokens": 9, "messages": again})
    assert answer.status == 200, answer.body
    sent = gateway.upstream.received[-1].document["messages"][1]["content"]
    assert sent == [content[0], {"type": "text", "text": f"I know {held[0]}"}]
    assert not canaries.within(gateway.upstream.record)


@pytest.mark.parametrize("document", [
    {"fallbacks": [{"model": "other"}]},
    {"tools": [{"type": "advisor_20260301", "name": "advisor", "model": "other"}]},
])  # fmt: skip
def test_no_other_model_is_asked_than_the_policy_admits(gateway, document):
    name = gateway.admin("POST", "teams", {"name": f"anthropic-{secrets.token_hex(4)}"})["name"]
    gateway.admin("PUT", f"policies/{name}", {"version": 1, "models": ["claude-5"]})
    headers = {"authorization": f"Bearer {gateway.admin('POST', 'keys', {'team': name})['key']}"}
    ask = {"model": "claude-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}]}
    assert gateway.post("anthropic", ask, headers=headers).status == 200
    assert_refused(gateway.post("anthropic", {**ask, **document}, headers=headers), "anthropic", 403, "hushgate_not_admitted")
    batch = {"requests": [{"custom_id": "a", "params": {**ask, **document}}]}
    answer = gateway.post("anthropic", batch, path="/v1/messages/batches", headers=headers)
    assert_refused(answer, "anthropic", 403, "hushgate_not_admitted")


@pytest.mark.parametrize("document", [
    {"container": "container_1"}, {"container": {"id": "container_1"}},
    {"messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "file", "file_id": "file_1"}}]}]},
    {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "file", "file_id": "file_1"}}]}]},
    {"messages": [{"role": "user", "content": [{"type": "container_upload", "file_id": "file_1"}]}]},
])  # fmt: skip
def test_what_is_somebody_elses_is_not_found(gateway, document):
    before = len(gateway.upstream.received)
    answer = gateway.post("anthropic", {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}], **document})
    assert_refused(answer, "anthropic", 404, "hushgate_not_found")
    assert len(gateway.upstream.received) == before


@pytest.mark.parametrize(("document", "code"), [
    ({"messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "url", "url": "https://a.example/x.pdf"}}]}]}, "hushgate_attachment_refused"),
    ({"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "https://a.example/x.png"}}]}]}, "hushgate_attachment_refused"),
    ({"container": {"skills": [{"type": "custom", "skill_id": "skill_1"}]}}, "hushgate_bad_document"),
    ({"diagnostics": {"previous_message_id": "msg_1"}}, "hushgate_bad_document"), ({"user_profile_id": "p_1"}, "hushgate_bad_document"),
    ({"thread": {"type": "continue", "previous_message_id": "msg_1"}}, "hushgate_bad_document"), ({"workspace_id": "w"}, "hushgate_bad_document"),
])  # fmt: skip
def test_what_nobody_here_can_see_is_refused(gateway, document, code):
    answer = gateway.post("anthropic", {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}], **document})
    assert_refused(answer, "anthropic", 400, code)


def test_a_container_is_the_teams_that_had_it_made(gateway, rivals):
    one = fresh("container")
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "container": {"id": one, "expires_at": "x"}}
    ask = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "run"}]}
    tools = [{"type": "code_execution_20250825", "name": "code_execution"}]
    gateway.upstream.once.append(whole(json.dumps(message).encode()))
    assert gateway.post("anthropic", {**ask, "tools": tools}).json["container"]["id"] == one
    assert gateway.post("anthropic", {**ask, "tools": tools, "container": one}).status == 200
    answer = gateway.post("anthropic", {**ask, "tools": tools, "container": one}, headers={"authorization": f"Bearer {rivals}"})
    assert_refused(answer, "anthropic", 404, "hushgate_not_found")


def batch(one, status="in_progress"):
    url = f"https://api.anthropic.com/v1/messages/batches/{one}/results" if status == "ended" else None
    counts = dict.fromkeys(("canceled", "errored", "expired", "processing", "succeeded"), 0)
    return {"id": one, "type": "message_batch", "processing_status": status, "request_counts": counts, "results_url": url}


def results(request, held):
    """What the provider answers to each request of a batch."""
    said = request["params"]["messages"][0]["content"]
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [
        {"type": "thinking", "thinking": f"about {held}", "signature": "c2ln"}, {"type": "text", "text": said},
        {"type": "tool_use", "id": "toolu_1", "name": "send", "input": {"to": said}},
        {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": held}},
    ]}  # fmt: skip
    return {"custom_id": request["custom_id"], "result": {"type": "succeeded", "message": message}}


def test_a_batch_comes_back_with_originals_through_the_gateway(gateway, client, canaries, rivals):
    one, sent = fresh("msgbatch"), []

    def create(talk):
        sent.append(talk.request.document)
        whole(json.dumps(batch(one)).encode())(talk)

    def ask(number):
        return {
            "custom_id": f"r-{number}",
            "params": {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": f"{number}: {canaries.text}"}]},
        }

    gateway.upstream.once.append(create)
    assert client.messages.batches.create(requests=[ask(number) for number in range(20)]).id == one
    assert not canaries.within(gateway.upstream.record)
    held = surrogates(json.dumps(sent[0]))[0]
    gateway.upstream.once.append(whole(json.dumps(batch(one, "ended")).encode()))
    assert client.messages.batches.retrieve(one).results_url == f"/v1/messages/batches/{one}/results"
    lines = "".join(json.dumps(results(request, held)) + "\n" for request in sent[0]["requests"]).encode()
    error = {"custom_id": "r-x", "result": {"type": "errored", "error": {"type": "error", "error": {"type": "e", "message": f"no {held}"}}}}
    gateway.upstream.once.extend([
        whole(json.dumps(batch(one, "ended")).encode()),
        whole(lines + b"not json\n" + json.dumps(error).encode() + b"\n", sort="application/x-jsonl"),
    ])  # fmt: skip
    back = gateway.http.get(gateway.url("anthropic", f"/v1/messages/batches/{one}"), headers={"x-api-key": gateway.key})
    body = gateway.http.get(gateway.url("anthropic", back.json()["results_url"]), headers={"x-api-key": gateway.key}).content
    *rows, odd, failed, end = body.split(b"\n")
    assert (odd, end) == (b"not json", b"")
    assert canaries.email in json.loads(failed)["result"]["error"]["error"]["message"] or held not in failed.decode()
    for number, row in enumerate(map(json.loads, rows)):
        thinking, text, call, search = row["result"]["message"]["content"]
        assert row["custom_id"] == f"r-{number}"
        assert thinking["thinking"] == f"about {held}"  # signed: it goes back as it is
        assert text["text"] == call["input"]["to"] == f"{number}: {canaries.text}"
        assert search["input"]["query"] == held
    gateway.upstream.once.extend([whole(json.dumps(batch(one, "ended")).encode()), whole(lines, sort="application/x-jsonl")])
    assert [row.custom_id for row in client.messages.batches.results(one)] == [f"r-{number}" for number in range(20)]
    for method, path in (("GET", ""), ("GET", "/results"), ("POST", "/cancel"), ("DELETE", "")):
        headers = {"x-api-key": rivals}
        answer = gateway.http.request(method, gateway.url("anthropic", f"/v1/messages/batches/{one}{path}"), headers=headers)
        assert answer.status_code == 404, (method, path)
    gateway.assert_invariants(canaries, good=False)


def test_a_refused_request_of_a_batch_refuses_all_and_says_which(gateway, canaries):
    good = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": canaries.text}]}
    bad = {
        **good,
        "messages": [
            {"role": "user", "content": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}}]}
        ],
    }
    requests = [{"custom_id": "a", "params": good}, {"custom_id": "b", "params": bad}]
    before = len(gateway.upstream.received)
    answer = gateway.post("anthropic", {"requests": requests}, path="/v1/messages/batches")
    where = "requests[1].params.messages[0].content[0].source.data"
    assert_refused(answer, "anthropic", 400, "hushgate_attachment_refused", where=where)
    assert len(gateway.upstream.received) == before
    gateway.assert_invariants(canaries, answer, good=False)


def test_lists_name_only_what_is_the_teams(gateway, client, rivals):
    ours = []
    for number in range(3):
        ours.append(fresh("msgbatch"))
        gateway.upstream.once.append(whole(json.dumps(batch(ours[-1])).encode()))
        request = {"custom_id": f"{number}", "params": {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}}
        client.messages.batches.create(requests=[request])
    foreign = [batch(fresh("msgbatch")) for _ in range(3)]
    rows = [row for pair in zip(foreign, [batch(one, "ended") for one in ours], strict=True) for row in pair]
    page = {"data": rows, "has_more": False, "first_id": rows[0]["id"], "last_id": rows[-1]["id"]}
    gateway.upstream.once.append(whole(json.dumps(page).encode()))
    listed = client.messages.batches.list()
    assert [one.id for one in listed.data] == ours
    assert listed.data[0].results_url == f"/v1/messages/batches/{ours[0]}/results"


def test_a_file_is_inspected_inside_named_by_its_team_alone_and_comes_back(gateway, client, canaries, rivals):
    one = fresh("file")
    gateway.upstream.once.append(
        whole(
            json.dumps(
                {
                    "id": one,
                    "type": "file",
                    "filename": "notes.txt",
                    "mime_type": "text/plain",
                    "size_bytes": 1,
                    "created_at": "2026-01-01T00:00:00Z",
                }
            ).encode()
        )
    )
    made = client.beta.files.upload(file=("notes.txt", canaries.text.encode(), "text/plain"))
    assert made.id == one
    raw = gateway.upstream.received[-1].raw
    assert not canaries.within(raw)
    assert len(set(surrogates(raw))) == 3
    content = raw.partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]
    source = {"type": "document", "source": {"type": "file", "file_id": one}}
    ask = {
        "model": "m",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": [source, {"type": "text", "text": "what does it say?"}]}],
    }
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [{"type": "text", "text": content.decode()}]}
    gateway.upstream.once.append(whole(json.dumps(message).encode()))
    assert canaries.text in gateway.post("anthropic", ask).json["content"][0]["text"]
    assert_refused(gateway.post("anthropic", ask, headers={"authorization": f"Bearer {rivals}"}), "anthropic", 404, "hushgate_not_found")
    gateway.upstream.once.append(whole(content, sort="text/plain"))
    assert client.beta.files.download(one).read().decode() == canaries.text
    gateway.upstream.once.append(whole(json.dumps({"id": one, "type": "file_deleted"}).encode()))
    client.beta.files.delete(one)
    with pytest.raises(anthropic.NotFoundError):
        eventually(lambda: client.beta.files.retrieve_metadata(one))
    gateway.assert_invariants(canaries, good=False)


@pytest.mark.parametrize("path", ["/v1/skills", "/v1/skills/x/versions", "/v1/organizations/api_keys", "/v1/agents", "/v1/sessions", "/v1/threads",
                                  "/v1/memory_stores", "/v1/vaults/x/credentials", "/v1/user_profiles", "/v1/environments", "/v1/complete"])  # fmt: skip
def test_what_is_not_served_says_why(gateway, path):
    answer = gateway.post("anthropic", {"x": 1}, path=path)
    assert_refused(answer, "anthropic", 404, "hushgate_not_found", receipt=False)
    assert "this route is not inspected" not in answer.json["error"]["message"]
