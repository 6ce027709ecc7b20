"""What waits to be written: the records and vault rows of one exchange, and who waits for them."""

import asyncio
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from app.core.record import Record
from app.errors import LedgerUnavailable
from app.store.rows import Keeping
from app.store.vault import Deposit


@dataclass(slots=True)
class Work:
    """What one exchange wants written. `done` resolves to the (team, surrogate) rows that were new; None: nobody waits.

    `claimed` becomes the names of those claims in `keeping` that nobody had made before.
    """

    records: Sequence[Record] = ()
    deposits: Sequence[Deposit] = ()
    signed: Sequence[tuple[str, bytes]] = ()
    done: "asyncio.Future[set[tuple[str, str]]] | None" = None
    after: Callable[[], None] | None = None  # called once it is durable, or given up: then it is the sweeper's
    keeping: Keeping | None = None
    claimed: AbstractSet[tuple[str, str]] = frozenset()
    since: float = 0.0  # the monotonic time at which it began to wait

    @property
    def given_up(self) -> bool:
        """Whether somebody waited and does not any more."""
        return self.done is not None and self.done.done()

    def durable(self, new: set[tuple[str, str]] | None = None) -> None:
        """Say that it is written, and which of its vault rows were new: all of them where nobody can tell."""
        if self.done is not None and not self.done.done():
            rows = {(deposit.team, deposit.text) for deposit in self.deposits}
            self.done.set_result(rows if new is None else rows & new)
        else:
            self.let_go()

    def fail(self) -> None:
        """Say to whoever waits that it cannot be written."""
        if self.done is not None and not self.done.done():
            self.done.set_exception(LedgerUnavailable("the record could not be written", hint="Nothing was sent. Try again in a moment"))

    def let_go(self) -> None:
        """Say that nobody here will write it any more."""
        if self.after is not None:
            self.after()
