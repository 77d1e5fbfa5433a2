"""Fixtures of all tests, those in docstrings included, and the one file that may be missing."""

import ctypes
import gc
import os
import sys
from functools import cache
from importlib.util import find_spec

# Before SciPy is loaded: without it scikit-learn leaves out one of its checks.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

import pytest

from skrnn.datasets import fetch_melbourne_temperatures, load_sea_surface_temperatures

# scikit-learn has callbacks from 1.9 on.
collect_ignore = [] if find_spec("sklearn.callback") else ["tests/test_sklearn_compat.py"]


@pytest.fixture(scope="module", autouse=True)
def return_memory():
    """Return the memory that compilers used to the system: see the benchmark ``memory``."""
    yield
    gc.collect()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


@pytest.fixture(scope="session")
def melbourne():
    """Daily minimum temperatures, 1981-1990, fetched if the file is not on this machine."""
    return get_melbourne_or_skip()


@pytest.fixture(scope="session")
def sea_surface():
    """Monthly sea surface temperatures, 1950-2010."""
    return load_sea_surface_temperatures()


def pytest_runtest_setup(item):
    """Skip an example in a docstring whose file is not to be had: it cannot ask for a fixture."""
    if isinstance(item, pytest.DoctestItem):
        lines = "".join(example.source for example in item.dtest.examples)
        if "fetch_melbourne_temperatures(" in lines:
            get_melbourne_or_skip()


def get_melbourne_or_skip():
    """Fetch the temperatures; without them, skip the test, or fail where none may be skipped."""
    temperatures, reason = _melbourne_or_reason()
    if reason is None:
        return temperatures
    if may_skip(os.environ):
        pytest.skip(f"needs a file that is not on this machine: {reason}")
    pytest.fail(
        f"No test may be skipped where CI or SKRNN_DATA is set, but {reason}", pytrace=False
    )


def may_skip(environment):
    """Decide whether tests whose file is missing are skipped: on a machine of a reader only.

    In continuous integration, and where SKRNN_DATA names the folder of the file, they fail.
    """
    in_ci = environment.get("CI", "").lower() not in {"", "0", "false", "no"}
    return not (in_ci or environment.get("SKRNN_DATA"))


@cache
def _melbourne_or_reason():
    try:
        return fetch_melbourne_temperatures(), None
    except (OSError, ImportError) as error:
        return None, str(error)
