"""What the writer writes about the objects that providers keep: the rows, the statement and its parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.store import arrays


@dataclass(frozen=True, slots=True)
class Claim:
    """An object that a provider keeps is a team's from now on, unless it is somebody's already: what made it, and from what."""

    team: str
    provider: str
    id: str
    project: str
    client: str
    sort: str
    exchange: UUID
    parents: tuple[str, ...] = ()
    expires: datetime | None = None

    @property
    def name(self) -> tuple[str, str]:
        """Whose it would be, and what: as OBJECTS tells which claims held."""
        return self.team, f"{self.provider} {self.id}"


@dataclass(frozen=True, slots=True)
class Source:
    """What an exchange sends goes into an object that stands already, and with it what the other objects hold that it names."""

    team: str
    provider: str
    object: str
    exchange: UUID
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keeping:
    """What an exchange, or its end, changes about objects: `inside` are (team, exchange, surrogate), `ended` (team, provider, id)."""

    claims: Sequence[Claim] = ()
    sources: Sequence[Source] = ()
    inside: Sequence[tuple[str, UUID, str]] = ()
    ended: Sequence[tuple[str, str, str]] = ()


OBJECTS = """
WITH claimed AS (
    INSERT INTO object (team, provider, id, project, client, sort, exchange, parents, expires)
    SELECT team, provider, id, project, client, sort, exchange, string_to_array(parents, ' '), expires
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::timestamptz[])
        AS c(team, provider, id, project, client, sort, exchange, parents, expires)
    ON CONFLICT DO NOTHING RETURNING team, provider || ' ' || id AS object
), sources AS (
    INSERT INTO object_source (team, provider, object, exchange, parents)
    SELECT team, provider, object, exchange, string_to_array(parents, ' ')
    FROM unnest($10::text[], $11::text[], $12::text[], $13::uuid[], $14::text[]) AS s(team, provider, object, exchange, parents)
    ON CONFLICT DO NOTHING
), inside AS (
    INSERT INTO object_surrogate (team, exchange, surrogate) SELECT * FROM unnest($15::text[], $16::uuid[], $17::text[])
    ON CONFLICT DO NOTHING
), ended AS (
    DELETE FROM object USING unnest($18::text[], $19::text[], $20::text[]) AS e(team, provider, id)
    WHERE object.team = e.team AND object.provider = e.provider AND object.id = e.id
), dry AS (
    DELETE FROM object_source USING unnest($18::text[], $19::text[], $20::text[]) AS e(team, provider, id)
    WHERE object_source.team = e.team AND object_source.provider = e.provider AND object_source.object = e.id
)
SELECT team, object FROM claimed
"""


def of_keeping(parts: Sequence[Keeping]) -> list[bytes]:
    """Return the parameters of OBJECTS. Ids hold no space: their grammar is narrower."""
    # Sorted, like deposits: two processes must not wait for each other.
    claims = sorted((one for part in parts for one in part.claims), key=lambda c: (c.provider, c.id))
    sources = sorted((one for part in parts for one in part.sources), key=lambda s: (s.provider, s.object))
    inside = sorted({one for part in parts for one in part.inside})
    ended = sorted({one for part in parts for one in part.ended})
    return [
        *(arrays.texts([getattr(c, name) for c in claims]) for name in ("team", "provider", "id", "project", "client", "sort")),
        arrays.uuids([c.exchange for c in claims]),
        arrays.texts([" ".join(c.parents) for c in claims]),
        arrays.moments([c.expires for c in claims]),
        *(arrays.texts([getattr(s, name) for s in sources]) for name in ("team", "provider", "object")),
        arrays.uuids([s.exchange for s in sources]),
        arrays.texts([" ".join(s.parents) for s in sources]),
        arrays.texts([team for team, _, _ in inside]),
        arrays.uuids([exchange for _, exchange, _ in inside]),
        arrays.texts([surrogate for _, _, surrogate in inside]),
        *(arrays.texts([row[place] for row in ended]) for place in range(3)),
    ]
