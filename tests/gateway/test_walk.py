"""The walk itself, in this process: an error that nobody foresaw is answered without a word of the text, and on the record."""

import asyncio
import json
import logging

import psycopg
import pytest

from app.config import Settings
from app.control.installation import complete, open_keyring
from app.core.metrics import Metrics
from app.gateway.server import Life
from app.main import _SETS, Role, compose
from app.store.database import libpq_url

pytestmark = pytest.mark.anyio
SECRET = "maria@example.org"


@pytest.fixture
async def walk(database_url, tmp_path):
    """Sends one chat to the sandbox through a composed data plane; returns status, headers and body."""
    settings = Settings(home=tmp_path, database_url=database_url, inspect_processes=1)
    keyring = open_keyring(settings, database_url, create=True)
    first = await complete(settings, database_url, keyring, "", "", mint=True)
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": f"Write to {SECRET}"}]}).encode()
    headers = {"host": "x", "authorization": f"Bearer {first.gateway_key}", "content-type": "application/json"}
    scope = {"type": "http", "method": "POST", "path": "/sandbox/openai/v1/chat/completions", "query_string": b""}
    scope |= {"headers": [(name.encode(), value.encode()) for name, value in headers.items()]}

    async with compose(settings, Role.PROXY, database_url, keyring, Life(0, 0), Metrics(_SETS)) as planes:

        async def send():
            sent, parts = [], [{"type": "http.request", "body": body}]

            async def receive():
                return parts.pop() if parts else await asyncio.Event().wait()  # and never leaves

            async def take(message):
                sent.append(message)

            await planes.data(scope, receive, take)
            start = sent[0]
            return start["status"], dict(start["headers"]), b"".join(message.get("body", b"") for message in sent[1:])

        yield send


def kinds(url, receipt):
    with psycopg.connect(libpq_url(url)) as connection:
        return connection.execute("SELECT kind, verdict FROM record WHERE exchange = %s ORDER BY id", [receipt]).fetchall()


@pytest.mark.parametrize("step", ["own_surrogates", "protect"])
async def test_an_error_before_the_intent_is_a_refusal_on_record(walk, database_url, monkeypatch, caplog, step):
    def fails(*arguments, **_named):
        raise KeyError(repr(arguments))

    caplog.set_level(logging.DEBUG)
    with monkeypatch.context() as patched:
        patched.setattr(f"app.gateway.message.{step}", fails)
        status, headers, body = await walk()
    assert (status, json.loads(body)["error"]["code"]) == (500, "hushgate_internal")
    assert kinds(database_url, headers[b"x-hushgate-receipt"].decode()) == [("refusal", "hushgate_internal")]
    assert SECRET not in body.decode() + caplog.text
    assert (await walk())[0] == 200


async def test_an_error_after_the_intent_closes_the_record(walk, database_url, monkeypatch, caplog):
    def fails(*arguments, **_named):
        raise KeyError(repr(arguments))

    caplog.set_level(logging.DEBUG)
    with monkeypatch.context() as patched:
        patched.setattr("app.gateway.bodies.dump", fails)
        status, headers, body = await walk()
    assert status == 500
    assert kinds(database_url, headers[b"x-hushgate-receipt"].decode())[:1] == [("intent", "transformed")]
    assert SECRET not in body.decode() + caplog.text
    assert (await walk())[0] == 200
