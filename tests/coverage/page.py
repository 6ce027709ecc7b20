"""The generated parts of `docs/coverage.md`, and the list of routes that later runs are held against."""

from collections.abc import Iterator
from pathlib import Path

from app.cli.selftest.coverage import GROUPS, Coverage, Row
from app.gateway.routes import DIALECTS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
BASELINE = Path(__file__).parent / "routes.txt"


def renewed(page: str, found: Coverage) -> str:
    """The page with its generated parts made anew; what is written by hand stays."""
    parts = {"routes": routes(found), "whole": whole(found), "headers": headers(), "totals": totals(found), "operations": operations(found)}
    for name, lines in parts.items():
        head, begin, rest = page.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition(f"<!-- /{name} -->")
        assert begin, name
        assert end, name
        page = "".join([head, begin, *(f"{line}\n" for line in lines), "\n", end, tail])
    return page


def baseline(found: Coverage) -> str:
    """Every route, and whether it is served: one that vanishes, or is served no more, is a change that somebody must want."""
    return "".join(sorted(f"{row.dialect} {row.name} {row.endpoint or 'refused'}\n" for row in found.rows))


def totals(found: Coverage) -> Iterator[str]:
    numbers, served = found.totals, sum(bool(row.endpoint) for row in found.rows)
    yield f"{len(found.rows)} routes, of which {served} are served: {numbers['inspected']} positions inspected, {numbers['refused']} refused,"
    yield f"{numbers['passed']} passed; {len(found.channels)} direct channels."


def operations(found: Coverage) -> Iterator[str]:
    yield f"| Dialect | Operations with a body | {' | '.join(group.capitalize() for group in GROUPS)} |"
    yield "|---|---|---|---|---|"
    for (dialect, body), counts in found.operations.items():
        yield f"| `{dialect}` | {body} | {' | '.join(str(counts[group]) for group in GROUPS)} |"


def routes(found: Coverage) -> Iterator[str]:
    yield "| Dialect | Method and path | Also as | Whole | Streamed | Inspected | Refused |"
    yield "|---|---|---|---|---|---|---|"
    for dialect in DIALECTS.values():
        for endpoint in dialect.endpoints:
            counts = [row.counts for row in found.rows if (row.dialect, row.endpoint) == (dialect.name, endpoint.name)]
            first, *others = sorted(endpoint.paths, key=lambda path: not path.startswith("/v1/"))
            also = " ".join(f"`{path}`" for path in others) or "-"
            streamed = "yes" if endpoint.stream else "no"
            numbers = " | ".join(str(sum(one[fate] for one in counts)) for fate in ("inspected", "refused"))
            yield f"| `{dialect.name}` | `{endpoint.method} {first}` | {also} | yes | {streamed} | {numbers} |"


def whole(found: Coverage) -> Iterator[str]:
    yield "| Dialect | Routes | How many | Why |"
    yield "|---|---|---|---|"
    groups: dict[tuple[str, str, str], int] = {}
    for row in found.rows:
        if not row.endpoint:
            key = (row.dialect, _group(row), _reason(row.why))
            groups[key] = groups.get(key, 0) + 1
    for (dialect, group, why), number in sorted(groups.items()):
        yield f"| `{dialect}` | `{group}` | {number} | {why.replace('|', '/')} |"


def _group(row: Row) -> str:
    version, path = ("/v1", row.path.removeprefix("/v1")) if row.path.startswith("/v1/") else ("", row.path)
    return f"{version}/{path.strip('/').partition('/')[0].partition('?')[0]}"


def _reason(why: str) -> str:
    """What a refusal says, without where to read of it: that is this page."""
    said, _, hint = why.partition(" at path. ")
    return said if "coverage.md" in hint or not hint else f"{said}. {hint.rstrip('.')}"


def headers() -> Iterator[str]:
    every = set.intersection(*(set(dialect.headers) for dialect in DIALECTS.values()))
    yield "| Dialect | Sent on |"
    yield "|---|---|"
    yield f"| every | {_named(every)} |"
    for name, dialect in DIALECTS.items():
        yield f"| `{name}` | {_named(set(dialect.headers) - every)} |"


def _named(names: set[str]) -> str:
    return " ".join(f"`{name}`" for name in sorted(names))
