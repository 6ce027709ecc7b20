import asyncio
import json
import time

import openai
import pytest
from pydantic import BaseModel

from app.cli.story import ORIGINALS, SURROGATE
from app.gateway.recorder import Refusal
from app.gateway.reply import Reply

EMAIL, CARD = ORIGINALS["email"], ORIGINALS["card"]
TEXT = f"Write to {EMAIL} about card {CARD}"
HELLO = [{"role": "user", "content": TEXT}]
TOOLS = [{"type": "function", "function": {"name": "mail", "parameters": {"type": "object", "properties": {"to": {"type": "string"}}}}}]


def refusing(status: int, text: str = "no", **headers: str):
    return lambda _dialect, _request: Refusal(status, {"error": {"message": text, "type": "t", "code": "c"}}, headers)


def test_a_whole_answer_comes_back_with_its_originals(openai_client, gateway):
    raw = openai_client.chat.completions.with_raw_response.create(model="m", messages=HELLO)
    assert raw.parse().choices[0].message.content == TEXT
    assert raw.headers["x-hushgate-findings"] == "CREDIT_CARD=1,EMAIL_ADDRESS=1"
    assert len(SURROGATE.findall(gateway.recorder.received[0].raw.decode())) == 2


def test_a_stream_comes_back_with_its_originals(openai_client):
    deltas = [
        event.choices[0].delta.content or ""
        for event in openai_client.chat.completions.create(model="m", messages=HELLO, stream=True)
        if event.choices
    ]
    assert "".join(deltas) == TEXT
    assert len(deltas) > 5


def test_the_asynchronous_client_streams_several_conversations_at_once(gateway):
    async def talk(client, number):
        text = f"Number {number}: {TEXT}"
        async with client.chat.completions.stream(model="m", messages=[{"role": "user", "content": text}]) as stream:
            async for _ in stream:
                pass
            answer = await stream.get_final_completion()
        return answer.choices[0].message.content == text

    async def work():
        async with openai.AsyncOpenAI(base_url=gateway.base("openai"), api_key=gateway.gateway_key, max_retries=0) as client:
            return await asyncio.gather(*(talk(client, number) for number in range(8)))

    assert all(asyncio.run(work()))


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_is_called_with_originals_and_history_goes_back_as_it_was(openai_client, gateway, streamed):
    messages = list(HELLO)
    if streamed:
        with openai_client.chat.completions.stream(model="m", messages=messages, tools=TOOLS) as stream:
            answer = stream.get_final_completion().choices[0].message
    else:
        answer = openai_client.chat.completions.create(model="m", messages=messages, tools=TOOLS).choices[0].message
    call = answer.tool_calls[0]
    assert json.loads(call.function.arguments) == {"to": TEXT}
    messages += [answer.model_dump(include={"role", "content", "tool_calls"}, exclude_none=True)]
    messages += [{"role": "tool", "tool_call_id": call.id, "content": json.dumps({"sent to": EMAIL})}]
    openai_client.chat.completions.create(model="m", messages=messages, tools=TOOLS)
    first, second = gateway.recorder.received
    said = first.answer["choices"][0]["message"]["tool_calls"][0]["function"]
    assert second.document["messages"][1]["tool_calls"][0]["function"] == said
    assert second.document["messages"][:1] == first.document["messages"]
    assert json.loads(second.document["messages"][2]["content"])["sent to"] in said["arguments"]


def test_a_structured_answer_parses_with_its_originals(openai_client, gateway):
    class Mail(BaseModel):
        to: str

    def model(_dialect, request):
        return Reply(json.dumps({"to": SURROGATE.findall(json.dumps(request["messages"]))[0]}))

    gateway.recorder.script = model
    answer = openai_client.chat.completions.parse(model="m", messages=HELLO, response_format=Mail)
    assert answer.choices[0].message.parsed == Mail(to=EMAIL)


def test_restoring_can_be_turned_off(openai_client):
    answer = openai_client.chat.completions.create(model="m", messages=HELLO, extra_headers={"x-hushgate-restore": "off"})
    assert len(SURROGATE.findall(answer.choices[0].message.content)) == 2


