"""A second provider that nobody of us wrote, `@copilotkit/aimock`, on the routes it knows: it receives no original, and its words come back restored."""

import json
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress

import anthropic
import httpx
import openai
import pytest

from app.cli.report import leaked
from app.cli.story import ORIGINALS, SURROGATE
from clients.real.agents import MODULES

TEXT = f"Write to {ORIGINALS['email']} about card {ORIGINALS['card']}"
HELLO = [{"role": "user", "content": TEXT}]
SERVER = MODULES / "@copilotkit" / "aimock" / "dist" / "cli.js"


@contextmanager
def provider(folder, words):
    """A server that answers these words to whoever writes."""
    if shutil.which("node") is None or not SERVER.exists():
        pytest.skip("aimock is not there: `make clients` installs it where there are node and npm")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fixture = folder / "fixture.json"
    fixture.write_text(json.dumps({"fixtures": [{"match": {"userMessage": "Write"}, "response": {"content": words}}]}))
    process = subprocess.Popen(["node", str(SERVER), "-p", str(port), "-f", str(fixture), "-c", "7", "--log-level", "silent"])
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def chat(base, key, streamed):
    with openai.OpenAI(base_url=f"{base}/aimock-openai/v1", api_key=key, max_retries=0) as client:
        if not streamed:
            return client.chat.completions.create(model="gpt-4o", messages=HELLO).choices[0].message.content
        chunks = client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def responses(base, key, streamed):
    with openai.OpenAI(base_url=f"{base}/aimock-openai/v1", api_key=key, max_retries=0) as client:
        if not streamed:
            return client.responses.create(model="gpt-4o", input=TEXT).output_text
        with client.responses.stream(model="gpt-4o", input=TEXT) as stream:
            for _ in stream:
                pass
            return stream.get_final_response().output_text


def messages(base, key, streamed):
    with anthropic.Anthropic(base_url=f"{base}/aimock-anthropic", api_key=key, max_retries=0) as client:
        if not streamed:
            return client.messages.create(model="claude-demo", max_tokens=100, messages=HELLO).content[0].text
        with client.messages.stream(model="claude-demo", max_tokens=100, messages=HELLO) as stream:
            return "".join(stream.text_stream)


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("ask", [chat, responses, messages])
def test_the_words_of_another_provider_come_back_restored(gateway, tmp_path, ask, streamed):
    def asked(words):
        with provider(tmp_path, words) as url:
            for dialect, address in (("openai", f"{url}/v1"), ("anthropic", url)):
                entry = {"dialect": dialect, "base_url": address, "credential": "mock", "allow_private": True}
                gateway.admin.put(f"providers/aimock-{dialect}", entry)
            answer = ask(gateway.base_url, gateway.gateway_key, streamed)
            return answer, httpx.get(f"{url}/__aimock/journal", trust_env=False).content

    noted, journal = asked("Noted.")
    names = list(dict.fromkeys(SURROGATE.findall(journal.decode())))
    assert noted == "Noted."
    assert len(names) == 2
    assert not leaked(b"\r\n\r\n" + journal)
    answer, journal = asked(f"Done: {names[0]} and {names[1]}, again {names[0]}.")
    email, card = ORIGINALS["email"], ORIGINALS["card"]
    assert answer == f"Done: {email} and {card}, again {email}."
    assert not leaked(b"\r\n\r\n" + journal)
