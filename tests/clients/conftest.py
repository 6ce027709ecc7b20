import anthropic
import openai
import pytest

from app.cli import story
from app.cli.report import leaked
from app.cli.stage import stage
from app.gateway.recorder import Recorder
from app.gateway.reply import echo


@pytest.fixture(scope="session")
def running():
    """A real gateway process, and the recording provider behind both dialects."""
    with stage(Recorder(story.model), story.POLICY) as built:
        yield built


@pytest.fixture
def gateway(running):
    """The same, with a provider that echoes until told otherwise; whatever a test does, no original may have reached it."""
    running.recorder.script = lambda _dialect, request: echo(request)
    running.recorder.received.clear()
    yield running
    for request in running.recorder.received:
        assert not leaked(request.raw)
        assert running.gateway_key.encode() not in request.raw
    log = (running.home / "serve.log").read_text()
    assert "internal error" not in log
    assert not leaked(log.encode())


@pytest.fixture
def openai_client(gateway):
    with openai.OpenAI(base_url=gateway.base("openai"), api_key=gateway.gateway_key, max_retries=0) as client:
        yield client


@pytest.fixture
def anthropic_client(gateway):
    with anthropic.Anthropic(base_url=gateway.base("anthropic"), api_key=gateway.gateway_key, max_retries=0) as client:
        yield client