def test_a_credential_of_the_caller_goes_to_the_provider_and_the_gateway_key_does_not(gateway):
    headers = {"x-hushgate-key": gateway.gateway_key}
    with openai.OpenAI(base_url=gateway.base("openai"), api_key="sk-own-credential", default_headers=headers, max_retries=0) as client:
        client.chat.completions.create(model="m", messages=HELLO)
    assert b"authorization: bearer sk-own-credential" in gateway.recorder.received[0].raw.lower()


def test_the_sandbox_answers_without_a_provider(gateway):
    with openai.OpenAI(base_url=f"{gateway.base_url}/sandbox/openai/v1", api_key=gateway.gateway_key, max_retries=0) as client:
        assert client.chat.completions.create(model="m", messages=HELLO).choices[0].message.content == TEXT
    assert not gateway.recorder.received


def test_an_unknown_key_is_an_authentication_error(gateway):
    with (
        openai.OpenAI(base_url=gateway.base("openai"), api_key="sk-unknown", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError) as caught,
    ):
        client.chat.completions.create(model="m", messages=HELLO)
    assert caught.value.code == "hushgate_unauthenticated"
    assert not gateway.recorder.received


def test_routes_that_nothing_inspects_are_not_found(openai_client, gateway):
    for call in (
        lambda: openai_client.models.delete("m"),
        lambda: openai_client.responses.retrieve("resp_1"),
        openai_client.realtime.client_secrets.create,
    ):
        with pytest.raises(openai.NotFoundError) as caught:
            call()
        assert caught.value.code == "hushgate_not_found"
    assert not gateway.recorder.received


@pytest.mark.parametrize("streamed", [False, True])
def test_a_completion_comes_back_with_its_originals(openai_client, gateway, streamed):
    answer = openai_client.completions.create(model="m", prompt=TEXT, stream=streamed)
    assert "".join(part.choices[0].text for part in (answer if streamed else [answer])) == TEXT
    assert len(SURROGATE.findall(gateway.recorder.received[0].document["prompt"])) == 2


def test_a_response_comes_back_with_its_originals(openai_client, gateway):
    answer = openai_client.responses.create(model="m", input=TEXT, instructions=f"Serve {EMAIL}", metadata={"card": CARD})
    assert answer.output_text == TEXT
    assert (answer.instructions, answer.metadata) == (f"Serve {EMAIL}", {"card": CARD})
    assert len(set(SURROGATE.findall(gateway.recorder.received[0].raw.decode()))) == 2


def test_a_streamed_response_comes_back_with_its_originals_and_its_numbers_run_on(openai_client):
    deltas, numbers = [], []
    with openai_client.responses.stream(model="m", input=HELLO) as stream:
        for event in stream:
            numbers.append(event.sequence_number)
            deltas += [event.delta] if event.type == "response.output_text.delta" else []
        answer = stream.get_final_response()
    assert "".join(deltas) == answer.output_text == TEXT
    assert numbers == list(range(len(numbers)))
    assert len(deltas) > 5


@pytest.mark.parametrize("streamed", [False, True])
def test_a_function_of_a_response_gets_originals_and_history_goes_back_as_it_was(openai_client, gateway, streamed):
    tool = {"type": "function", "strict": False, **TOOLS[0]["function"]}
    if streamed:
        with openai_client.responses.stream(model="m", input=HELLO, tools=[tool]) as stream:
            for _ in stream:
                pass
            call = stream.get_final_response().output[0]
    else:
        call = openai_client.responses.create(model="m", input=HELLO, tools=[tool]).output[0]
    assert json.loads(call.arguments) == {"to": TEXT}
    history = [*HELLO, call.model_dump(include={"type", "id", "call_id", "name", "arguments", "status"})]
    history += [{"type": "function_call_output", "call_id": call.call_id, "output": json.dumps({"sent to": EMAIL})}]
    assert openai_client.responses.create(model="m", input=history, tools=[tool]).output_text == TEXT
    first, second = gateway.recorder.received
    assert second.document["input"][1]["arguments"] == first.answer["output"][0]["arguments"]
    assert json.loads(second.document["input"][2]["output"])["sent to"] in first.answer["output"][0]["arguments"]


