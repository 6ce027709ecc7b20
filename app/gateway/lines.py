"""A file of JSON lines, of any length: each line is a document, inspected and protected as the request that it is.

Two passes in constant memory. The first inspects every line and refuses the whole file for one that is refused, before anything is
kept; the second, over what the first has found, writes the vault's rows block by block, and the protected lines.
"""

import asyncio
import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

from app.core.dialect import Endpoint, StandIn, Use
from app.core.document import dump, parse
from app.core.finding import Finding
from app.core.hygiene import cleaned
from app.core.naming import Names, Outbound, scope_of
from app.core.place import Place
from app.core.policy import Policy, Verdict
from app.core.segment import Segment, segments
from app.core.surrogate import Original
from app.core.table import Kind, Table
from app.core.wish import Wish
from app.engine import constraints
from app.engine.inspect import check_grammar, own_surrogates
from app.engine.protect import INSTEAD, protect
from app.errors import BadDocument, Refused
from app.gateway.inspection import Inspection
from app.gateway.keeping import Kept
from app.gateway.routes import Target, match
from app.gateway.shelf import Shelf
from app.store.entry import Exchange
from app.store.ledger import Ledger
from app.store.objects import Objects
from app.store.rows import Keeping
from app.store.vault import Vault

LONGEST: Final = 32 << 20  # bytes of one line
BLOCK: Final = 256  # lines whose vault rows are written together, or as many as hold
_BLOCK_BYTES: Final = 1 << 20
_AHEAD: Final = 4  # lines that are inspected side by side, so that no inspection process waits for the next
_ENVELOPE: Final = Table({"method": Kind.FUNCTIONAL, "url": Kind.FUNCTIONAL})  # `custom_id` is the caller's own word: text
_FREE: Final = Table({"line": Kind.FREE})
_ROUTES_HINT: Final = "Name a route of docs/coverage.md that takes JSON"
Recalled = Mapping[str, tuple[str, Original]]


@dataclass(frozen=True)
class Ground:
    """What the lines of a file share with the request that brings them."""

    inspection: Inspection
    vault: Vault
    ledger: Ledger
    objects: Objects
    entry: Exchange
    policy: Policy
    target: Target
    wish: Wish
    kept: Kept | None


class _Piece(NamedTuple):
    """One document of a line: what it is a request of, if it is one, and the table by which it is read."""

    document: dict[str, Any]
    table: Table
    conversation: str = ""
    endpoint: Endpoint | None = None


class _Decided(NamedTuple):
    """A piece, decided."""

    piece: _Piece
    found: Sequence[Segment]
    verdict: Verdict
    recalled: Recalled


@dataclass
class _Block:
    """Lines that are protected together, under names of one scope."""

    scope: str = ""
    lines: list[list[_Decided]] = field(default_factory=list)
    size: int = 0


