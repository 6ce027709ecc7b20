"""Judge copies of the machine by the fast laws, each in a process of its own, forked from one that has loaded what is under them all.

`python -m mutants.judge LAW=FOLDER…` prints those whose package `app` passes the law, or all of them where none is named.
"""

import os
import runpy
import signal
import sys

import mutants.fast  # with it comes all that the laws and the machine stand on

FAST = mutants.fast.__name__
OURS = ("app", "laws", "mutants")
PATIENCE = 30  # seconds: a mutant may also never come to an end
AT_ONCE = min(4, os.cpu_count() or 1)


def judge(law: str, folder: str) -> None:
    """Run the laws over the machine of a folder instead of the one that is loaded."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    for printed in (1, 2):
        os.dup2(quiet, printed)
    signal.alarm(PATIENCE)  # ends the process
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    sys.path.insert(0, folder)
    laws = {one.__name__: one for one in runpy.run_module(FAST)["LAWS"]}
    for one in [laws[law]] if law else laws.values():
        one()
    if not sys.modules["app"].__file__.startswith(folder):
        raise ImportError("these laws were not about this machine")


def begun(case: str) -> int:
    """Fork a judge; its status says whether a law failed."""
    if pid := os.fork():
        return pid
    status = 1
    try:
        law, _, folder = case.partition("=")
        judge(law, folder)
        status = 0
    finally:
        os._exit(status)


def main(cases: list[str]) -> None:
    """Say which pass."""
    waiting, running = [*reversed(cases)], {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            case = waiting.pop()
            running[begun(case)] = case
        pid, status = os.wait()
        case = running.pop(pid)
        if status == 0:
            print(case, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
