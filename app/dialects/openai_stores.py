"""OpenAI's vector stores and containers: what files are put into, to be searched or worked on."""

from typing import Final

from app.core.dialect import Endpoint, Keeps
from app.core.table import Kind, Table
from app.dialects.openai_routes import answer, fetch, fetch_own, fetch_page, remove, send, tell

ENUM, FREE, FUNCTIONAL, INPUT, OBJECT, TEXT = Kind.ENUM, Kind.FREE, Kind.FUNCTIONAL, Kind.INPUT, Kind.OBJECT, Kind.TEXT
KEPT: Final = Keeps()

_STORE: Final = Table(
    {
        "file_ids": OBJECT,
        "expires_after.anchor": ENUM,
        "chunking_strategy.type": ENUM,
        "metadata": FREE,
    },
)
_FILE: Final = Table({"file_id": OBJECT, "chunking_strategy.type": ENUM, "attributes": FREE})
_BATCH: Final = Table({"file_ids": OBJECT, "files[]": _FILE, "chunking_strategy.type": ENUM, "attributes": FREE})
_ATTRIBUTES: Final = Table({"attributes": FREE})
_SEARCH: Final = Table({"filters": FREE, "ranking_options.ranker": FUNCTIONAL})

_SHOWN_STORE: Final = answer({"id": OBJECT, "name": INPUT, "description": INPUT, "metadata": FREE})
_SHOWN_FILE: Final = answer({"id": OBJECT, "attributes": FREE, "last_error.message": TEXT})
_SHOWN_BATCH: Final = answer({"id": OBJECT})
_PAGE: Final = answer({"data[].text": INPUT})
_FOUND: Final = answer(
    {
        "search_query": INPUT,
        "data[].file_id": OBJECT,
        "data[].filename": INPUT,
        "data[].attributes": FREE,
        "data[].content[].text": INPUT,
    },
)
_AT: Final = "/vector_stores/{vector_store_id}"

# What is put in is compared with what is sought years later: names that last.
VECTOR_STORE_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("vector_stores", "/vector_stores", _STORE, _SHOWN_STORE, keeps=KEPT, lasting=True, optional=True),
    fetch_own("vector_stores.list", "/vector_stores", _SHOWN_STORE),
    fetch("vector_stores.retrieve", _AT, _SHOWN_STORE),
    send("vector_stores.update", _AT, _STORE, _SHOWN_STORE, keeps=KEPT, lasting=True),
    remove("vector_stores.delete", _AT),
    send("vector_stores.search", f"{_AT}/search", _SEARCH, _FOUND, lasting=True, conversation="query"),
    send("vector_stores.files", f"{_AT}/files", _FILE, _SHOWN_FILE, keeps=KEPT, lasting=True),
    fetch_page("vector_stores.files.list", f"{_AT}/files", _SHOWN_FILE, ("filter",)),
    fetch("vector_stores.files.retrieve", f"{_AT}/files/{{file_id}}", _SHOWN_FILE),
    send("vector_stores.files.update", f"{_AT}/files/{{file_id}}", _ATTRIBUTES, _SHOWN_FILE, keeps=KEPT, lasting=True),
    remove("vector_stores.files.delete", f"{_AT}/files/{{file_id}}", detaches=True),
    fetch("vector_stores.files.content", f"{_AT}/files/{{file_id}}/content", _PAGE),
    send("vector_stores.file_batches", f"{_AT}/file_batches", _BATCH, _SHOWN_BATCH, keeps=KEPT, lasting=True),
    fetch("vector_stores.file_batches.retrieve", f"{_AT}/file_batches/{{batch_id}}", _SHOWN_BATCH),
    tell("vector_stores.file_batches.cancel", f"{_AT}/file_batches/{{batch_id}}/cancel", _SHOWN_BATCH, keeps=KEPT),
    fetch_page("vector_stores.file_batches.files", f"{_AT}/file_batches/{{batch_id}}/files", _SHOWN_FILE, ("filter",)),
)
