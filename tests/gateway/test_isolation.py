"""A few hundred exchanges of the isolation law; `make soak` carries ten thousand."""

from tests.isolation import isolation


def test_only_the_right_original_returns_to_the_right_caller(postgres, tmp_path):
    with isolation(postgres, tmp_path) as law:
        figures = law.run(300)
    assert (figures.exchanges, figures.wrong, figures.missed, figures.failed) == (300, 0, 0, 0), figures
    assert figures.restored > 100
    assert figures.kept > 100
