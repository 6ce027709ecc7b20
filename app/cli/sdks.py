"""The real SDKs of two providers behind one small face: say something, run the tool, hear the answer, whole or streamed."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from app.cli.story import ABOUT, PARAMETERS, SYSTEM, TOOL
from app.errors import SetupError

Hook = Callable[[Any], None]  # is called with every response of an SDK


class Call(NamedTuple):
    """A call of the tool, as the application gets it."""

    id: str
    arguments: dict[str, Any]


class Said(NamedTuple):
    """What came back to the application."""

    text: str
    call: Call | None


class Sdk(Protocol):
    """A conversation through an SDK; it keeps the history and sends it whole, as applications do."""

    name: str

    def say(self, text: str) -> Said:
        """Say something as the user."""

    def result(self, call: Call, text: str) -> Said:
        """Hand over the tool's result."""

    def close(self) -> None:
        """Close the connections."""


class OpenAI:
    """The openai package, chat completions."""

    name = "openai"

    def __init__(self, base_url: str, key: str, streamed: bool, hook: Hook) -> None:
        """Talk to `base_url`; the environment's proxies and retries are left out."""
        import openai  # noqa: PLC0415 - a second of loading that other commands need not pay

        client = openai.DefaultHttpxClient(trust_env=False, event_hooks={"response": [hook]})
        self._client = openai.OpenAI(base_url=base_url, api_key=key, http_client=client, max_retries=0)
        self._streamed = streamed
        self._messages: list[Any] = [{"role": "system", "content": SYSTEM}]
        self._tools: Any = [{"type": "function", "function": {"name": TOOL, "description": ABOUT, "parameters": PARAMETERS}}]

    def say(self, text: str) -> Said:
        """Say something as the user."""
        return self._turn({"role": "user", "content": text})

    def result(self, call: Call, text: str) -> Said:
        """Hand over the tool's result."""
        return self._turn({"role": "tool", "tool_call_id": call.id, "content": text})

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _turn(self, message: dict[str, Any]) -> Said:
        self._messages.append(message)
        asking: dict[str, Any] = {"model": "gpt-demo", "messages": self._messages, "tools": self._tools}
        if self._streamed:
            with self._client.chat.completions.stream(**asking) as stream:
                for _ in stream:
                    pass
                answer = stream.get_final_completion().choices[0].message
        else:
            answer = self._client.chat.completions.create(**asking).choices[0].message
        self._messages.append(answer.model_dump(include={"role", "content", "tool_calls"}, exclude_none=True))
        calls: Any = answer.tool_calls or ()
        return Said(answer.content or "", Call(calls[0].id, json.loads(calls[0].function.arguments)) if calls else None)


class Anthropic:
    """The anthropic package, messages."""

    name = "anthropic"

    def __init__(self, base_url: str, key: str, streamed: bool, hook: Hook) -> None:
        """Talk to `base_url`; the environment's proxies and retries are left out."""
        import anthropic  # noqa: PLC0415 - as above

        client = anthropic.DefaultHttpxClient(trust_env=False, event_hooks={"response": [hook]})
        self._client = anthropic.Anthropic(base_url=base_url, api_key=key, http_client=client, max_retries=0)
        self._streamed = streamed
        self._messages: list[Any] = []
        self._tools: Any = [{"name": TOOL, "description": ABOUT, "input_schema": PARAMETERS}]

    def say(self, text: str) -> Said:
        """Say something as the user."""
        return self._turn(text)

    def result(self, call: Call, text: str) -> Said:
        """Hand over the tool's result."""
        return self._turn([{"type": "tool_result", "tool_use_id": call.id, "content": text}])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _turn(self, content: Any) -> Said:
        self._messages.append({"role": "user", "content": content})
        asking: dict[str, Any] = {"model": "claude-demo", "max_tokens": 1024, "system": SYSTEM}
        asking |= {"messages": self._messages, "tools": self._tools}
        if self._streamed:
            with self._client.messages.stream(**asking) as stream:
                answer: Any = stream.get_final_message()
        else:
            answer = self._client.messages.create(**asking)
        self._messages.append({"role": "assistant", "content": answer.content})
        text = "".join(block.text for block in answer.content if block.type == "text")
        uses = [block for block in answer.content if block.type == "tool_use"]
        return Said(text, Call(uses[0].id, dict(uses[0].input)) if uses else None)


SDKS: tuple[type[OpenAI], type[Anthropic]] = (OpenAI, Anthropic)


def load() -> None:
    """Import the SDKs. Raises SetupError that names the fix."""
    try:
        import anthropic  # noqa: F401, PLC0415
        import openai  # noqa: F401, PLC0415
    except ImportError as error:
        hint = "Install them: `make install` does, or `pip install 'hushgate[demo]'`"
        raise SetupError(f"the demo uses the SDKs of OpenAI and Anthropic, and {error.name} is not installed", hint=hint) from None