class Lines:
    """The lines of one file. `use` is set once the form has said what the file is for."""

    def __init__(self, shelf: Shelf, where: str) -> None:
        """Read from `shelf`; faults are told as those of the part `where`."""
        self._shelf, self._where = shelf, where
        self._found = Shelf()
        self.out = Shelf()
        self.use = Use()
        self.counts: Counter[str] = Counter()
        self.actions: Counter[str] = Counter()

    def close(self) -> None:
        """Let go of what was found and made."""
        self._found.close()
        self.out.close()

    async def decide(self, ground: Ground, verdict: Verdict) -> Verdict:
        """Inspect every line; return the request's verdict with the lines' counts. Raises what refuses one, with its number."""
        number = 0
        ahead: deque[tuple[int, int, asyncio.Task[list[_Decided]]]] = deque()
        try:
            async for number, line in self._numbered():
                task = asyncio.ensure_future(self._decided(ground, line, None))
                ahead.append((number, len(line), task))
                while len(ahead) > _AHEAD or sum(size for _, size, _ in ahead) > _BLOCK_BYTES:
                    await self._settled(ahead.popleft())
            while ahead:
                await self._settled(ahead.popleft())
        finally:
            for _, _, task in ahead:
                task.cancel()
            await asyncio.gather(*(task for _, _, task in ahead), return_exceptions=True)
        if self.use.requests and not number:
            raise BadDocument("the file holds no line", where=self._where, hint="Send one request a line")
        counts = dict(sorted((Counter(verdict.counts) + self.counts).items()))
        return replace(verdict, counts=counts, elsewhere=dict(self.actions))

    async def _settled(self, line: tuple[int, int, asyncio.Task[list[_Decided]]]) -> None:
        """Take what was found in the next line. Raises what refuses it, with its number."""
        number, _, task = line
        try:
            pieces = await task
        except Refused as error:
            raise _at(error, f"{self._where} line {number}") from None
        for decided in pieces:
            self.counts.update(decided.verdict.counts)
            self.actions.update(decided.verdict.actions)
        await self._found.write(_frame(pieces))

    async def protect(self, ground: Ground) -> None:
        """Write the protected lines to `out`, and the vault's rows that undo them. Raises LedgerUnavailable: then nothing may be sent."""
        block = _Block()
        findings = self._found.lines(LONGEST * 8)
        async for _, line in self._numbered():
            known = json.loads(await anext(findings))
            decided = await self._decided(ground, line, known)
            scope = _scope(ground, decided)
            if block.lines and (scope not in {"", block.scope} or len(block.lines) == BLOCK or block.size > _BLOCK_BYTES):
                await self._flush(ground, block)
                block = _Block()
            block.scope = block.scope or scope
            block.lines.append(decided)
            block.size += len(line)
        if block.lines:
            await self._flush(ground, block)

    async def _numbered(self) -> AsyncIterator[tuple[int, bytes]]:
        number = 0
        try:
            async for line in self._shelf.lines(LONGEST):
                number += 1
                yield number, line
        except ValueError:
            raise BadDocument("a line is too long", where=f"{self._where} line {number + 1}", hint="Send one document a line") from None

    async def _decided(self, ground: Ground, line: bytes, known: Any) -> list[_Decided]:
        """Decide over a line: what is found in it is looked for, unless that is `known` from the first pass."""
        decided: list[_Decided] = []
        if not line.strip():
            return decided
        for place, piece in enumerate(self._pieces(ground, line)):
            found = segments(piece.document, piece.table)
            own = own_surrogates(found, realistic=ground.policy.realistic)
            recalled = await ground.vault.recall(
                ground.entry.caller, own, ground.entry.at, ground.policy.document.reach(ground.entry.caller.client)
            )
            if known is None:
                findings = await self._inspected(ground, piece, found, recalled)
            else:
                findings = [[Finding(*one) for one in row] for row in known[place]]
            verdict = self._verdict(ground, piece, found, findings)
            if known is None:
                verdict.enforce()
                if piece.endpoint is not None:
                    constraints.check(piece.endpoint, piece.document, found, verdict)
            decided.append(_Decided(piece, found, verdict, recalled))
        return decided

    def _pieces(self, ground: Ground, line: bytes) -> list[_Piece]:
        document = parse(line)
        if not self.use.requests:
            return [_Piece({"line": document}, _FREE)]
        if not isinstance(document, dict) or not isinstance(document.get("body"), dict):
            raise BadDocument("it is no request", hint="A line is an object with custom_id, method, url and body")
        url = document.get("url")
        endpoint, names = match(ground.target.dialect.name, "POST", url) if isinstance(url, str) else (None, {})
        if endpoint is None or names or endpoint.form is not None:
            raise BadDocument("it names a route that is not inspected", where="url", hint=_ROUTES_HINT)
        model = document["body"].get("model")
        ground.policy.admit(model if isinstance(model, str) else "")
        body = cleaned(document["body"], ground.policy.document.hygiene, endpoint)
        return [
            _Piece({key: value for key, value in document.items() if key != "body"}, _ENVELOPE),
            _Piece(body, endpoint.request, endpoint.conversation, endpoint),
        ]

    async def _inspected(self, ground: Ground, piece: _Piece, found: Sequence[Segment], recalled: Recalled) -> list[list[Finding]]:
        named = [segment for segment in found if segment.kind is Kind.OBJECT and segment.text]
        if named:
            for segment in named:
                check_grammar(segment)
            await ground.objects.admit(ground.entry.caller, ground.entry.provider, named, ground.entry.at)
        findings = await ground.inspection.findings(found, ground.policy, recalled, piece.conversation)
        return await ground.vault.excuse_signed(ground.entry.caller.team, found, findings)

    def _verdict(self, ground: Ground, piece: _Piece, found: Sequence[Segment], findings: Sequence[Sequence[Finding]]) -> Verdict:
        model = piece.document.get("model")
        name = piece.endpoint.name if piece.endpoint else ground.entry.endpoint
        place = Place(ground.entry.provider, name, model if isinstance(model, str) else "")
        stand_in = self.use.stand_in if self.use.stand_in is not StandIn.POLICY or piece.endpoint is None else piece.endpoint.stand_in
        return ground.policy.decide(found, findings, ground.entry.at, place, piece.document, ground.wish, INSTEAD.get(stand_in))

    async def _flush(self, ground: Ground, block: _Block) -> None:
        """Protect a block, make its originals durable, and put its lines out."""

        def apply(names: Names) -> Outbound:
            outs = [[_protected(one, names) for one in line] for line in block.lines]
            issued = {one.text: one for line in outs for out in line for one in out.issued}
            return Outbound([[out.document for out in line] for line in outs], tuple(issued.values()))

        recalled = {text for line in block.lines for one in line for text in one.recalled}
        keeping = partial(_keeping, ground.entry, recalled) if ground.kept and ground.kept.makes else None
        outbound = await ground.ledger.deposit(ground.entry, apply, ground.inspection.identity, block.scope or "team", keeping)
        await self.out.write(b"".join(self._line(documents) + b"\n" for documents in outbound.document))

    def _line(self, documents: Sequence[dict[str, Any]]) -> bytes:
        if not documents:
            return b""
        if not self.use.requests:
            return dump(documents[0]["line"])
        envelope, body = documents
        return dump({**envelope, "body": body})


