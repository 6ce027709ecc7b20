"""From segments to findings: what to scan, and what the conversation already knows.

Pure: scanning itself is the Scanner's, run inline or in a worker process by the gateway. Order is the conversation's: what is
found in a segment is looked for in every later one, so a value that an earlier turn hid cannot slip through a later one
(prefix law), and a restored answer that comes back as history becomes the surrogates it was (replay law).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Final

from app.core.finding import Finding
from app.core.segment import Form, Segment
from app.core.surrogate import Original, Reader, well_formed
from app.core.table import Kind
from app.errors import BadDocument
from app.transforms.realistic import candidates

MIN_KNOWN: Final = 5  # characters; shorter values are too common to be looked for literally
CONVERSATION: Final = "conversation"

_WORD: Final = re.compile(r"[a-z][a-z0-9_.:-]{0,79}|\d{1,4}[a-z]{0,2}")  # `high`, `web_search_20250305`, `24h`
_FUNCTIONAL: Final = re.compile(r"[^\x00-\x1f\x7f]{0,2048}")
_OPAQUE: Final = re.compile(r"[A-Za-z0-9+/=_-]*")
_PLURAL: Final = re.compile(r"[sS](?![^\W_])")
_GRAMMAR: Final = {Kind.ENUM: _WORD, Kind.FUNCTIONAL: _FUNCTIONAL, Kind.OPAQUE: _OPAQUE}
_INSPECTED: Final = frozenset({Kind.TEXT, Kind.JSON, Kind.FREE})


def conversation_order(segments: Sequence[Segment], conversation: str) -> list[int]:
    """Return segment indices in the order in which the model meets them: everything else first, then the turns."""
    later = [_root(segment) == conversation for segment in segments]
    return [i for i, late in enumerate(later) if not late] + [i for i, late in enumerate(later) if late]


def _root(segment: Segment) -> str | int:
    path = segment.path
    part: str | int = ""
    while path is not None:
        path, part = path
    return part


def check_grammar(segment: Segment) -> None:
    """Raise BadDocument if an exempt field leaves its shape, or something stands where nothing may."""
    if segment.kind is Kind.REFUSED and segment.text:
        raise BadDocument(
            "what the provider keeps beyond one answer is not served yet",
            where=segment.where,
            hint="Leave the field out, and send what it stands for in the request itself",
        )
    if segment.kind is Kind.PROSE:  # what is left of it: prose that is text has become TEXT
        raise BadDocument("numbers stand for text, and nobody can inspect them", where=segment.where, hint="Send text instead of tokens")
    if segment.kind in _GRAMMAR and segment.form is Form.STRING and not _fits(segment.kind, segment.text):
        raise BadDocument(
            f"the {segment.kind.value} field is not of its form", where=segment.where, hint="Send a word of the provider's protocol here"
        )


@lru_cache(maxsize=4096)  # the same few words of a protocol stand in every request
def _fits(kind: Kind, text: str) -> bool:
    return not text or _GRAMMAR[kind].fullmatch(text) is not None


def view(segment: Segment) -> tuple[str, int]:
    """Return the text a detector sees and the offset of the segment in it: a free-form value stands behind its key."""
    if segment.label and segment.kind is Kind.FREE:
        head = f'{segment.label}: "'
        return f'{head}{segment.text}"', len(head)
    return segment.text, 0


def neighbours(segments: Sequence[Segment], conversation: str) -> list[tuple[list[int], str]]:
    """Return runs of text parts that stand side by side in one list, with their joined text: values split over parts.

    The turns of the conversation are no parts of one text: they are said one after the other.
    """
    runs: dict[tuple[int, object], list[int]] = {}
    for index, segment in enumerate(segments):
        path = segment.path
        holder = path and path[0] and path[0][0]
        if path and holder and segment.kind is Kind.TEXT and segment.form is Form.STRING and holder != (None, conversation):
            runs.setdefault((id(holder), path[1]), []).append(index)  # whatever else a part holds does not part them
    return [(run, "".join(segments[i].text for i in run)) for run in runs.values() if len(run) > 1]


def own_surrogates(segments: Sequence[Segment], *, realistic: bool = False) -> set[str]:
    """Return what stands in the document and could be ours: well-formed surrogates and, if asked, realistic stand-ins. The vault knows."""
    texts = [segment.text for segment in segments if segment.kind in _INSPECTED]
    own = {found.text for text in texts for found in well_formed(text)}
    return own.union(*map(candidates, texts)) if realistic else own


def entity_of(fake: str) -> str:
    """Return the entity of a realistic stand-in, whose text does not name it."""
    return candidates(fake)[fake]


def assemble(
    segments: Sequence[Segment],
    scanned: Mapping[str, Sequence[Finding]],
    recalled: Mapping[str, tuple[str, Original]],
    conversation: str,
) -> list[list[Finding]]:
    """Return the findings of each segment.

    `scanned` maps every view (and joined run) to its findings; `recalled` maps the surrogates in the document that this caller
    may restore to (entity, original), and realistic stand-ins to ("", original). Those are matched before what detectors found.
    """
    found: list[list[Finding]] = [_own(segment, scanned) for segment in segments]
    for run, joined in neighbours(segments, conversation):
        _split(run, segments, scanned[joined], found)
    known: dict[str, Finding] = {}
    fakes = Reader(text for text, (entity, _) in recalled.items() if not entity)  # the text of these does not name the entity
    for index in conversation_order(segments, conversation):
        segment = segments[index]
        if segment.kind not in _INSPECTED:
            continue
        text = segment.text
        spans = [*(s for s in well_formed(text) if s.text in recalled), *fakes.read(text)] if recalled else []
        if spans:
            found[index] = [f for f in found[index] if not any(f.start < s.end and s.start < f.end for s in spans)]
        if known:
            found[index] += _literally(text, known, spans)
        for finding in found[index]:
            if finding.end - finding.start >= MIN_KNOWN:
                known.setdefault(text[finding.start : finding.end], finding)
        for span in spans:
            entity, original = recalled[span.text]
            entity = entity or entity_of(span.text)
            if len(original.text) >= MIN_KNOWN:
                known.setdefault(original.text, Finding(0, 0, entity, 1.0, CONVERSATION, checked=True))
    return found


def _own(segment: Segment, scanned: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    text, offset = view(segment)
    findings = scanned.get(text, ())
    if not offset:
        return list(findings)
    end = len(segment.text)
    shifted = (f.at(f.start - offset, f.end - offset) for f in findings)
    return [f for f in shifted if f.start >= 0 and f.end <= end]


def _split(run: list[int], segments: Sequence[Segment], joined: Sequence[Finding], found: list[list[Finding]]) -> None:
    """Give each part its piece of a finding that crosses parts; each piece is a value of its own and restores exactly."""
    begin = 0
    for index in run:
        end = begin + len(segments[index].text)
        for finding in joined:
            if finding.start < end and begin < finding.end and not (begin <= finding.start and finding.end <= end):
                found[index].append(finding.at(max(finding.start, begin) - begin, min(finding.end, end) - begin))
        begin = end


def _literally(text: str, known: Mapping[str, Finding], spans: Collection[tuple[int, int, str, bool]]) -> list[Finding]:
    """Find known values in `text`, on word boundaries."""
    hits = []
    for value, source in known.items():
        start = text.find(value)
        while start >= 0:
            end = start + len(value)
            if _bounded(text, start, end) and not any(start < s[1] and s[0] < end for s in spans):
                hits.append(Finding(start, end, source.entity, source.score, CONVERSATION, source.checked))
            start = text.find(value, end)
    return hits


def _bounded(text: str, start: int, end: int) -> bool:
    left = start == 0 or not (text[start].isalnum() and text[start - 1].isalnum())
    return left and (end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum()) or _PLURAL.match(text, end) is not None)
