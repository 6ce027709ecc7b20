"""A sample of the drill; `make soak` does a thousand requests."""

from tests.drill import drill


def test_nothing_uninspected_leaves_while_processes_are_killed_stopped_and_starved(postgres, tmp_path):
    with drill(postgres, tmp_path / "home") as one:
        figures = one.run(30)
    print(f"\n{figures}")
    assert not figures.wrong
    assert figures.leaked == 0
    assert figures.upstream == figures.answers[200] == 30
    assert sum(figures.faults.values()) >= 3
