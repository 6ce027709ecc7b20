"""Every fresh value of every kind in every frame; the normal suite tries each value in two."""

import os
import subprocess
import sys

import pytest


@pytest.mark.timeout(1800)
def test_every_value_in_every_frame():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/specimens"]
    done = subprocess.run(command, env={**os.environ, "SPECIMENS": "every"}, capture_output=True, text=True, check=False)
    print("\n" + done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout[-3000:]
