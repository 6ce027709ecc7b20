"""Every error a user of Hushgate can meet, as one tree.

    HushgateError                 status code  (code is stable and documented in docs/errors.md)
    ├── Refused                   a request that is answered with an error in its dialect's own shape
    │   ├── BadDocument           400 hushgate_bad_document        malformed JSON, duplicate keys, too deep
    │   ├── PolicyBlocked         400 hushgate_policy_blocked      a rule says block, or a value cannot be transformed where it stands
    │   ├── AttachmentRefused     400 hushgate_attachment_refused  a file, image or remote URL that nothing inspects
    │   ├── BadHeader             400 hushgate_bad_header          a forwarded header or query leaves its grammar or holds a finding
    │   ├── Unauthenticated       401 hushgate_unauthenticated     key missing, unknown, revoked or foreign
    │   ├── NotAdmitted           403 hushgate_not_admitted        provider, model or mode not admitted for this team
    │   ├── NotFound              404 hushgate_not_found           unknown route, provider or object
    │   ├── ClientSlow            408 hushgate_client_slow         the body did not arrive in time
    │   ├── Conflict              409 hushgate_conflict            the object exists already
    │   ├── TooLarge              413 hushgate_too_large           body over the limit
    │   ├── WrongContentType      415 hushgate_content_type        not application/json, or an encoded body
    │   ├── Invalid               422 hushgate_invalid             an admin document that does not fit its schema
    │   ├── TooMany               429 hushgate_busy                queue full; retry later
    │   ├── DetectorUnavailable   503 hushgate_detector_unavailable
    │   ├── LedgerUnavailable     503 hushgate_ledger_unavailable
    │   │   └── KeysUnavailable   the same code: whoever holds the key-encryption key does not answer
    │   ├── UpstreamFailed        502 hushgate_upstream_failed     unreachable, reset, garbage, redirect, bomb
    │   └── UpstreamSlow          504 hushgate_upstream_slow
    └── SetupError                the gateway cannot start; the message names the fix

An error never holds a value: only what, where (a document address such as `messages[3].content`) and what to do next.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """One fault of a document: where, what, and its line and column if the document came as text (0: it did not)."""

    where: str
    message: str
    path: tuple[str | int, ...] = ()  # for code that looks the place up; a key in it may be a value, so it is never shown
    line: int = 0
    column: int = 0

    def at(self, line: int, column: int) -> "Fault":
        """Return the fault with its place in the text."""
        return self._replace(line=line, column=column)

    @property
    def told(self) -> str:
        """The place as people read it: `rules.0.action (line 4, column 9)`."""
        return f"{self.where} (line {self.line}, column {self.column})" if self.line else self.where


class HushgateError(Exception):
    """Base of the tree. `message` says what happened, `hint` what to do next; neither ever holds a value."""

    status = 500
    code = "hushgate_internal"

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        """Build the error from its `message`, the address it concerns and the hint that heals it."""
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """One line: message, place, hint."""
        place = f" at {self.where}" if self.where else ""
        hint = f". {self.hint}" if self.hint else ""
        return f"{self.message}{place}{hint}"


class Refused(HushgateError):
    """A request that Hushgate answers itself. `retry` says whether the same request may succeed later."""

    retry = False


class BadDocument(Refused):
    """The body is not a document we can prove we have read whole."""

    status, code = 400, "hushgate_bad_document"


class PolicyBlocked(Refused):
    """A rule blocks the request, or a finding stands where no transform can replace it."""

    status, code = 400, "hushgate_policy_blocked"


class AttachmentRefused(Refused):
    """A file, image, sound or remote URL that nothing inspects yet."""

    status, code = 400, "hushgate_attachment_refused"


class BadHeader(Refused):
    """A header or query parameter that would be forwarded leaves its grammar or holds a finding."""

    status, code = 400, "hushgate_bad_header"


class Unauthenticated(Refused):
    """The gateway key is missing, unknown, revoked or of another installation."""

    status, code = 401, "hushgate_unauthenticated"


class NotAdmitted(Refused):
    """Provider, model or mode is not admitted for this team."""

    status, code = 403, "hushgate_not_admitted"


class NotFound(Refused):
    """Unknown route, provider or object."""

    status, code = 404, "hushgate_not_found"


class Conflict(Refused):
    """The object exists already, or changed underneath."""

    status, code = 409, "hushgate_conflict"


class ClientSlow(Refused):
    """The body did not arrive in time."""

    status, code, retry = 408, "hushgate_client_slow", True


class TooLarge(Refused):
    """The body is over the limit."""

    status, code = 413, "hushgate_too_large"


class WrongContentType(Refused):
    """Not `application/json`, or a body in a content encoding."""

    status, code = 415, "hushgate_content_type"


class Invalid(Refused):
    """An admin document that does not fit its schema."""

    status, code = 422, "hushgate_invalid"

    def __init__(self, message: str, *, where: str = "", hint: str = "", faults: Sequence[Fault] = ()) -> None:
        """Build the error; `faults` are all of the document's, the first of which is at `where`."""
        super().__init__(message, where=where, hint=hint)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        """As any error; of several faults each has told its place already."""
        return f"{self.message}. {self.hint}" if len(self.faults) > 1 else super().__str__()


class TooMany(Refused):
    """The gateway is full; the same request may succeed in a moment."""

    status, code, retry = 429, "hushgate_busy", True


class DetectorUnavailable(Refused):
    """A detector crashed, hung or ran out of memory. Nothing was sent."""

    status, code, retry = 503, "hushgate_detector_unavailable", True


class LedgerUnavailable(Refused):
    """The record cannot be written. Nothing was sent."""

    status, code, retry = 503, "hushgate_ledger_unavailable", True


class KeysUnavailable(LedgerUnavailable):
    """Whoever holds the key-encryption key does not answer, or refuses. Nothing was sent."""


class UpstreamFailed(Refused):
    """The provider is unreachable, reset the connection or answered what is not an answer."""

    status, code, retry = 502, "hushgate_upstream_failed", True


class UpstreamSlow(Refused):
    """The provider did not answer in time."""

    status, code, retry = 504, "hushgate_upstream_slow", True


class SetupError(HushgateError):
    """The gateway cannot start or a command cannot run; the message names the fix."""

    code = "hushgate_setup"
