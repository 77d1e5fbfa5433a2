"""Runs tests in a process that has loaded all libraries, but not the package under test."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUTPUT = "output.txt"
"""File in the copy with what pytest prints."""
PASSED, FAILED = 10, 11
"""Exit statuses. An error of this process itself has another status, which is 1."""


def run_tests(copy, files):
    """Run tests in a copy of the package, and end this process with `PASSED` or `FAILED`."""
    with (copy / OUTPUT).open("wb") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.chdir(copy)
    os.environ["PYTHONPATH"] = str(copy)
    sys.path[:] = [str(copy), *(path for path in sys.path if Path(path).resolve() != ROOT)]
    for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
        del sys.modules[name]
    assert "skrnn" not in sys.modules
    import pytest

    status = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *files])
    # Without the tests named, and if pytest cannot be started, there is another status.
    sys.exit({0: PASSED, 1: FAILED, 2: FAILED}.get(int(status), int(status) + 20))
