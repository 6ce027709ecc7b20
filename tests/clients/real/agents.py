"""Coding agents as their users start them, one question each, in a folder of their own: `AGENTS[name](place, streamed)` is (command, environment)."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CLIENTS = Path(__file__).parents[3] / ".clients"
MODULES = CLIENTS / "node" / "node_modules"
AIDER = CLIENTS / "aider" / "bin" / "aider"


@dataclass(frozen=True)
class Place:
    """Where an agent works, and whom it asks."""

    folder: Path
    openai: str
    anthropic: str
    key: str
    text: str


Started = tuple[list[str], dict[str, str]]


def aider(place: Place, streamed: bool) -> Started:
    quiet = [
        "--no-git",
        "--no-check-update",
        "--analytics-disable",
        "--no-show-model-warnings",
        "--yes-always",
        "--no-pretty",
        "--no-gitignore",
    ]
    command = [str(AIDER), "--model", "openai/gpt-4o", "--stream" if streamed else "--no-stream", "--message", place.text, *quiet]
    return command, {"OPENAI_API_BASE": place.openai, "OPENAI_API_KEY": place.key, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def claude(place: Place, _streamed: bool) -> Started:
    command = [*_installed("claude"), "-p", place.text, "--allowedTools", "Write"]
    quiet = {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_TELEMETRY": "1", "DISABLE_AUTOUPDATER": "1"}
    return command, {"ANTHROPIC_BASE_URL": place.anthropic, "ANTHROPIC_API_KEY": place.key, **quiet}


def codex(place: Place, _streamed: bool) -> Started:
    home = place.folder / "codex-home"
    home.mkdir()
    (home / "config.toml").write_text(
        f'model = "gpt-demo"\nmodel_provider = "gateway"\n[model_providers.gateway]\nname = "Gateway"\nbase_url = "{place.openai}"\n'
        'env_key = "GATEWAY_KEY"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 0\n'
    )
    return [*_installed("codex"), "exec", "--skip-git-repo-check", place.text], {"CODEX_HOME": str(home), "GATEWAY_KEY": place.key}


def opencode(place: Place, _streamed: bool) -> Started:
    options = {"baseURL": place.openai, "apiKey": place.key}
    provider = {"npm": "@ai-sdk/openai-compatible", "name": "Gateway", "options": options, "models": {"gpt-demo": {"name": "demo"}}}
    told = {"autoupdate": False, "share": "disabled", "model": "gateway/gpt-demo", "small_model": "gateway/gpt-demo"}
    (place.folder / "opencode.json").write_text(json.dumps({**told, "provider": {"gateway": provider}}))
    folders = {f"XDG_{name}_HOME": str(place.folder / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    return [*_installed("opencode"), "run", place.text], {
        **folders,
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
    }


def _installed(name: str) -> list[str]:
    return [str(MODULES / ".bin" / name)]


AGENTS: dict[str, Callable[[Place, bool], Started]] = {"aider": aider, "claude": claude, "codex": codex, "opencode": opencode}


def environment(place: Place, own: dict[str, str]) -> dict[str, str]:
    """Nothing of the environment around but what a program needs to run: an agent reads many variables."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(place.folder), "NO_COLOR": "1", **own}
