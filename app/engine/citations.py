"""Citations that point into the documents of a request: the caller's offsets outside, the provider's inside."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from app.core.dialect import Endpoint
from app.core.document import Number
from app.core.naming import Outbound
from app.engine.offsets import Edit, replaced, shifted, undone


class Citations:
    """Those of one exchange. Documents are compared when the first citation is seen: most exchanges have none."""

    def __init__(self, document: Any, outbound: Outbound, endpoint: Endpoint) -> None:
        """Point into the documents within `document`, and into what became of them."""
        self._cited, self._conversation = endpoint.cited, endpoint.conversation
        self._document, self._outbound = document, outbound

    def __repr__(self) -> str:
        return "Citations(…)"

    def sent(self, document: Any) -> Any:
        """Return a request with its citations pointing into what the provider gets."""
        return self._moved(document, lambda number: self._edits[number])

    def given(self, document: Any) -> Any:
        """Return an answer, or an event of one, with its citations pointing into what the caller has."""
        return self._moved(document, lambda number: undone(self._edits[number]))

    @cached_property
    def _edits(self) -> Sequence[Sequence[Edit]]:
        edits_of = replaced(self._outbound.replaced)
        ours, theirs = (list(_texts(document.get(self._conversation))) for document in (self._document, self._outbound.document))
        return [edits_of(old, new) if old != new else () for old, new in zip(ours, theirs, strict=True)]

    def _moved(self, document: Any, edits: Callable[[int], Sequence[Edit]]) -> Any:
        cited = self._cited
        if cited is None or not self._outbound.replaced:
            return document

        def row(value: Any) -> Any:
            number = value.get(cited.counted) if isinstance(value, dict) else None
            which = number.whole if isinstance(number, Number) else None
            return value if which is None or which >= len(self._edits) else shifted(value, cited, edits(which))

        for path in cited.rows:
            document = _changed(document, path.split("."), row)
        return document


def _texts(blocks: Any) -> Iterator[str]:
    """Yield the text of each document in turns or blocks, in the provider's order; of one that is no text, an empty one."""
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, dict):
            continue
        if block.get("type") == "document":
            source = block.get("source")
            text = source.get("data") if isinstance(source, dict) and source.get("type") == "text" else None
            yield text if isinstance(text, str) else ""
        else:
            yield from _texts(block.get("content"))


def _changed(value: Any, steps: Sequence[str], change: Callable[[Any], Any]) -> Any:
    """Return `value` with `change` applied where the steps lead; what does not change is shared."""
    if not steps:
        return change(value)
    name, several = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    child = value.get(name) if isinstance(value, dict) else None
    if child is None or several is not isinstance(child, list):
        return value
    new = [_changed(one, steps[1:], change) for one in child] if several else _changed(child, steps[1:], change)
    same = new is child if not several else all(a is b for a, b in zip(new, child, strict=True))
    return value if same else {**value, name: new}
