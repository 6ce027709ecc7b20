"""Every published route is on the map, and every position of those that are served is inspected or refused."""

import re

import pytest

from app.cli.selftest.positions import published
from app.cli.selftest.run import survey
from tests.coverage.page import BASELINE, PAGE, baseline, renewed

pytestmark = pytest.mark.timeout(600)  # one run for all of them, on a machine that may have other things to do
RENEW = "`make coverage` writes the page and the list anew; say in the changelog why a route went"


@pytest.fixture(scope="module")
def found():
    return survey()


def test_nothing_passes_and_no_way_past_the_gateway_is_handed_out(found):
    assert not [f"{row.name} {cell.place}" for row in found.rows for cell in row.cells if cell.fate == "passed"]
    assert not found.channels
    assert not found.odd
    assert found.good


def test_every_route_that_the_providers_publish_is_on_the_map(found):
    told = {(row.dialect, row.method, row.path) for row in found.rows}
    for dialect in ("openai", "anthropic"):
        assert {(dialect, route.method, route.path) for route in published(dialect)} <= told
    assert len({(row.method, row.path) for row in found.rows if row.dialect == "openai" and row.method.isalpha()}) >= 288


def test_a_route_that_is_served_inspects_something_and_one_that_is_not_says_why(found):
    for row in found.rows:
        assert row.cells, row.name
        if not row.endpoint:
            assert set(row.codes) <= {"hushgate_not_found", "hushgate_bad_header"}, row.name
            assert row.why, row.name
        elif set(row.codes) != {"hushgate_content_type"}:  # published in two sorts of body, of which one is served
            assert row.counts["inspected"], row.name


def test_what_carries_content_is_inspected(found):
    """Of OpenAI's operations with a JSON body, and of those with a form, those outside the administration of an account."""
    asked = [row for row in found.rows if row.dialect == "openai" and row.body in {"json", "multipart"} and row.method != "SESSION"]
    content = [row for row in asked if "?" not in row.path and not row.path.startswith(("/organization", "/projects"))]
    refused = sorted(row.name for row in content if not row.endpoint)
    print(
        f"\n{len(content)} operations with a body outside the administration, {len(content) - len(refused)} inspected; refused: {refused}"
    )
    assert {name.split()[1].split("/")[1] for name in refused} <= {"realtime", "chatkit", "fine_tuning"}


def test_no_route_vanishes_from_the_map_or_stops_being_served_unexplained(found):
    assert baseline(found).splitlines() == BASELINE.read_text().splitlines(), RENEW


def test_the_page_is_the_one_of_this_map(found):
    def without_numbers(page):
        return re.sub(r"\b\d+\b", "N", page)  # how many positions there are changes with every detector

    page = PAGE.read_text()
    assert without_numbers(renewed(page, found)) == without_numbers(page), RENEW
