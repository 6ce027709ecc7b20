"""A sample of the falsifications of `make soak`, with the same oracle."""

import pytest

from tests.tampering import Falsifier, falsify

pytestmark = pytest.mark.anyio


async def test_every_falsification_is_found_against_the_checkpoints_outside(database_url, tmp_path):
    ways = len(Falsifier(None, None).ways())
    tried, missed, _ = await falsify(database_url, tmp_path, 5 * ways)
    assert set(tried.values()) == {5}
    assert missed == []
