"""Files in forms: what is in them is inspected, what nobody can read is refused, and batches come back with originals, in another process."""

import json
import re
import secrets

import pytest

from tests.gateway_process import eventually
from tests.upstream import surrogates, whole


def upload(
    gateway, name, content, purpose="assistants", *, path="/v1/files", key=None, last=False, sort="application/octet-stream", **fields
):
    """Send a file as SDKs do; `last`: what it is for comes behind it."""
    purposes = [("purpose", (None, purpose))] if purpose else []
    rows = [*purposes, *((field, (None, value)) for field, value in fields.items()), ("file", (name, content, sort))]
    rows = [*rows[1:], rows[0]] if last else rows
    return gateway.http.post(gateway.url("openai", path), files=rows, headers={"authorization": f"Bearer {key or gateway.key}"})


def stored(one, sent):
    """A provider that keeps what it gets."""

    def script(talk):
        sent.append(parts_of(talk.request.raw))
        whole(json.dumps({"id": one, "object": "file", "filename": sent[-1]["file"][0], "purpose": "x"}).encode())(talk)

    return script


def parts_of(raw):
    """Read a form strictly: {name: (filename, content)}."""
    head, _, body = raw.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    assert len(body) == length
    boundary = b"--" + re.search(rb'boundary=([^\s;"]+)', head)[1]
    first, *middle, last = body.split(boundary)
    assert (first, last) == (b"", b"--\r\n")
    found = {}
    for part in middle:
        headers, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', headers)[1].decode()
        filename = re.search(rb'filename="([^"]*)"', headers)
        found[name] = (filename and filename[1].decode(), content.removesuffix(b"\r\n"))
    return found


def fresh(sort="file"):
    return f"{sort}-{secrets.token_hex(8)}"


