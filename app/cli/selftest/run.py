"""The run of the self-test: a gateway of its own, every dialect's routes through it, and the map."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from app.cli.selftest.coverage import Coverage, judged
from app.cli.selftest.page import page
from app.cli.selftest.probing import probes, routes, served
from app.cli.selftest.sending import Sender
from app.cli.selftest.shelf import Shelf
from app.cli.selftest.show import show
from app.cli.selftest.witness import Witness
from app.cli.stage import Stage, stage, terminable
from app.gateway.routes import DIALECTS

_HASTE: Final = "1000000"  # events a second in a session: nobody is to be slowed down here


def survey(dialects: Sequence[str] = (), policy: Mapping[str, Any] | None = None, *, every: bool = False) -> Coverage:
    """Start a gateway, plant and judge, and return the map; of these dialects only, if any are named."""
    began = time.perf_counter()
    with stage(Witness(), policy, HUSHGATE_SESSION_RATE=_HASTE) as built:
        found = surveyed(built, dialects or list(DIALECTS), every=every)
    found.seconds = round(time.perf_counter() - began, 1)
    return found


def surveyed(built: Stage, dialects: Sequence[str], *, every: bool = False) -> Coverage:
    """Return the map of a gateway that runs."""
    found = Coverage([])
    with closing(Sender(built.base_url, built.gateway_key)) as sender:
        for name in dialects:
            dialect = DIALECTS[name]
            endpoints = {route: (endpoint.name if (endpoint := served(dialect, route)) else "") for route in routes(dialect)}
            before = len(built.recorder.received)
            base = urlsplit(built.base(name)).path
            shelf = Shelf(dialect, [*endpoints], partial(sender.once, base))
            requests = (request for route in endpoints for request in probes(dialect, route, shelf.names(route), every=every))
            told = sender.all(base, requests)
            rows, odd = judged(name, endpoints, told, [one.raw for one in built.recorder.received[before:]])
            found.rows += rows
            found.odd += odd
    return found


def run(*, as_json: bool, html: Path | None, every: bool) -> int:
    """Run the self-test, print it, and return the exit status: 1 if something passed, or a way past the gateway was handed out."""
    with terminable():
        found = survey(every=every)
    if html is not None:
        html.write_text(page(found), encoding="utf-8")
    if as_json:
        print(json.dumps(found.document(), indent=1))  # noqa: T201 - the command's output
    else:
        show(found)
    return 0 if found.good else 1
