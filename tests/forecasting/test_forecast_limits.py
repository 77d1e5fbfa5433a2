"""Bounds of forecasts."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import RNNForecaster
from skrnn.forecasting._forecast_limits import Bounds
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis


def bounds_of(values, last=None):
    index = pd.RangeIndex(len(values))
    panel = Panel.of(pd.DataFrame({"y": values}, index), TimeAxis.of(index), 2)
    last = panel.last if last is None else np.array([last])
    return Bounds.of(panel, panel.values, last)


def test_a_trend_goes_on_and_an_explosion_does_not():
    bounds = bounds_of(np.arange(50.0))
    steps = np.arange(1, 101)
    trend = (49.0 + steps)[None, :, None, None]
    limited, far = bounds.limit(trend, steps)
    np.testing.assert_array_equal(limited, trend)
    assert not far.any()
    limited, far = bounds.limit(trend**3, steps)
    np.testing.assert_allclose(limited[0, :, 0, 0].max(), 49 + 49 * (1 + 100 / 50))
    assert far.all()


def test_differences_have_bounds_that_do_not_widen():
    bounds = bounds_of(np.array([-1.0, 1.0] * 10))
    limited, _ = bounds.limit(np.full((1, 2, 1, 1), 99.0), [1, 500], grows=False)
    np.testing.assert_allclose(limited.ravel(), [3.0, 3.0])


def test_unknown_values_and_rows_after_the_last_one_do_not_count():
    bounds = bounds_of(np.array([0.0, np.nan, 1.0, 50.0]), last=2)
    limited, _ = bounds.limit(np.array([[[[9.0]], [[np.nan]]]]), [1, 2])
    np.testing.assert_allclose(limited.ravel(), [1 + 1.5, np.nan])


def test_nothing_is_known():
    bounds = bounds_of(np.array([np.nan, np.nan]))
    limited, far = bounds.limit(np.full((1, 1, 1, 1), 7.0), [1])
    assert limited[0, 0, 0, 0] == 7.0
    assert not far.any()


def test_a_constant_series_stays_as_it_is_without_a_warning():
    limited, far = bounds_of(np.full(9, 3.0)).limit(np.full((1, 1, 1, 1), 3.1), [1])
    assert limited[0, 0, 0, 0] == 3.0
    assert not far.any()


def test_the_middle_of_the_known_values():
    bounds = bounds_of(np.array([0.0, 10.0]))
    values = np.array([[[[4.0, 6.0]]]])
    np.testing.assert_array_equal(bounds.above(values), [[[[False, True]]]])


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([0.0, 2.0], [0.0, 0.0, 3.0]),
        ([1.0, 2.0], [0.0, 0.0, 3.0]),
        ([0.0, 0.0], [0.0, 0.0, 0.0]),
        ([-1.0, -2.0], [-3.0, 0.0, 0.0]),
        ([-1.0, 2.0], [-3.0, 0.0, 3.0]),
        ([np.nan, np.nan], [-3.0, 0.0, 3.0]),
    ],
)
def test_values_of_a_sign_that_a_series_never_had(known, expected):
    values = np.array([-3.0, 0.0, 3.0])[None, :, None, None]
    found = bounds_of(np.array(known)).of_one_sign(values)
    np.testing.assert_array_equal(found.ravel(), expected)
    unknown = np.full((1, 1, 1, 1), np.nan)
    assert np.isnan(bounds_of(np.array(known)).of_one_sign(unknown)).all()


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("kind", [float, int], ids=["floats", "integers"])
@pytest.mark.parametrize("transformer", [None, "log"])
@pytest.mark.parametrize("strategy", ["recursive", "multioutput"])
def test_counts_are_not_negative(cheap, sign, kind, transformer, strategy):
    if transformer and sign < 0:
        transformer = "auto"  # negative values have no logarithm
    y = sign * np.random.default_rng(0).poisson(0.6, 40).astype(kind)
    y = pd.Series(y, pd.period_range("2000-01", periods=40, freq="M"))
    fh = range(1, 9)
    forecaster = cheap(transformer=transformer, strategy=strategy).fit(y, fh=fh)
    for regressor in forecaster.networks_.regressors:
        regressor.weights_ = [20 * weight for weight in regressor.weights_]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The forecast of y went far", UserWarning)
        assert (sign * forecaster.predict(fh=fh) >= 0).all()
        assert (sign * (y - forecaster.predict_residuals()) >= 0)[3:].all()


def test_growth_goes_on_for_a_quarter_of_the_known_values():
    bounds = bounds_of(2.0 ** np.arange(40))
    steps = np.array([1, 5, 10, 20])
    limited, _ = bounds.limit(np.full((1, 4, 1, 1), np.inf), steps)
    factor = (2.0**39) ** (np.array([1, 5, 10, 10]) / 40)
    np.testing.assert_allclose(limited.ravel()[1:], 2.0**39 * factor[1:], rtol=1e-6)


def assert_inside(forecast, y, n_ahead):
    """Check the bounds, or a quarter of the growth if it is larger and y is positive."""
    margin = (y.max() - y.min()) * (1 + n_ahead / len(y))
    growth = y.max() * (y.max() / y.min()) ** 0.25 if y.min() > 0 else -np.inf
    assert np.isfinite(forecast).all()
    assert forecast.max() <= max(y.max() + margin, growth) * (1 + 1e-6)
    assert forecast.min() >= y.min() - margin - 1e-6


def test_growth_goes_on():
    y = pd.Series(np.exp(0.1 * np.arange(80)), pd.period_range("2000-01", periods=80, freq="M"))
    fh = np.arange(1, 13)
    forecast = RNNForecaster(n_networks=1, random_state=0).fit(y, fh=fh).predict()
    np.testing.assert_allclose(np.log(forecast), 0.1 * (79 + fh), rtol=0.05)


@pytest.mark.parametrize("transformer", [None, "log", "boxcox"])
@pytest.mark.parametrize("strategy", ["recursive", "direct", "multioutput"])
@pytest.mark.parametrize("sign", [1, -1])
def test_bounds_hold_in_units_of_the_series(cheap, months, transformer, strategy, sign):
    """A network that explodes, on a series of many orders of magnitude."""
    y = np.exp(np.random.default_rng(0).normal(size=60).cumsum()) + 0 * months
    fh = [1, 2, 24] if strategy == "direct" else range(1, 25)
    forecaster = cheap(transformer=transformer, strategy=strategy).fit(y, fh=fh)
    for regressor in forecaster.networks_.regressors:
        regressor.weights_ = [sign * 50 * weight for weight in regressor.weights_]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The forecast of y went far", UserWarning)
        assert_inside(forecaster.predict(fh=fh), y, 24)


def series_at_hand():
    from sktime.datasets import load_airline, load_lynx, load_shampoo_sales
    from statsmodels.datasets import nile, sunspots

    random = np.random.default_rng(0)
    index = pd.period_range("2000-01", periods=80, freq="M")
    t = np.arange(80)
    made = {
        "noise": random.normal(size=80),
        "random walk": random.normal(size=80).cumsum(),
        "trend": 3.0 * t + random.normal(size=80),
        "growth": np.exp(0.1 * t),
        "falling": np.exp(-0.1 * t),
        "constant": np.full(80, 7.0),
        "mostly zero": (random.uniform(size=80) > 0.8) * 5.0,
    }
    yearly = {"nile": nile.load_pandas().data["volume"], "lynx": load_lynx()}
    yearly["sunspots"] = sunspots.load_pandas().data["SUNACTIVITY"]
    return {
        **{name: pd.Series(values, index) for name, values in made.items()},
        **{name: pd.Series(np.asarray(y, float)) for name, y in yearly.items()},
        "airline": load_airline(),
        "shampoo": load_shampoo_sales(),
    }


@pytest.mark.parametrize("name", series_at_hand())
@pytest.mark.parametrize("known", [False, True], ids=["recursive", "at once"])
def test_ten_seasons_ahead_without_settings(name, known):
    y = series_at_hand()[name]
    n_ahead = 12 if known else 120
    fh = np.arange(1, n_ahead + 1)
    forecaster = RNNForecaster(n_networks=1, random_state=0).fit(y, fh=fh if known else None)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The forecast of y went far", UserWarning)
        assert_inside(forecaster.predict(fh=fh), y, n_ahead)
