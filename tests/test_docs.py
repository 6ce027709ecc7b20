import re
import shlex
from pathlib import Path

import pytest
import typer

from app.cli.root import root
from app.core.finding import LANGUAGES
from app.core.segment import Kind
from app.gateway.routes import DIALECTS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SOURCES = [*PAGES, *sorted((ROOT / "app").rglob("*.py"))]
CODE = re.compile(r"`(hushgate[^`\n]*)`|^ {0,4}(hushgate [a-z][^\n]*)", re.MULTILINE)
UNIVERSAL = {"--help", "--json", "--no-allow-private"}


def leaves(command, path=()):
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
    else:
        for name, child in below.items():
            yield from leaves(child, (*path, name))


TREE = typer.main.get_command(root)
COMMANDS = {" ".join(path): command for path, command in leaves(TREE)}


def commands_in(page):
    for match in CODE.finditer(page.read_text()):
        text = (match[1] or match[2]).partition(" > ")[0]
        if text.startswith("hushgate "):
            yield text


def options(command):
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}


@pytest.mark.parametrize("page", SOURCES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_named_exists_with_its_options(page):
    for text in commands_in(page):
        command, words = TREE, shlex.split(text, comments=True)[1:]
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        assert not getattr(command, "commands", None) or not words or words[0] in {"--help", "--version", "COMMAND"}, text
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options(command), text


def test_every_command_is_documented_with_its_options():
    page = (ROOT / "docs/commands.md").read_text()
    rows = dict(re.findall(r"^\| `hushgate ((?:[a-z][a-z-]* ?)+)[^`]*` \|(.*)\|$", page, re.MULTILINE))
    assert {name.strip() for name in rows} == set(COMMANDS)
    for name, text in rows.items():
        wanted = {option for option in options(COMMANDS[name.strip()]) if option.startswith("--")} - UNIVERSAL
        assert {option for option in wanted if f"`{option}" not in text} == set(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_that_is_named_exists(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"install", "run", "test", "check", "bench", "demo", "soak", "clean"} <= targets
    assert set(re.findall(r"(?:^|`|; )make ([a-z]+)", page.read_text(), re.MULTILINE)) <= targets


def slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_resolves(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), target
        if anchor:
            assert anchor in {slug(line.lstrip("#")) for line in found.read_text().splitlines() if line.startswith("#")}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_is_named_exists(page):
    for path in re.findall(r"`((?:app|tests|docs|migrations)/[\w./*-]*)`", page.read_text()):
        assert any(ROOT.glob(path)), path


def test_the_readme_says_what_is_not_inspected():
    limits = (ROOT / "README.md").read_text().partition("## Known limits")[2].partition("\n## ")[0]
    assert f"`{'`, `'.join(LANGUAGES)}`" in limits


def test_the_readme_names_what_the_command_reads_and_writes():
    text = (ROOT / "README.md").read_text()
    for word in ("first-run.json", "x-hushgate-receipt", "x-hushgate-restore", "x-hushgate-findings", "x-hushgate-key", "make test"):
        assert word in text


def test_the_coverage_page_lists_the_routes_and_headers_of_every_dialect():
    page = (ROOT / "docs/coverage.md").read_text()
    routes = {
        (dialect.name, endpoint.method, path) for dialect in DIALECTS.values() for endpoint in dialect.endpoints for path in endpoint.paths
    }
    told = set()
    for dialect, method, path, aliases in re.findall(r"^\| `(\w+)` \| `([A-Z]+) (/\S*)` \| (.*?) \|", page, re.MULTILINE):
        told |= {(dialect, method, path)} | {(dialect, method, alias) for alias in re.findall(r"`(/\S+)`", aliases)}
    assert told == routes
    rows = {
        name: set(re.findall(r"`([^`]+)`", row)) for name, row in re.findall(r"^\| `?(\w+)`? \| ((?:`[a-z-]+` ?)+)\|$", page, re.MULTILINE)
    }
    for dialect in DIALECTS.values():
        assert rows[dialect.name] | rows["every"] == set(dialect.headers)


def test_the_coverage_page_speaks_of_every_signed_field():
    page = (ROOT / "docs/coverage.md").read_text()
    signed = {
        path.rpartition(".")[2]
        for dialect in DIALECTS.values()
        for endpoint in dialect.endpoints
        for path, kind in endpoint.answer.entries.items()
        if kind is Kind.SIGNED
    }
    assert {name for name in signed if f"`{name}`" not in page} <= {"data"}  # redacted_thinking's


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_is_short_and_has_its_four_parts(page):
    text = page.read_text()
    assert text.startswith(f"# {page.stem[:4]} ")
    assert len(text.splitlines()) <= 30
    assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Alternatives"]


def test_the_map_leads_to_every_folder_and_page():
    chart = (ROOT / "README.md").read_text().partition("\n## Map")[2].partition("\n## ")[0]
    packages = {path.parent.name for path in (ROOT / "app").glob("*/*.py") if path.name != "__init__.py"}
    assert {name for name in packages if f"`app/{name}`" not in chart} == set()
    assert {page.name for page in (ROOT / "docs").glob("*.md") if f"(docs/{page.name})" not in chart} == set()


def test_decisions_are_numbered_without_gaps():
    numbers = [int(page.stem[:4]) for page in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
