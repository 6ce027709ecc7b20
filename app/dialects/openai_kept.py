"""OpenAI's kept conversations: responses to fetch again, conversations and their items, stored chat completions."""

from dataclasses import replace
from typing import Final

from app.core.dialect import Endpoint, Keeps
from app.core.table import Kind, Table
from app.dialects.openai_chat import CHAT
from app.dialects.openai_items import ANSWERED, ITEM
from app.dialects.openai_responses import RESPONSES
from app.dialects.openai_routes import MONTH, answer, fetch, fetch_own, fetch_page, remove, send, tell

FREE, OBJECT, TEXT = Kind.FREE, Kind.OBJECT, Kind.TEXT

_CONVERSATION: Final = answer({"id": OBJECT, "metadata": FREE})
_METADATA: Final = Table({"metadata": FREE})
_MESSAGE: Final = Table(
    {path.removeprefix("choices[].message."): kind for path, kind in CHAT.answer.entries.items() if path.startswith("choices[].message.")}
    | {"id": OBJECT, "content": TEXT, "content_parts[].text": TEXT}
)

RESPONSE_ROUTES: Final[tuple[Endpoint, ...]] = (
    replace(
        fetch("responses.retrieve", "/responses/{response_id}", RESPONSES.answer, keeps=MONTH),
        stream=replace(RESPONSES.stream, asked_by="") if RESPONSES.stream else None,
        query=("include", "include[]", "stream", "starting_after", "include_obfuscation", "beta"),
        offsets=RESPONSES.offsets,
        dropped=RESPONSES.dropped,
    ),
    remove("responses.delete", "/responses/{response_id}", query=("beta",)),
    tell("responses.cancel", "/responses/{response_id}/cancel", RESPONSES.answer, keeps=MONTH, query=("beta",)),
    fetch_page("responses.input_items", "/responses/{response_id}/input_items", ANSWERED, ("include", "include[]", "beta"), keeps=MONTH),
    replace(
        send("responses.compact", "/responses/compact", RESPONSES.request, RESPONSES.answer, modelled=True),
        trusted=RESPONSES.trusted,
        conversation="input",
        keeps=Keeps(30, content=False),
        offsets=RESPONSES.offsets,
        query=("beta",),
    ),
    # What is counted is what would be sent: the protected document.
    replace(
        send("responses.input_tokens", "/responses/input_tokens", RESPONSES.request, answer({})),
        conversation="input",
        schemas=RESPONSES.schemas,
        query=("beta",),
        optional=True,
    ),
)

CONVERSATION_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("conversations", "/conversations", Table({"items[]": ITEM, "metadata": FREE}), _CONVERSATION,
         conversation="items", keeps=Keeps(), optional=True),
    fetch("conversations.retrieve", "/conversations/{conversation_id}", _CONVERSATION),
    send("conversations.update", "/conversations/{conversation_id}", _METADATA, _CONVERSATION, keeps=Keeps()),
    remove("conversations.delete", "/conversations/{conversation_id}"),
    send("conversations.items", "/conversations/{conversation_id}/items", Table({"items[]": ITEM}), answer({"data[]": ANSWERED}),
         conversation="items", keeps=Keeps(), query=("include", "include[]")),
    fetch_page("conversations.items.list", "/conversations/{conversation_id}/items", ANSWERED, ("include", "include[]")),
    fetch("conversations.items.retrieve", "/conversations/{conversation_id}/items/{item_id}", ANSWERED, query=("include", "include[]")),
    remove("conversations.items.delete", "/conversations/{conversation_id}/items/{item_id}", answer=_CONVERSATION),
)  # fmt: skip

STORED_CHAT_ROUTES: Final[tuple[Endpoint, ...]] = (
    fetch_own("chat.completions.list", "/chat/completions", CHAT.answer, ("model",), keeps=MONTH),
    fetch("chat.completions.retrieve", "/chat/completions/{completion_id}", CHAT.answer, keeps=MONTH, offsets=CHAT.offsets),
    send("chat.completions.update", "/chat/completions/{completion_id}", _METADATA, CHAT.answer, keeps=MONTH),
    remove("chat.completions.delete", "/chat/completions/{completion_id}"),
    fetch_page("chat.completions.messages", "/chat/completions/{completion_id}/messages", _MESSAGE, keeps=MONTH),
)
