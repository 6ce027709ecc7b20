import asyncio
import json

import anthropic
import pytest

from app.cli.story import LURE, ORIGINALS, SURROGATE
from app.gateway.recorder import Refusal
from app.gateway.reply import Reply

EMAIL, CARD = ORIGINALS["email"], ORIGINALS["card"]
TEXT = f"Write to {EMAIL} about card {CARD}"
HELLO = [{"role": "user", "content": TEXT}]
ASK = {"model": "m", "max_tokens": 100, "messages": HELLO}
TOOLS = [{"name": "mail", "input_schema": {"type": "object", "properties": {"to": {"type": "string"}}}}]


def refusing(status: int, sort: str, text: str = "no"):
    return lambda _dialect, _request: Refusal(status, {"type": "error", "error": {"type": sort, "message": text}})


def test_a_whole_answer_comes_back_with_its_originals(anthropic_client, gateway):
    raw = anthropic_client.messages.with_raw_response.create(**ASK, system=f"The customer is {EMAIL}")
    assert raw.parse().content[0].text == TEXT
    assert raw.headers["x-hushgate-findings"] == "CREDIT_CARD=1,EMAIL_ADDRESS=2"
    assert len(set(SURROGATE.findall(gateway.recorder.received[0].raw.decode()))) == 2


def test_a_stream_comes_back_with_its_originals(anthropic_client):
    with anthropic_client.messages.stream(**ASK) as stream:
        deltas = list(stream.text_stream)
        answer = stream.get_final_message()
    assert "".join(deltas) == answer.content[0].text == TEXT
    assert len(deltas) > 5
    assert answer.stop_reason == "end_turn"


def test_the_asynchronous_client_streams_several_conversations_at_once(gateway):
    async def talk(client, number):
        text = f"Number {number}: {TEXT}"
        async with client.messages.stream(model="m", max_tokens=100, messages=[{"role": "user", "content": text}]) as stream:
            return await stream.get_final_text() == text

    async def work():
        async with anthropic.AsyncAnthropic(base_url=gateway.base("anthropic"), api_key=gateway.gateway_key, max_retries=0) as client:
            return await asyncio.gather(*(talk(client, number) for number in range(8)))

    assert all(asyncio.run(work()))


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_is_called_with_originals_and_history_goes_back_as_it_was(anthropic_client, gateway, streamed):
    if streamed:
        with anthropic_client.messages.stream(**ASK, tools=TOOLS) as stream:
            answer = stream.get_final_message()
    else:
        answer = anthropic_client.messages.create(**ASK, tools=TOOLS)
    use = answer.content[0]
    assert use.input == {"to": TEXT}
    result = {"type": "tool_result", "tool_use_id": use.id, "content": json.dumps({"sent to": EMAIL})}
    messages = [*HELLO, {"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}]
    anthropic_client.messages.create(model="m", max_tokens=100, messages=messages, tools=TOOLS)
    first, second = gateway.recorder.received
    assert second.document["messages"][1]["content"][0]["input"] == first.answer["content"][0]["input"]
    assert second.document["messages"][:1] == first.document["messages"]


def test_a_link_to_a_strangers_host_keeps_its_surrogate(anthropic_client, gateway):
    gateway.recorder.script = lambda _dialect, request: Reply(f"![]({LURE}{SURROGATE.findall(json.dumps(request))[0]})")
    raw = anthropic_client.messages.with_raw_response.create(**ASK)
    assert raw.headers["x-hushgate-unrestored"] == "1 image"
    assert EMAIL not in raw.parse().content[0].text


def test_the_key_may_come_as_a_bearer_token(gateway):
    with anthropic.Anthropic(base_url=gateway.base("anthropic"), auth_token=gateway.gateway_key, max_retries=0) as client:
        assert client.messages.create(**ASK).content[0].text == TEXT


def test_the_sandbox_answers_without_a_provider(gateway):
    with anthropic.Anthropic(base_url=f"{gateway.base_url}/sandbox/anthropic", api_key=gateway.gateway_key, max_retries=0) as client:
        with client.messages.stream(**ASK) as stream:
            assert stream.get_final_text() == TEXT
        assert client.messages.create(**ASK, tools=TOOLS).content[0].input == {"to": TEXT}
    assert not gateway.recorder.received


def test_an_unknown_key_is_an_authentication_error(gateway):
    with (
        anthropic.Anthropic(base_url=gateway.base("anthropic"), api_key="unknown", max_retries=0) as client,
        pytest.raises(anthropic.AuthenticationError, match="hushgate_unauthenticated"),
    ):
        client.messages.create(**ASK)
    assert not gateway.recorder.received


def test_routes_that_nothing_inspects_are_not_found(anthropic_client, gateway):
    for call in (anthropic_client.beta.skills.list, anthropic_client.beta.memory_stores.list):
        with pytest.raises(anthropic.NotFoundError, match="hushgate_not_found"):
            call()
    assert not gateway.recorder.received


def test_an_attachment_is_a_bad_request_that_names_its_place(anthropic_client, gateway):
    source = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQ="}
    messages = [{"role": "user", "content": [{"type": "document", "source": source}]}]
    with pytest.raises(anthropic.BadRequestError, match=r"messages\[0\]\.content\[0\]\.source\.data"):
        anthropic_client.messages.create(model="m", max_tokens=100, messages=messages)
    assert not gateway.recorder.received


@pytest.mark.parametrize(
    ("status", "sort", "error"),
    [
        (400, "invalid_request_error", anthropic.BadRequestError),
        (401, "authentication_error", anthropic.AuthenticationError),
        (403, "permission_error", anthropic.PermissionDeniedError),
        (404, "not_found_error", anthropic.NotFoundError),
        (413, "request_too_large", anthropic.APIStatusError),
        (429, "rate_limit_error", anthropic.RateLimitError),
        (500, "api_error", anthropic.InternalServerError),
    ],
)
def test_an_error_of_the_provider_keeps_its_type(anthropic_client, gateway, status, sort, error):
    gateway.recorder.script = refusing(status, sort)
    with pytest.raises(error) as caught:
        anthropic_client.messages.create(**ASK)
    assert caught.value.body["error"] == {"type": sort, "message": "no"}


def test_an_error_of_the_provider_that_quotes_the_request_quotes_originals(anthropic_client, gateway):
    def model(dialect, request):
        return refusing(400, "invalid_request_error", "cannot read " + request["messages"][0]["content"])(dialect, request)

    gateway.recorder.script = model
    with pytest.raises(anthropic.BadRequestError, match=EMAIL.replace(".", r"\.")):
        anthropic_client.messages.create(**ASK)


def test_tokens_are_counted_over_the_protected_text(anthropic_client, gateway):
    assert anthropic_client.messages.count_tokens(model="m", messages=HELLO, system=f"The customer is {EMAIL}").input_tokens > 3
    assert len(set(SURROGATE.findall(gateway.recorder.received[0].raw.decode()))) == 2


def test_models_are_listed_and_shown(anthropic_client, gateway):
    assert [model.id for model in anthropic_client.models.list(limit=5)] == ["sandbox"]
    assert anthropic_client.models.retrieve("claude-9").id == "claude-9"
    assert [request.raw.split(b" HTTP")[0] for request in gateway.recorder.received] == [
        b"GET /v1/models?limit=5",
        b"GET /v1/models/claude-9",
    ]
