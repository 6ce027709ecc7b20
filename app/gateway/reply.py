"""What a model says, in no provider's words yet: a text or the call of a tool, by default the echo of what it was asked."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

_WORDS: Final = re.compile(r"\s*\S+\s*|\s+")
Json = dict[str, Any]


class Reply(NamedTuple):
    """What a model says: a text, and at most one call of a tool (its name, and its arguments as JSON text)."""

    text: str = ""
    call: tuple[str, str] | None = None


Events = Callable[[Json], Iterator[tuple[str, str]]]  # the whole answer → names and data of its events
Endpoints = Mapping[str, tuple[Callable[[Json, Reply], Json], Events]]


def text_of(content: Any) -> str:
    """Return the text of a message's content, string or parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str) and part["text"])


def echo(request: Json) -> Reply:
    """Return the last words of the user; as the arguments of a tool if one is offered and its result is not here yet."""
    said = request.get("messages", request.get("input", request.get("prompt")))
    if isinstance(said, str):
        said = [{"role": "user", "content": said}]
    messages = _dicts(said)
    users = [text for message in messages if message.get("role") == "user" and (text := text_of(message.get("content")))]
    text = users[-1] if users else "Hello from the sandbox."
    tool = next(iter(_dicts(request.get("tools"))), None)
    last = messages[-1] if messages else {}
    answered = (
        last.get("role") == "tool"
        or last.get("type") in {"function_call_output", "custom_tool_call_output"}
        or any(part.get("type") == "tool_result" for part in _dicts(last.get("content")))
    )
    if tool is None or answered:
        return Reply(text)
    tool = tool["function"] if isinstance(tool.get("function"), dict) else tool
    return Reply(call=(str(tool.get("name", "tool")), json.dumps(_arguments(tool.get("parameters", tool.get("input_schema")), text))))


def _dicts(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _arguments(schema: Any, text: str) -> Json:
    """Fill every string property with the echo."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    named = properties.items() if isinstance(properties, dict) else ()
    return {name: text for name, sort in named if isinstance(sort, dict) and sort.get("type") == "string"}


def words(text: str) -> list[str]:
    """Cut a text into pieces such as models stream."""
    return [piece for word in _WORDS.findall(text) for piece in pieces(word)]


def pieces(text: str, size: int = 7) -> list[str]:
    """Cut a text every few characters."""
    return [text[start : start + size] for start in range(0, len(text), size)]


def unstreamed(_answer: Json) -> Iterator[tuple[str, str]]:
    """No events: this endpoint answers whole."""
    return iter(())