def test_a_structured_response_parses_with_its_originals(openai_client, gateway):
    class Mail(BaseModel):
        to: str

    gateway.recorder.script = lambda _dialect, request: Reply(json.dumps({"to": SURROGATE.findall(json.dumps(request["input"]))[0]}))
    assert openai_client.responses.parse(model="m", input=TEXT, text_format=Mail).output_parsed == Mail(to=EMAIL)


@pytest.mark.parametrize(
    "more",
    [
        {"previous_response_id": "resp_1"},
        {"conversation": "conv_1"},
        {"conversation": {"id": "conv_1"}},
        {"input": [{"type": "item_reference", "id": "msg_1"}]},
        {"tools": [{"type": "file_search", "vector_store_ids": ["vs_1"]}]},
    ],
    ids=str,
)
def test_what_the_provider_keeps_for_others_is_not_found(openai_client, gateway, more):
    with pytest.raises(openai.NotFoundError, match="no object of this team has this id"):
        openai_client.responses.create(**{"model": "m", "input": TEXT, **more})
    assert not gateway.recorder.received


def test_a_prompt_of_the_providers_is_a_bad_request_that_says_what_to_do(openai_client, gateway):
    with pytest.raises(openai.BadRequestError, match="Leave the field out, and send what it stands for in the request itself"):
        openai_client.responses.create(model="m", input=TEXT, prompt={"id": "pmpt_1"})
    assert not gateway.recorder.received


def test_embeddings_are_those_of_the_protected_text(openai_client, gateway):
    vectors = openai_client.embeddings.create(model="m", input=[TEXT, "plain", TEXT], encoding_format="float").data
    assert vectors[0].embedding == vectors[2].embedding != vectors[1].embedding
    sent = gateway.recorder.received[0].document["input"]
    assert sent[0] == sent[2]
    assert len(SURROGATE.findall(sent[0])) == 2


def test_tokens_in_the_place_of_text_are_a_bad_request(openai_client, gateway):
    for call in (
        lambda: openai_client.embeddings.create(model="m", input=[[1, 2, 3]]),
        lambda: openai_client.completions.create(model="m", prompt=[1, 2, 3]),
    ):
        with pytest.raises(openai.BadRequestError, match="Send text instead of tokens"):
            call()
    assert not gateway.recorder.received


def test_a_moderation_judges_the_protected_text(openai_client, gateway):
    assert not openai_client.moderations.create(input=[TEXT]).results[0].flagged
    assert not openai_client.moderations.create(model="m", input=[{"type": "text", "text": TEXT}]).results[0].flagged
    assert [len(set(SURROGATE.findall(request.raw.decode()))) for request in gateway.recorder.received] == [2, 2]


def test_models_are_listed_and_shown_and_the_record_names_the_one(openai_client, gateway):
    assert [model.id for model in openai_client.models.list()] == ["sandbox"]
    raw = openai_client.models.with_raw_response.retrieve("ft:gpt-9:us::a+b")
    assert raw.parse().id == "ft:gpt-9:us::a+b"
    assert [request.raw.split(b" HTTP")[0] for request in gateway.recorder.received] == [
        b"GET /v1/models",
        b"GET /v1/models/ft:gpt-9:us::a%2Bb",
    ]
    assert b"content-type" not in gateway.recorder.received[0].raw.lower()


def test_a_value_in_a_path_is_a_bad_request(openai_client, gateway):
    with pytest.raises(openai.BadRequestError) as caught:
        openai_client.models.retrieve(EMAIL)
    assert (caught.value.code, caught.value.param) == ("hushgate_policy_blocked", "path model")
    assert not gateway.recorder.received


def test_an_attachment_is_a_bad_request_that_names_its_place(openai_client, gateway):
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    with pytest.raises(openai.BadRequestError) as caught:
        openai_client.chat.completions.create(model="m", messages=[{"role": "user", "content": [part]}])
    assert (caught.value.code, caught.value.param) == ("hushgate_attachment_refused", "messages[0].content[0].image_url.url")
    assert not gateway.recorder.received


