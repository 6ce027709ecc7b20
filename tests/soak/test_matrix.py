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
            except Exception as error:  # noqa: BLE001 - the other cells are run all the same
                built.figures.wrong.append(f"{phase} × {fault}: {type(error).__name__} {(str(error).splitlines() or [''])[0]}")
                print(f"\n{built.figures.wrong[-1]}", flush=True)
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
