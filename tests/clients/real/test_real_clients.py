"""Clients that people use, unchanged, through a real gateway: the right answer, originals restored, nothing of them at the provider."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from app.cli.story import ORIGINALS, SURROGATE
from app.gateway.reply import Reply
from clients.real.agents import AGENTS, AIDER, CLIENTS, MODULES, Place, environment

HERE = CLIENTS.parent / "tests" / "clients" / "real"
PYTHON = CLIENTS / "python" / "bin" / "python"
EMAIL, CARD = ORIGINALS["email"], ORIGINALS["card"]
TEXT = f"Write to {EMAIL} about card {CARD}"
WANTED = f"Done: I wrote to {EMAIL} about card {CARD}."
LIBRARIES = (
    *((str(PYTHON), "drivers.py", name) for name in ("openai", "openai_responses", "anthropic", "langchain_openai", "langchain_anthropic")),
    *((str(PYTHON), "drivers.py", name) for name in ("llama_index", "litellm_openai", "litellm_anthropic")),
    *(("node", "drivers.mjs", name) for name in ("openai", "openai_responses", "anthropic", "ai_responses", "ai_chat", "ai_anthropic")),
)
PROGRAMS = {"aider": AIDER, **{name: MODULES / ".bin" / name for name in ("claude", "codex", "opencode")}}
MODES = ("whole", "streamed")
PATIENCE = 100  # seconds
INNOCENT = 10_240  # bytes of prompt for each value that may be hidden although nobody planted it


def model(_dialect, request):
    """Answer as a model that sees only what was sent to it: in its words for the values, or with a title where there are none."""
    names = {
        found.rpartition("_")[0]: found
        for found in SURROGATE.findall(json.dumps(request["messages" if "messages" in request else "input"]))
    }
    if not {"EMAIL_ADDRESS", "CREDIT_CARD"} <= set(names):
        return Reply("A title")
    return Reply(f"Done: I wrote to {planted(request, 'EMAIL_ADDRESS')} about card {names['CREDIT_CARD']}.")


def planted(request, entity):
    """The surrogate that stands in the question: an agent's own instructions hold addresses, too."""
    return re.search(rf"Write to ({entity}_[0-9A-Z]{{10}})", json.dumps(request))[1]


@pytest.fixture
def place(gateway, tmp_path):
    gateway.recorder.script = model
    return Place(tmp_path, gateway.base("openai"), gateway.base("anthropic"), gateway.gateway_key, TEXT)


def run(command, place, own):
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0].removeprefix(str(CLIENTS.parent))} is not there: `make clients` installs what it can")
    result = subprocess.run(
        command,
        cwd=place.folder,
        env=environment(place, own),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    return result.stdout


def streamed_upstream(gateway):
    return [request.document.get("stream") is True for request in gateway.recorder.received if SURROGATE.search(request.raw.decode())]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("runner", "file", "name"), LIBRARIES, ids=[f"{file.rpartition('.')[2]}-{name}" for _, file, name in LIBRARIES])
def test_a_library_gets_its_answer_with_the_originals(gateway, place, runner, file, name, mode):
    own = {"BASE_OPENAI": place.openai, "BASE_ANTHROPIC": place.anthropic, "KEY": place.key, "TEXT": TEXT, "MODULES": str(MODULES.parent)}
    if file.endswith(".mjs") and not MODULES.exists():
        pytest.skip("the JavaScript clients are not there: `make clients` installs them where there are node and npm")
    answer = run([runner, str(HERE / file), name, mode], place, {**own, "LITELLM_LOCAL_MODEL_COST_MAP": "True"})
    assert answer.strip().splitlines()[-1] == WANTED
    assert streamed_upstream(gateway) == [mode == "streamed"]


@pytest.mark.parametrize(("name", "mode"), [("aider", "whole"), *((name, "streamed") for name in AGENTS)])  # the others only stream
def test_an_agent_gets_its_answer_with_the_originals(gateway, place, name, mode):
    answer = run(*program(name, place, mode))
    assert WANTED in " ".join(answer.split())
    assert set(streamed_upstream(gateway)) == {mode == "streamed"}
    report(gateway, name)


def program(name, place, mode="streamed"):
    command, own = AGENTS[name](place, mode == "streamed")
    return command, place, own


def report(gateway, name):
    """Say how much of an agent's own instructions was hidden although nothing in them is anybody's."""
    size = sum(len(request.raw) for request in gateway.recorder.received)
    hidden = {found for request in gateway.recorder.received for found in SURROGATE.findall(request.raw.decode())}
    sys.stderr.write(f"\n  {name}: {len(hidden) - 2} values hidden that nobody planted, in {size // 1024} KB\n")


WRITES = {
    "claude": lambda folder, text: ("Write", {"file_path": f"{folder}/note.txt", "content": text}),
    "opencode": lambda _folder, text: ("apply_patch", {"patchText": f"*** Begin Patch\n*** Add File: note.txt\n+{text}\n*** End Patch\n"}),
}


@pytest.mark.parametrize("name", WRITES)
def test_an_agent_writes_the_originals_into_its_files(gateway, place, name):
    def writing(dialect, request):
        reply = model(dialect, request)
        if (
            reply.text.startswith("Done")
            and "tools" in request
            and not any(
                message.get("role") == "tool" or "tool_result" in json.dumps(message.get("content")) for message in request["messages"]
            )
        ):
            tool, arguments = WRITES[name](place.folder, f"To {planted(request, 'EMAIL_ADDRESS')}")
            return Reply("", (tool, json.dumps(arguments)))
        return reply

    gateway.recorder.script = writing
    answer = run(*program(name, place))
    assert (place.folder / "note.txt").read_text().strip() == f"To {EMAIL}"
    assert WANTED in " ".join(answer.split())