TEXTS = {
    "notes.md": "# Call\n\nWrite to {0.email}.\n\n> and pay with {0.card}\n",
    "people.csv": 'name;mail\n"x;y";{0.email}\nz;{0.key}\n',
    "rows.jsonl": '{{"text": "{0.email}", "n": {0.card}}}\n{{"{0.key}": 1}}\n',
    "deep.json": '{{ "a" : [{{"password": "{0.key}"}}, "{{\\"mail\\": \\"{0.email}\\"}}"] }}',
    "page.html": "<p title='{0.email}'>{0.card}</p>",
    "feed.xml": "<a><b c='{0.key}'>{0.email}</b></a>",
    "conf.yaml": "mail: {0.email}\nlist:\n  - {0.card}\n",
    "tool.py": "KEY = '{0.key}'  # {0.email}\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_file_is_inspected_inside_and_fetched_as_it_was(gateway, canaries, name):
    sent, one, content = [], fresh(), TEXTS[name].format(canaries).encode()
    assert len(canaries.within(content)) >= 2
    gateway.upstream.once.append(stored(one, sent))
    answer = upload(gateway, name, content)
    assert answer.status_code == 200, answer.text
    (received,) = sent
    assert received["file"][0] == name
    assert not canaries.within(received["file"][1])
    assert len(surrogates(received["file"][1])) >= 2
    gateway.upstream.once.append(whole(received["file"][1], sort="application/octet-stream"))
    back = gateway.post("openai", b"", path=f"/v1/files/{one}/content", method="GET")
    if name == "rows.jsonl":
        assert [json.loads(row) for row in back.body.splitlines()] == [json.loads(row) for row in content.splitlines()]
    else:
        assert back.body == content


def test_a_files_name_is_text_too(gateway, canaries):
    sent, one = [], fresh()
    gateway.upstream.once.append(stored(one, sent))
    answer = upload(gateway, f"{canaries.email}.txt", b"nothing")
    assert answer.status_code == 200
    assert not canaries.within(sent[0]["file"][0].encode())
    assert answer.json()["filename"] == f"{canaries.email}.txt"


PNG = b"\x89PNG\r\n\x1a\n\x00\x00"


@pytest.mark.parametrize(("name", "content"), [("a.png", PNG), ("a.pdf", b"%PDF-1.7"), ("a.txt", PNG), ("a.docx", b"PK"), ("noname", b"x")])
def test_what_nobody_can_read_is_refused_unless_the_policy_passes_it(gateway, name, content):
    before = len(gateway.upstream.received)
    answer = upload(gateway, name, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "hushgate_attachment_refused"), answer.text
    assert len(gateway.upstream.received) == before


def test_an_attachment_that_passes_is_the_bytes_that_came(gateway):
    gateway.admin("PUT", "policies/default", {"version": 1, "attachments": "pass"})
    try:
        sent = []
        gateway.upstream.once.append(stored(fresh(), sent))
        assert upload(gateway, "a.png", PNG * 300_000).status_code == 200
        assert sent[0]["file"] == ("a.png", PNG * 300_000)
    finally:
        gateway.admin("PUT", "policies/default", {"version": 1})


def line(number, body, url="/v1/chat/completions"):
    return json.dumps({"custom_id": f"row-{number}", "method": "POST", "url": url, "body": {"model": "m", **body}})


def batch(canaries):
    rows = [
        line(1, {"messages": [{"role": "user", "content": f"Write to {canaries.email}"}]}),
        line(2, {"input": f"the key {canaries.key}"}, "/v1/responses"),
        line(3, {"input": f"card {canaries.card}"}, "/v1/embeddings"),
    ]
    return "\n".join(rows).encode()


@pytest.mark.parametrize("last", [False, True], ids=["purpose-first", "purpose-last"])
def test_a_batch_goes_out_protected_and_its_results_come_back_a_day_and_a_process_later(gateway, canaries, last):
    sent, source, job, output = [], fresh(), fresh("batch"), fresh()
    gateway.upstream.once.append(stored(source, sent))
    answer = upload(gateway, "batch.jsonl", batch(canaries), "batch", last=last)
    assert answer.status_code == 200, answer.text
    assert {"EMAIL_ADDRESS=1"} <= set(answer.headers["x-hushgate-findings"].split(","))
    lines = sent[0]["file"][1].decode().splitlines()
    assert [json.loads(row)["custom_id"] for row in lines] == ["row-1", "row-2", "row-3"]
    assert not canaries.within(sent[0]["file"][1])
    said = [surrogates(row)[0] for row in lines]

    gateway.upstream.once.append(
        whole(json.dumps({"id": job, "object": "batch", "input_file_id": source, "status": "validating"}).encode())
    )
    made = {"input_file_id": source, "endpoint": "/v1/chat/completions", "completion_window": "24h"}
    assert gateway.post("openai", made, path="/v1/batches").status == 200
    gateway.restart()
    gateway.upstream.once.append(
        whole(json.dumps({"id": job, "object": "batch", "status": "completed", "output_file_id": output}).encode())
    )
    assert gateway.post("openai", b"", path=f"/v1/batches/{job}", method="GET").json["output_file_id"] == output
    results = [{"custom_id": f"row-{n}", "response": {"status_code": 200, "body": {"choices": [{"message": {"content": f'"{one}" \n'}}]}}}
               for n, one in enumerate(said, 1)]  # fmt: skip
    body = "".join(json.dumps(row) + "\n" for row in results).encode()
    gateway.upstream.once.append(whole(body, sort="application/octet-stream"))
    back = gateway.post("openai", b"", path=f"/v1/files/{output}/content", method="GET")
    texts = [json.loads(row)["response"]["body"]["choices"][0]["message"]["content"] for row in back.body.splitlines()]
    assert texts == [f'"{value}" \n' for value in (canaries.email, canaries.key, canaries.card)]


BAD = {
    "not json": (b'{"custom_id": "1", ', "line 3"),
    "no request": (b'{"custom_id": "1"}', "line 3"),
    "repeated key": (b'{"custom_id": "1", "custom_id": "2"}', "line 3"),
    "unknown route": (line(9, {}, "/v1/organization/users").encode(), "line 3"),
    "a file in it": (line(9, {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}]}]}).encode(), "line 3"),
    "a foreign object": (line(9, {"input": "x", "previous_response_id": "resp_of_nobody"}, "/v1/responses").encode(), "line 3"),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_one_bad_line_refuses_the_file_names_its_number_and_leaves_nothing_behind(gateway, canaries, bad):
    good = batch(canaries).splitlines()
    content, place = BAD[bad]
    before, rows = len(gateway.upstream.received), gateway.sql("SELECT count(*) FROM surrogate")
    lying = list((gateway.home / "tmp").iterdir())
    answer = upload(gateway, "batch.jsonl", b"\n".join([*good[:2], content, good[2]]), "batch")
    assert answer.status_code in {400, 404}, answer.text
    assert place in answer.json()["error"]["message"]
    assert not canaries.within(answer.content)
    assert len(gateway.upstream.received) == before
    assert gateway.sql("SELECT count(*) FROM surrogate") == rows
    assert list((gateway.home / "tmp").iterdir()) == lying


