"""One exchange as the ledger knows it while it lasts, and how it may end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.core.caller import Caller
from app.core.policy import Verdict
from app.crypto.envelope import WrappingKey


class Outcome(StrEnum):
    """How an exchange ended."""

    COMPLETED = "completed"
    PROVIDER_ERROR = "provider_error"  # the provider answered with an error of its own
    TRUNCATED = "truncated"  # the stream ended without its last event
    UPSTREAM_FAILED = "upstream_failed"
    CLIENT_GONE = "client_gone"
    ABORTED = "aborted"  # the process died or gave up; written by the sweeper for dead ones


@dataclass(slots=True, weakref_slot=True)
class Exchange:
    """One exchange as the ledger knows it. `model` and `verdict` are set once they are known to hold no value."""

    id: UUID
    at: datetime
    caller: Caller
    user_index: bytes
    dialect: str
    endpoint: str
    provider: str
    policy_version: str
    key: WrappingKey | None = field(default=None, repr=False)  # of its intent, so that its end needs no database
    model: str | None = None
    verdict: Verdict | None = field(default=None, repr=False)
    destination: Mapping[str, Any] | None = None  # the provider's host and terms, as they were
    detectors: str | None = None  # which version of all detectors looked
    not_inspected: Mapping[str, Sequence[str]] | None = None  # entity → languages that nobody looked for it in; None: nothing was inspected

    @property
    def receipt(self) -> str:
        """The id that the caller sees."""
        return str(self.id)
