import json
import re
import subprocess
import sys

import pytest

from app.cli.selftest import planting
from app.cli.selftest.coverage import Coverage, judged
from app.cli.selftest.page import page
from app.cli.selftest.planting import Canary, Planted, batches, merged, packed, plants, sightings
from app.cli.selftest.positions import Position, Route, published
from app.cli.selftest.probing import routes, served
from app.cli.selftest.run import survey
from app.cli.selftest.sending import Answer, Told, form
from app.cli.selftest.witness import CHANNELS, DIRECT, made
from app.gateway.routes import DIALECTS

POST = Route("POST", "/things", "request json", (Position("a.b", "string"), Position("c[]{type=x}.d", "string"), Position("n", "number")))


def test_a_gateway_that_lets_everything_through_is_told_of():
    found = survey(["mistral"], {"version": 1, "mode": "monitor"})
    assert found.totals["passed"] > 100
    assert not found.good
    assert {cell.place for row in found.rows for cell in row.cells if cell.fate == "passed"} >= {"messages[]{role=user}.content", "user"}
    assert "messages[]{role=user}.content passed" in " ".join(re.findall(r'<p class="passed">(.*?)</p>', page(found)))


def test_the_command_prints_the_map_as_data_and_writes_the_page(tmp_path, monkeypatch):
    code = (
        "import sys; from app.cli.selftest import run; from pathlib import Path;"
        "run.DIALECTS = {'groq': run.DIALECTS['groq']};"
        f"sys.exit(run.run(as_json=True, html=Path({str(tmp_path / 'map.html')!r}), every=False))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=110, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    told = json.loads(result.stdout)
    assert set(told) == {"totals", "direct_channels", "routes", "operations", "odd", "seconds", "map"}
    groups = {"inspected": 2, "refused as administration": 0, "refused with a reason": 0}
    assert told["operations"] == [{"dialect": "groq", "body": "json", **groups}]
    assert set(told["totals"]) == {"inspected", "refused", "passed"}
    assert (told["totals"]["passed"], told["direct_channels"], told["odd"]) == (0, 0, [])
    assert {row["endpoint"] for row in told["map"]} == {endpoint.name for endpoint in DIALECTS["groq"].endpoints}
    html = (tmp_path / "map.html").read_text()
    assert "<script" not in html
    assert not re.search(r"(?:src|href|url)\s*[=(]", html)
    assert "default-src &#x27;none&#x27;" in html


def judge(one: Told, *received: bytes):
    return judged("openai", {POST: "things"}, [one], received)


@pytest.mark.parametrize("word", ["email", "key", "card"])
@pytest.mark.parametrize("code", ["", "hushgate_bad_document"])
def test_what_the_provider_received_decides_whatever_the_gateway_said(word, code):
    canary = Canary.fresh()
    told = Told(POST, Planted("a.b", canary, "x"), code, "", direct=False)
    (row,), odd = judge(told, b"POST / HTTP/1.1\r\n\r\n" + str(getattr(canary, word)).encode())
    assert (row.cells[0].fate, odd) == ("passed", [])
    (row,), odd = judge(told, b"POST / HTTP/1.1\r\n\r\nEMAIL_ADDRESS_6QJCB8Y976")
    assert (row.cells[0].fate, row.cells[0].code, odd) == ("refused" if code else "inspected", code, [])


def test_a_direct_channel_and_an_answer_that_is_not_ours_are_told_of():
    planted = Planted("a.b", Canary.fresh(), "x")
    rows, odd = judge(Told(POST, planted, "", "", direct=True))
    assert (Coverage(rows, odd).channels, Coverage(rows, odd).good) == (["POST /things"], False)
    rows, odd = judge(Told(POST, planted, "status 502", "", direct=False))
    assert (odd, Coverage(rows, odd).good) == (["POST /things a.b: status 502"], False)


@pytest.mark.parametrize("path", ["/v1/realtime/client_secrets", "/realtime/sessions", "/realtime/calls", "/chatkit/sessions"])
def test_the_witness_hands_out_direct_channels_where_providers_do(path):
    assert DIRECT in json.dumps(made(path))
    assert DIRECT not in json.dumps(made("/v1/chat/completions"))
    assert Answer(200, "", json.dumps(made(path)).encode()).direct
    assert len(CHANNELS) >= 6


@pytest.mark.parametrize("write", ["{}", '{{"a": "{}"}}', "x={}&y=1"])
def test_a_canary_is_seen_however_it_is_written(write):
    canary = Canary.fresh()
    text = write.format(canary.email)
    for raw in (text, text.upper(), text.replace("@", "%40"), text.replace("@", "\\u0040")):
        assert canary.email.encode() in sightings(raw.encode())
    assert canary.key.lower().encode() in sightings(canary.key.lower().encode())
    assert not sightings(b"EMAIL_ADDRESS_6QJCB8Y976 AWS_ACCESS_KEY_6QJCB8Y976")


def test_every_position_is_planted_once_and_what_goes_together_goes_together():
    found = [*plants(POST)]
    below = {f"{place}.{sort}" for place in ("body", "a", "c[]{type=x}") for sort in ("(key)", "unlisted")}
    assert {one.place for one in found} == {"a.b", "c[]{type=x}.d", "n", *below}
    sent = [*batches(POST, found, lambda document: "n" in document)]
    assert sorted(one.place for request in sent for one in request.planted) == sorted(one.place for one in found)
    assert len(sent) < len(found)
    together = max(sent, key=lambda request: len(request.planted))
    for one in together.planted:
        assert one.canary.email in json.dumps(together.document) or one.canary.key in json.dumps(together.document)


def test_a_refused_request_is_taken_in_halves_that_keep_what_the_route_wants():
    request = packed(POST, [*plants(POST)][:2])
    request.always = {"model": "m"}
    halves = request.halves()
    assert [len(half.planted) for half in halves] == [1, 1]
    assert all(half.document["model"] == "m" for half in halves)
    assert not {half.planted[0].place for half in halves} ^ {one.place for one in request.planted}


def test_documents_merge_unless_they_contradict():
    assert merged({"a": [1], "b": {"c": "x"}}, {"a": [2], "b": {"d": "y"}}) == {"a": [1, 2], "b": {"c": "x", "d": "y"}}
    assert merged({"type": "x"}, {"type": "y"}) is None
    assert merged({"a": {"type": "x", "b": "1"}}, {"a": {"type": "x", "c": "2"}}) == {"a": {"type": "x", "b": "1", "c": "2"}}


def test_a_document_becomes_a_form_with_files_where_files_belong():
    body, sort = form({"file": "hello", "purpose": "x", "chunking_strategy": {"type": "auto"}, "ids": ["a", "b"]})
    assert sort.startswith("multipart/form-data; boundary=")
    text = body.decode()
    assert 'name="file"; filename="notes.txt"' in text
    assert 'name="chunking_strategy[type]"' in text
    assert text.count('name="ids[]"') == 2


def test_every_route_that_a_dialect_serves_is_asked():
    for dialect in DIALECTS.values():
        asked = {endpoint.name for route in routes(dialect) if (endpoint := served(dialect, route))}
        assert asked == {endpoint.name for endpoint in dialect.endpoints}, dialect.name


def test_what_is_published_counts_every_operation():
    openai = published("openai")
    assert len({(route.method, route.path) for route in openai if route.method != "SESSION"}) == 288
    assert len({route.path for route in openai if route.body == "json"}) >= 92
    assert len({route.path for route in published("anthropic") if "/organizations" not in route.path}) > 80


def test_a_place_within_a_place_within_itself_is_planted_once_unless_every_way_is_wanted():
    messages = next(route for route in published("anthropic") if route.path == "/v1/messages" and route.method == "POST")
    assert len(messages.distinct) < len(messages.leaves) / 2
    assert {one.path for one in messages.distinct} <= {one.path for one in messages.leaves}
    assert len([*planting.plants(messages, every=True)]) > 2 * len([*planting.plants(messages)])