def test_a_batch_that_is_no_jsonl_is_refused(gateway):
    answer = upload(gateway, "batch.txt", b"{}", "batch")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "hushgate_bad_document")


def test_what_a_model_learns_from_is_redacted(gateway, canaries):
    sent = []
    gateway.upstream.once.append(stored(fresh(), sent))
    rows = [{"messages": [{"role": "user", "content": canaries.text}, {"role": "assistant", "content": "ok"}]}]
    answer = upload(gateway, "train.jsonl", json.dumps(rows[0]).encode(), "fine-tune")
    assert answer.status_code == 200, answer.text
    assert not canaries.within(sent[0]["file"][1])
    assert not surrogates(sent[0]["file"][1])
    assert json.loads(sent[0]["file"][1])["messages"][1] == {"role": "assistant", "content": "ok"}


def test_a_prompt_that_is_drawn_holds_no_surrogate(gateway, canaries):
    gateway.upstream.once.append(whole(b'{"created": 1, "data": []}'))
    answer = gateway.post("openai", {"prompt": f"a card for {canaries.email}", "model": "m"}, path="/v1/images/generations")
    assert answer.status == 200
    received = gateway.upstream.received[-1].raw
    assert not canaries.within(received)
    assert not surrogates(received)


def test_a_form_with_text_alone_is_inspected(gateway, canaries):
    gateway.upstream.once.append(whole(json.dumps({"id": fresh("video"), "object": "video", "status": "queued"}).encode()))
    fields = {"prompt": (None, f"a film about {canaries.email}"), "model": (None, "sora-2"), "seconds": (None, "4")}
    answer = gateway.http.post(gateway.url("openai", "/v1/videos"), files=fields, headers={"authorization": f"Bearer {gateway.key}"})
    assert answer.status_code == 200, answer.text
    assert not canaries.within(gateway.upstream.received[-1].raw)


