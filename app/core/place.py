"""Where a finding stands and goes, as a rule's `where` sees it: provider, endpoint, model, the role that speaks, the tool that is called."""

from typing import Any, Final, NamedTuple

from app.core.segment import Path

# One vocabulary for every dialect: the keys under which a call's arguments stand beside the tool's name, ...
_ARGUMENTS: Final = frozenset({"arguments", "input", "args"})
# ... the blocks that carry what a tool answered, whoever's turn they stand in, ...
_RESULTS: Final = frozenset({"tool_result", "function_call_output", "custom_tool_call_output", "mcp_tool_result"})
# ... and the root keys that are the system's text.
_SYSTEM: Final = frozenset({"system", "instructions", "system_instruction"})


class Place(NamedTuple):
    """What selectors are matched against; empty where it does not apply."""

    provider: str = ""
    endpoint: str = ""
    model: str = ""
    role: str = ""
    tool: str = ""


def spoken(document: Any, path: Path) -> tuple[str, str]:
    """Return who speaks at `path` of a request (`user`, `system`, `tool`, ...) and the tool whose arguments stand there."""
    parts: list[str | int] = []
    while path is not None:
        path, part = path
        parts.append(part)
    role = "system" if parts and parts[-1] in _SYSTEM else ""
    value = document
    for part in reversed(parts):
        if isinstance(value, dict):
            said = value.get("role")
            if isinstance(said, str) and not role:
                role = said
            if value.get("type") in _RESULTS:
                role = "tool"
            name = value.get("name")
            if part in _ARGUMENTS and isinstance(name, str):
                return role, name
            value = value.get(part) if isinstance(part, str) else None
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            break
    return role, ""
