"""An RNNForecaster for the displays."""

import pytest

from skrnn.datasets import make_seasonal_series


@pytest.fixture(scope="session")
def series():
    """Sixty months of one series."""
    return make_seasonal_series(60, random_state=0)


@pytest.fixture
def make_forecaster():
    """Make a forecaster that trains in a moment."""
    from skrnn.forecasting import RNNForecaster

    def make(**parameters):
        cheap = {"lag": 3, "cell": "simple", "units": 2, "epochs": 2, "random_state": 0}
        cheap |= {"n_networks": 1, "min_periods": None, "deseasonalize": False}
        return RNNForecaster(**{**cheap, **parameters})

    return make
