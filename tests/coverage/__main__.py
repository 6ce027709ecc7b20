"""Renew `docs/coverage.md` and the list of routes from a run of the self-test: `make coverage`."""

import sys

from app.cli.selftest.run import survey
from app.cli.selftest.show import show
from tests.coverage.page import BASELINE, PAGE, baseline, renewed

found = survey()
show(found)
if not found.good:
    sys.exit("nothing is written: something passed")
PAGE.write_text(renewed(PAGE.read_text(), found))
BASELINE.write_text(baseline(found))
