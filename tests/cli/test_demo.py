import json
import subprocess
import sys
from contextlib import closing

import pytest

from app.cli import demo, report, sdks, story
from app.gateway.recorder import Recorder

ORIGINALS = story.ORIGINALS


@pytest.fixture(scope="module")
def ran():
    result = subprocess.run([sys.executable, "-m", "app", "demo", "--json"], capture_output=True, text=True, timeout=110, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads(result.stdout)


def test_nothing_leaks_and_everything_comes_back(ran):
    assert (ran["leaks"], ran["problems"]) == (0, [])
    assert ran["restored"] == 4 * 19
    assert len(ran["unrestored"]) == 4
    assert all(story.LURE in word for word in ran["unrestored"])


def test_the_exchanges_are_those_of_both_sdks_whole_and_streamed(ran):
    exchanges = ran["exchanges"]
    assert [(e["sdk"], e["streamed"]) for e in exchanges[:: story.TURNS]] == [
        ("openai", False),
        ("openai", True),
        ("anthropic", False),
        ("anthropic", True),
    ]
    assert len({e["receipt"] for e in exchanges}) == len(exchanges) == 4 * story.TURNS
    for exchange in exchanges:
        assert set(exchange) == {"sdk", "streamed", "sent", "saw", "came_back", "receipt"}
        assert not report.leaked(exchange["saw"].encode())
        assert report.leaked(exchange["sent"].encode())
        assert report.leaked(exchange["came_back"].encode())


@pytest.mark.parametrize("kind", sdks.SDKS)
@pytest.mark.parametrize("streamed", [False, True])
def test_without_a_gateway_every_original_is_a_leak(kind, streamed):
    found = report.Report()
    with Recorder(story.model) as provider:
        base = provider.url + ("/v1" if kind.name == "openai" else "")
        with closing(kind(base, "none", streamed, lambda _response: None)) as sdk:
            heard = demo._converse(sdk)
        report.judge(found, kind.name, streamed, provider.received, heard, ["a", "b", "c"])
    assert found.leaks == 3 * len(ORIGINALS)
    assert not found.good
    assert any("did not come back" in problem for problem in found.problems)
    assert any("not called with the originals" in problem for problem in found.problems)


@pytest.mark.parametrize(
    "raw",
    [
        b"to maria.singh@example.com",
        b"to maria.singh%40example.com",
        rb'{"to": "maria.singh\u0040example.com"}',
        b"to MARIA.SINGH@EXAMPLE.COM",
        b"card 4111111111111111",
        b"card 4111-1111-1111-1111",
    ],
)
def test_a_leak_is_seen_however_it_is_written(raw):
    assert report.leaked(b"POST / HTTP/1.1\r\n\r\n" + raw)


def test_what_stands_in_for_a_value_is_no_leak():
    assert not report.leaked(b"POST / HTTP/1.1\r\n\r\nto EMAIL_ADDRESS_6QJCB8Y976, card CREDIT_CARD_EM0RQEHKPY")


def test_history_in_other_words_is_told():
    first = {"messages": [{"role": "user", "content": "a"}]}
    answer = {"choices": [{"message": {"role": "assistant", "content": "PERSON_YED34AS55Y"}}]}

    def later(said):
        return {"messages": [*first["messages"], {"role": "assistant", "content": said}, {"role": "user", "content": "b"}]}

    assert report._kept_history(later("PERSON_YED34AS55Y"), first, answer)
    assert not report._kept_history(later("Maria Singh"), first, answer)
    assert not report._kept_history({"messages": [{"role": "user", "content": "c"}, *later("x")["messages"][1:]]}, first, answer)
    assert not report._kept_history(first, first, answer)
