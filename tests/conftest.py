"""Fixtures shared by all tests."""

import os
from importlib.util import find_spec

# Before SciPy is loaded: without it scikit-learn leaves out one of its checks.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

import pytest

from skrnn.datasets import fetch_melbourne_temperatures, load_sea_surface_temperatures

# scikit-learn has callbacks from 1.9 on.
collect_ignore = [] if find_spec("sklearn.callback") else ["test_sklearn_compat.py"]


@pytest.fixture(scope="session")
def melbourne():
    """Daily minimum temperatures, 1981-1990; fetched where the file is not at hand."""
    return fetch_melbourne_temperatures()


@pytest.fixture(scope="session")
def sea_surface():
    """Monthly sea surface temperatures, 1950-2010."""
    return load_sea_surface_temperatures()
