"""Every way to every position: the self-test as `hushgate selftest --every` runs it, and what it comes to."""

import pytest

from app.cli.selftest.run import survey


@pytest.mark.timeout(3600)
def test_no_way_to_any_position_lets_a_canary_through():
    found = survey(every=True)
    print(f"\n{found.totals}, {len(found.channels)} direct channels, {found.seconds} s")
    assert found.good
