"""The map as one page that stands by itself: no script, nothing from elsewhere, and a policy that says so."""

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from typing import Final

from app import __version__
from app.cli.selftest.coverage import PASSED, REFUSED, Coverage, Row, summed
from app.cli.selftest.show import problems

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1c2430; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.totals { display: flex; gap: 1rem; flex-wrap: wrap; padding: 0; list-style: none; }
.totals li { border: 1px solid #d5dbe3; border-radius: .5rem; padding: .6rem 1rem; min-width: 8rem; }
.totals b { display: block; font-size: 1.6rem; }
.inspected { color: #0b6b3a; } .refused { color: #6b4b00; } .passed { color: #b00020; font-weight: bold; }
details { border-top: 1px solid #e3e8ee; padding: .3rem 0; } summary { cursor: pointer; display: flex; gap: 1rem; flex-wrap: wrap; }
summary code { flex: 1; } table { border-collapse: collapse; margin: .5rem 0 1rem; } td { padding: .1rem 1rem .1rem 0; vertical-align: top; }
code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; } .whole { color: #5a6572; }
@media (prefers-color-scheme: dark) { body { color: #dfe6ee; background: #14181d; } .inspected { color: #63d297; } .refused { color: #e2b84d; }
.passed { color: #ff6b81; } .totals li, details { border-color: #333c47; } .whole { color: #93a0ae; } }
"""


def page(found: Coverage) -> str:
    """Return the page."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join([
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">',
        f"<title>Hushgate coverage</title><style>{_STYLE}</style></head><body>",
        "<h1>What became of a canary in every position of every route</h1>",
        f"<p>Hushgate {escape(__version__)}, {found.seconds} s. Judged by every byte that a recording provider received.</p>",
        '<ul class="totals">',
        *(f'<li class="{fate}"><b>{number}</b>{fate}</li>' for fate, number in found.totals.items()),
        f'<li class="{"passed" if found.channels else ""}"><b>{len(found.channels)}</b>direct channels</li></ul>',
        *(f"<p>{escape(line)}</p>" for line in summed(found.operations)),
        *(f'<p class="passed">{escape(line)}</p>' for line in problems(found)),
        *_dialects(found.rows),
        "</body></html>\n",
    ])  # fmt: skip


def _dialects(rows: Iterable[Row]) -> Iterable[str]:
    rows = list(rows)
    for dialect in dict.fromkeys(row.dialect for row in rows):
        yield f"<h2>{escape(dialect)}</h2>"
        yield from (_served(row) for row in rows if row.dialect == dialect and row.endpoint)
        whole = [row for row in rows if row.dialect == dialect and not row.endpoint]
        if whole:
            yield f"<details><summary><code>{len(whole)} routes are refused as a whole</code></summary><table>"
            yield from (f'<tr class="whole"><td><code>{escape(row.name)}</code></td><td>{escape(row.why)}</td></tr>' for row in whole)
            yield "</table></details>"


def _served(row: Row) -> str:
    counts = " ".join(f'<span class="{fate}">{row.counts[fate]} {fate}</span>' for fate in ("inspected", REFUSED, PASSED))
    cells = "".join(
        f'<tr><td><code>{escape(cell.place)}</code></td><td class="{cell.fate}">{cell.fate}</td><td>{escape(cell.code)}</td></tr>'
        for cell in row.cells
    )
    head = f"<summary><code>{escape(row.name)}</code>{counts}</summary>"
    return f"<details>{head}<table>{cells}</table></details>"
