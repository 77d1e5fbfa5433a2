"""The temperatures of Melbourne are the one file of the tests that a machine may not have."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# One of each kind: the test of a fixture's user, of a fixture made from it, and of a docstring.
NEEDY = [
    "tests/plotting/test_single_series.py",
    "tests/datasets/test_melbourne.py::test_then_the_cache",
    "skrnn/datasets/_melbourne.py",
]


def run_without_the_file(cache, **environment):
    """Run tests where nothing is cached and no network answers."""
    hidden = {"SKRNN_DATA", "CI", "no_proxy", "NO_PROXY", "HTTPS_PROXY"}
    inherited = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *NEEDY],
        cwd=ROOT,
        env=inherited
        | {"XDG_CACHE_HOME": str(cache), "HOME": str(cache), "LOCALAPPDATA": str(cache)}
        | {"https_proxy": "http://127.0.0.1:9"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def count(outcome, output):
    found = re.search(rf"(\d+) {outcome}", output.splitlines()[-1])
    return int(found[1]) if found else 0


def test_its_tests_are_skipped_by_name(tmp_path):
    run = run_without_the_file(tmp_path)
    assert run.returncode == 0, run.stdout
    assert count("skipped", run.stdout) == 3
    assert count("passed", run.stdout) > 5
    assert "daily-min-temperatures.csv could not be downloaded" in run.stdout


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"SKRNN_DATA": "an-empty-folder"}])
def test_none_is_skipped_in_continuous_integration(tmp_path, environment):
    run = run_without_the_file(tmp_path, **environment)
    assert run.returncode == 1, run.stdout
    assert count("skipped", run.stdout) == 0
    assert count("failed", run.stdout) + count("error", run.stdout) == 3
    assert "No test may be skipped where CI or SKRNN_DATA is set" in run.stdout