FORMS = {
    "no boundary": ("multipart/form-data", b"x"),
    "a preamble": ("multipart/form-data; boundary=b", b'hidden\r\n--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--\r\n'),
    "an epilogue": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--\r\nhidden'),
    "cut off": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nx'),
    "no name": ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    "an encoded part": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--\r\n'),
    "json": ("application/json", b"{}"),
    "a file where none belongs": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="purpose"; filename="x.txt"\r\n\r\nx\r\n--b--\r\n'),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_form_is_refused(gateway, form):
    sort, body = FORMS[form]
    before = len(gateway.upstream.received)
    answer = gateway.post("openai", body, path="/v1/files", headers={"content-type": sort})
    assert answer.status in {400, 415}, answer.body
    assert len(gateway.upstream.received) == before


def test_the_record_counts_what_stands_in_the_lines(gateway, canaries):
    gateway.upstream.once.append(stored(fresh(), []))
    answer = upload(gateway, "batch.jsonl", batch(canaries), "batch")
    exchange = answer.headers["x-hushgate-receipt"]
    eventually(lambda: gateway.sql("SELECT 1 FROM record WHERE exchange = %s AND kind = 'completion'", exchange), what="no completion")
    ((entities, verdict),) = gateway.sql("SELECT entities, verdict FROM record WHERE exchange = %s AND kind = 'intent'", exchange)
    assert entities["EMAIL_ADDRESS"] == 1
    assert verdict == "transformed"


@pytest.fixture
def policy(gateway):
    def use(**document):
        gateway.admin("PUT", "policies/default", {"version": 1, **document})

    yield use
    gateway.admin("PUT", "policies/default", {"version": 1})


def test_a_line_that_the_policy_blocks_refuses_the_file(gateway, canaries, policy):
    policy(rules=[{"entities": ["EMAIL_ADDRESS"], "action": "block"}])
    before = len(gateway.upstream.received)
    answer = upload(gateway, "batch.jsonl", batch(canaries), "batch")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "hushgate_policy_blocked")
    assert "line 1" in answer.json()["error"]["message"]
    assert len(gateway.upstream.received) == before


def test_a_line_with_a_model_that_is_not_admitted_refuses_the_file(gateway, canaries, policy):
    policy(models=["gpt-*"])
    rows = [line(1, {"model": "gpt-9", "messages": []}), line(2, {"model": "other", "messages": []})]
    before = len(gateway.upstream.received)
    answer = upload(gateway, "batch.jsonl", "\n".join(rows).encode(), "batch")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "hushgate_not_admitted")
    assert "line 2" in answer.json()["error"]["message"]
    assert len(gateway.upstream.received) == before


def test_a_line_whose_schema_excludes_what_would_stand_in_refuses_the_file(gateway, canaries):
    schema = {"type": "object", "properties": {"to": {"type": "string", "format": "email"}}}
    tool = {"type": "function", "function": {"name": "send", "strict": True, "parameters": schema}}
    row = line(1, {"messages": [{"role": "user", "content": f"Write to {canaries.email}"}], "tools": [tool]})
    before = len(gateway.upstream.received)
    answer = upload(gateway, "batch.jsonl", row.encode(), "batch")
    assert answer.status_code == 400, answer.text
    assert "line 1" in answer.json()["error"]["message"]
    assert len(gateway.upstream.received) == before


def test_a_batch_that_holds_no_line_is_refused(gateway):
    answer = upload(gateway, "batch.jsonl", b"", "batch")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "hushgate_bad_document")


def test_many_lines_over_many_blocks_go_out_whole_in_order_and_each_inspected(gateway, canaries):
    """Longer than what stays in memory: lines are cut over blocks, and several are inspected side by side."""
    sent, count = [], 40
    filling = "The quick brown fox jumps over the lazy dog. " * 1500
    turns = [
        [{"role": "system", "content": filling}, {"role": "user", "content": f"Write to {canaries.email}, {n}."}] for n in range(count)
    ]
    rows = [line(n, {"messages": messages}) for n, messages in enumerate(turns)]
    gateway.upstream.once.append(stored(fresh(), sent))
    answer = upload(gateway, "batch.jsonl", "\n".join(rows).encode(), "batch")
    assert answer.status_code == 200, answer.text
    out = [json.loads(row) for row in sent[0]["file"][1].decode().splitlines()]
    assert [row["custom_id"] for row in out] == [f"row-{n}" for n in range(count)]
    assert all(row["body"]["messages"][0]["content"] == filling for row in out)
    texts = [row["body"]["messages"][1]["content"] for row in out]
    assert all(text.endswith(f", {n}.") for n, text in enumerate(texts))
    assert len({surrogates(text.encode())[0] for text in texts}) == 1
    assert not canaries.within(sent[0]["file"][1])
    assert f"EMAIL_ADDRESS={count}" in answer.headers["x-hushgate-findings"]
