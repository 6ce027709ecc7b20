"""What a receipt says of an exchange, from its records and what was sealed in them; the same for who issues and who checks it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from app.core.policy_document import Mode
from app.core.record import RecordKind
from app.errors import PolicyBlocked

# How an exchange ended (the verdict of its completion) → the state people see.
_STATES: Final = {
    "completed": "closed",
    "provider_error": "closed",
    "truncated": "closed",
    "client_gone": "aborted",
    "aborted": "aborted",
    "upstream_failed": "failed",
}
_TOLD: Final = (
    *("status", "milliseconds", "restored", "unrestored", "events", "unread", "by"),
    *("sent", "refused", "intents", "attachments", "ended"),  # of a session
)
_WORDS: Final = ("clean", "reported", "monitored", "transformed", "blocked")  # the gravest of a session's stands for it
_COLUMNS: Final = ("team", "client", "provider", "dialect", "endpoint", "model", "policy_version")
_BEFORE: Final = {"PERSON": ["*"]}  # what the records of versions that did not say so did not inspect
EXCHANGE: Final = (RecordKind.INTENT, RecordKind.COMPLETION, RecordKind.REFUSAL)


def compose(rows: Sequence[Mapping[str, Any]], opened: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the records of one exchange say, in the order of their time; `opened` is what was sealed in each.

    `state` is open, closed, aborted, refused or failed; `entities` counts findings under enforcement and `monitored` those that
    were only watched; `actions` counts what was done, or would have been; `headers` is what request headers changed;
    `detectors` is the version that looked; `destination` the provider's host and what was agreed with it; `not_inspected` names
    entities and the languages of the request in which nobody looked for them (`*`: any); `outcome` holds numbers and words.
    """
    by_kind = {RecordKind(row["kind"]): (row, contents) for row, contents in zip(rows, opened, strict=True)}
    intents = [(row, contents) for row, contents in zip(rows, opened, strict=True) if row["kind"] == RecordKind.INTENT]
    first, contents = _summed(intents) if intents else (rows[0], opened[0])
    answer: dict[str, Any] = {
        "id": str(first["exchange"]),
        "at": first["at"].astimezone(UTC).isoformat(),
        **{name: first[name] for name in _COLUMNS},
    }
    answer |= {"detectors": contents.get("detectors"), "destination": contents.get("destination", {})}
    answer |= {"verdict": first["verdict"], "mode": contents.get("mode", "enforce"), "headers": contents.get("headers", [])}
    found, watched = dict(sorted(first["entities"].items())), answer["mode"] == Mode.MONITOR
    # Counted apart: what was sent as it is never adds to what was protected.
    answer |= {"entities": {} if watched else found, "monitored": found if watched else {}, "actions": contents.get("actions", {})}
    missing = contents.get("not_inspected", _BEFORE if RecordKind.INTENT in by_kind else {})
    answer |= {"not_inspected": [{"entity": entity, "languages": languages} for entity, languages in missing.items()]}
    answer |= {"state": "open", "outcome": {}}
    if RecordKind.COMPLETION in by_kind:
        row, contents = by_kind[RecordKind.COMPLETION]
        answer["state"] = _STATES.get(row["verdict"], "closed")
        answer["outcome"] = {"result": row["verdict"], **{name: contents[name] for name in _TOLD if name in contents}}
    elif RecordKind.REFUSAL in by_kind:
        row, _ = by_kind[RecordKind.REFUSAL]
        code = row["verdict"]
        answer |= {"state": "refused", "outcome": {"code": code}}
        if RecordKind.INTENT not in by_kind:
            answer["verdict"] = "blocked" if code == PolicyBlocked.code else "refused"
    return answer


def _summed(intents: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the first intent, with what all of them found and did: a session has one for each event that says something."""
    first, contents = intents[0]
    if len(intents) == 1:
        return first, contents
    found, actions = Counter[str](), Counter[str]()
    languages: dict[str, list[str]] = {}
    for row, more in intents:
        found.update(row["entities"])
        actions.update(more.get("actions", {}))
        for entity, unread in more.get("not_inspected", {}).items():
            languages[entity] = sorted({*languages.get(entity, ()), *unread})
    verdict = max((row["verdict"] for row, _ in intents), key=lambda word: _WORDS.index(word) if word in _WORDS else 0)
    summed = {**contents, "actions": dict(sorted(actions.items())), "not_inspected": languages}
    return {**first, "entities": dict(found), "verdict": verdict}, summed
