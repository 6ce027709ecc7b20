"""`hushgate inspect`: what the detectors find in a text, offline, under the default policy."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Any, BinaryIO

import typer

from app.cli.output import Json, complain, listing
from app.cli.source import text_of
from app.config import Settings
from app.core.finding import ANY, Finding, count, not_inspected
from app.core.policy import Policy, PolicyDocument
from app.core.segment import Segment
from app.core.table import Kind
from app.engine.catalogue import detectors, entries
from app.engine.languages import languages
from app.engine.scan import Scanner


class Inspector:
    """The detectors of this installation and the default policy's thresholds."""

    def __init__(self, modules: str) -> None:
        """Load the built-in detectors and those of `modules`, comma-separated. Raises SetupError."""
        self._scanner = Scanner(detectors(entries(modules)))
        self._policy = Policy(PolicyDocument(version=1))

    def findings(self, text: str) -> list[Finding]:
        """Return what the default policy would act on or report, without overlaps, in text order."""
        verdict = self._policy.decide([Segment(text, Kind.TEXT, None)], [self._scanner.scan(text)], datetime.now(UTC))
        return [finding for finding, _ in verdict.decisions[0]]


def inspect(
    file: Annotated[str | None, typer.Argument(metavar="FILE|-", help="A UTF-8 text; - is standard input.")] = None,
    *,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"text": ...} a line from standard input, answer {"spans": ...} a line.')
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what would be found in a text. Needs no gateway, no database and no network; values are not printed."""
    if jsonl == (file is not None):
        raise typer.BadParameter("give a file or -, or --jsonl")
    inspector = Inspector(Settings.read().detectors)
    if jsonl:
        if not _stream(inspector, sys.stdin.buffer):
            raise typer.Exit(1)
        return
    text = text_of(file or "-")
    findings, missing = inspector.findings(text), not_inspected(languages(text))
    if as_json:
        rows = [{"start": f.start, "end": f.end, "entity": f.entity, "score": f.score, "detector": f.detector} for f in findings]
        unread = [{"entity": entity, "languages": those} for entity, those in missing.items()]
        typer.echo(json.dumps({"findings": rows, "entities": count(findings), "not_inspected": unread}, indent=2))
        return
    listing([_row(text, finding) for finding in findings], ("line", "column", "length", "entity", "score", "detector"), as_json=False)
    for entity, those in missing.items():
        where = " yet" if ANY in those else f" in {', '.join(those)}"
        typer.echo(f"Not inspected{where}: {entity}.", err=True)


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
