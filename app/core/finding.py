"""Entities, findings, detectors as data, and the one rule that resolves overlaps."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple, Protocol

from app.core.identifiers import IDENTIFIERS

SECRET = "secret"  # noqa: S105 - a sensitivity, not a password
PERSONAL = "personal"
ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Entity:
    """One type of sensitive data. `name` is Presidio's where Presidio has one; it is also the stem of the surrogate."""

    name: str
    sensitivity: str
    description: str


# The default policy follows `sensitivity`: secret and personal are transformed, ordinary is allowed and reported.
ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        Entity("PERSON", PERSONAL, "a person's name"),
        Entity("LOCATION", ORDINARY, "a place, region or country"),
        Entity("ORGANIZATION", ORDINARY, "a company, authority or association"),
        Entity("EMAIL_ADDRESS", PERSONAL, "an e-mail address"),
        Entity("CALLER_IDENTIFIER", PERSONAL, "a word by which a provider knows a caller again, if the policy hides those"),
        Entity("CREDIT_CARD", PERSONAL, "a payment card number"),
        Entity("IBAN_CODE", PERSONAL, "an international bank account number"),
        Entity("US_SSN", PERSONAL, "a United States social security number"),
        Entity("PHONE_NUMBER", PERSONAL, "a telephone number"),
        Entity("IP_ADDRESS", PERSONAL, "a public IPv4 or IPv6 address"),
        Entity("IP_ADDRESS_PRIVATE", ORDINARY, "a private, loopback or link-local IP address"),
        Entity("AWS_ACCESS_KEY", SECRET, "an Amazon Web Services access key id"),
        Entity("AWS_SECRET_KEY", SECRET, "an Amazon Web Services secret access key"),
        Entity("GCP_API_KEY", SECRET, "a Google API key"),
        Entity("AZURE_KEY", SECRET, "an Azure storage or service key"),
        Entity("GITHUB_TOKEN", SECRET, "a GitHub token"),
        Entity("GITLAB_TOKEN", SECRET, "a GitLab token"),
        Entity("SLACK_TOKEN", SECRET, "a Slack token or webhook"),
        Entity("STRIPE_KEY", SECRET, "a Stripe key"),
        Entity("OPENAI_KEY", SECRET, "an OpenAI key"),
        Entity("ANTHROPIC_KEY", SECRET, "an Anthropic key"),
        Entity("API_KEY", SECRET, "a key or token of another service"),
        Entity("PRIVATE_KEY", SECRET, "a private key block"),
        Entity("JWT", SECRET, "a JSON web token"),
        Entity("PASSWORD", SECRET, "a password in an assignment or URL"),
        *(Entity(name, PERSONAL, description) for name, description in IDENTIFIERS),
        Entity("DATE_OF_BIRTH", PERSONAL, "a date of birth"),
        Entity("ADDRESS", PERSONAL, "a postal address, or a postcode beside a word"),
        Entity("COORDINATES", PERSONAL, "geographic coordinates"),
        Entity("CRYPTO", PERSONAL, "the address of a crypto wallet"),
        Entity("MAC_ADDRESS", PERSONAL, "a hardware address"),
        Entity("USERNAME", PERSONAL, "a user name or handle"),
        Entity("DATE_TIME", ORDINARY, "a date or time"),
        Entity("AGE", ORDINARY, "an age"),
        Entity("URL", ORDINARY, "a web address; a password in it is found by itself"),
        Entity("NRP", ORDINARY, "a nationality, religious or political group"),
        Entity("HEALTH", ORDINARY, "what is said of somebody's health"),
        Entity("RELIGION", ORDINARY, "what is said of somebody's religion"),
        Entity("POLITICS", ORDINARY, "what is said of somebody's political opinions"),
        Entity("ORIENTATION", ORDINARY, "what is said of somebody's sexual orientation or gender"),
        Entity("UNION", ORDINARY, "what is said of somebody's trade union"),
        Entity("BIOMETRIC", ORDINARY, "what is said of somebody's biometric or genetic data"),
        Entity("CRIMINAL", ORDINARY, "what is said of somebody's criminal record"),
    )
}

# Entities whose detector knows some languages only (ISO 639-1); banner, README and every receipt name them.
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")
COVERED: dict[str, tuple[str, ...]] = dict.fromkeys(("PERSON", "LOCATION", "ORGANIZATION"), LANGUAGES)


def not_inspected(languages: Iterable[str]) -> dict[str, list[str]]:
    """Return what nobody looked for in a document of these `languages`: entity → languages."""
    spoken = set(languages)
    missing = {entity: sorted(spoken.difference(covered)) for entity, covered in COVERED.items()}
    return {entity: those for entity, those in missing.items() if those}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """An entity at `[start, end)` of a text (Python string indices), with its score in 0..1 and the detector that found it."""

    start: int
    end: int
    entity: str
    score: float
    detector: str
    checked: bool = False  # a checksum or structure vouched for it: the lower threshold applies

    def at(self, start: int, end: int) -> "Finding":
        """Return the same finding over another span."""
        return Finding(start, end, self.entity, self.score, self.detector, self.checked)


order: Final = attrgetter("start", "end", "entity", "score", "detector", "checked")  # as findings compare, without asking them


@dataclass(frozen=True, slots=True)
class Pattern:
    """One RE2 pattern. `group` is the capture that holds the value (0: the whole match)."""

    regex: str
    entity: str
    score: float
    group: int = 0


class Judged(NamedTuple):
    """What a check says of a candidate: its final entity and score, and whether a checksum or structure proved it."""

    entity: str
    score: float
    checked: bool = False


