"""What a request's own headers ask of the policy: tightening is always granted, loosening where `caller_may` lists it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from app.core.policy_document import Mode
from app.errors import BadHeader, NotAdmitted

MODE: Final = "x-hushgate-mode"
ALLOW: Final = "x-hushgate-allow"
RESTORE: Final = "x-hushgate-restore"
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,79}")
_MOST: Final = 32


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked and granted. `used` says it for the record, in words of ours and names of entities only."""

    mode: Mode | None = None
    allow: frozenset[str] = frozenset()
    restore: bool = True
    used: tuple[str, ...] = ()


NOTHING: Final = Wish()


def wished(headers: Mapping[str, str], caller_may: Sequence[str], known: Collection[str]) -> Wish:
    """Read the headers. Raises NotAdmitted for what the policy does not let callers loosen, BadHeader for what is no wish at all.

    `known` are the names of the entities that exist: anything else could be a value, and would stand on the record.
    """
    mode, allow = headers.get(MODE), headers.get(ALLOW)
    restore = headers.get(RESTORE, "").lower() != "off"
    if mode is None and allow is None and restore:
        return NOTHING
    chosen = _mode(mode, caller_may) if mode is not None else None
    names = _names(allow, caller_may, known) if allow is not None else ()
    used = [f"mode={chosen}"] if chosen else []
    used += [f"allow={name}" for name in names]
    used += [] if restore else ["restore=off"]
    return Wish(chosen, frozenset(names), restore, tuple(used))


def _mode(text: str, caller_may: Sequence[str]) -> Mode:
    if text not in set(Mode):
        raise BadHeader("the header names no mode", where=MODE, hint="Send `enforce` or `monitor`")
    if text == Mode.MONITOR and "monitor" not in caller_may:
        raise _refused(MODE, "monitor")
    return Mode(text)


def _names(text: str, caller_may: Sequence[str], known: Collection[str]) -> Sequence[str]:
    names = sorted({name.strip() for name in text.split(",")})
    if len(names) > _MOST or not all(_NAME.fullmatch(name) and name in known for name in names):
        raise BadHeader("the header names no entity, or too many", where=ALLOW, hint="Send names from docs/policy.md, such as PHONE_NUMBER")
    patterns = ["*" if entry == "allow" else entry.removeprefix("allow:") for entry in caller_may if entry.startswith("allow")]
    for name in names:
        if not any(fnmatchcase(name, pattern) for pattern in patterns):
            raise _refused(ALLOW, f"allow:{name}")
    return names


def _refused(where: str, entry: str) -> NotAdmitted:
    return NotAdmitted(
        "a request header loosens the policy",
        where=where,
        hint=f"Ask the team for `{entry}` in the policy's `caller_may`, or drop the header",
    )
