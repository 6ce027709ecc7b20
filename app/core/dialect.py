"""What a dialect is: a provider's wire format as tables, so that the machine never asks which provider it serves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from app.core.table import Table
from app.errors import HushgateError


class Failure(NamedTuple):
    """An error as a dialect shapes it: HTTP status, stable code and a message without values."""

    status: int
    code: str
    message: str
    where: str = ""

    @classmethod
    def of(cls, error: HushgateError, receipt: str = "") -> "Failure":
        """Say what happened, where, what to do, where it is documented, and on which receipt it stands."""
        receipt = f" Receipt: {receipt}." if receipt else ""
        return cls(error.status, error.code, f"Hushgate: {error}. See docs/errors.md#{error.code}.{receipt}", error.where)


class Offsets(NamedTuple):
    """Where annotations point into a text beside them: the object that holds both, the text's key, the key of the list.

    The offsets are under `keys` of each annotation, or of the object `within` it.
    """

    holder: str
    text: str
    rows: str
    within: str = ""
    keys: tuple[str, ...] = ("start_index", "end_index")


class Cited(NamedTuple):
    """Where citations point into the documents of the request: paths to them, the key that counts documents, their offsets."""

    rows: tuple[str, ...]  # in requests, answers and events
    counted: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Stream:
    """How an endpoint streams: its framing, the table of one event, and how it ends.

    `table` names lanes (LANE), their text (TEXT, JSON), finished copies (WHOLE), signed text (SIGNED) and what ends lanes (END).
    `copies` is the table of the events that repeat finished text (`response.completed`): each leaf is restored by itself.
    `envelope` are the root keys that an event of our own making copies from its neighbour; `final` are the data or the names of
    last events; `counter` is the root key that numbers events, so that ours get a number and later ones move up; `branch` is the
    root key that names which of several answers side by side an event is of, each with its own numbers.
    `pointing` are the offsets of an annotation that comes by itself (under `rows`), into the text of the lane beside it; `beside`
    those of annotations that come with pieces of a text, into the whole of it.
    `resumes` is the query parameter by which a client asks for a stream again, from behind an event's number on.
    `failure` shapes an error of ours from what the stream last said of itself under `about`, where the dialect's own will not do.
    `made` names the ids (OBJECT) in events of what the provider keeps: it is read only where that is so.
    `opening` maps the name of an event that opens a lane, and must not be repeated, to the root of the event that
    carries held text instead (its one empty string is the text's place).
    """

    table: Table
    framing: str = "sse"
    envelope: tuple[str, ...] = ()
    final: tuple[str, ...] = ()
    copies: Table | None = None
    made: Table | None = None
    counter: str = ""
    branch: str = ""
    about: str = ""
    failure: Callable[[Failure, Mapping[str, Any]], tuple[str, Mapping[str, Any]]] | None = None
    asked_by: str = "stream"
    opening: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pointing: Offsets | None = None
    beside: Offsets | None = None
    resumes: str = ""


ADMINISTRATION: Final = "the provider's administration belongs to the operator"  # why what administers an account is not served
SESSION: Final = "SESSION"  # in the place of a method: a WebSocket


@dataclass(frozen=True)
class Session:
    """What a WebSocket of a dialect is, beside its endpoint: `request` there is the table of one event of the client.

    `error` shapes an event that refuses one of the client's; `protocol` is the sub-protocol that is accepted; `asks` are the types of the client's events that the provider answers at length, and the stream's
    `final` are the types of those that end such an answer.
    """

    error: Callable[[Failure, Mapping[str, Any]], Mapping[str, Any]]
    protocol: str = ""
    asks: tuple[str, ...] = ()


class Enforced(NamedTuple):
    """Where a request holds a schema that the provider enforces: `key` of the objects at `path`.

    `flag` is the key beside it that turns enforcing on; `default` holds where it is left out. Without a flag it is always on.
    """

    path: str
    key: str
    flag: str = ""
    default: bool = True


class StandIn(Enum):
    """What stands in for a value at a class of endpoints where the policy says `surrogate` or `realistic`."""

    POLICY = "policy"  # what the policy says
    PLAUSIBLE = "plausible"  # what is drawn or spoken: a realistic value, or none
    REDACTED = "redacted"  # what a model learns for good: none


class Use(NamedTuple):
    """What a file is sent for: whether each of its lines is a request of the endpoint that its `url` names, and what stands in for values."""

    requests: bool = False
    stand_in: StandIn = StandIn.POLICY


class Form(NamedTuple):
    """That a request may, or must, come as multipart/form-data. The field `by` says what a file is for, as `uses` knows it."""

    required: bool = True
    by: str = ""
    uses: Mapping[str, Use] = MappingProxyType({})


class Keeps(NamedTuple):
    """That a provider keeps what an endpoint makes: the ids in its answers (OBJECT) are the team's from then on.

    `days` is for how long at most (0: until it is deleted); a request keeps something if one of the root keys `asked_by` says so,
    or, where none of them stands, by `default`, or if it brings a tool whose type begins as one of `runs`. What a request sends goes `into` the objects that these root keys name,
    as it goes into those that its path names. `switches` are root keys that have something written down on the way, whatever is kept
    in the end. `content`: what is sent stays there; without it, only an id does.
    """

    days: int = 0
    asked_by: tuple[str, ...] = ()
    default: bool = True
    into: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    content: bool = True

    def keeps(self, document: Mapping[str, Any]) -> bool:
        """Whether what this request makes is kept."""
        said = [document[key] for key in self.asked_by if document.get(key) is not None]
        return (any(said) if said else self.default) or any(sort.startswith(self.runs) for sort in self._tools(document))

    def _tools(self, document: Mapping[str, Any]) -> list[str]:
        tools = document.get("tools") if self.runs else None
        return [str(tool.get("type")) for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []


class Listed(NamedTuple):
    """A list of everything that a credential owns, from which only the team's own may come back: rows, and the cursors beside them."""

    rows: str = "data"
    id: str = "id"
    first: str = "first_id"
    last: str = "last_id"
    more: str = "has_more"
    after: str = "after"


@dataclass(frozen=True)
class Endpoint:
    """One route of a dialect. `paths` are the aliases clients use, the first is the one sent upstream, after the base URL.

    A path may hold names (`/models/{model}`): each stands for one segment, which is inspected as a FUNCTIONAL leaf.
    `conversation` is the root key whose elements are turns: everything else precedes them (the prefix law's order).
    `trusted` names the text whose hosts may receive restored values in links; `structured` the keys by which a request asks
    for an answer that is JSON text; `dropped` the siblings of rewritten text that describe it token by token.
    `offsets` are the annotations that point into text beside them, in requests, answers and events; `cited` those that point into
    documents of the request. `schemas` are those that limit what the model may write. `lasting`: what is sent here is kept and compared for years, so its surrogates must not change from epoch to epoch.
    `modelled`: a request must name its model; `models` are paths to those that it or an event of a session names beside. `optional`: it may come without a document.

    Names in a path that end in `_id`, and the query parameters `cursors`, are ids of objects (as OBJECT leaves are). `keeps` says that
    the provider keeps what the answer names; `listed` that the answer lists what others own, too. A DELETE that the provider confirms
    ends what the last name of its path names, unless that only `detaches` it from what is named before.
    `rows`: the answer is JSON lines, each of which is read by the table `answer`.
    `form`: a request comes as one; files stand in it where the table has FILE under `data`. `content`: the answer is a file, restored as
    text; `plain` are the types of answers that may be text instead of JSON, `binary` those of answers that hold no text, and pass as they are.
    """

    name: str
    method: str
    paths: tuple[str, ...]
    request: Table
    answer: Table
    trusted: Table
    stream: Stream | None = None
    conversation: str = "messages"
    query: tuple[str, ...] = ()
    structured: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    schemas: tuple[Enforced, ...] = ()
    offsets: tuple[Offsets, ...] = ()
    cited: Cited | None = None
    lasting: bool = False
    modelled: bool = True
    models: tuple[str, ...] = ()
    optional: bool = False
    keeps: Keeps | None = None
    listed: Listed | None = None
    cursors: tuple[str, ...] = ()
    detaches: bool = False
    form: Form | None = None
    content: bool = False
    rows: bool = False
    plain: tuple[str, ...] = ()
    binary: tuple[str, ...] = ()
    stand_in: StandIn = StandIn.POLICY
    session: Session | None = None

    @property
    def document(self) -> bool:
        """Whether a request carries a document: one that only asks for something, or opens a session, does not."""
        return self.method not in {"GET", "DELETE", SESSION}


@dataclass(frozen=True)
class Dialect:
    """A provider's wire format. `headers` may be forwarded (a trailing `*` matches a prefix); nothing else is.

    `version` is the one that names the protocol's version, and then the versions that the tables describe: any other is refused.
    """

    name: str
    endpoints: tuple[Endpoint, ...]
    credential: tuple[str, str]  # header, prefix of the value
    headers: tuple[str, ...]
    answer_headers: tuple[str, ...]
    error: Callable[[Failure], Mapping[str, Any]]
    stream_error: Callable[[Failure], tuple[str, Mapping[str, Any]]]  # event name ("" for none), document
    version: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)  # the start of a path (names in braces) → why it is not served
    probes: tuple[tuple[str, str], ...] = ()  # (method, path) that clients only ask to see whether anybody is there
    home: str = ""  # the provider's public base URL, which a new entry has unless it is told another
