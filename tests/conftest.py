"""Fixtures shared by all tests."""

import pytest

from skrnn.datasets import fetch_melbourne_temperatures, load_sea_surface_temperatures


@pytest.fixture(scope="session")
def melbourne():
    """Daily minimum temperatures, 1981-1990; fetched where the file is not at hand."""
    return fetch_melbourne_temperatures()


@pytest.fixture(scope="session")
def sea_surface():
    """Monthly sea surface temperatures, 1950-2010."""
    return load_sea_surface_temperatures()
