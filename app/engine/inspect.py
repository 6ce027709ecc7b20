"""From segments to findings: what to scan, and what the conversation already knows.

Pure: scanning itself is the Scanner's, run inline or in a worker process by the gateway. Order is the conversation's: what is
found in a segment is looked for in every later one, so a value that an earlier turn hid cannot slip through a later one
(prefix law), and a restored answer that comes back as history becomes the surrogates it was (replay law).
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from app.core.finding import Finding, order
from app.core.segment import Form, Segment
from app.core.surrogate import Occurrence, Original, Reader, well_formed
from app.core.table import Kind
from app.detectors.names import NAME
from app.engine.known import CONVERSATION, Known
from app.engine.overlap import Cover, reconciled
from app.errors import BadDocument
from app.transforms.realistic import candidates

_WORD: Final = re.compile(r"[a-z][a-z0-9_.:-]{0,79}|\d{1,4}[a-z]{0,2}")  # `high`, `web_search_20250305`, `24h`
_FUNCTIONAL: Final = re.compile(r"[^\x00-\x1f\x7f]{0,2048}")
_IDENTIFIER: Final = re.compile(r"[a-z_$][\w$.-]*")
_OPAQUE: Final = re.compile(r"[A-Za-z0-9+/=_-]*")
# Reported for their shape alone, wherever they stand: nothing needs to remember them.
_SHAPED: Final = frozenset({"DATE_TIME", "URL", "AGE", "IP_ADDRESS_PRIVATE"})
_OBJECT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}")
_MODELS: Final = frozenset({"assistant", "model"})
_GRAMMAR: Final = {Kind.ENUM: _WORD, Kind.FUNCTIONAL: _FUNCTIONAL, Kind.OPAQUE: _OPAQUE, Kind.OBJECT: _OBJECT}
_INSPECTED: Final = frozenset({Kind.TEXT, Kind.JSON, Kind.FREE})
NOTHING: Final[Mapping[str, tuple[str, Original]]] = MappingProxyType({})


class Made(NamedTuple):
    """What was made of a segment: the findings that count, and those of which later segments know."""

    found: Sequence[Finding]
    told: Sequence[Finding]


class Memory(Protocol):
    """What was made of the segments of a conversation when it was shorter; each is known by all that stands before it."""

    def at(self, text: str, mark: str) -> Made | None:
        """Go on to a segment, `mark` being all that counts of it beside its text, and return what was made of it."""

    def keep(self, made: Made) -> None:
        """Remember what was made of the segment."""


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
    before: Mapping[str, tuple[str, Original]] = NOTHING,
    memory: Memory | None = None,
) -> list[list[Finding]]:
    """Return the findings of each segment.

    `scanned` maps every view (and joined run) to its findings; `recalled` maps the surrogates in the document that this caller
    may restore to (entity, original), and realistic stand-ins to ("", original). Those are matched before what detectors found.
    `before` is, likewise, what was said before the document: in the objects that it continues. `memory` belongs to this `scanned`, and is
    asked where nothing but the segments decides.
    """
    found: list[list[Finding]] = [_own(segment, scanned) for segment in segments]
    runs = neighbours(segments, conversation)
    for run, joined in runs:
        _split(run, segments, scanned[joined], found)
    known, models = Known(), _models(segments, conversation)
    for text, (entity, original) in before.items():
        known.learn(original.text, _said(text, entity))
    fakes = Reader(text for text, (entity, _) in recalled.items() if not entity)  # the text of these does not name the entity
    remembers = memory if not (recalled or before or runs) else None
    for index in conversation_order(segments, conversation):
        segment = segments[index]
        if segment.kind not in _INSPECTED:
            continue
        text = segment.text
        spoken = _turn(segment, conversation) in models  # what was restored in it is found exactly: it goes back as it was
        made = (
            remembers.at(text, f"{segment.kind.value} {segment.form.value} {spoken} {_named(segment)} {segment.label}")
            if remembers
            else None
        )
        if made is not None:
            found[index] = list(made.found)
            _learn(known, text, made.told)
            continue
        spans: Cover[Occurrence] = Cover([*(s for s in well_formed(text) if s.text in recalled), *fakes.read(text)] if recalled else ())
        row = sorted((f for f in found[index] if not spans.touches(f.start, f.end)), key=order)
        if not spoken:
            _learn(known, text, row)
        for span in spans.spans:
            entity, original = recalled[span.text]
            known.learn(original.text, _said(span.text, entity))
        hits = known.find(text, spans, exact=spoken)
        found[index] = reconciled(text, row, hits, exact=spoken) if hits else row
        seen = {(f.start, f.end, f.entity) for f in row}
        forms = [hit for hit in hits if (hit.start, hit.end, hit.entity) not in seen]
        _learn(known, text, found[index] if spoken else forms)  # a form that goes out as something else is a value from here on
        if remembers:
            counted = tuple(found[index])
            told = counted if spoken else (*row, *forms)
            remembers.keep(Made(counted, counted if told == counted else told))
    return found


def _said(text: str, entity: str) -> Finding:
    return Finding(0, 0, entity or entity_of(text), 1.0, CONVERSATION, checked=True)


def _learn(known: Known, text: str, findings: Sequence[Finding]) -> None:
    for finding in findings:
        if finding.entity not in _SHAPED:
            known.learn(text[finding.start : finding.end], finding)


def _turn(segment: Segment, conversation: str) -> str | int | None:
    """Return the number of the turn in which a segment stands, None for what is said outside the turns."""
    path, part, inner = segment.path, None, None
    while path is not None:
        inner = part
        path, part = path
    return inner if part == conversation else None


def _models(segments: Sequence[Segment], conversation: str) -> frozenset[str | int]:
    """Return the turns that the model wrote."""
    said: dict[str | int, bool] = {}
    for segment in segments:
        path = segment.path
        if segment.kind is Kind.ENUM and path and path[0] and path[0][0] == (None, conversation):
            if path[1] == "role":
                said[path[0][1]] = segment.text in _MODELS
            elif path[1] == "type":
                said.setdefault(path[0][1], segment.text.endswith("_call"))
    return frozenset(turn for turn, model in said.items() if model)


def _named(segment: Segment) -> bool:
    """Whether a segment gives something a name: a key, a file's name."""
    return segment.form is Form.KEY or (segment.path is not None and segment.path[1] == "filename")


def _own(segment: Segment, scanned: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    text, offset = view(segment)
    findings = scanned.get(text, ())
    # A tool called `jenkins`, a field called `victoria`, a file called `rows.jsonl`: a model's guess touches no word of a program.
    if segment.kind in _GRAMMAR or (_named(segment) and _IDENTIFIER.fullmatch(segment.text)):
        findings = [f for f in findings if f.detector != NAME]
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
