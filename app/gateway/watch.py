"""Whether the client of an answer is still there: one callback and one timer, where a task that waits would cost ten times as much."""

import asyncio

from app.gateway.request import Request
from app.gateway.respond import Responder


class Watch:
    """Cancels the task that makes it when the client has closed the connection, or takes nothing any more."""

    def __init__(self, request: Request, responder: Responder, patience: float) -> None:
        """Watch from now on. `patience`: seconds in which a client must take something of what there is."""
        self.left = False
        self._request, self._responder, self._patience = request, responder, patience
        self._loop, self._work = asyncio.get_running_loop(), asyncio.current_task()
        self._timer = self._loop.call_later(patience / 2, self._look)
        request.watch(self._leave)

    def _look(self) -> None:
        if self._responder.stuck(self._patience):
            self._leave()
        else:
            self._timer = self._loop.call_later(self._patience / 2, self._look)

    def _leave(self) -> None:
        if self._work is not None and not self.left:
            self.left = True
            self._work.cancel()

    def end(self) -> None:
        """Look no more."""
        self._timer.cancel()
        self._request.watch(None)
