"""Judge copies of the machine by the fast laws, each in a process of its own, forked from one that has loaded what is under them all.

`python -m mutants.judge FOLDER…` prints the folders whose package `app` passes.
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


def judge(folder: str) -> None:
    """Run the laws over the machine of a folder instead of the one that is loaded."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    for printed in (1, 2):
        os.dup2(quiet, printed)
    signal.alarm(PATIENCE)  # ends the process
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    sys.path.insert(0, folder)
    runpy.run_module(FAST, run_name="__main__")
    if not sys.modules["app"].__file__.startswith(folder):
        raise ImportError("these laws were not about this machine")


def begun(folder: str) -> int:
    """Fork a judge; its status says whether a law failed."""
    if pid := os.fork():
        return pid
    status = 1
    try:
        judge(folder)
        status = 0
    finally:
        os._exit(status)


def main(folders: list[str]) -> None:
    """Say which pass."""
    waiting, running = [*reversed(folders)], {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            folder = waiting.pop()
            running[begun(folder)] = folder
        pid, status = os.wait()
        folder = running.pop(pid)
        if status == 0:
            print(folder, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
