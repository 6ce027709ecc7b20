"""What providers keep for a team (files, responses, threads, ...): whose an id is, and which surrogates stand in what it names.

Teams share a provider's credential, so an id alone would open another team's object. Whoever's answer names an id first, has it;
an id of nobody, or of somebody else, is not found.
"""

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select, text

from app.core.caller import Caller
from app.core.dialect import Keeps
from app.core.segment import Segment
from app.errors import LedgerUnavailable, NotFound
from app.store import tables
from app.store.database import Database
from app.store.generation import Generation, Memory
from app.store.rows import Claim, Keeping
from app.store.writer import Work, Writer

INSIDE: Final = 20_000  # surrogates that one answer may restore; a larger object is restored piece by piece
_REMEMBERED: Final = 100_000
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_ROW: Final = tables.object_.c
# What went into an object: by what made it, by what was added, and whatever the objects hold that were named then.
_INSIDE: Final = """
WITH RECURSIVE went (object, exchange, parents) AS (
    SELECT id, exchange, parents FROM object WHERE team = :team AND provider = :provider
    UNION ALL SELECT object, exchange, parents FROM object_source WHERE team = :team AND provider = :provider
), family (object) AS (
    SELECT unnest(CAST(:ids AS varchar[]))
    UNION SELECT unnest(went.parents) FROM family JOIN went USING (object)
)
SELECT DISTINCT s.surrogate FROM family JOIN went USING (object) JOIN object_surrogate s ON s.exchange = went.exchange AND s.team = :team
"""


class Objects:
    """The objects of one process's exchanges. What it has seen to be a team's own it need not look up."""

    def __init__(self, database: Database, generation: Generation, writer: Writer) -> None:
        """Read through `database`, write through `writer`."""
        self._database = database
        self._generation = generation
        self._writer = writer
        self._own = Memory[tuple[str, str, str], datetime](generation, _REMEMBERED)  # → until when

    async def admit(self, caller: Caller, provider: str, named: Sequence[Segment], now: datetime) -> None:
        """Raise NotFound unless every object that is named is one of the caller's team."""
        own = await self.own(caller, provider, {segment.text for segment in named}, now)
        for segment in named:
            if segment.text not in own:
                raise NotFound(
                    "no object of this team has this id",
                    where=segment.where,
                    hint="Name what was made through this gateway by your team, and is not deleted or expired",
                )

    async def own(self, caller: Caller, provider: str, ids: Collection[str], now: datetime) -> set[str]:
        """Return those ids that are of objects of the caller's team."""
        known = {one for one in ids if (until := self._own.get((caller.team, provider, one))) is not None and now < until}
        missing = [one for one in ids if one not in known]
        if missing:
            since = self._generation.number
            for one, until in await self._database.within(self._read(caller.team, provider, missing, now)):
                known.add(one)
                self._own.put((caller.team, provider, one), until or _LATEST, since)
        return known

    async def _read(self, team: str, provider: str, ids: Sequence[str], now: datetime) -> list[tuple[str, datetime | None]]:
        query = select(_ROW.id, _ROW.expires).where(_ROW.team == team, _ROW.provider == provider, _ROW.id.in_(ids))
        query = query.where(or_(_ROW.expires.is_(None), _ROW.expires > now))
        async with self._database.transaction(team) as connection:
            return [(row.id, row.expires) for row in await connection.execute(query)]

    async def inside(self, caller: Caller, provider: str, ids: Iterable[str], among: Collection[str] | None = None) -> list[str]:
        """Return the surrogates that stand in objects, or those of them that are `among` some."""
        return await self._database.within(self._inside(caller.team, provider, list(ids), among))

    async def _inside(self, team: str, provider: str, ids: Sequence[str], among: Collection[str] | None) -> list[str]:
        query, values = f"{_INSIDE} LIMIT {INSIDE}", {"team": team, "provider": provider, "ids": ids}
        if among is not None:
            query, values = f"{_INSIDE} WHERE s.surrogate = ANY(:among) LIMIT {INSIDE}", {**values, "among": list(among)}
        async with self._database.transaction(team) as connection:
            return list((await connection.execute(text(query), values)).scalars())

    async def claim(self, caller: Caller, provider: str, ids: Collection[str], made: "Made", now: datetime) -> None:
        """Make objects the team's, durably, before anybody hears of them. Without Postgres that is done once it is back."""
        new = [one for one in ids if self._own.get((caller.team, provider, one)) is None]
        if not new:
            return
        until = now + timedelta(days=made.keeps.days) if made.keeps.days else None
        whose = (caller.project, caller.client, made.sort, made.exchange, tuple(made.parents), until)
        claims = [Claim(caller.team, provider, one, *whose) for one in new]
        since = self._generation.number
        claimed = await self._written(Keeping(claims=claims))
        for one in claims:
            if one.name in claimed:
                self._own.put((one.team, provider, one.id), until or _LATEST, since)

    async def end(self, caller: Caller, provider: str, ids: Iterable[str]) -> None:
        """The provider has deleted objects: their ids are nobody's, and what went into them need not be kept."""
        ended = [(caller.team, provider, one) for one in ids]
        for name in ended:
            self._own.drop(name)
        await self._written(Keeping(ended=ended))

    async def _written(self, keeping: Keeping) -> AbstractSet[tuple[str, str]]:
        """Write what the provider has done; without Postgres, once that is back. Return the claims that held."""
        work = Work(keeping=keeping)
        try:
            await self._writer.now(work)
        except LedgerUnavailable:
            self._writer.later(Work(keeping=keeping))
        return work.claimed


class Made:
    """How an object comes to be: the endpoint's word for it, for how long it is kept, the exchange, and the objects that it was made from."""

    __slots__ = ("exchange", "keeps", "parents", "sort")

    def __init__(self, sort: str, keeps: Keeps, exchange: UUID, parents: Collection[str]) -> None:
        """Note what every claim of an exchange shares."""
        self.sort, self.keeps, self.exchange, self.parents = sort, keeps, exchange, parents
