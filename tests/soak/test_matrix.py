"""Every phase with every fault, each with the oracle after it; the figures are printed."""

import time

import pytest

from tests.matrix import CELLS, IMPOSSIBLE, matrix


@pytest.mark.timeout(7200)
def test_every_phase_with_every_fault(postgres, tmp_path):
    began = time.monotonic()
    with matrix(postgres, tmp_path) as built:
        for phase, fault in CELLS:
            try:
                built.cell(phase, fault)
            except AssertionError as error:
                built.figures.wrong.append(f"{phase} × {fault}: {str(error).splitlines()[0] if str(error) else 'an assertion'}")
                built.running.proxy.up()
                built.running.restart()
        figures = built.figures
    print(f"\nphases × faults: {figures.cells} cells, {len(figures.wrong)} wrong, {figures.sent} requests sent, "
          f"slowest {figures.slowest:.1f} s, {time.monotonic() - began:.0f} s in all")  # fmt: skip
    for (phase, fault), reason in IMPOSSIBLE.items():
        print(f"  not run: {phase} × {fault}: {reason}")
    for fault, answers in sorted(figures.answers.items()):
        print(f"  {fault:<14} {', '.join(map(str, sorted(answers)))}")
    assert figures.wrong == []
