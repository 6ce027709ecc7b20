"""`hushgate inspect`: what the detectors find in a text, offline, under the default policy."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, BinaryIO

import typer

from app.cli.output import Json, complain, listing
from app.cli.source import text_of
from app.config import Settings
from app.core.finding import ENTITIES, Finding, count, not_inspected
from app.core.policy import Decision, Policy, PolicyDocument, Ruling
from app.core.segment import Segment
from app.core.table import Kind
from app.engine.catalogue import detectors, entries
from app.engine.languages import languages
from app.engine.scan import Reason, Scanner

_COLUMNS = ("line", "column", "length", "entity", "score", "detector")
_REASONS = ("pattern", "base", "check", "context", "view", "rule", "action")


class Inspector:
    """The detectors of this installation and the default policy's thresholds."""

    def __init__(self, modules: str) -> None:
        """Load the built-in detectors and those of `modules`, comma-separated. Raises SetupError."""
        self._scanner = Scanner(detectors(entries(modules)))
        self._policy = Policy(PolicyDocument(version=1))

    def findings(self, text: str) -> list[Finding]:
        """Return what the default policy would act on or report, without overlaps, in text order."""
        return [finding for finding, _ in self._decided(text, self._scanner.scan(text))]

    def explained(self, text: str) -> list[tuple[Finding, dict[str, Any]]]:
        """Return the same findings, each with its reasons: what proposed it, what raised or lowered it, what acts on it. Never its text."""
        reasons: dict[Finding, Reason] = {}
        for reason in sorted(self._scanner.explain(text), key=lambda reason: (not reason.views, reason.base)):
            reasons[reason.finding] = reason  # what needs no view, and of several patterns that agree the strongest
        return [(finding, _why(reasons[finding], ruling)) for finding, ruling in self._decided(text, sorted(reasons))]

    def _decided(self, text: str, found: list[Finding]) -> Sequence[Decision]:
        return self._policy.decide([Segment(text, Kind.TEXT, None)], [found], datetime.now(UTC)).decisions[0]


def _why(reason: Reason, ruling: Ruling) -> dict[str, Any]:
    """Return the reasons for one finding. A context word's presence counts, the word itself may say too much."""
    change = reason.judged - reason.base
    known = ENTITIES.get(reason.finding.entity)
    return {
        "pattern": reason.pattern,
        "base": reason.base,
        "check": "proved" if reason.finding.checked else "raised" if change > 0 else "lowered" if change < 0 else "none",
        "context": reason.context,
        "view": ", ".join(reason.views),
        "rule": f"default: {known.sensitivity if known else 'unknown entity'}",
        "action": ruling.action.value,
    }


def inspect(
    file: Annotated[str | None, typer.Argument(metavar="FILE|-", help="A UTF-8 text; - is standard input.")] = None,
    *,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"text": ...} a line from standard input, answer {"spans": ...} a line.')
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why, for each finding: pattern, scores, check, context, rule.")] = False,
    as_json: Json = False,
) -> None:
    """Show what would be found in a text. Needs no gateway, no database and no network; values are not printed."""
    if jsonl == (file is not None):
        raise typer.BadParameter("give a file or -, or --jsonl")
    if jsonl and explain:
        raise typer.BadParameter("--explain is for a file or -")
    inspector = Inspector(Settings.read().detectors)
    if jsonl:
        if not _stream(inspector, sys.stdin.buffer):
            raise typer.Exit(1)
        return
    text = text_of(file or "-")
    explained = inspector.explained(text) if explain else [(finding, {}) for finding in inspector.findings(text)]
    findings, missing = [finding for finding, _ in explained], not_inspected(languages(text))
    if as_json:
        rows = [
            {"start": f.start, "end": f.end, "entity": f.entity, "score": f.score, "detector": f.detector, **why} for f, why in explained
        ]
        unread = [{"entity": entity, "languages": those} for entity, those in missing.items()]
        typer.echo(json.dumps({"findings": rows, "entities": count(findings), "not_inspected": unread}, indent=2))
        return
    shown = [{**_row(text, finding), **_shown(why)} for finding, why in explained]
    listing(shown, _COLUMNS + _REASONS if explain else _COLUMNS, as_json=False)
    for entity, those in missing.items():
        typer.echo(f"Not inspected in {', '.join(those)}: {entity}.", err=True)


def _row(text: str, finding: Finding) -> dict[str, Any]:
    line = text.count("\n", 0, finding.start) + 1
    column = finding.start - text.rfind("\n", 0, finding.start)
    return {
        "line": line,
        "column": column,
        "length": finding.end - finding.start,
        "entity": finding.entity,
        "score": f"{finding.score:.2f}",
        "detector": finding.detector,
    }


def _shown(why: dict[str, Any]) -> dict[str, Any]:
    if not why:
        return {}
    pattern = "-" if why["pattern"] is None else str(why["pattern"])
    return {
        **why,
        "pattern": pattern,
        "base": f"{why['base']:.2f}",
        "context": "yes" if why["context"] else "no",
        "view": why["view"] or "-",
    }


def _stream(inspector: Inspector, source: BinaryIO) -> bool:
    """Answer line for line, each as soon as it is known. Whether every line was good."""
    good = True
    for number, line in enumerate(source, 1):
        answer: dict[str, Any]
        try:
            answer = {"spans": [[f.start, f.end, f.entity, f.score] for f in inspector.findings(_text(line))]}
        except (ValueError, RecursionError):
            good, answer = False, {"error": 'the line is not {"text": "..."} as UTF-8 JSON', "line": number}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    if not good:
        complain("at least one line could not be read")
    return good


def _text(line: bytes) -> str:
    """Return the text of one line. Raises ValueError."""
    given = json.loads(line.decode())
    if not isinstance(given, dict) or not given.keys() <= {"text", "language"} or not isinstance(given.get("text"), str):
        raise ValueError
    return str(given["text"])
