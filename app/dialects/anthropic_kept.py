"""What Anthropic keeps: batches of messages, whose results come as lines, and files."""

from dataclasses import replace
from typing import Any, Final

from app.core.dialect import Endpoint, Form, Keeps, Listed
from app.core.table import Kind, Table
from app.dialects.openai_routes import answer, fetch, fetch_page, remove, send, tell
from app.dialects.upload import UPLOADED

ADDRESS, INPUT, OBJECT, REFUSED, TEXT = Kind.ADDRESS, Kind.INPUT, Kind.OBJECT, Kind.REFUSED, Kind.TEXT
_BATCH: Final = Keeps(29)
_FILE: Final = Keeps()
_CURSORS: Final = ("after_id", "before_id")
_QUERY: Final = ("limit", "beta")


def _own(name: str, path: str, row: Table, **more: Any) -> Endpoint:
    return fetch_page(name, path, row, listed=Listed(after="after_id"), **{"query": _QUERY, "cursors": _CURSORS, **more})


def _here(*endpoints: Endpoint) -> tuple[Endpoint, ...]:
    """Return them as this provider serves them: its base URL lacks the `/v1`, and a beta says so in the query."""
    return tuple(replace(one, paths=one.paths[::-1], query=tuple(dict.fromkeys((*one.query, "beta")))) for one in endpoints)


def batch_routes(message: Endpoint) -> tuple[Endpoint, ...]:
    """Return the routes of batches of what `message` takes."""
    shown = answer({"id": OBJECT, "results_url": ADDRESS})
    lines = {f"result.message.{path}": kind for path, kind in message.answer.entries.items()}
    request = Table(
        {
            "requests[].custom_id": TEXT,  # the caller's own word for one of them
            "requests[].params": message.request,
            "user_profile_id": REFUSED,
            "workspace_id": REFUSED,
        },
    )
    at = "/messages/batches/{message_batch_id}"
    models = ("model", *message.models)
    return _here(
        send(
            *("messages.batches", "/messages/batches", request, shown),
            keeps=_BATCH,
            conversation="requests",
            models=tuple(f"requests[].params.{path}" for path in models),
            schemas=tuple(one._replace(path=f"requests[].params.{one.path}") for one in message.schemas),
        ),
        _own("messages.batches.list", "/messages/batches", shown, keeps=_BATCH),
        fetch("messages.batches.retrieve", at, shown, keeps=_BATCH),
        tell("messages.batches.cancel", f"{at}/cancel", shown, keeps=_BATCH),
        remove("messages.batches.delete", at),
        fetch(
            *("messages.batches.results", f"{at}/results"),
            answer({"custom_id": INPUT, "result.error.error.message": TEXT, **lines}),
            keeps=None,
            rows=True,
        ),
    )


_SHOWN: Final = answer({"id": OBJECT, "filename": INPUT})
FILE_ROUTES: Final = _here(
    # What is uploaded is read later, by whichever message names it: names that last.
    send("beta.files", "/files", Table({"file": UPLOADED}), _SHOWN, form=Form(), keeps=_FILE, lasting=True),
    _own("beta.files.list", "/files", _SHOWN),
    fetch("beta.files.retrieve", "/files/{file_id}", _SHOWN),
    fetch("beta.files.content", "/files/{file_id}/content", answer({}), content=True, keeps=None),
    remove("beta.files.delete", "/files/{file_id}"),
)