def _frame(pieces: Sequence[_Decided]) -> bytes:
    """Return what was found in a line, as the second pass reads it."""
    rows = [
        [[(f.start, f.end, f.entity, f.score, f.detector, f.checked) for f, _ in row] for row in one.verdict.decisions] for one in pieces
    ]
    return json.dumps(rows).encode() + b"\n"


def _protected(one: _Decided, names: Names) -> Outbound:
    return protect(one.piece.document, one.piece.table, one.found, one.verdict, names, one.recalled, one.piece.conversation)


def _keeping(entry: Exchange, recalled: set[str], outbound: Outbound) -> Keeping:
    texts = {*recalled, *(issued.text for issued in outbound.issued)}
    return Keeping(inside=[(entry.caller.team, entry.id, text) for text in texts])


def _scope(ground: Ground, decided: Sequence[_Decided]) -> str:
    """Return whose names a line takes; nothing for an empty one. What no endpoint reads is kept and compared: names that last."""
    if not decided:
        return ""
    endpoint = decided[-1].piece.endpoint
    lasting = endpoint.lasting if endpoint is not None else True
    return _scoped(ground.entry.caller, ground.entry.user_index, ground.policy.document.scope, lasting)


@lru_cache(maxsize=256)
def _scoped(caller: Any, user_index: bytes, share: str, lasting: bool) -> str:
    return scope_of(caller, user_index, share, lasting=lasting)


def _at(error: Refused, where: str) -> Refused:
    """Return the same refusal, said of a line."""
    return type(error)(error.message, where=f"{where}: {error.where}" if error.where else where, hint=error.hint)
