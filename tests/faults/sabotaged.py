"""The command with a saboteur inside: `python -m tests.faults.sabotaged serve` stops once at a phase, and does there what it is told.

`HUSHGATE_HOME/sabotage` names a phase. Who reaches it first takes the file, writes `reached`, waits for `go`, and obeys its word:
go on, raise, hang, die, or live an hour ahead from now on.
"""

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from app.cli import main
from app.gateway import exchange, relay
from app.gateway.inspection import Inspection
from app.gateway.upstream import Upstream
from app.store import writer
from app.store.directory import Directory
from app.store.ledger import Ledger
from app.store.sequencer import Sequencer
from app.store.vault import Vault

HOME = Path(os.environ["HUSHGATE_HOME"])
PATIENCE = 30.0  # seconds that a saboteur waits for a word
HANG = 25.0
AHEAD = timedelta(hours=1)


class Sabotage(Exception):
    """What no code here foresees."""


def _taken(phase):
    file = HOME / "sabotage"
    with suppress(OSError):
        if file.read_text() == phase:
            file.rename(HOME / "taken")
            (HOME / "reached").write_text(phase)
            return True
    return False


def _word():
    with suppress(OSError):
        return (HOME / "go").read_text()
    return ""


def _obey(word):
    """Do what needs no waiting; say whether to hang."""
    (HOME / "go").unlink(missing_ok=True)
    if word == "raise":
        raise Sabotage
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "clock":
        _ahead()
    return word == "hang"


async def pause(phase):
    if _taken(phase):
        until = time.monotonic() + PATIENCE
        while not (word := _word()) and time.monotonic() < until:  # noqa: ASYNC110 - the word comes from another process
            await asyncio.sleep(0.005)
        if _obey(word):
            await asyncio.sleep(HANG)


def pause_at_once(phase):
    if _taken(phase):
        until = time.monotonic() + PATIENCE
        while not (word := _word()) and time.monotonic() < until:
            time.sleep(0.005)
        _obey(word)


def _ahead():
    class Ahead(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + AHEAD

    right = time.time
    time.time = lambda: right() + AHEAD.total_seconds()
    for name, module in list(sys.modules.items()):
        if name.startswith("app.") and getattr(module, "datetime", None) is datetime:
            module.datetime = Ahead


def before(owner, name, phase):
    right = getattr(owner, name)

    async def sabotaged(*arguments, **named):
        await pause(phase)
        return await right(*arguments, **named)

    setattr(owner, name, sabotaged)


def around_sending():
    right = Upstream.send

    async def send(*arguments, **named):
        await pause("connect")
        response = await right(*arguments, **named)
        try:
            await pause("headers")
        except BaseException:
            await response.stream.aclose()
            raise
        return response

    Upstream.send = send


def between_chunks():
    right = relay.chunks

    async def chunks(*arguments, **named):
        number = 0
        async for chunk in right(*arguments, **named):
            yield chunk
            number += 1
            if number == 1:
                await pause("event")

    relay.chunks = chunks


def at_the_end():
    right = Ledger.close

    def close(*arguments, **named):
        pause_at_once("completion")
        right(*arguments, **named)

    Ledger.close = close


def at_the_intent():
    right = writer.write

    async def write(connection, batch, **named):
        if any(record.kind == "intent" for work in batch for record in work.records):
            await pause("intent")
        return await right(connection, batch, **named)

    writer.write = write


if __name__ == "__main__":
    before(exchange, "authenticate", "auth")
    before(Directory, "policy", "policy")
    before(exchange, "opened", "body")
    before(Inspection, "findings", "detect")
    before(Vault, "deposit", "vault")
    before(Sequencer, "publish", "checkpoint")
    at_the_intent()
    around_sending()
    between_chunks()
    at_the_end()
    main()
