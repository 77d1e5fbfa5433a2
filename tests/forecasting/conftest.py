"""Forecasters that train in a moment, and series for them."""

import numpy as np
import pandas as pd
import pytest

from skrnn.datasets import make_seasonal_series
from skrnn.forecasting import RNNForecaster

# One network that learns from whole windows of a series as it is.
PLAIN = {
    "strategy": "recursive",
    "deseasonalize": False,
    "transformer": None,
    "scale_by": "panel",
    "n_networks": 1,
    "min_periods": None,
    "target_scaler": "standard",
    "loss": "squared_error",
    "learning_rate": None,
    "weight_decay": 0.0,
    "batch_size": 32,
}
CHEAP = {"lag": 3, "cell": "simple", "units": 2, "epochs": 2, "random_state": 0, **PLAIN}


@pytest.fixture
def cheap():
    """Make a forecaster that trains in a moment."""

    def make(**parameters):
        return RNNForecaster(**{**CHEAP, **parameters})

    return make


@pytest.fixture(scope="session")
def months():
    """Sixty months of one series."""
    series = make_seasonal_series(60, random_state=0)
    series.index = pd.period_range("2000-01", periods=60, freq="M", name="month")
    return series.rename("y")


@pytest.fixture(scope="session")
def panel():
    """Three series of different lengths and levels, one of which ends earlier."""
    random = np.random.default_rng(0)
    parts = {}
    for name, first, length in [("a", 0, 30), ("b", 10, 20), ("c", 5, 22)]:
        t = pd.RangeIndex(first, first + length, name="t")
        values = 100 * len(parts) + np.sin(t.to_numpy()) + 0.1 * random.normal(size=length)
        parts[name] = pd.DataFrame({"y": values}, index=t)
    return pd.concat(parts, names=["series"])
