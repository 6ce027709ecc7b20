"""`hushgate demo`: a conversation through the real SDKs, judged by every byte that the provider received."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from typing import Any, Final

from app.cli import columns, sdks, story
from app.cli.report import Report, judge
from app.cli.sdks import SDKS, Said, Sdk
from app.cli.stage import Stage, stage, terminable
from app.cli.story import ORIGINALS, TURNS
from app.errors import SetupError
from app.gateway.recorder import Recorder

_RECORDED: Final = 10.0  # seconds in which the end of an exchange must be on the record


def run(as_json: bool) -> int:
    """Run the demo, print it, and return the exit status: 1 if an original got out or did not come back."""
    began = time.perf_counter()
    with terminable(), ThreadPoolExecutor(1) as aside:
        loading = aside.submit(sdks.load)  # the SDKs take as long to load as the gateway to start
        with stage(Recorder(story.model), story.POLICY) as built:
            loading.result()
            report = play(built)
    report.seconds = round(time.perf_counter() - began, 1)
    if as_json:
        print(json.dumps(asdict(report), indent=2, ensure_ascii=False))  # noqa: T201 - the command's output
    else:
        columns.show(report, ORIGINALS.values())
    return 0 if report.good else 1


def play(built: Stage) -> Report:
    """Hold the conversation through each SDK, whole and streamed, and judge it."""
    report = Report()
    for kind in SDKS:
        for streamed in (False, True):
            before = len(built.recorder.received)
            receipts: list[str] = []
            with closing(kind(built.base(kind.name), built.gateway_key, streamed, _listener(receipts))) as sdk:
                heard = _converse(sdk)
            judge(report, kind.name, streamed, built.recorder.received[before:], heard, receipts)
    _check_records(built, report)
    return report


def _listener(receipts: list[str]) -> Any:
    return lambda response: receipts.append(response.headers.get("x-hushgate-receipt", ""))


def _converse(sdk: Sdk) -> list[tuple[str, Said]]:
    """Return what the application sent and heard, turn for turn. Raises SetupError where the SDK raised something."""
    question, thanks = story.asked(0), story.asked(TURNS - 1)
    try:
        heard = [(question, sdk.say(question))]
        if (call := heard[0][1].call) is not None:
            result = story.tool(call.arguments)
            heard += [(result, sdk.result(call, result)), (thanks, sdk.say(thanks))]
    except Exception as error:  # noqa: BLE001 - two packages with a tree of errors each, and what httpx raises
        code = getattr(error, "code", None) or getattr(error, "status_code", "")
        raise SetupError(f"the {sdk.name} SDK raised {type(error).__name__} {code}", hint="See docs/errors.md") from None
    return heard


def _check_records(built: Stage, report: Report) -> None:
    """Note every exchange that has no closed record."""
    deadline = time.monotonic() + _RECORDED
    for exchange in report.exchanges:
        while True:
            state = built.admin.get(f"receipts/{exchange.receipt}")["state"]
            if state != "open" or time.monotonic() > deadline:
                break
            time.sleep(0.05)
        if state != "closed":
            report.problems.append(f"the record of {exchange.receipt} is {state}")
