"""The real OpenAI SDK in sessions over a WebSocket, against the scripted provider: originals for the caller, none for the provider."""

import asyncio
import json

import openai
import pytest

from app.cli.story import ORIGINALS, SURROGATE
from tests.session_upstream import SessionUpstream

TEXT = f"Write to {ORIGINALS['email']} about card {ORIGINALS['card']}"
TOOLS = [{"type": "function", "name": "mail", "parameters": {"type": "object", "properties": {"to": {"type": "string"}}}}]
pytestmark = pytest.mark.filterwarnings("ignore:connect.. must be used as a context manager:DeprecationWarning")  # the SDK's own way
USER = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": TEXT}]}


@pytest.fixture
def provider(gateway):
    with SessionUpstream() as built:
        gateway.admin.put(
            "providers/sessions", {"dialect": "openai", "base_url": f"{built.url}/v1", "credential": "s", "allow_private": True}
        )
        yield built
        for original in ORIGINALS.values():
            assert original.encode() not in built.record
        assert gateway.gateway_key.encode() not in built.record


@pytest.fixture
def client(gateway, provider):
    with openai.OpenAI(base_url=f"{gateway.base_url}/sessions/v1", api_key=gateway.gateway_key, max_retries=0) as built:
        yield built


def until(connection, sort):
    heard = []
    for event in connection:
        heard.append(event)
        if event.type in {sort, "error"}:
            break
    assert heard[-1].type == sort, heard[-1]
    return heard


def words(heard, sort):
    return "".join(event.delta for event in heard if event.type == sort)


def test_a_realtime_conversation_in_text(client, provider):
    with client.realtime.connect(model="gpt-realtime") as connection:
        connection.session.update(
            session={"type": "realtime", "instructions": f"You serve {ORIGINALS['email']}", "output_modalities": ["text"]}
        )
        updated = until(connection, "session.updated")[-1]
        assert updated.session.instructions == f"You serve {ORIGINALS['email']}"
        connection.conversation.item.create(item=USER)
        assert until(connection, "conversation.item.done")[-1].item.content[0].text == TEXT
        connection.response.create()
        heard = until(connection, "response.done")
    assert words(heard, "response.output_text.delta") == TEXT
    assert next(event.text for event in heard if event.type == "response.output_text.done") == TEXT
    assert heard[-1].response.output[0].content[0].text == TEXT
    assert len(set(SURROGATE.findall(provider.record.decode()))) == 2


def test_a_realtime_tool_is_called_with_originals(client):
    with client.realtime.connect(model="gpt-realtime") as connection:
        connection.session.update(session={"type": "realtime", "tools": TOOLS})
        connection.conversation.item.create(item=USER)
        connection.response.create()
        heard = until(connection, "response.done")
        call = heard[-1].response.output[0]
        assert json.loads(call.arguments) == {"to": TEXT}
        assert words(heard, "response.function_call_arguments.delta") == call.arguments
        output = {"type": "function_call_output", "call_id": call.call_id, "output": json.dumps({"sent": ORIGINALS["email"]})}
        connection.conversation.item.create(item=output)
        assert json.loads(until(connection, "conversation.item.done")[-1].item.output) == {"sent": ORIGINALS["email"]}


def test_a_refused_event_names_the_event_and_the_session_goes_on(client, provider):
    sound = {"type": "message", "role": "user", "content": [{"type": "input_audio", "audio": "UklGRg=="}]}
    with client.realtime.connect(model="gpt-realtime") as connection:
        connection.send({"type": "conversation.item.create", "item": sound, "event_id": "evt_1"})
        refused = next(event for event in connection if event.type == "error")
        assert refused.error.code == "hushgate_attachment_refused"
        assert refused.error.event_id == "evt_1"
        connection.conversation.item.create(item=USER)
        until(connection, "conversation.item.done")
    assert b"UklGR" not in provider.record


def test_responses_over_a_session_several_in_a_row(client):
    with client.responses.connect() as connection:
        previous = openai.omit
        for number in range(3):
            text = f"{number}: {TEXT}"
            connection.response.create(model="m", input=text, previous_response_id=previous)
            heard = until(connection, "response.completed")
            assert words(heard, "response.output_text.delta") == text
            assert heard[-1].response.output[0].content[0].text == text
            assert [event.sequence_number for event in heard] == list(range(len(heard)))
            previous = heard[-1].response.id


def test_the_asynchronous_client_holds_several_sessions_at_once(gateway, provider):
    async def talk(client, number):
        text = f"Number {number}: {TEXT}"
        async with client.responses.connect() as connection:
            await connection.response.create(model="m", input=text)
            said = []
            async for event in connection:
                if event.type == "response.output_text.delta":
                    said.append(event.delta)
                if event.type in {"response.completed", "error"}:
                    return "".join(said) == text
        return False

    async def work():
        address = f"{gateway.base_url}/sessions/v1"
        async with openai.AsyncOpenAI(base_url=address, api_key=gateway.gateway_key, max_retries=0) as client:
            return await asyncio.gather(*(talk(client, number) for number in range(8)))

    assert all(asyncio.run(work()))


def test_the_sandbox_answers_sessions_without_network(gateway):
    with openai.OpenAI(base_url=f"{gateway.base_url}/sandbox/openai/v1", api_key=gateway.gateway_key, max_retries=0) as client:
        with client.realtime.connect(model="gpt-realtime") as connection:
            connection.conversation.item.create(item=USER)
            connection.response.create()
            assert words(until(connection, "response.done"), "response.output_text.delta") == TEXT
        with client.responses.connect() as connection:
            connection.response.create(model="m", input=TEXT)
            assert words(until(connection, "response.completed"), "response.output_text.delta") == TEXT
