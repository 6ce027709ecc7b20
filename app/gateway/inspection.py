"""Inspect a document: grammar, attachments, the cache by content, detectors off the event loop, the conversation's own values."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial
from typing import Final

from app.config import Settings
from app.core import attachment, hygiene, metrics
from app.core.finding import ENTITIES, SECRET, Detector, Finding
from app.core.metrics import Metrics
from app.core.policy import Policy
from app.core.segment import Segment
from app.core.surrogate import Original
from app.core.table import Kind
from app.detectors.terms import term_detector
from app.engine import inspect as engine
from app.engine.catalogue import detectors
from app.engine.languages import languages, read
from app.engine.scan import Scanner
from app.engine.views import undisguised
from app.gateway.cache import ContentCache, SpanCache, TurnCache
from app.gateway.pool import Pool

_SPOKEN: Final = 4 << 20  # bytes, of which languages texts are in


class Inspection:
    """The detectors of one worker, which look in the pool, and a team's own terms, which are looked for here."""

    def __init__(self, settings: Settings, pool: Pool, count: Metrics | None = None) -> None:
        """Ask `pool` about new text."""
        self._count = count or Metrics()
        self._settings = settings
        self._pool = pool
        self._cache, self._turns = SpanCache(), TurnCache()
        self._spoken = ContentCache[frozenset[str]](_SPOKEN)
        self._terms: dict[str, Scanner | None] = {}
        self.identity = lru_cache(maxsize=16_384)(self._identity)
        self._identities: Mapping[str, Detector] = {p.entity: d for d in detectors() for p in d.patterns}

    def _identity(self, entity: str, value: str) -> str:
        """Return what every form of a value shares, a disguised one with the plain one."""
        known, detector, value = ENTITIES.get(entity), self._identities.get(entity), undisguised(value)
        if known is not None and known.sensitivity == SECRET:
            return value  # two keys that differ in case are two keys
        return detector.identity(value) if detector else " ".join(value.casefold().split())

    @property
    def version(self) -> str:
        """Which detectors look, a team's own terms aside."""
        return self._pool.version

    def spoken(self, segments: Sequence[Segment]) -> frozenset[str]:
        """Return the languages of a document, each of its texts by itself."""
        found: set[str] = set()
        for text in read(segments):
            address = self._spoken.address(b"", text)
            known = self._spoken.get(address)
            if known is None:
                known = languages(text)
                self._spoken.put(address, known)
            found |= known
        return frozenset(found)

    async def findings(
        self,
        segments: Sequence[Segment],
        policy: Policy,
        recalled: Mapping[str, tuple[str, Original]],
        conversation: str,
        before: Mapping[str, tuple[str, Original]] = engine.NOTHING,
    ) -> list[list[Finding]]:
        """Return the findings of each segment. Raises what refuses the document, or DetectorUnavailable."""
        for segment in segments:
            if segment.kind is Kind.FILE:
                attachment.admit(segment, policy.document)
            else:
                engine.check_grammar(segment)
        texts = {engine.view(segment)[0] for segment in segments if segment.kind is not Kind.OBJECT}  # those were told by the provider
        texts.update(joined for _, joined in engine.neighbours(segments, conversation))
        scanned = await self._scan(texts)
        terms = self._term_scanner(policy)
        if terms is not None:
            named = await self._cached(texts, terms.version, partial(self._here, terms))
            scanned = {text: [*found, *named[text]] if named[text] else found for text, found in scanned.items()}
        memory = self._turns.begin(f"{self.version} {terms.version if terms else ''}")
        found = engine.assemble(segments, scanned, recalled, conversation, before, memory)
        return hygiene.named(segments, found, policy.document.hygiene)

    async def _scan(self, texts: AbstractSet[str]) -> dict[str, Sequence[Finding]]:
        known = len(texts)
        began = time.perf_counter()

        async def scan(new: Sequence[str]) -> Sequence[Sequence[Finding]]:
            nonlocal known
            known -= len(new)
            return await self._pool.scan(new)

        scanned = await self._cached(texts, self.version, scan)
        self._count.add(metrics.CACHED, "yes", by=known)
        if known < len(texts):
            self._count.add(metrics.CACHED, "no", by=len(texts) - known)
            self._count.observe(metrics.INSPECTION, seconds=time.perf_counter() - began)
        return scanned

    async def _here(self, terms: Scanner, new: Sequence[str]) -> Sequence[Sequence[Finding]]:
        """Look for a team's terms: in this thread if that is quick, for they are patterns alone."""
        if sum(map(len, new)) <= self._settings.inspect_inline:
            return [terms.scan(text) for text in new]
        return await asyncio.to_thread(lambda: [terms.scan(text) for text in new])

    async def _cached(
        self, texts: AbstractSet[str], version: str, scan: Callable[[Sequence[str]], Awaitable[Sequence[Sequence[Finding]]]]
    ) -> dict[str, Sequence[Finding]]:
        """Return the findings of every text by the detectors of `version`; `scan` is asked for those that are new."""
        known: dict[str, Sequence[Finding]] = {}
        missing: dict[str, bytes] = {}
        for text in texts:
            address = self._cache.address(version.encode(), text)
            spans = self._cache.get(address)
            if spans is None:
                missing[text] = address
            else:
                known[text] = spans
        if missing:
            new = list(missing)
            for text, result in zip(new, await scan(new), strict=True):
                self._cache.put(missing[text], result)
                known[text] = result
        return known

    def _term_scanner(self, policy: Policy) -> Scanner | None:
        """A team's own terms: a scanner of their own, so that a new word does not compile everything anew."""
        if not policy.document.terms:
            return None
        if policy.version not in self._terms:
            if len(self._terms) > 1000:  # noqa: PLR2004
                self._terms.clear()
            detectors = [term_detector(term.name, term.texts, term.pattern) for term in policy.document.terms]
            self._terms[policy.version] = Scanner(detectors)
        return self._terms[policy.version]
