"""Providers that speak OpenAI's dialect with differences of their own: what they leave out, add, and where they lie."""

from collections.abc import Mapping
from dataclasses import replace

from app.core.dialect import Dialect, Endpoint
from app.core.table import Kind, Table
from app.dialects.openai import OPENAI

Entries = Mapping[str, Kind | Table]
_NONE: Entries = {}


def compatible(
    name: str,
    home: str,
    serves: tuple[str, ...],
    *,
    request: Entries = _NONE,
    answer: Entries = _NONE,
    event: Entries = _NONE,
    prefix: str = "",
) -> Dialect:
    """Return a dialect with those of OpenAI's endpoints that a provider `serves`, by name.

    `home` is its public base URL; `request`, `answer` and `event` say of its own fields what is not text; `prefix` stands before
    `/v1` in the paths of its own SDK. Everything that is not named is OpenAI's, and what nobody names is inspected as text.
    """

    def own(endpoint: Endpoint) -> Endpoint:
        stream = endpoint.stream and replace(endpoint.stream, table=_with(endpoint.stream.table, event))
        paths = (*endpoint.paths, *(prefix + path for path in endpoint.paths if prefix and path.startswith("/v1/")))
        asked, answered = _with(endpoint.request, request), _with(endpoint.answer, answer)
        return replace(endpoint, paths=paths, request=asked, answer=answered, stream=stream)

    return replace(OPENAI, name=name, home=home, endpoints=tuple(own(endpoint) for endpoint in OPENAI.endpoints if endpoint.name in serves))


def _with(table: Table, entries: Entries) -> Table:
    return replace(table, entries={**table.entries, **entries}) if entries and table.entries else table
