"""Restore an answer: whole, or event by event as it streams. Bytes in, bytes out, no I/O.

Untouched bytes pass as they are. A lane's held text goes out before the event that ends it, in an event built from the table
(index and text only), or inside that event if it carries text of the lane.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.core.dialect import Endpoint, Stream
from app.core.document import Number, dump, dump_text, parse
from app.core.segment import Leaf, Path, Segment, numbers, rewrite
from app.core.table import Kind, Node
from app.engine.annotations import annotated
from app.engine.framing import FRAMINGS, Event, last_one
from app.engine.numbers import Numbers
from app.engine.offsets import Edit, mend, shifted
from app.engine.restore import Lane, Restorer
from app.errors import BadDocument, UpstreamFailed

_READ: Final = frozenset({Kind.SIGNED, Kind.ADDRESS})  # kinds for whose sake an answer without surrogates is read, too
_ROUTE: Final = re.compile(r"^https?://[^/]+.*?(/v1/.*)$")
_LANE_TEXT: Final = frozenset({Kind.TEXT, Kind.JSON, Kind.INPUT})


class Noted:
    """What an answer brings that must be known later: signed text, byte for byte, and the ids of what the provider keeps."""

    def __init__(self, *, ids: bool = False) -> None:
        """Start with nothing. `ids` are wanted only where the provider keeps what it answers."""
        self.texts: list[str] = []
        self.wants_ids = ids
        self.ids: list[str] = []
        self._open: dict[tuple[int | str, ...], list[str]] = {}

    def piece(self, segment: Segment) -> None:
        """Add a piece of a streamed block."""
        self._open.setdefault(segment.lane, []).append(segment.text)

    def close(self, prefix: tuple[int | str, ...]) -> None:
        """End the blocks under a lane."""
        for lane in [lane for lane in self._open if lane[: len(prefix)] == prefix]:
            self.texts.append("".join(self._open.pop(lane)))


def restore_whole(body: bytes, endpoint: Endpoint, restorer: Restorer, noted: Noted) -> bytes:
    """Return the answer with originals. Raises UpstreamFailed if the body is not JSON, or nests deeper than a walk can go."""

    def restore(segment: Segment) -> Leaf:
        if segment.kind is Kind.SIGNED:
            noted.texts.append(segment.text)
        elif segment.kind is Kind.OBJECT and segment.text:
            noted.ids.append(segment.text)
        elif segment.kind is Kind.ADDRESS:
            return _ROUTE.sub(r"\1", segment.text)
        return restorer.whole(segment)

    try:
        text = body.decode("utf-8", "replace")
        document = parse(body, strict=False)
        # An answer that holds no surrogate anywhere needs no walk, unless an escape could hide one or signed text must be noted.
        plain = text.replace("\\\\", "\\")  # the reader knows a bent separator as the model wrote it, not as JSON doubles it
        reads = bool(_READ & endpoint.answer.kinds) or noted.wants_ids
        if not reads and "\\u00" not in text and not restorer.originals.reader.read(plain):
            return body
        restored = rewrite(document, endpoint.answer, restore)
    except (BadDocument, RecursionError):
        raise UpstreamFailed("the provider's answer is not JSON", hint="Check the provider's base URL and status") from None
    if restored is not document:
        _drop(document, restored, endpoint.dropped)
        mend(document, restored, endpoint.offsets, restorer.edits)
    if restorer.citations is not None:
        restored = restorer.citations.given(restored)
    return body if restored is document else dump(restored)


def restore_text(body: bytes, restorer: Restorer) -> bytes:
    """Return a body that is not JSON (a provider's plain error page) with originals."""
    segment = Segment(body.decode("utf-8", "replace"), Kind.TEXT, None)
    restored = restorer.whole(segment)
    return body if restored == segment.text or isinstance(restored, Number) else restored.encode("utf-8", "backslashreplace")


def _drop(before: Any, after: Any, paths: Iterable[str]) -> None:
    """Empty the siblings that describe rewritten text token by token (`choices[].logprobs`): their pieces would not add up."""
    for path in paths:
        _empty(before, after, path.split("."))


def _empty(before: Any, after: Any, steps: Sequence[str]) -> None:
    """Follow a path through what changed; what did not change is shared, and is left alone."""
    if before is after or not isinstance(after, dict):
        return
    step, rest = steps[0], steps[1:]
    old, new = before.get(step.removesuffix("[]")), after.get(step.removesuffix("[]"))
    if not rest:
        if new is not None:
            after[step] = [] if isinstance(new, list) else None
    elif isinstance(new, list):
        for one, other in zip(old, new, strict=True):
            _empty(one, other, rest)
    else:
        _empty(old, new, rest)


class StreamRestorer:
    """One streamed answer."""

    def __init__(self, endpoint: Endpoint, stream: Stream, restorer: Restorer, noted: Noted | None = None) -> None:
        """Restore by the stream's table."""
        self._endpoint = endpoint
        self._stream = stream
        self._restorer = restorer
        self._decoder = FRAMINGS[stream.framing]()
        self._copied = frozenset(stream.copies.root.cases) if stream.copies else frozenset()
        self._selector = stream.copies.root.selector if stream.copies else ""
        self._numbers = Numbers(stream)
        self.about: Mapping[str, Any] = {}
        self._last: dict[tuple[int | str, ...], tuple[Any, Path, str]] = {}
        tables = [stream.table, *([stream.copies] if stream.copies else [])]
        self.noted = noted or Noted()
        self._reads = self.noted.wants_ids or any(Kind.SIGNED in table.kinds for table in tables)
        self._edits: dict[tuple[int | str, ...], Sequence[Edit]] = {}  # of lanes that have ended
        self._points = stream.pointing is not None or stream.beside is not None
        self._last_one = last_one(stream.final)
        self._muted: set[tuple[int | str, ...]] = set()
        self.finished = False
        self.events = 0
        self.unread = 0

    def feed(self, chunk: bytes) -> bytes:
        """Take bytes as they came and return the bytes that may go out."""
        events = self._decoder.decode(chunk)
        return b"".join([self._event(event) for event in events]) if events else b""

    def finish(self) -> bytes:
        """The stream has ended: return everything still held."""
        out = b""
        for event in self._decoder.flush():
            unread = self.unread
            sent = self._event(event)
            held = self._end(())
            if held and self.unread > unread:
                sent, held = held, sent  # cut off inside an event that nobody can read: what was held goes before it
            elif held and sent == event.raw and event.data is not None:
                sent = self._decoder.again(event, event.data)  # it lacks its blank line, and something follows
            out += sent + held
        return out + self._end(())

    def error(self, name: str, document: Any) -> bytes:
        """Return an event of our own that ends a stream that broke, after everything still held."""
        held = self._end(())
        return held + self._decoder.render(dump_text(self._numbers.ours(document)), name)

    def _event(self, event: Event) -> bytes:
        if event.data is None:
            return event.raw
        self.events += 1
        final = self._stream.final
        if event.data in final or event.name in final or (self._last_one and not event.name and self._last_one.search(event.data)):
            self.finished = True  # some events have no name but the type in their data
        if event.data in final:
            return self._end(()) + event.raw
        if not self._reads and not self._restorer.originals.by_surrogate:
            return event.raw
        try:
            document = parse(event.data, strict=False)
            return self._document(document, event) if isinstance(document, dict) else event.raw
        except (BadDocument, RecursionError):
            self.unread += 1
            return event.raw

    def _document(self, document: Any, event: Event) -> bytes:
        numbered = self._numbers.read(document)
        copied = self._copied and document.get(self._selector) in self._copied
        new = self._copies(document) if copied else document
        found: list[Segment] = []

        def collect(segment: Segment) -> str:
            found.append(segment)
            return segment.text

        rewrite(new, self._stream.table, collect, listed=True)
        ended = [segment.lane[:-1] for segment in found if segment.kind is Kind.END and segment.text]
        self._muted.update(segment.lane[:-1] for segment in found if segment.kind is Kind.MUTE)
        if self.noted.wants_ids and self._stream.made is not None:
            rewrite(document, self._stream.made, self._copy, listed=True)
        replaced = [self._segment(segment, new, event, ended) for segment in found]
        carried = b"".join(self._end(prefix) for prefix in ended)
        if any(leaf != segment.text for leaf, segment in zip(replaced, found, strict=True)):
            leaves = iter(replaced)
            new = rewrite(new, self._stream.table, lambda _segment: next(leaves), listed=True)
        if new is not document:
            _drop(document, new, self._endpoint.dropped)
            mend(document, new, self._endpoint.offsets if copied else (), self._restorer.edits)
        if self._stream.beside is not None:
            new = annotated(new, self._stream.table.root, self._stream.beside, self._edits_in)
        if self._restorer.citations is not None:
            new = self._restorer.citations.given(new)
        if numbered:
            new = self._numbers.again(new)
        return carried + (event.raw if new is document else self._decoder.again(event, dump_text(new)))

    def _copies(self, document: Any) -> Any:
        """Restore an event that repeats what other events said."""
        assert self._stream.copies is not None  # noqa: S101 - asked for where there are some
        new = rewrite(document, self._stream.copies, self._copy, listed=True)
        pointing = self._stream.pointing
        if pointing is not None and pointing.rows in new:
            place = tuple(numbers(new, self._stream.table.root.lane, None))
            lane = next((key for key in self._restorer.lanes if key[:-1] == place), (*place, ""))
            edits = self._edits_in(lane)
            new = {**new, pointing.rows: shifted(new[pointing.rows], pointing, edits)} if edits else new
        self.about = new.get(self._stream.about) or self.about
        return new

    def _edits_in(self, key: tuple[int | str, ...]) -> Sequence[Edit]:
        """Return what was replaced in a lane, open or ended."""
        lane = self._restorer.lanes.get(key)
        return lane.edits if lane else self._edits.get(key[:-1], ())

    def _copy(self, segment: Segment) -> Leaf:
        if segment.kind is Kind.SIGNED and segment.text not in self.noted.texts:
            self.noted.texts.append(segment.text)
        elif segment.kind is Kind.OBJECT and segment.text:
            self.noted.ids.append(segment.text)
        return self._restorer.copy(segment)

    def _segment(self, segment: Segment, document: Any, event: Event, ended: list[tuple[int | str, ...]]) -> Leaf:
        if segment.kind in _LANE_TEXT:
            if any(segment.lane[: len(prefix)] == prefix for prefix in self._muted):
                return segment.text
            lane = self._restorer.lane(segment)
            if any(segment.lane[: len(prefix)] == prefix for prefix in ended):
                return lane.finish(segment.text)
            text = lane.feed(segment.text)
            if lane.held:
                self._last[segment.lane] = (document, segment.path, event.name)
            return text
        if segment.kind is Kind.SIGNED:
            self.noted.piece(segment)
        return self._restorer.whole(segment)

    def _end(self, prefix: tuple[int | str, ...]) -> bytes:
        """Flush and forget the lanes under `prefix`."""
        self.noted.close(prefix)
        lanes = self._restorer.lanes
        return b"".join(self._carry(key, lanes.pop(key)) for key in [key for key in lanes if key[: len(prefix)] == prefix])

    def _carry(self, key: tuple[int | str, ...], lane: Lane) -> bytes:
        text = lane.flush()
        if self._points and lane.edits:
            self._edits[key[:-1]] = lane.edits
        if not text:
            return b""
        document, path, name = self._last[key]
        selector = self._stream.table.root.selector
        opening = self._stream.opening.get(document.get(selector, ""))
        if opening is not None:
            document, path, name = {**document, **opening}, _place(opening), name and opening[selector]
        parts: list[str | int] = []
        while path is not None:
            path, part = path
            parts.append(part)
        built = _build(self._stream.table.root, document, parts[::-1], text)
        envelope = {key: document[key] for key in self._stream.envelope if key in document}
        return self._decoder.render(dump_text(self._numbers.ours({**envelope, **built})), name)


def _build(node: Node | None, value: Any, parts: list[str | int], text: str) -> Any:
    """Build an event that carries `text` where `parts` lead: selectors and lane numbers are copied, nothing else."""
    if not parts or node is None:
        return text
    part, *rest = parts
    if isinstance(part, int):
        return [_build(node.items, value[part], rest, text)]
    built: dict[str, Any] = {}
    if node.cases and node.selector in value:
        built[node.selector] = value[node.selector]
        node = node.cases.get(value[node.selector], node)
    built.update({name: value[name] for name in node.lane if name in value})
    built[part] = _build(node.keys.get(part) or node.any, value[part], rest, text)
    return built


def _place(value: Any, path: Path = None) -> Path:
    """Return the path of the one empty string in a template."""
    for key, child in value.items():
        found = (path, key) if child == "" else _place(child, (path, key)) if isinstance(child, Mapping) else None
        if found is not None:
            return found
    return None
