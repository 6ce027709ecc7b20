"""Canaries, and the requests that carry them: a unique address and a unique cloud key in every position, many positions a request."""

import json
import re
import secrets
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from app.cli.selftest.positions import Position, Route

_EMAIL: Final = re.compile(rb"c[0-9a-f]{12}@m[0-9a-f]{6}\.example\.com", re.IGNORECASE)
_KEY: Final = re.compile(rb"AKIA[A-Z2-7]{16}", re.IGNORECASE)
_CARD: Final = re.compile(rb"4\d{15}")
_BATCH: Final = 60  # positions in one request at most


class Canary(NamedTuple):
    """Values that stand nowhere else in the world."""

    email: str
    key: str
    card: int

    @classmethod
    def fresh(cls) -> "Canary":
        """Return an address, the id of a cloud key, and a number with a card's checksum."""
        digits = f"4{secrets.randbelow(10**14):014}"
        check = sum(int(d) if i % 2 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(digits)) * 9 % 10
        key = b32encode(secrets.token_bytes(10)).decode()
        return cls(f"c{secrets.token_hex(6)}@m{secrets.token_hex(3)}.example.com", f"AKIA{key}", int(f"{digits}{check}"))

    @property
    def text(self) -> str:
        """A sentence around the canary."""
        return f"Write to {self.email} about {self.key}."

    @property
    def words(self) -> frozenset[bytes]:
        """The canary as `sightings` tells of it."""
        return frozenset({self.email.encode(), self.key.lower().encode(), str(self.card).encode()})

    def forms(self, sort: str) -> Iterator[Any]:
        """Yield what is planted in a position of a sort."""
        if sort == "number":
            yield self.card
        elif sort == "free":
            yield {"a": [self.text, {self.key: self.card}]}
        elif sort == "key":
            yield from ({f"{self.email} {self.key}": 1}, {"unlisted": self.text})
        else:
            yield self.text


def sightings(raw: bytes) -> set[bytes]:
    """Return every canary that stands in bytes: as they are, percent-encoded, or escaped as JSON escapes."""
    text = raw.decode("utf-8", "replace")
    views = (raw, unquote(text).encode(), text.encode().decode("unicode_escape", "replace").encode("utf-8", "replace"))
    return {found.lower() for view in views for pattern in (_EMAIL, _KEY, _CARD) for found in pattern.findall(view)}


@dataclass(frozen=True)
class Planted:
    """One canary in one position."""

    place: str
    canary: Canary = field(repr=False)
    value: Any = field(repr=False)
    position: Position | None = None


@dataclass
class Request:
    """What is sent: the route, what is planted in it, and everything that is not the usual."""

    route: Route
    planted: list[Planted]
    document: Any = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    query: dict[str, str] = field(default_factory=dict, repr=False)
    names: dict[str, str] = field(default_factory=dict, repr=False)
    always: dict[str, Any] = field(default_factory=dict, repr=False)  # what the route wants in every document

    def halves(self) -> list["Request"]:
        """Return the request as two with half of the canaries each, for when one of them has it refused."""
        half = len(self.planted) // 2
        return [self._with(part) for part in (self.planted[:half], self.planted[half:])]

    def _with(self, planted: list[Planted]) -> "Request":
        if any(one.position is not None for one in planted):
            return replace(self, planted=planted, document={**self.always, **packed(self.route, planted).document})
        names = {one.place.partition(" ")[2] for one in planted}  # of headers
        return replace(self, planted=planted, headers={name: text for name, text in self.headers.items() if name in names})


def plants(route: Route, *, every: bool = False) -> Iterator[Planted]:
    """Yield a canary for every position of a route's body, and with `every` for every way to it."""
    for position in route.leaves if every else route.distinct:
        canary = Canary.fresh()
        for value in canary.forms(position.sort):
            place = position.path or "body"
            if position.sort == "key":
                place += ".unlisted" if "unlisted" in value else ".(key)"
            yield Planted(place, canary, value, position)


def packed(route: Route, planted: Sequence[Planted]) -> Request:
    """Return the one request that carries all of them; they are known to go together."""
    document: Any = None
    for one in planted:
        if one.position is not None:
            own = one.position.document(one.value)
            document = own if document is None else merged(document, own)
    return Request(route, list(planted), document)


def batches(route: Route, planted: Iterable[Planted], alone: Callable[[Any], bool]) -> Iterator[Request]:
    """Yield requests that carry them all: together what goes together, and by itself whatever is `alone`."""
    open_: list[tuple[list[Planted], Any]] = []
    for one in planted:
        if one.position is None:
            continue
        own = one.position.document(one.value)
        if not isinstance(own, dict) or alone(own):
            yield packed(route, [one])
            continue
        for place, (members, document) in enumerate(open_):
            if len(members) < _BATCH and (both := merged(document, own)) is not None:
                open_[place] = ([*members, one], both)
                break
        else:
            open_.append(([one], own))
    yield from (Request(route, members, document) for members, document in open_)


def merged(one: Any, other: Any) -> Any:
    """Return a document that is both, lists one after the other; None if they say different things of the same place."""
    if isinstance(one, dict) and isinstance(other, dict):
        both = dict(one)
        for key, value in other.items():
            both[key] = merged(both[key], value) if key in both else value
            if both[key] is None:
                return None
        return both
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    return one if json.dumps(one) == json.dumps(other) else None