def test_a_value_where_nothing_can_be_replaced_is_a_bad_request_that_does_not_quote_it(openai_client, gateway):
    with pytest.raises(openai.BadRequestError) as caught:
        openai_client.chat.completions.create(model="m", messages=HELLO, extra_body={EMAIL: True})
    assert caught.value.code == "hushgate_policy_blocked"
    assert EMAIL not in str(caught.value)
    assert not gateway.recorder.received


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, openai.BadRequestError),
        (401, openai.AuthenticationError),
        (403, openai.PermissionDeniedError),
        (404, openai.NotFoundError),
        (409, openai.ConflictError),
        (422, openai.UnprocessableEntityError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
        (503, openai.InternalServerError),
    ],
)
def test_an_error_of_the_provider_keeps_its_type(openai_client, gateway, status, error):
    gateway.recorder.script = refusing(status)
    with pytest.raises(error) as caught:
        openai_client.chat.completions.create(model="m", messages=HELLO, stream=True)
    assert (caught.value.status_code, caught.value.code) == (status, "c")


def test_an_error_of_the_provider_that_quotes_the_request_quotes_originals(openai_client, gateway):
    def model(dialect, request):
        return refusing(400, "cannot read " + request["messages"][0]["content"])(dialect, request)

    gateway.recorder.script = model
    with pytest.raises(openai.BadRequestError, match=EMAIL.replace(".", r"\.")):
        openai_client.chat.completions.create(model="m", messages=HELLO)


def test_the_sdk_repeats_after_a_rate_limit_of_the_provider(gateway):
    replies = iter([refusing(429, **{"retry-after-ms": "1"}), lambda *_: Reply("well")])

    def model(dialect, request):
        reply = next(replies)
        return reply(dialect, request)

    gateway.recorder.script = model
    with openai.OpenAI(base_url=gateway.base("openai"), api_key=gateway.gateway_key, max_retries=1) as client:
        assert client.chat.completions.create(model="m", messages=HELLO).choices[0].message.content == "well"
    assert len(gateway.recorder.received) == 2


def test_a_provider_that_cannot_be_reached_is_a_server_error(gateway):
    gateway.admin.put(
        "providers/gone", {"dialect": "openai", "base_url": "http://127.0.0.1:9/v1", "credential": "x", "allow_private": True}
    )
    with (
        openai.OpenAI(base_url=f"{gateway.base_url}/gone/v1", api_key=gateway.gateway_key, max_retries=0) as client,
        pytest.raises(openai.InternalServerError) as caught,
    ):
        client.chat.completions.create(model="m", messages=HELLO)
    assert (caught.value.status_code, caught.value.code) == (502, "hushgate_upstream_failed")


def test_a_model_that_the_team_may_not_use_is_a_permission_error(gateway):
    gateway.admin.post("teams", {"name": "narrow"})
    gateway.admin.put("policies/narrow", {"version": 1, "models": ["allowed-*"]})
    key = gateway.admin.post("keys", {"team": "narrow"})["key"]
    with openai.OpenAI(base_url=gateway.base("openai"), api_key=key, max_retries=0) as client:
        assert client.chat.completions.create(model="allowed-1", messages=HELLO).choices[0].message.content == TEXT
        for call in (
            lambda: client.models.retrieve("other"),
            lambda: client.moderations.create(input=TEXT),
            lambda: client.chat.completions.create(model="other", messages=HELLO),
        ):
            with pytest.raises(openai.PermissionDeniedError) as caught:
                call()
    assert caught.value.code == "hushgate_not_admitted"
    assert len(gateway.recorder.received) == 1


def test_a_revoked_key_is_an_authentication_error(gateway):
    made = gateway.admin.post("keys", {"team": "default", "client": "short-lived"})
    with openai.OpenAI(base_url=gateway.base("openai"), api_key=made["key"], max_retries=0) as client:
        client.chat.completions.create(model="m", messages=HELLO)
        gateway.admin.delete(f"keys/{made['id']}")
        deadline = time.monotonic() + 5  # the worker hears of it in milliseconds, but after the answer to the deletion

        def insist():
            while time.monotonic() < deadline:
                client.chat.completions.create(model="m", messages=HELLO)

        with pytest.raises(openai.AuthenticationError) as caught:
            insist()
    assert caught.value.code == "hushgate_unauthenticated"
