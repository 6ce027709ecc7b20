"""The audit trail as one stream of lines that whoever gets it can verify: by tree, in the order of the leaves, page by page."""

import asyncio
import base64
import contextlib
import hmac
import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from app.control import names
from app.control.actor import INSTALLATION, Actor, Verb, may, reach
from app.control.change import Control, change
from app.control.leaves import Leaf, Rows, ahead
from app.control.wanted import Place, Request
from app.core import export as lines
from app.core.portable import portable, record_of
from app.core.record import RecordKind, encode
from app.crypto.checkpoint import DIRECTORY
from app.crypto.envelope import Context, EnvelopeError, key_id, opening, unseal_with
from app.crypto.export import chained, manifest
from app.crypto.merkle import Gap, cover, leaf_hash
from app.errors import Invalid, NotFound
from app.store import tables, trees
from app.store.signing import Log

PAGE: Final = 1024  # leaves read at once; a power of two, so that a page that is left out is one hash
_LEAF: Final = tables.leaf.c
_RECORD: Final = tables.record.c
_HEAD: Final = tables.checkpoint.c


async def export(control: Control, actor: Actor, request: Request, mark: str | None = None) -> AsyncIterator[bytes]:
    """Return the lines of an export; with `mark`, those after the line that holds it. Raises before the first line, if at all.

    An export covers what is signed when it begins. Raises NotAdmitted, Invalid for a mark of another export, NotFound if
    nothing is signed yet.
    """
    teams = _teams(actor, request)
    log = await control.ledger.signing.log()
    place = await _begin(control, teams) if mark is None else _marked(control, actor, request, mark)
    if request.reason is not None:
        for team, _, _ in place.sizes:
            async with change(control, actor, Verb.AUDIT_REVEAL, "export", team) as step:
                step.kind = RecordKind.REVEAL
                step.details |= {"reason": request.reason, "filter": request.wanted.told}
    return _Export(control, log, actor, request, place, everyone=teams is None).lines(mark)


def _teams(actor: Actor, request: Request) -> list[str] | None:
    """Return the trees that are asked for, None for all. Raises NotAdmitted or Invalid."""
    verb, team = Verb.AUDIT_LOOK if request.reason is None else Verb.AUDIT_REVEAL, request.wanted.team
    if team is not None:
        may(actor, verb, team if team == INSTALLATION else names.check(team, "team"))
        return [team]
    reached = reach(actor, verb)
    return None if reached is None else sorted(reached)


async def _begin(control: Control, teams: Sequence[str] | None) -> Place:
    heads = select(_HEAD.team, _HEAD.size, _HEAD.entry).ext(distinct_on(_HEAD.team)).where(_HEAD.team != DIRECTORY)
    heads = heads.order_by(_HEAD.team, _HEAD.size.desc())
    async with control.transaction() as connection:
        directory = (await connection.execute(select(func.max(_HEAD.size)).where(_HEAD.team == DIRECTORY))).scalar()
        rows = (await connection.execute(heads if teams is None else heads.where(_HEAD.team.in_(teams)))).all()
    found = tuple((row.team, row.size, row.entry) for row in rows)
    if directory is None or not found:
        raise NotFound("nothing is signed yet that could be exported", where="team", hint="A record is signed within seconds; try again")
    return Place(found, max(directory, *(entry + 1 for _, _, entry in found)))


def _marked(control: Control, actor: Actor, request: Request, mark: str) -> Place:
    try:
        raw = base64.b64decode(mark, validate=True)
        sealed, content = raw[:32], raw[32:]
        if hmac.compare_digest(sealed, _seal(control, actor, request, content)):
            found = json.loads(content)
            return Place(**{**found, "sizes": tuple(map(tuple, found["sizes"]))})
    except (ValueError, TypeError, KeyError):
        pass
    raise Invalid("the mark is not one of this export", where="mark", hint="Give the same filter, format and key as before, or start anew")


def _seal(control: Control, actor: Actor, request: Request, content: bytes) -> bytes:
    """Return the keyed hash that binds a mark to its export: nobody can have a manifest signed over lines that were never sent."""
    key = control.keys.keyring.index_key("export")
    about = json.dumps([actor.id, request.form, request.wanted.told, request.reason is not None]).encode()
    return hmac.digest(key, len(about).to_bytes(4, "big") + about + content, "sha256")


