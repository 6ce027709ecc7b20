"""What an exchange has to do with the objects that a provider keeps: those it names, those it makes, and what goes into them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.caller import Reach
from app.core.dialect import Endpoint, Keeps
from app.core.naming import Outbound
from app.core.segment import Segment, segments
from app.core.surrogate import Original, well_formed
from app.core.table import Kind
from app.engine.inspect import check_grammar
from app.gateway.routes import Target
from app.store.entry import Exchange
from app.store.objects import INSIDE, Made, Objects
from app.store.rows import Keeping, Source
from app.store.vault import Vault

_NOT_KEPT = Keeps()


@dataclass(frozen=True)
class Kept:
    """The objects of one exchange. `before` are the originals that stand in those it names, as far as this caller may have them."""

    objects: Objects
    entry: Exchange
    endpoint: Endpoint
    named: tuple[str, ...]
    into: tuple[str, ...]
    makes: bool
    before: Mapping[str, tuple[str, Original]] = field(repr=False)
    vault: Vault
    reach: Reach
    whole: bool  # whether `before` is all

    def keeping(self, outbound: Outbound, recalled: Collection[str]) -> Keeping | None:
        """Return what is to be written before anything leaves: what goes where, and which surrogates stand in it."""
        if not self.makes and not self.into:
            return None
        team, provider, exchange = self.entry.caller.team, self.entry.provider, self.entry.id
        texts = {*(issued.text for issued in outbound.issued), *recalled}
        sources = [Source(team, provider, one, exchange, tuple(other for other in self.named if other != one)) for one in self.into]
        if not sources and not texts:
            return None
        return Keeping(sources=sources, inside=[(team, exchange, text) for text in texts])

    async def claim(self, ids: Collection[str], now: datetime) -> None:
        """Make what an answer names the team's."""
        entry = self.entry
        made = Made(self.endpoint.name, self.endpoint.keeps or _NOT_KEPT, entry.id, self.named)
        await self.objects.claim(entry.caller, entry.provider, ids, made, now)

    async def within(self, text: str, now: datetime) -> Mapping[str, tuple[str, Original]]:
        """Return the originals of what stands in a piece of an object: by what went into it, however much that was."""
        if self.whole:
            return self.before
        entry, standing = self.entry, {found.text for found in well_formed(text)}
        inside = await self.objects.inside(entry.caller, entry.provider, self.named, standing) if standing else []
        return await self.vault.recall(entry.caller, inside, now, self.reach) if inside else {}

    async def own(self, ids: Collection[str], now: datetime) -> set[str]:
        """Return those ids that are the team's."""
        return await self.objects.own(self.entry.caller, self.entry.provider, ids, now)

    async def end(self) -> str | None:
        """The provider has deleted what the path names last; return its id."""
        if self.endpoint.method != "DELETE" or self.endpoint.detaches or not self.named:
            return None
        await self.objects.end(self.entry.caller, self.entry.provider, self.named[-1:])
        return self.named[-1]


async def kept(
    objects: Objects,
    vault: Vault,
    entry: Exchange,
    target: Target,
    document: Mapping[str, Any],
    found: Sequence[Segment],
    reach: Reach,
) -> Kept | None:
    """Return an exchange's objects; None where the provider keeps nothing of it and it names nothing. Raises NotFound for what is not the team's."""
    endpoint = target.endpoint
    assert endpoint is not None  # noqa: S101 - probes have none
    named = [segment for segment in found if segment.kind is Kind.OBJECT and segment.text]
    makes = endpoint.keeps is not None and endpoint.keeps.keeps(document)
    if not named and not makes and endpoint.listed is None:
        return None
    for segment in named:
        check_grammar(segment)
    caller, provider, now = entry.caller, entry.provider, entry.at
    await objects.admit(caller, provider, named, now)
    ids = tuple(dict.fromkeys(segment.text for segment in named))
    inside = await objects.inside(caller, provider, ids) if ids else []
    before = await vault.recall(caller, inside, now, reach) if inside else {}
    into = _into(endpoint, target, document)
    return Kept(objects, entry, endpoint, ids, into, makes, before, vault, reach, len(inside) < INSIDE)


def _into(endpoint: Endpoint, target: Target, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the objects into which a request puts something: those of its path, and those of root keys that say so."""
    if endpoint.keeps is None or not document:
        return ()
    paths = [name for key, name in target.names.items() if key.endswith("_id")]
    roots = {key: document[key] for key in endpoint.keeps.into if key in document}
    return tuple(dict.fromkeys([*paths, *(one.text for one in segments(roots, endpoint.request) if one.kind is Kind.OBJECT and one.text)]))
