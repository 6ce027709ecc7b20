import time

import pytest

from tests.drill import drill


@pytest.mark.timeout(3600)
def test_a_thousand_requests_while_processes_are_killed_stopped_and_starved(postgres, tmp_path):
    with drill(postgres, tmp_path / "home") as one:
        began = time.monotonic()
        figures = one.run(1000)
        print(f"\n{figures}; {time.monotonic() - began:.0f} s")
    assert (figures.wrong, figures.leaked, figures.upstream) == ([], 0, 1000)
    assert figures.answers[200] == 1000
    assert min(figures.faults[name] for name in ("kill", "stop", "pause", "memory", "processor")) >= 10