Line = tuple[bytes, str, int]  # the line, what it is, how many leaves it tells


Page = tuple[Sequence[Leaf], dict[str, Any], dict[str, tuple[str, Any]]]  # leaves, records by id, what was opened


class _Export:
    """One export under way."""

    def __init__(self, control: Control, log: Log, actor: Actor, request: Request, place: Place, *, everyone: bool) -> None:
        self._control = control
        self._log = log
        self._actor = actor
        self._request = request
        self._place = place
        self._everyone = everyone
        self._rows = Rows(request.wanted)
        self._chain = bytes.fromhex(place.chain)
        self._counts = Counter(place.counts)

    async def lines(self, mark: str | None) -> AsyncIterator[bytes]:
        """Yield the lines in blocks, each of which ends with a mark; those after `mark`, if there is one."""
        if mark is None:
            yield self._told(await self._head())
        else:
            self._told([self._mark_line(mark)])
        for at in range(self._place.tree, len(self._place.sizes)):
            team, size, _ = self._place.sizes[at]
            start = self._place.index if at == self._place.tree else 0
            if not start:
                yield self._told(await self._tree(at))
            async for index, block in self._pages(team, start, size):
                yield await asyncio.to_thread(self._told, block) + self._mark(at, index)
        note = self._log.statement(f"{self._log.name}/export", manifest(self._counts, self._chain))
        yield self._line(lines.MANIFEST, {"note": note})[0]

    def _line(self, kind: str, content: Mapping[str, Any], leaves: int = 0) -> Line:
        return lines.write(self._request.form, kind, content), kind, leaves

    def _told(self, block: Sequence[Line]) -> bytes:
        for line, kind, leaves in block:
            self._chain = chained(self._chain, line)
            self._counts[kind] += leaves
        return b"".join(line for line, _, _ in block)

    def _mark(self, at: int, index: int) -> bytes:
        """Return the line from which the export goes on: it holds the hash of all before it, and its own is added after."""
        counts = {kind: number for kind, number in self._counts.items() if number}
        place = replace(self._place, tree=at, index=index, chain=self._chain.hex(), counts=counts)
        content = json.dumps(asdict(place), separators=(",", ":")).encode()
        mark = base64.b64encode(_seal(self._control, self._actor, self._request, content) + content).decode()
        return self._told([self._mark_line(mark)])

    def _mark_line(self, mark: str) -> Line:
        return self._line(lines.MARK, {"leaves": sum(self._counts.values()), "mark": mark})

    async def _head(self) -> list[Line]:
        header = {
            "version": lines.VERSION,
            "log": self._log.name,
            "keys": [base64.b64encode(public).decode() for public in self._log.publics],
            "filter": self._request.wanted.told,
            "all": self._everyone,
            "leaves": sum(size for _, size, _ in self._place.sizes),
            "directory": await self._note(DIRECTORY, self._place.directory),
        }
        columns = lines.preamble(self._request.form)
        return [self._line(lines.HEADER, header), *([(columns, lines.NAMES, 0)] if columns else [])]

    async def _tree(self, at: int) -> list[Line]:
        team, size, entry = self._place.sizes[at]
        async with self._control.transaction() as connection:
            path = await trees.inclusion_proof(connection, DIRECTORY, entry, self._place.directory)
        steps = [base64.b64encode(step).decode() for step in path]
        return [self._line(lines.TREE, {"team": team, "checkpoint": await self._note(team, size), "entry": entry, "path": steps})]

    async def _note(self, tree: str, size: int) -> str:
        query = select(_HEAD.note).where(_HEAD.team == tree, _HEAD.size == size)
        async with self._control.transaction() as connection:
            return str((await connection.execute(query)).scalar_one())

    async def _pages(self, team: str, start: int, size: int) -> AsyncIterator[tuple[int, list[Line]]]:
        """Yield, page by page, the index that follows and the lines. What lies before and after all that is wanted is not read."""
        first, last = await self._bounds(team, size)
        if start < first:
            yield first, [await self._leap(team, start, first)]
        at = max(start, first)
        reads = (self._read(team, max(begin, at), min(begin + PAGE, last)) for begin in range(at - at % PAGE, last, PAGE) if at < last)
        async with contextlib.aclosing(ahead(reads)) as pages:
            async for leaves, found, opened in pages:
                end = leaves[-1].place + 1
                yield end, await asyncio.to_thread(self._render, leaves, found, opened)
        at = max(at, last)
        if at < size:
            yield size, [await self._leap(team, at, size)]

    async def _bounds(self, team: str, size: int) -> tuple[int, int]:
        """Return the first leaf in the time that is wanted, and the one after the last."""
        wanted = self._request.wanted
        if wanted.since is None and wanted.until is None:
            return 0, size
        within = [_LEAF.at >= wanted.since] if wanted.since is not None else []
        within += [_LEAF.at < wanted.until] if wanted.until is not None else []
        query = select(func.min(_LEAF.index), func.max(_LEAF.index)).where(_LEAF.team == team, _LEAF.index < size, *within)
        async with self._control.database.transaction(team) as connection:
            first, last = (await connection.execute(query)).one()
        return (size, size) if first is None else (first, last + 1)

    async def _leap(self, team: str, start: int, end: int) -> Line:
        parts = list(cover(start, end))
        async with self._control.database.transaction(team) as connection:
            found = await trees.subtrees(connection, team, parts)
        return self._skipped(start, end, [found[part] for part in parts])

    def _skipped(self, start: int, end: int, hashes: Sequence[bytes]) -> Line:
        content = {"start": start, "end": end, "hashes": [base64.b64encode(value).decode() for value in hashes]}
        return self._line(lines.SKIP, content, end - start)

    async def _read(self, team: str, start: int, end: int) -> Page:
        """Return the leaves of a page, the records they are of, and what was sealed in these if that is asked for."""
        async with self._control.database.transaction(team) as connection:
            page, found = await self._rows.read(connection, team, start, end)
            opened = await self._disclosed(connection, team, found) if self._request.reason is not None else {}
        return page, found, opened

    async def _disclosed(self, connection: AsyncConnection, team: str, found: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
        keys = await self._control.keys.of(connection, [row["sealed"] for row in found.values()])
        opened = {}
        for identity, row in found.items():
            try:
                place, key = Context(team, "record", (uuid.UUID(identity),)), keys.get(key_id(row["sealed"]))
                if key is not None and row["wanted"]:
                    dek = opening(key, row["sealed"], place)
                    opened[identity] = (base64.b64encode(dek).decode(), json.loads(unseal_with(dek, row["sealed"], place)))
            except EnvelopeError:
                continue  # it was altered: its leaf says so, too
        return opened

    def _render(self, leaves: Sequence[Leaf], found: Mapping[str, Any], opened: Mapping[str, tuple[str, Any]]) -> list[Line]:
        """Return the lines of a page."""
        out: list[Line] = []
        gap = Gap(leaves[0].place)
        for leaf in leaves:
            row = found.get(leaf.record)
            if row is not None and not row["wanted"]:
                gap.append(leaf.hash)
                continue
            if gap.parts:
                out.append(self._skipped(gap.start, gap.end, [value for _, _, value in gap.parts]))
            gap = Gap(leaf.place + 1)
            place: dict[str, Any] = {"index": leaf.place, "leaf": base64.b64encode(leaf.hash).decode()}
            if row is None or row["at"] != leaf.at:
                out.append(self._line(lines.MISSING, place, 1))
                continue
            if row["leaf_hash"] != leaf.hash:  # the two differ: whoever checks shall see the one that is wrong
                true = leaf_hash(encode(record_of(portable(row))))
                place["leaf"] = base64.b64encode(row["leaf_hash"] if leaf.hash == true else leaf.hash).decode()
            content = {**place, **portable(row)}
            if leaf.record in opened:
                content["opening"], content["contents"] = opened[leaf.record]
            out.append(self._line(lines.RECORD, content, 1))
        if gap.parts:
            out.append(self._skipped(gap.start, gap.end, [value for _, _, value in gap.parts]))
        return out
