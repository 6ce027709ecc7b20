"""Requests made from openapi.json by Schemathesis, good and bad, sent to the admin API on a real port; each answer is held to the document."""

import asyncio
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime

import requests
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks

from app.api.application import create_app
from app.control import admin_keys, clients, keys, projects, providers, teams
from app.control.actor import Role
from tests.control.parts import OWNER, composed

checks.load_all_checks()
HELD = checks.CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance", "response_schema_conformance"]
)  # fmt: skip
SEEDED = ("blue", "red", "default", "bot", "mine", "more")


async def _fill(control):
    """Make what cases may be aimed at; return the ids, and an owner's key of our own that no case is aimed at."""
    now, names = datetime.now(UTC), list(SEEDED)
    for team in ("blue", "red"):
        await teams.create(control, OWNER, team)
        await projects.create(control, OWNER, team, "more")
        await clients.create(control, OWNER, team, "bot", "more")
        names += [(await keys.create(control, OWNER, team, "bot", now=now)).id for _ in range(3)]
        names += [(await admin_keys.create(control, OWNER, "x", Role.TEAM_ADMIN, [team], now=now)).id for _ in range(3)]
    await providers.put(control, OWNER, "mine", providers.Entry("openai", "https://api.example.test"))
    ours = await admin_keys.create(control, OWNER, "cases", Role.OWNER, now=now)
    return names, ours.key


@contextmanager
def serving(url):
    """The admin API in a thread; yields its address, a key, and the names of what there is."""
    started = []

    async def ready():
        return True

    async def work():
        async with composed(url) as control:
            names, key = await _fill(control)
            app = create_app(control, ready)
            server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off"))
            started.append((server, app, key, names))
            await server.serve()

    thread = threading.Thread(target=asyncio.run, args=(work(),))
    thread.start()
    while not (started and started[0][0].started):
        assert thread.is_alive()
        time.sleep(0.01)
    server, app, key, names = started[0]
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}", app, key, names
    finally:
        server.should_exit = True
        thread.join()


def run(url, cases):
    """Send about `cases` requests, the same number to each operation and mode; return how many there were of each status."""
    counted = Counter()
    with serving(url) as (address, app, key, names), requests.Session() as session:
        schema = schemathesis.openapi.from_dict(app.openapi())
        operations = [found for found in (result.ok() for result in schema.get_all_operations()) if found.path.startswith("/api/")]
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        each = -(-cases // (len(operations) * len(modes)))
        for number, operation in enumerate(operations):
            for mode in modes:
                _send(operation, mode, each, (address, key, names, session), counted, number)
    return counted


def _send(operation, mode, each, target, counted, number):
    address, key, names, session = target

    @seed(number)
    @settings(max_examples=each, database=None, deadline=None, suppress_health_check=list(HealthCheck), report_multiple_bugs=False)
    @given(operation.as_strategy(generation_mode=mode), st.lists(st.none() | st.sampled_from(names), min_size=3, max_size=3))
    def cases(case, aims):
        parameters = case.path_parameters or {}
        for name, aim in zip(sorted(parameters), aims, strict=False):
            if aim is not None:  # made-up names are nearly always unknown: half of the cases meet something that exists
                parameters[name] = aim
        case.headers["Authorization"] = f"Bearer {key}"  # strangers have a test of their own
        try:
            answer = case.call(base_url=address, session=session, timeout=30)
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError):
            return  # never leaves the client
        counted[answer.status_code] += 1
        counted["cases"] += 1
        case.validate_response(answer, checks=HELD)

    try:
        cases()
    except Unsatisfiable:
        return  # an operation that takes nothing cannot be asked wrongly
    except Exception as error:
        message = f"{operation.method.upper()} {operation.path}, {mode.value}"
        raise AssertionError(f"{message}: {error}") from error
