"""The search over all tables: from the letters with which a secret opens, or a word that stands before it, to its whole value.

Openings and words are looked for in one pass each, so a kind more costs nothing in a text that holds none.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from app.core.finding import Detector, Finding, Judge, Judged, Pattern
from app.core.matcher import Matcher
from app.detectors.anchored import Anchor, Anchored, Several
from app.detectors.edges import LEFT, RIGHT
from app.detectors.places import places
from app.detectors.randomness import entropy, filler, placeholder
from app.detectors.secrets import ai, business, clouds, code_hosting, messaging, operations
from app.detectors.secrets.row import Row
from app.detectors.secrets.shape import cut, fixed, forms, head, length, regex

NAME: Final = "issued_secret"
NAMED: Final = "named_secret"
ROWS: Final[tuple[Row, ...]] = (*code_hosting.ROWS, *clouds.ROWS, *ai.ROWS, *messaging.ROWS, *business.ROWS, *operations.ROWS)
SHORTEST_HEAD: Final = 3  # letters by which a kind is looked for
LONGEST: Final = 1300  # bytes of a value
INNER: Final = 3  # letters within by which a kind is looked for
AROUND: Final = 300  # bytes on either side of them
SURE: Final = 0.95
BESIDE_A_WORD: Final = 0.8
_FEWEST: Final = 4  # different characters of a body; fewer are an illustration
_BITS: Final = 2.8
_WORDED: Final = re.compile(r"[a-z]+(?:[_\-.][a-z]+)*")
_ENDS: Final = "(?:$|[^A-Za-z0-9=])"  # padding belongs to the value
_HUMPED: Final = re.compile(r"[a-z][A-Z]|[A-Z][a-z]")

# Between a word and its value: what kind of key it is, and a sign or a word of assignment.
_OF: Final = (
    r"(?:[ _.\-]?(?:api|app|application|access|auth|authorization|account|client|consumer|secret|private|service|personal|bot|user|integration|license|licence|"
    r"ingest(?:ion)?|rest|admin|master|write|read|server|project|org(?:anization)?|team|workspace|signing|webhook|management|deploy|upload|sandbox|"
    r"production|prod|test|live|dev|http|subscription|bearer|oauth|security|events?|collector|cloud|global|v\d)){0,4}"
)
_NOUN: Final = r"[ _.\-]?(?:key|token|secret|password|pass|pat|pwd|credential)s?"
_ASSIGNS: Final = r"""[\\"'`\])*]{0,4}\s{0,3}(?:=>|:=|==?|:|,|>|\s?(?:is|was|ist|est|es)\b:?)?\s{0,3}[\\"'`\[<(]{0,3}"""


class Openings:
    """Finds the rows whose values open with letters of their own."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Prepare the tables; expressions are compiled when they are first needed."""
        heads = sorted({(head(form), row) for row in rows for form in forms(row.shape)}, key=lambda one: (one[0], one[1].kind))
        shortest = [one for one, _ in heads if not any(one != other and one.startswith(other) for other, _ in heads)]
        self._rows = {one: tuple(dict.fromkeys(row for known, row in heads if known.startswith(one))) for one in dict.fromkeys(shortest)}
        self.trigger: Final = rf"{LEFT}({'|'.join(map(re.escape, self._rows))})"
        self._opening = Matcher(self.trigger)
        self._regexes: dict[str, tuple[Matcher, Matcher | None]] = {}

    def find(self, text: str) -> Iterator[Finding]:
        """Yield what is found in `text`, overlaps included."""
        data = text.encode(errors="replace")
        place = places(data, text)
        position = 0
        while (match := self._opening.search(data, position)) is not None:
            start, position = match[1]
            rows = self._rows[data[start:position].decode()]
            position -= 1  # what ends one opening may stand before the next
            window = data[start : start + LONGEST]
            for row in rows:
                whole, cut_off = self._expressions(row)
                found = whole.match(window)
                judged = _judged(row, window[: found[1][1]].decode()) if found is not None else None
                if judged is None and cut_off is not None and (found := cut_off.match(window)) is not None:
                    judged = _judged(row, window[: found[1][1]].decode(), cut_off=True)
                if judged is not None and found is not None:
                    end = start + found[1][1]
                    yield Finding(place(start), place(end), judged.entity, judged.score, NAME, judged.checked)
                    position = max(position, end)

    def _expressions(self, row: Row) -> tuple[Matcher, Matcher | None]:
        """Return what matches a row's values, and those that were cut off (None: nothing tells them)."""
        known = self._regexes.get(row.kind)
        if known is None:
            part = cut(row.shape)
            whole = Matcher(f"({regex(row.shape)}){_ENDS}", longest=True)
            known = self._regexes[row.kind] = whole, Matcher(f"({part}){_ENDS}", longest=True) if part else None
        return known


class Named:
    """Finds the rows whose values have no opening, behind a word of theirs and a noun such as `key`."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Prepare the tables."""
        self._rows: dict[str, tuple[Row, ...]] = {}
        for row in rows:
            for word in row.words.split("|"):
                self._rows[_plain(word)] = (*self._rows.get(_plain(word), ()), row)
        words = sorted({word for row in rows for word in row.words.split("|")}, key=len, reverse=True)
        spelled = "|".join(re.escape(word).replace(r"\ ", r"[ _.\-]?") for word in words)
        self.trigger: Final = rf"(?i)(?:^|\\[nrt]|[^a-z0-9])({spelled})({_OF}{_NOUN}{_ASSIGNS})[0-9a-z+/]"
        self._introduction = Matcher(self.trigger)
        self._regexes: dict[str, Matcher] = {}

    def find(self, text: str) -> Iterator[Finding]:
        """Yield what is found in `text`, overlaps included."""
        data = text.encode(errors="replace")
        place = places(data, text)
        position = 0
        while (match := self._introduction.search(data, position)) is not None:
            start = position = match[2][1]
            for row in self._rows.get(_plain(data[slice(*match[1])].decode()), ()):
                value = self._value(row, data, start)
                if value is not None and _drawn(value.rstrip("=")):
                    yield Finding(place(start), place(start + len(value)), row.entity, BESIDE_A_WORD, NAMED)

    def _value(self, row: Row, data: bytes, start: int) -> str | None:
        known = self._regexes.get(row.kind)
        if known is None:
            known = self._regexes[row.kind] = Matcher(f"({regex(row.shape)})(?:$|[^A-Za-z0-9_/+=(\\[-])", longest=True)
        window = data[start : start + LONGEST]
        match = known.match(window)
        return None if match is None else window[: match[1][1]].decode()


def _plain(word: str) -> str:
    return re.sub(r"[ _.\-]", "", word.lower())


def _drawn(value: str) -> bool:
    """Say whether a value of the right length behind its word was drawn by chance, and is no word itself."""
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return (mixed or len(_HUMPED.findall(value)) >= _FEWEST) and entropy(value) >= _BITS and not placeholder(value)


def _judged(row: Row, value: str, *, cut_off: bool = False) -> Judged | None:
    """Accept a published opening and form; turn away fillings and identifiers, and what is cut off unless chance drew it."""
    form = max((form for form in forms(row.shape) if value.startswith(head(form))), key=lambda form: len(head(form)), default=[])
    body = value
    for unit in form:
        body = body.replace(unit.literal, "", 1)
    if filler(body) or placeholder(body) or _WORDED.fullmatch(body) or len(set(body)) < _FEWEST:
        return None
    if cut_off and not _drawn(body):
        return None
    proved = row.proves(value) if row.proves is not None else fixed(row.shape) and len(value) in length(row.shape)
    return Judged(row.entity, 1.0 if row.proves is not None and proved else SURE, checked=proved)


def _opens(row: Row) -> bool:
    return not row.words and all(len(head(form)) >= SHORTEST_HEAD and head(form) != "https://" for form in forms(row.shape))


def _inner(row: Row) -> str:
    """Return the letters within that lead to a row's values, as an expression; empty if they would lead everywhere."""
    longest = [max((unit.literal for unit in form if unit.literal != "https://"), key=len, default="") for form in forms(row.shape)]
    return "|".join(map(re.escape, dict.fromkeys(longest))) if min(map(len, longest)) >= INNER else ""


def _within(rows: Sequence[Row]) -> tuple[tuple[Pattern, ...], Judge, tuple[Anchor, ...]]:
    """Return what finds values that letters of their own tell, though none that they open with: patterns, and those led to."""
    by_regex = {f"(?:^|\\\\[nrt]|[^A-Za-z0-9/+])({regex(row.shape)}){RIGHT}": row for row in rows}

    def judge(value: str, pattern: Pattern) -> Judged | None:
        row = by_regex[pattern.regex]
        return _judged(row, value) if row.proves is None or row.proves(value) else None  # base58 alone is any long word

    patterns = {row.kind: Pattern(expression, row.entity, SURE, 1) for expression, row in by_regex.items()}
    anchors = [Anchor(_inner(row), (patterns.pop(row.kind),), AROUND, AROUND) for row in rows if _inner(row)]
    return tuple(patterns.values()), judge, tuple(anchors)


OPENING: Final = tuple(row for row in ROWS if _opens(row))
WORDED: Final = tuple(row for row in ROWS if row.words)
WITHIN: Final = tuple(row for row in ROWS if row not in OPENING and not row.words)
_PATTERNS, _JUDGE, _ANCHORS = _within(WITHIN)


ISSUED = Detector(
    name=NAME,
    version=1,
    patterns=_PATTERNS,
    judge=_JUDGE,
    search=Several(Openings(OPENING), Anchored(NAME, _ANCHORS, _JUDGE)),
    identity=str,
    examples=(
        "ghp_Example0Example0Example0Example01234",
        "https://github_pat_11EXAMPLE0example0example_0example0example0example0example0example0example0example0exa@github.com/a/b",
        "glpat-Example0Example0Exam",
        "xoxb-123456789012-123456789012-Example0Example0Example0",
        "https://hooks.slack.com/services/T00000000/B00000000/Example0Example0Example0",
        "stripe.api_key = 'sk_test_Example0Example0Example0'",
        "hf_ExampleExampleExampleExampleExampl",
        "//npm.example.com/:_authToken=npm_Example0Example0Example0Example01234",
        "SG.Example0Example0Exampl.Example0Example0Example0Example0Example0Exa",
        "dop_v1_" + "0123456789abcdef" * 4,
        "bot 123456789:AAExample0Example0Example0Example0E",
        "shpat_0123456789abcdef0123456789abcdef",
        "key-0123456789abcdef0123456789abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "0123456789abcdef0123456789abcdef-us12",
    ),
    counterexamples=(
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_[A-Za-z0-9]{36}",
        "sk-your-api-key-here",
        "hf_hub_download_with_progress_bar_and_retry",
        "key-value pairs and sk-learn and task-force-one-two-three",
        "npm_config_registry_and_other_settings_of_mine",
        "AKIA[0-9A-Z]{16}",
        "XAKIAIOSFODNN7EXAMPLE",
        "pat.each(function)",
        "sha512-Example0Example0Example0Example0==",
    ),
)

BESIDE = Detector(
    name=NAMED,
    version=1,
    search=Named(WORDED),
    identity=str,
    examples=(
        "DATADOG_API_KEY=0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "my twilio auth token is 0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        '{"herokuApiKey": "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}',
        "algolia.admin-api-key: 0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "cloudflare api token Zk3Lr9Qw7Xc5Vb1Nm8AsZk3Lr9Qw7Xc5Vb1Nm8As",
        "mistral_api_key = 'Zk3Lr9Qw7Xc5Vb1Nm8AsZk3Lr9Qw7Xc5'",
    ),
    counterexamples=(
        "datadog 0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "twilio release commit 0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "heroku app id 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "DATADOG_API_KEY=${DATADOG_API_KEY}",
        "algolia api key: your-algolia-admin-api-key-goes-here",
        "circleci/node@5.1.0 cache key v1-dependencies",
    ),
)