Judge = Callable[[str, Pattern], Judged | None]


class Search(Protocol):
    """What finds values that no one pattern can express, linear in the text and as quick as patterns are."""

    @property
    def trigger(self) -> str:
        """RE2. Where it matches nothing, nothing is found: it is asked of every text first, together with all patterns."""

    def find(self, text: str) -> Iterable["Finding"]:
        """Return what is found in `text`, overlaps included."""


def _accept(_value: str, pattern: Pattern) -> Judged:
    return Judged(pattern.entity, pattern.score)


def _casefold(value: str) -> str:
    return " ".join(value.casefold().split())


@dataclass(frozen=True, slots=True)
class Detector:
    """One entity family as data plus a check.

    `patterns` propose candidates (RE2, linear time); `judge(value, pattern)` accepts, rescores or rejects (None) one;
    `context` words within 60 characters before the candidate raise its score by 0.35 (at most 1.0; Presidio's rule).
    `identity` maps a value to what two forms of it share (`4111-1111…` and `4111 1111…`).
    `search` and `find` are for what no pattern can express. A `find` scans every text itself, and runs in the pool only.
    `examples` are found, `counterexamples` are not: the folder's law asserts both.
    """

    name: str
    version: int
    patterns: tuple[Pattern, ...] = ()
    judge: Judge = _accept
    context: tuple[str, ...] = ()
    identity: Callable[[str], str] = _casefold
    search: Search | None = None
    find: Callable[[str], Iterable[Finding]] | None = None
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = field(default=())


def resolve(findings: Iterable[Finding]) -> list[Finding]:
    """Return the non-overlapping findings that win, in text order.

    What is ordinary yields to what is not: a URL must not keep an e-mail address from being hidden. A person, who is a model's guess,
    yields to what has a shape; a guess at a place or an organisation only to what is as long: a party is no nationality with words
    behind it. Then the longer span wins, then the checked one, then the higher score, then the earlier name: a URL that holds a password
    keeps no half of either, and the answer never depends on the order in which detectors ran.
    """
    return [finding for crowd in _crowds(findings) for finding in _winners(crowd)]


def covering(findings: Iterable[Finding], text: str) -> list[Finding]:
    """Return the winners among findings in `text`, and what of the others lies beside them: who loses half keeps the other half."""
    return [finding for crowd in _crowds(findings) for finding in _whole(crowd, text)]


def _crowds(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Yield runs of findings each of which overlaps one before it, in text order: only they contend."""
    crowd: list[Finding] = []
    end = -1
    for finding in sorted(findings, key=lambda f: f.start):
        if finding.start >= end and crowd:
            yield crowd
            crowd = []
        crowd.append(finding)
        end = max(end, finding.end)
    if crowd:
        yield crowd


_ORDINARY = frozenset(name for name, entity in ENTITIES.items() if entity.sensitivity == ORDINARY)


def _winners(crowd: list[Finding]) -> list[Finding]:
    if len(crowd) < 2:  # noqa: PLR2004 - nothing to resolve
        return crowd
    kept: list[Finding] = []
    for finding in sorted(crowd, key=_rank):
        if not any(finding.start < other.end and other.start < finding.end for other in kept):
            kept.append(finding)
    return sorted(kept)


def _rank(f: Finding) -> tuple[object, ...]:
    ordinary, guess = f.entity in _ORDINARY, f.entity in COVERED
    return (ordinary, guess and not ordinary, f.start - f.end, guess, not f.checked, -f.score, f.start, f.entity, f.detector)


def _whole(crowd: list[Finding], text: str) -> list[Finding]:
    kept = _winners(crowd)
    if len(kept) == len(crowd):
        return kept
    for loser in sorted(set(crowd).difference(kept), key=_rank):
        kept = sorted([*kept, *_left(loser, kept, text)])
    return kept


def _left(loser: Finding, winners: Sequence[Finding], text: str) -> list[Finding]:
    """Return what of `loser` lies beside the `winners`, which are in text order."""
    position, pieces = loser.start, []
    for winner in winners:
        if winner.start < loser.end and loser.start < winner.end:
            pieces += _piece(loser, position, winner.start, text)
            position = winner.end
    return [*pieces, *_piece(loser, position, loser.end, text)]


def _piece(finding: Finding, start: int, end: int, text: str) -> list[Finding]:
    """Return what `finding` says of `[start, end)`, from the first letter or digit to the last."""
    signs = [i for i in range(start, end) if text[i].isalnum()]
    return [finding.at(signs[0], signs[-1] + 1)] if signs else []


def beside(kept: Iterable[Finding], others: Iterable[Finding], text: str) -> list[Finding]:
    """Return `kept`, whose findings do not overlap, and of `others` the winners beside them, in text order.

    Of a guess that loses, what lies beside the others stays: a name's rest is a name, half a shape is nothing.
    """
    first, made = set(kept), list[Finding]()
    for crowd in _crowds([*first, *others]):
        held = [one for one in crowd if one in first]
        for one in sorted(set(crowd).difference(first), key=_rank):
            if not any(one.start < other.end and other.start < one.end for other in held):
                held.append(one)
            elif one.entity in COVERED:
                held += _left(one, sorted(held), text)
        made += sorted(held)
    return made


def count(findings: Sequence[Finding]) -> dict[str, int]:
    """Count findings by entity, sorted by name: `{"EMAIL_ADDRESS": 2}`."""
    totals: dict[str, int] = {}
    for finding in sorted(findings, key=lambda f: f.entity):
        totals[finding.entity] = totals.get(finding.entity, 0) + 1
    return totals
