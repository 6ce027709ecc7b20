"""How OpenAI shapes an error: as a body, and as an event of a session."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.dialect import Failure

_TYPES: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def error(failure: Failure) -> Mapping[str, Any]:
    """Return the body of an error."""
    sort = _TYPES.get(failure.status, "server_error" if failure.status >= 500 else "invalid_request_error")  # noqa: PLR2004
    return {"error": {"message": failure.message, "type": sort, "param": failure.where or None, "code": failure.code}}


def realtime_error(failure: Failure, event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the event that refuses one of a realtime session, named by the caller's own id for it."""
    return {
        "type": "error",
        "event_id": "event_hushgate",
        "error": {**error(failure)["error"], "event_id": _name(failure, event, "event_id")},
    }


def responses_error(failure: Failure, event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the event that refuses one of a session of responses."""
    stream = _name(failure, event, "stream_id")
    return {"type": "error", "status": failure.status, **error(failure), **({"stream_id": stream} if stream else {})}


def _name(failure: Failure, event: Mapping[str, Any], key: str) -> str | None:
    """Return what the caller calls an event, unless that is why it is refused."""
    name = event.get(key)
    return name if isinstance(name, str) and failure.where != key else None
