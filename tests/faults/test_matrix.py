"""A sample of the matrix of phases and faults, with the oracles of all of it; `make soak` runs every cell."""

import pytest

from tests.matrix import ALLOWED, CELLS, FAULTS, IMPOSSIBLE, PHASES, allowed, matrix

SAMPLE = [
    ("auth", "database gone"),
    ("policy", "kms gone"),
    ("body", "client gone"),
    ("detect", "exception"),
    ("vault", "disk full"),
    ("intent", "kill"),
    ("intent", "hang"),
    ("connect", "upstream gone"),
    ("headers", "kill"),
    ("event", "database gone"),
    ("completion", "exception"),
    ("checkpoint", "exception"),
]


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory):
    with matrix(postgres, tmp_path_factory.mktemp("matrix")) as built:
        yield built


def test_every_cell_is_run_or_has_a_reason():
    assert len(CELLS) + len(IMPOSSIBLE) == len(PHASES) * len(FAULTS)
    assert all(allowed(*cell) for cell in CELLS)
    assert {fault for _, fault in ALLOWED} - {"*"} == set(FAULTS)
    assert {phase for phase, _ in SAMPLE} == set(PHASES)


@pytest.mark.parametrize("cell", SAMPLE, ids=lambda cell: "-".join(cell).replace(" ", "-"))
def test_a_cell(running, cell):
    running.cell(*cell)
