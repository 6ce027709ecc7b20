"""`python -m tests.quality DATA`: how much is found and how much is missed, on annotated text, beside Presidio's own recognizers.

DATA is a folder of corpora: a line is {"text", "spans": [[start, end, label], ...], "source", "lang", "labels"}. It is not part of the
product; the figures that came of it are `docs/quality.md`, which `--write` renews and `--check` compares with what is found now.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.cli.inspection import Inspector
from tests.quality import plots, report
from tests.quality.scores import Score, count

# Labels of the corpora → the entities that count as having found them.
ENTITIES = {
    "PERSON": "PERSON", "LOCATION": "LOCATION", "ORGANIZATION": "ORGANIZATION", "EMAIL_ADDRESS": "EMAIL_ADDRESS", "PHONE_NUMBER": "PHONE_NUMBER",
    "US_SSN": "US_SSN", "CREDIT_CARD": "CREDIT_CARD", "DATE_TIME": "DATE_TIME", "PII": "PII",
}  # fmt: skip
Found = list[tuple[int, int, str]]
Table = dict[str, dict[str, Score]]


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def source(row: dict[str, Any]) -> str:
    """One name for the parts of a corpus (`gum_news`, `gum_court`)."""
    return next((stem for stem in ("btc", "crossner", "gum", "multidogo", "pupa") if row["source"].startswith(stem)), row["source"])


def scored(texts: Sequence[dict[str, Any]], find: Callable[[str], Found]) -> Table:
    totals: Table = defaultdict(lambda: defaultdict(Score))
    for row in texts:
        found = find(row["text"])
        for entity, score in count(row, found, ENTITIES).items():
            totals[source(row)][entity] += score
            totals[f"all {row['lang']}"][entity] += score
    return totals


def ours() -> Callable[[str], Found]:
    inspector = Inspector("")
    return lambda text: [(finding.start, finding.end, finding.entity) for finding in inspector.findings(text)]


def presidio() -> Callable[[str], Found] | None:
    """Presidio's predefined recognizers over a blank pipeline: its models are no packages, so it finds no names here."""
    try:
        import spacy  # noqa: PLC0415
        from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415
        from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415
    except ImportError:
        return None
    engine = SpacyNlpEngine()
    engine.nlp = {"en": spacy.blank("en")}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    return lambda text: [(each.start, each.end, each.entity_type) for each in analyzer.analyze(text, language="en") if each.score >= 0.5]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="renew docs/quality.md")
    parser.add_argument("--check", action="store_true", help="fail if anything fell beyond noise")
    parser.add_argument("--alone", action="store_true", help="without Presidio")
    given = parser.parse_args()
    if not given.data.is_dir():
        sys.stderr.write(f"{given.data} holds no corpora; name their folder: make quality DATA=...\n")
        return 2
    texts = list(rows(given.data))
    find = ours()
    table, names = scored(texts, find), report.by_origin(find)
    beside = None if given.alone else presidio()
    other = scored([row for row in texts if row["lang"] == "en"], beside) if beside else {}
    sys.stdout.write(report.plain(table, other) + "\n" + report.origins(names))
    if given.write:
        report.write(table, other, names)
        plots.write(table, names)
    return report.fallen(table) if given.check else 0


if __name__ == "__main__":
    raise SystemExit(main())
