import time

import pytest

from tests.isolation import isolation


@pytest.mark.timeout(7200)
def test_ten_thousand_mixed_exchanges(postgres, tmp_path):
    with isolation(postgres, tmp_path) as law:
        began = time.monotonic()
        figures = law.run(10_000)
        print(f"\n{figures}; {time.monotonic() - began:.0f} s")
    assert (figures.exchanges, figures.wrong, figures.missed, figures.failed) == (10_000, 0, 0, 0)
