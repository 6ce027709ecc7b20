"""Inspect a document: grammar, attachments, the cache by content, detectors off the event loop, the conversation's own values."""

import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from app.config import Settings
from app.core import metrics
from app.core.finding import Detector, Finding
from app.core.metrics import Metrics
from app.core.policy import Policy
from app.core.segment import Segment
from app.core.surrogate import Original
from app.core.table import Kind
from app.detectors.terms import term_detector
from app.engine import inspect as engine
from app.engine.catalogue import detectors
from app.engine.scan import Scanner
from app.gateway.pool import Pool

CACHED_TEXTS: Final = 50_000


class SpanCache:
    """Findings by content: a keyed hash of text and detectors maps to spans, never to text. Bounded, least recently used out."""

    def __init__(self, limit: int = CACHED_TEXTS) -> None:
        """Hold at most `limit` texts; the hash key lives and dies with the process."""
        self._limit = limit
        self._key = os.urandom(32)
        self._spans: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()

    def address(self, version: bytes, text: str) -> bytes:
        """Return the key of `text` as seen by the detectors of `version`."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20, key=self._key, salt=version[:16]).digest()

    def get(self, address: bytes) -> tuple[Finding, ...] | None:
        """Return what is known, and remember that it was asked for."""
        spans = self._spans.get(address)
        if spans is not None:
            self._spans.move_to_end(address)
        return spans

    def put(self, address: bytes, spans: Sequence[Finding]) -> None:
        """Remember."""
        self._spans[address] = tuple(spans)
        if len(self._spans) > self._limit:
            self._spans.popitem(last=False)


class Inspection:
    """The detectors of one worker: in itself for short new text, in the pool for the rest."""

    def __init__(self, settings: Settings, pool: Pool, count: Metrics | None = None) -> None:
        """Build the scanner of the built-in detectors; own modules live in the pool alone."""
        self._count = count or Metrics()
        self._settings = settings
        self._pool = pool
        self._cache = SpanCache()
        self._scanner = Scanner(detectors())
        self._inline = self._scanner.inline and not settings.detectors
        self._terms: dict[str, Scanner | None] = {}
        self.identity = lru_cache(maxsize=16_384)(self._identity)
        self._identities: Mapping[str, Detector] = {p.entity: d for d in detectors() for p in d.patterns}

    def _identity(self, entity: str, value: str) -> str:
        """Return what every form of a value shares."""
        detector = self._identities.get(entity)
        return detector.identity(value) if detector else " ".join(value.casefold().split())

    async def findings(
        self,
        segments: Sequence[Segment],
        policy: Policy,
        recalled: Mapping[str, tuple[str, Original]],
        conversation: str,
    ) -> list[list[Finding]]:
        """Return the findings of each segment. Raises what refuses the document, or DetectorUnavailable."""
        for segment in segments:
            if segment.kind is Kind.FILE:
                policy.attachment(segment)
            else:
                engine.check_grammar(segment)
        texts = {engine.view(segment)[0] for segment in segments}
        texts.update(joined for _, joined in engine.neighbours(segments, conversation))
        scanned = await self._scan(texts)
        terms = self._term_scanner(policy)
        if terms is not None:
            scanned = {text: [*found, *terms.scan(text)] for text, found in scanned.items()}
        return engine.assemble(segments, scanned, recalled, conversation)

    async def _scan(self, texts: set[str]) -> dict[str, Sequence[Finding]]:
        version = (self._scanner.version if self._inline else self._pool.version).encode()
        known: dict[str, Sequence[Finding]] = {}
        missing: dict[str, bytes] = {}
        for text in texts:
            address = self._cache.address(version, text)
            spans = self._cache.get(address)
            if spans is None:
                missing[text] = address
            else:
                known[text] = spans
        self._count.add(metrics.CACHED, "yes", by=len(known))
        if not missing:
            return known
        self._count.add(metrics.CACHED, "no", by=len(missing))
        new = list(missing)
        began = time.perf_counter()
        here = self._inline and sum(map(len, new)) <= self._settings.inspect_inline
        if here:
            results: Sequence[Sequence[Finding]] = [self._scanner.scan(text) for text in new]
        else:
            results = await self._pool.scan(new)
        self._count.observe(metrics.INSPECTION, "worker" if here else "pool", seconds=time.perf_counter() - began)
        for text, result in zip(new, results, strict=True):
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
